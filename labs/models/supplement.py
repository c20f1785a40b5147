"""What is taken: products with their ingredients, and the periods of taking them."""

import uuid

from django.db import models
from django.db.models import F, Q

from labs.domain.supplements import AmountBasis, DosageForm


class SupplementProduct(models.Model):
    """A product as its label prints it, kept for one patient."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="products"
    )
    name = models.CharField(max_length=120)
    vitamin_k = models.CharField(max_length=10)
    serving = models.CharField(max_length=60, blank=True)
    dosage_form = models.CharField(max_length=20, default="not_stated")
    basis = models.CharField(max_length=20, default="not_stated")
    units_per_serving = models.DecimalField(max_digits=8, decimal_places=3, default=1)
    package_servings = models.PositiveSmallIntegerField(null=True, blank=True)
    mark = models.CharField(max_length=60, blank=True)
    lot = models.CharField(max_length=40, blank=True)
    barcode = models.CharField(max_length=14, blank=True)
    copied_from = models.ForeignKey(
        "labs.CatalogueLabel", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    answers = models.JSONField(null=True)  # about what looked like a slip
    entered_by_name = models.CharField(max_length=120)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(vitamin_k__in=("listed", "unknown", "none")),
                name="vitamin_k_is_listed_unknown_or_none",
            ),
            models.CheckConstraint(
                condition=Q(dosage_form__in=[each.value for each in DosageForm]),
                name="a_dosage_form_is_known",
            ),
            models.CheckConstraint(
                condition=Q(basis__in=[each.value for each in AmountBasis])
                & Q(units_per_serving__gt=0),
                name="amounts_are_of_something",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class SupplementIngredient(models.Model):
    """One substance of a product, the amount as printed."""

    id = models.BigAutoField(primary_key=True)
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="+"
    )
    product = models.ForeignKey(
        SupplementProduct, on_delete=models.CASCADE, related_name="ingredients"
    )
    position = models.PositiveSmallIntegerField()
    substance = models.CharField(max_length=30)
    amount = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    unit = models.CharField(max_length=10, blank=True)
    amount_text = models.CharField(max_length=60, blank=True)
    form = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["product", "position"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(amount=None) & Q(unit=""))
                | (Q(amount__gt=0) & ~Q(unit="")),
                name="an_amount_has_a_unit",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class SupplementPeriod(models.Model):
    """From when until when a product is taken, by which schedule."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="periods"
    )
    product = models.ForeignKey(
        SupplementProduct, on_delete=models.CASCADE, related_name="periods"
    )
    servings = models.DecimalField(max_digits=8, decimal_places=3)
    schedule = models.CharField(max_length=20)
    schedule_count = models.PositiveSmallIntegerField(default=1)
    weekdays = models.JSONField(default=list, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    advised_by = models.CharField(max_length=120, blank=True)
    answers = models.JSONField(null=True)  # about what looked like a slip
    entered_by_id = models.UUIDField(null=True)
    entered_by_name = models.CharField(max_length=120)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="a_period_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(servings__gt=0), name="a_period_takes_something"
            ),
        ]
        indexes = [models.Index(fields=["patient", "starts_on"])]

    def __str__(self) -> str:
        return str(self.pk)


class SupplementPause(models.Model):
    """Days of a period on which nothing is taken, both ends included."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="+"
    )
    period = models.ForeignKey(
        SupplementPeriod, on_delete=models.CASCADE, related_name="pauses"
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    entered_by_id = models.UUIDField(null=True)
    entered_by_name = models.CharField(max_length=120)
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["period", "starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="a_pause_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["period"],
                condition=Q(ends_on=None),
                name="a_period_is_paused_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
