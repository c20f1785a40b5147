"""Clinics and the people who work in them."""

import uuid

from django.conf import settings
from django.db import models

from accounts.domain.roles import Role


class Clinic(models.Model):
    """A place whose clinicians look after patients."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120, unique=True)
    phone = models.CharField(max_length=40, blank=True)
    out_of_hours_line = models.CharField(max_length=80, blank=True)
    preferred_unit = models.CharField(max_length=10, default="ng/mL")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's part in a clinic."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(
        Clinic, on_delete=models.CASCADE, related_name="memberships"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(
        max_length=20, choices=[(role.value, role.value) for role in Role]
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "user", "role"], name="one_membership_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"
