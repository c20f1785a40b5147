from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.domain.seasons import Hemisphere, Season, season_of, shaded_periods

NORTH, SOUTH = Hemisphere.NORTH, Hemisphere.SOUTH
days = st.dates(min_value=date(2000, 1, 1), max_value=date(2030, 12, 31))


@pytest.mark.parametrize(
    ("day", "north", "south"),
    [
        (date(2025, 11, 30), Season.AUTUMN, Season.SPRING),
        (date(2025, 12, 1), Season.WINTER, Season.SUMMER),
        (date(2026, 1, 15), Season.WINTER, Season.SUMMER),
        (date(2026, 2, 28), Season.WINTER, Season.SUMMER),
        (date(2026, 3, 1), Season.SPRING, Season.AUTUMN),
        (date(2026, 5, 31), Season.SPRING, Season.AUTUMN),
        (date(2026, 6, 1), Season.SUMMER, Season.WINTER),
        (date(2026, 8, 31), Season.SUMMER, Season.WINTER),
        (date(2026, 9, 1), Season.AUTUMN, Season.SPRING),
    ],
)
def test_the_south_has_the_opposite_season(
    day: date, north: Season, south: Season
) -> None:
    assert season_of(day, NORTH) is north
    assert season_of(day, SOUTH) is south


@pytest.mark.parametrize("hemisphere", [Hemisphere.TROPICS, Hemisphere.UNKNOWN])
def test_there_is_no_season_in_the_tropics_or_where_nothing_is_known(
    hemisphere: Hemisphere,
) -> None:
    start, end = date(2024, 1, 1), date(2026, 12, 31)

    assert season_of(date(2026, 1, 15), hemisphere) is None
    assert shaded_periods(start, end, hemisphere) == ()


def test_winters_and_summers_are_shaded_and_cut_at_both_ends() -> None:
    periods = shaded_periods(date(2024, 1, 15), date(2025, 1, 10), NORTH)

    assert periods == (
        (date(2024, 1, 15), date(2024, 2, 29), Season.WINTER),
        (date(2024, 6, 1), date(2024, 8, 31), Season.SUMMER),
        (date(2024, 12, 1), date(2025, 1, 10), Season.WINTER),
    )


def test_the_south_shades_the_same_months_by_the_other_name() -> None:
    periods = shaded_periods(date(2025, 11, 1), date(2026, 7, 31), SOUTH)

    assert periods == (
        (date(2025, 12, 1), date(2026, 2, 28), Season.SUMMER),
        (date(2026, 6, 1), date(2026, 7, 31), Season.WINTER),
    )


def test_a_single_day_is_shaded() -> None:
    day = date(2026, 1, 15)

    assert shaded_periods(day, day, NORTH) == ((day, day, Season.WINTER),)


def test_an_end_before_the_start_shades_nothing() -> None:
    assert shaded_periods(date(2026, 2, 2), date(2026, 1, 1), NORTH) == ()


def test_the_first_and_the_last_year_of_the_calendar_can_be_shaded() -> None:
    assert shaded_periods(date.min, date(1, 2, 1), NORTH)
    assert shaded_periods(date(9999, 12, 1), date.max, NORTH)


@given(days, st.integers(0, 800), st.sampled_from(Hemisphere))
def test_every_day_is_shaded_exactly_by_its_own_season(
    start: date, length: int, hemisphere: Hemisphere
) -> None:
    end = start + timedelta(days=length)

    periods = shaded_periods(start, end, hemisphere)

    for offset in range(0, length + 1, 7):
        day = start + timedelta(days=offset)
        holding = [season for first, last, season in periods if first <= day <= last]
        season = season_of(day, hemisphere)
        is_shaded = season in {Season.WINTER, Season.SUMMER}
        assert holding == ([season] if is_shaded else [])
