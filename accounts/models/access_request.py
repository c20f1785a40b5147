"""A clinician asks a patient to be let in."""

import uuid

from django.db import models

from accounts.domain.access_requests import Outcome


class AccessRequest(models.Model):
    """Sent to an address, or told as a code; open until answered or too old."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(
        "accounts.Clinic", on_delete=models.CASCADE, related_name="+"
    )
    asked_by_id = models.UUIDField()
    asked_by_name = models.CharField(max_length=120)
    email = models.EmailField(max_length=254, blank=True)
    code_hash = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - none is not a code
    taken_by_id = models.UUIDField(null=True)  # who entered the code
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(
        max_length=20,
        blank=True,
        choices=[(outcome.value, outcome.value) for outcome in Outcome],
    )
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email="", code_hash__isnull=False)
                | ~models.Q(email="") & models.Q(code_hash=None),
                name="a_request_goes_to_an_address_or_by_a_code",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, outcome="")
                | models.Q(closed_at__isnull=False) & ~models.Q(outcome=""),
                name="a_closed_request_says_how_it_ended",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
