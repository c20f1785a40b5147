"""
Targets: dated, authored, with a reason.

A row is never changed; a new start supersedes. One sequence per patient, whoever
set it: the latest start in force counts.
"""

import uuid

from django.db import models
from django.db.models import F, Q

from labs.domain.units import Unit


class Target(models.Model):
    """A range for 25(OH)D total that a clinician has set, in its own unit."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="targets"
    )
    number = models.PositiveIntegerField()
    low = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    high = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    alert_low = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, blank=True
    )
    alert_high = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, blank=True
    )
    urgency = models.CharField(max_length=20, blank=True)
    unit = models.CharField(max_length=10)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    source = models.CharField(max_length=300, blank=True, default="", db_default="")
    template = models.ForeignKey(
        "labs.TargetTemplate",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    clinic = models.ForeignKey(
        "accounts.Clinic", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    clinic_name = models.CharField(max_length=120)
    set_by_id = models.UUIDField()
    set_by_name = models.CharField(max_length=120)
    set_at = models.DateTimeField()

    together = models.UUIDField(null=True)
    """The same for everybody for whom it was set at once; null for one person's."""
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_name = models.CharField(
        max_length=120, blank=True, default="", db_default=""
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["together"],
                condition=Q(together__isnull=False),
                name="targets_set_together",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by_name="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by_name="")),
                name="who_took_a_range_back_is_named",
            ),
            models.UniqueConstraint(
                fields=["patient", "number"], name="targets_are_numbered_per_patient"
            ),
            models.CheckConstraint(
                condition=Q(low__isnull=False) | Q(high__isnull=False),
                name="target_has_a_bound",
            ),
            models.CheckConstraint(
                condition=Q(low=None) | Q(high=None) | Q(low__lte=F("high")),
                name="target_low_is_not_above_high",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="target_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(unit__in=(Unit.NG_PER_ML.value, Unit.NMOL_PER_L.value)),
                name="target_unit_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(set_by_name=""),
                name="target_has_a_reason_and_an_author",
            ),
        ]
        ordering = ["starts_on", "number"]

    def __str__(self) -> str:
        return str(self.pk)


class TargetTemplate(models.Model):
    """
    A range that a clinic often sets, with the source it cites.

    None is ever set by itself: a clinician chooses it and types the reason.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(
        "accounts.Clinic", on_delete=models.CASCADE, related_name="+"
    )
    name = models.CharField(max_length=80)
    low = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    high = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    alert_low = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, blank=True
    )
    alert_high = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, blank=True
    )
    urgency = models.CharField(max_length=20, blank=True)
    unit = models.CharField(max_length=10)
    source = models.CharField(max_length=300)
    made_by_name = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    retired_by_name = models.CharField(
        max_length=120, blank=True, default="", db_default=""
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "name"],
                condition=Q(retired_at=None),
                name="a_template_has_its_own_name",
            ),
            models.CheckConstraint(
                condition=Q(low__isnull=False) | Q(high__isnull=False),
                name="a_template_has_a_bound",
            ),
            models.CheckConstraint(
                condition=~Q(source="") & ~Q(name=""),
                name="a_template_cites_its_source",
            ),
        ]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
