"""What the patient noted of a day, in their own words."""

import uuid

from django.db import models
from django.db.models import F, Q

from labs.domain.events import EventKind


class NotedEvent(models.Model):
    """
    A dated note; its words never change.

    It gets its last day later, and may be withdrawn: then it leaves chart and report
    and stays in the list as withdrawn.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(max_length=20)
    words = models.CharField(max_length=80, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    entered_by_id = models.UUIDField()
    entered_by_name = models.CharField(max_length=120)
    entered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [models.Index(fields=["patient", "starts_on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[each.value for each in EventKind]),
                name="a_noted_event_is_of_a_known_kind",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="a_noted_event_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=(Q(withdrawn_at=None) & Q(withdrawn_by_name=""))
                | (~Q(withdrawn_at=None) & ~Q(withdrawn_by_name="")),
                name="who_withdrew_a_noted_event_is_named",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
