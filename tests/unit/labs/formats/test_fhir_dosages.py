"""How a medicine is taken, said as FHIR's structure says it where words are missing."""

import pytest

from labs.formats.fhir_xml import read_fhir_xml
from tests.unit.labs.formats.fhir_bodies import Body, read

DAILY = {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}
TABLET = {"value": 1, "unit": "tablet"}


def directions(*dosages: Body, **changed: object) -> str:
    body = {
        "resourceType": "MedicationStatement",
        "status": "active",
        "medicationCodeableConcept": {"text": "Vitamin D3 1000 IU"},
        "subject": {"display": "Eva Novak"},
        "dosage": [*dosages],
        **changed,
    }
    (line,) = read(body).supplements
    return line.directions


@pytest.mark.parametrize(
    ("dosage", "said"),
    [
        (
            {"timing": DAILY, "doseAndRate": [{"doseQuantity": TABLET}]},
            "1 tablet, 2 per 1 d",
        ),
        ({"timing": DAILY, "doseQuantity": TABLET}, "1 tablet, 2 per 1 d"),
        (
            {
                "timing": {"repeat": {"frequency": 1, "period": 7, "periodUnits": "d"}},
                "quantityQuantity": {"value": 1.50, "code": "mL"},
            },
            "1.5 mL, 1 per 7 d",
        ),
        ({"doseAndRate": [{"doseQuantity": {"value": 2}}]}, "dose 2"),
        (
            {
                "doseRange": {
                    "low": {"value": 1, "unit": "drop"},
                    "high": {"value": 3, "unit": "drop"},
                }
            },
            "1-3 drop",
        ),
        ({"doseRange": {"low": {"value": 1}, "high": {"value": 3}}}, "dose 1-3"),
        (
            {
                "doseRange": {
                    "low": {"value": 500, "unit": "mg"},
                    "high": {"value": 1, "unit": "g"},
                }
            },
            "500 mg - 1 g",
        ),
        ({"doseRange": {"high": {"value": 3, "unit": "drop"}}}, ""),
        (
            {
                "timing": {
                    "repeat": {
                        "frequency": 1,
                        "frequencyMax": 2,
                        "period": 1,
                        "periodMax": 2,
                        "periodUnit": "wk",
                        "dayOfWeek": ["mon", "thu"],
                        "timeOfDay": ["08:00:00"],
                        "when": ["EVE"],
                        "boundsDuration": {"value": 8, "unit": "weeks"},
                        "count": 9,
                    }
                },
                "doseQuantity": TABLET,
            },
            "1 tablet, 1-2 per 1-2 wk, mon, thu, 08:00:00, EVE, for 8 weeks, count 9",
        ),
        ({"timing": {"repeat": {"frequency": 3}}}, "frequency 3"),
        ({"timing": {"repeat": {"period": 2, "periodUnit": "d"}}}, "per 2 d"),
        (
            {"timing": {"code": {"text": "QD"}}, "doseQuantity": TABLET},
            "1 tablet, QD",
        ),
        (
            {
                "doseQuantity": TABLET,
                "asNeededBoolean": True,
                "additionalInstruction": [{"text": "with food"}],
                "maxDosePerPeriod": {
                    "numerator": {"value": 4, "unit": "tablet"},
                    "denominator": {"value": 1, "unit": "d"},
                },
            },
            "1 tablet, as needed, at most 4 tablet per 1 d, with food",
        ),
        (
            {
                "doseQuantity": {"value": 1, "comparator": "<=", "unit": "tablet"},
                "asNeededCodeableConcept": {"text": "cramps"},
                "maxDosePerPeriod": {"numerator": {"value": 4, "unit": "tablet"}},
            },
            "<=1 tablet, as needed: cramps",
        ),
        ({"route": {"text": "oral"}}, ""),
    ],
)
def test_a_dosage_without_words_is_said_as_its_structure_stands(
    dosage: Body, said: str
) -> None:
    assert directions(dosage) == said


@pytest.mark.parametrize(
    "timing",
    [
        {"repeat": {"frequency": 1, "extension": [{"url": "urn:day-of-month"}]}},
        {"repeat": {"when": ["MORN"], "offset": 30}},
        {"repeat": {"count": 1, "periodUnit": "d"}},
        {"repeat": {"duration": 2, "durationUnit": "h"}},
        {"event": ["2024-03-01"]},
    ],
)
def test_a_dosage_of_which_a_part_cannot_be_said_is_not_said_at_all(
    timing: Body,
) -> None:
    assert directions({"timing": timing, "doseQuantity": TABLET}) == ""


def test_several_dosages_are_said_together_or_not_at_all() -> None:
    morning = {"doseQuantity": TABLET, "timing": {"repeat": {"when": "MORN"}}}
    open_one = {"doseQuantity": TABLET, "timing": {"event": ["2024-03-01"]}}

    assert directions(morning, {"text": "2 at night"}) == "1 tablet, MORN; 2 at night"
    assert directions(morning, open_one) == ""
    assert directions(open_one, {"text": "2 at night"}) == "2 at night"


def test_what_the_patient_is_told_stands_behind_the_amount() -> None:
    told = {"patientInstruction": "on the first of the month"}
    monthly = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "mo"}}
    amount = {"doseAndRate": [{"doseQuantity": {"value": 1, "unit": "ampoule"}}]}

    assert directions(told) == "on the first of the month"
    assert directions({**told, **amount, "timing": monthly}) == (
        "1 ampoule, 1 per 1 mo, on the first of the month"
    )
    assert directions({**told, **amount, "timing": {"event": ["2024-03-01"]}}) == (
        "on the first of the month"
    )


def test_words_come_before_the_structure() -> None:
    both = {"text": "one each day", "doseQuantity": TABLET, "timing": DAILY}
    structured = {"doseQuantity": TABLET}

    assert directions(both) == "one each day"
    assert directions(both, renderedDosageInstruction="1 daily") == "one each day"
    assert directions(structured, renderedDosageInstruction="1 daily") == "1 daily"


def test_a_dosage_in_xml_is_said_like_one_in_json() -> None:
    statement = """<MedicationStatement xmlns="http://hl7.org/fhir">
<status value="active"/>
<medicationCodeableConcept><text value="Vitamin D3 drops"/></medicationCodeableConcept>
<dosage><timing><repeat><frequency value="1"/><period value="1"/><periodUnit value="d"/>
</repeat></timing><asNeededBoolean value="true"/>
<doseAndRate><doseQuantity><value value="5"/><unit value="drops"/></doseQuantity>
</doseAndRate></dosage></MedicationStatement>"""

    (line,) = read_fhir_xml(statement.encode()).supplements

    assert line.directions == "5 drops, 1 per 1 d, as needed"
