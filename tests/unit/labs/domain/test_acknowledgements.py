"""An acknowledgement is of exact words, and tells no more than was shared."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from labs.domain.acknowledgements import (
    AcknowledgementRefused,
    DrawnFrom,
    drawn_from,
    is_seen,
    match_with,
    subject_of,
)
from labs.domain.health import HealthAnswer, HealthProfile, HealthTopic, TopicAnswer
from labs.domain.precautions import PrecautionReport, ResultsSummary, precautions_for
from labs.domain.schedules import Schedule, ScheduleKind
from labs.domain.supplements import Ingredient, Pause, Period, Product, Substance

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


def paused(*days: tuple[int, int | None]) -> Period:
    """Return the product with pauses of March, each with its first and last day."""
    pauses = tuple(
        Pause(date(2026, 3, first), date(2026, 3, last) if last else None)
        for first, last in days
    )
    return replace(a_period(), pauses=pauses)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (paused((2, None)), paused((2, 5), (8, None))),
        (paused((2, 4)), paused((2, 4), (8, 9))),
    ],
    ids=["paused", "resumed"],
)
def test_the_same_words_on_another_day_are_another_subject(
    first: Period, second: Period
) -> None:
    before, after = a_report(first).matched[0], a_report(second).matched[0]

    assert before.patient == after.patient
    assert before.clinician == after.clinician
    assert subject_of(before) != subject_of(after)
    assert not is_seen(after, {subject_of(before): TODAY})


def test_a_blood_thinner_that_is_begun_again_is_another_occasion() -> None:
    (begun,) = ON_WARFARIN.answers
    ended = replace(begun, asked_on=date(2026, 3, 1), ended_on=date(2026, 3, 1))
    again = replace(begun, asked_on=date(2026, 3, 10))
    asked_again = HealthProfile((begun, again))
    begun_again = HealthProfile((begun, ended, again))

    first = a_report().matched[0]

    assert is_seen(a_report(health=asked_again).matched[0], {subject_of(first): TODAY})
    restarted = a_report(health=begun_again).matched[0]
    assert restarted.patient == first.patient
    assert not is_seen(restarted, {subject_of(first): TODAY})


def test_a_key_of_the_words_alone_is_of_what_had_happened_by_its_day() -> None:
    match = a_report(paused((2, 4), (8, None))).matched[0]
    words = subject_of(replace(match, occasion=None))

    assert match.occasion == date(2026, 3, 8)
    assert is_seen(match, {words: date(2026, 3, 8)})
    assert not is_seen(match, {words: date(2026, 3, 7)})
    assert not is_seen(match, {})


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
