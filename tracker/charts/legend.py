"""The key: only what occurs in this chart."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from labs.domain.flags import Position
from tracker.charts.results import (
    LOOKS,
    Results,
    has_interval,
    limit_shape,
    position_words,
)
from tracker.charts.scene import Item, Marks, Rect, Shape, Spot, Stroke
from tracker.charts.shapes import ARROW_LENGTH
from tracker.charts.sheet import Sheet
from tracker.charts.style import Ink
from tracker.charts.typography import clean, shortened, width_of

_SYMBOL, _AFTER_SYMBOL, _BETWEEN = 14.0, 7.0, 20.0
_KEY_MARK = 5.0


class _Entry(NamedTuple):
    symbol: Shape | Literal["tick", "dose", "block", "interval"]
    ink: Ink
    words: str
    hollow: bool = False


def lay_legend(sheet: Sheet, results: Results) -> None:
    """Write the key in rows from the sheet's y down."""
    size, x = sheet.sizes.note, sheet.left
    room = sheet.right - sheet.left - _SYMBOL - _AFTER_SYMBOL
    entries = list(_entries(sheet, results))
    if entries:
        sheet.y += sheet.sizes.line * 1.35
    for entry in entries:
        words = shortened(clean(entry.words), size, room)
        width = _SYMBOL + _AFTER_SYMBOL + width_of(words, size)
        if x > sheet.left and x + width > sheet.right:
            x = sheet.left
            sheet.y += sheet.sizes.line + 4
        _write_entry(sheet, entry, words, x, width)
        x += width + _BETWEEN


def _write_entry(
    sheet: Sheet, entry: _Entry, words: str, x: float, width: float
) -> None:
    size = sheet.sizes.note
    start = sheet.width - x - width if sheet.mirrored else x
    end = start + width
    middle = end - _SYMBOL / 2 if sheet.mirrored else start + _SYMBOL / 2
    sheet.lines.append(_symbol(entry, middle, sheet.y - size * 0.36))
    sheet.write(
        end - _SYMBOL - _AFTER_SYMBOL if sheet.mirrored else middle + 14,
        sheet.y,
        words,
        size=size,
        anchor="end" if sheet.mirrored else "start",
    )


def _symbol(entry: _Entry, x: float, y: float) -> Item:
    if isinstance(entry.symbol, Shape):
        tip = _KEY_MARK * ARROW_LENGTH / 2
        y -= {Shape.LESS_THAN: tip, Shape.MORE_THAN: -tip}.get(entry.symbol, 0.0)
        return Marks(entry.symbol, _KEY_MARK, entry.ink, entry.hollow, ((x, y),))
    upright = ((x, y - 7), (x, y + 7))
    match entry.symbol:
        case "tick":
            return Stroke(upright, entry.ink, 1.5)
        case "dose":
            return Stroke(upright, entry.ink, 2.0)
        case "block":
            return Rect(x - 7, y - 6, 14, 12, entry.ink, radius=2)
        case "interval":
            head, foot = upright
            spots = (*_edge(head), head, foot, *_edge(foot))
            return Stroke(spots, entry.ink, 1.4)


def _edge(spot: Spot) -> tuple[Spot, Spot]:
    """Return the two ends of a short level line through a spot."""
    x, y = spot
    return (x - 5, y), (x + 5, y)


def _entries(sheet: Sheet, results: Results) -> Iterator[_Entry]:
    names = position_words(sheet.chart.words)
    shapes = _shapes(results)
    for position, name in names.items():
        if position in shapes:
            yield _Entry(shapes[position], LOOKS[position][1], name)
    yield from _manners(sheet, results)
    yield from _surroundings(sheet)


def _shapes(results: Results) -> dict[Position, Shape]:
    """Return the shape of each position: an arrow where only arrows have it."""
    shapes: dict[Position, Shape] = {}
    for position, comparator, _ in dict.fromkeys(results.kinds):
        if comparator is None:
            shapes[position] = LOOKS[position][0]
        elif position not in shapes:
            shapes[position] = limit_shape(comparator)
    return shapes


def _manners(sheet: Sheet, results: Results) -> Iterator[_Entry]:
    words = sheet.chart.words
    kinds = dict.fromkeys(results.kinds)
    if any(hollow for _, _, hollow in kinds):
        yield _Entry(Shape.CIRCLE, Ink.UNSURE, words.preliminary, hollow=True)
    if sheet.chart.shows_intervals and any(map(has_interval, results.points)):
        yield _Entry("interval", Ink.INTERVAL, words.interval)
    arrows = [comparator for _, comparator, _ in kinds if comparator]
    if arrows:
        yield _Entry(limit_shape(arrows[0]), Ink.UNSURE, words.limit_of_test)


def _surroundings(sheet: Sheet) -> Iterator[_Entry]:
    chart, shows = sheet.chart, sheet.shows
    if sheet.has_band:
        yield _Entry("block", Ink.BAND, chart.words.target)
    if chart.shading_words and any(shows(day, end) for day, end, _ in chart.shading):
        yield _Entry("block", Ink.SEASON, chart.shading_words)
    if any(shows(each.on, each.until or each.on) for each in chart.events):
        yield _Entry("tick", Ink.NOTE, chart.words.event)
    if any(shows(day, day) for bar in chart.bars for day in bar.bolus):
        yield _Entry("dose", Ink.INK, chart.words.bolus)
