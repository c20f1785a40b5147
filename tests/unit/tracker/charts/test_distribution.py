"""What a clinic's distribution tells, and what it must not: few people."""

from decimal import Decimal

import pytest

from labs.domain.disclosure import FEWEST_TOLD
from labs.domain.flags import Position
from tests.unit.tracker.charts.examples import SVG, parsed, texts
from tracker.charts.distribution import (
    Distribution,
    PositionRow,
    columns_of,
    compose_distribution,
    distribution_svg,
)
from tracker.charts.style import NARROW, WIDE, Ink


def row(position: Position, *values: int) -> PositionRow:
    return PositionRow(
        position=position, words=position.value, values=tuple(map(Decimal, values))
    )


def distribution(*rows: PositionRow) -> Distribution:
    return Distribution(
        title="Latest values", unit="nmol/L", rows=rows, fewest=FEWEST_TOLD
    )


BELOW = row(Position.BELOW, *[41] * 7, *[12] * 3)
WITHIN = row(Position.WITHIN, *[80] * 20, *[99] * 6)


def test_a_column_of_few_people_bears_no_number() -> None:
    columns = columns_of(distribution(BELOW, WITHIN))

    assert [column.people for column in columns[Position.BELOW]] == [None, 7]
    assert [column.people for column in columns[Position.WITHIN]] == [20, 6]
    assert "3" not in texts(distribution_svg(distribution(BELOW, WITHIN)))


def test_a_hidden_column_cannot_be_worked_out_from_the_sum_of_its_row() -> None:
    words = texts(distribution_svg(distribution(BELOW, WITHIN)))

    assert "7 people or more" in words
    assert "26 people" in words
    assert not any("10" in word and "people" in word for word in words)


def test_a_hollow_column_is_as_high_for_one_person_as_for_four() -> None:
    one = distribution_svg(distribution(row(Position.BELOW, 40), WITHIN))
    four = distribution_svg(distribution(row(Position.BELOW, *[40] * 4), WITHIN))

    assert one == four


def test_each_position_has_its_shape_beside_its_name() -> None:
    scene = compose_distribution(distribution(BELOW, WITHIN))

    assert len({run.shape for run in scene.marks}) == 2


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_every_word_stays_inside_the_picture(width: int) -> None:
    svg = distribution_svg(distribution(BELOW, WITHIN), width=width)

    for node in parsed(svg).iter(f"{SVG}text"):
        assert 0 <= float(node.get("x", "-1")) <= width


def test_no_value_at_all_is_said_in_words() -> None:
    empty = Distribution(
        title="Latest values",
        unit="nmol/L",
        rows=(),
        fewest=FEWEST_TOLD,
        empty_words="None yet.",
    )

    assert "None yet." in texts(distribution_svg(empty))
    assert columns_of(empty) == {}


def test_the_page_gets_custom_properties_as_colours() -> None:
    svg = distribution_svg(distribution(WITHIN), inline=True)

    assert f"var({Ink.WITHIN})" in svg
    assert "style=" not in svg
