"""
The product's own table: one header row, known column names, UTF-8, commas.

It is the template people fill in and the form in which results leave and come back
without loss. Reading it is the fast road for bulk imports: every column is known, so
each distinct text is understood once per file. `csv_table` reads every other shape.
"""

import contextlib
import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import BinaryIO, NamedTuple, TypeVar

from labs.domain.measurands import Measurand
from labs.domain.measurements import Comparator, ReportedNumber, ResultStatus
from labs.domain.units import Unit
from labs.formats.cells import (
    Analyte,
    CellRefused,
    DecimalMark,
    Interval,
    bounded_interval,
    held_reason,
    read_analyte,
    read_interval,
    read_number,
    read_status,
    read_unit,
    text_of,
    unit_reason,
)
from labs.formats.collection_days import CollectionDay
from labs.formats.limits import (
    MAX_CELL_LENGTH,
    MAX_RECORD_LENGTH,
    MAX_TEMPLATE_BYTES,
    MAX_TEMPLATE_LINES,
    QUOTED_LENGTH,
)
from labs.formats.parsed import (
    FileRefused,
    ParsedResult,
    PatientClue,
    Refusal,
    Source,
    Withdrawal,
)
from labs.formats.reported_results import SentStatus, Surroundings, withdrawal_of
from labs.formats.sentences import N_
from labs.formats.spelling import as_said, quoted

QUOTES_DO_NOT_MATCH = N_(
    "Line %(line)s is not a row of a table: its quotes do not match."
)
CELL_TOO_LONG = N_("Line %(line)s has a cell longer than %(most)s characters.")
RAGGED_ROW = N_("The row has %(count)s cells and the header %(width)s.")
COLUMN_MISSING = N_("The table lacks the column %(names)s.")
COLUMN_NOT_KNOWN = N_(
    "The column %(name)s is not one of the template's columns: %(names)s."
)
COLUMN_TWICE = N_("The table names a column twice.")
NOT_ISO = N_("%(shown)s is not a date written as 2024-03-01.")
TEST_NOT_KEPT = N_("The test %(shown)s is not kept here.")
NOT_UTF_8 = N_("The text after line %(line)s is not UTF-8. Save it as UTF-8.")
LINE_TOO_LONG = N_("A line is longer than %(most)s characters.")
NUL_BYTES = N_("The file holds NUL bytes, so it is not a table of text.")
FILE_TOO_LARGE = N_("The file is larger than %(most)s bytes.")
TOO_MANY_LINES = N_("The file has more than %(most)s lines.")
NO_SOURCE = N_("%(shown)s is not a source: %(names)s.")

TEMPLATE_COLUMNS = (
    "patient_id",
    "patient_name",
    "born_on",
    "collected_on",
    "value",
    "unit",
    "measurand",
    "loinc",
    "laboratory",
    "method",
    "specimen",
    "interval",
    "laboratory_flag",
    "status",
    "comment",
    "test_name",
)
# What an export adds so that nothing is lost; a hand-filled table needs none of them.
MORE_COLUMNS = (
    "accession",
    "source",
    "collected_time",
    "reported_on",
    "checked_by",
    "held",
)
EXPORT_COLUMNS = (
    *TEMPLATE_COLUMNS,
    "local_code",
    "interval_low",
    "interval_high",
    *MORE_COLUMNS,
)
NEEDED_COLUMNS = frozenset({"collected_on", "value", "unit"})

DISTINCT_TEXTS = 65_536  # of each kind that are remembered while one file is read
EMPTY_DATE = N_("The date is empty.")

Parts = TypeVar("Parts")
Cells = tuple[str, ...]
Rows = Iterator[ParsedResult | Refusal]

# Columns that are understood together.
PATIENT_COLUMNS = ("patient_id", "patient_name", "born_on")
WHAT_COLUMNS = (
    "unit",
    "measurand",
    "loinc",
    "local_code",
    "test_name",
    "interval",
    "interval_low",
    "interval_high",
)
TEST_COLUMNS = ("loinc", "test_name", "measurand")
SOURCE_COLUMNS = ("laboratory", "method", "specimen")
MARK_COLUMNS = ("laboratory_flag", "status")
PLAIN_COLUMNS = ("collected_on", "value", "comment")


# Reading ------------------------------------------------------------------------------


def is_template(head: bytes) -> bool:
    """
    Answer whether a file begins as the product's own table does.

    Its first row names known columns only, and its first date is written 2024-03-01.
    """
    text = head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "ignore")
    rows = csv.reader(io.StringIO(text, newline=""))
    try:
        header = next(rows, [])
        first = next(rows, [])
    except csv.Error:
        return False
    names = [name.strip() for name in header]
    if not NEEDED_COLUMNS <= set(names) <= set(EXPORT_COLUMNS):
        return False
    return len(first) != len(names) or _is_iso(first[names.index("collected_on")])


def read_rows(stream: BinaryIO) -> Rows:
    """
    Read the product's own table row by row, in flat memory.

    A row that cannot be read comes as a Refusal in its place. Raises FileRefused where
    the file as a whole is not such a table, possibly after rows have been given.
    """
    text = io.TextIOWrapper(stream, "utf-8-sig", newline="")
    reader = csv.reader(_lines(text), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(header)
        read = _RowReader(header).read
        start = reader.line_num + 1
        for row in reader:
            if row and (outcome := read(start, row)) is not None:
                yield outcome
            start = reader.line_num + 1
    except csv.Error as error:
        raise FileRefused(_what_is_wrong(error, reader.line_num)) from None
    except UnicodeDecodeError:
        raise FileRefused(NOT_UTF_8 % {"line": reader.line_num}) from None
    finally:
        text.detach()


def _lines(stream: io.TextIOWrapper) -> Iterator[str]:
    """Give the lines, and refuse what would cost too much memory or time."""
    length = count = 0
    while line := stream.readline(MAX_RECORD_LENGTH + 1):
        length += len(line)
        count += 1
        if len(line) > MAX_RECORD_LENGTH:
            raise FileRefused(LINE_TOO_LONG % {"most": MAX_RECORD_LENGTH})
        if "\0" in line:
            raise FileRefused(NUL_BYTES)
        if length > MAX_TEMPLATE_BYTES:
            raise FileRefused(FILE_TOO_LARGE % {"most": MAX_TEMPLATE_BYTES})
        if count > MAX_TEMPLATE_LINES:
            raise FileRefused(TOO_MANY_LINES % {"most": MAX_TEMPLATE_LINES})
        yield line


def _check_header(header: list[str]) -> None:
    missing = sorted(NEEDED_COLUMNS - set(header))
    unknown = [name for name in header if name not in EXPORT_COLUMNS]
    if missing:
        raise FileRefused(COLUMN_MISSING % {"names": ", ".join(missing)})
    if unknown:
        raise FileRefused(
            COLUMN_NOT_KNOWN
            % {
                "name": quoted(unknown[0], QUOTED_LENGTH),
                "names": ", ".join(EXPORT_COLUMNS),
            }
        )
    if len(header) != len(set(header)):
        raise FileRefused(COLUMN_TWICE)


def _what_is_wrong(error: csv.Error, line: int) -> str:
    if "field larger" in str(error):
        return CELL_TOO_LONG % {"line": line, "most": MAX_CELL_LENGTH}
    return QUOTES_DO_NOT_MATCH % {"line": line}


class _What(NamedTuple):
    unit_text: str
    unit: Unit
    measurand: Measurand
    loinc: str
    local_code: str
    display: str
    interval: Interval
    hold: str


class _Marks(NamedTuple):
    flag: str
    status: str | None
    result_status: ResultStatus
    hold: str


class _RowReader:
    """
    Understands rows, each distinct text once.

    What is remembered lives as long as the reading of one file, because names of
    patients are among it.
    """

    def __init__(self, header: list[str]) -> None:
        self._header = header
        self._patient = self._remembering(_read_patient, PATIENT_COLUMNS)
        self._who = self._cells_of(PATIENT_COLUMNS)
        self._what = self._remembering(_read_what, WHAT_COLUMNS)
        self._source = self._remembering(_read_source, SOURCE_COLUMNS)
        self._marks = self._remembering(_read_marks, MARK_COLUMNS)
        self._day = lru_cache(DISTINCT_TEXTS)(_read_day)
        self._value = lru_cache(DISTINCT_TEXTS)(_read_value)
        self._plain = self._cells_of(PLAIN_COLUMNS)
        self._test = self._cells_of(TEST_COLUMNS)
        self._more = self._cells_of(MORE_COLUMNS)
        self._has_more = not set(MORE_COLUMNS).isdisjoint(header)

    def _cells_of(self, columns: tuple[str, ...]) -> Callable[[list[str]], Cells]:
        """Pick columns from a row; one that the table lacks is the empty cell after."""
        places = {name: place for place, name in enumerate(self._header)}
        return itemgetter(*(places.get(name, len(places)) for name in columns))

    def _remembering(
        self, read: Callable[[Cells], Parts], columns: tuple[str, ...]
    ) -> Callable[[list[str]], Parts]:
        pick, remembered = self._cells_of(columns), lru_cache(DISTINCT_TEXTS)(read)
        return lambda row: remembered(pick(row))

    def read(self, line: int, row: list[str]) -> ParsedResult | Refusal | None:
        """Return what a row says, or None for a row of empty cells."""
        if len(row) != len(self._header):
            return self._ragged(line, row)
        row.append("")
        try:
            return self._result(f"line {line}", row)
        except CellRefused as refused:
            said = as_said(*row)
            whose = self._named_in(row)
            where = f"line {line}"
            taken_back = self._withdrawal(row)
            return (
                Refusal(where, str(refused), said, whose, withdraws=taken_back)
                if said
                else None
            )

    def _withdrawal(self, row: list[str]) -> Withdrawal | None:
        """Return what a row takes back that has no value."""
        collected_on, value, comment = self._plain(row)
        try:
            self._patient(row)
            marks = self._marks(row)
            analyte = _read_test(self._test(row))
            day = CollectionDay(self._day(collected_on))
            laboratory, _method, _specimen = self._source(row)
            accession, *_others, held = self._more(row)
            accession = _text(accession, "accession")
            said = _text(comment, "comment")
        except CellRefused:
            return None
        if held_reason(without_guard(held)):
            return None
        status = SentStatus(marks.status or "", marks.result_status, marks.hold)
        around = Surroundings(laboratory=laboratory, accession=accession, comment=said)
        return withdrawal_of(analyte, day, status, around, without_guard(value))

    def _named_in(self, row: list[str]) -> PatientClue:
        """Return whom a refused row is about, as far as that can be read."""
        identifier, name, born_on = self._who(row)
        for day in (born_on, ""):
            with contextlib.suppress(CellRefused):
                return _read_patient((identifier, name, day))
        return PatientClue()

    def _ragged(self, line: int, row: list[str]) -> Refusal | None:
        reason = RAGGED_ROW % {"count": len(row), "width": len(self._header)}
        said = as_said(*row)
        return Refusal(f"line {line}", reason, said) if said else None

    def _result(self, where: str, row: list[str]) -> ParsedResult:
        collected_on, value, comment = self._plain(row)
        what, marks = self._what(row), self._marks(row)
        value_text, number = self._value(value)
        more = self._more(row) if self._has_more else ()
        held = held_reason(without_guard(more[-1])) if more else ""
        return ParsedResult(
            where,
            self._patient(row),
            self._day(collected_on),
            value_text,
            number.value,
            number.comparator,
            what.unit_text,
            what.unit,
            what.measurand,
            what.loinc,
            what.local_code,
            what.display,
            what.interval.text,
            what.interval.low,
            what.interval.high,
            *self._source(row),
            marks.flag,
            marks.status,
            marks.result_status,
            _text(comment, "comment") if comment else "",
            held or what.hold or marks.hold,
            (),
            *(_read_more(more) if more else ()),
        )


def _text(cell: str, field: str) -> str:
    return text_of(without_guard(cell), field)


def _read_patient(cells: Cells) -> PatientClue:
    identifier, name, born_on = cells
    return PatientClue(
        _text(identifier, "patient_id"),
        _text(name, "patient_name"),
        _read_day(born_on) if born_on.strip() else None,
    )


def _is_iso(cell: str) -> bool:
    try:
        _read_day(cell)
    except CellRefused:
        return False
    return True


def _read_day(cell: str) -> date:
    text = cell.strip()
    try:
        if len(text) == len("2024-03-01"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    shown = quoted(text, QUOTED_LENGTH)
    raise CellRefused(NOT_ISO % {"shown": shown} if text else EMPTY_DATE)


def _read_value(cell: str) -> tuple[str, ReportedNumber]:
    text = _text(cell, "value")
    return text, read_number(text, DecimalMark.POINT)


def _read_test(cells: Cells) -> Analyte:
    loinc, test_name, stated = cells
    code, display = _text(loinc, "loinc"), _text(test_name, "test_name")
    return read_analyte(code, display, stated.strip())


def _read_what(cells: Cells) -> _What:
    unit_text, stated, loinc, local_code, test_name, interval_text, low, high = cells
    code, display = _text(loinc, "loinc"), _text(test_name, "test_name")
    analyte = _read_test((loinc, test_name, stated))
    if analyte.measurand is None:
        raise CellRefused(
            TEST_NOT_KEPT % {"shown": quoted(display or code, QUOTED_LENGTH)}
        )
    spelled = _text(unit_text, "unit")
    unit = read_unit(spelled)
    interval = _read_interval(_text(interval_text, "interval"), low, high)
    reason = unit_reason(analyte.measurand, code, unit, interval)
    return _What(
        spelled,
        unit,
        analyte.measurand,
        code,
        _text(local_code, "local_code"),
        display,
        interval,
        reason or analyte.hold,
    )


def _read_interval(text: str, low: str, high: str) -> Interval:
    if not (low.strip() or high.strip()):
        return read_interval(text, DecimalMark.POINT)
    bounds = [
        read_number(bound, DecimalMark.POINT).value if bound.strip() else None
        for bound in (low, high)
    ]
    unit = read_interval(text, DecimalMark.POINT).unit
    return bounded_interval(text, bounds[0], bounds[1], unit)


def _read_source(cells: Cells) -> tuple[str, str, str]:
    laboratory, method, specimen = cells
    return (
        _text(laboratory, "laboratory"),
        _text(method, "method"),
        _text(specimen, "specimen"),
    )


def _read_marks(cells: Cells) -> _Marks:
    flag, status = cells
    text = _text(status, "status")
    meaning, hold = read_status(text)
    return _Marks(_text(flag, "laboratory_flag"), text or None, meaning, hold)


def _read_more(cells: Cells) -> tuple[str, Source | None, str, date | None, str]:
    accession, source, collected_time, reported_on, checked_by, _ = cells
    return (
        _text(accession, "accession"),
        _read_origin(source.strip()),
        _text(collected_time, "collected_time"),
        _read_day(reported_on) if reported_on.strip() else None,
        _text(checked_by, "checked_by"),
    )


def _read_origin(text: str) -> Source | None:
    if not text:
        return None
    try:
        return Source(text)
    except ValueError:
        shown = quoted(text, QUOTED_LENGTH)
        raise CellRefused(
            NO_SOURCE % {"shown": shown, "names": ", ".join(Source)}
        ) from None


# Writing ------------------------------------------------------------------------------

# A cell that begins so may be run as a formula by a spreadsheet, also in full width.
FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - the full-width ones
GUARD = "'"


def guarded(cell: str) -> str:
    """
    Return a cell that no spreadsheet runs as a formula.

    >>> guarded("=1+1"), guarded("'t Hooft"), guarded("Ada")
    ("'=1+1", "''t Hooft", 'Ada')
    """
    is_dangerous = cell[:1] in FORMULA_STARTS or cell.lstrip()[:1] in FORMULA_STARTS
    return GUARD + cell if cell and (is_dangerous or cell.startswith(GUARD)) else cell


def without_guard(cell: str) -> str:
    """
    Return a cell as it was before `guarded`; other cells stay as they are.

    >>> without_guard("'=1+1"), without_guard("''t Hooft"), without_guard("'t Hooft")
    ('=1+1', "'t Hooft", "'t Hooft")
    """
    if not cell.startswith(GUARD):
        return cell
    rest = cell[len(GUARD) :]
    return rest if guarded(rest) != rest else cell


def write_template() -> str:
    """Return the empty table for people to fill in."""
    return _line(TEMPLATE_COLUMNS)


def write_results(rows: Iterable[ParsedResult]) -> Iterator[str]:
    """
    Give the lines of an export, the header first.

    `read_rows` returns the same results, whatever their texts hold.
    """
    yield _line(EXPORT_COLUMNS)
    for row in rows:
        yield _line(result_cells(row))


def _line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([guarded(cell) for cell in cells])
    return buffer.getvalue()


def result_cells(row: ParsedResult) -> tuple[str, ...]:
    """Return a result's cells in the order of EXPORT_COLUMNS."""
    return (
        row.patient.identifier,
        row.patient.name,
        _iso(row.patient.born_on),
        _iso(row.collected_on),
        _value_cell(row),
        row.unit_text,
        row.measurand,
        row.loinc,
        row.laboratory,
        row.method,
        row.specimen,
        row.interval_text,
        row.laboratory_flag,
        row.status or "",
        row.comment,
        row.display,
        row.local_code,
        *_bounds(row),
        row.accession,
        row.source or "",
        row.collected_time_text,
        _iso(row.reported_on),
        row.checked_by,
        row.hold,
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _value_cell(row: ParsedResult) -> str:
    """Return the value as printed where that says the same here, else in plain form."""
    try:
        _, number = _read_value(row.value_text)
    except CellRefused:
        return plain_value(row)
    same = number.comparator == row.comparator and str(number.value) == str(row.value)
    return row.value_text if same else plain_value(row)


def plain_value(row: ParsedResult) -> str:
    """Return comparator and number with a decimal point, its decimals kept."""
    comparator = row.comparator.value if isinstance(row.comparator, Comparator) else ""
    return f"{comparator}{row.value:f}"


def _bounds(row: ParsedResult) -> tuple[str, str]:
    """Return the bounds where the interval's text does not already say them."""
    printed = read_interval(row.interval_text, DecimalMark.POINT)
    if (printed.low, printed.high) == (row.interval_low, row.interval_high):
        return "", ""
    low, high = row.interval_low, row.interval_high
    return ("" if low is None else f"{low:f}"), ("" if high is None else f"{high:f}")
