"""A key with which a person's program reads or writes in their name."""

import uuid

from django.conf import settings
from django.db import models


class ApiToken(models.Model):
    """Kept as a hash; good until it ends or is revoked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    name = models.CharField(max_length=80)
    scopes = models.JSONField()
    secret_hash = models.CharField(max_length=64, unique=True)
    secret_end = models.CharField(max_length=4)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    window_began_at = models.DateTimeField(null=True)
    window_uses = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at")),
                name="a_key_ends_after_it_was_made",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
