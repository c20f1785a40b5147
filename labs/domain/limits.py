"""
Numbers against the limits of a range: across units, and where only a bound is known.

A value is outside a range only if it is outside by both conventions of conversion; an
alert limit is reached if it is reached by either. Limits are inclusive.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import compress, product

from labs.domain.measurements import (
    IS_LOWER_BOUND,
    IS_UPPER_BOUND,
    Comparator,
    Measurement,
)
from labs.domain.targets import Target
from labs.domain.units import (
    are_equal,
    convert,
    convert_by_guideline,
    round_as_laboratory,
)


class Position(StrEnum):
    """Where a value stands against a named target."""

    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"
    CANNOT_TELL = "cannot_tell"
    NO_TARGET = "no_target"
    NOT_COMPARED = "not_compared"


class Alert(StrEnum):
    """Which alert limit a value has reached."""

    LOW = "low"
    HIGH = "high"


def possible_positions(measurement: Measurement, target: Target) -> frozenset[Position]:
    """
    Return every position that the value could have; more than one means: cannot tell.

    Across units a position outside the range counts only where both conventions of
    conversion allow it, so that 20 ng/mL is within "from 50 nmol/L" and 125 nmol/L
    within "up to 50 ng/mL".
    """
    by_convention = [
        _positions_of(value, measurement.comparator, target)
        for value in in_unit_of(target, measurement)
    ]
    if len(by_convention) == 1:
        return by_convention[0]
    outside = frozenset.intersection(*by_convention) - {Position.WITHIN}
    may_be_within = any(Position.WITHIN in each for each in by_convention)
    return outside | {Position.WITHIN} if may_be_within or not outside else outside


def in_unit_of(target: Target, measurement: Measurement) -> tuple[Decimal, ...]:
    """
    Return the value in the target's unit, by each convention that is in use.

    In its own unit the number itself, never rounded; across units by molar mass as a
    laboratory would print it, and by the factor of the guidelines, unrounded.
    """
    value, unit = measurement.value, measurement.unit
    if are_equal(unit, target.unit):
        return (value,)
    by_mass = convert(value, unit, target.unit, measurement.measurand)
    return (
        round_as_laboratory(by_mass, target.unit),
        convert_by_guideline(value, target.unit),
    )


def _positions_of(
    value: Decimal, comparator: Comparator | None, target: Target
) -> frozenset[Position]:
    """Return where a number, or everything beyond a censored one, may lie."""
    low, high = target.low, target.high
    could_be_below = low is not None and (comparator in IS_UPPER_BOUND or value < low)
    could_be_above = high is not None and (comparator in IS_LOWER_BOUND or value > high)
    could_be_within = _could_be_within(value, comparator, target)
    return POSITIONS[could_be_below, could_be_within, could_be_above]


PLACES = (Position.BELOW, Position.WITHIN, Position.ABOVE)
# Put together once: a long record is judged value by value.
POSITIONS = {
    could_be: frozenset(compress(PLACES, could_be))
    for could_be in product((False, True), repeat=len(PLACES))
}


def _could_be_within(
    value: Decimal, comparator: Comparator | None, target: Target
) -> bool:
    low, high = target.low, target.high
    excludes_low = comparator is Comparator.LESS and value == low
    excludes_high = comparator is Comparator.GREATER and value == high
    reaches_low = low is None or (value >= low and not excludes_low)
    reaches_high = high is None or (value <= high and not excludes_high)
    if comparator in IS_UPPER_BOUND:
        return reaches_low
    if comparator in IS_LOWER_BOUND:
        return reaches_high
    return reaches_low and reaches_high


@dataclass(frozen=True, slots=True)
class ReachedLimit:
    """An alert limit that a value has certainly reached, or gone beyond."""

    alert: Alert
    limit: Decimal
    is_beyond: bool


def limit_reached(measurement: Measurement, target: Target) -> ReachedLimit | None:
    """
    Return the alert limit that is certainly reached, by either convention.

    Limits are inclusive. "<20" never reaches a high limit, nor ">20" a low one. Beyond
    is what lies past the limit by every convention.
    """
    if not target.has_alert:
        return None
    values, comparator = in_unit_of(target, measurement), measurement.comparator
    high, low = target.alert_high, target.alert_low
    if high is not None and comparator not in IS_UPPER_BOUND and max(values) >= high:
        is_beyond = min(values) > high or comparator is Comparator.GREATER
        return ReachedLimit(Alert.HIGH, high, is_beyond)
    if low is not None and comparator not in IS_LOWER_BOUND and min(values) <= low:
        is_beyond = max(values) < low or comparator is Comparator.LESS
        return ReachedLimit(Alert.LOW, low, is_beyond)
    return None


def alert_reached(measurement: Measurement, target: Target) -> Alert | None:
    reached = limit_reached(measurement, target)
    return reached.alert if reached else None
