"""
How often a product is recorded as taken, and how many intakes that makes.

A schedule describes what somebody recorded. Nothing here says what ought to be taken,
and no schedule is rated.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from labs.domain.sentences import N_, Refused, Sentence

DAYS_A_WEEK = 7
DAYS_A_FORTNIGHT = 14
DAYS_OF_A_MONTHLY_CYCLE = 30  # "monthly >= 60 d" is two cycles: facts 9
MOST_TIMES_A_DAY = 24
MOST_DAYS_BETWEEN = 366

NEEDS_WEEKDAYS = N_("Choose at least one weekday.")
WEEKDAYS_ONLY_FOR_WEEKDAYS = N_("Weekdays belong to a schedule by weekdays only.")
WEEKDAY_UNKNOWN = N_("A weekday is a number from 0 (Monday) to 6 (Sunday).")
TIMES_A_DAY_OUT_OF_RANGE = N_("Times a day is a number from 1 to %(most)s.")
DAYS_BETWEEN_OUT_OF_RANGE = N_("Every how many days is a number from 1 to %(most)s.")
COUNT_NOT_USED = N_("This schedule has no number to choose.")
PAUSE_DATES_CROSS = N_("A pause cannot end before it starts.")
SPAN_DATES_CROSS = N_("The last day cannot come before the first.")

EVERY_DAY = N_("every day")
TIMES_EVERY_DAY = N_("%(count)s times a day")
EVERY_SO_MANY_DAYS = N_("every %(count)s days")
ON_WEEKDAYS = N_("on %(weekdays)s")
EVERY_WEEK = N_("once a week")
EVERY_FORTNIGHT = N_("every two weeks")
EVERY_MONTH = N_("once a month")
ONCE = N_("once")
WHEN_NEEDED = N_("as needed")
IN_CLINIC = N_("given in a clinic")
WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
LIST_OF_TWO = N_("%(first)s, %(rest)s")


class ScheduleRefused(Refused):
    """A schedule, pause or span of days that cannot be."""


class ScheduleKind(StrEnum):
    """How the days of intake follow one another."""

    DAILY = "daily"
    TIMES_A_DAY = "times_a_day"
    EVERY_N_DAYS = "every_n_days"
    WEEKDAYS = "weekdays"
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"
    SINGLE = "single"
    AS_NEEDED = "as_needed"
    GIVEN_IN_CLINIC = "given_in_clinic"


WITHOUT_EXPECTATION = frozenset({ScheduleKind.AS_NEEDED, ScheduleKind.GIVEN_IN_CLINIC})
EVENTS_ONLY = WITHOUT_EXPECTATION | {ScheduleKind.SINGLE}
EVERY_DAY_KINDS = frozenset({ScheduleKind.DAILY, ScheduleKind.TIMES_A_DAY})


@dataclass(frozen=True, slots=True)
class Schedule:
    """A kind with its number (times a day, or every how many days) or its weekdays."""

    kind: ScheduleKind
    count: int = 1
    weekdays: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        self._check_count()
        self._check_weekdays()

    def _check_count(self) -> None:
        match self.kind:
            case ScheduleKind.TIMES_A_DAY:
                most, template = MOST_TIMES_A_DAY, TIMES_A_DAY_OUT_OF_RANGE
            case ScheduleKind.EVERY_N_DAYS:
                most, template = MOST_DAYS_BETWEEN, DAYS_BETWEEN_OUT_OF_RANGE
            case _:
                most, template = 1, COUNT_NOT_USED
        if not 1 <= self.count <= most:
            raise ScheduleRefused.because(template, most=most)

    def _check_weekdays(self) -> None:
        if self.kind is not ScheduleKind.WEEKDAYS:
            if self.weekdays:
                raise ScheduleRefused.because(WEEKDAYS_ONLY_FOR_WEEKDAYS)
            return
        if not self.weekdays:
            raise ScheduleRefused.because(NEEDS_WEEKDAYS)
        if not self.weekdays <= set(range(DAYS_A_WEEK)):
            raise ScheduleRefused.because(WEEKDAY_UNKNOWN)

    @property
    def is_daily(self) -> bool:
        """Whether every calendar day holds an intake."""
        return (
            self.kind in EVERY_DAY_KINDS
            or (self.kind is ScheduleKind.EVERY_N_DAYS and self.count == 1)
            or len(self.weekdays) == DAYS_A_WEEK
        )

    @property
    def cycle_in_days(self) -> int:
        """The days after which the schedule repeats; events alone have no cycle: 1."""
        match self.kind:
            case ScheduleKind.EVERY_N_DAYS:
                return self.count
            case ScheduleKind.WEEKDAYS:
                return DAYS_A_WEEK
            case ScheduleKind.MONTHLY:
                return DAYS_OF_A_MONTHLY_CYCLE
            case _:
                return _FIXED_CYCLES.get(self.kind, 1)

    def described(self) -> Sentence:
        """Return the schedule in words, as part of another sentence."""
        match self.kind:
            case ScheduleKind.TIMES_A_DAY:
                return Sentence(TIMES_EVERY_DAY, {"count": self.count})
            case ScheduleKind.EVERY_N_DAYS:
                return Sentence(EVERY_SO_MANY_DAYS, {"count": self.count})
            case ScheduleKind.WEEKDAYS:
                names = [Sentence(WEEKDAYS[day]) for day in sorted(self.weekdays)]
                return Sentence(ON_WEEKDAYS, {"weekdays": listed(names)})
            case _:
                return Sentence(_PLAIN_WORDS[self.kind])


_FIXED_CYCLES = {
    ScheduleKind.WEEKLY: DAYS_A_WEEK,
    ScheduleKind.FORTNIGHTLY: DAYS_A_FORTNIGHT,
}
_PLAIN_WORDS = {
    ScheduleKind.DAILY: EVERY_DAY,
    ScheduleKind.WEEKLY: EVERY_WEEK,
    ScheduleKind.FORTNIGHTLY: EVERY_FORTNIGHT,
    ScheduleKind.MONTHLY: EVERY_MONTH,
    ScheduleKind.SINGLE: ONCE,
    ScheduleKind.AS_NEEDED: WHEN_NEEDED,
    ScheduleKind.GIVEN_IN_CLINIC: IN_CLINIC,
}


def listed(parts: list[Sentence]) -> Sentence:
    """
    Join one part or more with commas, each still to be translated.

    >>> str(listed([Sentence("Monday"), Sentence("Friday")]))
    'Monday, Friday'
    """
    first, *rest = parts
    if not rest:
        return first
    return Sentence(LIST_OF_TWO, {"first": first, "rest": listed(rest)})


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which nothing is expected, both ends included; None is still paused."""

    starts_on: date
    ends_on: date | None = None

    def __post_init__(self) -> None:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise ScheduleRefused.because(PAUSE_DATES_CROSS)

    def covers(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class Span:
    """Calendar days from the first to the last, both included."""

    starts_on: date
    ends_on: date

    def __post_init__(self) -> None:
        if self.ends_on < self.starts_on:
            raise ScheduleRefused.because(SPAN_DATES_CROSS)

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days + 1

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    def overlap(self, starts_on: date, ends_on: date | None) -> "Span | None":
        """Return the days shared with another stretch; None where there are none."""
        first = max(self.starts_on, starts_on)
        last = self.ends_on if ends_on is None else min(self.ends_on, ends_on)
        return Span(first, last) if first <= last else None


def expected_intakes(
    schedule: Schedule,
    start: date,
    end: date,
    *,
    anchor: date | None = None,
    pauses: tuple[Pause, ...] = (),
) -> int:
    """
    Return how many intakes the schedule makes from start to end, both included.

    The anchor is the first day of the schedule, from which every n days, weeks and
    months are counted (default: start); a pause does not move it. Days before the
    anchor expect nothing. "As needed" and "given in clinic" expect nothing at all.

    >>> expected_intakes(
    ...     Schedule(ScheduleKind.WEEKLY), date(2026, 3, 4), date(2026, 3, 31)
    ... )
    4
    """
    if schedule.kind in WITHOUT_EXPECTATION:
        return 0
    first_day = start if anchor is None else anchor
    return sum(
        _expected(schedule, first_day, span)
        for span in _unpaused(max(start, first_day), end, pauses)
    )


def _unpaused(start: date, end: date, pauses: tuple[Pause, ...]) -> Iterator[Span]:
    """Yield the stretches of start to end that no pause covers, in order."""
    cursor = start
    for pause in sorted(pauses, key=lambda pause: pause.starts_on):
        last = min(end, pause.starts_on - timedelta(days=1))
        if cursor <= last:
            yield Span(cursor, last)
        if pause.ends_on is None:
            return
        cursor = max(cursor, pause.ends_on + timedelta(days=1))
    if cursor <= end:
        yield Span(cursor, end)


def _expected(schedule: Schedule, anchor: date, span: Span) -> int:
    match schedule.kind:
        case ScheduleKind.DAILY | ScheduleKind.TIMES_A_DAY:
            return span.days * schedule.count
        case ScheduleKind.WEEKDAYS:
            return _on_weekdays(schedule.weekdays, span)
        case ScheduleKind.MONTHLY:
            return _monthly(anchor, span)
        case ScheduleKind.SINGLE:
            return int(anchor in span)
        case _:
            return _every(
                _FIXED_CYCLES.get(schedule.kind, schedule.count), anchor, span
            )


def _every(days: int, anchor: date, span: Span) -> int:
    """Count the multiples of so many days after the anchor that lie in the span."""
    before = -(-(span.starts_on - anchor).days // days)
    upto = (span.ends_on - anchor).days // days
    return upto - before + 1


def _on_weekdays(weekdays: frozenset[int], span: Span) -> int:
    weeks, extra = divmod(span.days, DAYS_A_WEEK)
    first = span.starts_on.weekday()
    return weeks * len(weekdays) + sum(
        (first + offset) % DAYS_A_WEEK in weekdays for offset in range(extra)
    )


def _monthly(anchor: date, span: Span) -> int:
    """
    Count the same day of each month; in a shorter month its last day stands in.

    A product begun on 31 January is expected on 28 February and again on 31 March.
    """
    first = span.starts_on.year * 12 + span.starts_on.month - 1
    last = span.ends_on.year * 12 + span.ends_on.month - 1
    return sum(_day_in(month, anchor.day) in span for month in range(first, last + 1))


def _day_in(month: int, day: int) -> date:
    year, zero_based = divmod(month, 12)
    days_in_month = monthrange(year, zero_based + 1)[1]
    return date(year, zero_based + 1, min(day, days_in_month))
