"""What a clinic knows of laboratories; no patient stands in it."""

import uuid

from django.db import models
from django.db.models import Q

from labs.domain.laboratories import LaboratoryFactKind


class LaboratoryKnowledge(models.Model):
    """
    One thing a clinic's clinician wrote about a laboratory.

    Rows are never changed: the newest of a kind and name holds, and one with `is_over`
    ends what was written before.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(
        "accounts.Clinic", on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(
        max_length=20, choices=[(kind.value, kind.value) for kind in LaboratoryFactKind]
    )
    laboratory = models.CharField(max_length=120)
    laboratory_folded = models.CharField(max_length=240)
    method = models.CharField(max_length=120, blank=True)
    method_folded = models.CharField(max_length=240, blank=True)
    other_name = models.CharField(max_length=120, blank=True)
    cva = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    source = models.CharField(max_length=300, blank=True)
    is_over = models.BooleanField(default=False)
    entered_by_id = models.UUIDField()
    entered_by_name = models.CharField(max_length=120)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(laboratory_folded=""), name="a_laboratory_has_a_name"
            ),
            models.CheckConstraint(
                condition=Q(cva=None) | Q(cva__gte=1, cva__lte=25),
                name="an_imprecision_is_one_that_laboratories_have",
            ),
            models.CheckConstraint(
                condition=Q(kind="imprecision", cva__isnull=False)
                | (~Q(kind="imprecision") & Q(cva=None)),
                name="an_imprecision_alone_has_a_number",
            ),
            models.CheckConstraint(
                condition=~Q(kind="imprecision") | ~Q(source=""),
                name="an_imprecision_has_a_source",
            ),
        ]
        indexes = [models.Index(fields=["clinic", "kind", "laboratory_folded"])]

    def __str__(self) -> str:
        return str(self.pk)
