"""
What the text for people prints as the value of an entry, where that is plain.

A document says each result twice: for machines and for people. Where both say a number
and the numbers differ, somebody has to look. What is printed counts only where it can
be nothing else than the value: the place that the entry's value points to, the cell
under a heading such as "Result", or the one cell of its row that holds one number with
a unit. Where the row holds the entry's number, too, the two agree.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import cached_property

from labs.domain.measurands import HYDROXYVITAMIN_D, Measurand
from labs.domain.measurements import ReportedNumber
from labs.domain.units import HYDROXYVITAMIN_D_UNITS, Unit, are_equal, unit_spelled
from labs.formats.cda_narrative import Narrative
from labs.formats.cells import CellRefused, is_unit, read_number, split_value
from labs.formats.column_names import Role
from labs.formats.headers import read_header
from labs.formats.limits import QUOTED_LENGTH
from labs.formats.second_values import agree
from labs.formats.sentences import N_
from labs.formats.spelling import quoted
from labs.formats.xml_documents import Element, text_in

LONGEST_CELL = 100
MOST_CELLS = 40
ANOTHER_NUMBER = N_(
    "The entry says %(entry)s and the text for people %(text)s. Check which one the "
    "laboratory reported."
)
ROUNDED = N_("The text for people says %(text)s.")


@dataclass(frozen=True, slots=True)
class Printed:
    """A number in the text for people, with the unit that is printed for it, if any."""

    text: str
    number: ReportedNumber
    unit: Unit | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table for people: its cells, and the headings above them."""

    cells: tuple[str, ...]
    headings: tuple[str, ...] = ()
    spans: bool = False

    @property
    def unit(self) -> Unit | None:
        """The unit that stands in a cell of its own, where just one does."""
        units = {unit for cell in self.cells if (unit := unit_spelled(cell))}
        return units.pop() if len(units) == 1 else None


class PrintedValues:
    """Finds what the text for people prints beside the entries of one document."""

    def __init__(self, root: Element, narrative: Narrative) -> None:
        self._root = root
        self._narrative = narrative
        self._rows: dict[Element, Row] = {}

    def weighed(
        self, observation: Element, number: ReportedNumber, unit: Unit, about: Measurand
    ) -> tuple[str, str]:
        """Return why what is printed makes a person look, if it does, and a remark."""
        rows = list(self._rows_of(observation))
        at_value = list(self._at_value(observation))
        anywhere = [
            printed for row in rows for cell in row.cells if (printed := _read(cell))
        ]
        if any(_is_same(number, unit, one) for one in (*at_value, *anywhere)):
            return "", ""
        told = at_value or list(_values_of(rows))
        if len({(one.number.value, one.unit) for one in told}) != 1:
            return "", ""
        words = {
            "entry": quoted(f"{number.comparator or ''}{number.value:f} {unit}", 60),
            "text": quoted(told[0].text, QUOTED_LENGTH),
        }
        if _may_be_same(number, unit, told[0], about):
            return "", ROUNDED % {"text": words["text"]}
        return ANOTHER_NUMBER % words, ""

    def unit_of(self, observation: Element, number: ReportedNumber) -> Unit | None:
        """Return the one unit that is printed with an entry's own number, if any."""
        rows = list(self._rows_of(observation))
        cells = [_read(cell) for row in rows for cell in row.cells]
        told = (*self._at_value(observation), *filter(None, cells), *_values_of(rows))
        units = {one.unit for one in told if one.number.value == number.value}
        known = [unit for unit in units if unit]
        return known[0] if len(known) == 1 else None

    def _at_value(self, observation: Element) -> Iterator[Printed]:
        """Give what stands where the value, or a text of no table, points to."""
        for path in ("value", "value/originalText"):
            name = self._narrative.reference(observation.find(path))
            yield from self._alone(name)
        name = self._narrative.reference(observation.find("text"))
        element = self._narrative.element(name)
        if element is not None and element.tag == "content":
            yield from self._alone(name)

    def _alone(self, name: str) -> Iterator[Printed]:
        element = self._narrative.element(name)
        if element is not None and element.tag != "tr":
            printed = _read(text_in(element, LONGEST_CELL + 1))
            if printed is not None:
                yield printed

    # The rows of its tables

    def _rows_of(self, observation: Element) -> Iterator[Row]:
        """Give the rows that an entry, and no other one, points to."""
        for element in _rows_pointed_to(observation, self._narrative):
            if self._pointed[element] > 1:
                continue
            if element not in self._rows:
                self._rows[element] = _row(element)
            yield self._rows[element]

    @cached_property
    def _pointed(self) -> Counter[Element]:
        """How many entries point to each row."""
        return Counter(
            row
            for observation in self._root.iter("observation")
            for row in _rows_pointed_to(observation, self._narrative)
        )


def _rows_pointed_to(observation: Element, narrative: Narrative) -> list[Element]:
    places = ("text", "value", "value/originalText", "code", "code/originalText")
    rows: dict[Element, None] = {}
    for path in places:
        name = narrative.reference(observation.find(path))
        element = narrative.element(name)
        if element is None:
            continue
        row = (
            element if element.tag == "tr" else next(element.iterancestors("tr"), None)
        )
        if row is not None:
            rows[row] = None
    return list(rows)


def _row(element: Element) -> Row:
    cells = _cells(element)
    table = next(element.iterancestors("table"), None)
    first = None if table is None else next(table.iter("tr"), None)
    headings = () if first is None or first is element else _cells(first)
    spans = _spans(element) or (first is not None and _spans(first))
    is_under = len(headings) == len(cells) and not spans
    return Row(cells, headings if is_under else (), spans)


def _cells(row: Element) -> tuple[str, ...]:
    cells = [cell for cell in row if cell.tag in ("td", "th")][:MOST_CELLS]
    return tuple(text_in(cell, LONGEST_CELL + 1) for cell in cells)


def _spans(row: Element) -> bool:
    return any(cell.get(name, "1").strip() != "1" for cell in row for name in _SPANS)


_SPANS = ("rowspan", "colspan")


def _values_of(rows: list[Row]) -> Iterator[Printed]:
    """Give the value of each row, where it is plain which cell holds it."""
    for row in rows:
        under = read_header(row.headings).roles.get(Role.VALUE, ())
        if len(under) == 1:
            printed = _read(row.cells[under[0].place])
            unit = unit_spelled(under[0].unit_text) or row.unit
            if printed is not None:
                yield printed if printed.unit else replace(printed, unit=unit)
        elif not row.spans:
            yield from _only_one(row)


def _only_one(row: Row) -> Iterator[Printed]:
    """
    Give the one number of a row that has a unit, and no comparator: no limit.

    The first cell names the test, or numbers the row.
    """
    found = [printed for cell in row.cells[1:] if (printed := _read(cell))]
    if len(found) != 1 or found[0].number.comparator is not None:
        return
    unit = found[0].unit or row.unit
    if unit is not None:
        yield replace(found[0], unit=unit)


def _read(cell: str) -> Printed | None:
    """Return the one number in a cell; None for anything else, also for an interval."""
    if not cell or len(cell) > LONGEST_CELL:
        return None
    parts = split_value(cell)
    if parts.unit_text and not is_unit(parts.unit_text):
        return None
    try:
        number = read_number(parts.number_text, None)
    except CellRefused:
        return None
    return Printed(cell, number, unit_spelled(parts.unit_text))


# Whether two numbers are one ----------------------------------------------------------


def _is_same(number: ReportedNumber, unit: Unit, printed: Printed) -> bool:
    """Answer whether a number is printed as the entry says it, its unit apart."""
    is_equal = printed.number.value == number.value
    return is_equal and (printed.unit is None or are_equal(unit, printed.unit))


def _may_be_same(
    number: ReportedNumber, unit: Unit, printed: Printed, about: Measurand
) -> bool:
    """Answer whether rounding, or another unit, explains that the numbers differ."""
    other = printed.unit or unit
    if are_equal(unit, other):
        return _is_rounded(number.value, printed.number.value)
    if about in HYDROXYVITAMIN_D and {unit, other} <= set(HYDROXYVITAMIN_D_UNITS):
        bare = (replace(one, comparator=None) for one in (number, printed.number))
        return agree(next(bare), unit, next(bare), other)
    return number.value != printed.number.value


def _is_rounded(one: Decimal, other: Decimal) -> bool:
    """Answer whether one is the other with fewer decimals."""
    coarse, fine = sorted((one, other), key=_decimals)
    step = Decimal(1).scaleb(-_decimals(coarse))
    return any(
        fine.quantize(step, rounding) == coarse
        for rounding in (ROUND_HALF_UP, ROUND_HALF_EVEN)
    )


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0
