"""
The value, the unit and the interval of a FHIR observation or of its component.

A number keeps the characters in which it was sent. What is no single number is refused
by the name that FHIR gives it.
"""

import re
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from labs.domain.measurands import Measurand
from labs.domain.units import Unit, UnknownUnit, are_equal, parse_unit
from labs.formats.cells import (
    UNIT_MISSING,
    CellRefused,
    DecimalMark,
    Interval,
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
from labs.formats.limits import MAX_DECIMAL_PLACES, MAX_FIELD_LENGTHS, QUOTED_LENGTH
from labs.formats.reported_values import (
    NO_NUMBER,
    ReportedValue,
    compared,
    one_unit,
    value_in_text,
)
from labs.formats.spelling import quoted
from labs.formats.strict_json import JsonNumber

TWO_VALUES = "The result has two values, {keys}; one of them is wrong."
UNIT_OF_INTERVAL = (
    "The value came without a unit; {unit} is that of the printed interval."
)
AS_TEXT = "The number was sent as a text."
WITH_EXPONENT = "The number was sent as {text}."
MANY_DECIMALS = (
    "The sender's number, {text}, has more decimals than a laboratory prints; it was "
    "rounded."
)
_EXPONENT = re.compile(r"-?\d{1,20}(?:\.\d{1,20})?[eE][+-]?\d{1,2}", re.ASCII)
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
        raise CellRefused(TWO_VALUES.format(keys=" and ".join(keys[:2])))
    (key,) = keys
    match key.removeprefix("value"):
        case "Quantity" | "SimpleQuantity":
            return _in_quantity(element_at(node, key))
        case "String" | "Text" | "Markdown" | "Code":
            return _in_text(text_at(node, key))
        case "Integer" | "Decimal":
            return _in_quantity({"value": node[key]})
        case "CodeableConcept":
            return _in_text(name_at(node, key))
        case kind:
            raise CellRefused(f"The value is a {kind} ({key}), not a single number.")


def _why_no_value(node: Element) -> str:
    reason = name_at(node, "dataAbsentReason")
    if reason:
        return f"It has no value: {quoted(reason, QUOTED_LENGTH)}."
    return NO_NUMBER


def _in_text(text: str) -> ReportedValue:
    return value_in_text(text, None)


def _in_quantity(quantity: Element) -> ReportedValue:
    number = quantity.get("value")
    comparator = read_comparator(text_at(quantity, "comparator").strip())
    if isinstance(number, JsonNumber):
        digits, hold, remarks = _printed(number.text)
        value = compared(comparator, digits)
        return replace(value, hold=hold, remarks=remarks)
    value = _in_text(text_at(quantity, "value"))
    if comparator not in (None, value.number.comparator):
        if value.number.comparator is not None:
            raise CellRefused("The value and its comparator contradict each other.")
        value = replace(
            value,
            text=text_of(f"{comparator}{value.text}", "value"),
            number=replace(value.number, comparator=comparator),
        )
    return replace(value, remarks=(*value.remarks, AS_TEXT))


def _printed(text: str) -> tuple[str, str, tuple[str, ...]]:
    """Return a JSON number as a laboratory would print it, a doubt, and remarks."""
    if len(text) > MAX_FIELD_LENGTHS["value"]:
        raise CellRefused(f"{quoted(text, QUOTED_LENGTH)} has too many digits.")
    digits = text
    remarks: tuple[str, ...] = ()
    if "e" in text.casefold():
        if not _EXPONENT.fullmatch(text):
            raise CellRefused(
                f"{quoted(text, QUOTED_LENGTH)} is not a number in range."
            )
        digits, remarks = f"{Decimal(text):f}", (WITH_EXPONENT.format(text=text),)
    _, _, decimals = digits.partition(".")
    if len(decimals) <= MAX_DECIMAL_PLACES:
        return digits, "", remarks
    places = Decimal(1).scaleb(-MAX_DECIMAL_PLACES)
    rounded = Decimal(digits).quantize(places, rounding=ROUND_HALF_UP)
    return f"{rounded.normalize():f}", MANY_DECIMALS.format(text=text), remarks


# Units --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReportedUnit:
    """The unit as sent and as read, and why a person has to look at it."""

    text: str
    unit: Unit
    hold: tuple[str, ...] = ()


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
    if texts:
        return ReportedUnit(*one_unit(texts))
    if not interval.units:
        raise CellRefused(UNIT_MISSING.replace("row", "result"))
    unit = interval.units[0]
    return ReportedUnit(unit.value, unit, (UNIT_OF_INTERVAL.format(unit=unit),))


# Intervals ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReportedInterval:
    """The laboratory's intervals in one text, with bounds where one is meant."""

    interval: Interval
    units: tuple[Unit, ...] = ()

    def beside(self, unit: Unit) -> Interval:
        """Return the interval; its unit only where it contradicts the value's."""
        others = [other for other in self.units if not are_equal(other, unit)]
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
    units = tuple(dict.fromkeys(unit for _, one in read for unit in one.units))
    return ReportedInterval(replace(chosen, text="; ".join(texts)), units)


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
    text = text or _between(low, high, next(filter(None, unit_texts), ""))
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
    kinds = concepts_at(element, "type") or concepts_at(element, "meaning")
    codes = {coding.code for kind in kinds for coding in kind.codings}
    return not codes or "normal" in codes


def _labelled(element: Element, text: str) -> str:
    """Return a band with what it is for, where its own text does not say it."""
    for key in ("appliesTo", "type", "meaning"):
        label = name_at(element, key)
        if label and label.casefold() not in text.casefold():
            return f"{label}: {text}"
    return text
