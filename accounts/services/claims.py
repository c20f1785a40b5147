"""Taking over the record that a clinic opened, by a code that works once."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts import queries
from accounts.domain.audit import Action
from accounts.domain.one_time_codes import fingerprint, new_code
from accounts.domain.viewers import Viewer
from accounts.models import ClaimCode, Clinic, Patient
from accounts.services import auditing, record_changes, sign_in

LASTS = timedelta(days=14)
MOST_TRIES = 10  # of one person in an hour, right or wrong
TRIES_WITHIN = timedelta(hours=1)
MOST_WRONG_BIRTH_DATES = 5  # with one code, by whomever
COUNTER = "claim"


class ClaimRefused(ValueError):
    """The record was not taken over; the sentence gives no reason away."""


@transaction.atomic
def make_code(*, patient: Patient, clinic: Clinic, by: Viewer, at: datetime) -> str:
    """Return a new code, to be shown once; an earlier one ends."""
    ClaimCode.objects.filter(patient=patient, closed_at=None).update(closed_at=at)
    code = new_code()
    made = ClaimCode.objects.create(
        patient=patient,
        clinic=clinic,
        code_hash=fingerprint(code),
        made_by_id=by.id,
        made_at=at,
        expires_at=at + LASTS,
    )
    _record(Action.CREATED, "claim code", made.pk, patient.pk, by=by, at=at)
    return code


def claim(*, code: str, born_on: date, by: Viewer, at: datetime) -> UUID:
    """
    Make the record behind the code the viewer's own; return its id.

    Raises ClaimRefused in the same words whatever was wrong. The transaction must be
    kept then: it holds the count of tries.
    """
    with transaction.atomic():
        is_counted = sign_in.may_try_again(
            COUNTER, str(by.id), most=MOST_TRIES, within=TRIES_WITHIN, at=at
        )
        taken = _take_over(code, born_on) if is_counted else None
        if taken is not None:
            _record(Action.CLAIMED, "patient", taken, taken, by=by, at=at)
            # Who has a record reads the two as one from now on.
            own = queries.own_patient(by)
            both = {taken, own.pk if own else taken}
            record_changes.hold(both, by=by)
            record_changes.tell(both, by=by, at=at)
            return taken
    if not is_counted:
        raise ClaimRefused(_("That was tried too often. Try again in an hour."))
    message = _(
        "This code and birth date do not open a record. Check both. A code works once "
        "and for 14 days; the clinic can give you a new one."
    )
    raise ClaimRefused(message)


def _take_over(code: str, born_on: date) -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT app.claim_record(%s, %s, %s)",
            [fingerprint(code), born_on, MOST_WRONG_BIRTH_DATES],
        )
        taken: UUID | None = cursor.fetchone()[0]
    return taken


def _record(
    action: Action,
    label: str,
    object_id: UUID,
    patient_id: UUID,
    *,
    by: Viewer,
    at: datetime,
) -> None:
    auditing.record(
        viewer=by,
        action=action,
        object_label=label,
        object_id=object_id,
        patient_id=patient_id,
        at=at,
    )
