"""When a clinician asked for the next test; the newest plan of a clinic holds."""

import uuid
from datetime import date

from django.db import models
from django.db.models import Q

from labs.domain.retests import RetestPlan as PlannedRetest
from labs.domain.retests import next_due


class RetestPlan(models.Model):
    """A day or an interval that a clinician set; a new one ends the one before."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="+"
    )
    clinic = models.ForeignKey(
        "accounts.Clinic", on_delete=models.PROTECT, related_name="+"
    )
    clinic_name = models.CharField(max_length=120)
    due_on = models.DateField(null=True)
    every_months = models.PositiveSmallIntegerField(null=True)
    set_on = models.DateField()
    set_by_id = models.UUIDField()
    set_by_name = models.CharField(max_length=120)
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "clinic"],
                condition=Q(ended_at=None),
                name="one_retest_plan_per_clinic",
            ),
            models.CheckConstraint(
                condition=(Q(due_on=None) & ~Q(every_months=None))
                | (~Q(due_on=None) & Q(every_months=None)),
                name="a_retest_is_a_day_or_an_interval",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def due_day(self, latest_test: date | None) -> date | None:
        """Return the day around which the test is asked for; None once it was done."""
        planned = PlannedRetest(self.set_on, self.due_on, self.every_months)
        return next_due(planned, latest_test)
