"""FHIR R4 that other systems read: valid, linked, and never more than is shared."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from fhir.resources.R4B import get_fhir_model_class
from fhirpy import SyncFHIRClient
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.domain.tokens import TokenScope
from accounts.models import AuditEvent, Patient, User
from tests.access.characters import absent
from tests.access.permissions import FHIR_KINDS
from tests.factories import (
    a_patient,
    a_period,
    a_result,
    a_target,
    an_entry,
    owner_of,
)
from tests.integration.api.conftest import MakeProgram, Program, a_key


def validated(resource: dict[str, Any]) -> dict[str, Any]:
    """Return a resource that is valid R4."""
    get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    return resource


def resources(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    validated(bundle)
    return [validated(each["resource"]) for each in bundle.get("entry", [])]


@pytest.fixture
def record(anna: Patient, osei: User) -> Patient:
    """Anna's record, with something of each kind in it."""
    a_target(anna, osei)
    a_result(anna, an_entry("<4.0", interval_text="20-50", laboratory_flag="LL"))
    a_result(anna, an_entry("30.10", collected_on=date(2026, 5, 1)))
    a_period(anna)
    return anna


def search(program: Program, kind: str, patient: Patient, more: str = "") -> Any:  # noqa: ANN401
    return program.get(f"/fhir/{kind}?patient=Patient/{patient.pk}{more}").json()


@pytest.mark.parametrize("kind", FHIR_KINDS[1:])
def test_what_is_found_is_valid_and_read_again_by_its_id(
    record: Patient, annas_program: Program, kind: str
) -> None:
    annas_program.get(f"/fhir/Observation?patient={record.pk}")

    found = resources(search(annas_program, kind, record))

    assert found
    for each in found[:2]:
        read = annas_program.get(f"/fhir/{kind}/{each['id']}")
        assert read.status_code == 200
        assert read["Content-Type"] == "application/fhir+json"
        assert validated(read.json())["id"] == each["id"]


def test_a_number_keeps_its_decimals_and_its_comparator(
    record: Patient, annas_program: Program
) -> None:
    told = annas_program.get(f"/fhir/Observation?patient={record.pk}").content.decode()
    bundle = json.loads(told, parse_float=Decimal)
    values = [each["resource"]["valueQuantity"] for each in bundle["entry"]]

    assert [str(each["value"]) for each in values] == ["30.10", "4.0"]
    assert [each.get("comparator") for each in values] == [None, "<"]
    assert {each["code"] for each in values} == {"ng/mL"}


def test_a_result_says_whose_range_judges_it(
    record: Patient, annas_program: Program
) -> None:
    first = resources(search(annas_program, "Observation", record))[1]

    ranges = {
        each["type"]["coding"][0]["code"]: each for each in first["referenceRange"]
    }
    assert ranges["normal"]["text"] == "20-50"
    assert ranges["treatment"]["text"] == "30 to 50 ng/mL, Dr Osei"
    assert first["subject"]["reference"] == f"Patient/{record.pk}"
    assert first["performer"][0]["reference"] == f"Patient/{record.pk}"


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("&date=2026-03-12", 1),
        ("&date=2026-03", 1),
        ("&date=2026", 2),
        ("&date=ge2026-05-01", 1),
        ("&date=lt2026-05-01", 1),
        ("&date=gt2026-03-12&date=lt2026-05-01", 0),
        ("&status=final", 2),
        ("&status=preliminary,cancelled", 0),
        ("&category=laboratory", 2),
        ("&category=vital-signs", 0),
        ("&code=http://loinc.org|62292-8", 2),
        ("&code=62292-8,1989-3", 2),
        ("&code=1989-3", 0),
        ("&code=http://snomed.info/sct|62292-8", 0),
        ("&_lastUpdated=ge2021-01-01T00:00:00Z", 0),
        ("&_lastUpdated=lt2021-01-01T00:00:00Z", 2),
        ("&_count=1", 1),
    ],
)
def test_results_are_searched(
    record: Patient, annas_program: Program, asked: str, count: int
) -> None:
    found = search(annas_program, "Observation", record, asked)

    assert len(resources(found)) == count


def test_pages_are_linked_and_counted_only_where_that_is_asked(
    record: Patient, annas_program: Program
) -> None:
    first = search(annas_program, "Observation", record, "&_count=1")
    links = {each["relation"]: each["url"] for each in first["link"]}
    second = annas_program.get(links["next"].partition("localhost:8000")[2]).json()
    counted = search(annas_program, "Observation", record, "&_count=1&_total=accurate")

    assert "total" not in first
    assert counted["total"] == 2
    assert resources(first)[0]["id"] != resources(second)[0]["id"]
    assert [each["relation"] for each in second["link"]] == ["self"]


def test_the_patient_is_included_where_that_is_asked(
    record: Patient, annas_program: Program
) -> None:
    found = search(
        annas_program, "Observation", record, "&_include=Observation:patient"
    )

    modes = [each["search"]["mode"] for each in found["entry"]]
    assert modes == ["match", "match", "include"]


def test_everything_holds_every_part_that_is_shared(
    record: Patient, annas_program: Program, program_of: MakeProgram
) -> None:
    path = f"/fhir/Patient/{record.pk}/$everything"
    whole = {each["resourceType"] for each in resources(annas_program.get(path).json())}
    some = program_of(owner_of(record), frozenset({TokenScope.READ_SUPPLEMENTS}))
    part = resources(some.get(path).json())

    assert whole >= {"Patient", "Observation", "Goal", "MedicationStatement", "Consent"}
    assert {each["resourceType"] for each in part} == {
        "Patient",
        "MedicationStatement",
        "OperationOutcome",
    }
    assert "Not shared with you: results." in json.dumps(part)


def test_the_statement_is_valid_and_asks_for_no_key(client: Client, db: None) -> None:
    del db
    answer = client.get("/fhir/metadata")

    told = validated(answer.json())
    assert told["fhirVersion"] == "4.0.1"
    assert {each["type"] for each in told["rest"][0]["resource"]} == set(FHIR_KINDS)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/fhir/Observation", 400, "structure"),
        ("/fhir/Observation?patient=x", 400, "structure"),
        ("/fhir/Observation?patient={own}&colour=red", 400, "structure"),
        ("/fhir/Observation?patient={own}&date=yesterday", 400, "structure"),
        ("/fhir/Observation?patient={own}&date=2026-02-30", 400, "structure"),
        ("/fhir/Observation?patient={own}&_count=٣", 400, "structure"),
        ("/fhir/Observation?patient={own}&_cursor=x", 400, "structure"),
        (
            "/fhir/Observation?patient={own}&_include=Observation:encounter",
            400,
            "structure",
        ),
        ("/fhir/Observation?patient={own}&_summary=text", 400, "structure"),
        ("/fhir/Observation?patient={other}", 404, "not-found"),
        ("/fhir/Observation?patient={none}", 404, "not-found"),
        ("/fhir/Observation/{none}", 404, "not-found"),
        ("/fhir/Patient/{other}", 404, "not-found"),
        ("/fhir/Patient/{none}/$everything", 404, "not-found"),
        ("/fhir/Medication", 404, "not-found"),
        ("/fhir/Observation?patient={own}&_format=xml", 406, "not-supported"),
    ],
)
def test_every_error_is_an_outcome(
    record: Patient, annas_program: Program, path: str, status: int, code: str
) -> None:
    other = a_patient("Bob Birch")
    ids = {"own": record.pk, "other": other.pk, "none": absent()}

    answer = annas_program.get(path.format(**ids))

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/fhir+json"
    outcome = validated(answer.json())
    assert outcome["resourceType"] == "OperationOutcome"
    assert outcome["issue"][0]["code"] == code


def test_nobody_reads_without_a_key(record: Patient, client: Client) -> None:
    answer = client.get(f"/fhir/Observation?patient={record.pk}")

    assert answer.status_code == 401
    assert validated(answer.json())["issue"][0]["code"] == "login"


def test_the_form_is_negotiated(record: Patient, annas_program: Program) -> None:
    path = f"/fhir/Patient/{record.pk}"

    assert annas_program.get(path, accept="application/json")["Content-Type"] == (
        "application/json"
    )
    assert annas_program.get(path + "?_format=json")["Content-Type"] == (
        "application/fhir+json"
    )
    assert annas_program.get(path, accept="application/fhir+xml").status_code == 406


def test_consents_and_trail_are_the_patients_alone(
    record: Patient, oseis_program: Program
) -> None:
    for kind in ("Consent", "AuditEvent"):
        path = f"/fhir/{kind}?patient={record.pk}"
        assert oseis_program.get(path).status_code == 403


def test_a_revoked_consent_closes_this_door_too(
    record: Patient, oseis_program: Program
) -> None:
    path = f"/fhir/Observation?patient={record.pk}"
    assert oseis_program.get(path).status_code == 200
    record.consents.update(revoked_at=timezone.now())

    assert oseis_program.get(path).status_code == 404


def test_a_look_stands_in_the_trail(record: Patient, annas_program: Program) -> None:
    annas_program.get(f"/fhir/Observation?patient={record.pk}")

    event = AuditEvent.objects.get(through="phone app")
    assert (event.action, event.object_label, event.channel) == (
        "read",
        "result",
        "api",
    )


def test_a_client_of_others_reads_every_page(
    live_server: LiveServer, settings: Settings, anna: Patient
) -> None:
    settings.SITE_ORIGIN = live_server.url
    for number in range(5):
        day = date(2026, 1, 1) + timedelta(days=number)
        a_result(anna, an_entry(f"{20 + number}.50", collected_on=day))
    key = a_key(owner_of(anna))
    client = SyncFHIRClient(f"{live_server.url}/fhir", authorization=f"Bearer {key}")

    found = (
        client.resources("Observation")
        .search(patient=f"Patient/{anna.pk}", category="laboratory")
        .limit(2)
        .fetch_all()
    )
    person = client.reference("Patient", str(anna.pk)).to_resource()

    assert sorted(each["valueQuantity"]["value"] for each in found) == [
        20.5,
        21.5,
        22.5,
        23.5,
        24.5,
    ]
    assert person["name"][0]["text"] == "Anna Example"
