"""
Tables whose day stands above them: "Collected: 2025-03-12", then tests and results.

Such a line counts for the rows below it, until another one of its kind. Rows without a
value get no day, so that a title or a name among them stays what it is. Where no line
above or among the rows names a day, one below them may say when the sample was drawn.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from labs.formats.column_names import Role
from labs.formats.dates import is_date
from labs.formats.headers import DATES, TESTS, Column, read_header, with_roles
from labs.formats.limits import QUOTED_LENGTH
from labs.formats.preambles import test_named_in
from labs.formats.sentences import N_
from labs.formats.spelling import quoted
from labs.formats.tabular import Record, Table

NAMED_BELOW = N_("The day is named below the table only: %(named)s.")
NAMED_ABOVE = N_("The day is named above the table only: %(named)s.")
MOST_WORDS = 4  # of a label without a colon, as in "Collected on 12 March 2025"
LONGEST_LINE = 120
MOST_LINES_BELOW = 50
MOST_LINES = 2_000  # without a value, in which a day is looked for


@dataclass(frozen=True, slots=True)
class _Day:
    """A day that a line names, and what it is the day of."""

    name: str
    text: str
    role: Role


def with_day_above(table: Table) -> Table:
    """Return a table with the day above it as a column; the same where that is none."""
    if not _lacks_only_a_day(table):
        return table
    said, day = NAMED_ABOVE, _day_of(table)
    if day is None:
        table, day = _parted_from_day_below(table)
        said = NAMED_BELOW
    if day is None:
        return table
    width = len(table.header.columns)
    header = with_roles([*table.header.columns, Column(width, day.name, day.role)])
    named = quoted(f"{day.name}: {day.text}", QUOTED_LENGTH)
    return replace(
        table,
        header=header,
        records=tuple(_with_days(table, day)),
        warnings=(*table.warnings, said % {"named": named}),
        printed=(*table.printed, day.name) if table.printed else (),
    )


def _lacks_only_a_day(table: Table) -> bool:
    header = table.header
    if header.is_complete or header.dates or Role.VALUE not in header.roles:
        return False
    is_named = any(role in header.roles for role in (*TESTS, Role.ANY_NAME))
    return is_named or bool(test_named_in(table.preamble))


def _day_of(table: Table) -> _Day | None:
    """Return the day above a table, that of the sample first; None if in doubt."""
    found = [day for record in table.preamble for day in _days_in(record)]
    for role in DATES:
        days = [day for day in found if day.role is role]
        if days:
            return days[0] if len({day.text for day in days}) == 1 else None
    return None


def _parted_from_day_below(table: Table) -> tuple[Table, _Day | None]:
    """
    Return a table without the lines below it, and the day that they name.

    None counts where days stand above or among the rows, too: it may be of some only.
    """
    places = _places_of_values(table)
    last = max(
        (at for at, row in enumerate(table.records) if _has_value(row, places)),
        default=-1,
    )
    below = table.records[last + 1 :]
    others = (*table.preamble, *table.records[: last + 1])
    is_one_table = all(record.cells != table.printed for record in others)
    has_others = any(next(_days_in(record), None) for record in others[:MOST_LINES])
    if has_others or not is_one_table or len(below) > MOST_LINES_BELOW:
        return table, None
    named = [(record, day) for record in below for day in _days_in(record)]
    days = [day for _, day in named if day.role is Role.COLLECTED_ON]
    if len({day.text for day in days}) != 1:
        return table, None
    lines = {record.line for record, _ in named}
    left = tuple(record for record in table.records if record.line not in lines)
    return replace(table, records=left), days[0]


def _places_of_values(table: Table) -> list[int]:
    return [column.place for column in table.header.roles[Role.VALUE]]


def _has_value(record: Record, places: Sequence[int]) -> bool:
    filled = (cell for place in places for cell in record.cells[place : place + 1])
    return any(cell and not is_date(cell) for cell in filled)


def _with_days(table: Table, above: _Day) -> Iterator[Record]:
    """
    Give the rows with the day that stands above each.

    Below a line that names a day of less certain meaning none is known.
    """
    width = len(table.header.columns)
    places = _places_of_values(table)
    text = above.text
    looked_at = 0
    for record in table.records:
        cells = (*record.cells, *[""] * (width - len(record.cells)))
        if record.cells == table.printed:
            yield Record(record.line, (*record.cells, above.name))
        elif _has_value(record, places):
            yield Record(record.line, (*cells[:width], text, *cells[width:]))
        elif (looked_at := looked_at + 1) > MOST_LINES:
            text = ""  # what stands above the rest is not known
            yield Record(record.line, (*cells[:width], text, *cells[width:]))
        else:
            days = [day for day in _days_in(record) if day.role is not Role.REPORTED_ON]
            if days:
                same = {day.text for day in days if day.role is above.role}
                text = same.pop() if len(same) == 1 else ""
            if not days or len(list(filter(None, cells))) > len(("name", "day")):
                yield Record(record.line, (*cells[:width], "", *cells[width:]))


def _days_in(record: Record) -> Iterator[_Day]:
    """Give the days that a line names, each in a cell of its own or beside its name."""
    filled = [cell for cell in record.cells if cell]
    named = [*pairwise(filled)]
    named += [pair for cell in filled for pair in _parted(cell)]
    for name, text in named:
        if is_date(text) and (role := read_header([name]).columns[0].role) in DATES:
            yield _Day(name.rstrip(": "), text, role)


def _parted(cell: str) -> Iterator[tuple[str, str]]:
    """Give the ways to part a cell into a name and what it says."""
    if len(cell) > LONGEST_LINE:
        return
    name, colon, text = cell.partition(":")
    if colon and is_date(text.strip()):
        yield name, text.strip()
        return
    words = cell.split()
    for count in range(1, min(MOST_WORDS, len(words) - 1) + 1):
        yield " ".join(words[:count]), " ".join(words[count:])
