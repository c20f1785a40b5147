"""What the drill of half an hour says of memory is what its samples say."""

import pytest

from tests.integration.operations.soaking import Sample, Soaked, figures, growth


def a_minute_apart(*held: float) -> list[Sample]:
    return [Sample(60.0 * number, mb, 100.0, 8) for number, mb in enumerate(held)]


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
    assert told["memory of the web processes, warm and at the end"] == "300 MB, 300 MB"
    assert told["connections of the database, least and most"] == "8, 8"
