"""The product's own table, in and out."""

import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.domain.measurands import Measurand
from labs.domain.measurements import Comparator, ResultStatus
from labs.domain.units import Unit
from labs.formats.csv_table import columns_found, names_of_columns, read_csv
from labs.formats.csv_template import (
    EXPORT_COLUMNS,
    FORMULA_STARTS,
    TEMPLATE_COLUMNS,
    guarded,
    is_template,
    read_rows,
    without_guard,
    write_results,
    write_template,
)
from labs.formats.limits import MAX_CELL_LENGTH, MAX_RECORD_LENGTH
from labs.formats.parsed import FileRefused, ParsedResult, PatientClue, Refusal
from labs.formats.text_decoding import HEAD
from tests.unit.labs.formats.examples import example
from tests.unit.labs.formats.result_rows import results


def rows_of(text: str | bytes) -> list[ParsedResult | Refusal]:
    data = text if isinstance(text, bytes) else text.encode()
    return list(read_rows(io.BytesIO(data)))


HEADER = "patient_id,collected_on,value,unit,test_name\n"


def test_the_template_names_its_columns() -> None:
    assert write_template() == ",".join(TEMPLATE_COLUMNS) + "\r\n"
    assert rows_of(write_template()) == []


def test_a_filled_template_is_read() -> None:
    first, second, third = rows_of(example("template_filled.csv"))

    assert first == ParsedResult(
        "line 2",
        PatientClue("P1", "Ada Muster", date(1970, 5, 13)),
        date(2024, 2, 1),
        "<4.0",
        Decimal("4.0"),
        Comparator.LESS,
        "ng/mL",
        Unit.NG_PER_ML,
        Measurand.TOTAL,
        loinc="62292-8",
        display="25-OH vitamin D",
        interval_text="20-50",
        interval_low=Decimal(20),
        interval_high=Decimal(50),
        laboratory="North Lab",
        method="LC-MS/MS",
        specimen="serum",
        laboratory_flag="L",
        status="final",
        result_status=ResultStatus.FINAL,
        comment="first line\nsecond line",
    )
    assert isinstance(second, ParsedResult)
    assert isinstance(third, ParsedResult)
    assert (second.where, str(second.value)) == ("line 4", "30.10")
    assert second.measurand is Measurand.D3
    assert (third.patient.name, third.measurand) == ("=Bobby", Measurand.D2)


def test_the_general_reader_gives_the_same_for_the_template() -> None:
    parsed = read_csv(example("template_filled.csv"))

    assert list(parsed.results) == rows_of(example("template_filled.csv"))
    assert parsed.format == "CSV, the product's own table"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,03/04/2024,28,ng/mL,25OHD", "'03/04/2024' is not a date written as"),
        ("1,,28,ng/mL,25OHD", "The date is empty."),
        ("1,2024-03-01,,ng/mL,25OHD", "Type the number"),
        ("1,2024-03-01,28,,25OHD", "never guessed"),
        ("1,2024-03-01,28,furlong,25OHD", "'furlong' is not a unit"),
        ("1,2024-03-01,28,ng/mL,Ferritin", "'Ferritin' is not kept here"),
        ("1,2024-03-01,28,pg/mL,calcitriol", "different test"),
        ('1,2024-03-01,"1,234",ng/mL,25OHD', "could mean 1234"),
        (f"{'1' * 65},2024-03-01,28,ng/mL,25OHD", "longer than 64"),
        ("1,2024-03-01,28,ng/mL,25OHD\x07", "control characters"),
        ("1,2024-03-01,28", "has 3 cells and the header 5"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_in_its_place(
    row: str, reason: str
) -> None:
    good = "1,2024-03-01,28,ng/mL,25OHD\n"

    before, refused, after = rows_of(HEADER + good + row + "\n" + good)

    assert isinstance(before, ParsedResult)
    assert isinstance(refused, Refusal)
    assert refused.where == "line 3"
    assert reason in refused.why
    assert isinstance(after, ParsedResult)


def test_empty_lines_are_passed_over() -> None:
    assert len(rows_of(HEADER + "\n,,,,\n1,2024-03-01,28,ng/mL,25OHD\n")) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "lacks the column"),
        ("collected_on,value\n", "lacks the column unit"),
        ("collected_on,value,unit,shoe\n", "'shoe' is not one of"),
        ("collected_on,value,unit,unit\n", "twice"),
        (HEADER + '1,2024-03-01,28,ng/mL,"25OHD\n', "quotes do not match"),
        (HEADER + "1,2024-03-01,28,ng/mL,25\0OHD\n", "NUL"),
        (HEADER + "x" * (MAX_RECORD_LENGTH + 1), "longer than"),
        (HEADER + "x" * (MAX_CELL_LENGTH + 1) + ",,,,\n", "a cell longer than"),
        (HEADER.encode() + b"1,2024-03-01,28,\xb5g/L,25OHD\n", "not UTF-8"),
    ],
)
def test_a_file_that_is_not_such_a_table_is_refused(
    text: str | bytes, reason: str
) -> None:
    with pytest.raises(FileRefused, match=reason):
        rows_of(text)


def test_the_stream_stays_open_for_its_owner() -> None:
    stream = io.BytesIO(example("template_filled.csv"))

    list(read_rows(stream))

    assert not stream.closed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (write_template(), True),
        ("\ufeff" + HEADER + "1,2024-03-01,28,ng/mL,25OHD\n", True),
        (HEADER + "1,3/4/2024,28,ng/mL,25OHD\n", False),
        (HEADER.replace(",", ";"), False),
        ("date,value,unit\n", False),
        ('"', False),
    ],
)
def test_the_template_is_known_by_its_first_rows(text: str, expected: bool) -> None:  # noqa: FBT001
    assert is_template(text.encode()) is expected


def test_a_template_that_a_spreadsheet_changed_is_read_by_its_evidence() -> None:
    parsed = read_csv(
        b"patient_id;collected_on;value;unit;test_name\r\n"
        b"1;13.04.2024;28,5;ng/mL;25OHD\r\n"
    )

    (result,) = parsed.results
    assert (result.collected_on, str(result.value)) == (date(2024, 4, 13), "28.5")


# Out and in again ---------------------------------------------------------------------


@given(st.lists(results(), max_size=4))
def test_what_is_written_comes_back_without_loss(rows: list[ParsedResult]) -> None:
    text = "".join(write_results(rows))

    read = rows_of(text)

    assert [
        replace(row, where="") for row in read if isinstance(row, ParsedResult)
    ] == (rows)


@given(st.lists(results(), max_size=4))
def test_nothing_that_is_written_runs_as_a_formula(rows: list[ParsedResult]) -> None:
    text = "".join(write_results(rows))

    for row in csv.reader(io.StringIO(text, newline="")):
        assert len(row) == len(EXPORT_COLUMNS)
        assert not any(
            cell.lstrip()[:1] in FORMULA_STARTS for cell in row if cell.strip()
        )


@given(st.text())
def test_the_guard_before_a_formula_comes_off_again(cell: str) -> None:
    assert without_guard(guarded(cell)) == cell


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@x", "\t=1", "\N{FULLWIDTH EQUALS SIGN}1", " =1", "\r="],
)
def test_a_cell_that_would_run_is_guarded(cell: str) -> None:
    assert guarded(cell) == "'" + cell


def test_a_number_that_another_file_printed_with_a_comma_is_written_plainly() -> None:
    (original,) = read_csv(
        b"Datum;Test;Wert;Einheit\n2024-03-01;25OHD;1,234;ng/mL\n"
        b"2024-03-02;Ferritin;2,5;ng/mL\n"
    ).results

    (again,) = rows_of("".join(write_results([original])))

    assert isinstance(again, ParsedResult)
    assert again.value_text == "1.234"
    assert again.value == original.value


def test_bounds_without_a_text_are_written_too() -> None:
    (row,) = read_csv((HEADER + "1,2024-03-01,28,ng/mL,25OHD\n").encode()).results
    original = replace(row, interval_low=Decimal(20))

    assert rows_of("".join(write_results([original]))) == [original]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_columns_of_a_large_table_are_told_by_its_head_alone(mark: str) -> None:
    rows = "2024-03-01,30,ng/mL,Ü 1\n" * (HEAD // 10)
    table = f"{mark} collected_on ,value,unit,laboratory\n{rows}".encode()

    assert names_of_columns(table) == ("collected_on", "value", "unit", "laboratory")
    assert names_of_columns(table) == tuple(c.name for c in columns_found(table))


def test_why_a_result_is_held_goes_with_it_also_after_a_spreadsheet_saved_it() -> None:
    """A result in doubt is never clear again because it went through a file."""
    table = (
        "collected_on;value;unit;measurand;held\n"
        "12.03.2026;28;ng/mL;total;The days differ.\n"
        "13.03.2026;29;ng/mL;total;no\n"
    )

    doubted, clear = read_csv(table.encode()).results

    assert (doubted.hold, clear.hold) == ("The days differ.", "")
