"""The results: marks by position, the line between comparable ones, their labels."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from labs.domain.flags import Position
from tracker.charts.placing import Box
from tracker.charts.scene import About, Marks, Shape, Stroke, Text
from tracker.charts.shapes import ARROW_LENGTH
from tracker.charts.sheet import VERY_MANY_RESULTS, Sheet
from tracker.charts.style import Ink
from tracker.charts.typography import LONGEST_DETAIL, clean, width_of
from tracker.charts.values import TrendPoint, Words

LOOKS: dict[Position, tuple[Shape, Ink]] = {
    Position.WITHIN: (Shape.CIRCLE, Ink.WITHIN),
    Position.BELOW: (Shape.TRIANGLE_DOWN, Ink.BELOW),
    Position.ABOVE: (Shape.TRIANGLE_UP, Ink.ABOVE),
    Position.CANNOT_TELL: (Shape.DIAMOND, Ink.UNSURE),
    Position.NO_TARGET: (Shape.DOT, Ink.UNSURE),
    Position.NOT_COMPARED: (Shape.SQUARE, Ink.UNSURE),
}
MOST_LIMIT_LABELS = 12
LONGEST_VALUE = 16
_COMPARATORS = "<>=≤≥ "


def position_words(words: Words) -> dict[Position, str]:
    """Return the name of each position, in the order of the key."""
    return {
        Position.WITHIN: words.within,
        Position.BELOW: words.below,
        Position.ABOVE: words.above,
        Position.CANNOT_TELL: words.cannot_tell,
        Position.NO_TARGET: words.no_target,
        Position.NOT_COMPARED: words.not_compared,
    }


_Look = tuple[Shape, Ink, bool]


class Placed(NamedTuple):
    """A result and where it lies."""

    point: TrendPoint
    x: float
    y: float


def latest_of(points: Sequence[TrendPoint]) -> TrendPoint:
    """Return the newest result; of one day, the last one given."""
    return max(reversed(points), key=attrgetter("collected_on"))


def placed_results(sheet: Sheet) -> list[Placed]:
    """Return the results in the order of their days, placed."""
    points = sorted(sheet.chart.points, key=attrgetter("collected_on"))
    days = [point.collected_on.toordinal() for point in points]
    values = [float(point.value) for point in points]
    across = sheet.times.xs(np.array(days, float)).tolist()
    heights = sheet.values.ys(np.array(values, float)).tolist()
    return list(map(Placed, points, across, heights))


def draw_line(sheet: Sheet, results: list[Placed]) -> None:
    """Join neighbours of one segment, straight; nothing joins a censored one."""
    spots = [placed[1:] for placed in results]
    joined = list(runs_to_join([placed.point for placed in results]))
    for run in joined:
        sheet.lines.append(Stroke(spots[run], Ink.LINE, sheet.sizes.stroke))
    sheet.drawn.add_trend(spots, joined, sheet.sizes.mark + 2)


def runs_to_join(points: Sequence[TrendPoint]) -> Iterator[slice]:
    """Yield where two or more neighbours may be joined by a line."""
    start = 0
    for (is_exact, _), run in groupby(points, key=_kind):
        end = start + sum(1 for _ in run)
        if is_exact and end - start > 1:
            yield slice(start, end)
        start = end


def _kind(point: TrendPoint) -> tuple[bool, int]:
    return point.comparator is None, point.segment


def marks(sheet: Sheet, results: list[Placed], *, described: bool) -> list[Marks]:
    """
    Return the marks, runs of one look together.

    In the order of days, so that a later mark lies on an earlier one; beyond
    very many results the order within a day-wide blot no longer shows, and
    each look is one run.
    """
    if len(results) <= VERY_MANY_RESULTS:
        runs = [
            (look, list(run))
            for look, run in groupby(results, key=partial(_look, sheet))
        ]
    else:
        by_look: dict[_Look, list[Placed]] = {}
        for placed in results:
            by_look.setdefault(_look(sheet, placed), []).append(placed)
        runs = list(by_look.items())
    return [_run(sheet, look, run, described=described) for look, run in runs]


def _look(sheet: Sheet, placed: Placed) -> _Look:
    point = placed.point
    shape, ink = LOOKS[point.position]
    if point.comparator:
        shape = limit_shape(point.comparator)
        room = sheet.plot.bottom - placed.y
        if shape is Shape.LESS_THAN and room < ARROW_LENGTH * sheet.sizes.mark:
            shape = Shape.LESS_THAN_SHORT
    return shape, ink, point.hollow


def limit_shape(comparator: str) -> Shape:
    """Return the arrow that points to where the true value lies."""
    return Shape.MORE_THAN if comparator[0] in ">≥" else Shape.LESS_THAN


def _run(
    sheet: Sheet,
    look: _Look,
    run: list[Placed],
    *,
    described: bool,
) -> Marks:
    shape, ink, hollow = look
    spots = [placed[1:] for placed in run]
    about = [_about(sheet, placed) for placed in run] if described else ()
    return Marks(shape, sheet.sizes.mark, ink, hollow, spots, about)


def _about(sheet: Sheet, placed: Placed) -> About:
    point = placed.point
    return About(
        result_id=clean(point.result_id),
        collected_on=point.collected_on.isoformat(),
        label=clean(point.label),
        detail=clean(point.detail, LONGEST_DETAIL),
        laboratory=clean(point.laboratory),
        interval=_interval_words(point),
        interval_span=_interval_span(sheet, point),
    )


def _interval_words(point: TrendPoint) -> str:
    if point.interval is None:
        return ""
    low, high = point.interval
    return f"{_plain(low)}–{_plain(high)}"  # noqa: RUF001  # a range's own dash


def _plain(limit: Decimal | None) -> str:
    return "" if limit is None else f"{limit:f}"


def _interval_span(sheet: Sheet, point: TrendPoint) -> tuple[float, float] | None:
    if point.interval is None or point.interval == (None, None):
        return None
    low, high = point.interval
    y = sheet.values.y_in_view
    return (
        sheet.plot.top if high is None else y(high),
        sheet.plot.bottom if low is None else y(low),
    )


def label_latest(sheet: Sheet, results: list[Placed]) -> None:
    """Write the latest value large, beside its mark, where nothing is covered."""
    if not results:
        return
    latest = results[-1]
    words = clean(latest.point.label, LONGEST_VALUE)
    size = sheet.sizes.latest
    width = width_of(words, size, bold=True)
    place = sheet.drawn.first_free(_around(latest, width, size)) or _above(
        sheet, latest, width, size
    )
    y = place.bottom - size * 0.14
    sheet.texts.append(Text(place.left, y, words, size, Ink.INK, bold=True))


def _around(placed: Placed, width: float, size: float) -> Iterator[Box]:
    """Yield places from the best one on: after the mark, then under, then over."""
    height = size * 0.98
    for along, down, aways in _DIRECTIONS:
        for away in aways:
            middle_x = placed.x + along * (width / 2 + away)
            middle_y = placed.y + down * (height / 2 + away)
            left, top = middle_x - width / 2, middle_y - height / 2
            yield Box(left, top, left + width, top + height)


_CLOSE, _NEAR, _FAR = (14.0, 18.0), (11.0, 15.0, 20.0), (28.0, 40.0, 56.0)
_DIRECTIONS = (
    (1.0, 0.0, _CLOSE),
    (1.0, 0.5, _CLOSE),
    (1.0, -0.5, _CLOSE),
    (0.0, 1.0, _NEAR),
    (0.0, -1.0, _NEAR),
    (-0.5, 1.0, _NEAR),
    (-0.5, -1.0, _NEAR),
    (-0.9, 0.8, _NEAR),
    (-0.9, -0.8, _NEAR),
    (0.0, 1.0, _FAR),
    (0.0, -1.0, _FAR),
    (-0.9, 0.8, _FAR),
    (-0.9, -0.8, _FAR),
)


def _above(sheet: Sheet, placed: Placed, width: float, size: float) -> Box:
    right = min(placed.x + width / 2, sheet.plot.right)
    top = max(placed.y - 14 - size, sheet.plot.top)
    box = Box(right - width, top, right, top + size)
    sheet.drawn.add_box(box)
    return box


def label_limits(sheet: Sheet, results: list[Placed]) -> None:
    """
    Say in words what the newest arrows mean, where there is room.

    The very latest result has its label already.
    """
    censored = [placed for placed in results[:-1] if placed.point.comparator]
    for placed in censored[-MOST_LIMIT_LABELS:][::-1]:
        words = limit_words(placed.point, sheet.chart.words)
        size = sheet.sizes.note
        width = width_of(words, size)
        place = sheet.drawn.first_free(_beside_arrow(placed, width, size))
        if place:
            ink = LOOKS[placed.point.position][1]
            y = place.bottom - size * 0.25
            sheet.write(place.left, y, words, size=size, ink=ink)


def _beside_arrow(placed: Placed, width: float, size: float) -> Iterable[Box]:
    height = size * 1.25
    side = -1 if limit_shape(placed.point.comparator or "<") is Shape.LESS_THAN else 1
    over = placed.y - height - 4 if side < 0 else placed.y + 4
    for left, top in (
        (placed.x - width / 2, over),
        (placed.x - 8, over),
        (placed.x + 12, placed.y - height / 2),
        (placed.x - 12 - width, placed.y - height / 2),
        (placed.x + 8 - width, over),
        (placed.x - width / 2, over + side * 14),
        (placed.x - 8, over + side * 28),
    ):
        yield Box(left, top, left + width, top + height)


def limit_words(point: TrendPoint, words: Words) -> str:
    """Return "less than 4" for "<4"; the number stays as the label has it."""
    templates = {
        "<": words.less_than,
        "<=": words.at_most,
        "≤": words.at_most,
        ">=": words.at_least,
        "≥": words.at_least,
    }
    template = templates.get(point.comparator or "", words.more_than)
    return template % {"value": clean(point.label).lstrip(_COMPARATORS)}
