"""The laboratory's report itself, as a file, and who checked a value against it."""

import uuid

from django.db import models
from django.db.models import Q


class FileRole(models.TextChoices):
    """What a file is to the result that it is attached to."""

    ORIGINAL = "original"
    SUPPLEMENT = "supplement"
    CORRECTION = "correction"


class ReportFile(models.Model):
    """
    A file attached to a result, whichever of its versions holds.

    The content never changes. One that was attached by mistake is withdrawn: it stays
    named in the history and can be opened by nobody.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="+"
    )
    chain = models.UUIDField()
    role = models.CharField(max_length=20, choices=FileRole.choices)
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    entered_by_id = models.UUIDField()
    entered_by_name = models.CharField(max_length=120)
    entered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_name = models.CharField(max_length=120, blank=True)
    withdrawn_because = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["chain", "sha256"],
                condition=Q(withdrawn_at=None),
                name="a_file_is_attached_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by_name="")
                | (~Q(withdrawn_at=None) & ~Q(withdrawn_by_name="")),
                name="who_withdrew_a_file_is_named",
            ),
        ]
        indexes = [models.Index(fields=["patient", "chain"])]

    def __str__(self) -> str:
        return str(self.pk)


class ResultCheck(models.Model):
    """Somebody held one version of a result against the laboratory's report."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="+"
    )
    result = models.ForeignKey(
        "labs.LabResult", on_delete=models.CASCADE, related_name="checks"
    )
    checked_by_id = models.UUIDField()
    checked_by_name = models.CharField(max_length=120)
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["result", "checked_by_id"],
                name="a_person_checks_a_version_once",
            ),
        ]
        indexes = [models.Index(fields=["patient"])]

    def __str__(self) -> str:
        return str(self.pk)
