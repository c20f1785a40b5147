"""What leaves: tables, FHIR, JSON, archives and bulk, only what the viewer may see."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.bundle import Bundle

from accounts import queries
from accounts.models import AuditEvent, Clinic, Patient, User
from accounts.queries import viewing
from accounts.services import consent as consents
from labs.domain.units import Unit
from labs.formats.inspection import read_file
from labs.models import LabResult, ResultCheck
from labs.services import attaching, recording
from tests.factories import (
    a_confirmed_export,
    a_patient,
    a_result,
    a_target,
    an_entry,
    owner_of,
)
from tests.integration.conftest import SignedIn
from tracker.models import Job
from tracker.services import exporting, job_kinds, jobs

MOMENT = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)


@pytest.fixture
def filled(anna: Patient, osei: User) -> Patient:
    a_target(anna, osei)
    entry = an_entry("30.10", interval_text="see comment")
    entry = replace(entry, accession="A-77/26", collected_time_text="08:30")
    a_result(anna, replace(entry, comment="Haemolysed."))
    a_result(anna, an_entry("<4", "nmol/L", collected_on=date(2026, 1, 2)))
    return anna


def taken(browser: Client, patient: Patient, kind: str) -> bytes:
    answer = browser.get(f"/patients/{patient.pk}/export/{kind}")
    assert answer.status_code == 200, answer
    return answer.content


def rows_of(patient: Patient) -> list[tuple[object, ...]]:
    return sorted(
        (
            one.collected_on,
            one.value_text,
            one.value,
            one.comparator,
            one.unit_text,
            one.unit,
            one.measurand,
            one.loinc,
            one.laboratory,
            one.method,
            one.specimen,
            one.accession,
            one.collected_time_text,
            one.comment,
            one.interval_text,
            one.interval_low,
            one.interval_high,
            one.status,
            one.source,
        )
        for one in LabResult.objects.filter(patient=patient)
    )


@pytest.mark.parametrize(
    "kind", ["results.csv", "record.fhir.json", "record.json", "record.zip"]
)
def test_our_own_export_gives_the_same_rows_elsewhere(
    annas: Client, filled: Patient, signed_in: SignedIn, kind: str
) -> None:
    other = a_patient("Anna Elsewhere")
    browser = signed_in(owner_of(other))
    file = SimpleUploadedFile(kind, taken(annas, filled, kind))
    browser.post(f"/patients/{other.pk}/import/", {"file": file}, follow=True)
    batch_id = browser.get(f"/patients/{other.pk}/import/").content.decode()
    batch_id = batch_id.split("/imports/", 2)[2].split("/")[0]

    browser.post(f"/imports/{batch_id}/save/", {"is_confirmed": "yes"})

    assert len(rows_of(filled)) == 2
    assert rows_of(other) == rows_of(filled)


@pytest.mark.parametrize("write", [exporting.fhir_bundle, exporting.as_lines])
def test_a_range_in_another_unit_holds_no_result_elsewhere(
    filled: Patient, osei: User, write: Callable[..., exporting.Export | bytes]
) -> None:
    a_target(filled, osei, low="75", high="110", unit=Unit.NMOL_PER_L)
    viewer = queries.viewer_for(owner_of(filled))
    with viewing(viewer):
        written = write(filled, by=viewer, at=MOMENT)

    read = read_file(
        written.content if isinstance(written, exporting.Export) else written
    )

    told = {row.value_text: (row.hold, row.interval_text) for row in read.results}
    assert told == {"30.10": ("", "see comment"), "<4": ("", "")}


def test_lines_for_a_clinics_bulk_give_the_same_rows_elsewhere(
    filled: Patient, osei: User
) -> None:
    viewer = queries.viewer_for(osei)
    with viewing(viewer):
        lines = exporting.as_lines(filled, by=viewer, at=MOMENT)
    read = read_file(lines)

    kept = {(row.collected_on, row.value_text, row.unit_text) for row in read.results}
    assert kept == {
        (one.collected_on, one.value_text, one.unit_text)
        for one in LabResult.objects.filter(patient=filled)
    }


def test_who_checked_a_result_against_the_report_leaves_with_it(
    annas: Client, filled: Patient
) -> None:
    result = LabResult.objects.filter(patient=filled).latest("collected_on")
    annas.post(f"/patients/{filled.pk}/results/{result.pk}/checked/")
    bundle = json.loads(taken(annas, filled, "record.fhir.json"))
    Bundle.model_validate_json(json.dumps(bundle))

    agents = [
        agent
        for entry in bundle["entry"]
        if entry["resource"]["resourceType"] == "Provenance"
        for agent in entry["resource"]["agent"]
        if agent["type"]["coding"][0]["code"] == "verifier"
    ]
    assert [agent["who"]["display"] for agent in agents] == ["Anna Example"]
    assert agents[0]["type"]["text"].startswith("checked against the report on ")


@pytest.mark.parametrize(
    "kind", ["results.csv", "record.fhir.json", "record.json", "record.zip"]
)
def test_who_checked_a_result_is_said_elsewhere_and_comes_out_again(
    annas: Client, osei: User, filled: Patient, signed_in: SignedIn, kind: str
) -> None:
    result = LabResult.objects.filter(patient=filled).latest("collected_on")
    for number, user in enumerate([owner_of(filled), osei]):
        viewer, at = queries.viewer_for(user), MOMENT + timedelta(hours=number)
        with viewing(viewer):
            attaching.mark_checked(result=result, by=viewer, at=at)
    who = "Anna Example, 2026-03-14; Dr Osei, 2026-03-14"
    other = a_patient("Anna Elsewhere")
    browser = signed_in(owner_of(other))

    file = SimpleUploadedFile(kind, taken(annas, filled, kind))
    browser.post(f"/patients/{other.pk}/import/", {"file": file}, follow=True)
    batch_id = browser.get(f"/patients/{other.pk}/import/").content.decode()
    batch_id = batch_id.split("/imports/", 2)[2].split("/")[0]
    browser.post(f"/imports/{batch_id}/save/", {"is_confirmed": "yes"})

    copy = LabResult.objects.filter(patient=other).latest("collected_on")
    page = browser.get(f"/patients/{other.pk}/results/{copy.pk}/").content.decode()
    assert f"The file says that it was checked against the report by: {who}" in page
    assert not ResultCheck.objects.filter(patient=other).exists()
    cells = next(
        row
        for row in csv.DictReader(io.StringIO(taken(browser, other, CSV).decode()))
        if row["value"] == copy.value_text
    )
    assert cells["checked_by"] == who


CSV = "results.csv"


def test_the_bundle_is_valid_and_holds_every_kind(
    annas: Client, filled: Patient
) -> None:
    data = taken(annas, filled, "record.fhir.json")
    Bundle.model_validate_json(data)
    kinds = {entry["resource"]["resourceType"] for entry in json.loads(data)["entry"]}

    assert {
        "Patient",
        "Observation",
        "Provenance",
        "Goal",
        "Consent",
        "DiagnosticReport",
    } <= kinds
    assert b"30.10" in data
    assert "typed by patient" in data.decode()


def test_json_holds_everything_that_is_stored(annas: Client, filled: Patient) -> None:
    told = json.loads(taken(annas, filled, "record.json"))

    values = {row["value_text"] for row in told["labs_labresult"]}
    assert values == {"30.10", "<4"}
    assert told["labs_target"]
    assert told["accounts_consent"]
    assert told["accounts_auditevent"]
    assert told["not_shared"] == []


def test_json_written_row_by_row_is_one_text_whatever_stands_in_it(
    annas: Client, anna: Patient
) -> None:
    ends = "one\r\n  two\u2028three\x85four\x0bfive"
    a_result(anna, replace(an_entry(), comment=ends))

    written = taken(annas, anna, "record.json").decode()

    told = json.loads(written)
    assert [row["comment"] for row in told["labs_labresult"]] == [ends]
    assert written == json.dumps(told, ensure_ascii=False, indent=1)


def test_the_archive_holds_the_record_and_what_was_uploaded(
    annas: Client, filled: Patient
) -> None:
    file = SimpleUploadedFile("../sent.csv", b"date,test,value,unit\n")
    annas.post(f"/patients/{filled.pk}/import/", {"file": file})
    with zipfile.ZipFile(io.BytesIO(taken(annas, filled, "record.zip"))) as archive:
        names = set(archive.namelist())
        report = archive.read("report.pdf")
        kept = [archive.read(name) for name in names if name.endswith("sent.csv")]

    assert kept == [b"date,test,value,unit\n"]

    assert {"README.txt", "record.json", "record.fhir.json", "results.csv"} <= names
    assert report.startswith(b"%PDF")


def test_a_clinician_takes_only_what_is_shared(
    filled: Patient, clinic: Clinic, oseis: Client, strangers: Client
) -> None:
    owner = queries.viewer_for(owner_of(filled))
    with viewing(owner):
        given = queries.consents_of(filled).get()
        consents.revoke(consent=given, by=owner, at=MOMENT)
        consents.give(
            patient=filled,
            clinic=clinic,
            results=False,
            supplements=True,
            health=False,
            results_from=None,
            ends_at=None,
            by=owner,
            at=datetime.now(UTC) - timedelta(minutes=1),  # noqa: TID251 - the policies'
        )

    told = json.loads(taken(oseis, filled, "record.json"))

    assert told["labs_labresult"] == []
    assert "results" in told["not_shared"]
    assert b"30.10" not in taken(oseis, filled, "record.fhir.json")
    assert oseis.get(f"/patients/{filled.pk}/export/results.csv").status_code == 404
    assert strangers.get(f"/patients/{filled.pk}/export/").status_code == 404


def test_a_version_that_was_replaced_out_of_sight_is_said_to_hold_no_more(
    anna: Patient, annas: Client, oseis: Client
) -> None:
    corrected, again, held = (
        a_result(anna, an_entry(f"{day}.5", collected_on=date(2026, 3, day)))
        for day in (12, 13, 14)
    )
    owner = queries.viewer_for(owner_of(anna))
    for result, day in ((corrected, date(2025, 3, 12)), (again, date(2026, 3, 15))):
        entry = an_entry(collected_on=day)
        recording.correct(
            result=result, entry=entry, reason="Wrong day", by=owner, at=MOMENT
        )
    told = json.loads(taken(oseis, anna, "record.json"))
    assert (told["results_from"], told["replaced_out_of_sight"]) == (None, [])
    consent = anna.consents.get()
    consent.results_from = date(2026, 1, 1)
    consent.save()

    told = json.loads(taken(oseis, anna, "record.json"))

    assert told["results_from"] == "2026-01-01"
    assert told["replaced_out_of_sight"] == [str(corrected.pk)]
    seen = {row["id"] for row in told["labs_labresult"]}
    assert {str(corrected.pk), str(again.pk), str(held.pk)} < seen
    assert "2025-03-12" not in json.dumps(told["labs_labresult"])
    whole = json.loads(taken(annas, anna, "record.json"))
    assert (whole["results_from"], whole["replaced_out_of_sight"]) == (None, [])
    with zipfile.ZipFile(io.BytesIO(taken(oseis, anna, "record.zip"))) as archive:
        assert b"replaced_out_of_sight" in archive.read("README.txt")


def test_every_export_stands_in_the_trail(annas: Client, filled: Patient) -> None:
    for kind in ("results.csv", "record.json", "record.zip", "record.fhir.json"):
        taken(annas, filled, kind)

    events = AuditEvent.objects.filter(patient_id=filled.pk, action="exported")
    assert events.count() == 4


def test_who_exports_shows_again_who_they_are(annas: Client, filled: Patient) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=20), tick=False):  # noqa: TID251
        answer = annas.get(f"/patients/{filled.pk}/export/record.zip")

    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]


def test_a_clinics_export_runs_patient_by_patient_and_closes_with_consent(
    filled: Patient, clinic: Clinic, oseis: Client, osei: User
) -> None:
    why = {"reason": "We move to another program."}
    page = oseis.post(f"/clinics/{clinic.pk}/export/", why, follow=True)
    assert "Waiting for another person" in page.content.decode()
    job = a_confirmed_export(Job.objects.get())
    jobs.run(job.pk, by=queries.viewer_for(osei), works=job_kinds.WORKS)
    lines = oseis.get(f"/jobs/{job.pk}/file/").content.decode().splitlines()

    for line in lines:
        kind = json.loads(line)["resourceType"]
        get_fhir_model_class(kind).model_validate_json(line)
    values = [
        json.loads(line, parse_float=Decimal)["valueQuantity"]["value"]
        for line in lines
        if '"Observation"' in line
    ]
    assert sorted(map(str, values)) == ["30.10", "4"]

    owner = queries.viewer_for(owner_of(filled))
    with viewing(owner):
        given = queries.consents_of(filled).get()
        consents.revoke(consent=given, by=owner, at=MOMENT)
    assert oseis.get(f"/jobs/{job.pk}/file/").status_code == 404
