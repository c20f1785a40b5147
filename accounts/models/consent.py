"""Who the patient allowed to see what, and from when until when."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models

from accounts.domain.scopes import ConsentBasis


class ConsentQuerySet(models.QuerySet["Consent"]):
    """Consents, in the words of the people who give them."""

    def in_force(self, at: datetime) -> "ConsentQuerySet":
        """Keep those that have begun, are not revoked and have not ended."""
        return self.filter(revoked_at=None, starts_at__lte=at).filter(
            models.Q(ends_at=None) | models.Q(ends_at__gt=at)
        )


class Consent(models.Model):
    """
    A patient's permission for a clinic, or for one clinician of it.

    The end and the scope are in the row. The clinician is named by id and name,
    without a foreign key: a permission for one must never become one for all.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="consents"
    )
    clinic = models.ForeignKey(
        "accounts.Clinic", on_delete=models.CASCADE, related_name="consents"
    )
    clinician_id = models.UUIDField(null=True, blank=True)
    clinician_name = models.CharField(max_length=120, blank=True, db_default="")
    basis = models.CharField(
        max_length=20, choices=[(basis.value, basis.value) for basis in ConsentBasis]
    )
    shares_results = models.BooleanField(default=True)
    shares_supplements = models.BooleanField(default=True)
    shares_health = models.BooleanField(default=True)
    results_from = models.DateField(null=True, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "clinic", "clinician_id"],
                condition=models.Q(revoked_at=None),
                nulls_distinct=False,
                name="one_consent_in_force_for_each",
            ),
            models.CheckConstraint(
                condition=models.Q(clinician_id=None, clinician_name="")
                | models.Q(clinician_id__isnull=False) & ~models.Q(clinician_name=""),
                name="a_clinician_is_named_by_id_and_name",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at=None)
                | models.Q(ends_at__gt=models.F("starts_at")),
                name="consent_ends_after_it_starts",
            ),
        ]
        indexes = [models.Index(fields=["clinic", "patient"])]

    def __str__(self) -> str:
        return str(self.pk)
