"""
The value, the unit and the interval of a FHIR observation or of its component.

A number keeps the characters in which it was sent. What is no single number is refused
by the name that FHIR gives it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from labs.domain.measurands import Measurand
from labs.domain.measurements import ReportedNumber
from labs.domain.units import (
    HYDROXYVITAMIN_D_UNITS,
    Unit,
    UnknownUnit,
    are_equal,
    parse_unit,
)
from labs.formats.cells import (
    CellRefused,
    DecimalMark,
    Interval,
    as_printed,
    bounded_interval,
    read_comparator,
    read_interval,
    read_number,
    text_of,
)
from labs.formats.fhir_elements import (
    Element,
    concepts_at,
    element_at,
    elements_at,
    name_at,
    text_at,
)
from labs.formats.limits import MAX_FIELD_LENGTHS, QUOTED_LENGTH
from labs.formats.reported_values import (
    NO_NUMBER,
    ReportedUnit,
    ReportedValue,
    compared,
    unit_sent,
    value_in_text,
    with_bounds,
)
from labs.formats.second_values import agree
from labs.formats.sentences import N_
from labs.formats.spelling import quoted
from labs.formats.strict_json import JsonNumber

WITHOUT_VALUE = N_("It has no value: %(reason)s.")
OF_A_KIND = N_("The value is a %(kind)s (%(key)s), not a single number.")
A_RANGE = N_("The value is a Range (valueRange), not a single number.")
A_RATIO = N_("The value is a Ratio (valueRatio), not a single number.")
TOO_MANY_DIGITS = N_("%(shown)s has too many digits.")
CONTRADICTION = N_("The value and its comparator contradict each other.")
NOT_IN_RANGE = N_("%(shown)s is not a number in range.")

TWO_VALUES = N_("The result has two values, %(keys)s; one of them is wrong.")
AS_TEXT = N_("The number was sent as a text.")
WITH_EXPONENT = N_("The number was sent as %(text)s.")
_WORD = re.compile(r"\w+")
_EXPONENT = re.compile(r"-?\d{1,20}(?:\.\d{1,20})?[eE][+-]?\d{1,2}", re.ASCII)
_NORMAL = ("normal", "N")  # as the kind of a range, and as an interpretation has it
_NO_UNIT_NEEDED = {"", "1", "{ratio}", "ratio", "{inr}", "inr"}


# Values -------------------------------------------------------------------------------


def value_keys(node: Element) -> tuple[str, ...]:
    """Return the keys under which an observation or a component gives a value."""
    return tuple(
        key
        for key, value in node.items()
        if value is not None
        and key.startswith("value")
        and key.removeprefix("value")[:1].isupper()
    )


def reported_value(node: Element) -> ReportedValue:
    """Return the value that a node gives; raise CellRefused with the reason."""
    keys = value_keys(node)
    if not keys:
        raise CellRefused(_why_no_value(node))
    if len(keys) > 1:
        raise CellRefused(TWO_VALUES % {"keys": " and ".join(keys[:2])})
    (key,) = keys
    kind = key.removeprefix("value")
    if kind not in _READERS:
        raise CellRefused(OF_A_KIND % {"kind": kind, "key": key})
    return _READERS[kind](node, key)


def _why_no_value(node: Element) -> str:
    reason = name_at(node, "dataAbsentReason") or absent_reason(node)
    if reason:
        return WITHOUT_VALUE % {"reason": quoted(reason, QUOTED_LENGTH)}
    return NO_NUMBER


ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def absent_reason(node: Element) -> str:
    """
    Return why a value is missing, out of the extension that stands in its place.

    It may stand at the value (_valueString), at the number in it (_value), or in it.
    """
    places = [element_at(node, key) for key in node if key.startswith("_value")]
    for key in value_keys(node):
        value = element_at(node, key)
        places += [value, element_at(value, "_value")]
    reasons = (
        text_at(extension, "valueCode", "valueString")
        for place in places
        for extension in elements_at(place, "extension")
        if text_at(extension, "url") == ABSENT
    )
    return next(filter(None, reasons), "")


def _in_text(text: str) -> ReportedValue:
    return value_in_text(text, None)


ONE_SIDED = N_("The value was sent as a range that is open to one side.")
ONE_TO = N_("The value was sent as a ratio to 1 %(unit)s.")


def _in_range(element: Element) -> ReportedValue:
    """Read a range that is open to one side, as some send what lies below a limit."""
    low, high = element_at(element, "low"), element_at(element, "high")
    if bool(text_at(low, "value")) == bool(text_at(high, "value")):
        raise CellRefused(A_RANGE)
    least = bool(text_at(low, "value"))
    value = _in_quantity(
        {**(low if least else high), "comparator": ">=" if least else "<="}
    )
    unit = text_at(low if least else high, "unit", "code")
    return replace(
        value,
        unit_text=value.unit_text or unit,
        remarks=(*value.remarks, ONE_SIDED),
    )


def _in_ratio(element: Element) -> ReportedValue:
    """Read a ratio to one of something: 27 ng to 1 mL is 27 ng/mL."""
    upper, lower = element_at(element, "numerator"), element_at(element, "denominator")
    over, under = (text_at(one, "unit", "code") for one in (upper, lower))
    is_to_one = text_at(lower, "value").rstrip("0").rstrip(".") == "1"
    if not (is_to_one and over and under):
        raise CellRefused(A_RATIO)
    value = _in_quantity(upper)
    said = ONE_TO % {"unit": quoted(under, QUOTED_LENGTH)}
    return replace(value, unit_text=f"{over}/{under}", remarks=(*value.remarks, said))


def _in_quantity(quantity: Element) -> ReportedValue:
    number = quantity.get("value")
    if number is None and (reason := absent_reason({"valueQuantity": quantity})):
        raise CellRefused(WITHOUT_VALUE % {"reason": quoted(reason, QUOTED_LENGTH)})
    comparator = read_comparator(text_at(quantity, "comparator").strip())
    if isinstance(number, JsonNumber):
        digits, hold, remarks = _printed(number.text)
        value = compared(comparator, digits)
        return replace(value, hold=hold, remarks=remarks)
    value = _in_text(text_at(quantity, "value"))
    if comparator not in (None, value.number.comparator):
        if value.number.comparator is not None:
            raise CellRefused(CONTRADICTION)
        value = replace(
            value,
            text=text_of(f"{comparator}{value.text}", "value"),
            number=replace(value.number, comparator=comparator),
        )
    return replace(value, remarks=(*value.remarks, AS_TEXT))


def _printed(text: str) -> tuple[str, str, tuple[str, ...]]:
    """Return a JSON number as a laboratory would print it, a doubt, and remarks."""
    if len(text) > MAX_FIELD_LENGTHS["value"]:
        raise CellRefused(TOO_MANY_DIGITS % {"shown": quoted(text, QUOTED_LENGTH)})
    digits = text
    remarks: tuple[str, ...] = ()
    if "e" in text.casefold():
        if not _EXPONENT.fullmatch(text):
            raise CellRefused(NOT_IN_RANGE % {"shown": quoted(text, QUOTED_LENGTH)})
        digits, remarks = f"{Decimal(text):f}", (WITH_EXPONENT % {"text": text},)
    printed, doubt = as_printed(digits)
    return printed, doubt, remarks


def _by_element(
    read: Callable[[Element], ReportedValue],
) -> Callable[[Element, str], ReportedValue]:
    return lambda node, key: read(element_at(node, key))


def _by_text(node: Element, key: str) -> ReportedValue:
    return _in_text(text_at(node, key))


def _by_name(node: Element, key: str) -> ReportedValue:
    return _in_text(name_at(node, key))


def _by_number(node: Element, key: str) -> ReportedValue:
    return _in_quantity({"value": node[key]})


_READERS: Mapping[str, Callable[[Element, str], ReportedValue]] = {
    "Quantity": _by_element(_in_quantity),
    "SimpleQuantity": _by_element(_in_quantity),
    "String": _by_text,
    "Text": _by_text,
    "Markdown": _by_text,
    "Code": _by_text,
    "Integer": _by_number,
    "Decimal": _by_number,
    "Range": _by_element(_in_range),
    "Ratio": _by_element(_in_ratio),
    "CodeableConcept": _by_name,
}


def second_value(node: Element, number: ReportedNumber, unit: Unit) -> str:
    """
    Return the same value of vitamin D in another unit, where an extension gives one.

    It may stand at the quantity, as PQ-translation does, or beside it. Of several the
    one that contradicts the value is returned, so that a person looks.
    """
    found = [
        second
        for holder in (element_at(node, "valueQuantity"), node)
        for extension in elements_at(holder, "extension")
        if (second := _second_in(element_at(extension, "valueQuantity"), unit))
    ]
    odd = (text for text, one, its in found if not agree(number, unit, one, its))
    return next(odd, found[0][0] if found else "")


def _second_in(
    quantity: Element, unit: Unit
) -> tuple[str, ReportedNumber, Unit] | None:
    """Return a quantity in a unit of another size; None for anything else."""
    named = (_unit(text_at(quantity, key)) for key in ("code", "unit"))
    other = next(filter(None, named), None)
    if other not in HYDROXYVITAMIN_D_UNITS or are_equal(unit, other):
        return None
    try:
        value = _in_quantity(quantity)
    except CellRefused:
        return None
    return f"{value.text} {other}", value.number, other


# Units --------------------------------------------------------------------------------


def reported_unit(
    node: Element, value: ReportedValue, interval: "ReportedInterval", about: Measurand
) -> ReportedUnit:
    """
    Return the unit of a value; raise CellRefused where none is told.

    A value that comes bare beside an interval with a unit is held, not guessed.
    """
    quantity = element_at(node, "valueQuantity")
    texts = [
        value.unit_text,
        *(text_at(quantity, k) for k in ("unit", "units", "code")),
    ]
    texts = [text.strip() for text in texts if text.strip()]
    if about is Measurand.INR and {t.casefold() for t in texts} <= _NO_UNIT_NEEDED:
        return ReportedUnit(next(iter(texts), Unit.INR.value), Unit.INR)
    name = name_at(node, "code")
    return unit_sent(texts, next(iter(interval.units), None), about, name)


# Intervals ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReportedInterval:
    """
    The laboratory's intervals in one text, with bounds where one is meant.

    `printed` are the units without those of what treatment aims at alone: that is a
    clinician's range, whose unit tells nothing of the value's.
    """

    interval: Interval
    units: tuple[Unit, ...] = ()
    printed: tuple[Unit, ...] = ()

    def beside(self, unit: Unit) -> Interval:
        """Return the interval; its unit only where it contradicts the value's."""
        others = [other for other in self.printed if not are_equal(other, unit)]
        return replace(self.interval, unit=others[0] if others else None)


def reported_interval(node: Element) -> ReportedInterval:
    """
    Return the intervals of a node; from 0 to 0, as some write "none", is none.

    Several bands stay a text: none of them is chosen.
    """
    ranges = elements_at(node, "referenceRange")
    read = [(element, one) for element in ranges if (one := _interval(element))]
    normal = [one for element, one in read if _is_normal(element)]
    chosen = normal[0].interval if len(normal) == 1 else Interval()
    texts = [
        _labelled(element, one.interval.text) if len(read) > 1 else one.interval.text
        for element, one in read
    ]
    units = _known(*(unit for _, one in read for unit in one.units))
    printed = _known(
        *(unit for element, one in read if not _is_aim(element) for unit in one.units)
    )
    return ReportedInterval(replace(chosen, text="; ".join(texts)), units, printed)


def _interval(element: Element) -> ReportedInterval | None:
    """Return one interval, by its bounds and its text; None where it is empty."""
    low, high = element_at(element, "low"), element_at(element, "high")
    text = text_at(element, "text").strip()
    bounds = _bound(low), _bound(high)
    if bounds == (None, None):
        printed = read_interval(text, None)
        return ReportedInterval(printed, _known(printed.unit)) if text else None
    if not text and not any(bounds):
        return None
    unit_texts = [text_at(b, key) for b in (low, high) for key in ("unit", "code")]
    units = (read_interval(text, None).unit, *map(_unit, filter(None, unit_texts)))
    text = with_bounds(text, _between(low, high, next(filter(None, unit_texts), "")))
    return ReportedInterval(bounded_interval(text, *bounds), _known(*units))


def _known(*units: Unit | None) -> tuple[Unit, ...]:
    return tuple(dict.fromkeys(unit for unit in units if unit is not None))


def _unit(text: str) -> Unit | None:
    try:
        return parse_unit(text)
    except UnknownUnit:
        return None


def _bound(quantity: Element) -> Decimal | None:
    digits = text_at(quantity, "value").strip()
    try:
        return read_number(digits, DecimalMark.POINT).value if digits else None
    except CellRefused:
        return None


def _between(low: Element, high: Element, unit: str) -> str:
    """Return two bounds as one text, as an interval is printed."""
    least, most = text_at(low, "value"), text_at(high, "value")
    if least and most:
        return f"{least}-{most} {unit}".strip()
    return f"{'>=' if least else '<='}{least or most} {unit}".strip()


def _is_normal(element: Element) -> bool:
    """Answer whether an interval is the usual one; most senders do not say."""
    codes = _meanings(element)
    return not codes or not codes.isdisjoint(_NORMAL)


def _is_aim(element: Element) -> bool:
    """Answer whether an interval is what treatment aims at, as our export has it."""
    return _meanings(element) == {"treatment"}


def _meanings(element: Element) -> set[str]:
    kinds = concepts_at(element, "type") or concepts_at(element, "meaning")
    return {coding.code for kind in kinds for coding in kind.codings}


def _labelled(element: Element, text: str) -> str:
    """Return a band with what it is for, where its own text does not say it."""
    for key in ("appliesTo", "type", "meaning"):
        label = name_at(element, key)
        if label and _in_words(label) not in _in_words(text):
            return f"{label}: {text}"
    return text


def _in_words(text: str) -> str:
    """Return the words of a text with a blank on each side, so that none is a part."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "
