"""
Long work, done a step at a time behind the pages, and the files it makes.

A step and the count of steps done are one transaction: a worker that is killed leaves
whole steps behind, and the next one goes on after them.
"""

import uuid

from django.db import models


class JobState(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN_STATES = (JobState.WAITING, JobState.RUNNING)


class Job(models.Model):
    """One piece of long work that somebody asked for; seen by nobody else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    owner_kind = models.CharField(max_length=20)
    owner_id = models.UUIDField()
    owner_name = models.CharField(max_length=120)
    token_id = models.UUIDField(null=True)  # the key by which it was asked for
    clinic = models.ForeignKey(
        "accounts.Clinic", on_delete=models.CASCADE, null=True, related_name="+"
    )
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, null=True, related_name="+"
    )
    # Ids and choices; names and values of people stay in their own tables.
    arguments = models.JSONField(default=dict)
    steps = models.JSONField(default=list)
    state = models.CharField(
        max_length=20, choices=JobState.choices, default=JobState.WAITING
    )
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    # How far the step at hand is, told from outside its transaction.
    part_done = models.PositiveIntegerField(default=0)
    part_total = models.PositiveIntegerField(default=0)
    outcome = models.JSONField(default=dict)
    sentence = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(clinic__isnull=False)
                | models.Q(patient__isnull=False),
                name="a_job_is_about_a_clinic_or_a_patient",
            ),
        ]
        indexes = [models.Index(fields=["owner_id", "-asked_at"])]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_open(self) -> bool:
        """Say whether it waits or runs."""
        return self.state in OPEN_STATES

    @property
    def is_done(self) -> bool:
        """Say whether it came to its end: only then its files are whole."""
        return self.state == JobState.DONE


class JobFile(models.Model):
    """
    A file that a job made: patients' data, kept in the database for a while.

    One that tells of a patient is read only by who may see the parts of the record
    that went into it, and every day of its results, at the moment of reading.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="files")
    key = models.CharField(max_length=80)
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, null=True, related_name="+"
    )
    tells_of_results = models.BooleanField(default=False)
    # The first day whose results could go into it; none: those of every day.
    results_from = models.DateField(null=True)
    tells_of_supplements = models.BooleanField(default=False)
    tells_of_health = models.BooleanField(default=False)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=80)
    content = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["job", "key"], name="a_job_makes_each_file_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
