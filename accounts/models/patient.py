"""The person the results belong to."""

import uuid

from django.conf import settings
from django.db import models


class Patient(models.Model):
    """A person whose results are kept; may have no login of their own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    # A clinic may know somebody by number alone, as some files do.
    born_on = models.DateField(null=True, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="patient",
    )
    hemisphere = models.CharField(max_length=10, default="unknown")
    preferred_unit = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)


class PatientNumber(models.Model):
    """The number under which one clinic knows a patient."""

    id = models.BigAutoField(primary_key=True)
    clinic = models.ForeignKey("accounts.Clinic", on_delete=models.CASCADE)
    patient = models.ForeignKey(
        Patient, on_delete=models.CASCADE, related_name="numbers"
    )
    number = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "number"], name="a_clinic_uses_a_number_once"
            ),
            models.UniqueConstraint(
                fields=["clinic", "patient"], name="one_number_per_clinic_and_patient"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
