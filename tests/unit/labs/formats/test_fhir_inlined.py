"""Resources that an app put where the standard has references to them."""

import json
from datetime import date

import pytest

from labs.formats.fhir import read_fhir
from labs.formats.parsed import PatientClue
from tests.unit.labs.formats.fhir_bodies import (
    Body,
    bundle,
    observation,
    one,
    read,
    refusal,
)

AMA: Body = {
    "resourceType": "Patient",
    "id": "ama",
    "name": [{"family": "Osei", "given": ["Ama"]}],
    "birthDate": "1980-05-06",
}
CLUE = PatientClue("", "Ama Osei", date(1980, 5, 6))


def report(*results: Body, **changed: object) -> Body:
    return {
        "resourceType": "DiagnosticReport",
        "id": "r1",
        "status": "final",
        "subject": {"reference": "Patient/ama"},
        "effectiveDateTime": "2024-02-07",
        "performer": [{"display": "Hill Laboratory"}],
        "result": [*results],
        **changed,
    }


@pytest.mark.parametrize(
    "inlined",
    [
        observation(effectiveDateTime=None, subject=None),
        observation(effectiveDateTime=None, subject=None, id=None),
        {"resource": observation(effectiveDateTime=None, subject=None)},
        {
            "reference": "#o1",
            "resource": observation(effectiveDateTime=None, subject=None, id=None),
        },
    ],
)
def test_a_result_inside_a_report_is_read_as_the_reports(inlined: Body) -> None:
    row = one(AMA, report(inlined))

    assert (row.value_text, row.collected_on) == ("28", date(2024, 2, 7))
    assert (row.patient, row.laboratory) == (CLUE, "Hill Laboratory")


def test_its_place_is_told() -> None:
    refused = refusal(report(observation(valueQuantity=None)))

    assert refused.where == "entry 1, DiagnosticReport/r1, Observation/o1"


def test_a_result_inside_a_panel_is_read() -> None:
    panel = observation(
        id="panel", valueQuantity=None, hasMember=[observation(id="member")]
    )

    assert one(panel).where == "entry 1, Observation/panel, Observation/member"


def test_a_result_that_stands_by_itself_too_is_read_once() -> None:
    inside = observation(subject={"reference": "Patient/ama"})

    parsed = read(AMA, report(inside), inside)

    assert len(parsed.results) == 1
    assert any("were read once: 1." in warning for warning in parsed.warnings)


def test_a_patient_inside_a_result_is_its_patient() -> None:
    other = {**AMA, "id": "other", "birthDate": "1990-01-01"}

    assert one(other, observation(subject=AMA)).patient == CLUE


def test_what_names_a_kind_and_an_id_alone_is_a_reference() -> None:
    named = {"resourceType": "Patient", "id": "ama"}

    assert one(AMA, observation(subject=named)).patient == CLUE


def test_a_bundle_inside_a_patient_is_read() -> None:
    body = {**AMA, "laboratory": bundle(observation(subject=None))}

    (row,) = read_fhir(json.dumps(body).encode()).results

    assert (row.value_text, row.patient) == ("28", CLUE)


def test_what_lies_behind_a_server_refers_to_its_own_server() -> None:
    entries = [
        {"fullUrl": f"https://{server}.example/fhir/{name}", "resource": resource}
        for server, name, resource in (
            ("a", "Patient/ama", AMA),
            ("b", "Patient/ama", {**AMA, "birthDate": "1990-01-01"}),
            ("a", "DiagnosticReport/r1", report(observation(subject=None))),
        )
    ]
    body = {"resourceType": "Bundle", "type": "collection", "entry": entries}

    (row,) = read_fhir(json.dumps(body).encode()).results

    assert row.patient == CLUE
