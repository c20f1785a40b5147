"""
Tables without a header, where what each column holds leaves no doubt.

One column of days, one of tests and one of values have to be there, beside them at most
units, intervals and flags. Any other column could tell whose the results are.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from labs.domain.measurements import parse_printed_interval
from labs.domain.units import Unit
from labs.formats.cells import (
    in_plain_signs,
    is_unit,
    names_a_test,
    says_flag,
    split_value,
)
from labs.formats.column_names import Role
from labs.formats.dates import is_date
from labs.formats.headers import Column, with_roles
from labs.formats.limits import MAX_COLUMNS, MAX_TABLE_ROWS
from labs.formats.parsed import FileRefused
from labs.formats.sentences import N_
from labs.formats.tabular import (
    SEPARATORS,
    Chosen,
    Record,
    Table,
    announced_separator,
    rows_of,
)

BY_CONTENT = N_(
    "The table has no header. What its columns hold was told by their content: "
    "%(columns)s."
)
_NUMBER = re.compile(r"[<>\u2264\u2265]?=?\s*\d+(?:[.,]\d+)?", re.ASCII)
_NEEDED = (Role.ANY_DATE, Role.TEST_NAME, Role.VALUE)


def table_by_content(text: str, chosen: Chosen | None) -> Table | None:
    """Return the table that a text without a header is; None where in any doubt."""
    announced, body, skipped = announced_separator(text)
    for separator in (announced,) if announced else SEPARATORS:
        rows = _rows(body, separator, skipped) if separator in body else ()
        columns = _columns(rows) if rows else ()
        if columns:
            return _table(separator, rows, columns, chosen or {})
    return None


def _table(
    separator: str,
    rows: tuple[Record, ...],
    columns: tuple[Column, ...],
    chosen: Chosen,
) -> Table:
    """Return the table; the columns are called by their number."""
    told = ", ".join(
        f"{column.name} ({column.role.replace('_', ' ')})"
        for column in columns
        if column.role
    )
    said = [_as_said(column, chosen) for column in columns]
    warnings = (BY_CONTENT % {"columns": told},)
    return Table(separator, with_roles(said), 0, (), rows, warnings)


def _as_said(column: Column, chosen: Chosen) -> Column:
    if column.name not in chosen:
        return column
    said = chosen[column.name]
    if isinstance(said, Unit):
        return replace(column, unit_text=said.value)
    return replace(column, role=said)


def _rows(body: str, separator: str, skipped: int) -> tuple[Record, ...]:
    rows: list[Record] = []
    try:
        for record in rows_of(body, separator, skipped):
            if len(rows) == MAX_TABLE_ROWS or not any(map(is_date, record.cells)):
                if record.is_empty:
                    continue
                return ()
            rows.append(record)
    except FileRefused:
        return ()
    return tuple(rows)


def _columns(rows: Sequence[Record]) -> tuple[Column, ...]:
    """Return the columns with what each holds; none where that is not plain."""
    width = max(len(row.cells) for row in rows)
    if width > MAX_COLUMNS:
        return ()
    columns: list[Column] = []
    for place in range(width):
        texts = {c for row in rows for c in row.cells[place : place + 1] if c}
        role = next(_roles_of(texts), None) if texts else None
        if texts and role is None:
            return ()
        columns.append(Column(place, str(place + 1) if texts else "", role))
    roles = [column.role for column in columns if column.role]
    is_plain = len(set(roles)) == len(roles) and set(roles) >= set(_NEEDED)
    return tuple(columns) if is_plain else ()


def _roles_of(texts: set[str]) -> Iterator[Role]:
    for role, holds in _HOLDING:
        if all(map(holds, texts)):
            yield role
    if any(map(names_a_test, texts)) and all(map(_is_worded, texts)):
        yield Role.TEST_NAME


def _is_value(text: str) -> bool:
    cell = split_value(in_plain_signs(text))
    is_number = _NUMBER.fullmatch(cell.number_text) is not None
    return is_number and (not cell.unit_text or is_unit(cell.unit_text))


def _is_interval(text: str) -> bool:
    return parse_printed_interval(in_plain_signs(text).strip("()[] ")) is not None


def _is_worded(text: str) -> bool:
    return any(map(str.isalpha, text)) and not is_date(text)


_HOLDING: tuple[tuple[Role, Callable[[str], bool]], ...] = (
    (Role.ANY_DATE, is_date),
    (Role.UNIT, is_unit),
    (Role.VALUE, _is_value),
    (Role.INTERVAL, _is_interval),
    (Role.LABORATORY_FLAG, says_flag),
)
