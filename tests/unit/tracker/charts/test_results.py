from datetime import date, timedelta
from decimal import Decimal

import pytest

from labs.domain.flags import Position
from tests.unit.tracker.charts.examples import POINTS, chart, point, texts
from tracker.charts.placing import Box
from tracker.charts.results import LOOKS, limit_words
from tracker.charts.scene import Scene, Shape, Stroke, Text
from tracker.charts.shapes import ARROW_LENGTH
from tracker.charts.style import NARROW, WIDE, Ink
from tracker.charts.trend import compose, trend_svg
from tracker.charts.typography import width_of
from tracker.charts.values import Words


def joins(scene: Scene) -> list[Stroke]:
    return [i for i in scene.items if isinstance(i, Stroke) and i.ink is Ink.LINE]


def spots(scene: Scene) -> list[tuple[float, float]]:
    return sorted((x, y) for run in scene.marks for x, y in run.spots)


def test_a_mark_lies_at_the_height_of_its_value() -> None:
    scene = compose(chart(points=(point("2023-02-01", "50"),)))
    again = compose(chart(points=(point("2023-02-01", "100"),)))
    zero = compose(chart(points=(point("2023-02-01", "0"),)))

    low, high, ground = (spots(one)[0][1] for one in (scene, again, zero))
    assert ground - high == pytest.approx(2 * (ground - low))


def test_a_mark_lies_at_its_day() -> None:
    places = [x for x, _ in spots(compose(chart()))]
    days = [one.collected_on.toordinal() for one in POINTS]

    slopes = [(places[n + 1] - places[n]) / (days[n + 1] - days[n]) for n in range(3)]
    assert slopes == pytest.approx([slopes[0]] * 3)


def test_neighbours_of_one_segment_are_joined_straight() -> None:
    (line,) = joins(compose(chart()))

    assert list(line.spots) == spots(compose(chart()))


def test_no_line_crosses_from_one_segment_into_the_next() -> None:
    points = (*POINTS[:2], *(one._replace(segment=1) for one in POINTS[2:]))

    first, second = joins(compose(chart(points=points)))

    assert first.spots[-1][0] < second.spots[0][0]
    assert len(first.spots) == len(second.spots) == 2


def test_a_censored_result_is_never_joined_nor_jumped_over() -> None:
    censored = point("2024-01-01", "<25", position=Position.BELOW)
    points = (*POINTS[:2], censored, *POINTS[2:])

    lines = joins(compose(chart(points=points)))

    assert [len(line.spots) for line in lines] == [2, 2]


@pytest.mark.parametrize("position", Position)
def test_each_position_has_its_own_shape_and_ink(position: Position) -> None:
    drawn = chart(points=(point("2023-02-01", "60", position=position),))

    (run,) = compose(drawn).marks

    assert (run.shape, run.ink) == LOOKS[position]


def test_shapes_differ_even_where_inks_do_not() -> None:
    assert len({shape for shape, _ in LOOKS.values()}) == len(Position)


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("<60", Shape.LESS_THAN),
        ("<=60", Shape.LESS_THAN),
        (">60", Shape.MORE_THAN),
        (">=60", Shape.MORE_THAN),
        ("<4", Shape.LESS_THAN_SHORT),
    ],
)
def test_a_censored_result_is_an_arrow_at_its_limit(value: str, shape: Shape) -> None:
    number = value.lstrip("<>=")
    exact = compose(chart(points=(*POINTS, point("2023-03-01", number))))

    scene = compose(chart(points=(*POINTS, point("2023-03-01", value))))

    (run,) = [run for run in scene.marks if run.shape is shape]
    assert run.spots[0] in spots(exact)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("<4", "less than 4"),
        ("<=4", "4 or less"),
        (">150", "more than 150"),
        (">=150", "150 or more"),
    ],
)
def test_an_arrow_is_said_in_words(value: str, words: str) -> None:
    assert limit_words(point("2023-03-01", value), Words()) == words


def test_an_arrow_carries_its_words_in_the_plot() -> None:
    points = (point("2023-01-20", "<25", position=Position.BELOW), *POINTS)

    assert "less than 25" in texts(trend_svg(chart(points=points), inline=True))


def test_a_preliminary_result_is_hollow() -> None:
    runs = compose(chart(points=(POINTS[0]._replace(hollow=True),))).marks

    assert [run.hollow for run in runs] == [True]


def test_the_latest_value_is_written_large_and_once() -> None:
    svg = trend_svg(chart(), inline=True)

    assert svg.count('font-size="25"') == 1
    assert texts(svg).count("90") == 1


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_the_latest_value_stands_nearer_to_its_mark_than_to_an_earlier_one(
    width: int,
) -> None:
    points = (point("2024-05-04", "19.0"), point("2024-10-31", "24.5"))
    drawn = chart(points=points, targets=(), starts_on=date(2019, 12, 1))

    scene = compose(drawn, width=width)

    (_, earlier), (_, latest) = spots(scene)
    (label,) = (
        one for one in scene.items if isinstance(one, Text) and one.words == "24.5"
    )
    middle = label.y - label.size / 3
    assert abs(middle - latest) < abs(middle - earlier) / 2


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("days", [20, 40, 80, 160])
@pytest.mark.parametrize(
    "values", [("19.0", "24.5"), ("24.5", "19.0"), ("80", "86"), ("86", "81")]
)
def test_the_latest_value_is_not_taken_for_that_of_a_mark_just_before(
    width: int, days: int, values: tuple[str, str]
) -> None:
    """Two results lie a few points apart where five years are drawn."""
    last = date(2024, 10, 31)
    before, latest = (
        point((last - timedelta(ago)).isoformat(), value)
        for ago, value in zip((days, 0), values, strict=True)
    )
    drawn = chart(points=(before, latest), starts_on=date(2019, 12, 1))

    scene = compose(drawn, width=width)

    earlier, own = spots(scene)
    (label,) = (
        one for one in scene.items if isinstance(one, Text) and one.words == values[1]
    )
    across = width_of(label.words, label.size, bold=True)
    box = Box(label.x, label.y - label.size * 0.84, label.x + across, label.y)
    assert box.distance_to(own) < box.distance_to(earlier)


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("value", ["<50", ">50"])
def test_the_latest_value_covers_no_arrow(width: int, value: str) -> None:
    before = point("2022-10-01", "60")
    latest = point("2024-10-31", value, position=Position.BELOW)

    scene = compose(chart(points=(before, latest)), width=width)

    x, y = spots(scene)[-1]
    (label,) = (
        one for one in scene.items if isinstance(one, Text) and one.words == value
    )
    across = width_of(label.words, label.size, bold=True)
    box = Box(label.x, label.y - label.size * 0.84, label.x + across, label.y)
    (size,) = {run.size for run in scene.marks}
    tip = y + (-1 if value[0] == ">" else 1) * ARROW_LENGTH * size
    assert min(box.distance_to((x, each)) for each in (y, (y + tip) / 2, tip)) > 0


def test_of_two_results_of_one_day_both_are_drawn_and_the_last_one_named() -> None:
    again = point("2024-08-01", "91")

    svg = trend_svg(chart(points=(*POINTS, again)), inline=True)

    assert len(spots(compose(chart(points=(*POINTS, again))))) == 5
    assert "91" in texts(svg)


@pytest.mark.parametrize("count", [0, 1, 2, 400, 3_000])
def test_every_result_is_drawn(count: int) -> None:
    first = date(2004, 1, 1).toordinal()
    points = tuple(
        POINTS[0]._replace(
            collected_on=date.fromordinal(first + number * 2),
            value=Decimal(40 + number % 60),
            position=Position.BELOW if number % 60 < 10 else Position.WITHIN,
        )
        for number in range(count)
    )

    scene = compose(chart(points=points, empty_words="No results yet"))

    assert len(spots(scene)) == count
    assert (count == 0) == (
        "No results yet" in [getattr(i, "words", "") for i in scene.items]
    )
