"""
From text to the rows of a table: separator, header row, and what stands around them.

What is sent as a hostile file costs bounded memory and time: see limits.py.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from labs.domain.units import HYDROXYVITAMIN_D_UNITS, unit_spelled
from labs.formats.cells import named_test
from labs.formats.column_names import Role
from labs.formats.dates import is_date
from labs.formats.fixed_columns import out_of_fixed_columns
from labs.formats.headers import (
    DATES,
    TESTS,
    Column,
    Header,
    Said,
    count_known_names,
    is_called_by_unit,
    read_header,
    with_roles,
)
from labs.formats.limits import (
    MAX_CELL_LENGTH,
    MAX_COLUMNS,
    MAX_PREAMBLE_ROWS,
    MAX_RECORD_LENGTH,
    MAX_TABLE_ROWS,
)
from labs.formats.parsed import FileRefused
from labs.formats.sentences import N_
from labs.formats.spelling import INVISIBLE

OPEN_QUOTE = N_(
    "The file ends inside a quoted cell: a quote is opened and never closed."
)
CELL_TOO_LONG = N_("A cell is longer than %(most)s characters.")
EMPTY_FILE = N_("The file is empty.")
QUOTES_AS_TEXT = N_("Quotes inside some cells are not doubled; they were read as text.")
TOO_MANY_COLUMNS = N_("The table has more than %(most)s columns.")
TOO_MANY_ROWS = N_("The table has more than %(most)s rows.")
ROW_TOO_LONG = N_(
    "A row is longer than %(most)s characters. Perhaps a quote is "
    "opened and never closed."
)

BLANKS = "  "  # between the columns of a table that a printer set
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
HEAD = 65_536  # characters in which the header row is looked for
_SEPARATOR_LINE = re.compile(
    r'"?sep=([,;\t|])"?[ ,;\t]*(?:\r\n|\r|\n|$)', re.IGNORECASE
)

Chosen = Mapping[str, Said]


@dataclass(frozen=True, slots=True)
class Record:
    """One row with the line on which it begins; blanks around cells are gone."""

    line: int
    cells: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not any(self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows under a header row."""

    separator: str
    header: Header
    header_line: int
    preamble: tuple[Record, ...]
    records: tuple[Record, ...]
    warnings: tuple[str, ...] = ()
    printed: tuple[str, ...] = ()  # the header row as it stands there
    is_sheet: bool = False  # of lines that each name one thing: nothing heads columns


def find_table(text: str, chosen: Chosen | None = None) -> Table:
    """Return the table in a text; raise FileRefused where it is not read as one."""
    text = _out_of_quotes(text)
    parted = out_of_fixed_columns(text)
    table = _table_in(parted, chosen)
    return table if parted == text else replace(table, separator=BLANKS)


def _table_in(text: str, chosen: Chosen | None) -> Table:
    announced, body, skipped = announced_separator(text)
    separators = (announced,) if announced else tuple(SEPARATORS)
    separator, place, header = _best_header(body[:HEAD], separators, chosen)
    records, warnings = _records(body, separator, skipped)
    if not records:
        raise FileRefused(EMPTY_FILE)
    if 0 < place < len(records) and chosen is None:
        header = _under_names(header, records[place - 1].cells)
    header = _with_nameless_dates(header, records[place + 1 :])
    if chosen is None:
        header = _with_names_of_tests(header, records[place + 1 :])
        header = _with_units_told(header, records[place + 1 :])
    if chosen and _is_row(header, records[place : place + 1]):
        # What a person said of the first row's cells is true of the row itself.
        return Table(separator, header, 0, records[:place], records[place:], warnings)
    return Table(
        separator,
        header,
        records[place].line if place < len(records) else 1,
        records[:place],
        records[place + 1 :],
        warnings,
        records[place].cells if place < len(records) else (),
    )


def _is_row(header: Header, rows: Sequence[Record]) -> bool:
    """Answer whether the cells of a header are a result: a day in a column of days."""
    dates = [column for role in DATES for column in header.roles.get(role, ())]
    days = [cell for row in rows for c in dates for cell in row.cells[c.place :][:1]]
    return header.is_long and any(map(is_date, days))


_QUOTED_ROW = re.compile(r'"((?:[^"]|"")*)"[ ,;\t|]*')
_END_OF_ROW = re.compile(r"\r\n|\r|\n")


def _out_of_quotes(text: str) -> str:
    r"""
    Return the rows of a text in which each row stands in quotes as one cell.

    So a spreadsheet saves a table that it opened with another separator.

    >>> _out_of_quotes('"Test,Result"\n"25-OH-D,27"\n')
    'Test,Result\n25-OH-D,27\n'
    """
    first, *_ = _END_OF_ROW.split(text, maxsplit=1)
    is_parted = any(separator in first.strip(",;\t|") for separator in SEPARATORS)
    if not is_parted or _QUOTED_ROW.fullmatch(first) is None:
        return text
    rows = _END_OF_ROW.split(text)
    found = [_QUOTED_ROW.fullmatch(row) for row in rows]
    others = [row for row, quoted in zip(rows, found, strict=True) if quoted is None]
    if any(row.strip(" ,;\t|") for row in others):
        return text
    return "\n".join(row[1].replace('""', '"') if row else "" for row in found)


def announced_separator(text: str) -> tuple[str, str, int]:
    """Return the separator that a first line announces, the rest and the lines gone."""
    announced = _SEPARATOR_LINE.match(text)
    if announced is None:
        return "", text, 0
    return announced[1], text[announced.end() :], 1


def _with_nameless_dates(header: Header, records: tuple[Record, ...]) -> Header:
    """Take a first column without a name for the day, where each row has a date."""
    first, *others = header.columns or (Column(0, ""),)
    if first.name or header.is_complete or header.dates or not records:
        return header
    days = [record.cells[0] for record in records if any(record.cells[1:])]
    if not days or not all(map(is_date, days[:ROWS_SEEN])):
        return header
    dated = with_roles([replace(first, role=Role.ANY_DATE), *others])
    return dated if dated.is_complete else header


def _with_names_of_tests(header: Header, records: tuple[Record, ...]) -> Header:
    """
    Take the column whose cells name tests for their names, where none is called so.

    Columns are called so in more languages than are known here. Without it every value
    would be of a test that the file does not name. Of a name beside its code the one
    counts that names more; two that say two things of one row are no names of tests.
    """
    is_without = header.is_long or (header.dates and not header.is_complete)
    if not is_without or any(role in header.roles for role in (*TESTS, Role.ANY_NAME)):
        return header
    others = _MAY_NAME_TESTS
    if len(header.roles.get(Role.VALUE, ())) > 1:
        others |= {Role.VALUE}
    columns = [column for column in header.columns if column.role in others]
    named = _tests_named(columns, records)
    values = [column for column in named if column.role is Role.VALUE]
    if not named or len(values) > 1 or not _agree(named.values()):
        return header
    return _with_role(header, max(named, key=lambda c: len(named[c])), Role.TEST_NAME)


def _tests_named(
    columns: Sequence[Column], records: tuple[Record, ...]
) -> dict[Column, dict[int, str]]:
    """Return the columns whose cells name tests, with the test of each line."""
    found = {
        column: {
            record.line: test
            for record in records[:ROWS_SEEN]
            if (test := named_test(_cell(record, column)))
        }
        for column in columns
        if not (column.is_test or is_date(column.name))
    }
    return {column: tests for column, tests in found.items() if tests}


def _agree(named: Iterable[Mapping[int, str]]) -> bool:
    """Answer whether no line has two names for two tests."""
    first, *others = named
    told = dict(first)
    for tests in others:
        if any(told.get(line, test) != test for line, test in tests.items()):
            return False
        told |= tests
    return True


def _with_units_told(header: Header, records: tuple[Record, ...]) -> Header:
    """
    Take the one column that holds units of vitamin D for the units, as with names.

    Nothing but a unit is written "ng/mL", whatever the column is called.
    """
    if not (header.is_long or header.is_turned) or Role.UNIT in header.roles:
        return header
    found = [
        column
        for column in header.columns
        if column.role is None and not (column.is_test or is_date(column.name))
        if any(_names_its_unit(_cell(record, column)) for record in records[:ROWS_SEEN])
    ]
    return _with_role(header, found[0], Role.UNIT) if len(found) == 1 else header


def _with_role(header: Header, told: Column, role: Role) -> Header:
    return with_roles(
        [
            replace(column, role=role) if column is told else column
            for column in header.columns
        ]
    )


def _names_its_unit(cell: str) -> bool:
    return unit_spelled(cell) in HYDROXYVITAMIN_D_UNITS


# What a word for names of tests may mean, too: "Indicator", "Lab name", "Laborwert".
_MAY_NAME_TESTS = frozenset(
    {None, Role.LABORATORY_FLAG, Role.LABORATORY, Role.SPECIMEN}
)
ROWS_SEEN = 200  # rows whose cells tell what a column holds


def _cell(record: Record, column: Column) -> str:
    return record.cells[column.place] if column.place < len(record.cells) else ""


def _under_names(header: Header, above: tuple[str, ...]) -> Header:
    """
    Return a header of two rows as one: tests above, what is told of each below.

    A row of "Result, Unit, Result, Unit" says which test is meant in the row above it,
    where each name stands over the first of its columns.
    """
    values = header.roles.get(Role.VALUE, ())
    are_units = (
        any(map(is_called_by_unit, values)) and len(list(filter(None, above))) > 1
    )
    if len({column.name for column in values}) == len(values) and not are_units:
        return header
    names, over = [], ""
    for column in header.columns:
        own = above[column.place] if column.place < len(above) else ""
        over = own or over
        names.append(f"{over} {column.name}".strip())
    together = read_header(names)
    if together.is_wide or not are_units:
        return together if together.is_wide else header
    # What stands above the units is not known, so they say nothing.
    return read_header(header.names, dict.fromkeys(header.names))


def first_rows(text: str) -> list[tuple[str, ...]]:
    """Return the first rows of a text as the separator that parts most makes them."""
    announced, body, _skipped = announced_separator(text)
    separators = (announced,) if announced else tuple(SEPARATORS)
    tables = [_head_rows(body[:HEAD], separator) for separator in separators]
    return max(tables, key=lambda rows: len(rows[0]) if rows else 0)


def known_names_in(text: str) -> int:
    """Count the known column names in the likeliest header row of a text's head."""
    head = text[:HEAD]
    parting = [separator for separator in SEPARATORS if separator in head]
    # All that do not occur make the same rows, each of one cell.
    idle = [separator for separator in SEPARATORS if separator not in head][:1]
    return max(
        (_most_known_names(head, separator) for separator in parting), default=0
    ) or max((_most_known_names(head, separator) for separator in idle), default=0)


def _most_known_names(head: str, separator: str) -> int:
    return max(map(count_known_names, _head_rows(head, separator)), default=0)


def _best_header(
    head: str, separators: tuple[str, ...], chosen: Chosen | None
) -> tuple[str, int, Header]:
    """Return separator, place and reading of the row that is a header most of all."""
    best: tuple[tuple[bool, int, bool, int], str, int, Header] | None = None
    for separator in separators:
        for place, cells in enumerate(_head_rows(head, separator)):
            header = read_header(cells, chosen)
            is_complete = header.is_complete and not any(map(_is_decimal, cells))
            rank = (is_complete, _score(header), place == 0, len(cells))
            if best is None or rank > best[0]:
                best = (rank, separator, place, header)
            # "Name, Ada Muster, Report, 2025-03-12" may be no header after all.
            if is_complete and len(header.dates) != 1:
                break
    if best is None:
        raise FileRefused(EMPTY_FILE)
    return best[1:]


def _score(header: Header) -> int:
    """Return how much a row looks like a header; one with dates in it holds data."""
    if any(map(_is_decimal, header.names)):
        return 0
    holds_numbers = any(name.isdigit() for name in header.names)
    may_be_header = len(header.columns) > 1 and not header.dates and not holds_numbers
    return header.score if header.is_complete or may_be_header else 0


_DECIMAL = re.compile(r"\d+[.,]\d+", re.ASCII)


def _is_decimal(cell: str) -> bool:
    """Answer whether a cell is a measured value, which names no column."""
    return _DECIMAL.fullmatch(cell) is not None


def _head_rows(head: str, separator: str) -> list[tuple[str, ...]]:
    """Return the first rows that hold anything; a row cut off at the end is no harm."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
    tidy = _tidying(head)
    rows = (tuple(map(tidy, row[:MAX_COLUMNS])) for row in reader)
    try:
        return list(islice(filter(any, rows), MAX_PREAMBLE_ROWS))
    except csv.Error:
        return []


# Rows ---------------------------------------------------------------------------------


def _records(
    text: str, separator: str, skipped_lines: int
) -> tuple[tuple[Record, ...], tuple[str, ...]]:
    """Return the rows that hold anything, and what was tolerated."""
    try:
        return tuple(_read(text, separator, skipped_lines, strict=True)), ()
    except csv.Error as error:
        if "expected after" not in str(error):
            raise FileRefused(_what_is_wrong(error)) from None
    try:
        rows = tuple(_read(text, separator, skipped_lines, strict=False))
    except csv.Error as error:
        raise FileRefused(_what_is_wrong(error)) from None
    return rows, (QUOTES_AS_TEXT,)


def rows_of(text: str, separator: str, skipped_lines: int) -> Iterator[Record]:
    """Give every row, also those that hold nothing; raise FileRefused."""
    try:
        yield from _every_row(text, separator, skipped_lines, strict=False)
    except csv.Error as error:
        raise FileRefused(_what_is_wrong(error)) from None


def _read(
    text: str, separator: str, skipped_lines: int, *, strict: bool
) -> Iterator[Record]:
    count = 0
    for record in _every_row(text, separator, skipped_lines, strict=strict):
        if record.is_empty:
            continue
        count += 1
        if count > MAX_TABLE_ROWS:
            raise FileRefused(TOO_MANY_ROWS % {"most": MAX_TABLE_ROWS})
        yield record


def _every_row(
    text: str, separator: str, skipped_lines: int, *, strict: bool
) -> Iterator[Record]:
    lines = _GuardedLines(text)
    reader = csv.reader(lines, delimiter=separator, strict=strict)
    tidy = _tidying(text)
    start = 0
    for row in reader:
        record = Record(start + 1 + skipped_lines, tuple(map(tidy, row)))
        start = reader.line_num
        lines.begin_record()
        if len(row) > MAX_COLUMNS and any(record.cells[MAX_COLUMNS:]):
            raise FileRefused(TOO_MANY_COLUMNS % {"most": MAX_COLUMNS})
        yield record


_BLANK = INVISIBLE + "".join(filter(str.isspace, map(chr, range(0x3001))))
_UNSEEN = re.compile(f"[{INVISIBLE}]")
_AS_TEXT = re.compile(r"=\"([^\"=]*)\"|'(?=[-+<>=.\d])(.*)", re.DOTALL)


def _tidy(cell: str) -> str:
    r"""
    Return a cell without blanks, and without what keeps a spreadsheet's hands off it.

    Tables in Arabic and Hebrew have marks around cells that turn them.

    >>> _tidy(' ="27.50"'), _tidy("'<4"), _tidy("'n'"), _tidy("\u200f 27 ")
    ('27.50', '<4', "'n'", '27')
    """
    bare = cell.strip(_BLANK)
    if bare[:1] not in ("=", "'") or not (found := _AS_TEXT.fullmatch(bare)):
        return bare
    return (found[1] if found[1] is not None else found[2]).strip()


def _tidying(text: str) -> Callable[[str], str]:
    """Return what tidies the cells of a text; most texts have nothing but blanks."""
    is_plain = "'" not in text and '="' not in text
    if is_plain and (text.isascii() or _UNSEEN.search(text) is None):
        return str.strip
    return _tidy


class _GuardedLines:
    """The lines of a text; refuses a row that is longer than rows of tables are."""

    def __init__(self, text: str) -> None:
        self._stream = io.StringIO(text, newline="")
        self._length = 0

    def begin_record(self) -> None:
        self._length = 0

    def __iter__(self) -> "_GuardedLines":
        return self

    def __next__(self) -> str:
        line = self._stream.readline(MAX_RECORD_LENGTH + 1)
        if not line:
            raise StopIteration
        self._length += len(line)
        if self._length > MAX_RECORD_LENGTH:
            raise FileRefused(ROW_TOO_LONG % {"most": MAX_RECORD_LENGTH})
        return line


def _what_is_wrong(error: csv.Error) -> str:
    if "field larger" in str(error):
        return CELL_TOO_LONG % {"most": MAX_CELL_LENGTH}
    return OPEN_QUOTE
