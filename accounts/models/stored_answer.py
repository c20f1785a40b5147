"""What was answered to a request that may be sent again."""

import uuid

from django.conf import settings
from django.db import models


class StoredAnswer(models.Model):
    """One answer under the key that its sender chose; forgotten after a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, null=True, related_name="+"
    )
    clinic = models.ForeignKey(
        "accounts.Clinic", on_delete=models.CASCADE, null=True, related_name="+"
    )
    key = models.CharField(max_length=64)
    request_hash = models.CharField(max_length=64)
    part = models.CharField(max_length=20)
    # What its sender saw of the patient then; another sight is not told it again.
    sight = models.CharField(max_length=100, default="", db_default="")
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField()
    body = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], name="a_sender_uses_a_key_once"
            ),
            models.CheckConstraint(
                condition=models.Q(clinic__isnull=False)
                | models.Q(patient__isnull=False),
                name="an_answer_is_about_a_clinic_or_a_patient",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
