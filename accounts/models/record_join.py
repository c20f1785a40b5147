"""That two records are of one person."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class RecordJoinQuerySet(models.QuerySet["RecordJoin"]):
    """Joined records, in the words of the people who join them."""

    def in_force(self) -> "RecordJoinQuerySet":
        """Keep those that were not undone."""
        return self.filter(undone_at=None)


class RecordJoin(models.Model):
    """
    One record is read together with another; not a row of either is touched.

    Who sees a row is decided by the record it stands in, as before: joining shows a
    clinic nothing that it did not see, and hides nothing that it did.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kept = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="joins"
    )
    joined = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="joined_into"
    )
    reason = models.CharField(max_length=300)
    joined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    joined_by_name = models.CharField(max_length=120)
    joined_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by_name = models.CharField(max_length=120, blank=True)

    objects = RecordJoinQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["joined"],
                condition=Q(undone_at=None),
                name="a_record_is_joined_into_one",
            ),
            models.CheckConstraint(
                condition=~Q(kept=F("joined")), name="a_record_joins_another"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_join_has_a_reason"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
