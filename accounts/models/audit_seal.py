"""
The chain that shows whether somebody took from the audit trail, or changed it.

Each minute's events are hashed together with the seal before. Requests never wait for
each other, and the last hash goes to the log, which is kept elsewhere, so that the end
of the chain cannot be rewritten unseen. Only functions of the database write here.
"""

from django.db import models


class AuditSeal(models.Model):
    """A link of the chain: how many events it covers, and the hash up to here."""

    number = models.PositiveBigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    events = models.PositiveIntegerField()
    head = models.CharField(max_length=64)
    # When its events were; a seal from before the trail had months knows no time.
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.number} {self.head}"


class SealedEvent(models.Model):
    """Which seal covers an event."""

    event_id = models.UUIDField(primary_key=True)
    seal = models.ForeignKey(AuditSeal, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.event_id)


class UnsealedEvent(models.Model):
    """An event that waits for the next seal; a trigger puts it here."""

    event_id = models.UUIDField(primary_key=True)
    at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.event_id)
