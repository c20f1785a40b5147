"""Consent taken back while something runs: nothing is delivered afterwards."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import queries
from accounts.models import Clinic, Consent, Patient, User
from accounts.services import consent as consents
from accounts.services import share_links
from tests.access import records
from tests.access.characters import Cast
from tests.access.signing_in import sign_in
from tests.factories import (
    a_clinic,
    a_clinician,
    a_confirmed_export,
    a_consent,
    a_patient,
    a_result,
)
from tests.integration.api.conftest import Program, a_key
from tracker.models import Job, JobFile
from tracker.services import exporting, job_kinds, jobs, report_batches

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db(transaction=True)

# What Dr Carol has open, by page or by program; the chart and the panel are parts that
# an open page fetches by itself.
OPEN = (
    "/patients/{id}/",
    "/patients/{id}/chart.svg",
    "/patients/{id}/chart.png",
    "/patients/{id}/report.txt",
    "/worklist/{id}/",
    "/patients/{id}/intakes/",
)
ASKED_BY_PROGRAMS = ("/api/v1/patients/{id}/results", "/fhir/Patient/{id}")
PART = {"HX-Request": "true", "X-Background": "1"}
PATIENCE = 300  # until the slowest has its first page, or report


def revoke(consent: Consent) -> None:
    by = queries.viewer_for(User.objects.get(patient=consent.patient))
    consents.revoke(consent=consent, by=by, at=timezone.now())


def kept(answer: "Answer") -> dict[str, str]:
    """Return what a browser sends that has a copy, to be told that it still holds."""
    return {
        "If-None-Match": answer.headers.get("ETag", "*"),
        "If-Modified-Since": answer.headers.get(
            "Last-Modified", "Sat, 01 Jan 2000 00:00:00 GMT"
        ),
    }


def test_open_pages_parts_charts_and_programs_get_nothing_more(cast: Cast) -> None:
    """Each reader reads, all stop, consent ends, and each asks again."""
    records.fill(cast)
    program = Program(a_key(cast.consented))
    read_all, revoked = (
        Barrier(len(OPEN) + len(ASKED_BY_PROGRAMS) + 1),
        Barrier(len(OPEN) + len(ASKED_BY_PROGRAMS) + 1),
    )

    signed_in = Client()
    sign_in(signed_in, cast.consented)

    def in_browser(path: str) -> "tuple[Answer, Answer]":
        browser = Client()
        browser.cookies = signed_in.cookies
        return twice(lambda **more: browser.get(path, headers=PART | more))

    def by_program(path: str) -> "tuple[Answer, Answer]":
        return twice(lambda **more: program.get(path, **more))

    def twice(ask: "Callable[..., Answer]") -> "tuple[Answer, Answer]":
        try:
            before = ask()
            read_all.wait(PATIENCE)
            revoked.wait(PATIENCE)
            return before, ask(**kept(before))
        finally:
            connection.close()

    with ThreadPoolExecutor(len(OPEN) + len(ASKED_BY_PROGRAMS)) as pool:
        place = {"id": cast.record.pk}
        running = [
            pool.submit(read, path.format(**place))
            for read, paths in ((in_browser, OPEN), (by_program, ASKED_BY_PROGRAMS))
            for path in paths
        ]
        read_all.wait(PATIENCE)
        revoke(cast.harbour_consent)
        revoked.wait(PATIENCE)
        answers = [each.result() for each in running]

    for before, after in answers:
        assert before.status_code == 200
        assert "no-store" in before["Cache-Control"]
        assert not before.streaming  # what streams would go on after the end
        assert after.status_code == 404
        assert b"Alice" not in after.content


def test_a_share_link_that_is_open_gets_nothing_more(cast: Cast) -> None:
    records.fill(cast)
    paths = ("/shared/report/", "/shared/report.pdf")
    read_all, revoked = Barrier(len(paths) + 1), Barrier(len(paths) + 1)
    secrets = {"code": cast.secrets.code, "pin": cast.secrets.pin}

    def read(path: str) -> "tuple[int, Answer]":
        browser = Client()
        try:
            browser.post("/shared/", secrets)
            before = browser.get(path)
            read_all.wait(PATIENCE)
            revoked.wait(PATIENCE)
            return before.status_code, browser.get(path, headers=kept(before))
        finally:
            connection.close()

    with ThreadPoolExecutor(len(paths)) as pool:
        running = [pool.submit(read, path) for path in paths]
        read_all.wait(PATIENCE)
        by = queries.viewer_for(cast.owner)
        share_links.revoke(link=cast.share_link, by=by, at=timezone.now())
        revoked.wait(PATIENCE)
        answers = [each.result() for each in running]

    for before, after in answers:
        assert before == 200
        assert after.status_code == 302
        assert after["Location"] == "/shared/"


@pytest.fixture
def people() -> list[Patient]:
    """Three people who let Dr Osei in."""
    clinic = a_clinic("Harbour Clinic")
    a_clinician(clinic, "Dr Osei")
    found = [a_patient(name) for name in ("Ada Ash", "Bela Birch", "Cleo Cole")]
    for person in found:
        a_consent(person, clinic)
        a_result(person)
    return found


@pytest.fixture
def osei(people: list[Patient]) -> Client:
    del people
    browser = Client()
    sign_in(browser, User.objects.get(name="Dr Osei"))
    return browser


def started(osei: Client, people: list[Patient], kind: str) -> Job:
    if kind == "reports":
        chosen = {"patient": [str(person.pk) for person in people], "make": "yes"}
        osei.post("/reports/", chosen)
    else:
        clinic = Clinic.objects.get()
        osei.post(f"/clinics/{clinic.pk}/export/", {"reason": "We move."})
        a_confirmed_export(Job.objects.get())
    return Job.objects.get()


class PausedAtTheSecond:
    """Stands in for a function; its second call waits until it may go on."""

    def __init__(self, real: Callable[..., bytes]) -> None:
        self.real, self.calls = real, 0
        self.is_there, self.may_go_on = Barrier(2), Barrier(2)

    def __call__(self, *args: object, **kwargs: object) -> bytes:
        self.calls += 1
        if self.calls == 2:
            self.is_there.wait(PATIENCE)
            self.may_go_on.wait(PATIENCE)
        return self.real(*args, **kwargs)


def work_on(job: Job) -> None:
    try:
        owner = queries.viewer_for(User.objects.get(pk=job.owner_id))
        jobs.run(job.pk, by=owner, works=job_kinds.WORKS)
    finally:
        connection.close()


@pytest.mark.parametrize("kind", ["reports", "export"])
def test_long_work_delivers_nothing_of_who_left_before_or_after_their_turn(
    osei: Client, people: list[Patient], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The first and the third leave while the second is being written."""
    place, name = {
        "reports": (report_batches, "report_pdf"),
        "export": (exporting, "as_lines"),
    }[kind]
    job = started(osei, people, kind)
    paused = PausedAtTheSecond(getattr(place, name))
    monkeypatch.setattr(place, name, paused)
    in_order = sorted(people, key=lambda person: person.pk)
    first, second, third = people if kind == "reports" else in_order

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work_on, job)
        paused.is_there.wait(PATIENCE)
        assert JobFile.objects.get().patient_id == first.pk
        for person in (first, third):
            revoke(Consent.objects.get(patient=person))
        paused.may_go_on.wait(PATIENCE)
        working.result()

    delivered = osei.get(f"/jobs/{job.pk}/file/").content
    assert paused.calls == 2
    assert delivered == bytes(JobFile.objects.get(patient=second).content)
    assert not JobFile.objects.filter(patient=third).exists()
