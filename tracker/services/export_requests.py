"""
A clinic's whole export takes two people: one asks, another confirms.

Who asks treats patients there, and gets what they may see; who confirms runs the
clinic, and gets nothing. The database holds both, and starts no export without them.
"""

from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import queries as people
from accounts.domain.audit import Action, Channel
from accounts.domain.viewers import NOBODY, Viewer
from accounts.models import Clinic, User
from accounts.services import auditing, sign_in
from tracker import queries
from tracker.models import ExportRequest, Job, Outcome
from tracker.services import jobs
from tracker.services.export_jobs import ClinicExport

LASTS = timedelta(days=3)
LONGEST_REASON = 300
MOST_ASKED = 10  # by one person in an hour
COUNTER = "clinic export"
MAIL = "tracker/email/export_request"
LABEL = "clinic export"
ACTIONS = {
    Outcome.CONFIRMED: Action.GRANTED,
    Outcome.DECLINED: Action.REVOKED,
    Outcome.WITHDRAWN: Action.REVOKED,
}


class ExportRefused(ValueError):
    """Nothing was asked or answered; the sentence says why."""


@transaction.atomic
def ask(*, clinic: Clinic, reason: str, by: Viewer, at: datetime) -> Job:
    """Ask for a clinic's records; an earlier request of theirs that is open ends."""
    if not sign_in.may_try_again(
        COUNTER, str(by.id), most=MOST_ASKED, within=sign_in.AN_HOUR, at=at
    ):
        raise ExportRefused(_("You have asked often. Try again in an hour."))
    for earlier in queries.export_requests_by(by).filter(clinic=clinic, closed_at=None):
        withdraw(request=earlier, by=by, at=at)
    job = jobs.begin(work=ClinicExport, arguments={}, by=by, at=at, clinic=clinic)
    request = ExportRequest.objects.create(
        job=job,
        clinic=clinic,
        asked_by_id=by.id,
        asked_by_name=by.name,
        reason=reason,
        asked_at=at,
        expires_at=at + LASTS,
    )
    _record(Action.CREATED, request.pk, by=by, at=at)
    _tell_the_others(request)
    return job


def confirm(*, request: ExportRequest, by: Viewer, at: datetime) -> None:
    """Let it begin, once; raise ExportRefused where it is not open any more."""
    with transaction.atomic():
        _answer(request, Outcome.CONFIRMED, by=by, at=at)
        jobs.hand_on(request.job_id, owner_id=request.asked_by_id)


def decline(*, request: ExportRequest, by: Viewer, at: datetime) -> None:
    """Say no; raise ExportRefused where it is not open any more."""
    _answer(request, Outcome.DECLINED, by=by, at=at)


@transaction.atomic
def withdraw(*, request: ExportRequest, by: Viewer, at: datetime) -> bool:
    """End one's own request; one that was answered meanwhile stays answered."""
    is_ended = _is_answered(request, Outcome.WITHDRAWN)
    if is_ended:
        _record(ACTIONS[Outcome.WITHDRAWN], request.pk, by=by, at=at)
    return is_ended


def cancel(*, job: Job, by: Viewer, at: datetime) -> bool:
    """Ask for the end of any long work; what nobody confirmed yet ends at once."""
    waiting = queries.export_requests_by(by).filter(job=job, closed_at=None).first()
    if waiting is not None and withdraw(request=waiting, by=by, at=at):
        return True
    return jobs.cancel(job=job, at=at)


@transaction.atomic
def confirm_as_operator(*, request_id: UUID, email: str, at: datetime) -> None:
    """
    Let it begin where nobody else runs the clinic; an operator stands in, by name.

    Raises ExportRefused with the reason.
    """
    operator = User.objects.filter(email__iexact=email, is_staff=True).first()
    if operator is None or not operator.is_active:
        message = f"{email} is no operator of this site."
        raise ExportRefused(message)
    found = ExportRequest.objects.select_for_update().filter(pk=request_id).first()
    if found is None or found.closed_at is not None or found.expires_at <= at:
        message = "No request is open under this id."
        raise ExportRefused(message)
    if operator.pk == found.asked_by_id:
        message = "Who asked for it cannot confirm it."
        raise ExportRefused(message)
    if people.admins_of(found.clinic).exclude(pk=found.asked_by_id).exists():
        message = "The clinic has somebody who can confirm it: leave it to them."
        raise ExportRefused(message)
    found.outcome, found.closed_at = Outcome.CONFIRMED, at
    found.closed_by_id, found.closed_by_name = operator.pk, operator.name
    found.save()
    auditing.record(
        viewer=NOBODY,
        action=Action.GRANTED,
        object_label=LABEL,
        object_id=found.pk,
        channel=Channel.COMMAND,
        at=at,
    )
    jobs.hand_on(found.job_id, owner_id=found.asked_by_id)


def end_unanswered() -> int:
    """End what nobody confirmed in time; it was over by the clock already."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.end_unanswered_exports()")
        (ended,) = cursor.fetchone()
    return int(ended)


@transaction.atomic
def _answer(
    request: ExportRequest, outcome: Outcome, *, by: Viewer, at: datetime
) -> None:
    if not _is_answered(request, outcome):
        raise ExportRefused(_("This request is not open any more."))
    _record(ACTIONS[outcome], request.pk, by=by, at=at)


def _is_answered(request: ExportRequest, outcome: Outcome) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.answer_export(%s, %s)", [request.pk, outcome.value])
        (is_answered,) = cursor.fetchone()
    return bool(is_answered)


def _tell_the_others(request: ExportRequest) -> None:
    """Write to those who can confirm it; what was asked for is named, no record is."""
    values = {
        "clinic": request.clinic.name,
        "asked_by": request.asked_by_name,
        "days": LASTS.days,
        "answer_url": reverse("export_request", args=[request.clinic_id, request.pk]),
    }
    for admin in people.admins_of(request.clinic).exclude(pk=request.asked_by_id):
        get_adapter().send_mail(MAIL, admin.email, values)


def _record(action: Action, object_id: UUID, *, by: Viewer, at: datetime) -> None:
    auditing.record(
        viewer=by, action=action, object_label=LABEL, object_id=object_id, at=at
    )
