"""No words of anybody's break the small charts, or get out of them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from labs.domain.companions import IntervalPosition
from labs.domain.disclosure import FEWEST_TOLD
from labs.domain.flags import Position
from tests.unit.tracker.charts.examples import SVG, chart, parsed
from tests.unit.tracker.charts.test_svg import ANY_WORDS, DIRECTIONS
from tracker.charts.companions import (
    CompanionChart,
    CompanionPoint,
    CompanionSeries,
    companions_svg,
)
from tracker.charts.distribution import Distribution, PositionRow, distribution_svg
from tracker.charts.page import Direction
from tracker.charts.shares import MonthShare, MonthShares, shares_svg
from tracker.charts.style import NARROW, WIDE

LARGEST = 60_000
TAGS = {"svg", "g", "path", "rect", "circle", "text", "title", "desc"}


def companions(words: str, direction: Direction) -> CompanionChart:
    point = CompanionPoint(
        collected_on=date(2024, 1, 1),
        value=Decimal("2.4"),
        label=words,
        position=IntervalPosition.ABOVE,
        interval=(Decimal(2), None),
        detail=words,
        result_id=words,
        laboratory=words,
    )
    return CompanionChart(
        title=words,
        subtitle=words,
        description=words,
        interval_words=words,
        above_words=words,
        hidden_words=words,
        trend=replace(chart(), direction=direction),
        series=(CompanionSeries(name=words, unit=words, points=(point, point)),),
    )


def distribution(words: str, direction: Direction) -> Distribution:
    row = PositionRow(
        position=Position.BELOW, words=words, values=(Decimal(20), Decimal(40)) * 7
    )
    return Distribution(
        title=words,
        subtitle=words,
        description=words,
        unit=words,
        rows=(row,),
        fewest=FEWEST_TOLD,
        notes=(words,),
        direction=direction,
    )


def shares(words: str, direction: Direction) -> MonthShares:
    month = MonthShare(words=words, within=7, compared=9)
    return MonthShares(
        title=words,
        subtitle=words,
        description=words,
        months=(month, month),
        fewest=FEWEST_TOLD,
        axis_words=words,
        notes=(words,),
        direction=direction,
    )


@settings(max_examples=40, deadline=None)
@given(words=ANY_WORDS, direction=st.sampled_from(DIRECTIONS), inline=st.booleans())
def test_no_words_break_a_small_chart(
    *, words: str, direction: Direction, inline: bool
) -> None:
    for width in (NARROW, WIDE):
        for svg in (
            companions_svg(companions(words, direction), inline=inline, width=width),
            distribution_svg(
                distribution(words, direction), inline=inline, width=width
            ),
            shares_svg(shares(words, direction), inline=inline, width=width),
        ):
            svg.encode("utf-8")
            assert {n.tag.removeprefix(SVG) for n in parsed(svg).iter()} <= TAGS
            assert len(svg) < LARGEST
