"""Some rows of a table as they stand in it, with all that is needed to read them."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from labs.formats.csv_table import roles_chosen
from labs.formats.dates import is_date
from labs.formats.headers import DATES
from labs.formats.parsed import FileRefused
from labs.formats.tabular import Record, find_table, known_names_in
from labs.formats.text_decoding import decode

Cells = tuple[str, ...]


class RowsToMend(NamedTuple):
    """What stands above the header, the header, and rows by the line they begin on."""

    above: list[Cells]
    header: Cells
    rows: list[tuple[int, Cells]]

    def is_rows_alone(self, lines: Collection[int]) -> bool:
        """Answer whether nothing but the header goes along with the rows asked for."""
        return not self.above and all(line in lines for line, _cells in self.rows)


def rows_to_mend(
    data: bytes, lines: Collection[int], *, columns: Mapping[str, str] | None = None
) -> RowsToMend | None:
    """
    Return the rows on some lines of a table; None for what is no plain table.

    Lines that are no row go along: one that names a person or a unit is true of the
    rows behind it, which would be somebody else's without it. `columns` is what was
    said of the columns, as for reading the table.
    """
    try:
        text = decode(data, known_names_in).text
        table = find_table(text, roles_chosen(columns))
    except FileRefused:
        return None
    header = table.header
    is_plain = header.is_complete and (header.is_long or header.is_wide)
    if not is_plain or not table.header_line:
        return None
    dates = [column.place for role in DATES for column in header.roles.get(role, ())]
    asked = frozenset(lines)
    rows = [
        (record.line, record.cells)
        for record in table.records
        if record.line in asked
        or (dates and record.cells != table.printed and not _is_dated(record, dates))
    ]
    return RowsToMend([one.cells for one in table.preamble], table.printed, rows)


def _is_dated(record: Record, dates: list[int]) -> bool:
    return any(is_date(cell) for place in dates for cell in record.cells[place:][:1])
