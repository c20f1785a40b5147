"""A refused row says whom it is about: it is told to who sees that person alone."""

import io
import json
from collections.abc import Iterable
from datetime import date

import pytest

from labs.formats.ccda import read_ccda
from labs.formats.csv_table import read_csv
from labs.formats.csv_template import read_rows
from labs.formats.fhir import read_fhir
from labs.formats.hl7v2 import read_hl7v2
from labs.formats.parsed import ParsedResult, PatientClue, Refusal
from tests.unit.labs.formats.ccda_documents import document, observation, section
from tests.unit.labs.formats.fhir_bodies import bundle
from tests.unit.labs.formats.fhir_bodies import observation as fhir_observation
from tests.unit.labs.formats.hl7v2_messages import message, result_segment

TEMPLATE = "patient_id,patient_name,born_on,collected_on,value,unit\n"
TABLE = "id,name,born,date,test,value,unit\n"
HEAD = (
    "<recordTarget><patientRole><id extension='7'/><patient><name>Ada Alder</name>"
    "<birthTime value='19800203'/></patient></patientRole></recordTarget>"
)
ADA = PatientClue("7", "Ada Alder", date(1980, 2, 3))


def only_refused(rows: Iterable[ParsedResult | Refusal]) -> Refusal:
    """Return what was refused, where nothing else was read."""
    (refused,) = rows
    assert isinstance(refused, Refusal)
    return refused


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("7,Ada Alder,1980-02-03,2026-01-15,28,furlongs\n", ADA),
        ("7,Ada Alder,1980-02-31,2026-01-15,28,ng/mL\n", PatientClue("7", "Ada Alder")),
        (f"{'7' * 65},Ada Alder,1980-02-03,2026-01-15,28,ng/mL\n", PatientClue()),
    ],
)
def test_a_row_of_the_template_names_whom_it_can(text: str, named: PatientClue) -> None:
    rows = list(read_rows(io.BytesIO((TEMPLATE + text).encode())))

    assert only_refused(rows).patient == named


@pytest.mark.parametrize(
    "line",
    [
        "7,Ada Alder,1980-02-03,2026-01-15,25OHD,28,\n",
        "7,Ada Alder,1980-02-03,2026-01-15,25OHD,28,ng/mL,one cell more\n",
    ],
)
def test_a_row_of_a_table_names_its_person(line: str) -> None:
    good = "8,Bea Birch,1981-03-04,2026-01-15,25OHD,28,ng/mL\n"

    assert only_refused(read_csv((TABLE + good + line).encode()).refused).patient == ADA


def test_a_segment_of_a_message_names_its_person() -> None:
    refused = only_refused(read_hl7v2(message(result_segment("28", unit="?"))).refused)

    assert refused.patient == PatientClue("77", "Jo Doe", date(1970, 1, 31))


def test_an_observation_of_a_document_names_its_person() -> None:
    not_done = observation(start='moodCode="EVN" negationInd="true"')
    without_day = observation(day="")
    parsed = read_ccda(document(section(not_done + without_day), head=HEAD))

    assert [each.patient for each in parsed.refused] == [ADA, ADA]


def test_a_section_that_only_people_can_read_names_its_person() -> None:
    text = section("", text="Vitamin D 28 ng/mL")

    assert only_refused(read_ccda(document(text, head=HEAD)).refused).patient == ADA


def test_resources_name_their_person_and_what_is_a_medicine() -> None:
    person = {
        "resourceType": "Patient",
        "id": "p",
        "identifier": [{"value": "7"}],
        "name": [{"text": "Ada Alder"}],
        "birthDate": "1980-02-03",
    }
    whose = {"reference": "Patient/p"}
    medicine = {
        "resourceType": "MedicationStatement",
        "id": "m",
        "status": "entered-in-error",
        "subject": whose,
        "medicationCodeableConcept": {"text": "Warfarin 5 mg tablet"},
    }
    result = fhir_observation(subject=whose, effectiveDateTime=None)
    parsed = read_fhir(json.dumps(bundle(person, result, medicine)).encode())

    assert [(each.patient, each.is_medicine) for each in parsed.refused] == [
        (ADA, False),
        (ADA, True),
    ]
