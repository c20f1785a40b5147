"""Asking a patient to be let in; the patient's answer."""

from datetime import datetime
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain.access_requests import LASTS, Outcome
from accounts.domain.audit import Action
from accounts.domain.one_time_codes import fingerprint, new_code
from accounts.domain.viewers import Viewer
from accounts.models import AccessRequest, Clinic, Patient
from accounts.services import auditing, sign_in
from accounts.services import consent as consents

MAIL = "accounts/email/access_request"
MOST_SENT = 30  # by one person in an hour
MOST_TRIES = 10  # of one person in an hour
WITHIN = sign_in.AN_HOUR
SENT, TRIED = "access request", "access request code"


class RequestRefused(ValueError):
    """Nothing was asked or answered; the sentence says what to do."""


@transaction.atomic
def ask_by_mail(*, clinic: Clinic, email: str, by: Viewer, at: datetime) -> None:
    """
    Send a request to an address, known here or not: the same is done for any.

    An earlier one that is open ends, so that a patient reads each clinician's once.
    """
    _check_not_too_often(by, at)
    address = email.strip().lower()
    AccessRequest.objects.filter(
        clinic=clinic, email=address, asked_by_id=by.id, closed_at=None
    ).update(closed_at=at, outcome=Outcome.WITHDRAWN.value)
    asked = _create(clinic=clinic, email=address, code_hash=None, by=by, at=at)
    values = {
        "clinic": clinic.name,
        "asked_by": by.name,
        "days": LASTS.days,
        "home_url": reverse("home"),
    }
    get_adapter().send_mail(MAIL, address, values)
    _record(Action.CREATED, asked.pk, by=by, at=at)


@transaction.atomic
def ask_by_code(*, clinic: Clinic, by: Viewer, at: datetime) -> str:
    """Return a code for the patient to enter, to be shown once."""
    _check_not_too_often(by, at)
    code = new_code()
    asked = _create(clinic=clinic, email="", code_hash=fingerprint(code), by=by, at=at)
    _record(Action.CREATED, asked.pk, by=by, at=at)
    return code


def _check_not_too_often(by: Viewer, at: datetime) -> None:
    if not sign_in.may_try_again(
        SENT, str(by.id), most=MOST_SENT, within=WITHIN, at=at
    ):
        raise RequestRefused(_("You have asked often. Try again in an hour."))


def _create(
    *, clinic: Clinic, email: str, code_hash: str | None, by: Viewer, at: datetime
) -> AccessRequest:
    return AccessRequest.objects.create(
        clinic=clinic,
        asked_by_id=by.id,
        asked_by_name=by.name,
        email=email,
        code_hash=code_hash,
        made_at=at,
        expires_at=at + LASTS,
    )


@transaction.atomic
def withdraw(*, request: AccessRequest, by: Viewer, at: datetime) -> None:
    """End a request that was not accepted; one that was declined ends like any."""
    ended = (Outcome.ACCEPTED.value, Outcome.WITHDRAWN.value)
    open_ones = AccessRequest.objects.filter(pk=request.pk).exclude(outcome__in=ended)
    if open_ones.update(closed_at=at, outcome=Outcome.WITHDRAWN.value):
        _record(Action.REVOKED, request.pk, by=by, at=at)


def take(*, code: str, by: Viewer, at: datetime) -> UUID:
    """
    Return the request behind a code, which is the viewer's to answer from now on.

    Raises RequestRefused in the same words whatever was wrong. The transaction must be
    kept then: it holds the count of tries.
    """
    with transaction.atomic():
        is_counted = sign_in.may_try_again(
            TRIED, str(by.id), most=MOST_TRIES, within=WITHIN, at=at
        )
        taken = _take(code) if is_counted else None
    if taken is not None:
        return taken
    if not is_counted:
        raise RequestRefused(_("That was tried too often. Try again in an hour."))
    message = _(
        "No request is open under this code. Check it; it holds for %(days)s days. The "
        "clinic can give you a new one."
    )
    raise RequestRefused(message % {"days": LASTS.days})


def _take(code: str) -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.take_request(%s)", [fingerprint(code)])
        taken: UUID | None = cursor.fetchone()[0]
    return taken


@transaction.atomic
def accept(
    *,
    request: AccessRequest,
    patient: Patient,
    for_whole_clinic: bool,
    terms: consents.Terms,
    by: Viewer,
    at: datetime,
) -> None:
    """Let in who asked, alone or with the clinic, on the patient's own terms."""
    _answer(request, patient, Outcome.ACCEPTED)
    consents.give(
        patient=patient,
        clinic=request.clinic,
        results=terms.results,
        supplements=terms.supplements,
        health=terms.health,
        results_from=terms.results_from,
        ends_at=terms.ends_at,
        clinician_id=None if for_whole_clinic else request.asked_by_id,
        clinician_name="" if for_whole_clinic else request.asked_by_name,
        by=by,
        at=at,
    )


@transaction.atomic
def decline(
    *, request: AccessRequest, patient: Patient, by: Viewer, at: datetime
) -> None:
    """Say no; who asked is not told."""
    _answer(request, patient, Outcome.DECLINED)
    _record(Action.REVOKED, request.pk, by=by, at=at, patient_id=patient.pk)


def _answer(request: AccessRequest, patient: Patient, outcome: Outcome) -> None:
    """Close the request, or raise RequestRefused where there is none open any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT app.answer_request(%s, %s, %s)",
            [request.pk, outcome.value, patient.pk],
        )
        (is_answered,) = cursor.fetchone()
    if not is_answered:
        raise RequestRefused(_("This request is not open any more."))


def _record(
    action: Action,
    object_id: UUID,
    *,
    by: Viewer,
    at: datetime,
    patient_id: UUID | None = None,
) -> None:
    auditing.record(
        viewer=by,
        action=action,
        object_label="access request",
        object_id=object_id,
        patient_id=patient_id,
        at=at,
    )
