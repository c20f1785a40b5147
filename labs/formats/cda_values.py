"""
Values and intervals of CDA: PQ, IVL_PQ, INT, REAL, ST and what stands around them.

A value at the end of a measuring range is an interval with one open side. The standard
makes its limit inclusive by default, so "<4" arrives as "<=4": where the text for
people says "<", the text wins, with a remark.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice

from labs.domain.measurements import (
    COMPARATOR_SPELLINGS,
    IS_LOWER_BOUND,
    IS_UPPER_BOUND,
    Comparator,
    ValueRefused,
    parse_reported_number,
)
from labs.formats.cda_narrative import Narrative
from labs.formats.cells import (
    CellRefused,
    DecimalMark,
    Interval,
    bounded_interval,
    is_unit,
)
from labs.formats.cells import read_interval as interval_in_text
from labs.formats.limits import QUOTED_LENGTH
from labs.formats.reported_values import (
    NO_NUMBER,
    ReportedValue,
    compared,
    one_unit,
    value_in_text,
    with_bounds,
    with_unit_beside,
)
from labs.formats.sentences import N_
from labs.formats.spelling import quoted
from labs.formats.xml_documents import Element, text_in, type_of

NO_VALUE = N_("There is no value: it %(why)s (nullFlavor %(code)s).")
OF_ANOTHER_TYPE = N_("The value is of type %(kind)s, not one number.")
A_RANGE = N_("%(shown)s is a range, not one number.")
A_CODE = N_("The value is a code, not a number.")
ALSO_SENT = N_("The same value was also sent as %(value)s.")

LONGEST_VALUE = 400
MOST_TRANSLATIONS = 5
_QUANTITIES = frozenset({"", "PQ", "INT", "REAL", "MO", "PQR", "CO"})
_INTERVALS = frozenset({"IVL_PQ", "IVL_REAL", "IVL_INT", "SXCM_PQ", "IVXB_PQ"})
_TEXTS = frozenset({"ST", "ED", "SC", "ANY"})
_CODES = frozenset({"CD", "CE", "CV", "CS", "BL"})
NUMBERS = _QUANTITIES | _INTERVALS
MAY_HOLD_NUMBER = NUMBERS | _TEXTS
NOT_GIVEN = {
    "NA": N_("does not apply"),
    "NAV": N_("is not available yet"),
    "NASK": N_("was not asked for"),
    "ASKU": N_("is not known"),
    "MSK": N_("is kept back"),
    "UNK": N_("is not known"),
    "NI": N_("is not given"),
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and its unit as they are written; `number` is empty where none is."""

    number: str = ""
    unit: str = ""
    is_inclusive: bool = True


# What systems write for the unit that they were not told; "1" is UCUM's for a number.
_NO_UNIT = frozenset({"1", "unk", "ni", "na", "n/a", "null", "none", "unknown", "nil"})


def quantity_of(element: Element | None) -> Quantity:
    """Return a quantity; one in a unit beyond UCUM stands in a translation."""
    if element is None:
        return Quantity()
    inclusive = element.get("inclusive", "true").strip().lower() not in ("false", "0")
    number, unit = element.get("value", "").strip(), element.get("unit", "").strip()
    if number:
        unit = "" if unit.casefold() in _NO_UNIT else unit
        return Quantity(number, unit or _original(element), inclusive)
    for translation in element.findall("translation"):
        if found := translation.get("value", "").strip():
            return Quantity(found, _unit_of(translation), inclusive)
    return Quantity(unit=unit)


def _original(element: Element) -> str:
    original = element.find("originalText")
    return "" if original is None else text_in(original, LONGEST_VALUE)


def _unit_of(translation: Element) -> str:
    texts = (
        _original(translation),
        translation.get("unit", ""),
        translation.get("code", ""),
        translation.get("displayName", ""),
    )
    named = [text.strip() for text in texts if text.strip()]
    # A laboratory's own code of a unit may stand before its name.
    return next(filter(is_unit, named), next(iter(named), ""))


def value_of(element: Element, narrative: Narrative) -> ReportedValue:
    """Return the number of a value element; raise CellRefused where it is none."""
    kind = type_of(element)
    if kind in _INTERVALS and not element.get("value"):
        return _one_sided(element)
    if kind in NUMBERS and (quantity := quantity_of(element)).number:
        value = value_in_text(quantity.number, DecimalMark.POINT)
        return _with_what_was_also_sent(with_unit_beside(value, quantity.unit), element)
    has_words = kind in _CODES and narrative.text_of(element.find("originalText"))
    if (missing := element.get("nullFlavor")) and not has_words:
        raise CellRefused(_not_given(missing))
    if kind in _CODES:
        return _in_words_of_code(element, narrative)
    is_plain = element.get("representation", "TXT").strip().upper() == "TXT"
    if kind in _TEXTS | _QUANTITIES and is_plain:
        text = narrative.text_of(element) or element.get("value", "")
        value = value_in_text(text, None)
        return with_unit_beside(value, element.get("unit", "").strip())
    raise CellRefused(OF_ANOTHER_TYPE % {"kind": quoted(kind, QUOTED_LENGTH)})


def _with_what_was_also_sent(value: ReportedValue, element: Element) -> ReportedValue:
    """
    Return a value with what was sent beside it in other units, which is not used.

    The first of these is weighed against it; a value that the document also calls
    missing is held.
    """
    if not element.get("value"):
        return value
    missing = element.get("nullFlavor", "")
    hold = _not_given(missing) if missing in _SAYS_MISSING else ""
    second, *others = [*_also_sent(element), ""]
    return replace(
        value,
        second=second,
        hold=" ".join(filter(None, (value.hold, hold))),
        remarks=(
            *value.remarks,
            *(
                ALSO_SENT % {"value": quoted(other, QUOTED_LENGTH)}
                for other in filter(None, others)
            ),
        ),
    )


_SAYS_MISSING = frozenset({"UNK", "NI", "NA", "NASK", "ASKU", "NAV", "INV", "MSK"})


def _also_sent(element: Element) -> Iterator[str]:
    """Give what a laboratory sent in other units beside a value."""
    for translation in islice(element.iterfind("translation"), MOST_TRANSLATIONS):
        if number := translation.get("value", "").strip():
            yield f"{number} {_unit_of(translation)}".strip()


def _not_given(null_flavor: str) -> str:
    why = NOT_GIVEN.get(null_flavor, NOT_GIVEN["NI"])
    return NO_VALUE % {"why": why, "code": quoted(null_flavor, 10)}


def _in_words_of_code(element: Element, narrative: Narrative) -> ReportedValue:
    """Read a number in the words of a coded value, never in its code."""
    text = narrative.text_of(element.find("originalText"))
    text = text or element.get("displayName", "")
    if not text:
        raise CellRefused(A_CODE)
    return value_in_text(text, None)


def _one_sided(element: Element) -> ReportedValue:
    """Read an interval that is open to one side, or whose two limits are one."""
    low, high = (quantity_of(element.find(side)) for side in ("low", "high"))
    if missing := not (low.number or high.number) and element.get("nullFlavor"):
        raise CellRefused(_not_given(missing))
    if not (low.number or high.number):
        centre = quantity_of(element.find("center"))
        if not centre.number:
            raise CellRefused(NO_NUMBER)
        return _with_unit(compared(None, centre.number), centre)
    if high.number and (not low.number or _is_zero(low.number)):
        return _with_unit(compared(_upper(high), high.number), high, low)
    if low.number and not high.number:
        return _with_unit(compared(_lower(low), low.number), low, high)
    if low.number == high.number:
        return _with_unit(compared(None, low.number), low, high)
    shown = quoted(f"{low.number}-{high.number}", QUOTED_LENGTH)
    raise CellRefused(A_RANGE % {"shown": shown})


def _upper(limit: Quantity) -> Comparator:
    return Comparator.AT_MOST if limit.is_inclusive else Comparator.LESS


def _lower(limit: Quantity) -> Comparator:
    return Comparator.AT_LEAST if limit.is_inclusive else Comparator.GREATER


def _is_zero(number: str) -> bool:
    try:
        return parse_reported_number(number).value == 0
    except ValueRefused:
        return False


def _with_unit(value: ReportedValue, *limits: Quantity) -> ReportedValue:
    units = [limit.unit for limit in limits if limit.unit]
    if len(set(units)) > 1:
        one_unit(units)  # raises for two units of different size
    return replace(value, unit_text=units[0] if units else "")


# The text for people ------------------------------------------------------------------

_SPELLINGS = "|".join(
    re.escape(s) for s in sorted(COMPARATOR_SPELLINGS, key=len, reverse=True)
)
_COMPARED = re.compile(
    rf"(?P<comparator>{_SPELLINGS}) {{0,3}}"
    r"(?P<number>[0-9]{1,12}(?:[.,][0-9]{1,6})?)(?![0-9.,])\D{0,40}",
    re.IGNORECASE,
)
TEXT_WINS = N_(
    "The structure says %(structure)s and the text %(text)s: the text was taken."
)
TEXT_DIFFERS = N_("The structure says %(structure)s and the text for people %(text)s.")


def as_printed(
    value: ReportedValue, cells: Iterable[str], bands: Sequence[str]
) -> ReportedValue:
    """
    Weigh a value with the text for people beside it, its printed bands left out.

    Where the text says "<" and the structure "<=", the text is taken; where they differ
    in more, the result is held with both shown.
    """
    number = value.number
    printed = {
        comparator
        for cell in cells
        if cell not in bands and (comparator := _comparator_in(cell, number.value))
    }
    if len(printed) != 1 or number.comparator in printed:
        return value
    said = printed.pop()
    bare = value.text.lstrip("<>= ")
    words = {"structure": value.text, "text": f"{said}{bare}"}
    if _is_stricter(said, number.comparator):
        return replace(
            value,
            text=f"{said}{bare}",
            number=replace(number, comparator=said),
            remarks=(*value.remarks, TEXT_WINS % words),
        )
    return replace(
        value, hold=" ".join(filter(None, (value.hold, TEXT_DIFFERS % words)))
    )


def _comparator_in(cell: str, number: Decimal) -> Comparator | None:
    found = _COMPARED.fullmatch(cell.strip()) if len(cell) <= LONGEST_VALUE else None
    if found is None or Decimal(found["number"].replace(",", ".")) != number:
        return None
    return COMPARATOR_SPELLINGS[found["comparator"].lower()]


def _is_stricter(said: Comparator, structure: Comparator | None) -> bool:
    return structure is not None and any(
        {said, structure} <= side for side in (IS_UPPER_BOUND, IS_LOWER_BOUND)
    )


# Intervals of the laboratory ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Band:
    """One printed interval: its text, its bounds, and what it is called."""

    text: str
    interval: Interval
    label: str


def interval_of(observation: Element, narrative: Narrative) -> Interval:
    """
    Return the laboratory's interval, every band of it in the text.

    The bounds are those of the one band, or of the one that is named normal.
    """
    bands = bands_of(observation, narrative)
    if not bands:
        return Interval()
    if len(bands) == 1:
        return bands[0].interval
    text = "; ".join(filter(None, (_labelled(band) for band in bands)))
    normal = [band.interval for band in bands if band.label in ("N", "Normal")]
    if len(normal) != 1:
        return Interval(text)
    return replace(normal[0], text=text)


def _labelled(band: Band) -> str:
    return f"{band.label}: {band.text}" if band.label and band.text else band.text


def bands_of(observation: Element, narrative: Narrative) -> list[Band]:
    found = observation.iterfind("referenceRange/observationRange")
    return [_band(element, narrative) for element in found]


def _band(element: Element, narrative: Narrative) -> Band:
    code = element.find("interpretationCode")
    label = "" if code is None else code.get("code", "") or code.get("displayName", "")
    text = narrative.text_of(element.find("text"))
    value = element.find("value")
    by_value = _interval_of_value(value, narrative)
    if text and by_value.low is None and by_value.high is None:
        return Band(text, interval_in_text(text, None), label)
    said = with_bounds(text, by_value.text)
    return Band(said, replace(by_value, text=said), label)


def _interval_of_value(element: Element | None, narrative: Narrative) -> Interval:
    if element is None:
        return Interval()
    low, high = (quantity_of(element.find(side)) for side in ("low", "high"))
    if not (low.number or high.number):
        return interval_in_text(narrative.text_of(element), None)
    unit = low.unit or high.unit
    text = f"{_printed(low, high)} {unit}".strip()
    try:
        known = one_unit([low.unit, high.unit])[1] if unit else None
        bounds = _bound(low), _bound(high)
    except CellRefused:
        return Interval(text)
    return bounded_interval(text, *bounds, known)


def _bound(limit: Quantity) -> Decimal | None:
    return compared(None, limit.number).number.value if limit.number else None


def _printed(low: Quantity, high: Quantity) -> str:
    if low.number and high.number:
        return f"{low.number}-{high.number}"
    if low.number:
        return f"{_lower(low)}{low.number}"
    return f"{_upper(high)}{high.number}"
