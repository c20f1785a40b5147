"""The one-time code with which a person takes over the record a clinic opened."""

import uuid

from django.conf import settings
from django.db import models


class ClaimCode(models.Model):
    """Kept as a hash; open until it is used, replaced, guessed at or too old."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="+"
    )
    clinic = models.ForeignKey(
        "accounts.Clinic", on_delete=models.CASCADE, related_name="+"
    )
    code_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    wrong_birth_dates = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=models.Q(closed_at=None),
                name="one_open_claim_code_per_patient",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
