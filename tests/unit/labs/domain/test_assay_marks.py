"""A result is marked where biotin was logged near its sample."""

from datetime import date

import pytest

from labs.domain.assay_marks import assay_marks
from labs.domain.intakes import LoggedPeriod, Outcome
from labs.domain.supplements import Substance
from tests.unit.labs.domain.supplement_making import (
    PLAIN_D,
    holding,
    labelled,
    logged,
    recorded,
)

SAMPLE_ON = date(2026, 3, 12)
HAIR_AND_NAILS = labelled(holding(Substance.BIOTIN, "5 mg"), name="Hair and nails")
PERIOD = recorded(HAIR_AND_NAILS)


def marks(record: LoggedPeriod) -> list[str]:
    return [str(mark) for mark in assay_marks([record], SAMPLE_ON)]


@pytest.mark.parametrize(
    ("logged_on", "is_marked"),
    [
        (date(2026, 3, 4), False),
        (date(2026, 3, 5), True),
        (date(2026, 3, 12), True),
        (date(2026, 3, 13), False),
    ],
)
def test_biotin_within_7_days_before_the_sample_marks_it(
    logged_on: date, *, is_marked: bool
) -> None:
    ended = recorded(HAIR_AND_NAILS, ends_on=date(2026, 3, 1))
    sentence = "Biotin was logged in the 7 days before this sample."

    assert marks(logged(ended, [logged_on])) == ([sentence] if is_marked else [])


def test_a_record_without_a_log_is_told_as_a_record() -> None:
    assert marks(LoggedPeriod(PERIOD)) == [
        "A product with biotin was recorded as in use in the 7 days before this sample."
    ]


def test_a_skipped_intake_or_another_product_marks_nothing() -> None:
    skipped = logged(PERIOD, [SAMPLE_ON], outcome=Outcome.SKIPPED)

    assert marks(skipped) == []
    assert marks(logged(recorded(PLAIN_D), [SAMPLE_ON])) == []
    assert marks(LoggedPeriod(recorded(HAIR_AND_NAILS, ends_on=date(2026, 3, 1)))) == []
