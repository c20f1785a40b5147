"""When a period can be paused, taken up again, or changed."""

from datetime import date
from decimal import Decimal

import pytest

from labs.domain.pauses import (
    PauseRefused,
    check_can_change,
    check_can_pause,
    check_can_resume,
    open_pause,
)
from labs.domain.schedules import Pause, Schedule, ScheduleKind
from labs.domain.supplements import Period, Product

STARTS_ON = date(2026, 3, 1)
ENDS_ON = date(2026, 3, 31)


def a_period(*pauses: Pause) -> Period:
    schedule = Schedule(ScheduleKind.DAILY)
    product = Product("Sunny D3", ())
    return Period(product, Decimal(1), schedule, STARTS_ON, ENDS_ON, pauses)


@pytest.mark.parametrize("day", [STARTS_ON, ENDS_ON])
def test_any_day_of_the_period_can_begin_a_pause(day: date) -> None:
    check_can_pause(a_period(), day)


@pytest.mark.parametrize("day", [date(2026, 2, 28), date(2026, 4, 1)])
def test_a_pause_outside_the_period_is_refused(day: date) -> None:
    with pytest.raises(PauseRefused, match="recorded as taken"):
        check_can_pause(a_period(), day)


@pytest.mark.parametrize(
    "pause", [Pause(date(2026, 3, 10)), Pause(date(2026, 3, 8), date(2026, 3, 10))]
)
def test_a_pause_that_would_overlap_another_is_refused(pause: Pause) -> None:
    with pytest.raises(PauseRefused, match="paused from then on already"):
        check_can_pause(a_period(pause), date(2026, 3, 10))


def test_a_pause_after_one_that_is_over_is_allowed() -> None:
    over = Pause(date(2026, 3, 8), date(2026, 3, 10))

    check_can_pause(a_period(over), date(2026, 3, 11))


def test_a_pause_ends_after_its_first_day_at_the_earliest() -> None:
    paused = a_period(Pause(date(2026, 3, 10)))

    check_can_resume(paused, date(2026, 3, 11))
    with pytest.raises(PauseRefused, match="began on 10 March 2026"):
        check_can_resume(paused, date(2026, 3, 10))


def test_what_is_not_paused_cannot_be_taken_up_again() -> None:
    over = Pause(date(2026, 3, 8), date(2026, 3, 10))

    with pytest.raises(PauseRefused, match="not recorded as paused"):
        check_can_resume(a_period(over), date(2026, 3, 12))
    assert open_pause(a_period(over)) is None


def test_a_change_needs_a_day_before_it_and_no_pause() -> None:
    check_can_change(a_period(), date(2026, 3, 2))
    with pytest.raises(PauseRefused, match="comes after that day"):
        check_can_change(a_period(), STARTS_ON)
    with pytest.raises(PauseRefused, match="recorded as taken"):
        check_can_change(a_period(), date(2026, 4, 1))
    with pytest.raises(PauseRefused, match="taken again"):
        check_can_change(a_period(Pause(date(2026, 3, 10))), date(2026, 3, 20))
