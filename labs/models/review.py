"""
That a clinician has looked, and what clinicians write about it.

A review is of one version of one result, or of one precaution's exact words; it is
undone, never removed. A note is never changed.
"""

import uuid

from django.db import models
from django.db.models import Q


class Review(models.Model):
    """One thing that a clinician of one clinic has seen; never that it is well."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="+"
    )
    clinic = models.ForeignKey(
        "accounts.Clinic", on_delete=models.PROTECT, related_name="+"
    )
    clinic_name = models.CharField(max_length=120)
    result = models.ForeignKey(
        "labs.LabResult", on_delete=models.CASCADE, null=True, related_name="+"
    )
    subject = models.CharField(max_length=64, blank=True)
    entry_id = models.UUIDField()
    reviewed_by_id = models.UUIDField()
    reviewed_by_name = models.CharField(max_length=120)
    reviewed_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["patient", "clinic", "-reviewed_at"]),
            models.Index(fields=["entry_id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "result"],
                condition=Q(undone_at=None) & ~Q(result=None),
                name="a_clinic_reviews_a_result_once",
            ),
            models.CheckConstraint(
                condition=(Q(result=None) & ~Q(subject=""))
                | (~Q(result=None) & Q(subject="")),
                name="a_review_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=(Q(undone_at=None) & Q(undone_by_name=""))
                | (~Q(undone_at=None) & ~Q(undone_by_name="")),
                name="who_undid_a_review_is_named",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ClinicNote(models.Model):
    """A clinician's words, verbatim, for the patient or among the clinic's people."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="+"
    )
    clinic = models.ForeignKey(
        "accounts.Clinic", on_delete=models.PROTECT, related_name="+"
    )
    clinic_name = models.CharField(max_length=120)
    is_for_patient = models.BooleanField()
    text = models.TextField()
    written_by_id = models.UUIDField()
    written_by_name = models.CharField(max_length=120)
    written_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["patient", "-written_at"])]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="a_note_has_words")
        ]

    def __str__(self) -> str:
        return str(self.pk)
