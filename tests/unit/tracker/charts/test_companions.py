"""The small charts of calcium and its kin: own scale, own interval, shared days."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from labs.domain.companions import IntervalPosition
from tests.unit.tracker.charts.examples import SVG, chart, parsed, texts
from tracker.charts.companions import (
    CompanionChart,
    CompanionPoint,
    CompanionSeries,
    companions_svg,
    compose_companions,
)
from tracker.charts.scene import Rect, Shape
from tracker.charts.style import NARROW, WIDE, Ink
from tracker.charts.trend import compose, times_of

CALCIUM_INTERVAL = (Decimal("2.20"), Decimal("2.60"))


def a_point(day: str, value: str, **changes: object) -> CompanionPoint:
    made = CompanionPoint(
        collected_on=date.fromisoformat(day),
        value=Decimal(value),
        label=value,
        position=IntervalPosition.WITHIN,
        interval=CALCIUM_INTERVAL,
        detail=f"Calcium, total · {value} mmol/L",
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # any field


CALCIUM = CompanionSeries(
    name="Calcium, total",
    unit="mmol/L",
    points=(
        a_point("2023-03-01", "2.41"),
        a_point("2024-03-01", "2.71", position=IntervalPosition.ABOVE),
    ),
)
IONISED = CompanionSeries(
    name="Calcium, ionised",
    unit="mmol/L",
    points=(a_point("2024-03-01", "1.21", interval=None),),
)


def companions(*series: CompanionSeries) -> CompanionChart:
    return CompanionChart(title="Other tests", trend=chart(), series=series)


def bars(*series: CompanionSeries) -> list[Rect]:
    items = compose_companions(companions(*series)).items
    bars = [each for each in items if isinstance(each, Rect) and each.fill is Ink.BAR]
    return bars[:-1]  # the last one is in the key


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_a_day_stands_under_the_same_day_of_the_trend(width: int) -> None:
    trend = compose(chart(), width=width, described=True)
    scene = compose_companions(companions(CALCIUM), width=width)

    assert trend.days is not None
    times = times_of(chart(), width=width)
    assert (times.left, times.right) == (trend.days.left, trend.days.right)
    assert scene.marks[0].spots[0][0] == times.x(date(2023, 3, 1))


def test_total_and_ionised_calcium_have_panels_of_their_own() -> None:
    scene = compose_companions(companions(CALCIUM, IONISED))
    total, ionised = scene.marks[1], scene.marks[2]

    assert ionised.spots[0][1] - total.spots[0][1] > 60
    words = texts(companions_svg(companions(CALCIUM, IONISED)))
    assert "Calcium, total, mmol/L" in words
    assert "Calcium, ionised, mmol/L" in words


def test_an_interval_stands_at_its_own_result_alone() -> None:
    assert len(bars(CALCIUM)) == 2
    assert len(bars(CALCIUM, IONISED)) == 2


def test_what_lies_outside_its_own_interval_has_a_shape_of_its_own() -> None:
    scene = compose_companions(companions(CALCIUM))

    assert [run.shape for run in scene.marks] == [Shape.DOT, Shape.TRIANGLE_UP]
    assert "above its own interval" in texts(companions_svg(companions(CALCIUM)))
    assert "below its own interval" not in texts(companions_svg(companions(CALCIUM)))


def test_every_mark_can_be_pointed_at_and_tells_its_test() -> None:
    root = parsed(companions_svg(companions(CALCIUM, IONISED)))
    points = [g for g in root.iter(f"{SVG}g") if g.get("class") == "chart-point"]

    assert len(points) == 3
    assert points[0].get("data-detail") == "Calcium, total · 2.41 mmol/L"
    assert [g.get("tabindex") for g in points].count("0") == 1


def test_no_result_makes_no_panel() -> None:
    empty = CompanionSeries(name="PTH", unit="pmol/L", points=())

    assert not compose_companions(companions(empty)).marks


def test_one_value_alone_and_a_censored_one_can_be_drawn() -> None:
    censored = a_point("2024-01-01", "0", comparator="<", label="<0", interval=None)
    series = CompanionSeries(name="PTH", unit="pmol/L", points=(censored,))

    assert compose_companions(companions(series)).marks[0].shape is (
        Shape.LESS_THAN_SHORT
    )


def test_a_test_that_is_its_own_unit_is_named_once() -> None:
    inr = CompanionSeries(
        name="INR", unit="INR", points=(a_point("2026-03-01", "2.4", interval=None),)
    )

    drawn = texts(
        companions_svg(CompanionChart(title="", trend=chart(), series=(inr,)))
    )

    assert "INR" in drawn
    assert "2.4" in drawn
    assert not any("INR, INR" in each or "2.4 INR" in each for each in drawn)
