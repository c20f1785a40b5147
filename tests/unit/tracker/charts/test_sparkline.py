import pytest

from labs.domain.flags import Position
from tests.unit.tracker.charts.examples import POINTS, SVG, TARGET, parsed, point
from tracker.charts.sparkline import sparkline_svg
from tracker.charts.style import Ink
from tracker.charts.trend import TrendPoint


def test_a_sparkline_is_named_and_wordless() -> None:
    root = parsed(sparkline_svg(POINTS, title="90 nmol/L, 1 August 2024, within"))

    assert root.findtext(f".//{SVG}title") == "90 nmol/L, 1 August 2024, within"
    assert not list(root.iter(f"{SVG}text"))


@pytest.mark.parametrize(
    "points",
    [
        (),
        POINTS[:1],
        POINTS,
        (point("2024-01-01", "0"),),
        (point("2024-01-01", "<4", position=Position.BELOW),),
    ],
)
def test_any_number_of_results_makes_a_sparkline(
    points: tuple[TrendPoint, ...],
) -> None:
    for target in (None, TARGET):
        root = parsed(sparkline_svg(points, title="<4 & more", target=target))
        assert root.get("viewBox") == "0 0 120 32"


def test_the_newest_result_has_the_ink_of_its_position() -> None:
    svg = sparkline_svg(POINTS[:3], title="44 nmol/L, below")

    assert f"var({Ink.BELOW})" in svg
    assert f"var({Ink.WITHIN})" not in svg


def test_a_sparkline_joins_only_one_segment() -> None:
    points = (*POINTS[:2], point("2024-01-01", "70", segment=1), POINTS[2])

    svg = sparkline_svg(points, title="")

    assert svg.count(f'stroke="var({Ink.LINE})"') == 1
