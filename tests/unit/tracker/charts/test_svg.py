import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.tracker.charts.examples import POINTS, SVG, chart, parsed, texts
from tracker.charts.style import LIGHT, Ink
from tracker.charts.svg import number
from tracker.charts.trend import (
    Boundary,
    DatedEvent,
    SupplementBar,
    TargetStep,
    TrendChart,
    compose,
    trend_svg,
)

Direction = Literal["ltr", "rtl"]
DIRECTIONS: tuple[Direction, ...] = ("ltr", "rtl")
NASTY = (
    "$\\frac{1$",
    "</text><script>alert(1)</script>",
    "\" onfocus=\"alert('1')",
    "]]>&amp;<!--",
    "مختبر <4 30-50",
    "\u202e<4\u202c",
    "👩‍🔬🧪",
    "\ud800 lone \udfff",
    "\x00\x08\x1b\ufffe\uffff",
    "%(value)s {0} %s %",
    "a" * 10_000,
    "",
)
VITAMIN_D = "\u0641\u064a\u062a\u0627\u0645\u064a\u0646 \u062f"
ANY_WORDS = st.one_of(st.sampled_from(NASTY), st.text(st.characters(), max_size=120))


def filled_with(words: str) -> TrendChart:
    """Return a chart in which every free word is the given one."""
    day = date(2023, 7, 1)
    target = TargetStep(low=Decimal(50), high=None, starts_on=day, lines=(words, words))
    return chart(
        title=words,
        subtitle=words,
        patient_line=words,
        hidden_words=words,
        description=words,
        shading=((day, date(2023, 9, 1), words),),
        shading_words=words,
        points=tuple(
            one._replace(label=words, detail=words, laboratory=words, result_id=words)
            for one in POINTS
        ),
        targets=(target, replace(target, starts_on=date(2024, 1, 1))),
        boundaries=(Boundary(on=day, words=words),),
        events=(DatedEvent(on=day, words=words),),
        bars=(
            SupplementBar(lane=words, starts_on=day, ends_on=day, words=words),
            SupplementBar(lane=words, starts_on=day, ends_on=None, words=words),
        ),
    )


@settings(max_examples=60, deadline=None)
@given(words=ANY_WORDS, direction=st.sampled_from(DIRECTIONS), inline=st.booleans())
def test_no_words_break_the_file(
    *, words: str, direction: Direction, inline: bool
) -> None:
    drawn = replace(filled_with(words), direction=direction)

    for width in (320, 1000):
        svg = trend_svg(drawn, inline=inline, width=width)

        svg.encode("utf-8")
        tags = {node.tag.removeprefix(SVG) for node in parsed(svg).iter()}
        assert tags <= {"svg", "g", "path", "rect", "circle", "text", "title", "desc"}
        assert len(svg) < 60_000


@pytest.mark.parametrize("words", NASTY)
def test_user_words_never_become_an_attribute(words: str) -> None:
    for node in parsed(trend_svg(filled_with(words), inline=True)).iter():
        assert not any(name.startswith("on") for name in node.attrib)


def test_the_page_gets_no_style_that_a_strict_policy_blocks() -> None:
    for node in parsed(trend_svg(chart(), inline=True)).iter():
        assert node.tag not in {f"{SVG}style", f"{SVG}script"}
        assert "style" not in node.attrib


def test_the_page_gets_only_custom_properties_as_colours() -> None:
    svg = trend_svg(chart(), inline=True)

    used = set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg))
    assert used <= {f"var({ink})" for ink in Ink} | {"none"}


def test_a_file_has_literal_colours_and_its_own_paper() -> None:
    svg = trend_svg(chart(), inline=False)

    assert "var(" not in svg
    assert f'<rect width="100%" height="100%" fill="{LIGHT[Ink.PAPER]}"/>' in svg


def test_a_reader_of_the_page_finds_each_result_with_its_words() -> None:
    root = parsed(trend_svg(chart(), inline=True))

    results = [n for n in root.iter(f"{SVG}g") if n.get("class") == "chart-point"]
    assert [node.get("data-result") for node in results] == [
        one.result_id for one in POINTS
    ]
    below = results[2]
    assert below.get("data-value") == "44"
    assert below.get("data-date") == "2024-02-01"
    assert below.get("data-laboratory") == "City Laboratory"
    assert below.findtext(f"{SVG}title") == POINTS[2].detail


def test_exactly_the_newest_result_is_a_stop_of_the_tab_key() -> None:
    root = parsed(trend_svg(chart(), inline=True))

    stops = [n.get("data-date") for n in root.iter() if n.get("tabindex") == "0"]
    assert stops == ["2024-08-01"]


def test_the_picture_has_a_name_and_a_description() -> None:
    root = parsed(trend_svg(chart(), inline=True))

    picture = root.find(f"{SVG}g[@role='img']")
    assert picture is not None
    assert picture.findtext(f"{SVG}title") == "25-hydroxyvitamin D"
    assert "90 nmol/L, 2024-08-01" in (picture.findtext(f"{SVG}desc") or "")


def test_the_laboratory_interval_waits_hidden_in_its_result() -> None:
    one = POINTS[0]._replace(interval=(Decimal(50), Decimal(125)))
    root = parsed(trend_svg(chart(points=(one,)), inline=True))

    (bracket,) = [n for n in root.iter() if n.get("class") == "chart-interval"]
    (result,) = [n for n in root.iter() if n.get("class") == "chart-point"]
    assert bracket.get("visibility") == "hidden"
    assert result.get("data-interval") == "50–125"  # noqa: RUF001  # a range's dash


def test_text_stays_text() -> None:
    assert "Anna Example · born 3 May 1978 · 0001" in texts(
        trend_svg(chart(), inline=False)
    )


def test_the_page_s_direction_does_not_turn_the_chart() -> None:
    assert parsed(trend_svg(chart(), inline=True)).get("direction") == "ltr"


def test_right_to_left_words_are_isolated_and_the_title_stands_right() -> None:
    arabic = chart(direction="rtl", title=VITAMIN_D, points=POINTS[:1])

    svg = trend_svg(arabic, inline=True)

    assert f"\u2067{VITAMIN_D}\u2069" in texts(svg)
    title = next(n for n in parsed(svg).iter(f"{SVG}text") if n.get("font-weight"))
    assert title.get("text-anchor") == "end"


@pytest.mark.parametrize("width", [320, 360, 720, 1000])
def test_everything_lies_on_the_sheet(width: int) -> None:
    root = parsed(trend_svg(chart(), inline=True, width=width))

    _, _, right, bottom = map(float, (root.get("viewBox") or "").split())
    assert right == width
    for node in root.iter(f"{SVG}text"):
        assert 0 <= float(node.get("x") or -1) <= right
        assert 0 <= float(node.get("y") or -1) <= bottom


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "0"), (12.34, "12.3"), (12.96, "13"), (-3.26, "-3.3"), (99_999.5, "99999.5")],
)
def test_coordinates_have_one_decimal(value: float, written: str) -> None:
    assert number(value) == written


def test_a_long_line_is_written_like_a_short_one() -> None:
    first = date(2004, 1, 1).toordinal()
    points = tuple(
        POINTS[0]._replace(collected_on=date.fromordinal(first + 10 * n))
        for n in range(600)
    )
    drawn = chart(points=points)

    root = parsed(trend_svg(drawn, inline=False))

    lines = [n for n in root.iter(f"{SVG}path") if n.get("stroke") == LIGHT[Ink.LINE]]
    (run,) = compose(drawn).marks
    expected = "L".join(f"{number(x)} {number(y)}" for x, y in run.spots)
    assert [line.get("d") for line in lines] == [f"M{expected}"]
