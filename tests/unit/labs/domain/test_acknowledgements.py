"""An acknowledgement is of exact words, and tells no more than was shared."""

from datetime import date
from decimal import Decimal

import pytest

from labs.domain.acknowledgements import (
    AcknowledgementRefused,
    DrawnFrom,
    drawn_from,
    match_with,
    subject_of,
)
from labs.domain.health import HealthAnswer, HealthProfile, HealthTopic, TopicAnswer
from labs.domain.precautions import PrecautionReport, ResultsSummary, precautions_for
from labs.domain.schedules import Schedule, ScheduleKind
from labs.domain.supplements import Ingredient, Period, Product, Substance

TODAY = date(2026, 3, 12)
ON_WARFARIN = HealthProfile(
    (
        TopicAnswer(
            HealthTopic.VITAMIN_K_ANTAGONIST,
            HealthAnswer.YES,
            asked_on=date(2026, 1, 5),
            detail="warfarin",
        ),
    )
)


def a_period(name: str = "D3 + K2", ends_on: date | None = None) -> Period:
    product = Product(name, (Ingredient(Substance.MK7, None, None),))
    schedule = Schedule(ScheduleKind.DAILY)
    return Period(product, Decimal(1), schedule, date(2026, 2, 1), ends_on)


def a_report(
    *periods: Period, health: HealthProfile | None = ON_WARFARIN
) -> PrecautionReport:
    return precautions_for(
        health=health,
        periods=periods or (a_period(),),
        results=ResultsSummary(),
        on=TODAY,
        born_on=date(1980, 5, 17),
    )


def test_the_same_words_are_the_same_subject() -> None:
    first, second = a_report().matched[0], a_report().matched[0]

    assert subject_of(first) == subject_of(second)
    assert match_with(subject_of(first), a_report()) == first


@pytest.mark.parametrize(
    "other",
    [a_period("Another with K2"), a_period(ends_on=date(2026, 3, 10))],
    ids=["another product", "an end"],
)
def test_another_product_or_transition_is_another_subject(other: Period) -> None:
    subject = subject_of(a_report().matched[0])

    assert subject != subject_of(a_report(other).matched[0])
    with pytest.raises(AcknowledgementRefused, match="has changed"):
        match_with(subject, a_report(other))


def test_it_tells_of_every_part_that_the_precaution_was_drawn_from() -> None:
    report = a_report()

    assert report.matched[0].precaution.id == "vitamin-k-with-antagonist"
    assert drawn_from(report.matched[0], report) == {
        DrawnFrom.HEALTH,
        DrawnFrom.SUPPLEMENTS,
    }


def test_it_tells_of_no_part_that_was_not_shared() -> None:
    report = a_report(health=None)

    assert report.matched
    for match in report.matched:
        assert DrawnFrom.HEALTH not in drawn_from(match, report)
