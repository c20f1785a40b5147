"""A clinic's records leave together only where two people want it."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from threading import Barrier
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import queries
from accounts.models import AuditEvent, Clinic, Membership, Patient, User
from accounts.queries import viewing
from accounts.services import operators
from tests.access.signing_in import sign_in
from tests.access.web_connection import looking, refusal, web_connection
from tests.factories import (
    a_clinic,
    a_clinician,
    a_consent,
    a_patient,
    a_person,
    a_result,
    an_admin,
)
from tests.integration.accounts.mails import delivered
from tests.integration.conftest import SignedIn
from tracker.models import ExportRequest, Job
from tracker.services import export_requests, housekeeping, job_kinds, jobs

REASON = "We move to another program."


@pytest.fixture
def hana(clinic: Clinic) -> User:
    return an_admin(clinic)


@pytest.fixture
def hanas(hana: User, signed_in: SignedIn) -> Client:
    return signed_in(hana)


def asked_by(oseis: Client, clinic: Clinic) -> ExportRequest:
    answer = oseis.post(f"/clinics/{clinic.pk}/export/", {"reason": REASON})
    assert answer.status_code == 302, answer.content
    return ExportRequest.objects.latest("asked_at")


def place(asked: ExportRequest) -> str:
    return f"/clinics/{asked.clinic_id}/export/{asked.pk}/"


def waiting_work() -> int:
    return ProcrastinateJob.objects.filter(task_name=jobs.TASK).count()


def work_on(job: Job) -> Job:
    owner = queries.viewer_for(User.objects.get(pk=job.owner_id))
    jobs.run(job.pk, by=owner, works=job_kinds.WORKS)
    return Job.objects.get(pk=job.pk)


def trail() -> list[tuple[str, str]]:
    events = AuditEvent.objects.filter(object_label="clinic export").order_by("at")
    return [(event.action, event.actor_name) for event in events]


def test_one_asks_with_a_reason_and_another_confirms(
    anna: Patient, clinic: Clinic, oseis: Client, hanas: Client
) -> None:
    a_result(anna)
    asked = asked_by(oseis, clinic)
    assert work_on(asked.job).state == "waiting"
    assert waiting_work() == 0
    page = hanas.get(place(asked)).content.decode()
    members = hanas.get(f"/clinics/{clinic.pk}/members/").content.decode()

    answer = hanas.post(place(asked), {"answer": "confirm"})

    assert REASON in page
    assert "Dr Osei" in page
    assert place(asked) in members
    assert answer.status_code == 302
    assert waiting_work() == 1
    assert work_on(asked.job).state == "done"
    assert oseis.get(f"/jobs/{asked.job_id}/file/").status_code == 200
    assert hanas.get(f"/jobs/{asked.job_id}/file/").status_code == 404
    assert trail() == [("created", "Dr Osei"), ("granted", "Hana Holt")]


def test_the_others_who_run_the_clinic_get_a_mail_that_names_no_record(
    anna: Patient, clinic: Clinic, osei: User, hana: User, signed_in: SignedIn
) -> None:
    gone = an_admin(clinic, "Gone Gray")
    Membership.objects.filter(user=gone).update(is_active=False)
    an_admin(a_clinic("Elsewhere"), "Ilse Ince")

    asked = asked_by(signed_in(osei), clinic)

    (message,) = delivered()
    assert message.to == [hana.email]
    text = f"{message.subject} {message.body}"
    assert place(asked) in text
    assert "Dr Osei" in text
    for word in (REASON, anna.name, "vitamin", "result", "25-hydroxy"):
        assert word not in text


def test_a_request_without_a_reason_asks_for_one(clinic: Clinic, oseis: Client) -> None:
    answer = oseis.post(f"/clinics/{clinic.pk}/export/", {"reason": "  "})

    assert answer.status_code == 422
    assert "Write why the records are needed." in answer.content.decode()
    assert not Job.objects.exists()


@pytest.mark.parametrize("who", ["oseis", "hanas"])
def test_both_show_again_who_they_are(
    clinic: Clinic, oseis: Client, hanas: Client, who: str
) -> None:
    asked = asked_by(oseis, clinic)
    address, browser = {
        "oseis": (f"/clinics/{clinic.pk}/export/", oseis),
        "hanas": (place(asked), hanas),
    }[who]
    session = browser.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 16 * 60
    session.save()

    for answer in (browser.get(address), browser.post(address, {"answer": "confirm"})):
        assert answer.status_code == 302
        assert "reauthenticate" in answer["Location"]
    assert not ExportRequest.objects.filter(outcome="confirmed").exists()


def test_nobody_confirms_their_own_not_even_who_runs_the_clinic(
    clinic: Clinic, osei: User, oseis: Client
) -> None:
    Membership.objects.create(
        clinic=clinic, user=osei, role="clinic_admin", created_at=timezone.now()
    )
    asked = asked_by(oseis, clinic)

    page = oseis.get(place(asked)).content.decode()
    oseis.post(place(asked), {"answer": "confirm"})

    assert "You asked for it yourself" in page
    assert "Confirm the export" not in page
    assert ExportRequest.objects.get().outcome == ""
    assert work_on(asked.job).state == "waiting"


def test_who_runs_another_clinic_or_only_treats_here_answers_nothing(
    clinic: Clinic, oseis: Client, signed_in: SignedIn
) -> None:
    asked = asked_by(oseis, clinic)
    elsewhere = an_admin(a_clinic("Elsewhere"), "Ilse Ince")
    colleague = a_clinician(clinic, "Dr Poe")

    for user in (elsewhere, colleague):
        browser = signed_in(user)
        assert browser.get(place(asked)).status_code == 404
        assert browser.post(place(asked), {"answer": "confirm"}).status_code == 404
        viewer = queries.viewer_for(user)
        with viewing(viewer), pytest.raises(export_requests.ExportRefused):
            export_requests.confirm(request=asked, by=viewer, at=timezone.now())
    assert ExportRequest.objects.get().outcome == ""


@pytest.mark.parametrize("way", ["withdrawn", "declined", "too late"])
def test_what_was_withdrawn_declined_or_not_answered_in_time_does_nothing(
    clinic: Clinic, oseis: Client, hanas: Client, way: str
) -> None:
    asked = asked_by(oseis, clinic)
    if way == "withdrawn":
        oseis.post(f"/jobs/{asked.job_id}/cancel/")
    elif way == "declined":
        hanas.post(place(asked), {"answer": "decline"})
    else:  # by the clock alone: no task ran
        past = timezone.now() - timedelta(seconds=1)
        ExportRequest.objects.update(expires_at=past)

    answer = hanas.post(place(asked), {"answer": "confirm"}, follow=True)
    told = oseis.get(f"/jobs/{asked.job_id}/").content.decode()

    assert "not open any more" in answer.content.decode()
    assert "Confirm the export" not in hanas.get(place(asked)).content.decode()
    assert (waiting_work(), work_on(asked.job).started_at) == (0, None)
    words = {
        "withdrawn": "Cancelled",
        "declined": "Hana Holt declined it",
        "too late": "Nobody confirmed it in time",
    }
    assert words[way] in told
    ended = [("revoked", "Dr Osei" if way == "withdrawn" else "Hana Holt")]
    assert trail()[1:] == ([] if way == "too late" else ended)


def test_the_night_ends_what_nobody_confirmed(clinic: Clinic, oseis: Client) -> None:
    asked = asked_by(oseis, clinic)
    ExportRequest.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    done = housekeeping.tidy_up(at=timezone.now())

    asked.refresh_from_db()
    assert done["exports that nobody confirmed"] == 1
    assert (asked.outcome, asked.job.state) == ("expired", "cancelled")


def test_asking_again_ends_what_was_asked_before(
    clinic: Clinic, oseis: Client, hanas: Client
) -> None:
    first = asked_by(oseis, clinic)
    second = asked_by(oseis, clinic)

    hanas.post(place(first), {"answer": "confirm"})
    hanas.post(place(second), {"answer": "confirm"})

    outcomes = ExportRequest.objects.order_by("asked_at").values_list("outcome")
    assert [outcome for (outcome,) in outcomes] == ["withdrawn", "confirmed"]
    assert waiting_work() == 1


def test_who_asks_very_often_waits(clinic: Clinic, oseis: Client) -> None:
    for _try in range(export_requests.MOST_ASKED):
        asked_by(oseis, clinic)

    answer = oseis.post(f"/clinics/{clinic.pk}/export/", {"reason": REASON})

    assert answer.status_code == 422
    assert "Try again in an hour" in answer.content.decode()


def test_an_operator_stands_in_only_where_nobody_else_runs_the_clinic(
    clinic: Clinic, osei: User, oseis: Client
) -> None:
    asked = asked_by(oseis, clinic)
    omar = a_person("Omar Operator")
    for email in (omar.email, osei.email):
        operators.appoint(email=email, is_operator=True, at=timezone.now())
    hana = an_admin(clinic)

    def confirm(email: str) -> None:
        call_command("confirm_export", str(asked.pk), operator=email, quiet=True)

    with pytest.raises(CommandError, match="leave it to them"):
        confirm(omar.email)
    Membership.objects.filter(user=hana).update(is_active=False)
    with pytest.raises(CommandError, match="no operator"):
        confirm(hana.email)
    with pytest.raises(CommandError, match="Who asked for it"):
        confirm(osei.email)
    listed = StringIO()
    call_command("confirm_export", json=True, stdout=listed)
    confirm(omar.email)
    with pytest.raises(CommandError, match="No request is open"):
        confirm(omar.email)

    assert json.loads(listed.getvalue())["waiting"][0]["id"] == str(asked.pk)
    assert waiting_work() == 1
    assert work_on(asked.job).state == "done"
    event = AuditEvent.objects.get(object_label="clinic export", action="granted")
    assert event.channel == "command"


def test_nobody_can_delete_a_whole_clinic(clinic: Clinic, hana: User) -> None:
    """Neither an address nor the web's own role does it, for whoever asks."""
    del clinic
    remove = "DELETE FROM accounts_clinic"
    with web_connection() as web, looking(web, "user", hana.pk):
        assert refusal(web, remove, []) == "InsufficientPrivilege"


# As the web's own role, and at the same moment ----------------------------------------


@pytest.fixture
def asked_at_once(transactional_db: None) -> ExportRequest:
    del transactional_db
    anna, harbour = a_patient("Anna Example"), a_clinic("Harbour Clinic")
    osei = a_clinician(harbour, "Dr Osei")
    a_consent(anna, harbour)
    viewer = queries.viewer_for(osei)
    with transaction.atomic(), viewing(viewer):
        export_requests.ask(clinic=harbour, reason=REASON, by=viewer, at=timezone.now())
    return ExportRequest.objects.get()


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_at_once_let_it_begin_once(
    asked_at_once: ExportRequest,
) -> None:
    ready = Barrier(2)

    def confirm(name: str) -> bool:
        try:
            browser = Client()
            sign_in(browser, User.objects.get(name=name))
            ready.wait(60)
            address = place(asked_at_once)
            answer = browser.post(address, {"answer": "confirm"}, follow=True)
            return "Confirmed." in answer.content.decode()
        finally:
            connection.close()

    names = ["Hana Holt", "Ivo Ince"]
    for name in names:
        an_admin(asked_at_once.clinic, name)
    with ThreadPoolExecutor(2) as pool:
        confirmed = list(pool.map(confirm, names))

    assert sorted(confirmed) == [False, True]
    assert waiting_work() == 1
    assert [action for action, _ in trail()] == ["created", "granted"]


@pytest.mark.django_db(transaction=True)
def test_the_database_starts_no_export_of_one_person(
    asked_at_once: ExportRequest,
) -> None:
    hana = an_admin(asked_at_once.clinic)
    start = "UPDATE tracker_job SET state = 'running', started_at = now() WHERE id = %s"
    change = "UPDATE tracker_exportrequest SET outcome = 'confirmed' WHERE id = %s"
    answer = "SELECT app.answer_export(%s, 'confirmed')"
    with web_connection() as web:
        with looking(web, "user", asked_at_once.asked_by_id):
            assert refusal(web, start, [asked_at_once.job_id]) == "CheckViolation"
            asked = web.execute(answer, [asked_at_once.pk]).fetchone()
            assert asked == (False,)
        for viewer in (asked_at_once.asked_by_id, hana.pk):
            with looking(web, "user", viewer):
                why = refusal(web, change, [asked_at_once.pk])
                assert why == "InsufficientPrivilege"


@pytest.mark.django_db(transaction=True)
def test_the_database_keeps_no_export_that_its_asker_confirmed(
    asked_at_once: ExportRequest,
) -> None:
    with pytest.raises(IntegrityError, match="another_person_confirms"):
        ExportRequest.objects.update(
            outcome="confirmed",
            closed_at=timezone.now(),
            closed_by_id=asked_at_once.asked_by_id,
        )
    with pytest.raises(IntegrityError, match="another person confirmed it"):
        Job.objects.create(
            id=uuid4(),
            kind="clinic-export",
            owner_kind="user",
            owner_id=asked_at_once.asked_by_id,
            owner_name="x",
            clinic=asked_at_once.clinic,
            asked_at=timezone.now(),
            state="done",
        )
