"""
Who did what with whose data.

Append-only: the web role may insert and read, nothing else. An event names its
object by label and id, without a foreign key, so that it outlives what it names.

The table is partitioned by month (docs/adr/0023-audit-by-month.md): in the database its
key is the id with the time. An index over all parts cannot be added CONCURRENTLY; it is
built on each part first.
"""

import uuid

from django.db import models

from accounts.domain.audit import Action, Channel


class AuditEvent(models.Model):
    """One look or one change; ids and labels only, no health data."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=120)
    patient_id = models.UUIDField(null=True)
    action = models.CharField(
        max_length=20, choices=[(action.value, action.value) for action in Action]
    )
    object_label = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64, blank=True)
    channel = models.CharField(
        max_length=20, choices=[(channel.value, channel.value) for channel in Channel]
    )
    through = models.CharField(  # the name of a key
        max_length=80, blank=True, default=""
    )
    ip_address = models.GenericIPAddressField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["patient_id", "-at"]),
            # How somebody's account was signed in to.
            models.Index(
                fields=["object_id", "-at"],
                condition=models.Q(patient_id=None),
                name="audit_of_an_account",
            ),
        ]
        ordering = ["-at", "id"]

    def __str__(self) -> str:
        return f"{self.action} {self.object_label} {self.object_id}"
