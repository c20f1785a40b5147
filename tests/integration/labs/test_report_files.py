"""The laboratory's report beside a result: attached, saved, taken away, checked."""

import io
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from accounts.models import AuditEvent, Clinic, Patient
from labs.models import LabResult, ReportFile, ResultCheck
from labs.services import attaching
from tests.factories import a_clinician, a_consent, a_patient, a_result, owner_of
from tests.integration.conftest import SignedIn
from tests.integration.labs.spoken_pages import flowing
from tests.unit.labs.formats.test_documents import PLACE, a_pdf, a_picture

HARD_NAME = "../Jane Doe \u202e 'scan';\"x\".PDF.html"


@pytest.fixture
def result(anna: Patient) -> LabResult:
    return a_result(anna)


def place(row: LabResult, page: str = "") -> str:
    return f"/patients/{row.patient_id}/results/{row.pk}/{page}"


def file_place(file: ReportFile, page: str = "") -> str:
    return f"/patients/{file.patient_id}/report-files/{file.pk}/{page}"


def attach(
    client: Client,
    row: LabResult,
    content: bytes | None = None,
    *,
    name: str = "report.pdf",
    role: str = "original",
) -> int:
    file = SimpleUploadedFile(name, a_pdf(2) if content is None else content)
    answer = client.post(place(row, "report/"), {"file": file, "role": role})
    return answer.status_code


def test_a_report_is_attached_named_on_the_page_and_saved_as_a_file(
    annas: Client, result: LabResult
) -> None:
    content = a_pdf(2)

    assert attach(annas, result, content) == 302

    file = ReportFile.objects.get()
    page = flowing(annas.get(place(result)))
    answer = annas.get(file_place(file))
    assert "report.pdf" in page
    assert "Original report, 2 pages" in page
    assert "Attached by Anna Example" in page
    assert answer.content == content
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="report.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]


def test_a_picture_is_kept_without_what_a_camera_wrote(
    annas: Client, result: LabResult
) -> None:
    attach(annas, result, a_picture(), name="photo.jpg")

    kept = bytes(ReportFile.objects.get().content)
    assert PLACE not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.format == "JPEG"


def test_a_hostile_name_is_made_harmless(annas: Client, result: LabResult) -> None:
    attach(annas, result, name=HARD_NAME)

    disposition = annas.get(file_place(ReportFile.objects.get()))["Content-Disposition"]
    assert disposition.startswith("attachment; filename")
    assert ".html" not in disposition.replace(".pdf", "")[-6:]
    assert "/" not in disposition
    assert disposition.rstrip('"').endswith(".pdf")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (b"<html><script>alert(1)</script></html>", "no PDF, JPEG or PNG"),
        (a_pdf(51), "may have 50 pages"),
    ],
)
def test_what_is_no_report_is_refused_and_nothing_is_kept(
    annas: Client, result: LabResult, content: bytes, sentence: str
) -> None:
    file = SimpleUploadedFile("report.pdf", content)

    answer = annas.post(place(result, "report/"), {"file": file, "role": "original"})

    assert answer.status_code == 422
    assert sentence in flowing(answer)
    assert not ReportFile.objects.exists()


def test_a_form_without_a_file_asks_for_one(annas: Client, result: LabResult) -> None:
    answer = annas.post(place(result, "report/"), {"role": "original"})

    assert answer.status_code == 422
    assert "Choose the file of the report." in flowing(answer)


def test_the_same_file_sent_twice_is_kept_once(
    annas: Client, result: LabResult
) -> None:
    content = a_picture()

    attach(annas, result, content)
    attach(annas, result, content)

    assert ReportFile.objects.count() == 1


def test_no_more_files_are_kept_than_a_report_can_have(
    annas: Client, result: LabResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attaching, "MOST_FILES", 1)

    assert attach(annas, result, a_pdf(1)) == 302
    assert attach(annas, result, a_pdf(2)) == 422


FULL = "removed ones included. This one would be more. Keep it yourself"


def told(client: Client, row: LabResult, content: bytes) -> tuple[int, str]:
    """Attach a file; return the status and the page that it is answered with."""
    file = SimpleUploadedFile("report.pdf", content)
    sent = {"file": file, "role": "original"}
    answer = client.post(place(row, "report/"), sent, follow=True)
    return answer.status_code, flowing(answer)


def test_no_more_files_are_kept_than_a_record_may_have(
    annas: Client, anna: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was removed counts, as it stays stored; another record does not."""
    monkeypatch.setattr(attaching, "MOST_FILES_OF_A_RECORD", 2)
    first, second = a_result(anna), a_result(anna)
    other = a_patient("Somebody Else")
    attach(annas, first, a_pdf(1))
    annas.post(file_place(ReportFile.objects.get(), "withdraw/"), {"reason": "wrong"})

    assert attach(annas, first, a_pdf(2)) == 302
    status, page = told(annas, second, a_pdf(3))

    assert status == 422
    assert "may be 2 in number and 1024 MB together" in page
    assert FULL in page
    assert ReportFile.objects.count() == 2
    assert attach(annas, first, a_pdf(2)) == 302  # the same again adds nothing
    assert attach(a_browser_of(other), a_result(other), a_pdf(3)) == 302


def test_no_more_bytes_are_kept_than_a_record_may_have(
    annas: Client, anna: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = a_pdf(1), a_pdf(2)
    most = len(first) + len(second) - 1
    monkeypatch.setattr(attaching, "MOST_BYTES_OF_A_RECORD", most)

    assert attach(annas, a_result(anna), first) == 302
    status, page = told(annas, a_result(anna), second)

    assert status == 422
    assert FULL in page
    monkeypatch.setattr(attaching, "MOST_BYTES_OF_A_RECORD", most + 1)
    assert attach(annas, a_result(anna), second) == 302


def a_browser_of(patient: Patient) -> Client:
    browser = Client()
    browser.force_login(owner_of(patient))
    return browser


@pytest.mark.django_db(transaction=True)
def test_two_files_at_once_do_not_pass_the_limit_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attaching, "MOST_FILES_OF_A_RECORD", 1)
    patient = a_patient("Anna Example")
    results = [a_result(patient) for _ in range(4)]
    start = Barrier(len(results))

    def send(number: int) -> int:
        browser = a_browser_of(patient)
        start.wait()
        try:
            return attach(browser, results[number], a_pdf(number + 1))
        finally:
            connection.close()

    with ThreadPoolExecutor(len(results)) as pool:
        statuses = sorted(pool.map(send, range(len(results))))

    assert statuses == [302, 422, 422, 422]
    assert ReportFile.objects.count() == 1


def test_a_file_stays_beside_a_corrected_version(
    annas: Client, result: LabResult
) -> None:
    attach(annas, result, role="correction")
    form = {
        "collected_on": "2026-03-12",
        "value": "29",
        "unit": "ng/mL",
        "measurand": "total",
        "status": "final",
        "reason": "Mistyped",
        "entry_id": str(result.pk),
        "confirmed": "yes",
    }
    annas.post(place(result, "correct/"), form)

    page = flowing(annas.get(place(LabResult.objects.get(version=2))))

    assert "Corrected report" in page


def test_who_attached_it_takes_it_away_and_then_nobody_opens_it(
    annas: Client, oseis: Client, result: LabResult
) -> None:
    attach(annas, result)
    file = ReportFile.objects.get()

    forbidden = oseis.post(file_place(file, "withdraw/"), {"reason": "x"})
    asked = annas.post(file_place(file, "withdraw/"), {"reason": ""})
    annas.post(file_place(file, "withdraw/"), {"reason": "It is somebody else's"})

    page = flowing(annas.get(place(result)))
    assert forbidden.status_code == 403
    assert asked.status_code == 422
    assert annas.get(file_place(file)).status_code == 404
    assert oseis.get(file_place(file)).status_code == 404
    assert "Removed by Anna Example" in page
    assert "It is somebody else" in page


@pytest.fixture
def partial(anna: Patient, clinic: Clinic, signed_in: SignedIn) -> Client:
    """The browser of a clinician who sees everything but results."""
    a_consent(anna, clinic, results=False)
    return signed_in(a_clinician(clinic, "Dr Partial"))


def test_a_file_is_not_there_for_who_may_not_see_its_result(
    annas: Client, strangers: Client, partial: Client, result: LabResult
) -> None:
    attach(annas, result)
    file = ReportFile.objects.get()

    assert strangers.get(file_place(file)).status_code == 404
    assert partial.get(file_place(file)).status_code == 404
    assert attach(partial, result) == 404


def test_every_look_at_a_file_stands_in_the_trail(
    annas: Client, oseis: Client, result: LabResult
) -> None:
    attach(annas, result)

    oseis.get(file_place(ReportFile.objects.get()))

    events = AuditEvent.objects.filter(object_label="report file").order_by("at")
    assert [(each.actor_name, each.action) for each in events] == [
        ("Anna Example", "created"),
        ("Dr Osei", "read"),
    ]


def test_the_page_of_a_result_reads_no_content_of_files(
    annas: Client, result: LabResult
) -> None:
    attach(annas, result)

    with CaptureQueriesContext(connection) as asked:
        annas.get(place(result))

    of_files = [each["sql"] for each in asked if "labs_reportfile" in each["sql"]]
    assert of_files
    assert not any('"labs_reportfile"."content"' in sql for sql in of_files)


# Checked against the report -----------------------------------------------------------


def test_who_checked_a_result_against_the_report_is_named(
    annas: Client, oseis: Client, result: LabResult
) -> None:
    oseis.post(place(result, "checked/"))
    oseis.post(place(result, "checked/"))

    page = flowing(annas.get(place(result)))
    assert "Checked against the report by Dr Osei" in page
    assert ResultCheck.objects.count() == 1
    assert "I checked this against the report" not in flowing(oseis.get(place(result)))
