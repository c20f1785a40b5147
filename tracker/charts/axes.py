"""A true time axis and a value axis that starts at zero, with sensible ticks."""

import math
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tracker.charts.values import Words

SHORTEST_SPAN_DAYS = 6
THOUSANDS_FROM = 10_000
_MONTH_STEPS = (1, 2, 3, 6)
_YEAR_STEPS = (1, 2, 5, 10, 20, 50, 100)
_DAY_STEPS = (1, 2, 7, 14)
_DAYS_OF_MONTH, _DAYS_OF_YEAR = 30.4, 365.25


class Tick(NamedTuple):
    """A place on an axis and what is written there; ``major`` starts a year."""

    at: float
    words: str
    major: bool = True


class TimeAxis(NamedTuple):
    """Days to pixels; a day stands at its start."""

    first_day: int
    last_day: int
    left: float
    right: float
    per_day: float

    def x(self, day: date) -> float:
        """Return where the day stands, whether or not it is in view."""
        return self.left + (day.toordinal() - self.first_day) * self.per_day

    def xs(self, ordinals: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where many days stand, given as ordinals."""
        return self.left + (ordinals - float(self.first_day)) * self.per_day

    def x_in_view(self, day: date) -> float:
        """Return where the day stands, moved to the nearer edge if outside."""
        return min(max(self.x(day), self.left), self.right)


def time_axis(
    days: Iterable[date],
    left: float,
    right: float,
    pad_before: float,
    pad_after: float,
) -> TimeAxis:
    """Return the axis that shows all the days, padded in pixels."""
    numbers = [day.toordinal() for day in days]
    first, last = min(numbers), max(numbers)
    missing = SHORTEST_SPAN_DAYS - (last - first)
    if missing > 0:
        first, last = first - (missing + 1) // 2, last + missing // 2
    per_day = (right - left - pad_before - pad_after) / (last - first)
    first = max(first - math.ceil(pad_before / per_day), 1)
    last = min(last + math.ceil(pad_after / per_day), date.max.toordinal() - 1)
    return TimeAxis(first, last, left, right, (right - left) / (last - first))


def time_ticks(axis: TimeAxis, words: Words, room: float) -> list[Tick]:
    """Return ticks at the starts of years, months or days, ``room`` apart."""
    first, last = date.fromordinal(axis.first_day), date.fromordinal(axis.last_day)
    for step in _DAY_STEPS:
        if step * axis.per_day >= room:
            return _worded(axis, words, _days(first, last, step), by_day=True)
    for step in _MONTH_STEPS:
        if step * _DAYS_OF_MONTH * axis.per_day >= room:
            return _worded(axis, words, _months(first, last, step), by_day=False)
    for step in _YEAR_STEPS:
        if step * _DAYS_OF_YEAR * axis.per_day >= room:
            break
    return [
        Tick(axis.x(day), str(day.year)) for day in _years(first, last, step)
    ] or _worded(axis, words, [first], by_day=True)


def _worded(
    axis: TimeAxis, words: Words, days: list[date], *, by_day: bool
) -> list[Tick]:
    ticks: list[Tick] = []
    year = None
    for day in days:
        name = words.months[day.month - 1]
        label = words.day_of_month % {"day": day.day, "month": name} if by_day else name
        new_year = day.year != year
        year = day.year
        label = f"{label}\n{year}" if new_year else label
        ticks.append(Tick(axis.x(day), label, new_year))
    return ticks


def _days(first: date, last: date, step: int) -> list[date]:
    days = (last - first).days
    return [first + timedelta(days=n) for n in range(0, days + 1, step)]


def _months(first: date, last: date, step: int) -> list[date]:
    starts = (
        date(month // 12, month % 12 + 1, 1)
        for month in range(first.year * 12 + first.month - 1, last.year * 12 + 12)
        if month % 12 % step == 0
    )
    return [day for day in starts if first <= day <= last]


def _years(first: date, last: date, step: int) -> Iterator[date]:
    for year in range(-(-first.year // step) * step or 1, last.year + 1, step):
        if first <= date(year, 1, 1) <= last:
            yield date(year, 1, 1)


class ValueAxis(NamedTuple):
    """Values to pixels; zero lies at the bottom."""

    top: float
    bottom: float
    highest: float
    step: float

    def y(self, value: float | Decimal) -> float:
        """Return the height of a value."""
        return self.bottom - float(value) * ((self.bottom - self.top) / self.highest)

    def ys(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the heights of many values."""
        return self.bottom - values * ((self.bottom - self.top) / self.highest)

    def y_in_view(self, value: float | Decimal) -> float:
        """Return the height of a value, moved to the nearer edge if outside."""
        return min(max(self.y(value), self.top), self.bottom)


def value_axis(highest: float, top: float, bottom: float, most_ticks: int) -> ValueAxis:
    """Return the axis from zero to a round number above the highest value."""
    step = round_step(highest, most_ticks)
    half = step / 2
    return ValueAxis(top, bottom, math.ceil(highest / half) * half, step)


def round_step(highest: float, most_ticks: int) -> float:
    """Return the smallest of 1, 2, 2.5, 5 times a power of ten that suffices."""
    least = highest / most_ticks
    power = 10.0 ** math.floor(math.log10(least))
    return next(f * power for f in (1.0, 2.0, 2.5, 5.0, 10.0) if f * power >= least)


def value_ticks(axis: ValueAxis, decimal_mark: str) -> list[Tick]:
    """Return the ticks of the chart's own unit."""
    return scale_ticks(axis, axis.highest, axis.step, decimal_mark)


def other_ticks(
    axis: ValueAxis, factor: float, most_ticks: int, decimal_mark: str
) -> list[Tick]:
    """Return round ticks of the other unit, at their true heights."""
    highest = axis.highest * factor
    step = round_step(highest, most_ticks)
    return scale_ticks(axis, highest, step, decimal_mark)


def scale_ticks(
    axis: ValueAxis, highest: float, step: float, decimal_mark: str
) -> list[Tick]:
    """Return a tick at each multiple of the step up to the highest value."""
    height = (axis.bottom - axis.top) / highest
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    decimals += round(step * 10**decimals, 6) % 1 > 0
    return [
        Tick(
            axis.bottom - n * step * height,
            number(n * step, decimals, decimal_mark),
        )
        for n in range(int(highest / step + 1e-9) + 1)
    ]


def number(value: float, decimals: int, decimal_mark: str) -> str:
    """Return the number, thousands set apart where it is long."""
    mark = "," if value >= THOUSANDS_FROM else ""
    written = f"{value:{mark}.{decimals}f}"
    whole, _, fraction = written.partition(".")
    whole = whole.replace(",", "\u202f")
    return f"{whole}{decimal_mark}{fraction}" if fraction else whole
