"""
Calcium, PTH and their kin, one small panel each, on the days of the trend above them.

Every test and every unit has a panel and a scale of its own: total and ionised calcium
never share one, and nothing is converted. A result is shown with the interval that its
own report printed and with no other; where none was printed, none is drawn.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from labs.domain.companions import IntervalPosition
from tracker.charts.axes import TimeAxis, number, round_step, time_ticks
from tracker.charts.page import Page, page_of
from tracker.charts.results import limit_shape
from tracker.charts.scene import About, Item, Marks, Rect, Scene, Shape, Stroke
from tracker.charts.style import WIDE, Ink
from tracker.charts.svg import write_svg
from tracker.charts.trend import times_of
from tracker.charts.typography import LONGEST_DETAIL, clean, width_of
from tracker.charts.values import Interval, TrendChart

PANEL_HEIGHT = 62.0
MOST_TICKS = 4
_MARK = 4.6
_BAR = 9.0
_AROUND = 0.16  # of the span of values, so that no mark lies on an edge
_LOOKS = {
    IntervalPosition.ABOVE: (Shape.TRIANGLE_UP, Ink.ABOVE),
    IntervalPosition.BELOW: (Shape.TRIANGLE_DOWN, Ink.BELOW),
    IntervalPosition.WITHIN: (Shape.DOT, Ink.LINE),
    IntervalPosition.UNKNOWN: (Shape.DOT, Ink.LINE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanionPoint:
    """One result; ``position`` is towards the interval of its own report."""

    collected_on: date
    value: Decimal
    label: str
    position: IntervalPosition
    interval: Interval | None = None
    comparator: str | None = None
    hollow: bool = False
    segment: int = 0
    detail: str = ""
    result_id: str = ""
    laboratory: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanionSeries:
    """One test in one unit, oldest result first."""

    name: str
    unit: str
    points: tuple[CompanionPoint, ...]

    @property
    def is_its_own_unit(self) -> bool:
        """Whether the name says the unit as well, as "INR" does."""
        return self.name == self.unit


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanionChart:
    """The panels, and the trend whose days and width they share."""

    title: str
    trend: TrendChart
    series: tuple[CompanionSeries, ...]
    subtitle: str = ""
    description: str = ""
    interval_words: str = "interval printed with the result"
    above_words: str = "above its own interval"
    below_words: str = "below its own interval"
    hidden_words: str = ""


class _Panel(NamedTuple):
    top: float
    lowest: float
    step: float
    per_unit: float

    @property
    def bottom(self) -> float:
        return self.top + PANEL_HEIGHT

    def y(self, value: float | Decimal) -> float:
        return self.bottom - (float(value) - self.lowest) * self.per_unit


def companions_svg(
    chart: CompanionChart, *, inline: bool = True, width: int = WIDE
) -> str:
    """Return the panels as SVG."""
    scene = compose_companions(chart, width=width, described=inline)
    return write_svg(scene, inline=inline)


def compose_companions(
    chart: CompanionChart, *, width: int = WIDE, described: bool = False
) -> Scene:
    """Lay the panels out under each other; ``described`` gives marks their words."""
    page = page_of(width, chart.trend.direction)
    page.head(chart.title, chart.subtitle)
    times = times_of(chart.trend, width=width)
    shown = [series for series in chart.series if series.points]
    for series in shown:
        _lay_panel(page, chart, series, times, described=described)
    if shown:
        _write_days(page, chart, times)
        _lay_key(page, chart, shown)
    return page.scene(chart.title, chart.description)


# One panel ----------------------------------------------------------------------------


def _lay_panel(
    page: Page,
    chart: CompanionChart,
    series: CompanionSeries,
    times: TimeAxis,
    *,
    described: bool,
) -> None:
    sizes = page.sizes
    page.y += sizes.line * 1.7
    _write_names(page, series, times)
    panel = _panel_of(series.points, page.y + 9)
    _shade_seasons(page, chart.trend, panel, times)
    _write_scale(page, chart.trend, panel, times)
    page.items += [
        bar for point in series.points for bar in _interval_bar(point, panel, times)
    ]
    page.items += _lines(series.points, panel, times)
    page.marks += [
        _mark(series, point, panel, times, described=described)
        for point in series.points
    ]
    page.y = panel.bottom


def _write_names(page: Page, series: CompanionSeries, times: TimeAxis) -> None:
    """Write the test and its unit over the panel, the latest value opposite."""
    size = page.sizes.body
    latest = series.points[-1].label
    if not series.is_its_own_unit:
        latest += f" {series.unit}"
    width = width_of(clean(latest), size, bold=True)
    left = page.left if page.is_narrow else times.left
    page.write(
        left,
        page.y,
        series.name if series.is_its_own_unit else f"{series.name}, {series.unit}",
        size=size,
        ink=Ink.INK,
        room=times.right - left - width - 16,
    )
    page.write(
        times.right, page.y, latest, size=size, ink=Ink.INK, bold=True, anchor="end"
    )


def _panel_of(points: Sequence[CompanionPoint], top: float) -> _Panel:
    """Return a scale that shows every value and every interval; it need not be zero."""
    limits = [limit for point in points for limit in point.interval or ()]
    found = [float(each) for each in limits if each is not None]
    found += [float(point.value) for point in points]
    lowest, highest = min(found), max(found)
    room = (highest - lowest or abs(highest) or 1.0) * _AROUND
    lowest, highest = max(lowest - room, 0.0), highest + room
    per_unit = PANEL_HEIGHT / (highest - lowest)
    return _Panel(top, lowest, round_step(highest - lowest, MOST_TICKS), per_unit)


def _shade_seasons(
    page: Page, trend: TrendChart, panel: _Panel, times: TimeAxis
) -> None:
    for starts_on, ends_on, _ in trend.shading:
        left, right = times.x_in_view(starts_on), times.x_in_view(ends_on)
        if right > left:
            page.block(left, panel.top, right - left, PANEL_HEIGHT, Ink.SEASON)


def _write_scale(page: Page, trend: TrendChart, panel: _Panel, times: TimeAxis) -> None:
    page.rule(times.left, panel.bottom, times.right, panel.bottom, Ink.AXIS)
    size, step = page.sizes.note, panel.step
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    decimals += round(step * 10**decimals, 6) % 1 > 0
    first = math.ceil(panel.lowest / step - 1e-9)
    highest = panel.lowest + PANEL_HEIGHT / panel.per_unit
    for count in range(first, math.floor(highest / step + 1e-9) + 1):
        y = panel.y(count * step)
        page.rule(times.left, y, times.right, y)
        words = number(count * step, decimals, trend.words.decimal_mark)
        page.write(
            times.left - 9,
            y + size * 0.36,
            words,
            size=size,
            ink=Ink.INK,
            anchor="end",
        )


def _interval_bar(point: CompanionPoint, panel: _Panel, times: TimeAxis) -> list[Item]:
    """Return the interval as a bar behind the mark; an open side has no edge."""
    if point.interval is None or point.interval == (None, None):
        return []
    low, high = point.interval
    x = times.x(point.collected_on)
    top = panel.top if high is None else panel.y(high)
    bottom = panel.bottom if low is None else panel.y(low)
    left, right = x - _BAR / 2, x + _BAR / 2
    drawn: list[Item] = [Rect(left, top, _BAR, max(bottom - top, 1.0), Ink.BAR)]
    for limit, edge in ((high, top), (low, bottom)):
        if limit is not None:
            drawn.append(Stroke(((left, edge), (right, edge)), Ink.INTERVAL, 1.2))
    return drawn


def _lines(
    points: Sequence[CompanionPoint], panel: _Panel, times: TimeAxis
) -> list[Item]:
    """Join neighbours of one laboratory and method, straight; none that is censored."""
    drawn: list[Item] = []
    for (is_exact, _), run in groupby(points, key=_kind):
        spots = [(times.x(each.collected_on), panel.y(each.value)) for each in run]
        if is_exact and len(spots) > 1:
            drawn.append(Stroke(spots, Ink.LINE, 1.3))
    return drawn


def _kind(point: CompanionPoint) -> tuple[bool, int]:
    return point.comparator is None, point.segment


def _mark(
    series: CompanionSeries,
    point: CompanionPoint,
    panel: _Panel,
    times: TimeAxis,
    *,
    described: bool,
) -> Marks:
    shape, ink = _LOOKS[point.position]
    if point.comparator:
        shape = limit_shape(point.comparator)
        shape = Shape.LESS_THAN_SHORT if shape is Shape.LESS_THAN else shape
    spot = (times.x(point.collected_on), panel.y(point.value))
    about = (_about(series, point),) if described else ()
    return Marks(shape, _MARK, ink, point.hollow, (spot,), about)


def _about(series: CompanionSeries, point: CompanionPoint) -> About:
    words = point.detail or f"{series.name}: {point.label} {series.unit}"
    return About(
        result_id=clean(point.result_id),
        collected_on=point.collected_on.isoformat(),
        label=clean(f"{point.label} {series.unit}"),
        detail=clean(words, LONGEST_DETAIL),
        laboratory=clean(point.laboratory),
        interval="",
        interval_span=None,
    )


# Below the panels ---------------------------------------------------------------------


def _write_days(page: Page, chart: CompanionChart, times: TimeAxis) -> None:
    size = page.sizes.tick
    lines = 1
    for tick in time_ticks(times, chart.trend.words, page.sizes.tick_room):
        words = tick.words.split("\n")
        widest = max(width_of(line, size) for line in words)
        if tick.at + 5 + widest > times.right + 5:
            continue
        lines = max(lines, len(words))
        page.rule(tick.at, page.y, tick.at, page.y + size + 4, Ink.AXIS)
        for count, line in enumerate(words, start=1):
            y = page.y + count * (size + 4) - 1
            page.write(tick.at + 5, y, line, size=size, ink=Ink.INK)
    page.y += lines * (size + 4)
    if chart.hidden_words:
        page.y += page.sizes.line
        hidden = chart.hidden_words
        page.write(times.left, page.y, hidden, size=page.sizes.note, ink=Ink.INK)


def _lay_key(
    page: Page, chart: CompanionChart, shown: Sequence[CompanionSeries]
) -> None:
    """Explain what occurs: the bar of an interval, and what lies outside its own."""
    points = [point for series in shown for point in series.points]
    page.y += page.sizes.line * 1.4
    x = page.left
    if any(point.interval not in (None, (None, None)) for point in points):
        page.block(x + 2, page.y - 12, _BAR, 14, Ink.BAR)
        for edge in (page.y - 12, page.y + 2):
            page.rule(x + 2, edge, x + 2 + _BAR, edge, Ink.INTERVAL)
        x = _key_words(page, x, chart.interval_words)
    for position, words in (
        (IntervalPosition.ABOVE, chart.above_words),
        (IntervalPosition.BELOW, chart.below_words),
    ):
        if any(point.position is position for point in points):
            shape, ink = _LOOKS[position]
            if x + 21 + width_of(clean(words), page.sizes.note) > page.right:
                x = page.left
                page.y += page.sizes.line + 4
            spot = (x + 2 + _BAR / 2, page.y - 5)
            page.items.append(Marks(shape, _MARK, ink, False, (spot,)))  # noqa: FBT003
            x = _key_words(page, x, words)


def _key_words(page: Page, x: float, words: str) -> float:
    size = page.sizes.note
    page.write(x + 21, page.y, words, size=size, room=page.right - x - 21)
    return x + 21 + width_of(clean(words), size) + 20
