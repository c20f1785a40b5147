"""Background work: step by step, resumed, cancelled, failed, never half offered."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.db import InterfaceError, InternalError, OperationalError, connection
from django.test import Client
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import queries
from accounts.domain.tokens import TokenPass, TokenScope
from accounts.models import AuditEvent, Clinic, Patient, User
from accounts.queries import viewing
from accounts.services import consent as consents
from accounts.services import tokens
from tests.integration.conftest import SignedIn
from tracker.models import Job, JobFile
from tracker.services import job_kinds, jobs
from tracker.services.jobs import Destination, JobRefused, Work

MOMENT = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)


class Sheets(Work):
    """Make a sheet for each step; break where a test says so."""

    kind = "sheets"
    title = "Sheets"
    breaks_at: ClassVar[dict[str, Exception]] = {}
    made: ClassVar[list[str]] = []

    def plan(self, *, at: datetime) -> list[str]:
        del at
        return ["a", "b", "c"]

    def step(self, key: str, *, at: datetime) -> None:
        self.made.append(key)
        self.keep_file(
            key,
            name=f"{key}.txt",
            content_type="text/plain",
            content=key.encode(),
            patient=self.job.patient,
            of_results=True,
            at=at,
        )
        if key in self.breaks_at:
            raise self.breaks_at[key]

    def finish(self, *, at: datetime) -> dict[str, Any]:
        del at
        return {"sheets": 3}

    @classmethod
    def told(cls, job: Job) -> list[str]:
        return [f"{job.outcome['sheets']} sheets were made."]

    @classmethod
    def leads_to(cls, job: Job) -> Destination:
        return Destination("Go on", "patient", [job.patient_id])


@pytest.fixture(autouse=True)
def _sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(job_kinds.WORKS, "sheets", Sheets)
    Sheets.breaks_at, Sheets.made = {}, []


@pytest.fixture
def job(anna: Patient, clinic: Clinic, osei: User) -> Job:
    viewer = queries.viewer_for(osei)
    with viewing(viewer):
        return jobs.begin(
            work=Sheets,
            arguments={},
            by=viewer,
            at=MOMENT,
            clinic=clinic,
            patient=anna,
        )


def work_on(job: Job) -> Job:
    owner = queries.viewer_for(User.objects.get(pk=job.owner_id))
    jobs.run(job.pk, by=owner, works=job_kinds.WORKS)
    return Job.objects.get(pk=job.pk)


def test_a_job_of_a_key_ends_at_its_next_step_once_the_key_is_revoked(
    anna: Patient, clinic: Clinic, osei: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = queries.viewer_for(osei)
    token, secret = tokens.make(
        name="phone app",
        scopes=frozenset(TokenScope),
        lasts=timedelta(days=1),
        by=viewer,
        at=MOMENT,
    )
    shown = tokens.show(secret)
    assert shown is None  # it ended by itself, long ago: that alone ends no work
    passed = TokenPass(token.pk, token.name, frozenset(TokenScope))
    with viewing(viewer):
        job = jobs.begin(
            work=Sheets,
            arguments={},
            by=replace(viewer, token=passed),
            at=MOMENT,
            clinic=clinic,
            patient=anna,
        )

    class Revoking(Sheets):
        def step(self, key: str, *, at: datetime) -> None:
            super().step(key, at=at)
            if key == "b":
                tokens.revoke(token=token, by=viewer, at=MOMENT)

    monkeypatch.setitem(job_kinds.WORKS, "sheets", Revoking)
    ended = work_on(job)

    assert (ended.state, ended.done) == ("failed", 2)
    assert Sheets.made == ["a", "b"]
    assert "The key by which this was asked for was revoked" in ended.sentence
    assert not JobFile.objects.filter(job=job).exists()


def address(job: Job, part: str = "") -> str:
    return f"/jobs/{job.pk}/{part}"


def test_the_worker_is_told_ids_and_nothing_else(job: Job) -> None:
    queued = ProcrastinateJob.objects.get(task_name="run_job")

    assert queued.args == {
        "job_id": str(job.pk),
        "owner_kind": "user",
        "owner_id": str(job.owner_id),
    }
    assert "run_job" in app.tasks


def test_a_job_goes_through_its_steps_and_leads_on(job: Job, oseis: Client) -> None:
    done = work_on(job)

    assert (done.state, done.done, done.total) == ("done", 3, 3)
    page = oseis.get(address(job)).content.decode()
    assert "3 sheets were made." in page
    assert "Download the 3 files" in page
    assert f"/patients/{job.patient_id}/" in page
    assert "hx-trigger" not in page


def test_an_open_job_asks_again_by_itself_without_keeping_the_session_open(
    job: Job, oseis: Client
) -> None:
    page = oseis.get(address(job)).content.decode()

    assert 'hx-trigger="every 2s"' in page
    assert "X-Background" in page
    part = oseis.get(address(job), headers={"HX-Target": "job"}).content.decode()
    assert part.lstrip().startswith("<section")


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError, InternalError])
def test_a_killed_worker_leaves_whole_steps_and_the_next_goes_on(
    job: Job, kind: type[Exception]
) -> None:
    Sheets.breaks_at = {"b": kind("the server went away")}
    with pytest.raises(kind):
        work_on(job)
    left = Job.objects.get(pk=job.pk)
    assert (left.state, left.done) == ("running", 1)
    assert [file.key for file in JobFile.objects.filter(job=job)] == ["a"]

    Sheets.breaks_at = {}
    done = work_on(job)

    assert done.state == "done"
    assert Sheets.made == ["a", "b", "b", "c"]
    assert sorted(file.key for file in JobFile.objects.filter(job=job)) == list("abc")


def test_files_are_never_offered_before_the_end(job: Job, oseis: Client) -> None:
    Sheets.breaks_at = {"c": OperationalError("the server went away")}
    with pytest.raises(OperationalError):
        work_on(job)

    assert "Download" not in oseis.get(address(job)).content.decode()
    assert oseis.get(address(job, "file/")).status_code == 404


def test_a_cancelled_job_keeps_nothing(job: Job, oseis: Client) -> None:
    Sheets.breaks_at = {"b": OperationalError("the server went away")}
    with pytest.raises(OperationalError):
        work_on(job)

    oseis.post(address(job, "cancel/"))
    assert "Stopping after the step" in oseis.get(address(job)).content.decode()
    ended = work_on(job)

    assert ended.state == "cancelled"
    assert not JobFile.objects.filter(job=job).exists()


@pytest.mark.django_db(transaction=True)
def test_a_step_at_whose_end_the_job_is_cancelled_is_undone(
    job: Job, anna: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Lasting(Sheets):
        def step(self, key: str, *, at: datetime) -> None:
            super().step(key, at=at)
            Patient.objects.filter(pk=anna.pk).update(name=key)
            if key == "c":  # behind the last moment at which it tells how far it is
                cancel_from_elsewhere(self.job)

    monkeypatch.setitem(job_kinds.WORKS, "sheets", Lasting)
    ended = work_on(job)

    assert (ended.state, ended.done) == ("cancelled", 2)
    assert Patient.objects.get(pk=anna.pk).name == "b"


def cancel_from_elsewhere(job: Job) -> None:
    """Ask for the end on another connection, as the page does beside the worker."""
    aside = connection.copy()
    with aside.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.viewer_kind', 'user', false),"
            " set_config('app.viewer_id', %s, false)",
            [str(job.owner_id)],
        )
        cursor.execute(
            "UPDATE tracker_job SET cancel_asked_at = %s WHERE id = %s",
            [MOMENT, job.pk],
        )
    aside.close()


def test_what_is_done_whole_is_not_said_to_be_cancelled(
    job: Job, oseis: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(Sheets):
        def finish(self, *, at: datetime) -> dict[str, Any]:
            del at
            raise OperationalError

    monkeypatch.setitem(job_kinds.WORKS, "sheets", Slow)
    with pytest.raises(OperationalError):
        work_on(job)
    oseis.post(address(job, "cancel/"))

    monkeypatch.setitem(job_kinds.WORKS, "sheets", Sheets)
    ended = work_on(job)

    assert ended.state == "done"
    assert JobFile.objects.filter(job=job).count() == 3


def test_a_job_that_ended_is_not_cancelled_any_more(job: Job, oseis: Client) -> None:
    work_on(job)

    oseis.post(address(job, "cancel/"))

    assert Job.objects.get(pk=job.pk).cancel_asked_at is None


def test_a_refusal_is_told_and_nothing_is_kept(job: Job, oseis: Client) -> None:
    Sheets.breaks_at = {"b": JobRefused("The file is gone.")}
    assert work_on(job).sentence == "The file is gone."

    assert "The file is gone." in oseis.get(address(job)).content.decode()
    assert JobFile.objects.filter(job=job).count() == 0


def test_an_unforeseen_failure_says_nothing_of_anybody(
    job: Job, caplog: pytest.LogCaptureFixture
) -> None:
    Sheets.breaks_at = {"b": ValueError("Ada Alder 28 ng/mL")}

    failed = work_on(job)

    assert failed.state == "failed"
    assert "ValueError" in caplog.text
    assert "Ada" not in caplog.text
    assert "Ada" not in failed.sentence


def test_a_file_is_handed_over_with_an_event_in_the_patients_trail(
    job: Job, oseis: Client, anna: Patient
) -> None:
    work_on(job)

    answer = oseis.get(address(job, "file/"))

    assert answer["Content-Type"] == "application/zip"
    events = AuditEvent.objects.filter(patient_id=anna.pk, action="exported")
    assert [event.object_label for event in events] == ["file"]


def test_a_file_is_closed_when_the_patient_takes_the_consent_back(
    job: Job, oseis: Client, anna: Patient
) -> None:
    work_on(job)
    owner = queries.viewer_for(User.objects.get(patient=anna))
    with viewing(owner):
        given = queries.consents_of(anna).get()
        consents.revoke(consent=given, by=owner, at=MOMENT)

    assert oseis.get(address(job, "file/")).status_code == 404
    assert oseis.get(address(job)).status_code == 404


def test_nobody_else_sees_a_job(job: Job, annas: Client, strangers: Client) -> None:
    for browser in (annas, strangers):
        assert browser.get(address(job)).status_code == 404
        assert browser.post(address(job, "cancel/")).status_code == 404
    assert "Sheets" not in annas.get("/jobs/").content.decode()


def test_the_end_is_told_on_another_page_until_it_was_seen(
    job: Job, osei: User, signed_in: SignedIn
) -> None:
    browser = signed_in(osei)
    session = browser.session
    session["jobs_waited_for"] = [str(job.pk)]
    session.save()
    assert "Sheets" not in browser.get("/patients/").content.decode()

    work_on(job)

    assert "Sheets: Finished" in browser.get("/patients/").content.decode()
    browser.get(address(job))
    assert "Sheets" not in browser.get("/patients/").content.decode()


def test_files_of_a_week_ago_are_removed(job: Job) -> None:
    work_on(job)
    assert jobs.remove_old_files() == 0
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tracker_job SET finished_at = %s",
            [datetime.now(UTC) - timedelta(days=8)],  # noqa: TID251 - the database's
        )

    assert jobs.remove_old_files() == 3
    assert not JobFile.objects.exists()
