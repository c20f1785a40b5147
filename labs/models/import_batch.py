"""What came in from which file, and what of it was refused or held, and why."""

import uuid

from django.db import models


class ImportBatch(models.Model):
    """One file, read once; its results point back to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(
        "accounts.Clinic", on_delete=models.CASCADE, related_name="+"
    )
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    file_format = models.CharField(max_length=80)
    added = models.PositiveIntegerField(default=0)
    already_here = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    people_created = models.PositiveIntegerField(default=0)
    entered_by_id = models.UUIDField(null=True)
    entered_by_name = models.CharField(max_length=120)
    entered_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["clinic", "-entered_at"])]

    def __str__(self) -> str:
        return str(self.pk)


class ImportRow(models.Model):
    """A row that did not become a result, with where it stood and why."""

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.CASCADE, related_name="rows"
    )
    where = models.CharField(max_length=120)
    why = models.CharField(max_length=500)

    def __str__(self) -> str:
        return str(self.pk)
