"""Who and what a FHIR result refers to: found exactly, or not at all."""

import json
from datetime import date

import pytest

from labs.formats import fhir_library
from labs.formats.fhir import MISSING, read_fhir
from labs.formats.parsed import FileRefused, PatientClue
from tests.unit.labs.formats.fhir_bodies import (
    Body,
    bundle,
    observation,
    one,
    read,
    refusal,
)


def patient(**changed: object) -> Body:
    return {
        "resourceType": "Patient",
        "id": "1",
        "identifier": [{"system": "urn:oid:2.999", "value": "4711"}],
        "name": [{"family": "Osei", "given": ["Ama"]}],
        "birthDate": "1980-05-06",
        **changed,
    }


AMA = PatientClue("4711", "Ama Osei", date(1980, 5, 6))


def clue_of(entries: list[Body]) -> PatientClue:
    body = {"resourceType": "Bundle", "type": "searchset", "entry": entries}
    (row,) = read_fhir(json.dumps(body).encode()).results
    return row.patient


@pytest.mark.parametrize(
    ("full_url", "reference"),
    [
        ("https://a.example/fhir/Patient/1", "https://a.example/fhir/Patient/1"),
        ("https://a.example/fhir/Patient/1", "Patient/1"),
        ("https://a.example/fhir/Patient/1", "Patient/1/_history/3"),
        ("", "Patient/1"),
        ("", "https://a.example/fhir/Patient/1"),
        ("/Patient/1", "Patient/1"),
        ("urn:uuid:0b5e", "urn:uuid:0b5e"),
        ("urn:uuid:1", "https://a.example/fhir/Patient/1"),
        ("", "urn:uuid:1"),
        ("", "Patient?identifier=urn:oid:2.999|4711"),
    ],
)
def test_a_reference_finds_its_patient(full_url: str, reference: str) -> None:
    entries: list[Body] = [
        {"fullUrl": full_url, "resource": patient()},
        {"resource": observation(subject={"reference": reference})},
    ]

    assert clue_of(entries) == AMA


def test_a_patient_of_another_server_with_the_same_id_is_not_taken() -> None:
    entries: list[Body] = [
        {"fullUrl": "https://a.example/fhir/Patient/1", "resource": patient()},
        {
            "resource": observation(
                subject={"reference": "https://b.example/fhir/Patient/1"}
            )
        },
    ]

    assert clue_of(entries) == PatientClue("Patient/1")


def test_of_two_servers_patients_the_one_of_the_results_own_server_is_taken() -> None:
    other = patient(name=[{"text": "Somebody Else"}])
    entries: list[Body] = [
        {"fullUrl": "https://b.example/fhir/Patient/1", "resource": other},
        {"fullUrl": "https://a.example/fhir/Patient/1", "resource": patient()},
        {
            "fullUrl": "https://a.example/fhir/Observation/o1",
            "resource": observation(subject={"reference": "Patient/1"}),
        },
    ]

    assert clue_of(entries) == AMA


def test_two_different_patients_under_one_id_are_nobody() -> None:
    other = patient(name=[{"text": "Somebody Else"}])

    row = one(patient(), other, observation(subject={"reference": "Patient/1"}))

    assert row.patient == PatientClue("Patient/1")


def test_the_same_patient_twice_is_one() -> None:
    row = one(patient(), patient(), observation(subject={"reference": "Patient/1"}))

    assert row.patient == AMA


def test_a_patient_without_an_id_is_found_by_the_number_that_stands_for_one() -> None:
    named = observation(subject={"reference": "Patient/4711"})
    nameless = patient(id=None)

    assert one(nameless, named).patient == AMA
    assert one(patient(), named).patient == PatientClue("Patient/4711")
    assert one(nameless, patient(id=None, name=[]), named).patient == PatientClue(
        "Patient/4711"
    )


@pytest.mark.parametrize(
    ("identifier", "clue"),
    [
        ({"system": "urn:oid:2.999", "value": "4711"}, AMA),
        ({"value": "4711"}, AMA),
        ({"system": "urn:oid:2.1", "value": "4711"}, PatientClue("4711", "A. O.")),
    ],
)
def test_a_subject_may_be_named_by_an_identifier_of_its_system(
    identifier: Body, clue: PatientClue
) -> None:
    subject = {"identifier": identifier, "display": "A. O."}

    assert one(patient(), observation(subject=subject)).patient == clue


def test_a_result_without_subject_is_the_only_patients_with_a_remark() -> None:
    row = one(patient(), observation(subject=None))

    assert row.patient == AMA
    assert "one only" in row.remarks[0]


def test_a_result_without_subject_among_two_patients_is_nobodys() -> None:
    row = one(patient(), patient(id="2"), observation(subject=None))

    assert row.patient == PatientClue()


def test_a_result_without_subject_is_its_reports_patients() -> None:
    report = {
        "resourceType": "DiagnosticReport",
        "subject": {"reference": "Patient/1"},
        "result": [{"reference": "Observation/o1"}],
    }

    row = one(patient(), patient(id="2"), report, observation(subject=None))

    assert row.patient == AMA


def test_a_report_of_another_patient_lends_nothing() -> None:
    report = {
        "resourceType": "DiagnosticReport",
        "subject": {"reference": "Patient/2"},
        "performer": [{"display": "Another Laboratory"}],
        "result": [{"reference": "Observation/o1"}],
    }

    row = one(report, observation(subject={"reference": "Patient/1"}))

    assert row.laboratory == ""


@pytest.mark.parametrize("kind", ["Device", "Group", "Location"])
def test_what_is_measured_of_no_patient_is_refused(kind: str) -> None:
    refused = refusal(observation(subject={"reference": f"{kind}/1"}))

    assert refused.why == f"It is the result of a {kind}, not of a patient."


@pytest.mark.parametrize(
    ("names", "name"),
    [
        ([{"family": "Osei", "given": ["Ama", "B."]}], "Ama B. Osei"),
        ([{"text": "Osei, Ama"}], "Osei, Ama"),
        ([{"text": "Dr Ama Osei", "family": "Osei", "given": ["Ama"]}], "Ama Osei"),
        ([{"family": ["Osei", "Mensah"], "given": ["Ama"]}], "Ama Osei Mensah"),
        ([{"use": "maiden", "family": "Old"}, {"family": "Osei"}], "Osei"),
        ([{"use": "usual", "family": "A"}, {"use": "official", "family": "B"}], "B"),
        ([{"use": "old", "family": "Only"}], "Only"),
        ([], "As displayed"),
        ([{"given": [None, 7]}], "7"),
    ],
)
def test_a_patient_goes_by_the_official_name(names: list[Body], name: str) -> None:
    subject = {"reference": "Patient/1", "display": "As displayed"}

    row = one(patient(name=names), observation(subject=subject))

    assert row.patient.name == name


@pytest.mark.parametrize(
    ("identifiers", "number"),
    [
        (
            [
                {"value": "999", "type": {"coding": [{"code": "SS"}]}},
                {"value": "A1", "type": {"coding": [{"code": "MR"}]}},
            ],
            "A1",
        ),
        ([{"value": "x", "use": "old"}, {"value": "B2", "use": "official"}], "B2"),
        ([{"value": "y" * 65}, {"value": "C3"}], "C3"),
        ([], ""),
    ],
)
def test_a_patients_number_is_the_clinics_before_the_states(
    identifiers: list[Body], number: str
) -> None:
    row = one(
        patient(identifier=identifiers), observation(subject={"reference": "Patient/1"})
    )

    assert row.patient.identifier == number


def test_a_servers_id_tells_people_apart_only_where_nothing_else_does() -> None:
    nameless = patient(identifier=[], name=[])

    row = one(nameless, observation(subject={"reference": "Patient/1"}))

    assert row.patient == PatientClue("Patient/1", "", date(1980, 5, 6))


@pytest.mark.parametrize("born", ["1980", "1980-05", "soon"])
def test_a_birth_date_that_is_not_full_is_left_out_with_a_remark(born: str) -> None:
    row = one(patient(birthDate=born), observation(subject={"reference": "Patient/1"}))

    assert row.patient.born_on is None
    assert "birth date was not read" in row.remarks[0]


def test_a_laboratory_is_found_through_the_role_that_performed() -> None:
    role = {
        "resourceType": "PractitionerRole",
        "id": "r",
        "organization": {"reference": "Organization/lab"},
    }
    laboratory = {"resourceType": "Organization", "id": "lab", "name": "Labor Nord"}

    row = one(
        role, laboratory, observation(performer=[{"reference": "PractitionerRole/r"}])
    )

    assert row.laboratory == "Labor Nord"


def test_a_role_that_names_itself_as_organization_ends() -> None:
    role = {
        "resourceType": "PractitionerRole",
        "id": "r",
        "organization": {"reference": "PractitionerRole/r"},
    }

    row = one(role, observation(performer=[{"reference": "PractitionerRole/r"}]))

    assert row.laboratory == ""


def test_panels_that_name_each_other_end() -> None:
    first = observation(
        id="p1", valueQuantity=None, hasMember=[{"reference": "Observation/p2"}]
    )
    second = observation(
        id="p2",
        valueQuantity=None,
        hasMember=[{"reference": "Observation/p1"}, {"reference": "Observation/o1"}],
    )

    assert len(read(first, second, observation()).results) == 1


def test_more_people_than_can_be_kept_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fhir_library, "MAX_INDEXED_VALUES", 50)
    few = json.dumps(bundle(patient(), observation())).encode()
    many = json.dumps(bundle(*(patient(id=str(n)) for n in range(9)))).encode()

    assert len(read_fhir(few).results) == 1
    with pytest.raises(FileRefused, match="more people, specimens and reports"):
        read_fhir(many)


def test_a_report_may_name_its_results_by_their_numbers_alone() -> None:
    """As Israeli health funds send them."""
    number = {"system": "urn:results", "value": "77-3"}
    numbered = observation(identifier=[number], effectiveDateTime=None)
    report = {
        "resourceType": "DiagnosticReport",
        "status": "entered-in-error",
        "effectiveDateTime": "2024-03-05",
        "result": [{"identifier": number, "type": "Observation"}],
    }
    other = {**number, "value": "77-4"}

    withdrawn = one(report, numbered)
    elsewhere = read({**report, "result": [{"identifier": other}]}, observation())

    assert withdrawn.collected_on == date(2024, 3, 5)
    assert "entered-in-error" in withdrawn.hold
    assert MISSING % {"count": 1} in elsewhere.warnings
