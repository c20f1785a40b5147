"""
The stepped band of the ranges that clinicians set.

A band has no emphasised middle and is never interpolated. An open side has no
edge line. The range in force at the end of the chart is named beside the plot,
earlier ones in or under it.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from tracker.charts.placing import Box
from tracker.charts.scene import Stroke
from tracker.charts.sheet import Sheet
from tracker.charts.style import Ink
from tracker.charts.typography import clean, width_of
from tracker.charts.values import TargetStep

MOST_LINES = 4
BRACKET_ROOM = 12.0
_INSET = 7.0
_ONE_DAY = timedelta(days=1)


class Band(NamedTuple):
    """A target as it lies in the plot."""

    left: float
    right: float
    low: float | None
    high: float | None
    top: float
    bottom: float
    lines: tuple[str, ...]
    reaches_the_end: bool


def bands(sheet: Sheet) -> list[Band]:
    """Return the targets in view, each ended by the start of the next."""
    steps = sorted(sheet.chart.targets, key=lambda step: step.starts_on)
    following = [*(step.starts_on for step in steps[1:]), None]
    found = []
    for step, next_start in zip(steps, following, strict=False):
        left = sheet.times.x(step.starts_on)
        ends = [sheet.times.x(step.ends_on + _ONE_DAY)] if step.ends_on else []
        ends += [sheet.times.x(next_start)] if next_start else []
        right = min([*ends, sheet.plot.right])
        if max(left, sheet.plot.left) < right:
            found.append(_band(sheet, step, max(left, sheet.plot.left), right))
    return found


def _band(sheet: Sheet, step: TargetStep, left: float, right: float) -> Band:
    low = None if step.low is None else sheet.values.y_in_view(step.low)
    high = None if step.high is None else sheet.values.y_in_view(step.high)
    return Band(
        left,
        right,
        low,
        high,
        top=sheet.plot.top if high is None else high,
        bottom=sheet.plot.bottom if low is None else low,
        lines=tuple(clean(line) for line in step.lines[:MOST_LINES] if line),
        reaches_the_end=right >= sheet.times.x(sheet.chart.ends_on),
    )


def draw_bands(sheet: Sheet, found: list[Band]) -> None:
    """Fill each band; draw its limits, and none where a side is open."""
    for band in found:
        sheet.bands.append(
            sheet.block(band.left, band.top, band.right, band.bottom, Ink.BAND)
        )
        for limit in (band.high, band.low):
            if limit is not None:
                spots = ((band.left, limit), (band.right, limit))
                sheet.lines.append(Stroke(spots, Ink.TARGET, 1.25))
                sheet.drawn.add_box(Box(band.left, limit - 1, band.right, limit + 1))


def label_width(sheet: Sheet) -> float:
    """Return how much room the newest target's words need beside the plot."""
    if sheet.narrow or not sheet.chart.targets:
        return 0.0
    newest = max(sheet.chart.targets, key=lambda step: step.starts_on)
    widths = [
        width_of(clean(line), sheet.sizes.body, bold=number == 0)
        for number, line in enumerate(newest.lines[:MOST_LINES])
    ]
    return min(max(widths, default=0.0), sheet.width * 0.2)


def name_bands(sheet: Sheet, found: list[Band], beside: float) -> list[Band]:
    """
    Write the targets' names; ``beside`` is the x right of the value scales.

    Returns the bands whose names found no room and belong under the plot.
    """
    unnamed = []
    for band in found:
        if not band.lines:
            continue
        if band.reaches_the_end and not sheet.narrow:
            _name_beside(sheet, band, beside)
        elif sheet.narrow or not _name_inside(sheet, band):
            unnamed.append(band)
    return unnamed


def _name_beside(sheet: Sheet, band: Band, x: float) -> None:
    _bracket(sheet, band, x)
    line, size = sheet.sizes.line, sheet.sizes.body
    height = (len(band.lines) - 1) * line
    middle = (band.top + band.bottom) / 2 + size * 0.35 - height / 2
    highest = sheet.plot.top + size
    lowest = sheet.plot.bottom - height
    y = min(max(middle, highest), lowest)
    for number, words in enumerate(band.lines):
        sheet.write(
            x + BRACKET_ROOM,
            y + number * line,
            words,
            size=size,
            ink=Ink.TARGET if number == 0 else Ink.MUTED,
            bold=number == 0,
        )


def _bracket(sheet: Sheet, band: Band, x: float) -> None:
    spots = ((x, band.top), (x, band.bottom))
    sheet.lines.append(Stroke(spots, Ink.TARGET, 2.5))
    for limit, end, turn in ((band.high, band.top, 1), (band.low, band.bottom, -1)):
        if limit is None:
            head = ((x - 4, end + 6 * turn), (x, end), (x + 4, end + 6 * turn))
            sheet.lines.append(Stroke(head, Ink.TARGET, 2.0))


def _name_inside(sheet: Sheet, band: Band) -> bool:
    """Write the whole name on one line or on several; say if there was room."""
    size, line = sheet.sizes.note, sheet.sizes.line
    room = band.right - band.left - 2 * _INSET
    for lines in ((" · ".join(band.lines),), band.lines):
        width = max(width_of(words, size) for words in lines)
        height = line * len(lines)
        places = _places(band, width, height) if width <= room else ()
        place = sheet.drawn.first_free(places)
        if place:
            for number, words in enumerate(lines):
                y = place.top + number * line + size
                sheet.write(place.left, y, words, size=size, ink=Ink.TARGET)
            return True
    return False


def _places(band: Band, width: float, height: float) -> Iterator[Box]:
    tops = []
    if band.high is not None:
        tops += [band.high - height - 2, band.high + 3]
    if band.low is not None:
        tops += [band.low - height - 2, band.low + 3]
    lefts = [band.left + _INSET, band.right - _INSET - width]
    for top in tops:
        for left in lefts:
            yield Box(left, top, left + width, top + height)
