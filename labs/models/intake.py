"""What was logged as taken or skipped, with the amounts as they were that day."""

import uuid

from django.db import models
from django.db.models import Q

from labs.domain.intakes import Outcome


class Intake(models.Model):
    """
    One logged intake of a period.

    An entry may be undone, and then stays as undone; several intakes of one tap share
    the id of the entry.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="+"
    )
    period = models.ForeignKey(
        "labs.SupplementPeriod", on_delete=models.CASCADE, related_name="intakes"
    )
    on_day = models.DateField()
    round = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=10)
    servings = models.DecimalField(max_digits=8, decimal_places=3)
    ingredients = models.JSONField()
    entry_id = models.UUIDField()
    logged_by_id = models.UUIDField()
    logged_by_name = models.CharField(max_length=120)
    logged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [models.Index(fields=["patient", "on_day"])]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "on_day", "round"],
                condition=Q(undone_at=None),
                name="an_intake_is_logged_once",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=[each.value for each in Outcome]),
                name="an_intake_is_taken_or_skipped",
            ),
            models.CheckConstraint(
                condition=Q(round__gte=1) & Q(servings__gt=0),
                name="an_intake_is_of_something",
            ),
            models.CheckConstraint(
                condition=(Q(undone_at=None) & Q(undone_by_name=""))
                | (~Q(undone_at=None) & ~Q(undone_by_name="")),
                name="who_undid_an_intake_is_named",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
