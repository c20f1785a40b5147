"""What single cells mean."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.domain.measurands import Measurand
from labs.domain.measurements import Comparator, ResultStatus
from labs.domain.units import Unit
from labs.formats.cells import (
    CellRefused,
    DecimalMark,
    Interval,
    ValueCell,
    mark_in_use,
    read_analyte,
    read_comparator,
    read_interval,
    read_number,
    read_status,
    split_value,
    text_of,
    unit_reason,
)
from labs.formats.codes import loinc_in, parted_codes
from labs.formats.inspection import read_file


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (["32,5", "27"], DecimalMark.COMMA),
        (["32.5", "<4"], DecimalMark.POINT),
        (["32.5", "32,5"], None),
        (["1.234", "27"], None),
        (["0.123"], DecimalMark.POINT),
        (["1,2345"], DecimalMark.COMMA),
        ([], None),
    ],
)
def test_numbers_prove_the_decimal_mark_of_a_file(
    texts: list[str], mark: DecimalMark | None
) -> None:
    assert mark_in_use(texts) is mark


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("32,5", None, "32.5"),
        ("32.5", None, "32.5"),
        ("30.10", DecimalMark.POINT, "30.10"),
        ("1.234", DecimalMark.POINT, "1.234"),
        ("1,234", DecimalMark.COMMA, "1.234"),
        ("32.5", DecimalMark.COMMA, "32.5"),
        ("27", DecimalMark.COMMA, "27"),
    ],
)
def test_a_number_keeps_its_decimals(
    text: str, mark: DecimalMark | None, value: str
) -> None:
    assert str(read_number(text, mark).value) == value


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("1.234", None),
        ("1,234", None),
        ("1.234", DecimalMark.COMMA),
        ("1,234", DecimalMark.POINT),
    ],
)
def test_what_may_be_thousands_is_refused_by_name(
    text: str, mark: DecimalMark | None
) -> None:
    with pytest.raises(CellRefused, match=r"could mean 1234 or 1\.234"):
        read_number(text, mark)


def test_more_decimals_than_can_be_kept_are_refused() -> None:
    with pytest.raises(CellRefused, match="more than 6 decimals"):
        read_number("0.1234567", DecimalMark.POINT)


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("27", ValueCell("27")),
        ("27 ng/mL", ValueCell("27", "ng/mL")),
        ("<4 nmol/l", ValueCell("<4", "nmol/l")),
        ("≤ 4,0ng/ml", ValueCell("≤ 4,0", "ng/ml")),
        ("27.5 L", ValueCell("27.5", "", "L")),
        ("27.5 ng/mL H", ValueCell("27.5", "ng/mL", "H")),
        ("27.5 (L) ng/mL", ValueCell("27.5", "ng/mL", "(L)")),
        ("27.5* ng/mL", ValueCell("27.5", "ng/mL", "*")),
        ("<4 ! nmol/L", ValueCell("<4", "nmol/L", "!")),
        ("27.5 * 2 ng/mL", ValueCell("27.5 * 2 ng/mL")),
        ("27*", ValueCell("27", "", "*")),
        ("*27*", ValueCell("27", "", "*")),
        ("**27** ng/mL", ValueCell("27", "ng/mL", "**")),
        ("27.5 L *", ValueCell("27.5", "", "L *")),
        ("27 H!", ValueCell("27", "", "H!")),
        ("27 +", ValueCell("27", "", "+")),
        ("27 L bb *", ValueCell("27", "L bb", "*")),
        ("150+", ValueCell("150+")),
        ("150+ ng/mL", ValueCell("150+ ng/mL")),
        ("=<4", ValueCell("=<4")),
        ("=> 150 ng/mL", ValueCell("=> 150", "ng/mL")),
        ("= <4", ValueCell("<4")),
        ("less than 4", ValueCell("less than 4")),
        ("20-30", ValueCell("20-30")),
        ("1e400", ValueCell("1e400")),
        ("see note", ValueCell("see note")),
        ("", ValueCell("")),
    ],
)
def test_a_cell_is_split_into_number_unit_and_flag(cell: str, parts: ValueCell) -> None:
    assert split_value(cell) == parts


@pytest.mark.parametrize(
    ("text", "comparator"),
    [
        ("<", Comparator.LESS),
        ("<=", Comparator.AT_MOST),
        ("≥", Comparator.AT_LEAST),
        ("GT", Comparator.GREATER),
        ("=", None),
        ("", None),
    ],
)
def test_a_column_of_comparators_is_read(
    text: str, comparator: Comparator | None
) -> None:
    assert read_comparator(text) is comparator


def test_a_comparator_that_is_not_known_is_refused() -> None:
    with pytest.raises(CellRefused, match="not a comparator"):
        read_comparator("about")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("30-100", "30", "100"),
        ("(50 - 150)", "50", "150"),
        ("30,0 - 100,0", "30.0", "100.0"),
        (">30", "30", None),
        ("<= 20", None, "20"),
        ("0-0", None, None),
        ("100-30", None, None),
        ("deficient < 20, sufficient 30-100", None, None),
        ("1.234-2.345", None, None),
    ],
)
def test_an_interval_has_bounds_only_where_they_are_plain(
    text: str, low: str | None, high: str | None
) -> None:
    interval = read_interval(text, None)

    assert interval.text == text
    assert interval.low == (Decimal(low) if low else None)
    assert interval.high == (Decimal(high) if high else None)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Final", ResultStatus.FINAL),
        ("F", ResultStatus.FINAL),
        ("endgültig", ResultStatus.FINAL),
        ("VORLÄUFIG", ResultStatus.PRELIMINARY),
        ("corrigé", ResultStatus.CORRECTED),
        ("entered-in-error", ResultStatus.ENTERED_IN_ERROR),
        ("D", ResultStatus.ENTERED_IN_ERROR),
        ("annullato", ResultStatus.CANCELLED),
        ("", ResultStatus.NOT_STATED),
    ],
)
def test_a_status_is_understood_in_many_words(word: str, status: ResultStatus) -> None:
    assert read_status(word) == (status, "")


def test_a_status_that_is_not_known_holds_the_result() -> None:
    status, hold = read_status("looks good")

    assert status is ResultStatus.UNKNOWN
    assert "'looks good'" in hold


def test_every_status_of_the_product_is_understood_by_its_own_word() -> None:
    assert [read_status(status)[0] for status in ResultStatus] == list(ResultStatus)


@pytest.mark.parametrize(
    ("loinc", "name"),
    [("", "1,25-dihydroxyvitamin D"), ("62290-2", "Vitamin D"), ("1649-3", "")],
)
def test_the_active_hormone_is_refused_by_name(loinc: str, name: str) -> None:
    with pytest.raises(CellRefused, match="is a different test"):
        read_analyte(loinc, name)


def test_a_test_of_something_else_is_not_kept() -> None:
    assert read_analyte("", "Ferritin").measurand is None


def test_a_row_that_does_not_say_what_was_measured_is_held() -> None:
    analyte = read_analyte("", "")

    assert analyte.measurand is Measurand.UNSPECIFIED
    assert "does not say what was measured" in analyte.hold


def test_vitamin_d_in_arabic_is_known() -> None:
    assert read_analyte("", "فيتامين د").measurand is Measurand.UNSPECIFIED


def test_a_stated_measurand_against_the_code_is_held() -> None:
    analyte = read_analyte("1989-3", "", "total")

    assert analyte.measurand is Measurand.TOTAL
    assert "says D3" in analyte.hold


def test_a_stated_measurand_settles_a_bare_name() -> None:
    assert read_analyte("", "Vitamin D", "total").hold == ""


@pytest.mark.parametrize("stated", ["vitamin", "1,25-dihydroxyvitamin D"])
def test_a_stated_measurand_must_be_one(stated: str) -> None:
    with pytest.raises(CellRefused):
        read_analyte("", "", stated)


def test_a_code_against_its_unit_is_held() -> None:
    reason = unit_reason(Measurand.D3, "14635-7", Unit.NG_PER_ML, Interval())

    assert "14635-7" in reason
    assert "disagree" in reason


def test_an_interval_in_another_unit_is_held() -> None:
    interval = read_interval("20-50 ng/mL", None)

    reason = unit_reason(Measurand.TOTAL, "", Unit.NMOL_PER_L, interval)

    assert reason == "The value is in nmol/L and the printed interval in ng/mL."


@pytest.mark.parametrize(
    ("loinc", "other", "parted"),
    [
        ("LOINC 62292-8", "", ("62292-8", "")),
        ("", "62292-8", ("62292-8", "")),
        ("", "62292-7", ("", "62292-7")),
        ("62292-7", "", ("62292-7", "")),
        ("62292-8", "VITD", ("62292-8", "VITD")),
        ("VITD", "", ("", "VITD")),
    ],
)
def test_codes_are_parted_by_kind(
    loinc: str, other: str, parted: tuple[str, str]
) -> None:
    assert parted_codes(loinc, other) == parted


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    assert isinstance(split_value(text), ValueCell)
    assert isinstance(read_interval(text, None), Interval)
    assert isinstance(loinc_in(text), str)
    with suppress(CellRefused):
        assert read_number(text, None).value >= 0
    with suppress(CellRefused):
        assert text_of(text, "comment") == text.strip()


# Held where it was recorded -----------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "reason"),
    [("No", ""), (" no ", ""), ("0", ""), ("", ""), ("'=look", "=look")],
)
@pytest.mark.parametrize("loinc", ["loinc", "LOINC code"])
def test_both_readers_of_tables_read_one_word_as_not_held(
    loinc: str, cell: str, reason: str
) -> None:
    """The product's own table, and the same after a spreadsheet renamed a column."""
    table = (
        f"collected_on,value,unit,{loinc},held\n2026-06-01,28,ng/mL,62292-8,{cell}\n"
    )

    (row,) = read_file(table.encode()).results

    assert row.hold == reason
