"""
A companion result against the interval that its own report printed.

Calcium, eGFR and their kin are never compared with a clinician's target for vitamin D,
nor with an interval that another report printed. No interval is unknown, not fine.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from labs.domain.laboratory_flags import marks_of
from labs.domain.measurements import Comparator, Measurement
from labs.domain.quantities import Measurand

CALCIUM = (
    Measurand.CALCIUM,
    Measurand.ADJUSTED_CALCIUM,
    Measurand.IONISED_CALCIUM,
)
MARKED_HIGH = frozenset({"H", "HH", "HU", "HIGH", "CRITICAL HIGH"})
MARKED_LOW = frozenset({"L", "LL", "LU", "LOW", "CRITICAL LOW"})


class IntervalPosition(StrEnum):
    """Where a value stands to its own printed interval, or to the laboratory's mark."""

    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CompanionResult:
    """A result with the interval and the mark of its own report, as printed."""

    measurement: Measurement
    collected_on: date
    low: Decimal | None = None
    high: Decimal | None = None
    printed: str = ""
    flag: str = ""
    is_held: bool = False
    """Its unit, day or test is in doubt: its interval places nothing until settled."""

    @property
    def measurand(self) -> Measurand:
        return self.measurement.measurand


def position(result: CompanionResult) -> IntervalPosition:
    """
    Return where the value stands; limits belong to the interval.

    High is above the interval or marked so by the laboratory, whichever says it, and
    so is low. Only an interval can say within. Of a held result only the laboratory's
    mark counts: unit and interval may not belong together.
    """
    marks = marks_of(result.flag)
    if marks & MARKED_HIGH or is_above_interval(result):
        return IntervalPosition.ABOVE
    if marks & MARKED_LOW or _is_below(result):
        return IntervalPosition.BELOW
    if result.is_held or (result.low is None and result.high is None):
        return IntervalPosition.UNKNOWN
    is_sure = _is_surely_not_above(result) and _is_surely_not_below(result)
    return IntervalPosition.WITHIN if is_sure else IntervalPosition.UNKNOWN


def by_day_and_gravity(result: CompanionResult) -> tuple[date, int]:
    """
    Return by what results of one kind are put in order: of one day, the gravest last.

    Nothing tells which of two samples of a day was the later one.
    """
    return result.collected_on, _GRAVITY[position(result)]


_GRAVITY = {
    IntervalPosition.UNKNOWN: 0,
    IntervalPosition.WITHIN: 1,
    IntervalPosition.BELOW: 2,
    IntervalPosition.ABOVE: 3,
}


def is_above_interval(result: CompanionResult) -> bool:
    if result.high is None or result.is_held:
        return False
    match result.measurement.comparator:
        case None | Comparator.AT_LEAST:
            return result.measurement.value > result.high
        case Comparator.GREATER:
            return result.measurement.value >= result.high
        case _:
            return False


def _is_below(result: CompanionResult) -> bool:
    if result.low is None or result.is_held:
        return False
    match result.measurement.comparator:
        case None | Comparator.AT_MOST:
            return result.measurement.value < result.low
        case Comparator.LESS:
            return result.measurement.value <= result.low
        case _:
            return False


def _is_surely_not_above(result: CompanionResult) -> bool:
    """Whether no value that the report allows lies above; others were told before."""
    if result.high is None or result.measurement.comparator is None:
        return True
    is_capped = result.measurement.comparator in {Comparator.LESS, Comparator.AT_MOST}
    return is_capped and result.measurement.value <= result.high


def _is_surely_not_below(result: CompanionResult) -> bool:
    if result.low is None or result.measurement.comparator is None:
        return True
    is_floored = result.measurement.comparator in {
        Comparator.GREATER,
        Comparator.AT_LEAST,
    }
    return is_floored and result.measurement.value >= result.low
