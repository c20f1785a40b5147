"""Precautions that somebody has read, with their words; nothing disappears by it."""

import uuid

from django.db import models
from django.db.models import Q


class Acknowledgement(models.Model):
    """
    Somebody's word on the exact text of a precaution.

    Which parts of the record it tells of stands beside it, because nobody may learn
    from an acknowledgement what is not shared with them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="+"
    )
    precaution = models.CharField(max_length=60)
    subject = models.CharField(max_length=64)
    catalogue_version = models.CharField(max_length=20)
    tells_of_health = models.BooleanField()
    tells_of_supplements = models.BooleanField()
    tells_of_results = models.BooleanField()
    reason = models.CharField(max_length=200)
    acknowledged_by_id = models.UUIDField()
    acknowledged_by_name = models.CharField(max_length=120)
    acknowledged_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["patient", "subject"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(acknowledged_by_name=""),
                name="an_acknowledgement_has_a_reason_and_a_name",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
