"""Who wants which message, and what was sent; no message holds anything of a record."""

import uuid

from django.db import models
from django.db.models import Q


class NoticeRecipient(models.Model):
    """Somebody of a clinic whom urgent notices, or the weekly digest, reach."""

    id = models.BigAutoField(primary_key=True)
    clinic = models.ForeignKey(
        "accounts.Clinic", on_delete=models.CASCADE, related_name="+"
    )
    user = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="+"
    )
    gets_urgent = models.BooleanField(default=False)
    gets_digest = models.BooleanField(default=False)
    digest_sent_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "user"], name="a_recipient_is_named_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class UrgentNotice(models.Model):
    """When a clinic was last told that a patient's row is urgent as it now stands."""

    id = models.BigAutoField(primary_key=True)
    clinic = models.ForeignKey(
        "accounts.Clinic", on_delete=models.CASCADE, related_name="+"
    )
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="+"
    )
    stamp = models.CharField(max_length=32)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "patient"], name="one_notice_for_an_urgent_row"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ReminderChoice(models.Model):
    """What a patient wants to be told by e-mail; nothing unless chosen."""

    patient = models.OneToOneField(
        "accounts.Patient",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="+",
    )
    wants_reminders = models.BooleanField(default=False)
    wants_result_notices = models.BooleanField(default=False)
    time_zone = models.CharField(max_length=60)
    told_until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(time_zone=""), name="a_reminder_knows_its_time_zone"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ReminderSent(models.Model):
    """That a person was reminded of one plan and its day, once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="+"
    )
    plan = models.ForeignKey(
        "labs.RetestPlan", on_delete=models.CASCADE, related_name="+"
    )
    due_on = models.DateField()
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "due_on"], name="a_plan_is_reminded_of_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
