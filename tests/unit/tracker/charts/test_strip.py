from dataclasses import replace
from datetime import date

import pytest

from tests.unit.tracker.charts.examples import chart, texts
from tracker.charts.scene import Rect, Scene, Stroke, Text
from tracker.charts.style import Ink
from tracker.charts.trend import SupplementBar, compose, trend_svg
from tracker.charts.typography import width_of

DAILY = SupplementBar(
    lane="D3",
    starts_on=date(2023, 3, 1),
    ends_on=None,
    words="D3 25 micrograms daily",
)
SHORT = replace(
    DAILY,
    starts_on=date(2023, 2, 1),
    ends_on=date(2023, 2, 3),
    words="D3 20,000 IU once, as on the label",
    bolus=(date(2023, 2, 1),),
)


def bars(scene: Scene) -> list[Rect]:
    return [i for i in scene.items if isinstance(i, Rect) and i.fill is Ink.BAR]


def words_of(scene: Scene, words: str) -> Text:
    (found,) = [i for i in scene.items if isinstance(i, Text) and i.words == words]
    return found


def test_a_bar_begins_on_its_day_and_an_open_one_runs_to_the_end() -> None:
    (bar,) = bars(compose(chart(bars=(DAILY,))))
    (whole,) = bars(compose(chart(bars=(replace(DAILY, starts_on=date(2000, 1, 1)),))))

    assert bar.x > whole.x
    assert bar.x + bar.width == pytest.approx(whole.x + whole.width)


@pytest.mark.parametrize("width", [320, 360, 1000])
def test_words_of_a_short_bar_stand_whole_and_on_the_sheet(width: int) -> None:
    scene = compose(chart(bars=(SHORT, DAILY)), width=width)

    for bar in (SHORT, DAILY):
        text = words_of(scene, bar.words)
        assert text.x >= 0
        assert text.x + width_of(text.words, text.size) <= width


def test_bars_of_one_lane_that_overlap_stand_in_rows() -> None:
    first, second = bars(compose(chart(bars=(DAILY, replace(DAILY, words="more")))))

    assert first.y != second.y


def test_each_bolus_is_a_tick_on_its_day() -> None:
    scene = compose(chart(bars=(SHORT,)))

    (bar,) = bars(scene)
    ticks = [i for i in scene.items if isinstance(i, Stroke) and i.ink is Ink.INK]
    assert bar.x in {tick.spots[0][0] for tick in ticks}


def test_a_bar_outside_the_view_is_left_out_with_its_lane() -> None:
    old = replace(DAILY, starts_on=date(2001, 1, 1), ends_on=date(2002, 1, 1))

    svg = trend_svg(chart(bars=(old,)), inline=True)

    assert "D3" not in texts(svg)
    assert "Supplements, as logged" not in texts(svg)


def test_the_strip_has_no_scale_of_amounts() -> None:
    plain, with_bars = (
        [i for i in compose(one).items if isinstance(i, Text) and i.words.isdigit()]
        for one in (chart(), chart(bars=(DAILY,)))
    )

    assert [i.words for i in plain] == [i.words for i in with_bars]


MANY = tuple(
    replace(
        DAILY,
        starts_on=date(2023, 1 + month, 3),
        ends_on=date(2023, 1 + month, 24),
        words=f"D3 {month + 1},000 international units, every day",
    )
    for month in range(11)
)


@pytest.mark.parametrize("width", [320, 360, 1000])
@pytest.mark.parametrize("shown", [(SHORT,), MANY[:4], MANY, (*MANY, *MANY, DAILY)])
def test_no_words_lie_across_a_bar_or_on_other_words(
    width: int, shown: tuple[SupplementBar, ...]
) -> None:
    scene = compose(chart(bars=shown), width=width)
    drawn = bars(scene)
    written = [
        i for i in scene.items if isinstance(i, Text) and i.words.startswith("D3 ")
    ]

    for text in written:
        left, right = text.x, text.x + width_of(text.words, text.size)
        for bar in drawn:
            beside = right <= bar.x or left >= bar.x + bar.width
            inside = bar.x <= left and right <= bar.x + bar.width
            apart = text.y <= bar.y or text.y - text.size > bar.y + bar.height
            assert beside or inside or apart
        for other in written:
            if other is not text and other.y == text.y:
                ends = other.x + width_of(other.words, other.size)
                assert right <= other.x or left >= ends
