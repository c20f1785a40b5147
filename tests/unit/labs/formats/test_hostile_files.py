"""Whatever is sent, the answer is a sentence: bounded, and nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labs.formats import csv_table
from labs.formats.csv_table import read_csv
from labs.formats.inspection import inspect, read_file
from labs.formats.limits import (
    MAX_CELL_LENGTH,
    MAX_COLUMNS,
    MAX_RECORD_LENGTH,
    MAX_TABLE_BYTES,
    MAX_TABLE_ROWS,
)
from labs.formats.parsed import FileRefused, ParsedFile
from tests.unit.labs.formats.examples import ALL

HEADER = b"date,test,value,unit\n"
ROW = b"2024-03-01,25OHD,30,ng/mL\n"
EXAMPLES = [path.read_bytes() for path in ALL]


def outcome(data: bytes) -> str:
    """Return what became of a file; anything but a reading or a refusal escapes."""
    try:
        parsed = read_file(data)
    except FileRefused as refused:
        return str(refused)
    assert isinstance(parsed, ParsedFile)
    return "read"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a," * (MAX_TABLE_BYTES // 2 + 1), "larger than 32 MB"),
        (HEADER + b"a," * MAX_RECORD_LENGTH, "A row is longer than"),
        (HEADER + b"x" * (MAX_RECORD_LENGTH + 1), "A row is longer than"),
        (HEADER + b'"x",' * 300_000, "A row is longer than"),
        (HEADER + b'"' + b"a\n" * 300_000, "A cell is longer than"),
        (HEADER + b'"a\n",' * 300_000, "A row is longer than"),
        (HEADER + b"x" * (MAX_CELL_LENGTH + 1) + b"\n", "A cell is longer than"),
        (b'"' * 500_001, "longer than"),
        (
            b",".join(b"c%d" % n for n in range(100_000)) + b"\n" + b"1," * 100_000,
            f"more than {MAX_COLUMNS} columns",
        ),
        (b"(" * 100_000 + b",date\n1,2\n", "No date and no value columns"),
        (HEADER + ROW * (MAX_TABLE_ROWS + 1), "more than 250000 rows"),
        (HEADER + ROW + b"\0", "NUL"),
        ("é".encode() * 1000 + b"\xe9", "mixes encodings"),
        (HEADER.decode().encode("utf-16")[:-1], "cut off"),
    ],
)
def test_a_file_that_would_cost_too_much_is_refused(data: bytes, reason: str) -> None:
    assert reason in outcome(data)


def test_a_wide_table_may_hold_so_many_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_table, "MAX_TABLE_VALUES", 4)
    table = b"date,25OHD2 (ng/mL),25OHD3 (ng/mL)\n"

    assert outcome(table + b"2024-03-01,5,6\n" * 2) == "read"
    assert "more than 4 values" in outcome(table + b"2024-03-01,5,6\n" * 3)


def test_the_limits_themselves_are_still_read() -> None:
    names = b",".join(b"c%d" % n for n in range(MAX_COLUMNS - 4))
    widest = HEADER[:-1] + b"," + names + b"\n" + ROW
    longest = (
        HEADER + b"2024-03-01,25OHD," + b" " * (MAX_CELL_LENGTH - 2) + b"30,ng/mL\n"
    )

    assert len(read_csv(widest).results) == 1
    assert len(read_csv(longest).results) == 1
    assert len(read_csv(HEADER + ROW * 1_000).results) == 1_000


@given(st.binary(max_size=400))
def test_random_bytes_are_a_reading_or_a_refusal(data: bytes) -> None:
    assert outcome(data)


@given(st.text(max_size=300), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_random_text_is_a_reading_or_a_refusal(text: str, codec: str) -> None:
    assert outcome(text.encode(codec, "replace"))


CELLS = """date test value unit Datum 25-OH-D_(nmol/L) 25OHD ng/mL 30 <4 "32,5"
2024-03-01 03/04/2024 13.04.24 name id low high Total sep=; " 1.234 Patient:_Ada"""
tables = st.lists(
    st.lists(
        st.sampled_from([cell.replace("_", " ") for cell in CELLS.split()])
        | st.text(max_size=12),
        max_size=6,
    ),
    max_size=8,
)


@settings(max_examples=300)
@given(tables, st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n", "\r"]))
def test_random_tables_are_a_reading_or_a_refusal(
    rows: list[list[str]], separator: str, line_end: str
) -> None:
    text = line_end.join(separator.join(row) for row in rows)

    assert outcome(text.encode("utf-8", "replace"))


@settings(max_examples=300)
@given(
    st.sampled_from(EXAMPLES),
    st.lists(
        st.tuples(st.integers(0, 2_000), st.integers(0, 20), st.binary(max_size=12)),
        max_size=6,
    ),
)
def test_changed_examples_are_a_reading_or_a_refusal(
    data: bytes, changes: list[tuple[int, int, bytes]]
) -> None:
    for place, length, replacement in changes:
        data = data[:place] + replacement + data[place + length :]

    found = inspect(data, "changed.csv")

    assert found["results"] or found["refused"] or found["warnings"] is not None
    assert all(part["why"] and len(part["why"]) < 3_000 for part in found["refused"])


@given(st.sampled_from(EXAMPLES), st.integers(0, 1_500))
def test_examples_that_are_cut_off_are_a_reading_or_a_refusal(
    data: bytes, length: int
) -> None:
    assert outcome(data[:length])
