"""What an answer about health means on a day."""

from datetime import date, timedelta

import pytest

from labs.domain.health import (
    BLOOD_THINNERS,
    CONDITIONS,
    STATES,
    TOPIC_NAMES,
    HealthAnswer,
    HealthProfile,
    HealthTopic,
    TopicAnswer,
    TopicGroup,
)
from tests.unit.labs.domain.supplement_making import TODAY, answered, profile

DIGOXIN = HealthTopic.DIGOXIN


def test_what_was_never_asked_is_not_a_no() -> None:
    state = HealthProfile().state(DIGOXIN, TODAY)

    assert state.answer is HealthAnswer.NOT_ASKED
    assert state.is_unanswered(TODAY)
    assert not state.is_yes
    assert not state.is_over


@pytest.mark.parametrize(
    ("answer", "is_unanswered"),
    [
        (HealthAnswer.YES, False),
        (HealthAnswer.NO, False),
        (HealthAnswer.UNKNOWN, True),
        (HealthAnswer.NOT_ASKED, True),
    ],
)
def test_only_yes_and_no_are_answers(
    answer: HealthAnswer, *, is_unanswered: bool
) -> None:
    state = profile(answered(DIGOXIN, answer)).state(DIGOXIN, TODAY)

    assert state.is_unanswered(TODAY) is is_unanswered


@pytest.mark.parametrize(
    ("answer", "days_ago", "is_unanswered"),
    [
        (HealthAnswer.NO, 364, False),
        (HealthAnswer.NO, 365, True),
        (HealthAnswer.YES, 4000, False),
    ],
)
def test_a_no_is_asked_again_after_a_year_and_a_yes_stays(
    answer: HealthAnswer, days_ago: int, *, is_unanswered: bool
) -> None:
    asked_on = TODAY - timedelta(days=days_ago)
    given = HealthProfile((answered(DIGOXIN, answer, asked_on=asked_on),))

    assert given.state(DIGOXIN, TODAY).is_unanswered(TODAY) is is_unanswered


def test_the_latest_answer_holds_and_later_ones_are_not_known_yet() -> None:
    given = HealthProfile(
        (
            answered(DIGOXIN, asked_on=date(2026, 2, 1), detail="Lanoxin"),
            answered(DIGOXIN, HealthAnswer.UNKNOWN, asked_on=date(2026, 3, 1)),
            answered(DIGOXIN, asked_on=date(2026, 1, 1)),
            answered(DIGOXIN, HealthAnswer.NO, asked_on=date(2026, 5, 1)),
        )
    )

    state = given.state(DIGOXIN, TODAY)

    assert state.answer is HealthAnswer.UNKNOWN
    assert state.detail == "Lanoxin"
    assert state.asked_on == date(2026, 3, 1)
    assert state.ended_on is None


@pytest.mark.parametrize(
    ("answers", "is_yes"),
    [
        ([HealthAnswer.YES, HealthAnswer.UNKNOWN], True),
        ([HealthAnswer.YES, HealthAnswer.UNKNOWN, HealthAnswer.UNKNOWN], True),
        ([HealthAnswer.YES, HealthAnswer.NO, HealthAnswer.UNKNOWN], False),
        ([HealthAnswer.YES, HealthAnswer.UNKNOWN, HealthAnswer.NO], False),
        ([HealthAnswer.NO, HealthAnswer.UNKNOWN], False),
        ([HealthAnswer.UNKNOWN], False),
    ],
)
def test_a_yes_holds_until_a_no_though_nobody_knows_any_more(
    answers: list[HealthAnswer], *, is_yes: bool
) -> None:
    given = HealthProfile(
        tuple(
            answered(DIGOXIN, answer, asked_on=date(2026, 3, day))
            for day, answer in enumerate(answers, 1)
        )
    )

    state = given.state(DIGOXIN, TODAY)

    assert state.answer is answers[-1]
    assert state.is_yes is is_yes
    assert state.is_unanswered(TODAY) is (answers[-1] is HealthAnswer.UNKNOWN)


def test_of_one_day_the_answer_given_last_holds() -> None:
    given = HealthProfile((answered(DIGOXIN), answered(DIGOXIN, HealthAnswer.NO)))

    assert given.state(DIGOXIN, TODAY).answer is HealthAnswer.NO


@pytest.mark.parametrize(
    ("answers", "ended_on"),
    [
        ([(HealthAnswer.YES, 1), (HealthAnswer.NO, 9)], date(2026, 3, 9)),
        (
            [(HealthAnswer.YES, 1), (HealthAnswer.NO, 9), (HealthAnswer.NO, 12)],
            date(2026, 3, 9),
        ),
        ([(HealthAnswer.YES, 1), (HealthAnswer.NO, 9), (HealthAnswer.YES, 12)], None),
        ([(HealthAnswer.YES, 1), (HealthAnswer.UNKNOWN, 9)], None),
        ([(HealthAnswer.NO, 9)], None),
    ],
)
def test_a_no_after_a_yes_tells_when_it_was_over(
    answers: list[tuple[HealthAnswer, int]], ended_on: date | None
) -> None:
    given = HealthProfile(
        tuple(
            answered(DIGOXIN, answer, asked_on=date(2026, 3, day))
            for answer, day in answers
        )
    )

    assert given.state(DIGOXIN, TODAY).ended_on == ended_on


@pytest.mark.parametrize(
    ("ended_on", "is_yes"),
    [(date(2026, 3, 31), False), (date(2026, 4, 1), True), (None, True)],
)
def test_a_yes_holds_until_its_own_end(ended_on: date | None, *, is_yes: bool) -> None:
    given = profile(answered(DIGOXIN, ended_on=ended_on))

    assert given.state(DIGOXIN, TODAY).is_yes is is_yes


def test_every_topic_has_a_name_and_a_group() -> None:
    groups = {topic.group for topic in HealthTopic}

    assert set(TOPIC_NAMES) == set(HealthTopic)
    assert groups == set(TopicGroup)
    assert HealthTopic.SARCOIDOSIS.group is TopicGroup.CONDITION
    assert HealthTopic.PREGNANCY.group is TopicGroup.STATE
    assert HealthTopic.ANTIPLATELET.group is TopicGroup.BLOOD_THINNER
    assert HealthTopic.STATIN.group is TopicGroup.MEDICINE


def test_groups_do_not_overlap_and_conditions_do_not_end() -> None:
    assert not CONDITIONS & STATES
    assert not CONDITIONS & BLOOD_THINNERS
    assert [topic for topic in HealthTopic if not topic.ends] == [
        topic for topic in HealthTopic if topic in CONDITIONS
    ]


def test_states_and_open_topics_come_in_the_order_of_the_questions() -> None:
    given = profile(
        TopicAnswer(HealthTopic.STATIN, HealthAnswer.UNKNOWN, TODAY),
        TopicAnswer(HealthTopic.HEPARIN, HealthAnswer.UNKNOWN, TODAY),
    )

    assert given.unanswered(TODAY) == (HealthTopic.HEPARIN, HealthTopic.STATIN)
    assert [state.topic for state in given.states({DIGOXIN}, TODAY)] == [DIGOXIN]
