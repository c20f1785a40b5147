"""A link with which somebody outside reads a report of a patient's record."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    """Share links, in the words of the people who make them."""

    def in_force(self, at: datetime) -> "ShareLinkQuerySet":
        """Keep those that are neither taken back, nor shut, nor too old."""
        return self.filter(revoked_at=None, shut_at=None, expires_at__gt=at)


class ShareLink(models.Model):
    """Code and PIN are kept as hashes; scope, end and openings are in the row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="+"
    )
    recipient = models.CharField(max_length=120)
    code_hash = models.CharField(max_length=64, unique=True)
    pin_hash = models.CharField(max_length=64)
    shares_results = models.BooleanField()
    shares_supplements = models.BooleanField()
    shares_health = models.BooleanField()
    results_from = models.DateField(null=True)
    most_openings = models.PositiveSmallIntegerField()
    openings = models.PositiveSmallIntegerField(default=0)
    wrong_pins = models.PositiveSmallIntegerField(default=0)
    last_opened_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    shut_at = models.DateTimeField(null=True)

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(openings__lte=models.F("most_openings")),
                name="a_share_link_is_opened_no_more_than_agreed",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at")),
                name="a_share_link_ends_after_it_is_made",
            ),
            models.CheckConstraint(
                condition=models.Q(shares_results=True)
                | models.Q(shares_supplements=True)
                | models.Q(shares_health=True),
                name="a_share_link_shares_something",
            ),
        ]
        indexes = [models.Index(fields=["patient", "-made_at"])]

    def __str__(self) -> str:
        return str(self.pk)
