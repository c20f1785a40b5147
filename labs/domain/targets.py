"""
The ranges that clinicians set, and which one is in force on a date.

There is no default range. A range keeps the unit it was written in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from labs.domain import sentences
from labs.domain.sentences import Refused, Sentence
from labs.domain.units import HYDROXYVITAMIN_D_UNITS, Unit

MOST_DIGITS = 12


class TargetRefused(Refused):
    """A range that cannot be set as it was written."""


class Urgency(StrEnum):
    """How soon to act on an alert limit, chosen by the clinician who set it."""

    TODAY = "today"
    THIS_WEEK = "this_week"
    NEXT_VISIT = "next_visit"


@dataclass(frozen=True, slots=True)
class Target:
    """
    A range for total 25-hydroxyvitamin D, with author and dates.

    Either bound may be open, not both; bounds and `ends_on` are inclusive. An alert
    limit lies at or outside the range and always has an urgency.
    """

    low: Decimal | None
    high: Decimal | None
    unit: Unit
    starts_on: date
    ends_on: date | None
    set_by: str
    set_at: datetime
    reason: str = ""
    alert_low: Decimal | None = None
    alert_high: Decimal | None = None
    urgency: Urgency | None = None
    clinic: str = ""

    def __post_init__(self) -> None:
        _check_limits(self)
        _check_order(self)
        _check_alert(self)
        _check_author_and_dates(self)

    def is_in_force(self, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)

    @property
    def has_alert(self) -> bool:
        return self.alert_low is not None or self.alert_high is not None


def target_in_force(targets: Iterable[Target], on: date) -> Target | None:
    """
    Return the range that judges a sample of that day, or None.

    Among the ranges in force on the day the latest start counts, whoever set it, and
    among equal starts the one set last. A range that has ended is out; an earlier one
    counts again only if its own dates still hold it in force.

    Every `set_at` must carry a time zone.
    """
    found = None
    for target in targets:  # by hand: asked twice of each result of a long record
        if target.is_in_force(on) and (found is None or _outranks(target, found)):
            found = target
    return found


def following(new: Target, others: Iterable[Target]) -> list[Target]:
    """Return those that begin while a new range holds, and count instead of it."""
    found = [
        each
        for each in others
        if new.starts_on < each.starts_on and new.is_in_force(each.starts_on)
    ]
    return sorted(found, key=lambda each: (each.starts_on, each.set_at))


def _outranks(one: Target, other: Target) -> bool:
    return (one.starts_on, one.set_at) > (other.starts_on, other.set_at)


def counts_until(target: Target, every: Sequence[Target]) -> date | None:
    """
    Return the last day on which this range judges; None where no later one ends it.

    A range that a later one covers from its own first day on judges on no day: the day
    before its start is returned.
    """
    one_day = timedelta(days=1)
    edges = {each.starts_on - one_day for each in every}
    edges |= {each.ends_on for each in every if each.ends_on is not None}
    after_all = max(edges | {target.starts_on}) + one_day
    if target_in_force(every, after_all) is target:
        return None
    held = (day for day in edges if target_in_force(every, day) is target)
    return max(held, default=target.starts_on - one_day)


def range_in_words(target: Target) -> Sentence:
    """Return the range for prose: "30 to 50 ng/mL", "from 50 nmol/L"."""
    if target.low is None:
        template = sentences.RANGE_UP_TO
    else:
        has_both = target.high is not None
        template = sentences.RANGE_BETWEEN if has_both else sentences.RANGE_FROM
    bounds = {"low": target.low, "high": target.high}
    known = {name: plain(bound) for name, bound in bounds.items() if bound is not None}
    return Sentence(template, {**known, "unit": target.unit})


def plain(limit: Decimal) -> Decimal:
    """
    Return a limit without the zeros that a database pads it with.

    >>> plain(Decimal("50.00")), plain(Decimal("2.50"))
    (Decimal('50'), Decimal('2.5'))
    """
    whole = limit.to_integral_value()
    return whole if whole == limit else limit.normalize()


def _check_limits(target: Target) -> None:
    if target.unit not in HYDROXYVITAMIN_D_UNITS:
        raise TargetRefused.because(sentences.TARGET_UNIT)
    if target.low is None and target.high is None:
        raise TargetRefused.because(sentences.TARGET_NEEDS_A_BOUND)
    for limit in (target.low, target.high, target.alert_low, target.alert_high):
        if limit is not None:
            _check_limit(limit)


def _check_limit(limit: Decimal) -> None:
    if not limit.is_finite() or limit <= 0:
        raise TargetRefused.because(sentences.TARGET_BOUND_NOT_POSITIVE)
    if limit.adjusted() >= MOST_DIGITS or len(limit.as_tuple().digits) > MOST_DIGITS:
        raise TargetRefused.because(sentences.TARGET_BOUND_TOO_LONG, most=MOST_DIGITS)


def _check_order(target: Target) -> None:
    if crosses(target.low, target.high):
        raise TargetRefused.because(sentences.TARGET_BOUNDS_CROSS)
    outwards = (
        (target.alert_low, target.low),
        (target.alert_low, target.high),
        (target.low, target.alert_high),
        (target.high, target.alert_high),
    )
    is_inside = any(crosses(lower, upper) for lower, upper in outwards)
    if is_inside or (target.has_alert and target.alert_low == target.alert_high):
        raise TargetRefused.because(sentences.TARGET_ALERTS_CROSS)


def crosses(lower: Decimal | None, upper: Decimal | None) -> bool:
    return lower is not None and upper is not None and lower > upper


def _check_alert(target: Target) -> None:
    if target.has_alert and target.urgency is None:
        raise TargetRefused.because(sentences.TARGET_ALERT_NEEDS_URGENCY)
    if target.urgency is not None and not target.has_alert:
        raise TargetRefused.because(sentences.TARGET_URGENCY_NEEDS_ALERT)


def _check_author_and_dates(target: Target) -> None:
    if not target.set_by.strip():
        raise TargetRefused.because(sentences.TARGET_NEEDS_AUTHOR)
    if target.ends_on is not None and target.ends_on < target.starts_on:
        raise TargetRefused.because(sentences.TARGET_DATES_CROSS)
    if target.set_at.tzinfo is None:
        raise TypeError("set_at must carry a time zone")
