"""Conditions and medicines that precautions look at; the latest answer holds."""

import uuid

from django.db import models


class HealthFact(models.Model):
    """One answer of yes, no or unknown to one topic, with the day it was asked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="health_facts"
    )
    topic = models.CharField(max_length=60)
    answer = models.CharField(max_length=10)
    detail = models.CharField(max_length=120, blank=True)
    asked_on = models.DateField()
    entered_by_id = models.UUIDField(null=True)
    entered_by_name = models.CharField(max_length=120)
    entered_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["patient", "topic", "-entered_at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answer__in=("yes", "no", "unknown")),
                name="health_answer_is_known",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
