"""A PDF or a picture of a report: never read, kept beside what somebody types."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import AuditEvent, Clinic, Patient
from labs.models import ImportBatch, ImportFile, LabResult, ReportFile
from labs.services import attaching
from tests.factories import a_patient, a_result, an_entry
from tests.integration.imports.test_uploads import act, page_of, upload


def a_picture(colour: str = "white") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (20, 20), colour).save(target, "PNG")
    return target.getvalue()


def a_typed_result(patient: Patient, value: str = "28") -> LabResult:
    return a_result(patient, an_entry(value, "ng/mL", collected_on=date(2026, 1, 15)))


def test_a_picture_is_not_read_and_waits_for_its_values(
    annas: Client, anna: Patient
) -> None:
    page = page_of(upload(annas, anna, a_picture()))

    assert "Values are not read out of a PDF or a picture" in page
    assert "Type the values" in page
    assert "Save these results" not in page
    assert not LabResult.objects.exists()
    assert ImportFile.objects.count() == 1


def test_the_picture_is_kept_beside_the_results_that_were_typed(
    annas: Client, anna: Patient
) -> None:
    upload(annas, anna, a_picture())
    result = a_typed_result(anna)

    page = act(annas, "keep", result=str(result.pk))

    file = ReportFile.objects.get()
    assert "The report is attached." in page
    assert (file.chain, file.patient_id) == (result.chain, anna.pk)
    assert file.media_type == "image/png"
    assert not ImportBatch.objects.exists()
    assert AuditEvent.objects.filter(object_label="report file").count() == 1


def test_nothing_is_kept_where_no_result_was_chosen(
    annas: Client, anna: Patient
) -> None:
    upload(annas, anna, a_picture())

    assert "Choose the results that stand in the report." in act(annas, "keep")
    assert not ReportFile.objects.exists()
    assert ImportFile.objects.count() == 1


def test_a_report_is_kept_beside_no_result_of_another_record(
    annas: Client, anna: Patient
) -> None:
    upload(annas, anna, a_picture())
    foreign = a_typed_result(a_patient("Bob Birch"))

    assert "Choose the results" in act(annas, "keep", result=str(foreign.pk))
    assert not ReportFile.objects.exists()


def test_a_table_is_never_kept_as_a_report(annas: Client, anna: Patient) -> None:
    upload(annas, anna, "date,test,value,unit\n2026-01-15,25OHD,28,ng/mL\n")
    result = a_typed_result(anna)

    assert "Choose the results" in act(annas, "keep", result=str(result.pk))
    assert not ReportFile.objects.exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7 broken", "Nothing was saved."),
        (b"\x89PNG\r\n\x1a\n broken", "Nothing was saved."),
    ],
)
def test_a_broken_or_large_report_is_refused_with_a_sentence(
    annas: Client, anna: Patient, data: bytes, said: str
) -> None:
    page = page_of(upload(annas, anna, data))

    assert said in page
    assert not ImportFile.objects.exists()


def test_a_clinics_file_of_many_people_is_no_picture(
    oseis: Client, clinic: Clinic
) -> None:
    answer = oseis.post(
        f"/clinics/{clinic.pk}/imports/",
        {"file": SimpleUploadedFile("many.png", a_picture())},
        follow=True,
    )

    assert "can be kept beside a result" in answer.content.decode()
    assert not ImportFile.objects.exists()


def test_a_report_that_a_full_record_has_no_room_for_waits_and_says_so(
    annas: Client, anna: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of several results all get the report, or none."""
    monkeypatch.setattr(attaching, "MOST_FILES_OF_A_RECORD", 1)
    upload(annas, anna, a_picture())
    results = [a_typed_result(anna), a_typed_result(anna, "29")]

    page = act(annas, "keep", result=[str(each.pk) for each in results])  # type: ignore[arg-type]

    assert "may be 1 in number" in page
    assert not ReportFile.objects.exists()
    assert ImportFile.objects.count() == 1
