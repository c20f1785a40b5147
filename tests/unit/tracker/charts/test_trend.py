import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from labs.domain.flags import Position
from tests.unit.tracker.charts.examples import POINTS, chart, parsed, point, texts
from tests.unit.tracker.charts.test_painter import streams
from tracker.charts.scene import Stroke, Text
from tracker.charts.style import Ink
from tracker.charts.trend import (
    TrendChart,
    Words,
    compose,
    trend_pdf,
    trend_png,
    trend_svg,
)

MAKERS: list[Callable[[TrendChart], str | bytes]] = [
    lambda drawn: trend_svg(drawn, inline=True),
    lambda drawn: trend_svg(drawn, inline=False),
    trend_pdf,
    lambda drawn: trend_png(drawn, scale=1),
]
NAMES = ["page", "file", "pdf", "png"]


@pytest.mark.parametrize("make", MAKERS, ids=NAMES)
def test_the_same_input_gives_the_same_bytes(
    make: Callable[[TrendChart], str | bytes],
) -> None:
    assert make(chart()) == make(chart())


@pytest.mark.parametrize("make", MAKERS, ids=NAMES)
def test_eight_threads_never_carry_another_patient_s_content(
    make: Callable[[TrendChart], str | bytes],
) -> None:
    charts = [
        chart(
            patient_line=f"Patient {number}",
            points=(*POINTS, point("2024-10-01", str(20 + number))),
        )
        for number in range(8)
    ]
    serial = [make(one) for one in charts]

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(make, charts * 25))

    assert made == serial * 25
    assert len(set(serial)) == len(charts)


def test_each_thread_s_page_names_its_own_patient_alone() -> None:
    def named(number: int) -> list[str]:
        svg = trend_svg(chart(patient_line=f"marker-{number:04}"), inline=True)
        return re.findall(r"marker-\d{4}", svg)

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(named, range(200)))

    assert found == [[f"marker-{number:04}"] for number in range(200)]


def test_an_empty_chart_says_why_and_has_no_value() -> None:
    svg = trend_svg(
        chart(points=(), targets=(), empty_words="No results yet."), inline=True
    )

    assert "No results yet." in texts(svg)
    assert "chart-point" not in svg


def test_hidden_results_are_said() -> None:
    assert "3 results hidden" in texts(
        trend_svg(chart(hidden_words="3 results hidden"), inline=True)
    )


@pytest.mark.parametrize("span", [0, 1, 3, 40, 400, 3_650, 7_300, 36_500])
@pytest.mark.parametrize("width", [320, 1000])
def test_any_span_of_days_can_be_drawn(span: int, width: int) -> None:
    first = date(1950, 3, 1)
    points = (
        point("1950-03-01", "60"),
        point("1950-03-01", "80")._replace(collected_on=first + timedelta(days=span)),
    )
    drawn = chart(
        points=points, targets=(), starts_on=first, ends_on=first + timedelta(days=span)
    )

    scene = compose(drawn, width=width)

    places = [x for run in scene.marks for x, _ in run.spots]
    assert all(0 < x < width for x in places)
    assert len(set(places)) == (1 if span == 0 else 2)


@pytest.mark.parametrize("value", ["0", "0.1", "4", "999999999999"])
def test_any_value_can_be_drawn(value: str) -> None:
    scene = compose(chart(points=(point("2023-06-01", value),), targets=()))

    ((_, y),) = scene.marks[0].spots
    assert 0 < y < scene.height


def test_a_result_outside_the_given_days_widens_the_axis() -> None:
    early = point("2020-01-01", "60")

    scene = compose(chart(points=(early, *POINTS)))

    assert all(x > 0 for run in scene.marks for x, _ in run.spots)


@pytest.mark.parametrize("width", [0, 100, 100_000])
def test_a_senseless_width_is_brought_to_a_sensible_one(width: int) -> None:
    assert 280 <= compose(chart(), width=width).width <= 2_000


@pytest.mark.parametrize("width", [320, 1000])
def test_the_key_explains_only_what_occurs(width: int) -> None:
    words = texts(trend_svg(chart(), inline=True, width=width))

    assert {"within target", "below target", "target range"} <= set(words)
    assert not {"above target", "cannot tell", "preliminary", "single dose"} & set(
        words
    )


def test_an_arrow_stands_in_the_key_where_only_arrows_have_the_position() -> None:
    censored = point("2023-06-01", "<60", position=Position.CANNOT_TELL)

    words = texts(trend_svg(chart(points=(censored,)), inline=True))

    assert {"cannot tell", "limit of the test"} <= set(words)


def test_every_word_can_be_translated() -> None:
    german = Words(
        value_axis="25(OH)D in %(unit)s",
        date_axis="Entnahmetag",
        within="im Zielbereich",
        below="unter dem Zielbereich",
        target="Zielbereich",
        decimal_mark=",",
        months=("Jän", *Words().months[1:]),
    )

    words = set(texts(trend_svg(chart(words=german), inline=True)))

    assert {
        "25(OH)D in nmol/L",
        "Entnahmetag",
        "im Zielbereich",
        "Zielbereich",
    } <= words
    assert "Jän" in words
    assert not {"Collection date", "within target", "Jan"} & words


def test_a_season_is_shaded_and_explained_once() -> None:
    winter = (date(2023, 12, 1), date(2024, 2, 29), "winter")
    plain, shaded = (
        trend_svg(
            chart(shading=found, shading_words="December to February"), inline=True
        )
        for found in ((), (winter,))
    )

    assert "var(--chart-season)" not in plain
    assert "December to February" not in texts(plain)
    assert texts(shaded).count("December to February") == 1


# The eleven things that a graph of laboratory results should show
# (Sittig et al. 2015).
@pytest.mark.parametrize("width", [360, 1000])
@pytest.mark.parametrize(
    "words",
    [
        "Anna Example · born 3 May 1978 · 0001",
        "25-hydroxyvitamin D",
        "Collection date",
        "2024",
        "25(OH)D, nmol/L",
        "100",
        "ng/mL",
        "Dr Osei",
        "within target",
    ],
    ids=[
        "patient identity",
        "title",
        "label of x",
        "values of x",
        "label of y with unit",
        "values of y",
        "the other unit",
        "reference range",
        "legend",
    ],
)
def test_the_graph_shows_what_a_laboratory_graph_should(words: str, width: int) -> None:
    assert words in " ".join(texts(trend_svg(chart(), inline=True, width=width)))


def test_scales_of_both_axes_are_linear_and_each_result_tells_its_detail() -> None:
    scene = compose(chart(), described=True)
    ticks = {
        int(item.words): item.y
        for item in scene.items
        if isinstance(item, Text) and item.anchor == "end" and item.words.isdigit()
    }

    distances = {
        round((ticks[0] - y) / value, 4) for value, y in ticks.items() if value
    }
    assert len(distances) == 1
    details = [about.detail for run in scene.marks for about in run.about]
    assert details == [one.detail for one in POINTS]


def test_paper_carries_the_same_words_as_the_page() -> None:
    drawn = chart(points=(), targets=(), patient_line="", subtitle="", other_unit=None)

    words = [i.words for i in compose(drawn).items if isinstance(i, Text)]

    assert streams(trend_pdf(drawn)).count(b"BT") == len(words)


def test_a_chart_without_results_but_with_a_target_shows_the_target() -> None:
    svg = trend_svg(chart(points=()), inline=True)

    assert "Target 50 to 125" in texts(svg)


def test_a_value_of_many_digits_keeps_the_scale_readable() -> None:
    svg = trend_svg(chart(points=(point("2023-06-01", "123456"),)), inline=True)

    assert "120\u202f000" in texts(svg)
    assert parsed(svg).get("viewBox")


def test_a_target_far_above_the_results_is_in_view() -> None:
    high = replace(chart().targets[0], high=Decimal(400))

    words = texts(trend_svg(chart(targets=(high,)), inline=True))

    assert "400" in words


@pytest.mark.parametrize("width", [320, 1000])
@pytest.mark.parametrize("results", [0, 1, 2, 400])
def test_every_number_of_results_is_drawn_honestly(results: int, width: int) -> None:
    first = date(2012, 1, 1).toordinal()
    points = tuple(
        point(date.fromordinal(first + 11 * n).isoformat(), str(40 + n % 50), segment=0)
        for n in range(results)
    )
    drawn = chart(points=points, empty_words="Results will be drawn here.")

    scene = compose(drawn, width=width)

    lines = [i for i in scene.items if isinstance(i, Stroke) and i.ink is Ink.LINE]
    assert sum(len(run.spots) for run in scene.marks) == results
    assert sum(len(line.spots) for line in lines) == (results if results > 1 else 0)
    words = texts(trend_svg(drawn, inline=True, width=width))
    assert ("Results will be drawn here." in words) == (results == 0)
    if points:
        assert points[-1].label in words
