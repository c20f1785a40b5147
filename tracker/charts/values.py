"""
What a trend chart is made from: finished values and finished words.

A caller has already converted every value into the chart's unit, judged it,
put it into a comparable segment and translated every word. Nothing here looks
anything up, and nothing here is drawn.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from labs.domain.flags import Position

Interval = tuple[Decimal | None, Decimal | None]
Shading = tuple[date, date, str]


class TrendPoint(NamedTuple):
    """
    One result.

    ``label`` is the value as a person reads it in the chart's unit, comparator
    included ("67", "<4"); ``detail`` says all that a reader who points at the
    mark should learn. Results of one ``segment`` are joined by a line; a
    censored result never is. ``hollow`` means preliminary.
    """

    collected_on: date
    value: Decimal
    position: Position
    label: str
    comparator: str | None = None
    detail: str = ""
    hollow: bool = False
    segment: int = 0
    result_id: str = ""
    laboratory: str = ""
    interval: Interval | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetStep:
    """
    A range that a clinician set, from one day to another (both inclusive).

    An open side is None. Of two steps that overlap, the later start ends the
    earlier one. ``lines`` name it: the range, the author, the day.
    """

    low: Decimal | None
    high: Decimal | None
    starts_on: date
    ends_on: date | None = None
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """A day from which results are not compared with those before it."""

    on: date
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementBar:
    """One supplement period as it was logged; ``ends_on`` None is still taken."""

    lane: str
    starts_on: date
    ends_on: date | None
    words: str
    bolus: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedEvent:
    """Something that the patient noted, of a day or of days; never interpreted."""

    on: date
    words: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Every word that the chart itself adds; templates use ``%(name)s``."""

    value_axis: str = "25(OH)D, %(unit)s"
    date_axis: str = "Collection date"
    within: str = "within target"
    below: str = "below target"
    above: str = "above target"
    cannot_tell: str = "cannot tell"
    no_target: str = "no target then"
    not_compared: str = "not compared"
    preliminary: str = "preliminary"
    limit_of_test: str = "limit of the test"
    less_than: str = "less than %(value)s"
    at_most: str = "%(value)s or less"
    at_least: str = "%(value)s or more"
    more_than: str = "more than %(value)s"
    event: str = "noted event"
    target: str = "target range"
    supplements: str = "Supplements, as logged"
    bolus: str = "single dose"
    latest: str = "Latest"
    interval: str = "Laboratory's interval"
    decimal_mark: str = "."
    day: str = "%(day)s %(month)s %(year)s"
    day_of_month: str = "%(day)s %(month)s"
    months: tuple[str, ...] = (
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "May",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Oct",
        "Nov",
        "Dec",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendChart:
    """
    Everything that one trend chart shows.

    ``other_unit_factor`` is how many of the other unit one of ``unit`` makes
    (nmol/L to ng/mL: about 0.4). ``shading`` are season stripes, explained once
    by ``shading_words``. ``hidden_words`` says how many results a range or a
    filter keeps out of sight; ``empty_words`` stands where there is no result.
    ``notes`` are whole sentences that stand small at the foot.
    """

    title: str
    unit: str
    starts_on: date
    ends_on: date
    subtitle: str = ""
    patient_line: str = ""
    other_unit: str | None = None
    other_unit_factor: Decimal | None = None
    points: tuple[TrendPoint, ...] = ()
    targets: tuple[TargetStep, ...] = ()
    boundaries: tuple[Boundary, ...] = ()
    bars: tuple[SupplementBar, ...] = ()
    events: tuple[DatedEvent, ...] = ()
    shading: tuple[Shading, ...] = ()
    shading_words: str = ""
    shows_intervals: bool = False
    hidden_words: str = ""
    empty_words: str = ""
    notes: tuple[str, ...] = ()
    description: str = ""
    words: Words = Words()
    direction: Literal["ltr", "rtl"] = "ltr"
