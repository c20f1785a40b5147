"""Which day can be logged, how often, and what a clinician reads of it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from labs.domain.intakes import Intake, LoggedPeriod, Outcome, summarise
from labs.domain.language import violations
from labs.domain.logbook import (
    EVENTS_LOGGED_A_DAY,
    LogRefused,
    check_day,
    days_to_fill,
    for_clinician,
    free_rounds,
    intakes_a_day,
    next_round,
)
from labs.domain.schedules import Pause, Schedule, ScheduleKind, Span
from labs.domain.supplements import (
    AmountUnit,
    Ingredient,
    Period,
    Product,
    Substance,
)

TODAY = date(2026, 3, 12)
DAILY = Schedule(ScheduleKind.DAILY)
D3 = Ingredient(Substance.D3, Decimal(1000), AmountUnit.IU)


def a_period(
    schedule: Schedule = DAILY,
    *,
    starts_on: date = date(2026, 3, 1),
    ends_on: date | None = None,
    pauses: tuple[Pause, ...] = (),
) -> Period:
    return Period(
        Product("Sunny D3", (D3,)), Decimal(1), schedule, starts_on, ends_on, pauses
    )


@pytest.mark.parametrize(
    ("schedule", "count"),
    [
        (DAILY, 1),
        (Schedule(ScheduleKind.TIMES_A_DAY, 3), 3),
        (Schedule(ScheduleKind.WEEKLY), 1),
        (Schedule(ScheduleKind.SINGLE), 1),
        (Schedule(ScheduleKind.AS_NEEDED), EVENTS_LOGGED_A_DAY),
        (Schedule(ScheduleKind.GIVEN_IN_CLINIC), EVENTS_LOGGED_A_DAY),
    ],
)
def test_a_day_holds_as_many_intakes_as_its_schedule(
    schedule: Schedule, count: int
) -> None:
    assert intakes_a_day(schedule) == count


def test_the_next_intake_of_a_day_takes_the_first_free_round() -> None:
    three = a_period(Schedule(ScheduleKind.TIMES_A_DAY, 3))

    assert next_round(three, TODAY, logged={1, 3}, today=TODAY) == 2
    assert free_rounds(three.schedule, {1, 2, 3}) == ()


def test_a_full_day_is_refused() -> None:
    with pytest.raises(LogRefused, match="is logged already"):
        next_round(a_period(), TODAY, logged={1}, today=TODAY)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 3, 13), "has not come yet"),
        (date(2026, 2, 28), "was not recorded on 28 February 2026"),
        (date(2026, 3, 11), "recorded until 10 March 2026"),
        (date(2026, 3, 5), "recorded as paused on 5 March 2026"),
    ],
)
def test_a_day_that_the_record_does_not_hold_is_refused(day: date, why: str) -> None:
    pause = Pause(date(2026, 3, 4), date(2026, 3, 6))
    period = a_period(ends_on=date(2026, 3, 10), pauses=(pause,))

    with pytest.raises(LogRefused, match=why):
        check_day(period, day, today=TODAY)


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 3, 10)])
def test_the_first_and_the_last_day_can_be_logged(day: date) -> None:
    check_day(a_period(ends_on=date(2026, 3, 10)), day, today=TODAY)


def test_a_week_ends_today_and_leaves_out_pauses_and_days_before_the_start() -> None:
    pause = Pause(date(2026, 3, 9), date(2026, 3, 10))
    period = a_period(starts_on=date(2026, 3, 8), pauses=(pause,))

    assert days_to_fill(period, TODAY) == (
        date(2026, 3, 8),
        date(2026, 3, 11),
        date(2026, 3, 12),
    )
    assert len(days_to_fill(a_period(), TODAY)) == 7


@pytest.mark.parametrize(
    "kind", [ScheduleKind.WEEKLY, ScheduleKind.AS_NEEDED, ScheduleKind.SINGLE]
)
def test_only_a_product_of_every_day_is_logged_by_the_week(kind: ScheduleKind) -> None:
    assert days_to_fill(a_period(Schedule(kind)), TODAY) == ()


@pytest.mark.parametrize("logged", [3, 12])
def test_a_clinician_reads_the_same_numbers_without_being_called_you(
    logged: int,
) -> None:
    intakes = tuple(
        Intake(TODAY - timedelta(days=back), Outcome.TAKEN, ingredients=(D3,))
        for back in range(logged)
    )
    summary = summarise(
        [LoggedPeriod(a_period(), intakes)], Span(date(2026, 3, 1), TODAY)
    )

    for_patient = " ".join(map(str, summary.sentences()))
    words = " ".join(map(str, for_clinician(summary.sentences())))

    assert "you" in for_patient
    assert " you" not in words.lower()
    assert f"{logged} \N{MULTIPLICATION SIGN} 1,000 international units" in words
    assert ("per day" in words) is (logged == 12)
    assert violations(words) == ()
