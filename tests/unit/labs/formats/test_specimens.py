"""Tests of other samples than blood, in every format that says so."""

import pytest

from labs.domain.measurands import Measurand
from labs.domain.measurements import ResultStatus
from labs.formats.csv_table import read_csv
from labs.formats.hl7v2 import read_hl7v2
from labs.formats.parsed import ParsedFile
from labs.formats.specimens import is_of_other_sample, other_sample
from tests.unit.labs.formats import ccda_documents, fhir_bodies, hl7v2_messages
from tests.unit.labs.formats.hl7v2_messages import message, result_segment

REFUSED = "It is a test of another sample than blood, "
HELD = "and this is a test of blood. Check what was measured."
CALCIUM = result_segment("2.4", test="CA^Calcium^L", unit="mmol/L")
CODED = result_segment("9.4", test="17861-6^Calcium^LN", unit="mg/dL")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Urine",
            "24h urine",
            "Urin",
            "Sammelurin",
            "Orina de 24 horas",
            "Spot idrar",
        ),
        *("Mocz", "Dobowa zbiórka moczu", "Urina", "Urines de 24 h", "UR", "URN", "U"),
        *("尿", "моча", "CSF", "Liquor", "Stuhl", "Saliva", "Pleural fluid"),
        *("Breast milk", "Muttermilch", "Quality control"),
    ],
)
def test_another_sample_is_known_by_its_name(text: str) -> None:
    assert other_sample(["Serum", text]) == text


@pytest.mark.parametrize(
    "text",
    [
        *("Serum", "Plasma", "Venous blood", "Uric acid", "Harnstoff", "Harnsäure", ""),
        *("Vollblut", "Calcium", "Albumin", "SER", "BLD", "мочевина", "Bilirubin"),
    ],
)
def test_a_sample_of_blood_is_no_other(text: str) -> None:
    assert other_sample([text]) == ""


def test_calcium_in_urine_that_is_kept_as_such_is_in_its_own_sample() -> None:
    assert not is_of_other_sample(Measurand.URINE_CALCIUM, ["Urine"])


def assert_refused(parsed: ParsedFile) -> None:
    assert (parsed.results, parsed.companions) == ((), ())
    assert [part.why.startswith(REFUSED) for part in parsed.refused] == [True]


def assert_held(parsed: ParsedFile) -> None:
    (result,) = (*parsed.results, *parsed.companions)
    assert result.hold.endswith(HELD)


# HL7 v2 -------------------------------------------------------------------------------

ORDERS = [
    "OBR|1||A-1|CA^Calcium^L|||20250310||||||||UR&Urine",
    "OBR|1||A-1|CA^Calcium^L|||20250310||||||||^Urine",
    "OBR|1||A-1|CAU^Calcium, 24 hour urine^L|||20250310",
    "OBR|1||A-1|CAU^Kalzium i. 24h-Urin^L|||20250310",
]


@pytest.mark.parametrize("order", ORDERS)
def test_a_message_of_another_sample_gives_no_companion(order: str) -> None:
    assert_refused(hl7v2_messages.read(CALCIUM, order=order))
    assert_held(hl7v2_messages.read(CODED, order=order))


def test_a_specimen_behind_the_result_counts() -> None:
    specimen = "SPM|1|||UR^Urine^HL70487"

    assert_refused(read_hl7v2(message(CALCIUM, specimen)))
    assert_held(read_hl7v2(message(result_segment("28"), specimen)))


def test_a_cancelled_test_of_urine_takes_back_none_of_blood() -> None:
    cancelled = result_segment("", test="CA^Calcium^L", unit="mmol/L", status="X")
    serum = hl7v2_messages.read(cancelled).refused[0].withdraws
    assert serum is not None
    assert serum.status is ResultStatus.CANCELLED

    urine = hl7v2_messages.read(cancelled, order=ORDERS[0])

    assert urine.refused[0].withdraws is None


# FHIR ---------------------------------------------------------------------------------


def fhir_calcium(**more: object) -> fhir_bodies.Body:
    quantity = {"value": 2.4, "unit": "mmol/L"}
    return fhir_bodies.observation(
        code={"text": "Calcium"}, valueQuantity=quantity, **more
    )


@pytest.mark.parametrize(
    "more",
    [
        {"specimen": {"display": "Urine"}},
        {
            "specimen": {"reference": "#s"},
            "contained": [
                {"resourceType": "Specimen", "id": "s", "type": {"text": "24h urine"}}
            ],
        },
        {
            "specimen": {"reference": "#s"},
            "contained": [
                {
                    "resourceType": "Specimen",
                    "id": "s",
                    "type": {"coding": [{"code": "UR", "display": "Probe"}]},
                }
            ],
        },
    ],
)
def test_an_observation_on_another_sample_gives_no_companion(
    more: dict[str, object],
) -> None:
    assert_refused(fhir_bodies.read(fhir_calcium(**more)))
    assert_held(fhir_bodies.read(fhir_bodies.observation(**more)))


def test_the_report_around_an_observation_tells_the_sample() -> None:
    report = {
        "resourceType": "DiagnosticReport",
        "id": "r1",
        "status": "final",
        "code": {"text": "Urine chemistry"},
        "result": [{"reference": "Observation/o1"}],
    }

    assert_refused(fhir_bodies.read(report, fhir_calcium()))


# C-CDA --------------------------------------------------------------------------------

SPECIMEN = (
    "<specimen><specimenRole><specimenPlayingEntity>"
    '<code code="122575003" displayName="Urine specimen"/>'
    "</specimenPlayingEntity></specimenRole></specimen>"
)
LOCAL_CALCIUM = '<code code="CA" codeSystem="1.2.3" displayName="Calcium"/>'
MILLIMOLES = '<value xsi:type="PQ" value="2.4" unit="mmol/L"/>'


@pytest.mark.parametrize(
    "around", [SPECIMEN, '<code displayName="24 hour urine chemistry"/>']
)
def test_a_panel_of_another_sample_gives_no_companion(around: str) -> None:
    calcium = ccda_documents.observation(code=LOCAL_CALCIUM, value=MILLIMOLES)
    panel = ccda_documents.panel

    assert_refused(ccda_documents.read(panel(calcium, more=around)))
    assert_held(ccda_documents.read(panel(ccda_documents.observation(), more=around)))


# Tables -------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["Specimen", "Panel"])
def test_a_row_of_another_sample_gives_no_companion(column: str) -> None:
    parsed = read_csv(
        f"Date,{column},Component,Result,Unit\n"
        "2026-03-12,Urine,Calcium,2.4,mmol/L\n"
        "2026-03-12,Serum,Calcium,2.5,mmol/L\n".encode()
    )

    assert [row.value_text for row in parsed.companions] == ["2.5"]
    assert parsed.refused[0].why.startswith(REFUSED)


@pytest.mark.parametrize(
    "table",
    [
        "Date,Category,Test,Result,Unit\n2026-03-12,Urine,Calcium,2.4,mmol/L\n",
        "Date,Test,Result,Unit\nUrine chemistry,,,\n2026-03-12,Calcium,2.4,mmol/L\n",
    ],
)
def test_a_word_of_urine_around_a_row_holds_it(table: str) -> None:
    parsed = read_csv(table.encode())

    assert [row.hold.endswith(HELD) for row in parsed.companions] == [True]


def test_a_heading_of_blood_below_one_of_urine_ends_it() -> None:
    parsed = read_csv(
        b"Date,Test,Result,Unit\nUrine chemistry,,,\n2026-03-12,Calcium,2.4,mmol/L\n"
        b"Serum chemistry,,,\n2026-03-12,Calcium,2.5,mmol/L\n"
    )

    assert [bool(row.hold) for row in parsed.companions] == [True, False]


def test_a_comment_about_urine_changes_nothing() -> None:
    parsed = read_csv(
        b"Date,Test,Result,Unit,Comment\n2026-03-12,Calcium,2.4,mmol/L,no urine sent\n"
    )

    assert parsed.companions[0].hold == ""


@pytest.mark.parametrize(
    ("sample", "is_held"),
    [
        ("Cord blood", True),
        ("Umbilical cord serum", True),
        ("Nabelschnurblut", True),
        ("Sang de cordon", True),
        ("Serum", False),
        ("Recorded blood", False),
    ],
)
def test_blood_of_the_cord_is_held_as_it_may_be_in_the_mothers_record(
    sample: str, *, is_held: bool
) -> None:
    (row,) = read_csv(
        "Date,Test,Result,Unit,Specimen\n"
        f"2026-03-12,25-OH Vitamin D,18,ng/mL,{sample}\n".encode()
    ).results

    assert ("a newborn's blood. Check whose result it is." in row.hold) is is_held
