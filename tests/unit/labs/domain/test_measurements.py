from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.domain.measurements import (
    Comparator,
    Measurement,
    PrintedInterval,
    ReportedNumber,
    ValueRefused,
    parse_printed_interval,
    parse_reported_number,
    spoken,
)
from labs.domain.quantities import Measurand
from labs.domain.units import Unit
from tests.unit.labs.domain.making import measured

LESS, AT_MOST = Comparator.LESS, Comparator.AT_MOST
AT_LEAST, GREATER = Comparator.AT_LEAST, Comparator.GREATER

numbers_as_printed = st.decimals(
    min_value=0, max_value=99999, places=2, allow_nan=False
).map(str)


@pytest.mark.parametrize(
    ("text", "value", "comparator"),
    [
        ("28", "28", None),
        ("28.0", "28.0", None),
        ("0.5", "0.5", None),
        ("  28  ", "28", None),
        ("28\N{NO-BREAK SPACE}", "28", None),
        ("<4", "4", LESS),
        ("< 4.0", "4.0", LESS),
        ("<\N{NO-BREAK SPACE}4", "4", LESS),
        ("<=4", "4", AT_MOST),
        ("=<4", "4", AT_MOST),
        ("\N{LESS-THAN OR EQUAL TO}4", "4", AT_MOST),
        (">150", "150", GREATER),
        (">=150", "150", AT_LEAST),
        ("=>150", "150", AT_LEAST),
        ("\N{GREATER-THAN OR EQUAL TO} 150", "150", AT_LEAST),
        ("less than 4", "4", LESS),
        ("LT 4", "4", LESS),
        ("gt 150", "150", Comparator.GREATER),
        ("Less Than 4", "4", LESS),
        ("more than 150", "150", GREATER),
        ("greater than 150", "150", GREATER),
    ],
)
def test_a_printed_number_is_read_with_its_comparator_and_decimals(
    text: str, value: str, comparator: Comparator | None
) -> None:
    number = parse_reported_number(text)

    assert number == ReportedNumber(Decimal(value), comparator)
    assert str(number.value) == value


def test_a_decimal_comma_is_read_where_it_was_announced() -> None:
    number = parse_reported_number("<32,5", decimal_comma=True)

    assert number == ReportedNumber(Decimal("32.5"), LESS)


@pytest.mark.parametrize(
    ("text", "decimal_comma", "said"),
    [
        ("", False, "Type the number as printed on the report."),
        (" \t ", False, "Type the number as printed on the report."),
        ("32,5", False, "'32,5' holds a comma. Type the decimals after a point."),
        ("50.000", True, "'50.000' holds a point. Type the decimals after a comma."),
        ("1,234.5", False, "'1,234.5' holds more than one mark."),
        ("1.234,5", True, "'1.234,5' holds more than one mark."),
        ("1 234", False, "'1 234' holds more than one mark."),
        ("1'234", False, "'1'234' holds more than one mark."),
        ("-28", False, "A result cannot be less than zero."),
        ("<-1", False, "A result cannot be less than zero."),
        ("\N{MINUS SIGN}28", False, "A result cannot be less than zero."),
        ("<0", False, "A result cannot be less than zero."),
        ("NaN", False, "'NaN' is not a number"),
        ("Infinity", False, "'Infinity' is not a number"),
        ("-inf", False, "'-inf' is not a number"),
        ("1e400", False, "'1e400' is not a number"),
        ("1_000", False, "'1_000' is not a number"),
        (".5", False, "'.5' is not a number"),
        ("28.", False, "'28.' is not a number"),
        ("+28", False, "'+28' is not a number"),
        ("<<4", False, "'<<4' is not a number"),
        ("4<", False, "'4<' is not a number"),
        ("28 ng/mL", False, "'28 ng/mL' is not a number"),
        ("positive", False, "'positive' is not a number"),
        ("0x1c", False, "'0x1c' is not a number"),
        ("\u0662\u0668", False, "Type the number with the digits 0 to 9."),
        ("\uff12\uff18", False, "Type the number with the digits 0 to 9."),
        ("28\N{VULGAR FRACTION ONE HALF}", False, "Type the number with the digits"),
        ("28\x00", False, "'28?' is not a number"),
        ("\ud800", False, "'?' is not a number"),
        ("2" * 10_000, False, "This is too long for a number on a report."),
        ("1234567890123", False, "A number may hold at most 12 digits."),
        ("1234567.890123", False, "A number may hold at most 12 digits."),
    ],
)
def test_what_is_not_a_printed_number_is_refused_with_a_sentence(
    text: str,
    decimal_comma: bool,  # noqa: FBT001 - a column of the table
    said: str,
) -> None:
    with pytest.raises(ValueRefused) as refusal:
        parse_reported_number(text, decimal_comma=decimal_comma)

    assert str(refusal.value).startswith(said)


@given(st.text())
def test_any_text_is_read_as_a_number_or_refused(text: str) -> None:
    with suppress(ValueRefused):
        number = parse_reported_number(text)

        assert number.value.is_finite()
        assert number.value >= 0


@given(numbers_as_printed)
def test_a_number_keeps_every_printed_digit(printed: str) -> None:
    assert str(parse_reported_number(printed).value) == printed


@given(numbers_as_printed)
def test_comma_and_point_read_alike_where_each_is_announced(printed: str) -> None:
    by_comma = parse_reported_number(printed.replace(".", ","), decimal_comma=True)

    assert by_comma == parse_reported_number(printed)


def test_a_zero_is_a_number() -> None:
    assert parse_reported_number("0").value == 0
    assert parse_reported_number("<=0").value == 0


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-1"])
def test_a_measurement_of_no_number_cannot_be_built(value: str) -> None:
    with pytest.raises(ValueRefused):
        Measurement(value, Decimal(value), None, Unit.NG_PER_ML, Measurand.TOTAL)


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("28 ng/mL", "28 ng/mL"),
        ("30.0 ng/mL", "30.0 ng/mL"),
        ("<4 ng/mL", "less than 4 ng/mL"),
        ("<=4 ng/mL", "at most 4 ng/mL"),
        (">=150 ng/mL", "at least 150 ng/mL"),
        (">150 nmol/L", "more than 150 nmol/L"),
    ],
)
def test_a_value_is_spoken_without_signs_to_mistake(printed: str, said: str) -> None:
    assert str(spoken(measured(printed))) == said


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("28", "28.0000", "28 ng/mL"),
        ("30.0", "30.0000", "30.0 ng/mL"),
        ("<4,5", "4.50", "less than 4.5 ng/mL"),
        ("28.4 ng/mL", "28.400", "28.4 ng/mL"),
        ("see note", "28.50", "28.50 ng/mL"),
        ("28", "28.5", "28.5 ng/mL"),
    ],
)
def test_the_printed_decimals_are_shown_whatever_a_database_pads(
    text: str, value: str, said: str
) -> None:
    comparator = LESS if text.startswith("<") else None
    measurement = Measurement(
        text, Decimal(value), comparator, Unit.NG_PER_ML, Measurand.TOTAL
    )

    assert str(spoken(measurement)) == said
    assert measurement.text == text


def test_only_a_value_with_a_comparator_is_censored() -> None:
    assert measured("<4 ng/mL").is_censored
    assert not measured("4 ng/mL").is_censored


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("20-50 ng/mL", "20", "50", Unit.NG_PER_ML),
        ("30\N{EN DASH}100 ng/mL", "30", "100", Unit.NG_PER_ML),
        ("2.20 - 2.60 mmol/L", "2.20", "2.60", Unit.MMOL_PER_L),
        ("2,20-2,60 mmol/l", "2.20", "2.60", Unit.MMOL_PER_L),
        ("50 to 125 nmol/L", "50", "125", Unit.NMOL_PER_L),
        ("50 bis 125", "50", "125", None),
        ("30,0 a 60,0 ng/mL", "30.0", "60.0", Unit.NG_PER_ML),
        ("30..100", "30", "100", None),
        ("> OR = 30", "30", None, None),
        ("Superior a 20 ng/mL", "20", None, Unit.NG_PER_ML),
        ("less than 5.0", None, "5.0", None),
        (">=20", "20", None, None),
        ("> 30 ng/ml", "30", None, Unit.NG_PER_ML),
        ("<5.0", None, "5.0", None),
        ("up to 5 ug/L", None, "5", Unit.UG_PER_L),
    ],
)
def test_a_plain_printed_interval_is_read(
    text: str, low: str | None, high: str | None, unit: Unit | None
) -> None:
    bounds = [Decimal(each) if each else None for each in (low, high)]

    assert parse_printed_interval(text) == PrintedInterval(bounds[0], bounds[1], unit)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "see note",
        "deficient: < 20; sufficient: 30-100",
        "20-50 (winter)",
        "20-50 ng/mL 50-125 nmol/L",
        "20-50-80",
        "20-50 " + "x" * 10_000,
        "\u0662\u0660-\u0665\u0660",
    ],
)
def test_an_interval_in_any_doubt_is_not_read(text: str) -> None:
    assert parse_printed_interval(text) is None
