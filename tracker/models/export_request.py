"""A clinic's whole export, asked for by one person and confirmed by another."""

import uuid

from django.db import models


class Outcome(models.TextChoices):
    """How a request ended."""

    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class ExportRequest(models.Model):
    """
    Open until another person answers it, its asker ends it, or its time is over.

    The database starts no export of a clinic without one that was confirmed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.OneToOneField(
        "tracker.Job", on_delete=models.CASCADE, related_name="export_request"
    )
    clinic = models.ForeignKey(
        "accounts.Clinic", on_delete=models.CASCADE, related_name="+"
    )
    asked_by_id = models.UUIDField()
    asked_by_name = models.CharField(max_length=120)
    reason = models.CharField(max_length=300)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by_id = models.UUIDField(null=True)
    closed_by_name = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(max_length=20, blank=True, choices=Outcome.choices)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closed_at=None, outcome="")
                | models.Q(closed_at__isnull=False) & ~models.Q(outcome=""),
                name="an_answered_export_says_how",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome="confirmed")
                | models.Q(closed_by_id__isnull=False)
                & ~models.Q(closed_by_id=models.F("asked_by_id")),
                name="another_person_confirms_an_export",
            ),
        ]
        indexes = [models.Index(fields=["clinic", "expires_at"])]

    def __str__(self) -> str:
        return str(self.pk)
