"""
One row for each clinic and patient: what a worklist shows, kept beside every write.

A row holds only what the consent shares, and is gone with it. The web role reads; rows
are stored by `app.store_worklist_rows` alone (labs.services.summarising).
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models


class WorklistRow(models.Model):
    """What one clinic sees of one patient at a glance."""

    id = models.BigAutoField(primary_key=True)
    clinic = models.ForeignKey(
        "accounts.Clinic", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="+"
    )
    visible_from = models.DateTimeField()
    visible_until = models.DateTimeField(null=True)
    changes_at = models.DateTimeField(null=True)
    gravity = models.PositiveSmallIntegerField()
    reasons = ArrayField(models.PositiveSmallIntegerField())
    since = models.DateField()
    is_one_by_one = models.BooleanField()
    flag = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    name_key = models.CharField(max_length=120)
    born_on = models.DateField(null=True)
    number = models.CharField(max_length=64)
    latest_on = models.DateField(null=True)
    latest_ng = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    retest_on = models.DateField(null=True)
    has_target = models.BooleanField()
    clinician = models.CharField(max_length=120)
    template_id = models.UUIDField(null=True)
    precautions = ArrayField(models.CharField(max_length=60))
    tags = ArrayField(models.CharField(max_length=40))
    stamp = models.CharField(max_length=32)
    facts = models.JSONField()
    under = models.UUIDField(null=True)
    """The record in whose row this joined one is read until that row ends."""

    # Every column as it was read for a list; what is made of a row can be kept by it.
    told: tuple[Any, ...] = ()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "patient"], name="one_worklist_row_per_patient"
            )
        ]
        indexes = [
            models.Index(
                fields=["clinic", "gravity", "since", "patient"],
                name="worklist_by_gravity",
            ),
            models.Index(
                fields=["clinic", "name_key", "patient"], name="worklist_by_name"
            ),
            models.Index(
                fields=["clinic", "latest_on", "patient"], name="worklist_by_day"
            ),
            models.Index(fields=["changes_at"], name="worklist_by_change"),
            # A filter's own rows in the usual order; arrays and words have theirs in
            # the migration of app.worklist_found.
            models.Index(
                fields=["clinic", "flag", "gravity", "since", "patient"],
                name="worklist_by_flag",
            ),
            models.Index(
                fields=["clinic", "clinician", "gravity", "since", "patient"],
                name="worklist_by_clinician",
            ),
            models.Index(
                fields=["clinic", "template_id", "gravity", "since", "patient"],
                condition=models.Q(template_id__isnull=False),
                name="worklist_by_template",
            ),
            models.Index(
                fields=["clinic", "gravity", "since", "patient"],
                condition=models.Q(has_target=False),
                name="worklist_without_range",
            ),
            models.Index(fields=["clinic", "born_on"], name="worklist_by_birth"),
            models.Index(
                fields=["clinic", "patient"],
                condition=models.Q(under__isnull=False),
                name="worklist_under_another",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class WorklistCount(models.Model):
    """
    Changes of the number of rows by reason; their sum is the number. 0 is every row.

    A trigger adds them, so that no two writers wait for one counter.
    """

    id = models.BigAutoField(primary_key=True)
    clinic = models.ForeignKey(
        "accounts.Clinic", on_delete=models.CASCADE, related_name="+"
    )
    reason = models.PositiveSmallIntegerField()
    change = models.IntegerField()

    def __str__(self) -> str:
        return str(self.pk)


class PatientTag(models.Model):
    """A clinic's own word for a patient, to filter its list by."""

    id = models.BigAutoField(primary_key=True)
    clinic = models.ForeignKey(
        "accounts.Clinic", on_delete=models.CASCADE, related_name="+"
    )
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="+"
    )
    word = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "patient", "word"], name="a_tag_is_given_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class SavedView(models.Model):
    """A clinician's own filters and order of the list, under a name."""

    id = models.UUIDField(primary_key=True)
    user = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="+"
    )
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=400)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"], name="a_view_has_its_own_name"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
