from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.domain import sentences
from labs.domain.plausibility import (
    UNIT_CHOICES,
    Entry,
    Question,
    QuestionKind,
    is_same_result,
    is_same_value,
    questions,
    reason_to_hold_date,
    unit_echo,
)
from labs.domain.quantities import Measurand
from labs.domain.units import Unit, display_converted, other_unit
from tests.unit.labs.domain.making import TODAY, measured

DAY = date(2026, 3, 12)
EARLIER = date(2025, 9, 1)
BORN = date(1980, 5, 20)


def entry(
    printed: str,
    collected_on: date = DAY,
    *,
    measurand: Measurand = Measurand.TOTAL,
    laboratory: str = "Riverside",
    interval: str = "",
) -> Entry:
    return Entry(measured(printed, measurand), collected_on, laboratory, interval)


def asked(new: Entry, *history: Entry, born_on: date | None = BORN) -> list[Question]:
    return list(questions(new, history, today=TODAY, born_on=born_on))


def kinds(new: Entry, *history: Entry) -> list[QuestionKind]:
    return [each.kind for each in asked(new, *history)]


def test_a_plausible_entry_is_asked_nothing() -> None:
    assert asked(entry("28 ng/mL", interval="20-50 ng/mL")) == []


# The day


@pytest.mark.parametrize(
    ("day", "born_on", "held"),
    [
        (TODAY, BORN, ""),
        (TODAY + timedelta(days=1), BORN, sentences.HELD_FUTURE_DATE),
        (BORN, BORN, ""),
        (BORN - timedelta(days=1), BORN, sentences.HELD_BEFORE_BIRTH),
        (BORN - timedelta(days=1), None, ""),
    ],
)
def test_a_day_on_which_no_sample_can_have_been_taken_holds_a_result(
    day: date, born_on: date | None, held: str
) -> None:
    assert reason_to_hold_date(day, today=TODAY, born_on=born_on) == held


# The echo


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        (
            "28 ng/mL",
            "28 ng/mL is about 70 nmol/L. Your report may print one or both.",
        ),
        (
            "70 nmol/L",
            "70 nmol/L is about 28.0 ng/mL. Your report may print one or both.",
        ),
        (
            "<4 ug/L",
            (
                "Less than 4 ug/L is less than about 10 nmol/L. Your report may "
                "print one or both."
            ),
        ),
        (
            "<=4 ng/mL",
            (
                "At most 4 ng/mL is at most about 10 nmol/L. Your report may "
                "print one or both."
            ),
        ),
        (
            ">=150 ng/mL",
            (
                "At least 150 ng/mL is at least about 374 nmol/L. Your report may "
                "print one or both."
            ),
        ),
        (
            ">375 nmol/L",
            (
                "More than 375 nmol/L is more than about 150.2 ng/mL. Your report may "
                "print one or both."
            ),
        ),
    ],
)
def test_sentence_19_reads_the_number_back_in_the_other_unit(
    printed: str, said: str
) -> None:
    assert str(unit_echo(measured(printed))) == said


def test_another_test_has_no_echo() -> None:
    assert unit_echo(measured("41 pg/mL", Measurand.DIHYDROXY)) is None
    assert unit_echo(measured("41 pg/mL")) is None


# The unit against history


def test_sentence_19_asks_about_the_unit_as_it_was_worded() -> None:
    (question,) = asked(entry("28 nmol/L"), entry("70 nmol/L", EARLIER))

    assert question.kind is QuestionKind.UNIT_AGAINST_HISTORY
    assert str(question.sentence) == (
        "You entered 28 nmol/L. Your last result was 70 nmol/L, and 28 ng/mL would be "
        "about 70 nmol/L. Which unit is printed next to the number?"
    )
    assert question.choices == ("nmol/L", "ng/mL", "Not sure, keep for review")


@pytest.mark.parametrize(
    ("new", "last", "is_asked"),
    [
        ("28 nmol/L", "70 nmol/L", True),
        ("28 nmol/L", "28 ng/mL", True),
        ("70 ng/mL", "70 nmol/L", True),
        ("70 ng/mL", "28 ng/mL", True),
        ("23 ng/mL", "10 ng/mL", True),
        ("22.9 ng/mL", "10 ng/mL", False),
        ("27 ng/mL", "10 ng/mL", True),
        ("27.1 ng/mL", "10 ng/mL", False),
        ("37 ng/mL", "100 ng/mL", True),
        ("36.9 ng/mL", "100 ng/mL", False),
        ("43 ng/mL", "100 ng/mL", True),
        ("43.1 ng/mL", "100 ng/mL", False),
        ("28 ng/mL", "70 nmol/L", False),
        ("28 ng/mL", "31 ng/mL", False),
        ("<28 nmol/L", "70 nmol/L", False),
        ("28 nmol/L", "<70 nmol/L", False),
        ("28 ng/mL", "0 ng/mL", False),
    ],
)
def test_a_jump_by_the_factor_between_the_units_asks(
    new: str,
    last: str,
    is_asked: bool,  # noqa: FBT001 - a column of the table
) -> None:
    found = kinds(entry(new), entry(last, EARLIER))

    assert (QuestionKind.UNIT_AGAINST_HISTORY in found) is is_asked


def test_only_the_last_result_before_the_entry_counts() -> None:
    older = entry("70 nmol/L", date(2024, 1, 1))
    last = entry("30 nmol/L", EARLIER)
    later = entry("70 nmol/L", date(2026, 3, 18))

    assert kinds(entry("28 nmol/L"), older, later, last) == []


def test_an_older_entry_is_held_against_the_next_result() -> None:
    (question,) = asked(
        entry("28 nmol/L"),
        entry("70 nmol/L", date(2026, 3, 15)),
        entry("29 nmol/L", date(2026, 3, 18)),
    )

    assert str(question.sentence).startswith(
        "You entered 28 nmol/L. Your next result was 70 nmol/L, and 28 ng/mL would be"
    )


def test_a_d3_result_is_not_held_against_totals() -> None:
    d3 = entry("28 nmol/L", measurand=Measurand.D3)

    assert kinds(d3, entry("70 nmol/L", EARLIER)) == []


def test_a_history_in_a_unit_of_another_test_is_passed_over() -> None:
    assert kinds(entry("28 nmol/L"), entry("70 pg/mL", EARLIER)) == []


# The unit against the printed interval


@pytest.mark.parametrize(
    ("printed", "interval", "is_asked"),
    [
        ("28 nmol/L", "20-50 ng/mL", True),
        ("28 nmol/L", "30 \N{EN DASH} 100 NG / ML", True),
        ("28 nmol/L", "20-50 \N{MICRO SIGN}g/L", True),
        ("28 nmol/L", "20-50 mcg/L", True),
        ("70 ng/mL", "50-125 nmol/L", True),
        ("28 ng/mL", "20-50 ng/mL", False),
        ("28 ug/L", "20-50 ng/mL", False),
        ("28 nmol/L", "20-50", False),
        ("28 nmol/L", "", False),
        ("28 nmol/L", "20-50 ng/mL (50-125 nmol/L)", False),
        ("28 nmol/L", "deficient < 20 ng/mL, sufficient 30-100 ng/mL", True),
        ("28 nmol/L", "2.2-2.6 mmol/L", False),
    ],
)
def test_an_interval_printed_in_another_unit_asks(
    printed: str,
    interval: str,
    is_asked: bool,  # noqa: FBT001 - a column of the table
) -> None:
    found = kinds(entry(printed, interval=interval))

    assert (QuestionKind.UNIT_AGAINST_PRINTED_INTERVAL in found) is is_asked


def test_the_question_quotes_the_interval_as_printed() -> None:
    (question,) = asked(entry("28 nmol/L", interval="20-50 ng/mL"))

    assert str(question.sentence) == (
        "You entered 28 nmol/L. The interval printed on the report is '20-50 ng/mL', "
        "which is in another unit. Which unit is printed next to the number?"
    )
    assert question.choices == UNIT_CHOICES


# Outside what laboratories report


@pytest.mark.parametrize(
    ("printed", "is_asked"),
    [
        ("1.9 ng/mL", True),
        ("2 ng/mL", False),
        ("400 ng/mL", False),
        ("400.1 ug/L", True),
        ("4.9 nmol/L", True),
        ("5 nmol/L", False),
        ("1000 nmol/L", False),
        ("1001 nmol/L", True),
        ("0 ng/mL", True),
    ],
)
def test_a_number_that_laboratories_hardly_report_asks(
    printed: str,
    is_asked: bool,  # noqa: FBT001 - a column of the table
) -> None:
    found = kinds(entry(printed))

    assert (QuestionKind.OUTSIDE_USUAL_NUMBERS in found) is is_asked


def test_the_question_names_the_usual_numbers() -> None:
    (question,) = asked(entry("1200 nmol/L"))

    assert str(question.sentence) == (
        "You entered 1200 nmol/L. Laboratories hardly ever report numbers outside 5 to "
        "1000 nmol/L for this test. Is the number, and the unit, as printed?"
    )


def test_a_companion_is_not_asked_about_the_units_of_vitamin_d() -> None:
    calcium = entry("2.4 mmol/L", measurand=Measurand.CALCIUM, interval="20-50 ng/mL")
    last = entry("1.0 mmol/L", EARLIER, measurand=Measurand.CALCIUM)

    assert asked(calcium, last) == []


# The date


def test_a_date_in_the_future_asks() -> None:
    (question,) = asked(entry("28 ng/mL", date(2026, 3, 21)))

    assert question.kind is QuestionKind.FUTURE_DATE
    assert str(question.sentence) == (
        "The date 21 March 2026 lies in the future. "
        "Which date is printed for the sample?"
    )


def test_today_is_not_the_future() -> None:
    assert asked(entry("28 ng/mL", TODAY)) == []


def test_a_date_before_birth_asks() -> None:
    (question,) = asked(entry("28 ng/mL", date(1980, 5, 19)))

    assert question.kind is QuestionKind.BEFORE_BIRTH
    assert str(question.sentence) == (
        "The date 19 May 1980 lies before the date of birth (20 May 1980). "
        "Which date is printed for the sample?"
    )


def test_the_day_of_birth_and_an_unknown_birth_ask_nothing() -> None:
    assert asked(entry("28 ng/mL", BORN)) == []
    assert asked(entry("28 ng/mL", date(1900, 1, 1)), born_on=None) == []


# Doubles


@pytest.mark.parametrize(
    ("new", "existing"),
    [
        ("28 ng/mL", "28.0 ng/mL"),
        ("28 ng/mL", "28 ug/L"),
        ("28 ng/mL", "70 nmol/L"),
        ("70 nmol/L", "28 ng/mL"),
        ("71 nmol/L", "28 ng/mL"),
        ("28.4 ng/mL", "71 nmol/L"),
        ("<4 ng/mL", "<10 nmol/L"),
    ],
)
def test_the_same_result_in_either_unit_asks(new: str, existing: str) -> None:
    (question,) = asked(entry(new), entry(existing))

    assert question.kind is QuestionKind.DUPLICATE
    assert "from 12 March 2026 is already here." in str(question.sentence)


@pytest.mark.parametrize(
    ("new", "existing"),
    [
        ("28 ng/mL", "29 ng/mL"),
        ("28.0 ng/mL", "71 nmol/L"),
        ("4 ng/mL", "<4 ng/mL"),
        ("28 pg/mL", "70 nmol/L"),
    ],
)
def test_two_values_of_one_day_and_laboratory_ask_whether_they_differ(
    new: str, existing: str
) -> None:
    first, *_ = asked(entry(new), entry(existing))

    assert first.kind is QuestionKind.SAME_DAY


@pytest.mark.parametrize(
    "existing",
    [
        entry("28 ng/mL", EARLIER),
        entry("28 ng/mL", laboratory="LabCorp"),
        entry("28 ng/mL", measurand=Measurand.D3),
    ],
    ids=["another day", "another laboratory", "another quantity"],
)
def test_what_was_drawn_or_measured_elsewhere_is_no_double(existing: Entry) -> None:
    assert not is_same_result(entry("28 ng/mL"), existing)
    assert asked(entry("28 ng/mL"), existing) == []


def test_a_double_is_found_when_one_side_does_not_state_the_laboratory() -> None:
    assert is_same_result(entry("28 ng/mL"), entry("70 nmol/L", laboratory=""))


def test_a_double_is_asked_about_before_a_second_result_of_the_day() -> None:
    assert kinds(entry("28 ng/mL"), entry("40 ng/mL"), entry("28 ng/mL")) == [
        QuestionKind.DUPLICATE
    ]


def test_values_of_two_quantities_are_never_the_same() -> None:
    assert not is_same_value(measured("28 ng/mL"), measured("28 ng/mL", Measurand.D3))


@given(
    st.decimals(min_value=5, max_value=150, places=1),
    st.sampled_from([Unit.NG_PER_ML, Unit.UG_PER_L]),
)
def test_a_value_and_its_converted_twin_are_the_same(
    value: Decimal, unit: Unit
) -> None:
    twin = display_converted(value, unit, other_unit(unit), Measurand.TOTAL)

    one, other = measured(f"{value} {unit}"), measured(f"{twin} nmol/L")

    assert is_same_value(one, other)
    assert is_same_value(other, one)


@given(st.decimals(min_value=10, max_value=150, places=1))
def test_a_value_taken_for_the_other_unit_is_always_asked_about(value: Decimal) -> None:
    twin = display_converted(value, Unit.NG_PER_ML, Unit.NMOL_PER_L, Measurand.TOTAL)
    last = entry(f"{value} ng/mL", EARLIER)

    assert QuestionKind.UNIT_AGAINST_HISTORY in kinds(entry(f"{value} nmol/L"), last)
    assert QuestionKind.UNIT_AGAINST_HISTORY in kinds(entry(f"{twin} ng/mL"), last)
