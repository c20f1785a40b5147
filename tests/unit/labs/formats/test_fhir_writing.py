"""What leaves as FHIR is valid R4, tells who says it, and comes back the same."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import given
from hypothesis import strategies as st

from labs.domain.measurands import Measurand
from labs.domain.units import Unit
from labs.formats.fhir import read_fhir
from labs.formats.fhir_json import Resource, fhir_text
from labs.formats.fhir_writing import (
    Bounds,
    ConsentFacts,
    IngredientFacts,
    PersonFacts,
    ReportFacts,
    ResultFacts,
    SupplementFacts,
    TargetFacts,
    bundle,
    consent,
    diagnostic_report,
    goal,
    medication_statement,
    observation,
    patient,
    provenance,
    references,
)
from labs.formats.parsed import ParsedResult, PatientClue, Source
from tests.unit.labs.formats.result_rows import results

PATIENT = "6f4f2f3e-0d7a-4a53-9f0e-3b9b5d6a0001"
RESULT = "6f4f2f3e-0d7a-4a53-9f0e-3b9b5d6a0002"
MOMENT = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
PERSON = PersonFacts(PATIENT, "Ada Alder", date(1980, 2, 3), (("urn:clinic:1", "P1"),))
TARGET = Bounds(Decimal(30), Decimal(50), Unit.NG_PER_ML, "30 to 50 ng/mL")
TWENTY_EIGHT = ParsedResult(
    "",
    PatientClue("P1", "Ada Alder", date(1980, 2, 3)),
    date(2026, 3, 12),
    "<30.10",
    Decimal("30.10"),
    None,
    "ng/ml",
    Unit.NG_PER_ML,
    Measurand.TOTAL,
    laboratory="Harbour Laboratory",
)


def facts(result: ParsedResult, *, target: Bounds | None = None) -> ResultFacts:
    return ResultFacts(RESULT, PATIENT, result, 1, MOMENT, "Ada Alder", target)


def test_a_version_around_somebody_elses_value_names_both() -> None:
    typed = replace(TWENTY_EIGHT, source=Source.TYPED_BY_PATIENT)
    by_carer = replace(TWENTY_EIGHT, source=Source.TYPED_BY_CARER)
    confirmed = replace(facts(typed), entered_by="Dr Osei", value_by="Ada Alder")
    withdrawn = replace(facts(by_carer), entered_by="Dr Osei", value_by="Ida Ash")

    made = provenance(confirmed, id_="p1")
    assert made["agent"][0]["who"] == {"display": "Dr Osei"}  # type: ignore[index,call-overload]
    assert "typed by patient (Ada Alder)" in str(made["activity"])
    assert PATIENT in str(observation(confirmed)["performer"])
    assert "Ida Ash" in str(observation(withdrawn)["performer"])


def everything() -> list[Resource]:
    censored = replace(TWENTY_EIGHT, interval_text="20-50", laboratory_flag="L")
    return [
        patient(PERSON),
        observation(facts(censored, target=TARGET)),
        provenance(facts(censored), id_="p1"),
        goal(
            TargetFacts(
                "g1",
                PATIENT,
                TARGET,
                date(2026, 1, 1),
                None,
                is_in_force=True,
                reason="bones",
                set_by="Dr Osei",
                set_at=MOMENT,
            )
        ),
        medication_statement(
            SupplementFacts(
                "m1",
                PATIENT,
                "Sun Drops",
                (IngredientFacts("vitamin D3", Decimal("25.00"), "ug", "1000 IU"),),
                "1 serving daily",
                "active",
                date(2026, 1, 2),
                None,
                MOMENT,
                "after breakfast",
            )
        ),
        consent(
            ConsentFacts("c1", PATIENT, "Harbour", ("results",), True, MOMENT, None)  # noqa: FBT003
        ),
        diagnostic_report(
            ReportFacts(
                "r1", PATIENT, "Report", MOMENT, "application/pdf", b"%PDF", (RESULT,)
            )
        ),
    ]


def sent(*resources: Resource) -> bytes:
    return fhir_text(bundle(resources, made_at=MOMENT)).encode()


def back(result: ParsedResult, *, target: Bounds | None = None) -> ParsedResult:
    person = PersonFacts(
        PATIENT,
        result.patient.name,
        result.patient.born_on,
        (("urn:clinic:1", result.patient.identifier),),
    )
    read = read_fhir(sent(patient(person), observation(facts(result, target=target))))
    assert read.refused == ()
    (found,) = (*read.results, *read.companions)
    return found


def test_everything_that_is_written_is_valid_r4() -> None:
    Bundle.model_validate_json(sent(*everything()))


def test_every_reference_of_a_bundle_leads_into_it() -> None:
    made = bundle(everything(), made_at=MOMENT)
    inside = {entry["fullUrl"] for entry in made["entry"]}  # type: ignore[index, call-overload, union-attr]

    assert set(references(made)) - {"#product"} <= inside


def test_a_number_keeps_its_decimals() -> None:
    assert b'"value":30.10' in sent(observation(facts(TWENTY_EIGHT)))


def test_both_intervals_stand_beside_the_value() -> None:
    made = observation(
        facts(replace(TWENTY_EIGHT, interval_text="20-50"), target=TARGET)
    )
    kinds = [each["type"]["coding"][0]["code"] for each in made["referenceRange"]]  # type: ignore[index, call-overload, union-attr]

    assert kinds == ["normal", "treatment"]


def test_the_clinicians_range_never_comes_back_as_the_laboratorys() -> None:
    row = replace(TWENTY_EIGHT, interval_text="see comment")

    assert back(row, target=TARGET).interval_text == "see comment"


@pytest.mark.parametrize(
    ("source", "performer"),
    [
        (Source.TYPED_BY_PATIENT, {"reference": f"urn:uuid:{PATIENT}"}),
        (Source.TYPED_BY_CARER, {"type": "RelatedPerson"}),
        (Source.TYPED_BY_CLINIC, {"type": "Practitioner"}),
        (None, {"type": "Organization", "display": "Harbour Laboratory"}),
    ],
)
def test_what_a_person_typed_never_leaves_as_the_laboratorys_own(
    source: Source | None, performer: dict[str, str]
) -> None:
    typed = replace(TWENTY_EIGHT, source=source)
    made = json.loads(fhir_text(observation(facts(typed))))

    (named,) = made["performer"]
    assert performer.items() <= named.items()
    assert (named.get("display") == "Harbour Laboratory") is (source is None)
    assert back(typed).source is source


def test_a_code_that_we_added_is_not_read_back_as_the_laboratorys() -> None:
    made = json.loads(fhir_text(observation(facts(TWENTY_EIGHT))))

    assert made["code"]["coding"][0]["code"] == "62292-8"
    assert back(TWENTY_EIGHT).loinc == ""


def test_every_mark_of_a_flag_leaves_with_its_own_code() -> None:
    flagged = replace(TWENTY_EIGHT, laboratory_flag="H~hh*; see note")
    made = json.loads(fhir_text(observation(facts(flagged))))["interpretation"]

    codes = [[each["code"] for each in mark.get("coding", ())] for mark in made]
    assert codes == [["H"], ["HH"], []]
    assert [mark["text"] for mark in made] == ["H", "hh*", "see note"]
    assert back(flagged).laboratory_flag == flagged.laboratory_flag


def test_a_flag_as_recorded_that_contradicts_the_coded_one_is_not_taken() -> None:
    flagged = replace(TWENTY_EIGHT, laboratory_flag="H~HH")
    data = sent(observation(facts(flagged))).replace(b'"H~HH"', b'"N"')

    (row,) = read_fhir(data).results
    assert row.laboratory_flag == "H, HH"


def test_a_printed_text_that_contradicts_the_value_is_not_taken() -> None:
    data = sent(observation(facts(TWENTY_EIGHT))).replace(b'"<30.10"', b'"99"')

    (row,) = read_fhir(data).results
    assert row.value_text == "30.10"


@given(st.lists(results(), min_size=1, max_size=3))
def test_what_leaves_as_fhir_comes_back_the_same(rows: list[ParsedResult]) -> None:
    for row in rows:
        again = replace(back(row), where="", remarks=())
        if not row.patient.identifier:
            # Whom no number tells is told apart by the server's id, within the file.
            again = replace(again, patient=row.patient)
        assert again == row
