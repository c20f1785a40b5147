"""
Numbers with a decimal comma in a table whose cells a comma parts: 27,4 as two cells.

The first of them looks like a whole number, so a line that may be cut so is refused.
"""

import re
from collections.abc import Mapping, Sequence

from labs.formats.cells import is_unit
from labs.formats.column_names import Role
from labs.formats.headers import Column
from labs.formats.layouts import Layout
from labs.formats.limits import QUOTED_LENGTH
from labs.formats.sentences import N_
from labs.formats.spelling import quoted
from labs.formats.tabular import Record, Table
from labs.formats.wide_columns import texts_in

MAY_BE_CUT = N_(
    "%(shown)s may be one number with a decimal comma, which a comma between cells "
    "cuts in two. Put it in quotes, or part the cells by semicolons."
)
_WHOLE = re.compile(r"[<>\u2264\u2265]?=?\s*\d+", re.ASCII)
_DECIMALS = re.compile(r"(\d{1,3})\s*([^\W\d_].*)?", re.ASCII)
_HAS_DECIMALS = re.compile(r"\d[.,]\d", re.ASCII)
_CODES = frozenset({"", "0", "1"})  # of yes and no
# A number of one or two digits is no text of such a column.
_TEXTS = frozenset(
    {
        Role.UNIT,
        Role.INTERVAL,
        Role.COMMENT,
        Role.LABORATORY,
        Role.LABORATORY_FLAG,
        Role.METHOD,
        Role.SPECIMEN,
        Role.STATUS,
    }
)
TWO_DIGITS = 2
# 75 may be all that is printed of an interval.
MOST_DIGITS: dict[Role | None, int] = {Role.INTERVAL: 1}


class CutNumbers:
    """Finds the numbers of one table that may be cut in two."""

    def __init__(self, table: Table, layout: Layout) -> None:
        self._width = len(table.header.columns)
        self._places: tuple[int, ...] = ()
        self._behind: dict[int, int] = {}  # a place to the digits that may be cut off
        self._is_in_use = False  # in a line that is too long
        if table.separator != ",":
            return
        self._places = tuple(p for one in layout.values for p in one.source.places)
        if self._has_decimals(layout.records):
            return
        for place in self._places:
            behind = table.header.columns[place + 1 : place + 2]
            for column in filter(lambda one: _is_text(one, layout.records), behind):
                self._behind[place] = MOST_DIGITS.get(column.role, TWO_DIGITS)
        self._is_in_use = any(map(self._cut_in_too_long, layout.records))

    def why_cut(self, record: Record) -> str:
        """Return why a line is not read that may hold a number in two cells."""
        is_any = self._is_in_use or any(record.cells[self._width :])
        cut = self._cut(record, None if is_any else self._behind)
        return MAY_BE_CUT % {"shown": quoted(cut, QUOTED_LENGTH)} if cut else ""

    def _has_decimals(self, records: Sequence[Record]) -> bool:
        return any(
            _HAS_DECIMALS.search(cell)
            for record in records
            for place in self._places
            for cell in record.cells[place : place + 1]
        )

    def _cut_in_too_long(self, record: Record) -> str:
        """Return a cut number of a line with more cells than columns, empty or not."""
        return self._cut(record, None) if len(record.cells) > self._width else ""

    def _cut(self, record: Record, most_digits: Mapping[int, int] | None) -> str:
        for place in self._places if most_digits is None else most_digits:
            pair = record.cells[place : place + 2]
            if len(pair) < len(("whole", "decimals")) or not _WHOLE.fullmatch(pair[0]):
                continue
            found = _DECIMALS.fullmatch(pair[1])
            if found is None or (found[2] and not is_unit(found[2])):
                continue
            if most_digits is None or len(found[1]) <= most_digits[place]:
                return ",".join(pair)
        return ""


def _is_text(column: Column, records: tuple[Record, ...]) -> bool:
    if column.name and column.role not in _TEXTS:
        return False
    texts = texts_in(column, records)
    return not ("0" in texts and texts <= _CODES)
