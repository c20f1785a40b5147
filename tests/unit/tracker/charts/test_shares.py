"""The share within the range by month: never without its counts, never of few."""

from dataclasses import replace

import pytest

from labs.domain.disclosure import FEWEST_TOLD
from tests.unit.tracker.charts.examples import texts
from tracker.charts.scene import Text
from tracker.charts.shares import (
    MonthShare,
    MonthShares,
    compose_shares,
    month_words,
    percent,
    shares_svg,
)
from tracker.charts.style import NARROW, WIDE
from tracker.charts.typography import width_of


def shares(*months: tuple[int, int]) -> MonthShares:
    return MonthShares(
        title="Share within the range",
        fewest=FEWEST_TOLD,
        empty_words="Nothing was compared yet.",
        months=tuple(
            MonthShare(words=f"month {n}", within=within, compared=compared)
            for n, (within, compared) in enumerate(months, start=1)
        ),
    )


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_every_month_tells_its_counts(width: int) -> None:
    words = texts(shares_svg(shares((14, 20), (5, 5)), width=width))

    assert "14 of 20 · 70%" in words
    assert "5 of 5 · 100%" in words


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_nothing_is_written_beyond_the_edge(width: int) -> None:
    chart = replace(
        shares((0, 20)), axis_words="Share within the range of the day of the test " * 2
    )

    written = [
        one for one in compose_shares(chart, width=width).items if isinstance(one, Text)
    ]

    assert all(
        one.x + width_of(one.words, one.size) <= width
        for one in written
        if one.anchor == "start"
    )


def test_a_month_of_few_results_has_no_dot_and_no_share() -> None:
    chart = shares((3, 4), (14, 20), (0, 0))

    assert len(compose_shares(chart).marks) == 1
    assert month_words(chart, chart.months[0]) == "fewer than 5 compared"
    assert month_words(chart, chart.months[2]) == "none compared"


@pytest.mark.parametrize("within", [2, 18])
def test_few_on_one_side_hide_the_share(within: int) -> None:
    chart = shares((within, 20))

    assert not compose_shares(chart).marks
    assert month_words(chart, chart.months[0]) == "20 compared, share hidden"


def test_the_dot_stands_where_the_share_is() -> None:
    scene = compose_shares(shares((0, 10), (5, 10), (10, 10)))
    left, middle, right = (run.spots[0][0] for run in scene.marks)

    assert middle == pytest.approx((left + right) / 2)


@pytest.mark.parametrize(("within", "share"), [(1, 13), (3, 38), (7, 88), (8, 100)])
def test_a_half_percent_is_rounded_up(within: int, share: int) -> None:
    assert percent(MonthShare(words="", within=within, compared=8)) == share


def test_nothing_compared_is_said_in_words() -> None:
    assert "Nothing was compared yet." in texts(shares_svg(shares((0, 0))))
