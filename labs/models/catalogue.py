"""A clinic's own list of labels, for its patients to pick from."""

import uuid

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from labs.domain.supplements import AmountBasis, DosageForm


class CatalogueLabelQuerySet(models.QuerySet["CatalogueLabel"]):
    """Labels by version."""

    def latest_versions(self) -> "CatalogueLabelQuerySet":
        newer = CatalogueLabel.objects.filter(
            product_id=OuterRef("product_id"), version__gt=OuterRef("version")
        )
        return self.filter(~Exists(newer))

    def offered(self) -> "CatalogueLabelQuerySet":
        """Return what can be picked: the newest version of what is not withdrawn."""
        return self.latest_versions().filter(is_withdrawn=False)


class CatalogueLabel(models.Model):
    """
    One version of a label in a clinic's list.

    Versions are added, never changed. Whoever picks one copies it, so that a label that
    changes here changes nothing of what was recorded or logged.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(
        "accounts.Clinic", on_delete=models.CASCADE, related_name="+"
    )
    product_id = models.UUIDField()
    version = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=120)
    vitamin_k = models.CharField(max_length=10)
    ingredients = models.JSONField()
    serving = models.CharField(max_length=60, blank=True)
    dosage_form = models.CharField(max_length=20, default="not_stated")
    basis = models.CharField(max_length=20, default="not_stated")
    units_per_serving = models.DecimalField(max_digits=8, decimal_places=3, default=1)
    package_servings = models.PositiveSmallIntegerField(null=True)
    mark = models.CharField(max_length=60, blank=True)
    barcode = models.CharField(max_length=14, blank=True)
    answers = models.JSONField(null=True)  # about what looked like a slip
    is_withdrawn = models.BooleanField(default=False)
    entered_by_id = models.UUIDField()
    entered_by_name = models.CharField(max_length=120)
    entered_at = models.DateTimeField()

    objects = CatalogueLabelQuerySet.as_manager()

    class Meta:
        ordering = [F("name").asc(), "product_id", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["product_id", "version"], name="a_label_has_one_of_each_version"
            ),
            models.CheckConstraint(
                condition=Q(vitamin_k__in=("listed", "unknown", "none"))
                & Q(dosage_form__in=[each.value for each in DosageForm])
                & Q(basis__in=[each.value for each in AmountBasis])
                & Q(units_per_serving__gt=0),
                name="a_catalogue_label_is_a_label",
            ),
        ]
        indexes = [models.Index(fields=["clinic", "name"])]

    def __str__(self) -> str:
        return str(self.pk)
