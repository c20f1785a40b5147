"""Who wants which message: patients for themselves, clinicians for their clinic."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.domain.audit import Action
from accounts.domain.viewers import Viewer
from accounts.services import auditing
from labs.models import NoticeRecipient, ReminderChoice

if TYPE_CHECKING:
    from accounts.models import Clinic, Patient


def choice_of(patient: "Patient") -> ReminderChoice | None:
    """Return what a patient chose; None where nothing was chosen yet."""
    return ReminderChoice.objects.filter(patient=patient).first()


@transaction.atomic
def choose(
    *,
    patient: "Patient",
    wants_reminders: bool,
    wants_result_notices: bool,
    time_zone: str,
    by: Viewer,
    at: datetime,
) -> None:
    """Keep what a patient wants to be told; what came before now is not told of."""
    ReminderChoice.objects.update_or_create(
        patient=patient,
        defaults={
            "wants_reminders": wants_reminders,
            "wants_result_notices": wants_result_notices,
            "time_zone": time_zone,
            "told_until": at,
        },
    )
    auditing.record(
        viewer=by,
        action=Action.CHANGED,
        object_label="messages",
        patient_id=patient.pk,
        at=at,
    )


@transaction.atomic
def name_recipient(
    *,
    clinic: "Clinic",
    gets_urgent: bool,
    gets_digest: bool,
    by: Viewer,
    at: datetime,
) -> None:
    """Keep which messages of a clinic reach the clinician who chooses."""
    NoticeRecipient.objects.update_or_create(
        clinic=clinic,
        user_id=by.id,
        defaults={"gets_urgent": gets_urgent, "gets_digest": gets_digest},
    )
    auditing.record(
        viewer=by,
        action=Action.CHANGED,
        object_label="recipients",
        object_id=clinic.pk,
        at=at,
    )


def recipients_of(clinic: "Clinic") -> list[NoticeRecipient]:
    """Return who gets which message of a clinic."""
    rows = NoticeRecipient.objects.filter(clinic=clinic).select_related("user")
    return list(rows.order_by("user__name", "id"))
