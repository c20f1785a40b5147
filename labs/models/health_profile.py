"""Conditions and medicines that precautions look at; the latest answer holds."""

import uuid

from django.db import models
from django.db.models import Q


class HealthFact(models.Model):
    """
    One answer of yes, no or unknown to one topic, with the day it was asked.

    Answers are added, never changed: what has ended is a yes of its own that says
    since when.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="health_facts"
    )
    topic = models.CharField(max_length=60)
    answer = models.CharField(max_length=10)
    detail = models.CharField(max_length=120, blank=True)
    asked_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    entered_by_id = models.UUIDField(null=True)
    entered_by_name = models.CharField(max_length=120)
    entered_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["patient", "topic", "-entered_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer__in=("yes", "no", "unknown")),
                name="health_answer_is_known",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(answer="yes"),
                name="only_what_was_there_can_end",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class HealthConfirmation(models.Model):
    """A clinician's word that a declared answer is so; it goes with that answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="+"
    )
    fact = models.ForeignKey(
        HealthFact, on_delete=models.CASCADE, related_name="confirmations"
    )
    clinic = models.ForeignKey(
        "accounts.Clinic", on_delete=models.PROTECT, related_name="+"
    )
    clinic_name = models.CharField(max_length=120)
    confirmed_by_id = models.UUIDField()
    confirmed_by_name = models.CharField(max_length=120)
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fact", "confirmed_by_id"],
                name="a_clinician_confirms_an_answer_once",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
