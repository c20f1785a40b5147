"""
Looking after another person's record: given by a code, ended by anybody concerned.

A carer sees the whole record and writes in it in their own name. Who else sees it, and
who looks after it, stays with the patient, or with the clinic until the patient has
taken the record over.
"""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.domain.audit import Action
from accounts.domain.care import FOR_ADULTS, FOR_CHILDREN, CareBasis
from accounts.domain.majority import comes_of_age_on, is_of_age
from accounts.domain.one_time_codes import fingerprint, new_code
from accounts.domain.viewers import Viewer
from accounts.models import CareGrant, Clinic, Patient
from accounts.services import auditing, sign_in

LASTS = timedelta(days=14)
MOST_TRIES = 10  # of one person in an hour, right or wrong
TRIES_WITHIN = timedelta(hours=1)
MOST_WRONG_BIRTH_DATES = 5  # with one code, by whomever
COUNTER = "care"


class CareRefused(ValueError):
    """Nobody became a carer; the sentence says what would be needed."""


def bases_for(
    patient: Patient, clinic: Clinic | None, *, today: date
) -> tuple[CareBasis, ...]:
    """Return on what a carer's access to this record can rest."""
    if clinic is None:
        return (CareBasis.ASKED,)
    is_child = patient.born_on is not None and not is_of_age(patient.born_on, on=today)
    return FOR_CHILDREN if is_child else FOR_ADULTS


@transaction.atomic
def give(
    *,
    patient: Patient,
    clinic: Clinic | None,
    carer_name: str,
    basis: CareBasis,
    basis_note: str,
    last_day: date | None,
    by: Viewer,
    at: datetime,
) -> str:
    """
    Return a code for one carer, to be shown once; `clinic` is None for the patient.

    What is given for a child ends on the 18th birthday at the latest.
    """
    today = at.date()
    if patient.born_on is None:
        raise CareRefused(_("Record the birth date first: the carer will need it."))
    if basis not in bases_for(patient, clinic, today=today):
        raise CareRefused(_("Choose what this carer's access rests on."))
    is_child = not is_of_age(patient.born_on, on=today)
    code = new_code()
    given = CareGrant.objects.create(
        patient=patient,
        carer_name=carer_name,
        basis=basis.value,
        basis_note=basis_note,
        is_for_a_minor=is_child,
        clinic=clinic,
        granted_by_id=by.id,
        granted_by_name=by.name,
        code_hash=fingerprint(code),
        made_at=at,
        code_expires_at=at + LASTS,
        ends_at=_end(last_day, patient.born_on if is_child else None),
    )
    _record(Action.GRANTED, given.pk, patient.pk, by=by, at=at)
    return code


def _end(last_day: date | None, child_born_on: date | None) -> datetime | None:
    """Return the moment after the last day, no later than the 18th birthday."""
    ends = [] if last_day is None else [last_day + timedelta(days=1)]
    if child_born_on is not None:
        ends.append(comes_of_age_on(child_born_on))
    return datetime.combine(min(ends), time.min, tzinfo=UTC) if ends else None


def accept(*, code: str, born_on: date, by: Viewer, at: datetime) -> UUID:
    """
    Make the viewer a carer of the record behind the code; return its id.

    Raises CareRefused in the same words whatever was wrong. The transaction must be
    kept then: it holds the count of tries.
    """
    with transaction.atomic():
        is_counted = sign_in.may_try_again(
            COUNTER, str(by.id), most=MOST_TRIES, within=TRIES_WITHIN, at=at
        )
        looked_after = _accept(code, born_on) if is_counted else None
        if looked_after is not None:
            _record(Action.CLAIMED, looked_after, looked_after, by=by, at=at)
            return looked_after
    if not is_counted:
        raise CareRefused(_("That was tried too often. Try again in an hour."))
    message = _(
        "This code and birth date do not open a record. Check both. A code works once "
        "and for 14 days; whoever gave it to you can make a new one."
    )
    raise CareRefused(message)


def _accept(code: str, born_on: date) -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT app.accept_care(%s, %s, %s)",
            [fingerprint(code), born_on, MOST_WRONG_BIRTH_DATES],
        )
        looked_after: UUID | None = cursor.fetchone()[0]
    return looked_after


@transaction.atomic
def end(*, grant: CareGrant, by: Viewer, at: datetime) -> None:
    """End a carer's access now, or a code that nobody used."""
    changed = CareGrant.objects.filter(pk=grant.pk, revoked_at=None).update(
        revoked_at=at
    )
    if changed:
        _record(Action.REVOKED, grant.pk, grant.patient_id, by=by, at=at)


def _record(
    action: Action, object_id: UUID, patient_id: UUID, *, by: Viewer, at: datetime
) -> None:
    auditing.record(
        viewer=by,
        action=action,
        object_label="carer",
        object_id=object_id,
        patient_id=patient_id,
        at=at,
    )
