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
from tracker.charts.scene import About, Marks, Shape, Spot, Spots, Stroke, Text
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
_INTERVAL_HALF = 0.9
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


_Kind = tuple[Position, str | None, bool]


class Placed(NamedTuple):
    """A result and where it lies."""

    point: TrendPoint
    x: float
    y: float


class Results(NamedTuple):
    """
    The results in the order of their days, and where they lie.

    ``kinds`` are the position, comparator and hollowness of each; thousands of results
    have few of them. Nothing is made for each result that only some need.
    """

    points: Sequence[TrendPoint]
    spots: Spots
    kinds: Sequence[_Kind]

    def placed(self, number: int) -> Placed:
        """Return one result with its place."""
        x, y = self.spots[number]
        return Placed(self.points[number], x, y)

    def censored(self) -> list[int]:
        """Return the numbers of the results that are limits of their test."""
        return [n for n, (_, comparator, _) in enumerate(self.kinds) if comparator]


def latest_of(points: Sequence[TrendPoint]) -> TrendPoint:
    """Return the newest result; of one day, the last one given."""
    return max(reversed(points), key=attrgetter("collected_on"))


def placed_results(sheet: Sheet) -> Results:
    """Return the results in the order of their days, placed."""
    points = sorted(sheet.chart.points, key=attrgetter("collected_on"))
    places = np.empty((len(points), 2))
    places[:, 0] = sheet.times.xs(
        np.array([point.collected_on.toordinal() for point in points], float)
    )
    places[:, 1] = sheet.values.ys(
        np.array([float(point.value) for point in points], float)
    )
    kinds = list(map(attrgetter("position", "comparator", "hollow"), points))
    is_many = len(points) > VERY_MANY_RESULTS
    spots: Spots = places if is_many else [(x, y) for x, y in places.tolist()]
    return Results(points, spots, kinds)


def draw_line(sheet: Sheet, results: Results) -> None:
    """Join neighbours of one segment, straight; nothing joins a censored one."""
    joined = list(runs_to_join(results.points))
    for run in joined:
        sheet.lines.append(Stroke(results.spots[run], Ink.LINE, sheet.sizes.stroke))
    sheet.drawn.add_trend(results.spots, joined, sheet.sizes.mark + 2)
    if tips := list(_tips(results, sheet.sizes.mark)):
        sheet.drawn.add_trend(tips, (), sheet.sizes.mark)


def _tips(results: Results, mark: float) -> Iterator[Spot]:
    """Yield where the arrows of limits end, which no words may cover either."""
    for number in results.censored():
        point, x, y = results.placed(number)
        is_up = limit_shape(point.comparator or "<") is Shape.MORE_THAN
        yield x, y + (-1 if is_up else 1) * (ARROW_LENGTH - 1) * mark


def runs_to_join(points: Sequence[TrendPoint]) -> Iterator[slice]:
    """Yield where two or more neighbours may be joined by a line."""
    start = 0
    for (comparator, _), run in groupby(points, key=_COMPARABLE):
        end = start + sum(1 for _ in run)
        if comparator is None and end - start > 1:
            yield slice(start, end)
        start = end


_COMPARABLE = attrgetter("comparator", "segment")


def marks(sheet: Sheet, results: Results, *, described: bool) -> list[Marks]:
    """
    Return the marks, runs of one look together.

    In the order of days, so that a later mark lies on an earlier one; beyond
    very many results the order within a day-wide blot no longer shows, and
    each look is one run.
    """
    if len(results.points) > VERY_MANY_RESULTS:
        return list(_marks_by_look(sheet, results, described=described))
    looks = [_look(sheet, *each) for each in zip(results.kinds, results.spots)]  # noqa: B905
    made = []
    start = 0
    for look, run in groupby(looks):
        numbers = range(start, start + sum(1 for _ in run))
        start = numbers.stop
        made.append(_run(sheet, look, results, numbers, described=described))
    return made


def _marks_by_look(
    sheet: Sheet, results: Results, *, described: bool
) -> Iterator[Marks]:
    by_kind: dict[_Kind, list[int]] = {}
    for number, kind in enumerate(results.kinds):
        by_kind.setdefault(kind, []).append(number)
    for kind, numbers in by_kind.items():
        if kind[1] is None:
            look = _look(sheet, kind, results.spots[numbers[0]])
            yield _run(sheet, look, results, numbers, described=described)
            continue
        for number in numbers:  # how long an arrow is depends on its height
            look = _look(sheet, kind, results.spots[number])
            yield _run(sheet, look, results, [number], described=described)


def _look(sheet: Sheet, kind: _Kind, spot: Spot) -> _Look:
    position, comparator, hollow = kind
    shape, ink = LOOKS[position]
    if comparator:
        shape = limit_shape(comparator)
        room = sheet.plot.bottom - spot[1]
        if shape is Shape.LESS_THAN and room < ARROW_LENGTH * sheet.sizes.mark:
            shape = Shape.LESS_THAN_SHORT
    return shape, ink, hollow


def limit_shape(comparator: str) -> Shape:
    """Return the arrow that points to where the true value lies."""
    return Shape.MORE_THAN if comparator[0] in ">≥" else Shape.LESS_THAN


def _run(
    sheet: Sheet,
    look: _Look,
    results: Results,
    numbers: Sequence[int],
    *,
    described: bool,
) -> Marks:
    shape, ink, hollow = look
    about = [_about(sheet, results.points[n]) for n in numbers] if described else ()
    spots = _chosen(results.spots, numbers)
    return Marks(shape, sheet.sizes.mark, ink, hollow, spots, about)


def _chosen(spots: Spots, numbers: Sequence[int]) -> Spots:
    if isinstance(spots, np.ndarray):
        return spots[numbers]
    return [spots[number] for number in numbers]


def _about(sheet: Sheet, point: TrendPoint) -> About:
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
    if point.interval is None or not has_interval(point):
        return None
    low, high = point.interval
    y = sheet.values.y_in_view
    return (
        sheet.plot.top if high is None else y(high),
        sheet.plot.bottom if low is None else y(low),
    )


def draw_intervals(sheet: Sheet, results: Results) -> None:
    """
    Draw at each result the interval that its own report printed, where asked for.

    An upright line and no band: an interval speaks of its own result alone.
    """
    if not sheet.chart.shows_intervals:
        return
    half = sheet.sizes.mark * _INTERVAL_HALF
    for number, point in enumerate(results.points):
        span = _interval_span(sheet, point)
        if span is not None:
            beam = _beam(results.placed(number), span, half)
            sheet.lines.append(Stroke(beam, Ink.INTERVAL, 1.3))


def _beam(placed: Placed, span: tuple[float, float], half: float) -> list[Spot]:
    """Return an upright line with a foot at each limit, none where a side is open."""
    top, bottom = span
    low, high = placed.point.interval or (None, None)
    x = placed.x
    head = [(x - half, top), (x + half, top)] if high is not None else []
    foot = [(x - half, bottom), (x + half, bottom)] if low is not None else []
    return [*head, (x, top), (x, bottom), *foot]


def has_interval(point: TrendPoint) -> bool:
    """Say whether the report printed an interval with a number in it."""
    return point.interval not in (None, (None, None))


def label_latest(sheet: Sheet, results: Results) -> None:
    """Write the latest value large, beside its mark, where nothing is covered."""
    if not results.points:
        return
    latest = results.placed(-1)
    words = clean(latest.point.label, LONGEST_VALUE)
    size = sheet.sizes.latest
    width = width_of(words, size, bold=True)
    around = partial(_around, latest, width, size)
    place = (
        sheet.drawn.first_free(each for each in around() if _is_its_own(each, results))
        or sheet.drawn.first_free(around())
        or _above(sheet, latest, width, size)
    )
    y = place.bottom - size * 0.14
    sheet.texts.append(Text(place.left, y, words, size, Ink.INK, bold=True))


def _is_its_own(place: Box, results: Results) -> bool:
    """Say whether a place is nearer to the latest mark than to any just before it."""
    *others, own = map(place.distance_to, results.spots[-NEIGHBOURS:])
    return own <= min(others, default=own)


NEIGHBOURS = 8  # marks at the end that words beside the latest may be taken for


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
    (-1.0, 0.0, _CLOSE),
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


def label_limits(sheet: Sheet, results: Results) -> None:
    """
    Say in words what the newest arrows mean, where there is room.

    The very latest result has its label already.
    """
    newest = len(results.points) - 1
    censored = [n for n in results.censored() if n != newest]
    for number in censored[-MOST_LIMIT_LABELS:][::-1]:
        placed = results.placed(number)
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
