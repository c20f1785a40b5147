"""
What the log says about a sample that may have disturbed the test itself.

A mark stands beside a result that is already there. It never says that the result is
wrong, and never for how long anything ought to be left out.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from labs.domain.intakes import LoggedPeriod, Outcome
from labs.domain.schedules import Span
from labs.domain.sentences import N_, Sentence
from labs.domain.supplements import Substance

BIOTIN_DAYS = 7  # rules 4

BIOTIN_WAS_LOGGED = N_("Biotin was logged in the 7 days before this sample.")
BIOTIN_WAS_RECORDED = N_(
    "A product with biotin was recorded as in use in the 7 days before this sample."
)


def assay_marks(
    records: Sequence[LoggedPeriod], sample_on: date
) -> tuple[Sentence, ...]:
    """
    Return the marks for a sample; the day it was drawn counts with the 7 before it.

    A record without logged intakes says less than a log, so it has words of its own,
    and a skipped intake says nothing.
    """
    days = Span(sample_on - timedelta(days=BIOTIN_DAYS), sample_on)
    if any(_was_logged(record, days) for record in records):
        return (Sentence(BIOTIN_WAS_LOGGED),)
    if any(_was_recorded(record, days) for record in records):
        return (Sentence(BIOTIN_WAS_RECORDED),)
    return ()


def _was_logged(record: LoggedPeriod, days: Span) -> bool:
    return any(
        ingredient.substance is Substance.BIOTIN
        for intake in record.intakes
        if intake.on in days and intake.outcome is Outcome.TAKEN
        for ingredient in (*intake.ingredients, *record.period.product.ingredients)
    )


def _was_recorded(record: LoggedPeriod, days: Span) -> bool:
    return (
        Substance.BIOTIN in record.period.product.substances
        and not record.logged_in(days)
        and record.period.expected_in(days) > 0
    )
