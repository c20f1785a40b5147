from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.unit.tracker.charts.examples import TARGET, chart, texts
from tracker.charts.scene import Rect, Scene, Stroke
from tracker.charts.style import Ink
from tracker.charts.trend import TargetStep, TrendChart, compose, trend_svg

LATER = replace(
    TARGET,
    low=Decimal(75),
    high=Decimal(110),
    starts_on=date(2024, 1, 1),
    lines=("Target 75 to 110", "Dr Lindqvist", "1 Jan 2024"),
)


def filled(scene: Scene) -> list[Rect]:
    """Return the bands of the plot, without the key's little block."""
    found = [i for i in scene.items if isinstance(i, Rect) and i.fill is Ink.BAND]
    return [block for block in found if block.radius == 0]


def edges(scene: Scene) -> list[Stroke]:
    """Return the level lines at the limits."""
    return [
        item
        for item in scene.items
        if isinstance(item, Stroke)
        and item.ink is Ink.TARGET
        and item.spots[0][1] == item.spots[1][1]
        and len(item.spots) == 2
    ]


def height_of(drawn: TrendChart, value: int) -> float:
    """Return where a result of that value would lie."""
    last = drawn.points[-1]._replace(collected_on=drawn.ends_on, value=Decimal(value))
    scene = compose(replace(drawn, points=(*drawn.points, last)))
    return max(spot for run in scene.marks for spot in run.spots)[1]


def test_the_band_reaches_from_its_low_to_its_high_limit() -> None:
    drawn = chart()

    (band,) = filled(compose(drawn))

    assert band.y == pytest.approx(height_of(drawn, 125))
    assert band.y + band.height == pytest.approx(height_of(drawn, 50))


def test_a_new_target_is_a_step_and_not_a_slope() -> None:
    first, second = filled(compose(chart(targets=(TARGET, LATER))))

    assert first.x + first.width == pytest.approx(second.x)
    assert second.y > first.y
    assert second.height < first.height


def test_the_last_day_of_a_target_is_still_inside_it() -> None:
    drawn = chart(targets=(replace(TARGET, ends_on=date(2023, 12, 31)), LATER))

    first, second = filled(compose(drawn))

    assert first.x + first.width == pytest.approx(second.x)


def test_a_gap_between_two_targets_stays_a_gap() -> None:
    drawn = chart(targets=(replace(TARGET, ends_on=date(2023, 6, 30)), LATER))

    first, second = filled(compose(drawn))

    assert second.x - (first.x + first.width) > 100


@pytest.mark.parametrize(
    ("low", "high", "limits"), [(None, 125, [125]), (50, None, [50])]
)
def test_an_open_side_has_no_edge(
    low: int | None, high: int | None, limits: list[int]
) -> None:
    open_target = replace(
        TARGET,
        low=None if low is None else Decimal(low),
        high=None if high is None else Decimal(high),
    )
    drawn = chart(targets=(open_target,))

    heights = [edge.spots[0][1] for edge in edges(compose(drawn))]

    assert heights == pytest.approx([height_of(drawn, limit) for limit in limits])


def test_a_band_has_no_emphasised_middle() -> None:
    (band,) = filled(compose(chart()))

    middle = band.y + band.height / 2
    assert all(abs(e.spots[0][1] - middle) > 5 for e in edges(compose(chart())))


@pytest.mark.parametrize("width", [320, 360, 720, 1000])
def test_every_target_is_named_with_author_and_day(width: int) -> None:
    drawn = chart(targets=(TARGET, LATER))

    words = " ".join(texts(trend_svg(drawn, inline=True, width=width)))

    for target in (TARGET, LATER):
        assert all(line in words for line in target.lines)


def test_a_target_out_of_view_is_neither_drawn_nor_named() -> None:
    old = replace(TARGET, starts_on=date(2010, 1, 1), ends_on=date(2011, 1, 1))
    svg = trend_svg(chart(targets=(old,)), inline=True)

    assert "Dr Osei" not in texts(svg)
    assert "target range" not in texts(svg)


def test_a_target_without_words_is_drawn_all_the_same() -> None:
    bare = TargetStep(low=Decimal(50), high=None, starts_on=date(2023, 1, 1))

    assert len(filled(compose(chart(targets=(bare,))))) == 1
