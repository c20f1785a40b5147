"""What the drill of half an hour says of memory is what its samples say."""

import pytest

from tests.integration.operations.soaking import (
    Sample,
    Soaked,
    figures,
    growth,
    medians,
)


def a_minute_apart(*held: float) -> list[Sample]:
    return [Sample(60.0 * number, mb, 100.0, 8, 9) for number, mb in enumerate(held)]


@pytest.mark.parametrize(
    ("held", "an_hour"),
    [((300, 300, 300, 300), 0), ((300, 301, 302, 303), 60), ((300, 299, 298), -60)],
)
def test_growth_is_the_slope_of_what_is_held(
    held: tuple[float], an_hour: float
) -> None:
    assert growth(a_minute_apart(*held), "web") == pytest.approx(an_hour)


def test_a_single_look_tells_of_no_growth() -> None:
    assert growth(a_minute_apart(300), "web") == 0


def test_what_is_filled_at_first_is_no_growth() -> None:
    """Ten of twelve looks are level; the two before them were of cold processes."""
    found = Soaked(samples=a_minute_apart(100, 200, *[300] * 10))

    told = figures(found)

    assert told["growth of the web processes"] == "+0.0 MB an hour"
    told_of_memory = told[
        "memory of the web processes, from when they are warm to the end"
    ]
    assert told_of_memory == "300, 300, 300, 300, 300 MB"
    assert told["connections of the database, least and most"] == "8, 8"


def test_the_middle_of_each_piece_is_told_and_no_look_is_left_out() -> None:
    assert medians([1, 2, 9, 4, 5, 5, 7, 8, 9, 30]) == [1.5, 6.5, 5, 7.5, 19.5]
    assert medians([1, 2, 3, 4, 5, 6, 7]) == [1, 2, 3.5, 5, 6.5]
    assert medians([7, 8]) == [7, 8]
