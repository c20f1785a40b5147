"""
When a clinician has asked for the next test; nothing here proposes one.

A plan names a day, or an interval that begins anew with each test.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from labs.domain import sentences
from labs.domain.change import months_after
from labs.domain.sentences import Refused

# [28 days] and [60 months], engineering choices: docs/clinical.md, "Worklist"
EARLY_BY = timedelta(days=28)
MOST_MONTHS = 60


class RetestRefused(Refused):
    """A plan that cannot be kept as it was written."""


@dataclass(frozen=True, slots=True)
class RetestPlan:
    """The next test as a clinician asked for it: on a day, or every so many months."""

    set_on: date
    due_on: date | None = None
    every_months: int | None = None

    def __post_init__(self) -> None:
        if (self.due_on is None) == (self.every_months is None):
            raise RetestRefused.because(sentences.RETEST_NEEDS_ONE)
        if self.due_on is not None and self.due_on <= self.set_on:
            raise RetestRefused.because(sentences.RETEST_IN_THE_PAST)
        if self.every_months is not None and not 1 <= self.every_months <= MOST_MONTHS:
            raise RetestRefused.because(sentences.RETEST_MONTHS, most=MOST_MONTHS)


def next_due(plan: RetestPlan, latest_test: date | None) -> date | None:
    """
    Return the day around which the next test was asked for; None once it was done.

    A test up to 28 days early meets a dated plan. An interval counts from the latest
    test, or from the day of the plan where none came after.
    """
    if plan.every_months is not None:
        start = latest_test if latest_test is not None else plan.set_on
        return months_after(start, plan.every_months)
    due_on = plan.due_on
    if due_on is None or (latest_test and latest_test >= due_on - EARLY_BY):
        return None
    return due_on
