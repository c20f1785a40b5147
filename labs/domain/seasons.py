"""
Calendar seasons by hemisphere, as shading behind a chart.

Nothing is adjusted for season, and no curve is fitted. Between the tropics, or where
the hemisphere is not known, there is no season to show.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from itertools import groupby

# Meteorological seasons: docs/clinical.md, "Seasons"
MONTHS_OF_A_SEASON = 3
DECEMBER = 12


class Hemisphere(StrEnum):
    """Where a person lives, as they chose; never from their position."""

    NORTH = "north"
    SOUTH = "south"
    TROPICS = "tropics"
    UNKNOWN = "unknown"


class Season(StrEnum):
    """A quarter of the year by the calendar."""

    WINTER = "winter"
    SPRING = "spring"
    SUMMER = "summer"
    AUTUMN = "autumn"


# In the order of the year from December on.
SEASONS = {
    Hemisphere.NORTH: (Season.WINTER, Season.SPRING, Season.SUMMER, Season.AUTUMN),
    Hemisphere.SOUTH: (Season.SUMMER, Season.AUTUMN, Season.WINTER, Season.SPRING),
}
SHADED = frozenset({Season.WINTER, Season.SUMMER})


def season_of(day: date, hemisphere: Hemisphere) -> Season | None:
    """
    Return the season of a day; None in the tropics and where nothing is known.

    >>> season_of(date(2026, 1, 15), Hemisphere.SOUTH)
    <Season.SUMMER: 'summer'>
    """
    if hemisphere not in SEASONS:
        return None
    return SEASONS[hemisphere][day.month % DECEMBER // MONTHS_OF_A_SEASON]


def are_of_one_season(one: date, other: date) -> bool:
    """
    Say whether two days fall in the same quarter of the year, in either hemisphere.

    >>> are_of_one_season(date(2025, 12, 1), date(2026, 2, 1))
    True
    """
    north = Hemisphere.NORTH
    return season_of(one, north) is season_of(other, north)


def shaded_periods(
    start: date, end: date, hemisphere: Hemisphere
) -> tuple[tuple[date, date, Season], ...]:
    """
    Return the winters and summers between two days, cut at both; days are inclusive.

    Nothing is returned where the end lies before the start.
    """
    months = _months_between(start, end)
    periods = []
    for season, run in groupby(months, lambda first: season_of(first, hemisphere)):
        if season in SHADED:
            firsts = tuple(run)
            until = min(_last_day(firsts[-1]), end)
            periods.append((max(firsts[0], start), until, season))
    return tuple(periods)


def _months_between(start: date, end: date) -> Iterator[date]:
    """Yield the first day of every month that is touched."""
    first = (start.year, start.month)
    for year in range(start.year, end.year + 1):
        for month in range(1, DECEMBER + 1):
            if first <= (year, month) <= (end.year, end.month):
                yield date(year, month, 1)


def _last_day(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])
