from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.charts.axes import (
    number,
    other_ticks,
    round_step,
    time_axis,
    time_ticks,
    value_axis,
    value_ticks,
)
from tracker.charts.values import Words

ENGLISH = Words()
DAYS = st.dates(date(1900, 1, 1), date(2200, 1, 1))


@given(st.lists(DAYS, min_size=1, max_size=5))
def test_every_day_lies_inside_the_axis(days: list[date]) -> None:
    axis = time_axis(days, 50, 800, 15, 15)

    assert all(50 <= axis.x(day) <= 800 for day in days)


def test_equal_times_are_equal_distances() -> None:
    axis = time_axis([date(2023, 1, 1), date(2025, 1, 1)], 0, 1000, 10, 10)

    first, second, third = (axis.x(date(2024, 1, day)) for day in (1, 11, 21))

    assert second - first == pytest.approx(third - second)


@given(DAYS, st.integers(0, 9_000))
def test_ticks_of_any_span_are_in_order_and_apart(first: date, span: int) -> None:
    axis = time_axis([first, first + timedelta(days=span)], 50, 800, 15, 15)

    places = [tick.at for tick in time_ticks(axis, ENGLISH, 50)]

    assert places
    assert all(b - a >= 45 for a, b in pairwise(places))


@pytest.mark.parametrize(
    ("span", "words"),
    [(2, "1 Mar\n2024"), (400, "Mar\n2024"), (3_000, "2025"), (20_000, "2030")],
)
def test_ticks_speak_of_days_months_or_years_by_span(span: int, words: str) -> None:
    axis = time_axis([date(2024, 3, 1)] * 2, 0, 750, 0, 0)
    axis = axis._replace(
        first_day=date(2024, 3, 1).toordinal(),
        last_day=date(2024, 3, 1).toordinal() + span,
        per_day=750 / span,
    )

    assert words in {tick.words for tick in time_ticks(axis, ENGLISH, 60)}


def test_a_tick_of_a_year_stands_on_its_first_of_january() -> None:
    axis = time_axis([date(2010, 5, 1), date(2024, 5, 1)], 0, 700, 10, 10)

    ticks = {tick.words: tick.at for tick in time_ticks(axis, ENGLISH, 40)}

    assert ticks["2015"] == axis.x(date(2015, 1, 1))


@given(st.floats(0.01, 1e12))
def test_the_highest_value_lies_inside_a_scale_of_few_round_ticks(
    highest: float,
) -> None:
    axis = value_axis(highest, 100, 400, 7)

    assert axis.highest >= highest * 0.999_999
    assert 100 - 1e-6 <= axis.y(highest) <= 400
    assert 2 <= len(value_ticks(axis, ".")) <= 9


def test_zero_lies_at_the_bottom() -> None:
    axis = value_axis(130, 100, 400, 7)

    assert axis.y(0) == 400
    assert value_ticks(axis, ".")[0] == (400, "0", True)


def test_the_other_unit_stands_at_its_true_height() -> None:
    axis = value_axis(130, 100, 400, 7)

    ticks = {t.words: t.at for t in other_ticks(axis, 1 / 2.496, 7, ".")}

    assert ticks["20"] == pytest.approx(axis.y(Decimal("49.92")))


@pytest.mark.parametrize(
    ("value", "decimals", "mark", "written"),
    [
        (0.5, 1, ".", "0.5"),
        (0.5, 1, ",", "0,5"),
        (2.5, 1, ".", "2.5"),
        (120_000, 0, ".", "120\u202f000"),
        (1_200, 0, ".", "1200"),
    ],
)
def test_numbers_are_written_without_an_exponent(
    value: float, decimals: int, mark: str, written: str
) -> None:
    assert number(value, decimals, mark) == written


@pytest.mark.parametrize(("highest", "step"), [(130, 20), (60, 10), (0.9, 0.2)])
def test_steps_are_round(highest: float, step: float) -> None:
    assert round_step(highest, 7) == pytest.approx(step)
