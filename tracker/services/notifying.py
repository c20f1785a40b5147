"""
Messages that bring somebody back to the site; none holds anything of a record.

Each is queued and noted in one transaction, one worker at a time: it is queued once,
however many look at the same moment. The queue sends what it holds, once more where a
worker is killed before it can note that, and never not at all.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accounts.domain.roles import Role
from accounts.domain.viewers import Viewer, ViewerKind
from accounts.models import Clinic, Membership, User
from accounts.queries import viewing, viewing_as_operator
from accounts.services import languages, mailing
from accounts.services.turns import Turn, take_turn
from labs.domain.worklist import LookReason
from labs.models import (
    LabResult,
    NoticeRecipient,
    ReminderChoice,
    ReminderSent,
    RetestPlan,
    UrgentNotice,
    WorklistRow,
)
from labs.services import worklisting

if TYPE_CHECKING:
    from django.db.models import QuerySet

REPEATED_AFTER = timedelta(hours=4)
REMINDED_BEFORE = timedelta(days=7)
REMINDED_FROM, REMINDED_UNTIL = time(9), time(20)
DIGEST_WEEKDAY = 0
MOST_AT_ONCE = 500
# What leaves the clinic names no number under this.
LEAST_COUNT = 5


def tell_urgent(*, at: datetime) -> int:
    """Tell each clinic's recipients of urgent rows, again until they are reviewed."""
    return sum(_for_each_clinic(lambda clinic: _tell_urgent(clinic, at)))


def _for_each_clinic(work: Callable[[Clinic], int]) -> Iterable[int]:
    with transaction.atomic(), viewing_as_operator():
        clinics = list(Clinic.objects.order_by("name"))
    for clinic in clinics:
        with transaction.atomic(), viewing(_as_clinic(clinic)):
            take_turn(Turn.NOTICES, clinic.pk)
            yield work(clinic)


def _as_clinic(clinic: Clinic) -> Viewer:
    return Viewer(ViewerKind.CLINIC, clinic.pk, clinic.name)


def _tell_urgent(clinic: Clinic, at: datetime) -> int:
    urgent = WorklistRow.objects.filter(clinic=clinic, gravity=LookReason.ALERT.value)
    # What else is open is no news of what is urgent. Rows of before have no such mark.
    stamps = {
        patient_id: mark or stamp
        for patient_id, mark, stamp in urgent.values_list(
            "patient_id", "facts__urgent", "stamp"
        )
    }
    told = {
        each.patient_id: each
        for each in UrgentNotice.objects.filter(clinic=clinic, patient__in=stamps)
    }
    due = [
        patient_id
        for patient_id, stamp in stamps.items()
        if _is_due(told.get(patient_id), stamp, at)
    ]
    if not due:
        return 0
    for user in _recipients(clinic):
        _queue("urgent", user, at, clinic=clinic.name, address=reverse("worklist"))
    for patient_id in due:
        UrgentNotice.objects.update_or_create(
            clinic=clinic,
            patient_id=patient_id,
            defaults={"stamp": stamps[patient_id], "sent_at": at},
        )
    return len(due)


def _is_due(told: UrgentNotice | None, stamp: str, at: datetime) -> bool:
    if told is None or told.stamp != stamp:
        return True
    return at - told.sent_at >= REPEATED_AFTER


def _recipients(clinic: Clinic) -> list[User]:
    """Return those who are named, or every clinician where nobody is."""
    working = _working_in(clinic)
    named = NoticeRecipient.objects.filter(clinic=clinic, gets_urgent=True)
    chosen = working.filter(user__in=named.values("user"))
    members = chosen if chosen.exists() else working
    return [each.user for each in members.select_related("user").order_by("user_id")]


def _working_in(clinic: Clinic) -> "QuerySet[Membership]":
    """Return the clinicians of today: who left is told of nothing any more."""
    return Membership.objects.filter(
        clinic=clinic, is_active=True, user__is_active=True, role=Role.CLINICIAN.value
    )


# The weekly digest --------------------------------------------------------------------


def send_digests(*, at: datetime) -> int:
    """Send each clinician who wants it how much stands on the list, once a week."""
    today = timezone.localdate(at)
    if today.weekday() != DIGEST_WEEKDAY:
        return 0
    return sum(_for_each_clinic(lambda clinic: _send_digests(clinic, today, at)))


def _send_digests(clinic: Clinic, today: date, at: datetime) -> int:
    wanted = NoticeRecipient.objects.filter(
        clinic=clinic, gets_digest=True, user__in=_working_in(clinic).values("user")
    )
    due = list(wanted.exclude(digest_sent_on=today).select_related("user"))
    counts = worklisting.counts_of(clinic)
    for each in due:
        _queue(
            "digest",
            each.user,
            at,
            clinic=clinic.name,
            address=reverse("worklist"),
            not_reviewed=_shown(counts.get(LookReason.NOT_REVIEWED.value, 0)),
            overdue=_shown(counts.get(LookReason.RETEST_OVERDUE.value, 0)),
        )
        each.digest_sent_on = today
        each.save(update_fields=["digest_sent_on"])
    return len(due)


def _shown(count: int) -> str:
    return str(count) if count == 0 or count >= LEAST_COUNT else f"1-{LEAST_COUNT - 1}"


# Patients -----------------------------------------------------------------------------


def remind(*, at: datetime) -> int:
    """Remind who wants it that a test was asked for, once, by day where they live."""
    with transaction.atomic(), viewing_as_operator():
        clinics = list(Clinic.objects.order_by("name"))
    return sum(_remind(clinic, at) for clinic in clinics)


def _remind(clinic: Clinic, at: datetime) -> int:
    with transaction.atomic(), viewing(_as_clinic(clinic)):
        due = list(_not_reminded(clinic, at).order_by("retest_on", "patient_id"))
    return sum(_remind_one(clinic, row, at) for row in due)


def _not_reminded(clinic: Clinic, at: datetime) -> "QuerySet[WorklistRow]":
    """Return the rows whose person wants a reminder and has none of that day yet."""
    latest = timezone.localdate(at) + REMINDED_BEFORE + timedelta(days=1)
    rows = WorklistRow.objects.filter(clinic=clinic, retest_on__lte=latest)
    wanted = ReminderChoice.objects.filter(
        patient=OuterRef("patient"), wants_reminders=True
    )
    reminded = ReminderSent.objects.filter(
        patient=OuterRef("patient"),
        due_on=OuterRef("retest_on"),
        plan__clinic=clinic,
        plan__ended_at=None,
    )
    return rows.filter(Exists(wanted)).exclude(Exists(reminded))


def _plan_of(row: WorklistRow, clinic: Clinic) -> RetestPlan | None:
    """Return the plan of a row; of joined records it may stand in either."""
    plans = RetestPlan.objects.filter(clinic=clinic, ended_at=None)
    named = (row.facts["retest"] or {}).get("plan")
    known = plans.filter(pk=named) if named else plans.filter(patient=row.patient_id)
    return known.first()


def _is_time(choice: ReminderChoice, due_on: date, at: datetime) -> bool:
    local = at.astimezone(ZoneInfo(choice.time_zone))
    is_day = REMINDED_FROM <= local.time() < REMINDED_UNTIL
    return is_day and local.date() >= due_on - REMINDED_BEFORE


@transaction.atomic
def _remind_one(clinic: Clinic, row: WorklistRow, at: datetime) -> int:
    """Remind one person; whatever becomes of it, the others are reminded."""
    with viewing(_as_clinic(clinic)):
        take_turn(Turn.NOTICES, row.patient_id)
        if not _not_reminded(clinic, at).filter(pk=row.pk).exists():
            return 0
        choice = ReminderChoice.objects.select_related("patient__user").get(
            patient=row.patient_id
        )
        plan = _plan_of(row, clinic)
        user, due_on = choice.patient.user, row.retest_on
        if plan is None or due_on is None or user is None or not user.is_active:
            return 0
        if not _is_time(choice, due_on, at):
            return 0
        _queue("reminder", user, at, address=reverse("home"))
        ReminderSent.objects.create(
            patient=choice.patient, plan=plan, due_on=due_on, sent_at=at
        )
        return 1


def tell_of_results(*, at: datetime) -> int:
    """Tell who wants it that somebody else put a result into the record."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM app.people_with_news(%s)", [MOST_AT_ONCE])
        people = cursor.fetchall()
    return sum(
        _tell_of_results(patient_id, user_id, at) for patient_id, user_id in people
    )


@transaction.atomic
def _tell_of_results(patient_id: UUID, user_id: UUID, at: datetime) -> int:
    with viewing(Viewer(ViewerKind.USER, user_id)):
        take_turn(Turn.NOTICES, patient_id)
        choice = ReminderChoice.objects.get(patient=patient_id)
        if not _news_of(choice, user_id).exists():
            return 0
        user = User.objects.get(pk=user_id)
        _queue("result", user, at, address=reverse("home"))
        choice.told_until = at
        choice.save(update_fields=["told_until"])
        return 1


def _news_of(choice: ReminderChoice, user_id: UUID) -> "QuerySet[LabResult]":
    by_others = Q(entered_by_id=None) | ~Q(entered_by_id=user_id)
    return LabResult.objects.filter(
        by_others, patient=choice.patient_id, entered_at__gt=choice.told_until
    )


def _queue(kind: str, user: User, at: datetime, *, address: str, **values: str) -> None:
    context = {**values, "address": address, "name_of_reader": user.name}
    context |= {"email": user.email, "site_origin": settings.SITE_ORIGIN}
    with languages.speaking_to(user):
        mail = get_adapter().render_mail(f"tracker/email/{kind}", user.email, context)
        mailing.queue(mail, at=at)
