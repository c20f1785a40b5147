"""The trend in a table's cell: band, line, newest mark; its words are a title."""

from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from tracker.charts.axes import TimeAxis, ValueAxis, time_axis
from tracker.charts.results import LOOKS, limit_shape, runs_to_join
from tracker.charts.scene import Item, Marks, Rect, Scene, Shape, Stroke
from tracker.charts.style import Ink
from tracker.charts.svg import write_svg
from tracker.charts.typography import LONGEST_DETAIL, clean
from tracker.charts.values import TargetStep, TrendPoint

MOST_POINTS = 400
_MARK, _EDGE = 4.0, 6.0
_HEADROOM = 1.05


class _Cell(NamedTuple):
    width: float
    height: float
    times: TimeAxis
    values: ValueAxis


def sparkline_svg(
    points: Sequence[TrendPoint],
    *,
    title: str,
    target: TargetStep | None = None,
    inline: bool = True,
    width: int = 120,
    height: int = 32,
) -> str:
    """
    Return the newest results as a small SVG.

    ``title`` says in words what a reader who cannot see it needs: the latest
    value, its day, its position. ``target`` is the range in force today.
    """
    newest = sorted(points, key=attrgetter("collected_on"))[-MOST_POINTS:]
    words = clean(title, LONGEST_DETAIL)
    items: list[Item] = []
    marks: list[Marks] = []
    if newest:
        cell = _cell(newest, target, width, height)
        items = [*_band(cell, target), *_lines(cell, newest)]
        marks = [_newest_mark(cell, newest[-1])]
    return write_svg(Scene(width, height, words, "", items, marks), inline=inline)


def _cell(
    points: list[TrendPoint], target: TargetStep | None, width: float, height: float
) -> _Cell:
    found = [float(point.value) for point in points]
    if target:
        found += [float(limit) for limit in (target.low, target.high) if limit]
    highest = max(found) * _HEADROOM or 1.0
    days = (point.collected_on for point in points)
    return _Cell(
        width,
        height,
        time_axis(days, 0, width, _EDGE, _EDGE),
        ValueAxis(_EDGE, height - _EDGE, highest, highest),
    )


def _band(cell: _Cell, target: TargetStep | None) -> list[Item]:
    if target is None:
        return []
    top = 0.0 if target.high is None else cell.values.y(target.high)
    bottom = cell.height if target.low is None else cell.values.y(target.low)
    return [Rect(0, top, cell.width, max(bottom - top, 1.0), Ink.BAND)]


def _lines(cell: _Cell, points: list[TrendPoint]) -> list[Item]:
    spots = [
        (cell.times.x(point.collected_on), cell.values.y(point.value))
        for point in points
    ]
    return [Stroke(spots[run], Ink.LINE, 1.4) for run in runs_to_join(points)]


def _newest_mark(cell: _Cell, point: TrendPoint) -> Marks:
    shape, ink = LOOKS[point.position]
    if point.comparator:
        shape = limit_shape(point.comparator)
        shape = Shape.LESS_THAN_SHORT if shape is Shape.LESS_THAN else shape
    spot = cell.times.x(point.collected_on), cell.values.y(point.value)
    return Marks(shape, _MARK, ink, point.hollow, (spot,))
