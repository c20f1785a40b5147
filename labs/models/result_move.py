"""That a result was filed under the wrong person, and where it went."""

import uuid

from django.db import models
from django.db.models import F, Q


class ResultMove(models.Model):
    """
    One result, withdrawn from one record and filed in another.

    Both chains stay where they are; who may see the results of both people sees this.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    from_patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="+"
    )
    to_patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="+"
    )
    from_chain = models.UUIDField()
    to_chain = models.UUIDField(unique=True)
    reason = models.CharField(max_length=300)
    moved_by_id = models.UUIDField()
    moved_by_name = models.CharField(max_length=120)
    moved_at = models.DateTimeField()
    # Who had attached the files that went along: the database's function writes it.
    carried = models.JSONField(default=list, db_default=[])
    undone_at = models.DateTimeField(null=True)
    undone_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_patient=F("to_patient")),
                name="a_result_moves_to_somebody_else",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_move_has_a_reason"),
            models.UniqueConstraint(
                fields=["from_chain"],
                condition=Q(undone_at=None),
                name="a_result_is_moved_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
