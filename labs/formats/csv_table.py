"""
Tables of results in any shape that people and laboratories have them.

Separator, encoding, decimal mark, order of dates and the meaning of columns are read
from the file's own evidence; where that does not decide, a person is asked or the row
is refused by name. `csv_template` is the fast road for the product's own table.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from labs.domain.measurands import Measurand, allowed_units
from labs.domain.units import Unit
from labs.formats.bare_names import Bare, bare_text, read_bare
from labs.formats.column_names import WORDS_OF_TOTALS, Role
from labs.formats.csv_template import is_template, read_rows
from labs.formats.cut_numbers import CutNumbers
from labs.formats.dates import DateOrder, is_date, is_part_of_a_date
from labs.formats.detect import looks_like
from labs.formats.entries import TEST_ROLES, EntryReader
from labs.formats.gathering import Outcome, gathered
from labs.formats.headers import (
    OF_A_PRODUCT,
    Column,
    Header,
    Said,
    read_header,
    split_unit,
)
from labs.formats.layouts import Layout, layout_of
from labs.formats.limits import (
    MAX_TABLE_BYTES,
    MAX_TABLE_VALUES,
    MAX_TEMPLATE_BYTES,
    MEBIBYTE,
    QUOTED_LENGTH,
)
from labs.formats.medication_list import columns_read, read_medications
from labs.formats.medicine_lines import is_listed, is_supplement, others_counted
from labs.formats.named_lines import find_table_or_sheet
from labs.formats.parsed import FileRefused, ParsedFile, PatientClue, Refusal
from labs.formats.preambles import patient_named_in
from labs.formats.sentences import N_, listed
from labs.formats.spelling import as_said, plain, quoted, shortened
from labs.formats.tabular import (
    BLANKS,
    Record,
    Table,
    first_rows,
    known_names_in,
)
from labs.formats.text_decoding import HEAD, decode
from labs.formats.two_columns import once_for_both_units
from labs.formats.wide_columns import LOOKED_AT, measurand_of

ONLY_MEDICINES = N_("The file is a list of medicines and holds no laboratory results.")
NO_TABLE = N_(
    "No date and no value columns were found, so this is no table of results."
)
HEADER_BELOW = N_(
    "The header stands in line %(line)s; what comes before it was not read as results."
)
COLUMNS_FOUND = N_("Columns found: %(names)s.")
NOT_READ = N_("Columns that were not read: %(names)s.")
NAMELESS = N_("Columns without a name that were not read: %(places)s.")
UNDER_ANOTHER_HEADER = N_(
    "Line %(line)s is the header of another table, so the rows under it are not read. "
    "Save that table as a file of its own."
)
ANOTHER_PERSON = N_(
    "Lines within the table name a person, the first in line %(line)s; rows behind "
    "each that name none are theirs."
)
MAY_NAME_A_PERSON = N_(
    "Line %(line)s holds only %(shown)s, which may name a person. Check whose result "
    "this is."
)
NO_VALUES = N_("No column holds values of 25-hydroxyvitamin D or results of tests.")
NO_HEADER = N_(
    "The first line holds a date and a value and names no columns. Write a line above "
    "it that does, such as Date, Test, Result, Unit."
)
NO_DATES = N_("No column holds the date on which the sample was drawn.")
TOO_MANY_CELLS = N_("The line has %(count)s cells and the header has %(width)s.")
A_TOTAL = N_("The line begins with %(shown)s: a total.")
HOLDS_ONLY = N_("The line holds only %(shown)s.")
HEADER_REPEATED = N_("The header is repeated in line %(lines)s.")
TABLE_TOO_LARGE = N_(
    "The file is larger than %(size)s MB. Split it, or use the product's own template."
)
TEMPLATE_TOO_LARGE = N_("The file is larger than %(size)s MB.")
TOO_MANY_VALUES = N_("The table has more than %(most)s values.")

SEPARATED = {
    ",": N_("separated by commas"),
    ";": N_("separated by semicolons"),
    "\t": N_("separated by tabs"),
    "|": N_("separated by bars"),
    ":": N_("separated by colons"),
    BLANKS: N_("in columns held apart by blanks"),
}
OWN_TABLE = N_("the product's own table")
RUNNING_TEXT = N_(
    "The file is text without columns, not a table. Values are not "
    "read out of running text; enter them by hand."
)
HEADED_BY_MONTHS = N_(
    "Columns are headed by a month or a year, such as %(name)s; the "
    "day on which the sample was drawn is missing. Write the full date "
    "above each."
)
MOST_EXAMPLES = 3
MOST_LIKE_HEADERS = 200  # lines looked at; behind them the table is taken for another
LINES_OF_PERSON = 20  # that tell of one person, one under the other
NAMED_COLUMNS = 20  # how many columns a refusal names

Chosen = Mapping[str, str]


def read_csv(
    data: bytes,
    *,
    date_order: str | None = None,
    columns: Chosen | None = None,
    unit: str | None = None,
) -> ParsedFile:
    """
    Return what a table of text holds.

    `date_order` ("ymd", "dmy" or "mdy") and `columns` (a column's name to what it
    holds, a value of Role, or to its unit, or empty for nothing) answer what the file
    leaves open, and so does `unit` where the table names none for 25-hydroxyvitamin D.
    Raises FileRefused, and QuestionAsked where such an answer is needed.
    """
    if columns is None and is_template(data[:HEAD]):
        return _read_template(data)
    if len(data) > MAX_TABLE_BYTES:
        raise FileRefused(TABLE_TOO_LARGE % {"size": MAX_TABLE_BYTES // MEBIBYTE})
    decoded = decode(data, known_names_in)
    table = find_table_or_sheet(decoded.text, roles_chosen(columns))
    order = DateOrder(date_order) if date_order else None
    name = f"CSV, {SEPARATED[table.separator]}, {decoded.encoding}"
    said = (*filter(None, [decoded.warning]), *table.warnings, *_preamble(table))
    if table.header.lists_products:
        return _medications(name, table, order, said)
    _check_complete(table)
    parsed = _read_table(table, order, unit or "", columns or {})
    return replace(parsed, format=name, warnings=(*said, *parsed.warnings))


def roles_chosen(columns: Chosen | None) -> dict[str, Said] | None:
    """Return what a person said of columns; an unknown word is a caller's mistake."""
    if columns is None:
        return None
    return {name: _said_of_column(word) for name, word in columns.items()}


def _said_of_column(word: str) -> Said:
    if word in UNITS:
        return Unit(word)
    return Role(word) if word else None


UNITS = frozenset(unit.value for unit in Unit)


def _read_template(data: bytes) -> ParsedFile:
    if len(data) > MAX_TEMPLATE_BYTES:
        raise FileRefused(TEMPLATE_TOO_LARGE % {"size": MAX_TEMPLATE_BYTES // MEBIBYTE})
    return gathered(f"CSV, {OWN_TABLE}", read_rows(io.BytesIO(data)), ())


def _medications(
    name: str, table: Table, order: DateOrder | None, said: tuple[str, ...]
) -> ParsedFile:
    lines = read_medications(table, order)
    listed = [line for line in lines if is_listed(line.name) or not line.has_name]
    return ParsedFile(
        name,
        supplements=tuple(each for each in listed if is_supplement(each.name)),
        medicines=tuple(each for each in listed if not is_supplement(each.name)),
        warnings=(
            *said,
            ONLY_MEDICINES,
            *_columns_not_read(_left_of_a_list(table)),
            *others_counted(len(lines) - len(listed)),
        ),
    )


def _left_of_a_list(table: Table) -> list[Column]:
    """Return the columns of a list of medicines that hold what no line tells."""
    read = columns_read(table.header)
    return [
        column
        for column in table.header.columns
        if column.place not in read
        and any(record.cells[column.place :][:1] > ("",) for record in table.records)
    ]


def _preamble(table: Table) -> tuple[str, ...]:
    """Say that lines before the header were not read as results."""
    if not table.preamble or not table.header.is_complete or table.is_sheet:
        return ()
    return ((HEADER_BELOW % {"line": table.header_line}),)


def _check_complete(table: Table) -> None:
    """Refuse a table that lacks what a result needs, and name the columns it has."""
    if table.header.is_complete:
        return
    rows = (table.header.columns, *(record.cells for record in table.records))
    if all(len(row) == 1 for row in rows):
        raise FileRefused(RUNNING_TEXT)
    names = [quoted(name, QUOTED_LENGTH) for name in table.header.names if name]
    found = COLUMNS_FOUND % {"names": listed(names, NAMED_COLUMNS)}
    raise FileRefused(f"{_what_is_missing(table.header)} {found}")


def _what_is_missing(header: Header) -> str:
    months = [name for name in header.names if is_part_of_a_date(name)]
    if months and not header.has_dated_rows:
        return HEADED_BY_MONTHS % {"name": quoted(months[0], QUOTED_LENGTH)}
    has_values = Role.VALUE in header.roles or bool(header.tests)
    if header.has_dated_rows:
        return NO_VALUES
    if header.dates and any(map(_is_number, header.names)):
        return NO_HEADER
    if has_values:
        return NO_DATES
    return NO_TABLE


def _is_number(text: str) -> bool:
    return text.replace(",", ".", 1).replace(".", "", 1).isdecimal()


def _read_table(
    table: Table, order: DateOrder | None, unit_said: str, chosen: Chosen
) -> ParsedFile:
    layout = layout_of(table)
    reader = EntryReader(layout, table.preamble, order, unit_said)
    rows = _Rows(table, layout, reader)
    not_read = _not_read(table, layout, chosen)
    warnings = (*not_read, *layout.warnings, *reader.warnings)
    parsed = gathered("CSV", rows.outcomes(), warnings)
    return replace(parsed, warnings=(*parsed.warnings, *rows.warnings()))


def _not_read(table: Table, layout: Layout, chosen: Chosen) -> tuple[str, ...]:
    """Name the columns that hold something and were taken for no part of a result."""
    rows = [record.cells for record in table.records[:LOOKED_AT]]
    header = table.header
    named = {column.place for column in layout.left_out}
    unread = [
        column
        for column in header.columns
        if not _is_read(column, header)
        and (column.name or column.place not in layout.places)
        and column.called not in chosen
        and column.place not in named
        and any(len(row) > column.place and row[column.place] for row in rows)
    ]
    return _columns_not_read(unread)


def _columns_not_read(unread: Sequence[Column]) -> tuple[str, ...]:
    names = [quoted(column.called, QUOTED_LENGTH) for column in unread if column.name]
    places = [str(column.place + 1) for column in unread if not column.name]
    said = ((NOT_READ, "names", names), (NAMELESS, "places", places))
    return tuple(
        sentence % {blank: listed(words, NAMED_COLUMNS)}
        for sentence, blank, words in said
        if words
    )


def _is_read(column: Column, header: Header) -> bool:
    if column.role in OF_A_PRODUCT:
        return False
    if column.role is not None and column in header.roles.get(column.role, ()):
        return True
    if header.is_long:
        return False
    if header.is_wide:
        return column.is_test
    return column.place == 0 or is_date(column.name)


class _Rows:
    """
    Gives what the rows of a table say.

    A header or a person's name among the rows counts for those behind it.
    """

    def __init__(self, table: Table, layout: Layout, reader: EntryReader) -> None:
        self._header = table.header
        self._printed = _folded(table.printed)
        self._names = frozenset(filter(None, self._printed))
        self._looked_at = 0
        self._layout = layout
        self._cut = CutNumbers(table, layout)
        self._reader = reader
        self._repeated: list[int] = []
        self._other_header = 0  # its line, where the rows stand under another one
        self._person: list[Record] = []  # the lines that name the one whose rows follow
        self._is_about_person = False
        self._first_person = 0
        self._called = ""  # what one of them holds alone
        self._bare = 0  # the line that holds a name alone, and no row has followed

    def outcomes(self) -> Iterator[Outcome]:
        """Give what every row says, but for a header that is repeated."""
        count = 0
        for record in self._layout.records:
            is_dated = _is_dated(record, self._layout)
            if not is_dated and self._is_apart(record):
                continue
            if reason := self._why_no_row(record, is_dated=is_dated):
                self._reader.now_under(bare_text(record))
                yield self._refused(record, reason)
                continue
            self._is_about_person = bool(self._person)
            self._first_person = self._first_person or self._bare
            found: list[Outcome] = []
            for entry in self._layout.entries(record):
                count += 1
                if count > MAX_TABLE_VALUES:
                    raise FileRefused(TOO_MANY_VALUES % {"most": MAX_TABLE_VALUES})
                found.append(self._reader.read(entry))
            yield from once_for_both_units(found)

    def _is_apart(self, record: Record) -> bool:
        """Answer whether a line is a header or a person's name, and remember it."""
        cells = _folded(record.cells)
        if cells == self._printed:
            self._repeated.append(record.line)
            self._other_header = 0
            return True
        if not self._other_header and self._is_another_header(cells):
            self._other_header = record.line
            return False
        return self._names_person(record)

    def _is_another_header(self, cells: tuple[str, ...]) -> bool:
        """
        Answer whether a line heads a table of its own, with columns in its order.

        Looking closely is for the lines that begin so or share a name with the header.
        """
        is_like_one = read_header(cells[:1]).roles or not self._names.isdisjoint(cells)
        if not is_like_one or len(cells) == 1:
            return False
        self._looked_at += 1
        is_too_often = self._looked_at > MOST_LIKE_HEADERS
        return is_too_often or read_header(cells).is_complete

    def _names_person(self, record: Record) -> bool:
        if patient_named_in([record]) == PatientClue():
            self._look_at_bare(record)
            return False
        self._now_about(record)
        self._first_person = self._first_person or record.line
        return True

    def _look_at_bare(self, record: Record) -> None:
        """
        Keep the rows behind a name that stands alone from being anybody else's.

        The line itself is refused by name as before, since nothing says what it is.
        """
        text = bare_text(record) if self._layout.date is not None else ""
        match read_bare(text):
            case Bare.NAME if not self._may_be_a_test(record):
                self._now_about(record, called=text)
                self._bare = record.line
            case Bare.NAME | Bare.DOUBT:
                shown = quoted(text, QUOTED_LENGTH)
                said = MAY_NAME_A_PERSON % {"line": record.line, "shown": shown}
                self._reader.now_in_doubt(said)
            case Bare.NO_NAME:
                pass

    def _may_be_a_test(self, record: Record) -> bool:
        """Answer whether the line's first cell stands where a test is named."""
        place = next(place for place, cell in enumerate(record.cells) if cell)
        columns = self._header.columns
        return any(
            column.place == place and column.role in TEST_ROLES for column in columns
        )

    def _now_about(self, record: Record, *, called: str = "") -> None:
        """Take the rows that follow for whom this line and those above it name."""
        if self._is_about_person or len(self._person) == LINES_OF_PERSON:
            self._person, self._called = [], ""
        self._is_about_person = False
        self._person.append(record)
        self._called = self._called or called
        person = patient_named_in(self._person)
        named = replace(person, name=person.name or self._called)
        self._reader.now_about(named)

    def _why_no_row(self, record: Record, *, is_dated: bool) -> str:
        if self._other_header:
            return UNDER_ANOTHER_HEADER % {"line": self._other_header}
        why = _why_no_row(record, self._header, is_dated=is_dated)
        return " ".join(filter(None, (why, self._cut.why_cut(record))))

    def _refused(self, record: Record, reason: str) -> Refusal:
        said = as_said(*record.cells)
        first = next(iter(self._layout.entries(record)), None)
        whose = self._reader.named_in(first) if first else PatientClue()
        return Refusal(f"line {record.line}", reason, said, whose)

    def warnings(self) -> Iterator[str]:
        """Give what is to be said once every row was read."""
        if self._repeated:
            lines = ", ".join(map(str, self._repeated[:5]))
            yield HEADER_REPEATED % {"lines": lines}
        if self._first_person:
            yield ANOTHER_PERSON % {"line": self._first_person}


def _folded(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Return the cells of a header row as they are compared, without empty ends."""
    folded = [" ".join(cell.casefold().split()) for cell in cells]
    while folded and not folded[-1]:
        folded.pop()
    return tuple(folded)


def _is_dated(record: Record, layout: Layout) -> bool:
    """Answer whether a line has the date of a row, where the table's rows have one."""
    return layout.date is not None and is_date(layout.date.text(record))


def _why_no_row(record: Record, header: Header, *, is_dated: bool) -> str:
    """Return why a line is not a row of the table, or an empty text."""
    width = len(header.columns)
    if any(record.cells[width:]):
        return TOO_MANY_CELLS % {"count": len(record.cells), "width": width}
    if is_dated:
        return ""
    filled = [cell for cell in record.cells if cell]
    first_word, *_ = plain(filled[0]).split() or [""]
    if first_word in WORDS_OF_TOTALS:
        return A_TOTAL % {"shown": quoted(filled[0], QUOTED_LENGTH)}
    if len(filled) == 1 and width > len(("date", "value")):
        return HOLDS_ONLY % {"shown": quoted(filled[0], QUOTED_LENGTH)}
    return ""


@dataclass(frozen=True, slots=True)
class ColumnFound:
    """
    A column of a table: its name, what it was taken for, and what stands in it.

    One that is named after a test says which; where its name has no unit, `units` are
    those that a person may say, and `unit` is what was said.
    """

    name: str
    role: str
    is_test: bool
    examples: tuple[str, ...]
    measurand: Measurand | None = None
    units: tuple[Unit, ...] = ()
    unit: Unit | None = None


def columns_found(
    data: bytes, *, columns: Chosen | None = None
) -> tuple[ColumnFound, ...]:
    """
    Return the columns of a table with what each was taken for, to be mended by hand.

    Empty for what is no table of text with a header.
    """
    if looks_like(data) or len(data) > MAX_TABLE_BYTES:
        return ()
    try:
        decoded = decode(data, known_names_in)
        table = find_table_or_sheet(decoded.text, roles_chosen(columns))
    except FileRefused:
        return ()
    if table.header.is_complete or table.is_sheet or columns is not None:
        rows = [record.cells for record in table.records]
        return _described(table.header, rows)
    # Nothing is known of it: its first row names the columns.
    first, *rows = first_rows(decoded.text) or [()]
    return _described(read_header(first), rows)


def names_of_columns(data: bytes) -> tuple[str, ...]:
    """
    Return the names of a table's columns; empty for what is no table.

    Of the product's own table, which may be large, only the header is read.
    """
    if is_template(data[:HEAD]):
        first, *_ = first_rows(data[:HEAD].decode("utf-8-sig", "ignore"))
        return tuple(filter(None, first))
    return tuple(column.name for column in columns_found(data))


def _described(
    header: Header, rows: Sequence[tuple[str, ...]]
) -> tuple[ColumnFound, ...]:
    return tuple(
        _found(column, _examples(rows, column.place))
        for column in header.columns
        if column.name
    )


def _found(column: Column, examples: tuple[str, ...]) -> ColumnFound:
    role = column.role.value if column.role else ""
    measurand = measurand_of(column) if column.is_test else None
    found = ColumnFound(column.called, role, column.is_test, examples, measurand)
    if measurand is None or split_unit(column.name)[1]:
        return found
    said = Unit(column.unit_text) if column.unit_text in UNITS else None
    return replace(found, units=allowed_units(measurand), unit=said)


def _examples(rows: Sequence[tuple[str, ...]], place: int) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for row in rows[:LOOKED_AT]:
        if len(row) > place and row[place]:
            found[shortened(row[place], QUOTED_LENGTH)] = None
            if len(found) == MOST_EXAMPLES:
                break
    return tuple(found)
