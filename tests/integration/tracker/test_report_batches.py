"""Reports for a selection: made behind the pages, whole or not offered."""

import io
import zipfile
from datetime import UTC, datetime

import pytest
from django.db import OperationalError
from django.test import Client
from pypdf import PdfReader

from accounts import queries
from accounts.models import AuditEvent, Clinic, Consent, Patient, User
from accounts.services import consent as consents
from tests.factories import (
    a_clinic,
    a_clinician,
    a_consent,
    a_patient,
    a_result,
    an_entry,
    owner_of,
)
from tests.integration.conftest import SignedIn
from tests.integration.operations.test_observing import drawn
from tracker.models import Job, JobFile
from tracker.reports.visit_report import report_pdf
from tracker.services import job_kinds, jobs, report_batches

MOMENT = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)


@pytest.fixture
def people(anna: Patient, osei: User, clinic: Clinic) -> list[Patient]:
    """Anna, Bela and Cleo, who all let Dr Osei in."""
    del osei
    others = [a_patient("Bela Sample"), a_patient("Cleo Sample")]
    for person in others:
        a_consent(person, clinic)
    for person in (anna, *others):
        a_result(person, an_entry("28"))
    return [anna, *others]


def ask(browser: Client, people: list[Patient], **more: str) -> Job:
    chosen = {"patient": [str(person.pk) for person in people], "make": "yes"}
    answer = browser.post("/reports/", chosen | more)
    assert answer.status_code == 302
    return Job.objects.get()


def work_on(job: Job) -> Job:
    owner = queries.viewer_for(User.objects.get(pk=job.owner_id))
    jobs.run(job.pk, by=owner, works=job_kinds.WORKS)
    return Job.objects.get(pk=job.pk)


def test_one_pdf_has_everybody_in_the_order_of_names_under_their_titles(
    oseis: Client, people: list[Patient]
) -> None:
    job = work_on(ask(oseis, people[::-1], form="one"))

    answer = oseis.get(f"/jobs/{job.pk}/file/")

    assert answer["Content-Type"] == "application/pdf"
    assert "Sample" not in answer["Content-Disposition"]
    read = PdfReader(io.BytesIO(answer.content))
    titles = [each.title for each in read.outline]  # type: ignore[union-attr]
    assert titles == [person.name for person in people]
    pages = [page.extract_text() for page in read.pages]
    assert [any(p.name in page for page in pages) for p in people] == [True] * 3


def test_each_report_of_a_selection_is_measured(
    oseis: Client, people: list[Patient]
) -> None:
    before = drawn()

    job = work_on(ask(oseis, people, form="one"))
    assert oseis.get(f"/jobs/{job.pk}/file/").status_code == 200

    grown = {kind: count - before.get(kind, 0) for kind, count in drawn().items()}
    assert (grown["report"], grown["batch"]) == (len(people), 1)


def test_an_archive_has_a_tagged_file_for_each_whose_name_is_nobodys(
    oseis: Client, people: list[Patient]
) -> None:
    job = work_on(ask(oseis, people, form="archive"))

    answer = oseis.get(f"/jobs/{job.pk}/file/")

    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = archive.namelist()
        assert len(names) == 3
        assert not any("Sample" in name or "Example" in name for name in names)
        assert all(b"pdfuaid" in archive.read(name) for name in names)


@pytest.mark.parametrize(
    ("form", "words"),
    [("one", "Download the file"), ("archive", "Download the 3 files")],
)
def test_the_button_says_how_many_files_come(
    oseis: Client, people: list[Patient], form: str, words: str
) -> None:
    job = work_on(ask(oseis, people, form=form))

    page = oseis.get(f"/jobs/{job.pk}/").content.decode()

    assert f">{words}</a>" in page


def test_who_takes_consent_back_meanwhile_gets_no_report_and_that_is_told(
    oseis: Client, people: list[Patient]
) -> None:
    job = ask(oseis, people)
    bela = people[1]
    consents.revoke(
        consent=Consent.objects.get(patient=bela),
        by=queries.viewer_for(owner_of(bela)),
        at=MOMENT,
    )

    done = work_on(job)

    assert done.outcome == {"made": 2, "left_out": 1}
    page = oseis.get(f"/jobs/{job.pk}/").content.decode()
    assert "2 reports were made." in page
    assert "1 person does not share a record with you any more" in page


def test_a_killed_worker_is_followed_by_one_that_goes_on(
    oseis: Client, people: list[Patient], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ask(oseis, people)
    calls: list[int] = []

    def dies_at_the_second(*args: object, **kwargs: object) -> bytes:
        calls.append(1)
        if len(calls) == 2:
            raise OperationalError("the server went away")
        return report_pdf(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(report_batches, "report_pdf", dies_at_the_second)
    with pytest.raises(OperationalError):
        work_on(job)
    assert oseis.get(f"/jobs/{job.pk}/file/").status_code == 404

    done = work_on(job)

    assert (done.state, done.done) == ("done", 3)
    assert len(calls) == 4
    assert JobFile.objects.filter(job=job).count() == 3


def test_a_cancelled_selection_leaves_no_file(
    oseis: Client, people: list[Patient]
) -> None:
    job = ask(oseis, people)
    oseis.post(f"/jobs/{job.pk}/cancel/")

    assert work_on(job).state == "cancelled"
    assert oseis.get(f"/jobs/{job.pk}/file/").status_code == 404


def test_every_patients_trail_says_that_a_report_was_made_and_taken(
    oseis: Client, people: list[Patient]
) -> None:
    job = work_on(ask(oseis, people))
    oseis.get(f"/jobs/{job.pk}/file/")

    for person in people:
        trail = AuditEvent.objects.filter(patient_id=person.pk)
        assert trail.filter(action="read", object_label="report").count() == 1
        assert trail.filter(action="exported", object_label="file").count() == 1


def test_a_selection_of_nobody_or_of_strangers_makes_nothing(
    oseis: Client, people: list[Patient]
) -> None:
    del people
    stranger = a_patient("Stranger Danger")
    for chosen in ([], ["x"], [str(stranger.pk)]):
        answer = oseis.post("/reports/", {"patient": chosen, "make": "yes"})
        assert answer.status_code == 422
        assert "Choose at least one person." in answer.content.decode()
    assert not Job.objects.exists()


def test_too_many_at_a_time_are_refused_in_words(
    oseis: Client, people: list[Patient], monkeypatch: pytest.MonkeyPatch
) -> None:
    del people
    monkeypatch.setattr(report_batches, "MOST_REPORTS", 2)

    answer = oseis.post("/reports/", {"everyone": "yes", "make": "yes"})

    assert answer.status_code == 422
    assert "At most 2 reports are made at a time." in answer.content.decode()


def test_everybody_whom_the_search_means_is_asked_for_at_once(
    oseis: Client, people: list[Patient]
) -> None:
    oseis.post("/reports/", {"everyone": "yes", "q": "sample", "make": "yes"})

    chosen = Job.objects.get().arguments["patients"]
    assert chosen == [str(person.pk) for person in people[1:]]


def test_a_clinic_without_patients_reads_how_they_come(
    signed_in: SignedIn,
) -> None:
    page = signed_in(a_clinician(a_clinic("Lake Clinic"))).get("/reports/").content

    assert b"Nobody shares a record with your clinic yet." in page
    assert b"Make the reports" not in page
