"""
Messages that bring somebody back to the site; none holds anything of a record.

Each is sent first and noted after, in one transaction: a worker that is killed in
between sends once more, and never not at all.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.domain.roles import Role
from accounts.domain.viewers import Viewer, ViewerKind
from accounts.models import Clinic, Membership, User
from accounts.queries import viewing, viewing_as_operator
from accounts.services import languages
from accounts.services.mail_pages import with_page
from labs.domain.worklist import LookReason
from labs.models import (
    NoticeRecipient,
    ReminderChoice,
    ReminderSent,
    RetestPlan,
    UrgentNotice,
    WorklistRow,
)
from labs.services import worklisting

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
            yield work(clinic)


def _as_clinic(clinic: Clinic) -> Viewer:
    return Viewer(ViewerKind.CLINIC, clinic.pk, clinic.name)


def _tell_urgent(clinic: Clinic, at: datetime) -> int:
    urgent = WorklistRow.objects.filter(clinic=clinic, gravity=LookReason.ALERT.value)
    stamps = dict(urgent.values_list("patient_id", "stamp"))
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
        _send("urgent", user, clinic=clinic.name, address=reverse("worklist"))
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
    working = Membership.objects.filter(
        clinic=clinic, is_active=True, user__is_active=True, role=Role.CLINICIAN.value
    )
    named = NoticeRecipient.objects.filter(clinic=clinic, gets_urgent=True)
    chosen = working.filter(user__in=named.values("user"))
    members = chosen if chosen.exists() else working
    return [each.user for each in members.select_related("user").order_by("user_id")]


# The weekly digest --------------------------------------------------------------------


def send_digests(*, at: datetime) -> int:
    """Send each clinician who wants it how much stands on the list, once a week."""
    today = timezone.localdate(at)
    if today.weekday() != DIGEST_WEEKDAY:
        return 0
    return sum(_for_each_clinic(lambda clinic: _send_digests(clinic, today)))


def _send_digests(clinic: Clinic, today: date) -> int:
    wanted = NoticeRecipient.objects.filter(clinic=clinic, gets_digest=True)
    due = [
        each
        for each in wanted.exclude(digest_sent_on=today).select_related("user")
        if each.user.is_active
    ]
    counts = worklisting.counts_of(clinic)
    for each in due:
        _send(
            "digest",
            each.user,
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
    return sum(_for_each_clinic(lambda clinic: _remind(clinic, at)))


def _remind(clinic: Clinic, at: datetime) -> int:
    latest = timezone.localdate(at) + REMINDED_BEFORE + timedelta(days=1)
    rows = WorklistRow.objects.filter(clinic=clinic, retest_on__lte=latest)
    due = dict(rows.values_list("patient_id", "retest_on")[:MOST_AT_ONCE])
    wanted = ReminderChoice.objects.filter(patient__in=due, wants_reminders=True)
    sent = 0
    for choice in wanted.select_related("patient__user"):
        due_on = due[choice.patient_id]
        if due_on is None or not _is_time(choice, due_on, at):
            continue
        sent += _remind_one(clinic, choice, due_on, at)
    return sent


def _is_time(choice: ReminderChoice, due_on: date, at: datetime) -> bool:
    local = at.astimezone(ZoneInfo(choice.time_zone))
    is_day = REMINDED_FROM <= local.time() < REMINDED_UNTIL
    return is_day and local.date() >= due_on - REMINDED_BEFORE


def _remind_one(
    clinic: Clinic, choice: ReminderChoice, due_on: date, at: datetime
) -> int:
    user = choice.patient.user
    plan = RetestPlan.objects.filter(
        patient=choice.patient_id, clinic=clinic, ended_at=None
    ).first()
    if plan is None or user is None or not user.is_active:
        return 0
    if ReminderSent.objects.filter(plan=plan, due_on=due_on).exists():
        return 0
    _send("reminder", user, address=reverse("home"))
    ReminderSent.objects.create(
        patient=choice.patient, plan=plan, due_on=due_on, sent_at=at
    )
    return 1


def tell_of_results(*, at: datetime) -> int:
    """Tell who wants it that somebody else put a result into the record."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM app.people_with_news(%s)", [MOST_AT_ONCE])
        people = cursor.fetchall()
    for patient_id, user_id in people:
        _tell_of_results(patient_id, user_id, at)
    return len(people)


def _tell_of_results(patient_id: UUID, user_id: UUID, at: datetime) -> None:
    with transaction.atomic(), viewing(Viewer(ViewerKind.USER, user_id)):
        user = User.objects.get(pk=user_id)
        _send("result", user, address=reverse("home"))
        ReminderChoice.objects.filter(patient=patient_id).update(told_until=at)


def _send(kind: str, user: User, *, address: str, **values: str) -> None:
    context = {**values, "address": address, "name_of_reader": user.name}
    context |= {"email": user.email, "site_origin": settings.SITE_ORIGIN}
    with languages.speaking_to(user):
        mail = get_adapter().render_mail(f"tracker/email/{kind}", user.email, context)
        message = with_page(mail)
    # Sent now, not after the commit: what was not sent must not be noted.
    message.send()
