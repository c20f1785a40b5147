"""What came in from which file: read first, saved when said so, taken back if asked."""

import uuid

from django.db import models
from django.db.models import Q


class BatchState(models.TextChoices):
    """How far a file has come."""

    ASKED = "asked"  # a question about the file is open
    READ = "read"  # looked at in a preview; nothing of it is in a record
    SAVED = "saved"
    UNDONE = "undone"


class RowKind(models.TextChoices):
    """What becomes of a row."""

    ADDED = "added"
    HERE = "here"
    HELD = "held"
    REFUSED = "refused"
    MEDICINE = "medicine"


class RowPart(models.TextChoices):
    """Which part of a record a row belongs to; whoever sees it is told the row."""

    RESULTS = "results"
    SUPPLEMENTS = "supplements"


class ImportBatch(models.Model):
    """One file; its results point back to it. Of a clinic, or of one record alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(
        "accounts.Clinic", on_delete=models.CASCADE, null=True, related_name="+"
    )
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, null=True, related_name="+"
    )
    state = models.CharField(
        max_length=10, choices=BatchState.choices, default=BatchState.SAVED
    )
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    file_format = models.CharField(max_length=80)
    answers = models.JSONField(default=dict)
    # As far as they quote nothing of the file; whole in ImportWords.
    question = models.JSONField(default=dict)
    warnings = models.JSONField(default=list)
    added = models.PositiveIntegerField(default=0)
    corrected = models.PositiveIntegerField(default=0)
    already_here = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    people_created = models.PositiveIntegerField(default=0)
    # The name or birth date on the file is not the record's: asked before saving. Here
    # stands that it is, in ImportWords whom the file names.
    other_person = models.CharField(max_length=200, blank=True)
    entered_by_id = models.UUIDField(null=True)
    entered_by_name = models.CharField(max_length=120)
    entered_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(clinic__isnull=False) | Q(patient__isnull=False),
                name="a_batch_is_of_a_clinic_or_of_a_record",
            ),
        ]
        indexes = [
            models.Index(fields=["clinic", "-entered_at"]),
            models.Index(fields=["patient", "-entered_at"]),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ImportWords(models.Model):
    """What was said of a file in words that quote it: for who is told all of it."""

    batch = models.OneToOneField(
        ImportBatch, on_delete=models.CASCADE, primary_key=True, related_name="words"
    )
    question = models.JSONField(default=dict)
    warnings = models.JSONField(default=list)
    other_person = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return str(self.pk)


class ImportFile(models.Model):
    """The bytes that were uploaded: patients' data, kept for a while."""

    batch = models.OneToOneField(
        ImportBatch, on_delete=models.CASCADE, primary_key=True, related_name="file"
    )
    content = models.BinaryField()
    kept_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)


class ImportRow(models.Model):
    """A row of a file: where it stood, what it says, what becomes of it and why."""

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.CASCADE, related_name="rows"
    )
    kind = models.CharField(
        max_length=10, choices=RowKind.choices, default=RowKind.REFUSED
    )
    where = models.CharField(max_length=120)
    who = models.CharField(max_length=200, blank=True)
    # Whose record the row is of; none where nobody known here is meant.
    patient_id = models.UUIDField(null=True)
    # Empty for rows kept before this was noted: whose those are was not looked for.
    part = models.CharField(
        max_length=12, choices=RowPart.choices, blank=True, default="", db_default=""
    )
    what = models.CharField(max_length=300, blank=True)
    # Test, number, unit and day as they would be stored; none for a refused row.
    understood = models.JSONField(null=True)
    why = models.CharField(max_length=500, blank=True)
    # Of a row that is listed for somebody (labs.queries.rows_of_file).
    is_told = True

    def __str__(self) -> str:
        return str(self.pk)


class ColumnMapping(models.Model):
    """What somebody said the columns of a source's tables hold; used the next time."""

    id = models.BigAutoField(primary_key=True)
    clinic = models.ForeignKey(
        "accounts.Clinic", on_delete=models.CASCADE, null=True, related_name="+"
    )
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, null=True, related_name="+"
    )
    header = models.CharField(max_length=64)  # a hash of the names in the header
    answers = models.JSONField(default=dict)
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "patient", "header"],
                nulls_distinct=False,
                name="a_source_has_one_mapping",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
