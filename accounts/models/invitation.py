"""An invitation into a clinic, sent by e-mail."""

import uuid

from django.conf import settings
from django.db import models

from accounts.domain.roles import Role


class Invitation(models.Model):
    """Kept as a hash; open until it is accepted, replaced, withdrawn or too old."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(
        "accounts.Clinic", on_delete=models.CASCADE, related_name="+"
    )
    email = models.EmailField(max_length=254)
    role = models.CharField(
        max_length=20, choices=[(role.value, role.value) for role in Role]
    )
    code_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "email", "role"],
                condition=models.Q(closed_at=None),
                name="one_open_invitation_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
