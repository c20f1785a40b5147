"""A companion result stands to its own interval, or is unknown."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from labs.domain.companions import (
    CompanionResult,
    IntervalPosition,
    is_above_interval,
    position,
)
from labs.domain.measurements import Measurement, parse_reported_number
from labs.domain.quantities import Measurand
from labs.domain.units import Unit

ABOVE, BELOW = IntervalPosition.ABOVE, IntervalPosition.BELOW
WITHIN, UNKNOWN = IntervalPosition.WITHIN, IntervalPosition.UNKNOWN


def calcium(
    text: str, low: str | None = "2.20", high: str | None = "2.60", flag: str = ""
) -> CompanionResult:
    number = parse_reported_number(text)
    return CompanionResult(
        Measurement(
            text, number.value, number.comparator, Unit.MMOL_PER_L, Measurand.CALCIUM
        ),
        date(2026, 3, 12),
        low=None if low is None else Decimal(low),
        high=None if high is None else Decimal(high),
        flag=flag,
    )


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (calcium("2.61"), ABOVE),
        (calcium("2.60"), WITHIN),
        (calcium("2.20"), WITHIN),
        (calcium("2.19"), BELOW),
        (calcium("2.61", low=None), ABOVE),
        (calcium("2.60", low=None), WITHIN),
        (calcium("2.10", high=None), BELOW),
        (calcium("2.30", high=None), WITHIN),
        (calcium("2.90", low=None, high=None), UNKNOWN),
        (calcium(">2.60"), ABOVE),
        (calcium(">=2.60"), UNKNOWN),
        (calcium(">=2.61"), ABOVE),
        (calcium(">2.50"), UNKNOWN),
        (calcium(">2.50", high=None), WITHIN),
        (calcium("<2.20"), BELOW),
        (calcium("<=2.20"), UNKNOWN),
        (calcium("<=2.19"), BELOW),
        (calcium("<2.50"), UNKNOWN),
        (calcium("<2.50", low=None), WITHIN),
        (calcium("<3.00", low=None), UNKNOWN),
        (calcium(">1.00", high=None), UNKNOWN),
    ],
)
def test_a_value_stands_to_its_own_interval(
    result: CompanionResult, expected: IntervalPosition
) -> None:
    assert position(result) is expected


@pytest.mark.parametrize(
    ("flag", "expected"),
    [
        ("H", ABOVE),
        ("HH", ABOVE),
        (" hh ", ABOVE),
        ("HU", ABOVE),
        ("H, A", ABOVE),
        ("A~HH", ABOVE),
        ("High", ABOVE),
        ("CRITICAL HIGH", ABOVE),
        ("(H)", ABOVE),
        ("A; L", BELOW),
        ("low", BELOW),
        ("Critical low", BELOW),
        ("high normal", UNKNOWN),
        ("N, A", UNKNOWN),
        ("L", BELOW),
        ("LL", BELOW),
        ("N", UNKNOWN),
        ("D", UNKNOWN),
        ("<", UNKNOWN),
        ("A", UNKNOWN),
    ],
)
def test_a_mark_of_the_laboratory_counts_without_interval(
    flag: str, expected: IntervalPosition
) -> None:
    assert position(calcium("2.40", low=None, high=None, flag=flag)) is expected


@pytest.mark.parametrize(
    ("printed", "flag", "expected"),
    [
        ("2.95", "", UNKNOWN),
        ("2.40", "N", UNKNOWN),
        ("1.90", "", UNKNOWN),
        ("2.40", "H", ABOVE),
        ("2.95", "LL", BELOW),
    ],
)
def test_a_held_result_is_placed_by_its_laboratorys_mark_alone(
    printed: str, flag: str, expected: IntervalPosition
) -> None:
    held = replace(calcium(printed, flag=flag), is_held=True)

    assert position(held) is expected
    assert not is_above_interval(held)


def test_high_is_high_whichever_says_it() -> None:
    assert position(calcium("2.40", flag="H")) is ABOVE
    assert position(calcium("2.90", flag="N")) is ABOVE
    assert position(calcium("2.40", flag="L")) is BELOW
