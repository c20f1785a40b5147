"""Records of the veterans' data warehouse are read as the resources that they tell."""

import json
from datetime import date

from labs.formats.fhir import read_fhir
from labs.formats.inspection import read_file
from labs.formats.parsed import ParsedFile
from tests.unit.labs.formats.fhir_bodies import Body

WHOSE = {"type": "Patient", "reference": "70071V880088", "display": "ROE,RITA"}


def record(kind: str, **parts: object) -> Body:
    return {"objectType": kind, "objectVersion": "1", "cdwId": "5:L", **parts}


RESULT = record(
    "Observation",
    status="final",
    category="laboratory",
    code={"coding": {"system": "http://loinc.org", "code": "62292-8"}},
    subject=WHOSE,
    effectiveDateTime="2019-05-06T14:00:00Z",
    performer=[{"type": "Organization", "reference": "9", "display": "NORTH LAB"}],
    valueQuantity={"value": "24.5", "unit": "ng/mL"},
    interpretation="L",
    referenceRange={"low": {"value": "30", "unit": "ng/mL"}},
)
PERSON = {
    "objectType": "Patient",
    "objectVersion": 1,
    "fullIcn": "70071V880088",
    "name": "Roe, Rita",
    "birthDateTime": "1950-02-03T00:00:00Z",
}


def read(*records: Body) -> ParsedFile:
    return read_fhir("\n".join(map(json.dumps, records)).encode())


def test_a_result_of_the_warehouse_is_read() -> None:
    parsed = read_file(json.dumps(RESULT).encode())

    (result,) = parsed.results
    assert parsed.format == "FHIR JSON, Observation"
    assert (result.value_text, result.collected_on) == ("24.5", date(2019, 5, 6))
    assert (result.laboratory, result.laboratory_flag) == ("NORTH LAB", "L")
    assert (result.patient.name, result.hold) == ("ROE,RITA", "")
    assert result.patient.identifier == "Patient/70071V880088"


def test_a_result_of_the_warehouse_finds_its_patient() -> None:
    (result,) = read(PERSON, RESULT).results

    assert (result.patient.name, result.patient.born_on) == (
        "Roe, Rita",
        date(1950, 2, 3),
    )


def test_medicines_of_the_warehouse_are_handed_on() -> None:
    named = {"type": "Medication", "reference": None, "display": "VITAMIN D3 25MCG"}
    dosage = {"text": "1", "timingCodeText": "EVERY DAY", "routeText": "MOUTH"}
    own = record("MedicationStatement", patient=WHOSE, medication=named, dosage=dosage)
    ordered = record(
        "MedicationOrder",
        patient=WHOSE,
        status="stopped",
        dateWritten="2018-01-02T08:00:00Z",
        dateEnded="2018-03-04T08:00:00Z",
        medication={"type": "Medication", "reference": "8", "display": "DRUG 8"},
        dosageInstruction=[{"dosageText": " ONE AT NIGHT", "timingText": "QHS"}],
    )
    drug = {
        "objectType": "Medication",
        "objectVersion": "1",
        "cdwId": "8",
        "localDrugName": "DRUG 8",
        "rxnorm": {"code": "11289", "text": "WARFARIN 5MG TAB"},
    }

    parsed = read(own, ordered, drug)

    (vitamin,) = parsed.supplements
    (warfarin,) = parsed.medicines
    assert (vitamin.name, vitamin.directions) == (
        "VITAMIN D3 25MCG",
        "1, EVERY DAY, MOUTH",
    )
    assert warfarin.name == "DRUG 8 (WARFARIN 5MG TAB)"
    assert warfarin.directions == "ONE AT NIGHT; status: stopped"
    assert (warfarin.starts_on, warfarin.ends_on) == (
        date(2018, 1, 2),
        date(2018, 3, 4),
    )
