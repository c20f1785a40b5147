"""What the patient wants to ask at the next visit."""

import uuid

from django.db import models
from django.db.models import Q


class VisitQuestion(models.Model):
    """One question of the patient's own list; only they see it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="+"
    )
    words = models.CharField(max_length=300)
    written_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["patient", "written_at"])]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="a_question_has_words")
        ]

    def __str__(self) -> str:
        return str(self.pk)
