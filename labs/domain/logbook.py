"""
Which intakes can be logged: on which day, and how many a day.

A log says what was taken or skipped; it is never a plan, and a day that nobody logged
is not a skipped one. What is logged keeps the amounts of its day.
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from labs.domain.intakes import (
    AMOUNT_MISSING,
    EVENTS_HAVE_NO_AVERAGE,
    FEWER_THAN_TWO_CYCLES,
    INCOMPLETE_LOG,
    LOGGED_EQUAL_AMOUNTS,
    LOGGED_IN_ALL,
    LOGGED_WITHOUT_AMOUNT,
    SPREAD_OVER_DAYS,
)
from labs.domain.schedules import (
    DAYS_A_WEEK,
    WITHOUT_EXPECTATION,
    Schedule,
    ScheduleKind,
)
from labs.domain.sentences import N_, Refused, Sentence
from labs.domain.supplements import Period

EVENTS_LOGGED_A_DAY = 24  # as needed, or given in a clinic: no schedule says how many

DAY_IN_FUTURE = N_("This day has not come yet. Log what was taken or skipped.")
DAY_OUTSIDE_PERIOD = N_(
    "This product was not recorded on %(day)s. Choose a day from %(starts_on)s on."
)
DAY_AFTER_END = N_(
    "This product was recorded until %(ends_on)s. Choose a day up to then."
)
DAY_PAUSED = N_(
    "This product was recorded as paused on %(day)s. Choose another day, or write "
    "first when it was taken again."
)
DAY_IS_FULL = N_("Everything of %(day)s is logged already. Undo that entry first.")
NOTHING_LEFT_TO_LOG = N_("Everything of these days is logged already.")


class LogRefused(Refused):
    """An intake that the record does not allow on that day."""


def intakes_a_day(schedule: Schedule) -> int:
    """Return how many intakes of one day can be logged."""
    if schedule.kind is ScheduleKind.TIMES_A_DAY:
        return schedule.count
    return EVENTS_LOGGED_A_DAY if schedule.kind in WITHOUT_EXPECTATION else 1


def free_rounds(schedule: Schedule, logged: Collection[int]) -> tuple[int, ...]:
    """Return the rounds of a day that are not logged yet, the first one first."""
    every = range(1, intakes_a_day(schedule) + 1)
    return tuple(number for number in every if number not in logged)


def next_round(
    period: Period, day: date, *, logged: Collection[int], today: date
) -> int:
    """Return the round that an entry of this day is; raises where there is none."""
    check_day(period, day, today=today)
    free = free_rounds(period.schedule, logged)
    if not free:
        raise LogRefused.because(DAY_IS_FULL, day=day)
    return free[0]


def check_day(period: Period, day: date, *, today: date) -> None:
    """Refuse a day that has not come, is not of the period, or was paused."""
    if day > today:
        raise LogRefused.because(DAY_IN_FUTURE)
    if day < period.starts_on:
        raise LogRefused.because(
            DAY_OUTSIDE_PERIOD, day=day, starts_on=period.starts_on
        )
    if period.ends_on is not None and day > period.ends_on:
        raise LogRefused.because(DAY_AFTER_END, ends_on=period.ends_on)
    if period.is_paused(day):
        raise LogRefused.because(DAY_PAUSED, day=day)


def days_to_fill(period: Period, today: date) -> tuple[date, ...]:
    """
    Return the days of the last week, today included, on which an intake was expected.

    Only for a product of every day; for others a week holds days without one.
    """
    if not period.schedule.is_daily:
        return ()
    week = (today - timedelta(days=back) for back in reversed(range(DAYS_A_WEEK)))
    return tuple(
        day for day in week if period.is_in_force(day) and not period.is_paused(day)
    )


# For a clinician ----------------------------------------------------------------------

HOLDS_EQUAL_AMOUNTS = N_(
    "In the %(days)s days to %(ends_on)s the log holds %(count)s "
    "\N{MULTIPLICATION SIGN} %(amount)s of %(substance)s."
)
HOLDS_IN_ALL = N_(
    "In the %(days)s days to %(ends_on)s the log holds %(amount)s of %(substance)s in "
    "%(count)s intakes."
)
HOLDS_WITHOUT_AMOUNT = N_(
    "In the %(days)s days to %(ends_on)s the log holds %(substance)s in %(count)s "
    "intakes whose amount is not known."
)
SPREAD_FOR_CLINICIAN = N_(
    "Spread over %(days)s days that is about %(average)s per day (arithmetic of the "
    "log)."
)
INCOMPLETE_FOR_CLINICIAN = N_(
    "%(logged)s of the %(expected)s intakes expected in these %(days)s days were "
    "logged, so no average is shown."
)
FEW_CYCLES_FOR_CLINICIAN = N_(
    "These %(days)s days hold fewer than two rounds of the recorded schedule, so no "
    "average is shown."
)
EVENTS_FOR_CLINICIAN = N_(
    "Intakes that are single, as needed or given in a clinic are not spread over days, "
    "so no average is shown."
)
AMOUNT_MISSING_FOR_CLINICIAN = N_(
    "The amount of %(count)s logged intakes is not known, so no average is shown."
)

_FOR_CLINICIAN = {
    LOGGED_EQUAL_AMOUNTS: HOLDS_EQUAL_AMOUNTS,
    LOGGED_IN_ALL: HOLDS_IN_ALL,
    LOGGED_WITHOUT_AMOUNT: HOLDS_WITHOUT_AMOUNT,
    SPREAD_OVER_DAYS: SPREAD_FOR_CLINICIAN,
    INCOMPLETE_LOG: INCOMPLETE_FOR_CLINICIAN,
    FEWER_THAN_TWO_CYCLES: FEW_CYCLES_FOR_CLINICIAN,
    EVENTS_HAVE_NO_AVERAGE: EVENTS_FOR_CLINICIAN,
    AMOUNT_MISSING: AMOUNT_MISSING_FOR_CLINICIAN,
}


def for_clinician(said: Iterable[Sentence]) -> tuple[Sentence, ...]:
    """Return the same facts of the log, without calling the reader "you"."""
    return tuple(
        Sentence(_FOR_CLINICIAN.get(each.template, each.template), each.values)
        for each in said
    )
