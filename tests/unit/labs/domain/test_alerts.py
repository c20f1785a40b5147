from datetime import date

import pytest

from labs.domain.alerts import (
    Contact,
    alert_sentences,
    corrected_sentences,
    is_fresh,
    is_laboratory_critical,
    laboratory_critical_sentences,
)
from labs.domain.targets import Target, Urgency
from tests.unit.labs.domain.making import COLLECTED, TODAY, a_range, judged, measured

OLD = date(2019, 5, 4)
CLINIC = Contact(phone="555 0101", out_of_hours="555 0199")

HELP_HIGH = (
    "Get urgent help if you are confused, keep vomiting, are very thirsty or pass much "
    "more urine than usual."
)
HELP_LOW = (
    "Get urgent help for muscle spasms, tingling around the mouth or in the hands, "
    "fainting or a fit."
)
NOBODY = "This message does not alert anyone."


def alerting(urgency: Urgency = Urgency.TODAY) -> Target:
    return a_range("20", "50", alert_low="8", alert_high="100", urgency=urgency)


def alert_lines(
    printed: str,
    target: Target,
    *,
    contact: Contact = CLINIC,
    collected_on: date = COLLECTED,
    reported_on: date | None = None,
) -> list[str]:
    measurement = measured(printed)
    flag = judged(measurement, target, collected_on=collected_on)
    lines = alert_sentences(
        flag,
        measurement,
        contact,
        collected_on=collected_on,
        reported_on=reported_on,
        today=TODAY,
    )
    return [str(line) for line in lines]


def critical_lines(
    flag: str, *, contact: Contact = CLINIC, collected_on: date = COLLECTED
) -> list[str]:
    lines = laboratory_critical_sentences(
        flag, contact, collected_on=collected_on, reported_on=None, today=TODAY
    )
    return [str(line) for line in lines]


# A clinician's alert limit


def test_sentence_12_for_a_high_value_reads_as_it_was_worded() -> None:
    assert alert_lines("155 ng/mL", alerting()) == [
        "155 ng/mL is above the alert limit Dr Osei set (100 ng/mL).",
        "Contact Dr Osei's clinic today: 555 0101.",
        "If it is closed, call 555 0199.",
        NOBODY,
        HELP_HIGH,
    ]


def test_a_low_value_has_its_own_symptoms() -> None:
    lines = alert_lines("5 ng/mL", alerting())

    assert lines[0] == "5 ng/mL is below the alert limit Dr Osei set (8 ng/mL)."
    assert lines[-1] == HELP_LOW
    assert HELP_HIGH not in lines


def test_a_value_at_the_limit_is_said_to_be_at_it() -> None:
    lines = alert_lines("100 ng/mL", alerting())

    assert lines[0] == "100 ng/mL is at the alert limit Dr Osei set (100 ng/mL)."


@pytest.mark.parametrize(
    ("urgency", "phone", "said"),
    [
        (Urgency.TODAY, "555", "Contact Dr Osei's clinic today: 555."),
        (Urgency.TODAY, "", "Contact Dr Osei's clinic today."),
        (Urgency.THIS_WEEK, "555", "Contact Dr Osei's clinic this week: 555."),
        (Urgency.THIS_WEEK, "", "Contact Dr Osei's clinic this week."),
        (
            Urgency.NEXT_VISIT,
            "555",
            "Talk to Dr Osei's clinic about it at your next visit.",
        ),
    ],
)
def test_the_clinicians_urgency_decides_how_soon(
    urgency: Urgency, phone: str, said: str
) -> None:
    lines = alert_lines("155 ng/mL", alerting(urgency), contact=Contact(phone=phone))

    assert lines[1] == said


def test_without_an_out_of_hours_line_none_is_named() -> None:
    lines = alert_lines("155 ng/mL", alerting(), contact=Contact(phone="555"))

    assert not any(line.startswith("If it is closed") for line in lines)


def test_a_record_that_no_clinic_sees_says_so() -> None:
    lines = alert_lines("155 ng/mL", alerting(), contact=Contact(is_watched=False))

    assert "No clinic can see this. This message does not alert anyone." in lines
    assert NOBODY not in lines


def test_no_alert_limit_reached_says_nothing() -> None:
    assert alert_lines("60 ng/mL", alerting()) == []
    assert alert_lines("155 ng/mL", a_range("20", "50")) == []


@pytest.mark.parametrize(
    ("printed", "place"), [("155 ng/mL", "above"), ("5 ng/mL", "below")]
)
def test_an_old_result_gets_one_calm_line(printed: str, place: str) -> None:
    assert alert_lines(printed, alerting(), collected_on=OLD) == [
        (
            f"This is a result from 4 May 2019. It was {place} the limit now set. "
            "If nobody has talked to you about it, ask your clinician."
        )
    ]


@pytest.mark.parametrize(
    ("printed", "place"), [("155 ng/mL", "above"), ("5 ng/mL", "below")]
)
def test_an_old_result_over_a_limit_of_its_time_says_that(
    printed: str, place: str
) -> None:
    then = a_range(
        "20",
        "50",
        alert_low="8",
        alert_high="100",
        starts_on=date(2019, 1, 1),
        ends_on=date(2019, 12, 31),
    )

    assert alert_lines(printed, then, collected_on=OLD) == [
        (
            f"This is a result from 4 May 2019. It was {place} the limit set at that "
            "time. If nobody has talked to you about it, ask your clinician."
        )
    ]


@pytest.mark.parametrize(
    ("collected_on", "reported_on", "fresh"),
    [
        (date(2026, 2, 18), None, True),
        (date(2026, 2, 17), None, False),
        (date(2026, 2, 17), date(2026, 2, 18), True),
        (date(2026, 2, 17), date(2026, 2, 17), False),
        (date(2026, 3, 20), date(2026, 1, 1), True),
        (date(2026, 3, 25), None, True),
    ],
)
def test_a_result_is_fresh_for_30_days_from_sample_or_report(
    collected_on: date,
    reported_on: date | None,
    fresh: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert is_fresh(collected_on, reported_on, TODAY) is fresh


# The laboratory's critical flag


def test_sentence_13_for_a_high_flag_reads_as_it_was_worded() -> None:
    assert critical_lines("HH") == [
        (
            "The laboratory marked this result as critical ('HH'). "
            "Contact your clinician today."
        ),
        "If it is closed, call 555 0199.",
        NOBODY,
        HELP_HIGH,
    ]


def test_sentence_13_for_a_low_flag_names_the_other_symptoms() -> None:
    assert critical_lines("LL")[-1] == HELP_LOW


def test_a_critical_flag_without_a_direction_names_both() -> None:
    assert critical_lines("AA")[-2:] == [HELP_HIGH, HELP_LOW]


def test_an_old_critical_flag_is_not_told_as_new() -> None:
    assert critical_lines("HH", collected_on=OLD) == [
        (
            "This is a result from 4 May 2019. The laboratory marked it as critical "
            "('HH'). If nobody has talked to you about it, ask your clinician."
        )
    ]


@pytest.mark.parametrize(
    "flag", ["HH", "ll", " AA ", "Critical high", "critical", "HH*", "(LL)"]
)
def test_a_critical_flag_is_known_as_laboratories_write_it(flag: str) -> None:
    assert is_laboratory_critical(flag)


@pytest.mark.parametrize("flag", ["H, HH", "HH, A", "H~HH", "LL; L", "high, critical"])
def test_one_critical_mark_among_several_is_enough(flag: str) -> None:
    assert is_laboratory_critical(flag)
    assert critical_lines(flag)[0] == (
        f"The laboratory marked this result as critical ('{flag}'). "
        "Contact your clinician today."
    )


@pytest.mark.parametrize(
    ("flag", "help_lines"),
    [
        ("H, HH", [HELP_HIGH]),
        ("AA, LL", [HELP_LOW]),
        ("HH, LL", [HELP_HIGH, HELP_LOW]),
        ("A, AA", [HELP_HIGH, HELP_LOW]),
    ],
)
def test_help_is_told_for_where_the_critical_marks_point(
    flag: str, help_lines: list[str]
) -> None:
    told = critical_lines(flag)
    assert [line for line in told if line in {HELP_HIGH, HELP_LOW}] == help_lines


@pytest.mark.parametrize(
    "flag",
    ["", "H", "L", "N", "A", "U", "D", "<", ">", "HU", "H, A", "H; U", ",", "HHL"],
)
def test_any_other_flag_is_not_critical(flag: str) -> None:
    assert not is_laboratory_critical(flag)
    assert critical_lines(flag) == []


# A correction


def test_sentence_17_names_both_values_and_the_day() -> None:
    before, after = measured("82 ng/mL"), measured("28 ng/mL")

    alone = corrected_sentences(before, after, corrected_on=date(2026, 3, 14))
    listed = corrected_sentences(
        before, after, corrected_on=date(2026, 3, 14), on_the_list_of="Dr Osei"
    )

    assert [str(line) for line in alone] == [
        (
            "The laboratory corrected this result on 14 March 2026. It was 82 ng/mL "
            "and is now 28 ng/mL. We have compared it again. The earlier value stays "
            "in the history."
        )
    ]
    assert str(listed[1]) == "It is on Dr Osei's list to look at again."
