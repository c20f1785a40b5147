"""That somebody asked to have the account deleted, and when it will be."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models


class DepartureQuerySet(models.QuerySet["Departure"]):
    """Departures, in the words of the people who leave."""

    def pending(self) -> "DepartureQuerySet":
        """Keep those that nobody called off."""
        return self.filter(called_off_at=None)

    def due(self, at: datetime) -> "DepartureQuerySet":
        """Keep those whose days of grace are over."""
        return self.pending().filter(due_at__lte=at)


class Departure(models.Model):
    """Goes with the account itself; the audit trail alone remembers it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="departures"
    )
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    called_off_at = models.DateTimeField(null=True)

    objects = DepartureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(called_off_at=None),
                name="one_departure_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(due_at__gt=models.F("asked_at")),
                name="a_departure_leaves_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
