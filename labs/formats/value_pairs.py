"""
One value in two columns of a long table, each with its unit: "Result, Unit, SI Result".

The first is read and the second weighed against it; where only the second is filled, it
is read with its own unit. Two columns of values in one unit are no such pair.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from labs.domain.units import unit_spelled
from labs.formats.cells import NO_VALUE, in_plain_signs, split_value
from labs.formats.column_names import Role
from labs.formats.headers import Column, Header
from labs.formats.tabular import Record

PAIR = 2


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column of values: its place, and the place or the name that tells its unit."""

    place: int
    unit_place: int | None
    unit_text: str

    def value(self, record: Record) -> str:
        """Return what stands in it; empty for what stands for no value."""
        cell = _cell(record, self.place)
        return "" if cell.casefold() in NO_VALUE else in_plain_signs(cell)

    def unit(self, record: Record) -> str:
        cell = "" if self.unit_place is None else _cell(record, self.unit_place)
        return split_value(self.value(record)).unit_text or cell or self.unit_text

    def as_printed(self, record: Record) -> str:
        """Return number and unit as they would be printed in one place."""
        number = split_value(self.value(record)).number_text
        return f"{number} {self.unit(record)}".strip() if number else ""


def pair_of_values(
    header: Header, records: Iterable[Record]
) -> tuple[ValueColumn, ...]:
    """Return the two columns that hold each value in two units; empty if none do."""
    columns = _with_units(
        header.roles.get(Role.VALUE, ()), header.roles.get(Role.UNIT, ())
    )
    if not columns:
        return ()
    both = [record for record in records if all(c.value(record) for c in columns)]
    return columns if both and all(_differ(columns, row) for row in both) else ()


def _with_units(
    values: tuple[Column, ...], units: tuple[Column, ...]
) -> tuple[ValueColumn, ...]:
    """Return columns of values with the units that are plainly theirs."""
    bare = [column for column in values if not column.unit_text]
    if len(values) != PAIR or len(bare) != len(units):
        return ()
    places = {value.place: unit.place for value, unit in zip(bare, units, strict=True)}
    return tuple(
        ValueColumn(column.place, places.get(column.place), column.unit_text)
        for column in values
    )


def _differ(columns: tuple[ValueColumn, ...], record: Record) -> bool:
    """Answer whether a row gives its value in two units, or the same one twice."""
    first, second = columns
    if first.value(record) == second.value(record):
        return True
    units = {unit_spelled(column.unit(record)) for column in columns}
    return len(units) == PAIR and None not in units


def _cell(record: Record, place: int) -> str:
    return record.cells[place] if place < len(record.cells) else ""
