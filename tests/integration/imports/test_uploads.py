"""Uploading: looked at first, saved whole, taken back; for one record and a clinic."""

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts import queries
from accounts.models import AuditEvent, Clinic, Patient, PatientNumber, User
from accounts.services import consent as consents
from labs.models import ImportBatch, ImportRow, LabResult
from labs.services import uploading
from tests.factories import a_consent, a_patient, a_result, an_entry, owner_of
from tests.integration.api.conftest import Program, a_key
from tracker.models import Job
from tracker.services import importing_files, job_kinds, jobs

MOMENT = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
HEADER = "date,test,value,unit,laboratory\n"
TWO = (
    HEADER
    + "2026-01-15,25-OH vitamin D,28.0,ng/mL,North Lab\n"
    + ("2026-02-15,25-OH vitamin D,<4,ng/mL,North Lab\n")
)


def upload(browser: Client, patient: Patient, text: str | bytes) -> HttpResponse:
    data = text if isinstance(text, bytes) else text.encode()
    file = SimpleUploadedFile("results.csv", data)
    return browser.post(  # type: ignore[return-value]
        f"/patients/{patient.pk}/import/", {"file": file}, follow=True
    )


def upload_to(
    browser: Client, clinic: Clinic, text: str, **others: str
) -> HttpResponse:
    file = SimpleUploadedFile("results.csv", text.encode())
    return browser.post(  # type: ignore[return-value]
        f"/clinics/{clinic.pk}/imports/", {"file": file, **others}, follow=True
    )


def page_of(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def batch() -> ImportBatch:
    return ImportBatch.objects.latest("entered_at", "id")


def act(browser: Client, action: str, **values: str) -> str:
    return page_of(
        browser.post(f"/imports/{batch().pk}/{action}/", values, follow=True)  # type: ignore[arg-type]
    )


def typed(patient: Patient, value: str, unit: str, *, laboratory: str = "") -> None:
    day = date(2026, 1, 15)
    a_result(patient, an_entry(value, unit, collected_on=day, laboratory=laboratory))


def values_of(patient: Patient) -> list[str]:
    shown = LabResult.objects.filter(patient=patient).latest_versions().shown()
    return sorted(one.value_text for one in shown)


def test_nothing_is_saved_before_it_was_seen(annas: Client, anna: Patient) -> None:
    page = page_of(upload(annas, anna, TWO))

    assert "Will be added: 2" in page
    assert "28.0 ng/mL" in page
    assert "&lt;4 ng/mL" in page
    assert not LabResult.objects.exists()
    assert "Were added: 2" in act(annas, "save")
    assert values_of(anna) == ["28.0", "<4"]


def test_each_row_is_told_with_where_and_why(annas: Client, anna: Patient) -> None:
    text = (
        TWO
        + "2026-03-01,25-OH vitamin D,30,,North Lab\n"
        + ("2026-03-02,Vitamin D,30,ng/mL,North Lab\n")
    )
    page = page_of(upload(annas, anna, text))

    assert "Refused: 1" in page
    assert "line 4" in page
    assert "never guessed" in page
    assert "Held for review: 1" in page


def test_a_row_is_shown_with_the_day_as_the_file_writes_it(
    annas: Client, anna: Patient
) -> None:
    text = "Datum;Analyse;Ergebnis;Einheit\n13.01.2026;25-OH-D;28,5;ng/ml\n"

    page = page_of(upload(annas, anna, text))

    assert "13.01.2026 \N{MIDDLE DOT} 28,5 ng/ml" in page


def test_the_same_file_again_adds_nothing(annas: Client, anna: Patient) -> None:
    upload(annas, anna, TWO)
    act(annas, "save")

    page = page_of(upload(annas, anna, TWO))

    assert "Already here: 2" in page
    assert "Nothing of this file is new." in page
    assert "Save these results" not in page


def test_saving_twice_saves_once(annas: Client, anna: Patient) -> None:
    upload(annas, anna, TWO)

    act(annas, "save")
    page = act(annas, "save")

    assert "not waiting to be saved" in page
    assert LabResult.objects.count() == 2


def test_the_same_result_typed_by_hand_in_the_other_unit_is_one(
    annas: Client, anna: Patient
) -> None:
    typed(anna, "70", "nmol/L")

    page = page_of(upload(annas, anna, TWO))

    assert "Already here: 1" in page
    assert "Will be added: 1" in page


def test_another_number_of_that_day_is_another_result(
    annas: Client, anna: Patient
) -> None:
    typed(anna, "72", "nmol/L")

    assert "Will be added: 2" in page_of(upload(annas, anna, TWO))


def test_a_file_of_somebody_of_another_name_cannot_be_saved_unasked(
    annas: Client, anna: Patient
) -> None:
    text = (
        "name,born,date,test,value,unit\n"
        "Bob Birch,1950-01-02,2026-01-15,25OHD,28,ng/mL\n"
    )
    page = page_of(upload(annas, anna, text))
    assert "The file is about Bob Birch, 1950-01-02" in page
    assert "Anna Example" in page

    refused = act(annas, "save")
    assert "Confirm first" in refused
    assert not LabResult.objects.exists()

    act(annas, "save", is_confirmed="yes")
    assert values_of(anna) == ["28"]


def test_rows_behind_a_line_with_somebody_elses_name_are_never_taken(
    annas: Client, anna: Patient
) -> None:
    text = (
        TWO
        + "Bo Berg,,,,\n2026-03-01,25-OH vitamin D,155,ng/mL,North Lab\n"
        + f"{anna.name},,,,\n2026-03-02,25-OH vitamin D,30,ng/mL,North Lab\n"
        + "Tom,,,,\n2026-03-03,25-OH vitamin D,31,ng/mL,North Lab\n"
    )

    page = page_of(upload(annas, anna, text))
    act(annas, "save")

    assert "The name or birth date on the file is not the one of this record." in page
    assert "Line 8 holds only" in page
    assert values_of(anna) == ["28.0", "30", "31", "<4"]
    assert LabResult.objects.exclude(held_because="").get().value_text == "31"


def test_somebody_elses_rows_among_ones_own_are_never_taken(
    annas: Client, anna: Patient
) -> None:
    text = (
        "name,date,test,value,unit\n"
        "Anna Example,2026-01-15,25OHD,28,ng/mL\n"
        "Bob Birch,2026-01-16,25OHD,99,ng/mL\n"
    )
    page = page_of(upload(annas, anna, text))
    assert "Refused: 1" in page
    assert "Will be added: 1" in page

    act(annas, "save", is_confirmed="yes")
    assert values_of(anna) == ["28"]


def test_an_ambiguous_order_of_dates_is_asked_and_never_guessed(
    annas: Client, anna: Patient
) -> None:
    text = "date,test,value,unit\n03/04/2025,25OHD,28,ng/mL\n"
    page = page_of(upload(annas, anna, text))
    assert "In which order are the dates written?" in page
    assert "Save these results" not in page

    by_day = act(annas, "answer", date_order="dmy")
    assert "3 April 2025" in by_day
    assert "4 March 2025" in act(annas, "answer", date_order="mdy")


def test_a_table_without_any_unit_is_asked_about_and_never_guessed(
    annas: Client, anna: Patient
) -> None:
    text = "date,test,value\n2026-03-12,25OHD,28\n"
    page = page_of(upload(annas, anna, text))
    assert "Which unit is printed next to the number?" in page
    assert "Save these results" not in page

    assert "28 nmol/L" in act(annas, "answer", unit="nmol/L")
    assert "28 ng/mL" in act(annas, "answer", unit="ng/mL")


def test_an_answer_can_be_changed_until_the_file_is_saved(
    annas: Client, anna: Patient
) -> None:
    text = "Date,Vitamin D 25-OH\n2026-01-15,28\n"
    upload(annas, anna, text)
    assert "Will be added: 1" in act(annas, "answer", unit="ng/mL")

    page = act(annas, "answer", unit="nmol/L")

    assert 'value="nmol/L" required checked' in page
    assert "28 nmol/L" in page
    act(annas, "save")
    assert [one.unit for one in LabResult.objects.all()] == ["nmol/L"]


@pytest.mark.parametrize(
    ("text", "answer", "other"),
    [
        ("Date,Vitamin D 25-OH\n2026-01-15,28\n", ("unit", "ng/mL"), "nmol/L"),
        (
            "Date,Test,Result,Unit\n03/04/2025,25-OH-D,28,ng/mL\n",
            ("date_order", "mdy"),
            "dmy",
        ),
    ],
)
def test_an_answer_for_an_earlier_file_is_shown_and_can_be_changed(
    annas: Client, anna: Patient, text: str, answer: tuple[str, str], other: str
) -> None:
    upload(annas, anna, text)
    act(annas, "answer", **dict([answer]))
    act(annas, "discard")

    page = page_of(upload(annas, anna, text))

    assert "Answered as for an earlier file with the same columns." in page
    assert f'value="{answer[1]}" required checked' in page
    changed = act(annas, "answer", **{answer[0]: other})
    assert f'value="{other}" required checked' in changed
    assert "Answered as for an earlier file" not in changed


def test_what_was_read_in_another_way_since_is_not_saved_from_an_older_page(
    annas: Client, anna: Patient
) -> None:
    upload(annas, anna, "Date,Vitamin D 25-OH\n2026-01-15,28\n")
    older = act(annas, "answer", unit="ng/mL")
    seen = older.split('name="seen" value="')[1].split('"')[0]
    newer = act(annas, "answer", unit="nmol/L")

    page = act(annas, "save", seen=seen)

    assert "read in another way since you opened this page" in page
    assert not LabResult.objects.exists()
    seen = newer.split('name="seen" value="')[1].split('"')[0]
    act(annas, "save", seen=seen)
    assert [one.unit for one in LabResult.objects.all()] == ["nmol/L"]


def test_a_person_is_not_asked_in_the_words_of_a_program(
    annas: Client, anna: Patient
) -> None:
    page = page_of(
        upload(annas, anna, "Date,Test,Result,Unit\n03/04/2025,25-OH-D,28,ng/mL\n")
    )

    assert "fit day-month-year and month-day-year" in page
    assert "date_order =" not in page


def test_a_file_whose_reading_was_cancelled_can_be_read_still(
    annas: Client, anna: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing_files, "LARGE_BYTES", 10)
    upload(annas, anna, TWO)
    job = Job.objects.get()
    waiting = page_of(annas.get(f"/imports/{batch().pk}/"))  # type: ignore[arg-type]
    assert "Not read yet" in waiting
    assert f"/jobs/{job.pk}/" in waiting
    assert "Read the file<" not in waiting
    annas.post(f"/jobs/{job.pk}/cancel/")
    viewer = queries.viewer_for(owner_of(anna))
    jobs.run(job.pk, by=viewer, works=job_kinds.WORKS)

    page = page_of(annas.get(f"/imports/{batch().pk}/"))  # type: ignore[arg-type]
    assert "A question is open" not in page
    assert "Read the file<" in page
    ended = page_of(annas.get(f"/jobs/{job.pk}/"))  # type: ignore[arg-type]
    assert "Cancelled" in ended
    assert f'href="/imports/{batch().pk}/"' in ended
    monkeypatch.undo()
    assert "Will be added: 2" in act(annas, "answer")


def test_columns_that_nobody_knows_are_mapped_and_remembered(
    annas: Client, anna: Patient
) -> None:
    text = "wann,was,wieviel,xyzzy\n2026-01-15,25-OH-D,28,ng/mL\n"
    page = page_of(upload(annas, anna, text))
    assert "What the columns hold" in page
    assert "2026-01-15" in page
    told = {
        "columns": "1",
        "column-0": "collected_on",
        "column-1": "test_name",
        "column-2": "value",
        "column-3": "unit",
    }

    assert "Will be added: 1" in act(annas, "answer", **told)
    act(annas, "discard")

    again = page_of(upload(annas, anna, text.replace("28", "31")))
    assert "Will be added: 1" in again
    assert "31 ng/mL" in again


def test_a_wide_table_shows_what_its_columns_are_and_takes_a_unit(
    annas: Client, anna: Patient
) -> None:
    text = "Date,25-OH-D (ng/mL),Calcium,PTH (pg/mL)\n2026-01-15,28,9.5,45\n"
    page = page_of(upload(annas, anna, text))
    assert "Will be added: 2" in page
    assert "as recognised: calcium" in page
    assert "name no unit that is known" in page
    told = {"columns": "1", "column-1": "as found", "column-3": "as found"}
    told |= {"column-0": "collected_on", "column-2": "mg/dL"}

    assert "Will be added: 3" in (answered := act(annas, "answer", **told))
    assert "9.5 mg/dL" in answered
    assert '<option value="mg/dL" selected>' in answered


@pytest.mark.parametrize(
    "text",
    [
        "Tag;Monat;Jahr;Test;Ergebnis;Einheit\n15;1;2026;25-OH-D;28,5;ng/ml\n",
        "Test;25-OH-D\nErgebnis;28,5\nEinheit;ng/ml\nDatum;15.1.2026\n",
        "Test: 25-OH-D\nErgebnis: 28,5 ng/ml\nDatum: 15.1.2026\n",
        "Test;;15.1.2026;;15.2.2026\n25-OH-D (ng/ml);;28,5;<;\n",
    ],
)
def test_a_table_in_another_shape_is_seen_and_saved(
    annas: Client, anna: Patient, text: str
) -> None:
    page = page_of(upload(annas, anna, text))

    assert "Will be added: 1" in page
    assert "28,5 ng/ml" in page
    assert "Were added: 1" in act(annas, "save")
    (stored,) = LabResult.objects.filter(patient=anna)
    assert stored.collected_on == date(2026, 1, 15)


@pytest.mark.parametrize(
    ("name", "says"),
    [("xl/workbook.xml", ""), ("mimetype", f"{OPEN_DOCUMENT}.spreadsheet")],
)
def test_a_workbook_is_to_be_saved_as_csv(
    annas: Client, anna: Patient, name: str, says: str
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as workbook:
        workbook.writestr(name, says)

    page = page_of(upload(annas, anna, packed.getvalue()))

    assert "Save the sheet with the results as CSV" in page


def test_the_names_of_a_sheet_are_mapped_as_columns_are(
    annas: Client, anna: Patient
) -> None:
    text = "Test;25-OH-D\nwieviel;28\nUnit;ng/mL\nwann;2026-01-15\n"
    page = page_of(upload(annas, anna, text))
    assert "What the columns hold" in page
    told = {"columns": "1", "column-0": "test_name", "column-1": "value"}
    told |= {"column-2": "unit", "column-3": "collected_on"}

    assert "Will be added: 1" in act(annas, "answer", **told)


def test_an_import_is_taken_back_and_may_come_again(
    annas: Client, anna: Patient
) -> None:
    upload(annas, anna, TWO)
    act(annas, "save")

    assert "2 results were taken back." in act(annas, "undo")
    assert values_of(anna) == []
    assert LabResult.objects.filter(status="entered-in-error").count() == 2

    assert "Will be added: 2" in page_of(upload(annas, anna, TWO))
    act(annas, "save")
    assert values_of(anna) == ["28.0", "<4"]
    assert "Already here: 2" in page_of(upload(annas, anna, TWO))


def test_what_was_corrected_since_stays_when_an_import_is_taken_back(
    annas: Client, anna: Patient
) -> None:
    upload(annas, anna, TWO)
    act(annas, "save")
    first = LabResult.objects.get(value_text="28.0")
    later = LabResult.objects.get(pk=first.pk)
    later.pk, later.version, later.value_text = None, 2, "29.0"
    later.value, later.version_reason = Decimal(29), "read wrongly"
    later.import_batch, later.import_key = None, None
    later.save(force_insert=True)

    page = act(annas, "undo")

    assert "1 result was taken back." in page
    assert "1 stays as it is: it was corrected since." in page
    assert values_of(anna) == ["29.0"]


def test_a_correction_that_is_taken_back_gives_the_earlier_value_again(
    annas: Client, anna: Patient
) -> None:
    typed(anna, "28.0", "ng/mL", laboratory="North Lab")
    corrected = (
        "date,test,value,unit,laboratory,status\n"
        "2026-01-15,25-OH vitamin D,82,ng/mL,North Lab,corrected\n"
    )
    page = page_of(upload(annas, anna, corrected))
    assert "1 comes as corrected or withdrawn" in page
    act(annas, "save")
    assert values_of(anna) == ["82"]

    act(annas, "undo")

    assert values_of(anna) == ["28.0"]


def test_a_correction_back_to_the_first_value_is_kept(
    annas: Client, anna: Patient
) -> None:
    row = "2026-01-15,25-OH vitamin D,{},ng/mL,North Lab,{}\n"
    header = "date,test,value,unit,laboratory,status\n"
    for value, status in (("28", "final"), ("82", "corrected"), ("28", "corrected")):
        upload(annas, anna, header + row.format(value, status))
        act(annas, "save")

    assert values_of(anna) == ["28"]
    assert LabResult.objects.count() == 3


def test_a_final_result_follows_its_preliminary_one(
    annas: Client, anna: Patient
) -> None:
    header = "date,test,value,unit,laboratory,status\n"
    row = "2026-01-15,25-OH vitamin D,28,ng/mL,North Lab,{}\n"
    for status in ("preliminary", "final"):
        upload(annas, anna, header + row.format(status))
        act(annas, "save")

    newest = LabResult.objects.latest("version")
    assert (newest.version, newest.status) == (2, "final")
    assert values_of(anna) == ["28"]


def test_what_a_laboratory_withdraws_leaves_the_record(
    annas: Client, anna: Patient
) -> None:
    header = "date,test,value,unit,laboratory,status\n"
    row = "2026-01-15,25-OH vitamin D,28,ng/mL,North Lab,{}\n"
    for status in ("final", "entered-in-error", "entered-in-error"):
        upload(annas, anna, header + row.format(status))
        act(annas, "save")

    assert values_of(anna) == []
    assert LabResult.objects.count() == 2


def test_refused_rows_come_back_with_reasons_and_can_be_fed_again(
    annas: Client, anna: Patient
) -> None:
    upload(annas, anna, TWO + "2026-03-01,25-OH vitamin D,30,,=North\n")
    answer = annas.get(f"/imports/{batch().pk}/refused.csv")
    text = answer.content.decode("utf-8-sig")
    assert text.splitlines()[0] == "date,test,value,unit,laboratory,refused_because"
    assert "never guessed" in text
    assert "'=North" in text

    mended = text.replace(",30,,", ",30,ng/mL,")
    assert "Will be added: 1" in page_of(upload(annas, anna, mended))


def test_refused_rows_come_back_below_what_stands_above_their_table(
    annas: Client, anna: Patient
) -> None:
    text = (
        "Report of Northern Lab\nPatient: Anna Example\n\nDate;Test;Result;Unit\n"
        "14.02.2024;25-OH-D;71,0;nmol/L\n15.02.2024;25-OH-D;;nmol/L\n"
    )
    upload(annas, anna, text)

    back = annas.get(f"/imports/{batch().pk}/refused.csv").content.decode("utf-8-sig")

    assert back.splitlines() == [
        "Report of Northern Lab",
        "Patient: Anna Example",
        "Date,Test,Result,Unit,refused_because",
        "15.02.2024,25-OH-D,,nmol/L,The value is empty.",
    ]
    mended = back.replace(",25-OH-D,,", ',25-OH-D,"72,0",')
    assert "Will be added: 1" in page_of(upload(annas, anna, mended))


def test_refused_rows_keep_the_line_that_says_whose_they_are(
    annas: Client, anna: Patient
) -> None:
    text = (
        "Date,Test,Result,Unit\n2024-02-14,25-OH-D,71,nmol/L\nPatient: Clara Clay\n"
        "2024-02-15,25-OH-D,72,nmol/L\n"
    )
    assert "Refused: 1" in page_of(upload(annas, anna, text))

    back = annas.get(f"/imports/{batch().pk}/refused.csv").content.decode("utf-8-sig")

    assert "Patient: Clara Clay" in back
    assert "2024-02-14" not in back
    page = page_of(upload(annas, anna, back))
    assert "Whose file is this?" in page


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.7", "This file cannot be read."),
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "DOCTYPE"),
        (b"[" * 100_000, "nested"),
        (b"PK\x05\x06" + b"\0" * 18, "archive"),
        (b"date,test,value,unit\n2026-01-15,25OHD,28\0,ng/mL\n", ""),
        (b'{"resourceType": "Observation", "valueQuantity": {"value": NaN}}', ""),
        (b'{"resourceType": "Observation", "id": "\\ud800"}', ""),
        (b'{"resourceType": "Bundle", "entry": [', ""),
    ],
)
def test_hostile_files_get_a_sentence_and_leave_nothing(
    annas: Client, anna: Patient, data: bytes, reason: str
) -> None:
    answer = upload(annas, anna, data)

    assert answer.status_code == 200
    assert reason in page_of(answer)
    assert not LabResult.objects.exists()


def test_an_empty_form_asks_for_a_file(annas: Client, anna: Patient) -> None:
    answer = annas.post(f"/patients/{anna.pk}/import/", {})

    assert answer.status_code == 422
    assert "Choose the file first." in answer.content.decode()


def test_reading_and_saving_stand_in_the_patients_trail(
    annas: Client, anna: Patient
) -> None:
    upload(annas, anna, TWO)
    act(annas, "save")

    events = AuditEvent.objects.filter(patient_id=anna.pk, object_label="import")
    assert {event.action for event in events} == {"read", "imported"}


def test_a_strangers_file_is_not_there(
    annas: Client, anna: Patient, strangers: Client
) -> None:
    upload(annas, anna, TWO)

    assert strangers.get(f"/imports/{batch().pk}/").status_code == 404
    for action in ("save", "undo", "answer", "discard"):
        assert strangers.post(f"/imports/{batch().pk}/{action}/").status_code == 404
    assert strangers.get(f"/imports/{batch().pk}/refused.csv").status_code == 404
    assert batch().state == "read"


# Clinics ------------------------------------------------------------------------------

MANY = "patient id,name,born,date,test,value,unit\n"


def test_a_clinics_file_finds_patients_by_number_then_by_name_and_birth_date(
    oseis: Client, osei: User, anna: Patient, clinic: Clinic
) -> None:
    del osei
    PatientNumber.objects.create(clinic=clinic, patient=anna, number="A-17")
    born = anna.born_on
    text = (
        f"{MANY}A-17,,,2026-01-15,25OHD,28,ng/mL\n"
        f',"Example, Anna",{born},2026-02-15,25OHD,31,ng/mL\n'
        "B-1,Nobody Known,1970-01-01,2026-02-15,25OHD,31,ng/mL\n"
    )
    page = page_of(upload_to(oseis, clinic, text))
    assert "Will be added: 2" in page
    assert "Refused: 1" in page
    assert "People are created only when asked for." in page

    act(oseis, "save")
    assert values_of(anna) == ["28", "31"]
    events = AuditEvent.objects.filter(patient_id=anna.pk, action="imported")
    assert events.count() == 1


def test_doubtful_people_are_asked_about(
    oseis: Client, osei: User, anna: Patient, clinic: Clinic
) -> None:
    del osei
    PatientNumber.objects.create(clinic=clinic, patient=anna, number="A-17")
    text = MANY + "A-17,Anna Sample,,2026-01-15,25OHD,28,ng/mL\n"
    page = page_of(upload_to(oseis, clinic, text))
    assert "Who is meant?" in page
    assert "Refused: 1" in page
    (asked,) = batch().words.question["people"]

    page = act(oseis, "answer", **{f"person-{asked['mark']}": str(anna.pk)})

    assert "Will be added: 1" in page


def test_nobody_is_chosen_who_was_not_offered(
    oseis: Client, osei: User, anna: Patient, clinic: Clinic
) -> None:
    del osei
    text = MANY + "A-17,Anna Sample,1990-01-01,2026-01-15,25OHD,28,ng/mL\n"
    upload_to(oseis, clinic, text)

    page = act(oseis, "answer", **{"person-0": str(anna.pk)})

    assert "Refused: 1" in page


def test_people_are_opened_where_the_clinic_says_so(
    oseis: Client, osei: User, clinic: Clinic
) -> None:
    del osei
    text = MANY + "B-1,Nobody Known,1970-01-01,2026-02-15,25OHD,31,ng/mL\n"
    page = page_of(upload_to(oseis, clinic, text, create_patients="on"))
    assert "1 record is opened" in page
    assert not Patient.objects.filter(name="Nobody Known").exists()

    act(oseis, "save")
    assert values_of(Patient.objects.get(name="Nobody Known")) == ["31"]


def test_a_clinic_may_open_records_for_a_file_that_it_sent_without_saying_so(
    oseis: Client, osei: User, anna: Patient, clinic: Clinic
) -> None:
    del osei
    PatientNumber.objects.create(clinic=clinic, patient=anna, number="A-17")
    text = f"{MANY}A-17,,,2026-01-15,25OHD,28,ng/mL\n"
    offer = "Open records for people whom the clinic does not know yet"
    page = page_of(upload_to(oseis, clinic, text))
    assert offer not in page
    text += "B-1,Nobody Known,1970-01-01,2026-02-15,25OHD,31,ng/mL\n"
    page = page_of(upload_to(oseis, clinic, text))
    assert offer in page
    assert "Refused: 1" in page

    page = act(oseis, "answer", opening="1", create_patients="yes")

    assert "1 record is opened" in page
    assert "Refused" not in page
    assert 'value="yes" checked' in page

    page = act(oseis, "answer", opening="1")

    assert "Refused: 1" in page
    act(oseis, "answer", opening="1", create_patients="yes")
    act(oseis, "save")
    assert values_of(Patient.objects.get(name="Nobody Known")) == ["31"]


def test_nobody_opens_records_for_a_file_of_one_record(
    annas: Client, anna: Patient
) -> None:
    text = MANY + "B-1,Nobody Known,1970-01-01,2026-02-15,25OHD,31,ng/mL\n"
    page = page_of(upload(annas, anna, text))

    assert "Open records" not in page
    act(annas, "answer", opening="1", create_patients="yes")
    assert "create_patients" not in batch().answers


def test_the_preview_says_whose_record_a_row_goes_to(
    oseis: Client, osei: User, anna: Patient, clinic: Clinic
) -> None:
    del osei
    PatientNumber.objects.create(clinic=clinic, patient=anna, number="HC-000448")
    text = MANY + "HC-000448,,,2026-01-15,25OHD,28,ng/mL\n"

    page = page_of(upload_to(oseis, clinic, text))

    assert anna.born_on is not None
    born = f"born {anna.born_on.day} {anna.born_on:%B %Y}"
    assert f"<bdi>{anna.name}, {born}, HC-000448</bdi>" in page


def test_the_preview_tells_a_record_that_would_be_opened(
    oseis: Client, osei: User, clinic: Clinic
) -> None:
    del osei
    text = MANY + "B-1,Nobody Known,1970-01-01,2026-02-15,25OHD,31,ng/mL\n"

    page = page_of(upload_to(oseis, clinic, text, create_patients="on"))

    assert "<bdi>a new record</bdi>" in page


def test_the_preview_says_as_what_a_row_is_understood(
    annas: Client, anna: Patient
) -> None:
    text = HEADER + "2026-01-15,25(OH)D3 SerPl-mCnc,<4,ng/mL,North Lab\n"

    page = page_of(upload(annas, anna, text))

    assert "25(OH)D3 SerPl-mCnc" in page
    understood = page.partition('data-label="Understood as"')[2].partition("</td>")[0]
    assert "25-hydroxyvitamin D3 only" in understood
    assert "&lt;4 " in understood
    assert "ng/mL" in understood
    assert "15 January 2026" in understood


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("entered-in-error", "1 March 2026 \N{MIDDLE DOT} entered in error"),
        ("preliminary", "1 March 2026 \N{MIDDLE DOT} preliminary"),
        ("final", "1 March 2026</span>"),
    ],
)
def test_the_preview_says_what_is_not_final(
    annas: Client, anna: Patient, status: str, words: str
) -> None:
    text = f"collected_on,value,unit,status\n2026-03-01,64,ng/mL,{status}\n"

    assert words in page_of(upload(annas, anna, text))


def test_the_head_of_a_preview_leads_to_each_of_its_parts(
    annas: Client, anna: Patient
) -> None:
    text = HEADER + TWO.partition("\n")[2] + "2026-01-16,25OHD,many,ng/mL,North Lab\n"

    page = page_of(upload(annas, anna, text))

    head = page.partition("<section")[0]
    assert '<a href="#section-1">Refused: 1</a>' in head
    assert '<a href="#section-2">Will be added: 2</a>' in head


def test_whose_record_it_is_stands_beside_the_button_that_saves(
    annas: Client, anna: Patient
) -> None:
    page = page_of(upload(annas, anna, TWO))

    assert f"They go into the record of {anna.name}, born " in page


def test_a_file_of_unknown_people_is_not_said_to_be_here_already(
    oseis: Client, osei: User, clinic: Clinic
) -> None:
    del osei
    text = MANY + "B-1,Nobody Known,1970-01-01,2026-02-15,25OHD,133,nmol/L\n"

    page = page_of(upload_to(oseis, clinic, text))

    assert "Nothing of this file is new." not in page
    assert "Nothing of this file can be added." in page
    assert "1 row was refused, for the reason below." in page
    assert "Nobody whom this file names was found in this clinic." in page


def test_a_file_that_is_here_in_part_says_so_by_counts(
    annas: Client, anna: Patient
) -> None:
    upload(annas, anna, TWO)
    act(annas, "save")

    page = page_of(upload(annas, anna, TWO + "2026-03-01,25-OH vitamin D,x,ng/mL,\n"))

    assert "2 results are already here." in page
    assert "1 row was refused" in page
    assert "Nobody whom this file names" not in page


def test_a_file_without_any_result_says_what_was_found(
    annas: Client, anna: Patient
) -> None:
    page = page_of(upload(annas, anna, HEADER + "2026-01-15,Ferritin,28.0,ug/L,\n"))

    assert "No result that is kept here was found in this file." in page
    assert "What was found in the file" in page
    assert '<details class="more" open>' in page


def test_another_test_is_refused_with_its_reason_and_what_the_file_says(
    annas: Client, anna: Patient
) -> None:
    row = '2026-02-15,"1,25-dihydroxyvitamin D",40,ng/mL,North Lab\n'

    page = page_of(upload(annas, anna, TWO + row))

    assert "It is not taken from a file: nothing of it is kept." in page
    assert "keep it apart" not in page
    assert "your report" not in page
    assert "2026-02-15 · 40 · ng/mL · 1,25-dihydroxyvitamin D · North Lab" in page


def test_a_large_file_is_read_and_saved_in_the_background(
    annas: Client, anna: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing_files, "LARGE_BYTES", 10)
    viewer = queries.viewer_for(owner_of(anna))
    assert "Waiting for its turn" in page_of(upload(annas, anna, TWO))
    jobs.run(Job.objects.get().pk, by=viewer, works=job_kinds.WORKS)
    assert not LabResult.objects.exists()
    assert "Will be added: 2" in page_of(annas.get(f"/imports/{batch().pk}/"))  # type: ignore[arg-type]

    act(annas, "save")
    jobs.run(Job.objects.get(kind="save-file").pk, by=viewer, works=job_kinds.WORKS)

    assert values_of(anna) == ["28.0", "<4"]


def test_uploads_of_a_month_ago_are_removed_and_results_stay(
    annas: Client, anna: Patient
) -> None:
    upload(annas, anna, TWO)
    act(annas, "save")
    assert uploading.remove_old() == 0
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE labs_importfile SET kept_at = now() - interval '31 days'"
        )

    assert uploading.remove_old() == 1
    assert values_of(anna) == ["28.0", "<4"]
    assert not ImportRow.objects.exists()
    assert annas.get(f"/imports/{batch().pk}/").status_code == 200


# Long previews, and who looked at them ------------------------------------------------


def a_long_table(rows: int, *, without_name_from: int) -> str:
    """Return a table whose last rows are held: their name says no form."""
    lines = (
        f"{2001 + row // 300}-{1 + row // 25 % 12:02}-{1 + row % 25:02},"
        f"{'25-OH-D' if row < without_name_from else 'Vitamin D'},{row % 90}.5,ng/mL"
        for row in range(rows)
    )
    return "\n".join(("date,test,value,unit", *lines, "x,25-OH-D,1,ng/mL"))


def test_a_long_preview_lists_what_is_held_and_refused_first_and_pages_the_rest(
    annas: Client, anna: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "MOST_LISTED", 250)
    text = a_long_table(600, without_name_from=590)
    page = page_of(upload(annas, anna, text))

    assert page.index("Held for review: 10") < page.index("Refused: 1")
    assert page.index("Refused: 1") < page.index("Will be added: 590")
    assert "line 601" in page
    assert "line 602" in page
    assert "and 340 more" in page
    second = page_of(annas.get(f"/imports/{batch().pk}/?added=3"))  # type: ignore[arg-type]
    assert "line 202" in second
    assert "line 251" in second
    assert "Earlier rows" in second
    assert "Further rows" not in second
    for odd in ("0", "99999", "x", "-1", "9" * 30):
        answer = annas.get(f"/imports/{batch().pk}/?added={odd}")
        assert answer.status_code == 200


def test_a_row_that_stands_twice_in_a_file_says_so(
    annas: Client, anna: Patient
) -> None:
    row = "2026-01-15,25-OH vitamin D,28.0,ng/mL,North Lab\n"
    page = page_of(upload(annas, anna, HEADER + row + row))

    assert "Will be added: 1" in page
    assert "It stands in the file more than once and is taken once." in page


def test_looking_at_a_clinics_file_is_on_the_trail_of_each_patient_shown(
    oseis: Client, osei: User, anna: Patient, clinic: Clinic
) -> None:
    del osei
    other = a_patient("Cleo Cedar")
    consent = a_consent(other, clinic)
    text = (
        "name,born,date,test,value,unit\n"
        f"Anna Example,{anna.born_on},2026-01-15,25OHD,28,ng/mL\n"
        f"Cleo Cedar,{other.born_on},2026-01-15,25OHD,41,ng/mL\n"
        "Nobody Known,1950-01-02,2026-01-15,25OHD,30,ng/mL\n"
    )
    upload_to(oseis, clinic, text)

    reads = AuditEvent.objects.filter(object_label="import", action="read")
    assert set(reads.values_list("patient_id", flat=True)) == {anna.pk, other.pk}

    consents.revoke(
        consent=consent, by=queries.viewer_for(owner_of(other)), at=timezone.now()
    )
    page = page_of(oseis.get(f"/imports/{batch().pk}/"))  # type: ignore[arg-type]
    assert "28 ng/mL" in page
    assert "41 ng/mL" not in page
    assert f"Cleo Cedar, {other.born_on}" not in page
    assert "Not shared with you." in page
    assert reads.filter(patient_id=other.pk).count() == 1


# Room ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "most"),
    [("MOST_UPLOADS", 1), ("MOST_UPLOADED_BYTES", len(TWO.encode()) + 1)],
)
def test_no_more_is_brought_in_within_a_month_than_there_is_room_for(  # noqa: PLR0917
    annas: Client,
    anna: Patient,
    clinic: Clinic,
    oseis: Client,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    most: int,
) -> None:
    """What there is no room for is forgotten; another record and a clinic have room."""
    monkeypatch.setattr(uploading, limit, most)
    upload(annas, anna, TWO)

    page = page_of(upload(annas, anna, TWO.replace("28.0", "29.0")))
    program = Program(a_key(owner_of(anna)))
    answer = program.upload(f"/api/v1/patients/{anna.pk}/imports", TWO)

    assert "Nothing was saved. More than" in page
    assert "Wait until older ones are removed." in page
    assert answer.status_code == 422
    assert "Wait until older ones are removed." in answer.content.decode()
    assert ImportBatch.objects.count() == 1
    assert "28.0" in page_of(upload_to(oseis, clinic, TWO))
    assert ImportBatch.objects.count() == 2


def test_a_file_that_was_forgotten_makes_room(
    annas: Client, anna: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "MOST_UPLOADS", 1)
    upload(annas, anna, TWO)
    act(annas, "discard")

    assert "28.0" in page_of(upload(annas, anna, TWO))
