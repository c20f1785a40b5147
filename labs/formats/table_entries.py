"""The parts of one result in the cells of a table, taken when they are asked for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from labs.domain.units import unit_spelled
from labs.formats.column_names import Role
from labs.formats.day_parts import has_short_year, written_day
from labs.formats.limits import QUOTED_LENGTH
from labs.formats.spelling import plain, quoted
from labs.formats.tabular import Record
from labs.formats.value_pairs import ValueColumn


@dataclass(frozen=True, slots=True)
class Source:
    """
    The column that holds a part of a result; several where they never disagree.

    A test called "Total" or "D3" alone is one of its group, named in another column.
    """

    name: str
    places: tuple[int, ...]
    unit_text: str = ""
    groups: tuple[int, ...] = ()
    unit_texts: tuple[str, ...] = ()  # of each place, where their names differ in it

    def unit(self, record: Record) -> str:
        """Return the unit in the name of the column that says this part of a row."""
        for place, unit_text in zip(self.places, self.unit_texts, strict=False):
            if place < len(record.cells) and record.cells[place]:
                return unit_text
        return self.unit_text

    def group(self, record: Record) -> str:
        """Return what was ordered, or the panel, where a column says it."""
        return _first_text(record.cells, self.groups)

    def text(self, record: Record) -> str:
        own = _first_text(record.cells, self.places)
        if not self.groups:
            return own
        group = _first_text(record.cells, self.groups)
        if group and (not own or _ONE_OF_A_GROUP.fullmatch(plain(own))):
            return f"{group} {own}".strip()
        return own


_ONE_OF_A_GROUP = re.compile(
    r"(?:(?:total|gesamt|d ?[23]|result|value|level|serum|plasma) ?)+"
)


@dataclass(frozen=True, slots=True)
class DayInParts(Source):
    """A day of which year, month and day of the month stand in three columns."""

    def text(self, record: Record) -> str:
        return written_day(*self._parts(record))

    def has_short_year(self, record: Record) -> bool:
        return has_short_year(self._parts(record)[0])

    def _parts(self, record: Record) -> tuple[str, str, str]:
        year, month, day = (_first_text(record.cells, (at,)) for at in self.places)
        return year, month, day


# Of i2b2, whose column of comparators holds letters; in any other L may mean "low".
NAME_OF_LETTERS = "tval char"
_SIGN_OF_LETTER = {"l": "<", "le": "<=", "g": ">", "ge": ">="}


@dataclass(frozen=True, slots=True)
class ComparatorLetters(Source):
    """Comparators that are written as letters."""

    def text(self, record: Record) -> str:
        written = _first_text(record.cells, self.places)
        return _SIGN_OF_LETTER.get(written.casefold(), written)


@dataclass(frozen=True, slots=True)
class UnitBeside(Source):
    """The unit of whichever column of values a row fills first."""

    columns: tuple[ValueColumn, ...] = ()

    def text(self, record: Record) -> str:
        filled = (each for each in self.columns if each.value(record))
        column = next(filled, self.columns[0])
        place = column.unit_place
        return "" if place is None else _first_text(record.cells, (place,))


def _first_text(cells: tuple[str, ...], places: tuple[int, ...]) -> str:
    for place in places:
        if place < len(cells) and cells[place]:
            return cells[place]
    return ""


@dataclass(frozen=True, slots=True)
class Values:
    """A column of values, with what belongs to it alone."""

    source: Source
    fixed: Mapping[Role, str] = field(default_factory=dict)
    own: Mapping[Role, Source] = field(default_factory=dict)
    shared: Mapping[Role, Source] | None = None  # of a companion: what is said of it
    second: ValueColumn | None = None  # with the same values in another unit

    @property
    def is_companion(self) -> bool:
        return self.shared is not None


@dataclass(frozen=True, slots=True)
class Printed:
    """A part of a result that the header gives, the same in every row."""

    name: str

    def text(self, _: Record) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Entry:
    """
    What belongs to one value: the parts by what they hold, taken when asked for.

    Most rows of a large table are of tests that are not kept: of them little is asked.
    """

    record: Record
    values: Values
    parts: Mapping[Role, Source | Printed]
    is_only_one: bool
    doubt: str = ""  # why a person looks, whatever the cells say

    def text(self, role: Role) -> str:
        part = self.parts.get(role)
        text = part.text(self.record) if part else ""
        if role is Role.UNIT and not text:
            return self.unit_in_header
        return text

    @property
    def unit_in_header(self) -> str:
        return self.values.source.unit(self.record)

    def texts(self, roles: Sequence[Role]) -> tuple[str, ...]:
        return tuple([self.text(role) for role in roles])

    @property
    def second(self) -> str:
        """The same value in another unit, where another column says it."""
        other = self.values.second
        source = self.values.source
        if other is None:
            return ""
        if source.text(self.record) == other.value(self.record):
            units = {self.text(Role.UNIT) or self.unit_in_header}
            units.add(other.unit(self.record))
            sizes = {unit_spelled(text) for text in units}
            # Once more without a unit, or in the same one, it tells nothing new.
            if None in sizes or len(sizes) == 1:
                return ""
        return other.as_printed(self.record)

    @property
    def panel(self) -> str:
        """The panel or order that the test is of, where a column says it."""
        part = self.parts.get(Role.TEST_NAME)
        return part.group(self.record) if isinstance(part, Source) else ""

    @property
    def where(self) -> str:
        """Where it stands: the line, and the column where that is not the only one."""
        if self.is_only_one:
            return f"line {self.record.line}"
        column = quoted(self.values.source.name, QUOTED_LENGTH)
        return f"line {self.record.line}, column {column}"
