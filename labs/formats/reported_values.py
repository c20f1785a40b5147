"""
Numbers, units and intervals as messages and documents carry them.

The number that is kept as text is always comparator and digits as they were sent, so
that one censored value reads the same whichever structure brought it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from labs.domain.measurands import Measurand
from labs.domain.measurements import (
    IS_LOWER_BOUND,
    IS_UPPER_BOUND,
    Comparator,
    ReportedNumber,
)
from labs.domain.units import (
    Unit,
    UnknownUnit,
    are_equal,
    parse_unit,
    spells_an_amount,
)
from labs.formats.cells import (
    NO_VALUE,
    UNIT_MISSING,
    CellRefused,
    DecimalMark,
    is_unit,
    read_number,
    read_unit,
    split_value,
    text_of,
)
from labs.formats.headers import split_unit
from labs.formats.limits import MAX_FIELD_LENGTHS, QUOTED_LENGTH
from labs.formats.sentences import N_
from labs.formats.spelling import quoted

A_TEXT = N_("%(shown)s is a text, not a number.")
TWO_UNITS = N_(
    "The result gives two units, %(unit)s and %(other)s; one of them is wrong."
)

SEVERAL_VALUES = N_("The result gives several values at once, %(shown)s.")
BESIDE_VALUE = N_("Beside the value stands %(text)s.")
NO_NUMBER = N_("The value is empty; numbers in comments are not read as values.")
INTERVAL_BESIDE = N_("In the value's own text stands an interval, too: %(text)s.")


@dataclass(frozen=True, slots=True)
class ReportedValue:
    """
    A number as sent and as read, with what stood beside it in its field.

    `second` is the same value in another unit, where it was printed in two.
    """

    text: str
    number: ReportedNumber
    unit_text: str = ""
    flag: str = ""
    hold: str = ""
    remarks: tuple[str, ...] = ()
    second: str = ""


_IN_BRACKETS = re.compile(r"[(\[{][^()\[\]{}]*[)\]}]")
_HOLDS_DIGIT = re.compile(r"\d")


def value_in_text(text: str, mark: DecimalMark | None) -> ReportedValue:
    """
    Read a value out of a text such as "<4.0", "27 ng/mL" or "27.5 L".

    Words behind it that are no unit make a person look; with a number in them nobody
    can tell which of the two is meant, as in "82 corrected to 28".
    """
    if not text.strip():
        raise CellRefused(NO_NUMBER)
    parts = split_value(text)
    if len(parts.number_text) > MAX_FIELD_LENGTHS["value"]:
        raise CellRefused(A_TEXT % {"shown": quoted(text, QUOTED_LENGTH)})
    printed = text_of(parts.number_text, "value")
    if printed.casefold() in NO_VALUE:
        raise CellRefused(NO_NUMBER)
    number = read_number(printed, mark)
    said = (INTERVAL_BESIDE % {"text": parts.interval_text},)
    remarks = said if parts.interval_text else ()
    return ReportedValue(
        printed,
        number,
        _unit_behind(parts.unit_text),
        parts.flag,
        hold=_doubt_about(text, parts.unit_text),
        remarks=remarks,
        second=parts.second_text,
    )


def _unit_behind(behind: str) -> str:
    """Return the unit out of what stands behind a number, remarks in brackets off."""
    bare = _IN_BRACKETS.sub("", behind).strip()
    return bare if not is_unit(behind) and is_unit(bare) else behind


def _doubt_about(text: str, behind: str) -> str:
    """Return why what stands behind a number holds it; raise CellRefused for two."""
    if not behind or is_unit(behind):
        return ""
    if _HOLDS_DIGIT.search(_IN_BRACKETS.sub("", behind)):
        raise CellRefused(SEVERAL_VALUES % {"shown": quoted(text, QUOTED_LENGTH)})
    return BESIDE_VALUE % {"text": quoted(behind, QUOTED_LENGTH)}


def compared(comparator: Comparator | None, digits: str) -> ReportedValue:
    """Return a number whose comparator stood in a field of its own."""
    printed = text_of(f"{comparator or ''}{digits.strip()}", "value")
    return ReportedValue(printed, read_number(printed, DecimalMark.POINT))


def one_unit(texts: Sequence[str]) -> tuple[str, Unit]:
    """
    Return the unit that the texts name, and the first text that names it.

    A text that is no unit is passed over where another one is known; two units of
    different size contradict each other, known ones or not. Raises CellRefused.
    """
    named = [text for text in (text.strip() for text in texts) if text]
    units = {text: unit for text in named if (unit := _unit(text)) is not None}
    if not units:
        return _only(named[0] if named else "")
    text, unit = next(iter(units.items()))
    for other in named:
        also = units.get(other)
        is_another = not are_equal(unit, also) if also else spells_an_amount(other)
        if is_another:
            raise CellRefused(
                TWO_UNITS
                % {
                    "unit": quoted(text, QUOTED_LENGTH),
                    "other": quoted(other, QUOTED_LENGTH),
                }
            )
    return text_of(text, "unit"), unit


def with_bounds(text: str, bounds: str) -> str:
    """
    Return an interval as printed, and its bounds where the text names no number.

    >>> with_bounds("Deficient", "<20 ng/mL"), with_bounds("20 to 50", "20-50 ng/mL")
    ('Deficient: <20 ng/mL', '20 to 50')
    """
    if not text or not bounds:
        return text or bounds
    return text if _HOLDS_DIGIT.search(text) else f"{text}: {bounds}"


def flags_together(beside: str, in_value: str) -> str:
    """
    Return the laboratory's flags, that beside a value first; neither hides the other.

    >>> flags_together("L", "HH"), flags_together("", "H"), flags_together("A, L", "L")
    ('L, HH', 'H', 'A, L')
    """
    if not in_value or in_value in beside.split(", "):
        return beside
    both = f"{beside}, {in_value}" if beside else in_value
    return both if len(both) <= MAX_FIELD_LENGTHS["laboratory_flag"] else beside


BEYOND_RANGE = N_(
    "The flag %(flag)s says that the value lies beyond what the method measures, and "
    "the value itself does not. Check it."
)


def flag_reason(flag: str, comparator: Comparator | None) -> str:
    """Return why a flag of the method's range makes a person look, if it does."""
    for mark, side in (("<", IS_UPPER_BOUND), (">", IS_LOWER_BOUND)):
        if mark in flag.split(", ") and comparator not in side:
            return BEYOND_RANGE % {"flag": quoted(mark, QUOTED_LENGTH)}
    return ""


def with_unit_beside(value: ReportedValue, unit: str) -> ReportedValue:
    """Return a value of text with the unit that stands beside it, against the rules."""
    if not unit or unit == value.unit_text:
        return value
    if value.unit_text:
        one_unit([value.unit_text, unit])  # raises for two units of different size
    return value if is_unit(value.unit_text) else replace(value, unit_text=unit)


UNIT_OF_INTERVAL = N_(
    "The value came without a unit; %(unit)s is that of the printed interval."
)
UNIT_OF_TEXT = N_(
    "The value came without a unit; %(unit)s is that of the text for people."
)


@dataclass(frozen=True, slots=True)
class ReportedUnit:
    """The unit as sent and as read, and why a person has to look at it."""

    text: str
    unit: Unit
    hold: tuple[str, ...] = ()


def unit_sent(
    texts: Sequence[str],
    interval: Unit | None,
    about: Measurand,
    name: str = "",
    *,
    printed: Unit | None = None,
) -> ReportedUnit:
    """
    Return the unit of a value; raise CellRefused where none is told.

    The test's name may tell it, as in "25-OH D (ng/mL)". A value that comes bare beside
    an interval with a unit, or is `printed` with one for people, is held, not guessed.
    An INR is a ratio and mostly sent without any.
    """
    if any(text.strip() for text in texts):
        return ReportedUnit(*one_unit(texts))
    if is_unit(in_name := split_unit(name)[1]):
        return ReportedUnit(*one_unit([in_name]))
    if about is Measurand.INR:
        return ReportedUnit(Unit.INR.value, Unit.INR)
    beside = interval or printed
    if beside is None:
        raise CellRefused(UNIT_MISSING.replace("row", "result"))
    said = UNIT_OF_INTERVAL if interval else UNIT_OF_TEXT
    return ReportedUnit(beside.value, beside, (said % {"unit": beside},))


def _unit(text: str) -> Unit | None:
    try:
        return parse_unit(text)
    except UnknownUnit:
        return None


def _only(text: str) -> tuple[str, Unit]:
    return text_of(text, "unit"), read_unit(text)
