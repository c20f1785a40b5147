"""Who looks after another person's record, why, and until when."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models

from accounts.domain.care import CareBasis
from accounts.domain.majority import latest_birth_of_age


class CareGrantQuerySet(models.QuerySet["CareGrant"]):
    """Carers' access, in the words of the people who give it."""

    def in_force(self, at: datetime) -> "CareGrantQuerySet":
        """Keep those that were accepted and have not ended, by will or by the clock."""
        came_of_age = models.Q(
            is_for_a_minor=True, patient__born_on__lte=latest_birth_of_age(at.date())
        )
        not_over = models.Q(ends_at=None) | models.Q(ends_at__gt=at)
        begun = self.filter(accepted_at__lte=at, revoked_at=None)
        return begun.filter(not_over).exclude(came_of_age)


class CareGrant(models.Model):
    """A code that was given to a carer, and the access it became."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="care_grants"
    )
    carer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        related_name="care_grants",
    )
    carer_name = models.CharField(max_length=120)
    basis = models.CharField(
        max_length=20, choices=[(basis.value, basis.value) for basis in CareBasis]
    )
    basis_note = models.CharField(max_length=200, blank=True)
    is_for_a_minor = models.BooleanField()
    clinic = models.ForeignKey(
        "accounts.Clinic", on_delete=models.CASCADE, null=True, related_name="+"
    )
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    granted_by_name = models.CharField(max_length=120)
    code_hash = models.CharField(max_length=64, unique=True)
    wrong_birth_dates = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    code_expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = CareGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at=None)
                | models.Q(ends_at__gt=models.F("made_at")),
                name="care_ends_after_it_is_given",
            ),
            models.CheckConstraint(
                condition=~models.Q(basis=CareBasis.REPRESENTATIVE.value)
                | ~models.Q(basis_note=""),
                name="a_representative_shows_on_what_it_rests",
            ),
            models.UniqueConstraint(
                fields=["patient", "carer"],
                condition=models.Q(revoked_at=None),
                name="one_open_care_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
