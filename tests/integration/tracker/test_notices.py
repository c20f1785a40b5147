"""Messages that bring somebody back: without health data, in time, and not twice."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts import queries
from accounts.domain.roles import Role
from accounts.models import Clinic, Membership, OutgoingMail, Patient, User
from accounts.services import consent as consents
from accounts.services import mailing
from accounts.services.consent import Terms
from labs.domain.quantities import Measurand
from labs.models import LabResult, ReminderSent, UrgentNotice, WorklistRow
from labs.services import messaging, recording, retesting, reviewing
from labs.services.reviewing import Seen
from tests.factories import (
    a_clinician,
    a_consent,
    a_patient,
    a_result,
    a_target,
    an_entry,
    owner_of,
)
from tests.integration.accounts.test_production_settings import manage
from tracker.services import notifying

pytestmark = pytest.mark.django_db
NOW = timezone.now
TODAY = timezone.localdate
SECRETS = re.compile(
    r"Anna|155|ng/mL|vitamin|result of|range|high|low\b", re.IGNORECASE
)


@pytest.fixture
def urgent(anna: Patient, osei: User) -> LabResult:
    """A result beyond the alert limit, come in just now."""
    a_target(anna, osei, alert_high="100", urgency="today")
    return a_result(anna, an_entry("155", collected_on=TODAY()), at=NOW())


def sent() -> list[EmailMessage]:
    """Let the worker send all that waits, and return what was sent so far."""
    mailing.send_waiting(at=NOW() + timedelta(days=30))
    return list(mail.outbox)


def addresses() -> list[str]:
    return [message.to[0] for message in sent()]


def choose(patient: Patient, **more: Any) -> None:  # noqa: ANN401
    usual = {"wants_reminders": True, "wants_result_notices": True}
    messaging.choose(
        patient=patient,
        time_zone=more.pop("time_zone", "UTC"),
        by=queries.viewer_for(owner_of(patient)),
        at=more.pop("at", NOW() - timedelta(days=1)),
        **{**usual, **more},
    )


def monday_of_a_digest(clinic: Clinic, clinician: User) -> datetime:
    """Ask for the weekly digest, and return noon of the next day it comes."""
    messaging.name_recipient(
        clinic=clinic,
        gets_urgent=False,
        gets_digest=True,
        by=queries.viewer_for(clinician),
        at=NOW(),
    )
    day = noon()
    return day + timedelta(days=-day.weekday() % 7)


# Urgent -------------------------------------------------------------------------------


def test_an_urgent_row_is_told_to_every_clinician_where_nobody_is_named(
    urgent: LabResult, osei: User
) -> None:
    del urgent
    assert notifying.tell_urgent(at=NOW()) == 1

    assert addresses() == [osei.email]
    body = str(sent()[0].body) + sent()[0].subject
    assert not SECRETS.search(body)
    assert "/worklist/" in body


def test_only_those_who_are_named_are_told(
    urgent: LabResult, clinic: Clinic, osei: User
) -> None:
    del urgent
    colleague = a_clinician(clinic, "Dr Larkin")
    messaging.name_recipient(
        clinic=clinic,
        gets_urgent=True,
        gets_digest=False,
        by=queries.viewer_for(colleague),
        at=NOW(),
    )

    notifying.tell_urgent(at=NOW())

    assert addresses() == [colleague.email]
    assert osei.email not in addresses()


def test_nothing_is_told_of_what_the_patient_shares_no_more(
    urgent: LabResult, anna: Patient
) -> None:
    del urgent
    consents.change(
        consent=anna.consents.get(),
        terms=Terms(
            results=False,
            supplements=True,
            health=False,
            results_from=None,
            ends_at=None,
        ),
        by=queries.viewer_for(owner_of(anna)),
        at=NOW(),
    )

    assert notifying.tell_urgent(at=NOW()) == 0

    assert not sent()


def test_it_is_told_again_until_somebody_has_reviewed_it(
    urgent: LabResult, anna: Patient, clinic: Clinic, osei: User
) -> None:
    del urgent
    notifying.tell_urgent(at=NOW())
    notifying.tell_urgent(at=NOW() + timedelta(minutes=2))
    assert len(sent()) == 1

    notifying.tell_urgent(at=NOW() + notifying.REPEATED_AFTER)
    assert len(sent()) == 2

    row = WorklistRow.objects.get(patient=anna)
    reviewing.mark_reviewed(
        [Seen(anna.pk, row.stamp)],
        clinic=clinic,
        entry_id=anna.pk,
        by=queries.viewer_for(osei),
        at=NOW(),
    )
    notifying.tell_urgent(at=NOW() + 3 * notifying.REPEATED_AFTER)
    assert len(sent()) == 2


def test_another_result_that_is_not_urgent_tells_nobody_again(
    urgent: LabResult, anna: Patient
) -> None:
    del urgent
    assert notifying.tell_urgent(at=NOW()) == 1

    calcium = an_entry(
        "2.40", "mmol/L", measurand=Measurand.CALCIUM, collected_on=TODAY()
    )
    a_result(anna, calcium, at=NOW())
    assert notifying.tell_urgent(at=NOW()) == 0

    a_result(anna, an_entry("160", collected_on=TODAY()), at=NOW())
    assert notifying.tell_urgent(at=NOW()) == 1
    assert len(sent()) == 2


class Killed(BaseException):
    """A worker that is gone at once, without a chance to tidy up."""


def killed(*_: object, **__: object) -> None:
    raise Killed


def test_a_worker_killed_before_it_noted_an_urgent_row_tells_of_it_once(
    urgent: LabResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    del urgent
    with monkeypatch.context() as patched:
        patched.setattr(UrgentNotice.objects, "update_or_create", killed)
        with pytest.raises(Killed):
            notifying.tell_urgent(at=NOW())
    assert sent() == []

    notifying.tell_urgent(at=NOW())
    notifying.tell_urgent(at=NOW())
    assert len(sent()) == 1


def test_an_address_that_no_server_takes_keeps_nobody_else_from_being_told(
    urgent: LabResult, clinic: Clinic, osei: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    del urgent
    larkin = a_clinician(clinic, "Dr Larkin")
    send = EmailMessage.send

    def refuse_osei(message: EmailMessage, *rest: Any) -> int:  # noqa: ANN401
        if message.to == [osei.email]:
            raise OSError
        return send(message, *rest)

    notifying.tell_urgent(at=NOW())
    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "send", refuse_osei)
        mailing.send_waiting(at=NOW())
    assert [message.to for message in mail.outbox] == [[larkin.email]]

    assert set(addresses()) == {larkin.email, osei.email}


# Reminders ----------------------------------------------------------------------------


@pytest.fixture
def planned(anna: Patient, clinic: Clinic, osei: User) -> None:
    """A test asked for in a week."""
    retesting.plan(
        patient=anna,
        clinic=clinic,
        due_on=TODAY() + timedelta(days=7),
        every_months=None,
        by=queries.viewer_for(osei),
        at=NOW(),
    )


def noon() -> datetime:
    return datetime.combine(TODAY(), time(12), tzinfo=UTC)


@pytest.mark.usefixtures("planned")
def test_a_reminder_is_sent_once_to_who_chose_it(anna: Patient) -> None:
    assert notifying.remind(at=noon()) == 0
    choose(anna)

    assert notifying.remind(at=noon()) == 1
    assert notifying.remind(at=noon() + timedelta(days=1)) == 0

    assert addresses() == [owner_of(anna).email]
    assert not SECRETS.search(str(sent()[0].body) + sent()[0].subject)
    assert ReminderSent.objects.count() == 1


@pytest.mark.usefixtures("planned")
def test_a_reminder_comes_by_day_where_the_person_lives(anna: Patient) -> None:
    choose(anna, time_zone="Pacific/Auckland")  # noon in UTC is midnight there

    assert notifying.remind(at=noon()) == 0
    assert notifying.remind(at=noon() + timedelta(hours=10)) == 1


@pytest.mark.usefixtures("planned")
def test_who_unchose_it_gets_none(anna: Patient) -> None:
    choose(anna)
    choose(anna, wants_reminders=False)

    assert notifying.remind(at=noon()) == 0


@pytest.mark.usefixtures("planned")
def test_a_worker_killed_before_it_noted_a_reminder_sends_it_once(
    anna: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(anna)
    with monkeypatch.context() as patched:
        patched.setattr(ReminderSent.objects, "create", killed)
        with pytest.raises(Killed):
            notifying.remind(at=noon())
    assert sent() == []

    assert notifying.remind(at=noon()) == 1
    assert notifying.remind(at=noon()) == 0
    assert addresses() == [owner_of(anna).email]


@pytest.mark.usefixtures("planned")
def test_a_worker_killed_after_it_sent_a_reminder_sends_it_at_most_once_more(
    anna: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(anna)
    notifying.remind(at=noon())
    with monkeypatch.context() as patched:
        patched.setattr(OutgoingMail, "delete", killed)
        with pytest.raises(Killed):
            sent()
    assert len(mail.outbox) == 1

    notifying.remind(at=noon())
    assert len(sent()) == 2
    notifying.remind(at=noon())
    assert len(sent()) == 2


def test_who_cannot_be_reminded_keeps_nobody_else_from_it(
    anna: Patient, clinic: Clinic, osei: User, planned: None
) -> None:
    del planned
    others = [a_patient(name) for name in ("Ben Birch", "Cleo Fir")]
    for other in others:
        a_consent(other, clinic)
        retesting.plan(
            patient=other,
            clinic=clinic,
            due_on=TODAY() + timedelta(days=2),
            every_months=None,
            by=queries.viewer_for(osei),
            at=NOW(),
        )
        choose(other)
    choose(anna)
    User.objects.filter(pk=owner_of(others[0]).pk).update(is_active=False)

    assert notifying.remind(at=noon()) == 2
    assert set(addresses()) == {owner_of(anna).email, owner_of(others[1]).email}


# New results, digest ------------------------------------------------------------------


def test_a_new_result_by_somebody_else_is_told_once(
    anna: Patient, clinic: Clinic, osei: User
) -> None:
    del clinic
    choose(anna)
    a_result(anna, an_entry("30"), at=NOW())
    assert notifying.tell_of_results(at=NOW()) == 0

    with queries.viewing(queries.viewer_for(osei)):
        recording.record(
            patient=anna,
            entry=an_entry("31"),
            source="typed_by_clinic",  # type: ignore[arg-type]
            answers={},
            by=queries.viewer_for(osei),
            at=NOW(),
        )
    assert notifying.tell_of_results(at=NOW() + timedelta(minutes=1)) == 1
    assert notifying.tell_of_results(at=NOW() + timedelta(minutes=2)) == 0
    assert addresses() == [owner_of(anna).email]


def test_the_digest_comes_on_monday_once_and_hides_small_numbers(
    urgent: LabResult, clinic: Clinic, osei: User
) -> None:
    del urgent
    monday = monday_of_a_digest(clinic, osei)

    assert notifying.send_digests(at=monday + timedelta(days=1)) == 0
    assert notifying.send_digests(at=monday) == 1
    assert notifying.send_digests(at=monday) == 0
    assert "New, not reviewed: 1-4" in str(sent()[0].body)


@pytest.mark.parametrize("how", ["left", "is no clinician any more", "is locked out"])
def test_the_digest_goes_to_nobody_who_left_the_clinic(
    clinic: Clinic, osei: User, how: str
) -> None:
    """Who asked for it once and does not work there any more is told of nothing."""
    larkin = a_clinician(clinic, "Dr Larkin")
    monday_of_a_digest(clinic, larkin)
    monday = monday_of_a_digest(clinic, osei)
    membership = Membership.objects.filter(clinic=clinic, user=osei)
    if how == "left":
        membership.update(is_active=False)
    elif how == "is locked out":
        User.objects.filter(pk=osei.pk).update(is_active=False)
    else:
        membership.update(role=Role.CLINIC_ADMIN.value)

    assert notifying.send_digests(at=monday) == 1
    assert addresses() == [larkin.email]


@pytest.mark.parametrize("day", [date(2027, 3, 29), date(2026, 10, 26)])
def test_the_digest_comes_once_on_a_monday_after_the_clocks_were_changed(
    clinic: Clinic, osei: User, day: date
) -> None:
    """In whichever time the server keeps, and however often the worker asks."""
    monday_of_a_digest(clinic, osei)
    begins = datetime.combine(day, time(), tzinfo=UTC) - timedelta(hours=12)

    with timezone.override(ZoneInfo("Europe/Berlin")):
        counts = [
            notifying.send_digests(at=begins + timedelta(hours=hours))
            for hours in range(48)
        ]

    assert sum(counts) == 1


# The pages ----------------------------------------------------------------------------


def test_a_patient_chooses_and_unchooses_messages(annas: Client, anna: Patient) -> None:
    page = annas.get(f"/patients/{anna.pk}/messages/").content.decode()
    assert "checked" not in page

    annas.post(
        f"/patients/{anna.pk}/messages/",
        {"wants_reminders": "on", "time_zone": "Europe/London"},
    )

    chosen = messaging.choice_of(anna)
    assert chosen is not None
    assert (chosen.wants_reminders, chosen.wants_result_notices) == (True, False)


def test_a_clinician_chooses_for_themselves(oseis: Client, osei: User) -> None:
    oseis.post("/worklist/messages/", {"gets_urgent": "on"})

    page = oseis.get("/worklist/messages/").content.decode()
    assert "Told at once now:" in page
    assert osei.name in page


# When, and by which way ---------------------------------------------------------------


def test_the_worker_tells_of_what_is_urgent_within_minutes() -> None:
    crons = {
        each.task.name.rpartition(".")[2]: each.cron
        for each in app.periodic_registry.periodic_tasks.values()
    }

    assert crons["tell_urgent"] == "*/2 * * * *"
    assert crons["tell_patients"] == "*/15 * * * *"
    assert crons["send_digests"] == "5 7 * * 1"
    assert crons["refresh_worklists"] == "*/10 * * * *"


def test_without_a_mail_server_messages_are_files_in_var_mail() -> None:
    words = "print(settings.EMAIL_BACKEND, getattr(settings, 'EMAIL_FILE_PATH', ''))"
    asked = ("shell", "--no-imports", "-c", f"from django.conf import settings;{words}")

    with_server = manage(*asked).stdout
    without = manage(*asked, EMAIL_HOST="").stdout

    assert "smtp.EmailBackend" in with_server
    assert "filebased.EmailBackend" in without
    assert without.strip().endswith("/mail")


def test_both_sides_are_told_of_a_message_that_nobody_took(
    anna: Patient, osei: User, oseis: Client, annas: Client
) -> None:
    written = NOW() - timedelta(days=4)
    for person in (owner_of(anna), osei):
        OutgoingMail.objects.create(
            recipient=person.email,
            sender="site@example.org",
            made_at=written,
            try_after=NOW(),
            given_up_at=NOW(),
        )
    pages = {
        anna.name: annas.get(f"/patients/{anna.pk}/messages/"),
        osei.name: oseis.get("/worklist/messages/"),
    }

    for name, answer in pages.items():
        assert f"to {name} was given up" in answer.content.decode()
    OutgoingMail.objects.update(given_up_at=None)
    assert "was given up" not in oseis.get("/worklist/messages/").content.decode()
