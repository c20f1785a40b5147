"""A reader hands on what a row takes back only where everything about it is sure."""

import json

import pytest

from labs.domain.measurements import ResultStatus
from labs.formats.inspection import read_file
from labs.formats.parsed import Withdrawal

MESSAGE = (
    "MSH|^~\\&|LAB|HARBOUR|X|Y|20260601||ORU^R01|1|P|2.5.1\r"
    "PID|1||7^^^X||Alder^Ada||19800203|F\r"
    "OBR|1|1|A100|62292-8^25-OH Vitamin D^LN|||20260601\r"
    "OBX|1|NM|62292-8^25-OH Vitamin D^LN||{value}|ng/mL|||||{status}{more}\r"
)
TABLE = (
    "patient_name,born_on,collected_on,value,unit,loinc,laboratory,status\n"
    "Ada Alder,{born_on},{day},{value},,62292-8,HARBOUR,{status}\n"
)
SURE = {"born_on": "1980-02-03", "day": "2026-06-01", "value": "", "status": "X"}


def taken_back(data: str) -> Withdrawal | None:
    """Return what the one row of a file takes back; it is refused in any case."""
    (refused,) = read_file(data.encode()).refused
    return refused.withdraws


def of_message(value: str = "", status: str = "X", more: str = "") -> Withdrawal | None:
    return taken_back(MESSAGE.format(value=value, status=status, more=more))


@pytest.mark.parametrize(
    ("value", "status", "meaning"),
    [
        ("", "X", ResultStatus.CANCELLED),
        ("TNP", "X", ResultStatus.CANCELLED),
        ("TNP", "C", ResultStatus.CANCELLED),
        ("", "D", ResultStatus.ENTERED_IN_ERROR),
        ("", "W", ResultStatus.ENTERED_IN_ERROR),
    ],
)
def test_a_message_takes_back(value: str, status: str, meaning: ResultStatus) -> None:
    found = of_message(value, status)

    assert found is not None
    assert (found.status, found.laboratory, found.accession, found.comment) == (
        meaning,
        "HARBOUR",
        "A100",
        value,
    )


@pytest.mark.parametrize(
    ("value", "status"),
    [("", "F"), ("", "P"), ("", "C"), ("TNP", "F"), ("see note", "C"), ("1-2", "X")],
)
def test_what_is_not_surely_without_a_value_takes_nothing_back(
    value: str, status: str
) -> None:
    assert of_message(value, status) is None


def test_days_that_differ_take_nothing_back() -> None:
    assert of_message(more="|||20260509") is None


@pytest.mark.parametrize(
    "changed",
    [{"born_on": "3rd of May"}, {"day": "soon"}, {"status": "F"}, {"status": "?"}],
)
def test_a_row_of_which_anything_is_unread_takes_nothing_back(
    changed: dict[str, str],
) -> None:
    assert taken_back(TABLE.format(**SURE)) is not None
    assert taken_back(TABLE.format(**SURE | changed)) is None


@pytest.mark.parametrize(
    "more",
    [
        {"modifierExtension": [{"url": "http://example.org/not"}]},
        {"focus": [{"reference": "Patient/fetus"}]},
        {"valueQuantity": {"value": 28, "unit": "parrots"}},
        {"effectiveDateTime": "2026"},
    ],
)
def test_an_observation_in_doubt_takes_nothing_back(more: dict[str, object]) -> None:
    told = {
        "resourceType": "Observation",
        "status": "cancelled",
        "code": {"coding": [{"system": "http://loinc.org", "code": "62292-8"}]},
        "effectiveDateTime": "2026-06-01",
    }

    assert taken_back(json.dumps(told)) is not None
    assert taken_back(json.dumps(told | more)) is None
