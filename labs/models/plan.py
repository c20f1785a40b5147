"""What a clinician recorded about supplements, in the clinician's own words."""

import uuid

from django.db import models
from django.db.models import Q


class RecordedPlan(models.Model):
    """
    A clinician's plan, kept and shown verbatim.

    Nothing is read out of it, nothing is derived from it, and nobody is reminded of
    it. It ends when somebody of a clinic says that it no longer holds, and stays.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="+"
    )
    clinic = models.ForeignKey(
        "accounts.Clinic", on_delete=models.PROTECT, related_name="+"
    )
    clinic_name = models.CharField(max_length=120)
    text = models.CharField(max_length=1000)
    recorded_by_id = models.UUIDField()
    recorded_by_name = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [models.Index(fields=["patient", "recorded_at"])]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="a_plan_has_words"),
            models.CheckConstraint(
                condition=(Q(ended_at=None) & Q(ended_by_name=""))
                | (~Q(ended_at=None) & ~Q(ended_by_name="")),
                name="who_ended_a_plan_is_named",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
