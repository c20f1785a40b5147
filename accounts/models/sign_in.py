"""Counters that stop guessing; they hold no name and no address."""

from django.db import models


class FailureCount(models.Model):
    """Failures in a row, for a hashed address or person, known or not."""

    key = models.CharField(primary_key=True, max_length=64)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.failures}"
