"""When the next test was asked for."""

from datetime import date

import pytest

from labs.domain.retests import (
    EARLY_BY,
    MOST_MONTHS,
    RetestPlan,
    RetestRefused,
    next_due,
)

SET_ON = date(2026, 3, 1)
DUE_ON = date(2026, 6, 1)


def test_a_day_is_due_until_a_test_is_done_about_then() -> None:
    plan = RetestPlan(SET_ON, due_on=DUE_ON)

    assert next_due(plan, None) == DUE_ON
    assert next_due(plan, date(2026, 3, 20)) == DUE_ON
    assert next_due(plan, DUE_ON - EARLY_BY) is None
    assert next_due(plan, date(2026, 7, 9)) is None


def test_an_interval_begins_anew_with_each_test() -> None:
    plan = RetestPlan(SET_ON, every_months=6)

    assert next_due(plan, None) == date(2026, 9, 1)
    assert next_due(plan, date(2026, 8, 31)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("due_on", "months"),
    [
        (None, None),
        (DUE_ON, 6),
        (SET_ON, None),
        (None, 0),
        (None, MOST_MONTHS + 1),
    ],
)
def test_a_plan_that_cannot_be_kept_is_refused(
    due_on: date | None, months: int | None
) -> None:
    with pytest.raises(RetestRefused):
        RetestPlan(SET_ON, due_on=due_on, every_months=months)
