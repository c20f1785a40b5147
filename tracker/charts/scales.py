"""The plot's place on the sheet, its scales, its grid."""

from datetime import date

from tracker.charts.axes import (
    Tick,
    ValueAxis,
    other_ticks,
    time_axis,
    time_ticks,
    value_axis,
    value_ticks,
)
from tracker.charts.notes import Heading, lay_notes
from tracker.charts.placing import Box, Drawn
from tracker.charts.results import LONGEST_VALUE, latest_of
from tracker.charts.sheet import Sheet
from tracker.charts.strip import lane_label_width
from tracker.charts.style import Ink
from tracker.charts.targets import BRACKET_ROOM, label_width
from tracker.charts.typography import clean, width_of
from tracker.charts.values import TrendChart

HIGHEST_OF_AN_EMPTY_CHART = 100.0
MOST_VALUE_TICKS = 7
_HEADROOM = 1.07
_OPEN_HEADROOM = 1.3
_FROM_SCALE = 9.0
ROOMY_RESULTS = 60
_WIDEST_GUTTER = 0.16
_AROUND_MARKS = 9.0


def lay_scales(sheet: Sheet) -> None:
    """Find the plot's place between its scales, under heading and notes."""
    sizes = sheet.sizes
    scale = value_axis(_highest(sheet.chart), 0, sizes.plot_height, MOST_VALUE_TICKS)
    left, right = _left(sheet, scale), _right(sheet, scale)
    chart = sheet.chart
    days = [chart.starts_on, chart.ends_on, *_ends(chart)]
    around = sizes.mark + _AROUND_MARKS
    sheet.times = time_axis(days, left, right, around, around + _room_for_latest(sheet))
    sheet.plot = Box(left, 0, right, 0)
    boundaries = lay_notes(sheet, _headings(sheet))
    sheet.plot = Box(left, sheet.y, right, sheet.y + sizes.plot_height)
    sheet.values = scale._replace(top=sheet.plot.top, bottom=sheet.plot.bottom)
    sheet.drawn = Drawn(sheet.plot)
    for x, top in boundaries:
        sheet.drawn.add_box(Box(x - 2, sheet.plot.top, x + 2, sheet.plot.bottom))
        sheet.rule(x, top, x, sheet.plot.bottom, Ink.MUTED, width=1.4, dash=(1.5, 3.5))


def _ends(chart: TrendChart) -> tuple[date, ...]:
    """Return the days of the first and the last result; nothing without one."""
    days = [point.collected_on for point in chart.points]
    return (min(days), max(days)) if days else ()


def _room_for_latest(sheet: Sheet) -> float:
    """Return room after the last day: among many results no other place is free."""
    points = sheet.chart.points
    if len(points) < ROOMY_RESULTS:
        return 0.0
    latest = clean(latest_of(points).label, LONGEST_VALUE)
    return width_of(latest, sheet.sizes.latest, bold=True) + _AROUND_MARKS


def _highest(chart: TrendChart) -> float:
    values = [point.value for point in chart.points]
    found = [float(max(values)) * _HEADROOM] if values else []
    for step in chart.targets:
        if step.high is not None:
            found.append(float(step.high) * _HEADROOM)
        elif step.low is not None:
            found.append(float(step.low) * _OPEN_HEADROOM)
    if chart.shows_intervals:
        limits = [limit for point in chart.points for limit in point.interval or ()]
        found += [float(limit) * _HEADROOM for limit in limits if limit is not None]
    highest = max(found, default=0.0)
    return highest if highest > 0 else HIGHEST_OF_AN_EMPTY_CHART


def _left(sheet: Sheet, scale: ValueAxis) -> float:
    ticks = value_ticks(scale, sheet.chart.words.decimal_mark)
    widest = max(width_of(tick.words, sheet.sizes.tick) for tick in ticks)
    lanes = min(lane_label_width(sheet), sheet.width * _WIDEST_GUTTER)
    return sheet.left + max(widest, lanes) + _FROM_SCALE


def _right(sheet: Sheet, scale: ValueAxis) -> float:
    names = label_width(sheet)
    beside = names + BRACKET_ROOM + _FROM_SCALE if names else 0.0
    return sheet.right - beside - other_scale_width(sheet, scale)


def other_scale_width(sheet: Sheet, scale: ValueAxis) -> float:
    """Return the room of the quiet second scale; zero where there is none."""
    ticks = _other_ticks(sheet, scale)
    if not ticks:
        return 0.0
    return _FROM_SCALE + max(width_of(t.words, sheet.sizes.tick) for t in ticks)


def _other_ticks(sheet: Sheet, scale: ValueAxis) -> list[Tick]:
    chart = sheet.chart
    if not chart.other_unit or not chart.other_unit_factor:
        return []
    factor = float(chart.other_unit_factor)
    return other_ticks(scale, factor, MOST_VALUE_TICKS, chart.words.decimal_mark)


def _headings(sheet: Sheet) -> list[Heading]:
    chart = sheet.chart
    unit = clean(chart.words.value_axis % {"unit": chart.unit})
    headings = [Heading(sheet.left, unit, Ink.INK)]
    if chart.other_unit and chart.other_unit_factor:
        other = clean(chart.other_unit)
        beside = sheet.plot.right + _FROM_SCALE
        last = sheet.right - width_of(other, sheet.sizes.tick)
        headings.append(Heading(min(beside, last), other, Ink.MUTED))
    return headings


def draw_value_scales(sheet: Sheet) -> None:
    """Draw a quiet line at each value, the number beside it."""
    plot, size = sheet.plot, sheet.sizes.tick
    for tick in value_ticks(sheet.values, sheet.chart.words.decimal_mark):
        is_zero = tick.at >= plot.bottom
        ink = Ink.AXIS if is_zero else Ink.RULE
        sheet.rule(plot.left, tick.at, plot.right, tick.at, ink)
        sheet.write_number(
            plot.left - _FROM_SCALE,
            tick.at + size * 0.36,
            tick.words,
            size=size,
            ink=Ink.INK,
            anchor="end",
        )
    for tick in _other_ticks(sheet, sheet.values):
        sheet.rule(plot.right, tick.at, plot.right + 4, tick.at, Ink.AXIS)
        sheet.write_number(
            plot.right + _FROM_SCALE,
            tick.at + size * 0.36,
            tick.words,
            size=size,
            ink=Ink.MUTED,
            anchor="start",
        )


def lay_time_scale(sheet: Sheet) -> list[float]:
    """
    Write the days under the plot; returns where the ticks are.

    A label stands to the right of its tick, because that is where its year,
    month or day lies.
    """
    plot, size = sheet.plot, sheet.sizes.tick
    ticks = time_ticks(sheet.times, sheet.chart.words, sheet.sizes.tick_room)
    deepest = 1
    drawn = []
    for tick in ticks:
        lines = tick.words.split("\n")
        widest = max(width_of(line, size) for line in lines)
        if tick.at + 5 + widest > plot.right + 5:
            continue
        drawn.append(tick.at)
        sheet.rule(tick.at, plot.bottom, tick.at, plot.bottom + size + 4, Ink.AXIS)
        deepest = max(deepest, len(lines))
        for number, line in enumerate(lines):
            y = plot.bottom + (number + 1) * (size + 4) - 1
            sheet.write_number(
                tick.at + 5,
                y,
                line,
                size=size,
                ink=Ink.INK if number == len(lines) - 1 and tick.major else Ink.MUTED,
                anchor="start",
            )
    sheet.y = plot.bottom + deepest * (size + 4)
    _write_axis_words(sheet)
    return drawn


def _write_axis_words(sheet: Sheet) -> None:
    chart, size = sheet.chart, sheet.sizes.note
    axis, hidden = clean(chart.words.date_axis), clean(chart.hidden_words)
    sheet.y += size + 5
    sheet.write(sheet.plot.right, sheet.y, axis, size=size, anchor="end")
    if not hidden:
        return
    room = sheet.plot.right - sheet.plot.left - width_of(axis, size) - 12
    if width_of(hidden, size, bold=True) > room:
        sheet.y += sheet.sizes.line
    sheet.write(sheet.plot.left, sheet.y, hidden, size=size, ink=Ink.INK, bold=True)
