"""
Tables of results in any shape that people and laboratories have them.

Separator, encoding, decimal mark, order of dates and the meaning of columns are read
from the file's own evidence; where that does not decide, a person is asked or the row
is refused by name. `csv_template` is the fast road for the product's own table.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from labs.formats.column_names import WORDS_OF_TOTALS, Role
from labs.formats.csv_template import is_template, read_rows
from labs.formats.dates import DateOrder, is_date, is_part_of_a_date
from labs.formats.detect import looks_like
from labs.formats.entries import EntryReader
from labs.formats.gathering import Outcome, gathered
from labs.formats.headers import Header, read_header
from labs.formats.layouts import LOOKED_AT, Layout, layout_of
from labs.formats.limits import (
    MAX_TABLE_BYTES,
    MAX_TABLE_VALUES,
    MAX_TEMPLATE_BYTES,
    MEBIBYTE,
    QUOTED_LENGTH,
)
from labs.formats.medication_list import read_medications
from labs.formats.medicine_lines import is_listed, is_supplement, others_counted
from labs.formats.parsed import FileRefused, ParsedFile, PatientClue, Refusal
from labs.formats.sentences import N_, listed
from labs.formats.spelling import as_said, plain, quoted
from labs.formats.tabular import (
    Record,
    Table,
    find_table,
    first_rows,
    known_names_in,
)
from labs.formats.text_decoding import HEAD, decode

ONLY_MEDICINES = N_("The file is a list of medicines and holds no laboratory results.")
NO_TABLE = N_(
    "No date and no value columns were found, so this is no table of results."
)
HEADER_BELOW = N_(
    "The header stands in line %(line)s; what comes before it was not read as results."
)
COLUMNS_FOUND = N_("Columns found: %(names)s.")
NO_VALUES = N_("No column holds values of 25-hydroxyvitamin D or results of tests.")
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
    holds, a value of Role, or empty for nothing) answer what the file leaves open, and
    so does `unit` where the table names none for 25-hydroxyvitamin D.
    Raises FileRefused, and QuestionAsked where such an answer is needed.
    """
    if columns is None and is_template(data[:HEAD]):
        return _read_template(data)
    if len(data) > MAX_TABLE_BYTES:
        raise FileRefused(TABLE_TOO_LARGE % {"size": MAX_TABLE_BYTES // MEBIBYTE})
    decoded = decode(data, known_names_in)
    table = find_table(decoded.text, _roles_chosen(columns))
    order = DateOrder(date_order) if date_order else None
    name = f"CSV, {SEPARATED[table.separator]}, {decoded.encoding}"
    said = (*filter(None, [decoded.warning]), *table.warnings, *_preamble(table))
    if table.header.lists_products:
        return _medications(name, table, order, said)
    _check_complete(table)
    return _read_table(name, table, order, unit or "", said)


def _roles_chosen(columns: Chosen | None) -> dict[str, Role | None] | None:
    """Return what a person said of columns; an unknown word is a caller's mistake."""
    if columns is None:
        return None
    return {name: Role(word) if word else None for name, word in columns.items()}


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
        warnings=(*said, ONLY_MEDICINES, *others_counted(len(lines) - len(listed))),
    )


def _preamble(table: Table) -> tuple[str, ...]:
    """Say that lines before the header were not read as results."""
    if not table.preamble or not table.header.is_complete:
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
    if has_values:
        return NO_DATES
    return NO_TABLE


def _read_table(
    name: str,
    table: Table,
    order: DateOrder | None,
    unit_said: str,
    said: tuple[str, ...],
) -> ParsedFile:
    layout = layout_of(table)
    reader = EntryReader(layout, table.preamble, order, unit_said)
    names = table.header.names
    repeated = tuple(r.line for r in layout.records if r.cells == names)
    warnings = (*said, *layout.warnings, *reader.warnings, *_repeated(repeated))
    return gathered(name, _outcomes(table, layout, reader), warnings)


def _outcomes(table: Table, layout: Layout, reader: EntryReader) -> Iterator[Outcome]:
    """Give what every row says, but for a header that is repeated."""
    names, count = table.header.names, 0
    for record in layout.records:
        if record.cells == names:
            continue
        if reason := _why_no_row(record, table.header, layout):
            said = as_said(*record.cells)
            first = next(iter(layout.entries(record)), None)
            whose = reader.named_in(first) if first else PatientClue()
            yield Refusal(f"line {record.line}", reason, said, whose)
            continue
        for entry in layout.entries(record):
            count += 1
            if count > MAX_TABLE_VALUES:
                raise FileRefused(TOO_MANY_VALUES % {"most": MAX_TABLE_VALUES})
            yield reader.read(entry)


def _why_no_row(record: Record, header: Header, layout: Layout) -> str:
    """Return why a line is not a row of the table, or an empty text."""
    width = len(header.columns)
    if any(record.cells[width:]):
        return TOO_MANY_CELLS % {"count": len(record.cells), "width": width}
    if layout.date is not None and is_date(layout.date.text(record)):
        return ""
    filled = [cell for cell in record.cells if cell]
    first_word, *_ = plain(filled[0]).split() or [""]
    if first_word in WORDS_OF_TOTALS:
        return A_TOTAL % {"shown": quoted(filled[0], QUOTED_LENGTH)}
    if len(filled) == 1 and width > len(("date", "value")):
        return HOLDS_ONLY % {"shown": quoted(filled[0], QUOTED_LENGTH)}
    return ""


def _repeated(lines: tuple[int, ...]) -> tuple[str, ...]:
    if not lines:
        return ()
    return (HEADER_REPEATED % {"lines": ", ".join(map(str, lines[:5]))},)


@dataclass(frozen=True, slots=True)
class ColumnFound:
    """A column of a table: its name, what it was taken for, and what stands in it."""

    name: str
    role: str
    is_test: bool
    examples: tuple[str, ...]


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
        table = find_table(decoded.text, _roles_chosen(columns))
    except FileRefused:
        return ()
    if table.header.is_complete or columns is not None:
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
        ColumnFound(
            column.name,
            column.role.value if column.role else "",
            column.is_test,
            _examples(rows, column.place),
        )
        for column in header.columns
        if column.name
    )


def _examples(rows: Sequence[tuple[str, ...]], place: int) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for row in rows[:LOOKED_AT]:
        if len(row) > place and row[place]:
            found[row[place][:40]] = None
            if len(found) == MOST_EXAMPLES:
                break
    return tuple(found)
