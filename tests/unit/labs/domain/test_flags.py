from datetime import date, timedelta
from decimal import Decimal

import pytest

from labs.domain.flags import (
    Alert,
    Basis,
    CalciumConcern,
    Flag,
    Position,
    Reason,
    sentences,
    worklist_alert,
)
from labs.domain.measurements import Measurement, ResultStatus
from labs.domain.quantities import HYDROXYVITAMIN_D, Measurand
from labs.domain.targets import Target
from labs.domain.units import Unit
from tests.unit.labs.domain.making import (
    COLLECTED,
    TODAY,
    a_range,
    judged,
    measured,
)

NMOL = Unit.NMOL_PER_L
TARGET = a_range("30", "50")
LATER = a_range("30", "50", starts_on=date(2026, 3, 15))


def said(flag: Flag, measurement: Measurement) -> list[str]:
    return [str(each) for each in sentences(flag, measurement, COLLECTED)]


# Positions


@pytest.mark.parametrize(
    ("printed", "position"),
    [
        ("28 ng/mL", Position.BELOW),
        ("30 ng/mL", Position.WITHIN),
        ("50 ng/mL", Position.WITHIN),
        ("51 ng/mL", Position.ABOVE),
        ("<30 ng/mL", Position.BELOW),
        (">50 ng/mL", Position.ABOVE),
    ],
)
def test_a_result_stands_where_its_number_stands(
    printed: str, position: Position
) -> None:
    flag = judged(measured(printed), TARGET)

    assert flag == Flag(position, Basis.TARGET_THEN, TARGET, None)


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        ("<40 ng/mL", Reason.BELOW_OR_WITHIN),
        (">40 ng/mL", Reason.WITHIN_OR_ABOVE),
        ("<60 ng/mL", Reason.BELOW_WITHIN_OR_ABOVE),
    ],
)
def test_a_censored_result_that_could_stand_in_two_places_cannot_be_told(
    printed: str, reason: Reason
) -> None:
    flag = judged(measured(printed), TARGET)

    assert flag == Flag(Position.CANNOT_TELL, Basis.TARGET_THEN, TARGET, None, reason)


def test_a_result_is_judged_by_the_range_of_its_collection_date() -> None:
    then = a_range("20", "50", starts_on=date(2025, 1, 1))
    now = a_range("30", "50", starts_on=date(2026, 3, 15))

    flag = judged(measured("28 ng/mL"), then, now)

    assert flag.position is Position.WITHIN
    assert flag.basis is Basis.TARGET_THEN
    assert flag.target is then


def test_without_a_range_then_todays_range_judges_and_the_basis_says_so() -> None:
    flag = judged(measured("28 ng/mL"), LATER)

    assert flag == Flag(Position.BELOW, Basis.TARGET_TODAY, LATER, None)


def test_without_any_range_nothing_is_compared() -> None:
    flag = judged(measured("28 ng/mL"))

    assert flag == Flag(
        Position.NO_TARGET, Basis.NONE, None, None, Reason.NO_TARGET_SET
    )


@pytest.mark.parametrize(
    "target",
    [
        a_range("30", "50", ends_on=date(2026, 3, 11)),
        a_range("30", "50", starts_on=date(2026, 3, 21)),
    ],
    ids=["ended the day before", "starts tomorrow"],
)
def test_a_range_that_is_in_force_on_neither_day_judges_nothing(target: Target) -> None:
    flag = judged(measured("28 ng/mL"), target)

    assert flag.position is Position.NO_TARGET
    assert flag.reason is Reason.NO_TARGET_IN_FORCE


# What is not compared


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (ResultStatus.REGISTERED, Reason.REGISTERED),
        (ResultStatus.PRELIMINARY, Reason.PRELIMINARY),
        (ResultStatus.CANCELLED, Reason.CANCELLED),
        (ResultStatus.ENTERED_IN_ERROR, Reason.ENTERED_IN_ERROR),
    ],
)
def test_a_result_that_is_not_final_is_not_compared(
    status: ResultStatus, reason: Reason
) -> None:
    flag = judged(measured("28 ng/mL"), TARGET, status=status)

    assert flag == Flag(Position.NOT_COMPARED, Basis.NONE, None, None, reason)


@pytest.mark.parametrize(
    "status",
    [
        ResultStatus.FINAL,
        ResultStatus.AMENDED,
        ResultStatus.CORRECTED,
        ResultStatus.UNKNOWN,
        ResultStatus.NOT_STATED,
    ],
)
def test_a_result_of_any_other_status_is_compared(status: ResultStatus) -> None:
    flag = judged(measured("28 ng/mL"), TARGET, status=status)

    assert flag.position is Position.BELOW


def test_a_held_result_is_not_compared() -> None:
    flag = judged(measured("28 ng/mL"), TARGET, held=True)

    assert (flag.position, flag.reason) == (Position.NOT_COMPARED, Reason.HELD)


@pytest.mark.parametrize(
    "measurand", [each for each in Measurand if each not in HYDROXYVITAMIN_D]
)
def test_another_test_is_never_compared_with_the_range(measurand: Measurand) -> None:
    flag = judged(measured("28 ng/mL", measurand), TARGET)

    assert (flag.position, flag.reason) == (Position.NOT_COMPARED, Reason.OTHER_TEST)


def test_a_unit_of_another_test_is_not_compared() -> None:
    flag = judged(measured("28 pg/mL"), TARGET)

    assert (flag.position, flag.reason) == (Position.NOT_COMPARED, Reason.UNIT)


@pytest.mark.parametrize(
    ("measurand", "reason"),
    [
        (Measurand.D2, Reason.D2_PART_ONLY),
        (Measurand.UNSPECIFIED, Reason.UNSPECIFIED),
    ],
)
def test_a_part_or_an_unnamed_form_is_not_compared(
    measurand: Measurand, reason: Reason
) -> None:
    flag = judged(measured("8 ng/mL", measurand), TARGET)

    assert (flag.position, flag.reason) == (Position.NOT_COMPARED, reason)


def test_a_d3_coded_result_is_compared_once_the_laboratory_is_confirmed() -> None:
    d3 = measured("28 ng/mL", Measurand.D3)

    unconfirmed = judged(d3, TARGET)
    confirmed = judged(d3, TARGET, laboratory_total_confirmed=True)

    assert unconfirmed.position is Position.CANNOT_TELL
    assert unconfirmed.reason is Reason.D3_PART_ONLY
    assert confirmed == Flag(Position.BELOW, Basis.TARGET_THEN, TARGET, None)


def test_a_d3_coded_result_without_a_range_has_no_range() -> None:
    flag = judged(measured("28 ng/mL", Measurand.D3))

    assert flag.position is Position.NO_TARGET


@pytest.mark.parametrize("status", ResultStatus)
@pytest.mark.parametrize("measurand", Measurand)
@pytest.mark.parametrize("held", [False, True])
def test_every_flag_has_something_to_say(
    status: ResultStatus,
    measurand: Measurand,
    held: bool,  # noqa: FBT001 - a column of the table
) -> None:
    measurement = measured("28 ng/mL", measurand)
    for targets in ((), (TARGET,), (LATER,)):
        flag = judged(measurement, *targets, status=status, held=held)

        assert said(flag, measurement)
        assert (flag.target is None) == (flag.basis is Basis.NONE)


# Alerts


ALERTING = a_range("20", "50", alert_low="8", alert_high="100")


@pytest.mark.parametrize(
    ("printed", "alert"),
    [("155 ng/mL", Alert.HIGH), ("8 ng/mL", Alert.LOW), ("60 ng/mL", None)],
)
def test_a_flag_names_the_alert_limit_and_its_range(
    printed: str, alert: Alert | None
) -> None:
    flag = judged(measured(printed), ALERTING)

    assert flag.alert is alert
    assert flag.alert_target is (ALERTING if alert else None)


def test_the_limit_now_set_alerts_where_the_one_of_that_time_did_not() -> None:
    then = a_range("20", "50", starts_on=date(2025, 1, 1))
    now = a_range("20", "50", starts_on=date(2026, 3, 15), alert_high="100")

    flag = judged(measured("155 ng/mL"), then, now)

    assert flag.target is then
    assert (flag.alert, flag.alert_target) == (Alert.HIGH, now)


def test_the_limit_of_that_time_alerts_though_its_range_has_ended() -> None:
    ended = a_range("20", "50", alert_high="100", ends_on=date(2026, 3, 15))

    flag = judged(measured("155 ng/mL"), ended)

    assert (flag.alert, flag.alert_target) == (Alert.HIGH, ended)


def test_a_high_d3_part_alerts_and_a_low_one_does_not() -> None:
    high = judged(measured("155 ng/mL", Measurand.D3), ALERTING)
    low = judged(measured("5 ng/mL", Measurand.D3), ALERTING)
    confirmed = judged(
        measured("5 ng/mL", Measurand.D3), ALERTING, laboratory_total_confirmed=True
    )

    assert (high.alert, low.alert) == (Alert.HIGH, None)
    assert confirmed.alert is Alert.LOW


# The worklist


def on_worklist(
    printed: str,
    measurand: Measurand = Measurand.TOTAL,
    *,
    status: ResultStatus = ResultStatus.FINAL,
    held: bool = False,
    confirmed: bool = False,
) -> Alert | None:
    return worklist_alert(
        measured(printed, measurand),
        [ALERTING],
        collected_on=TODAY,
        today=TODAY,
        status=status,
        held=held,
        laboratory_total_confirmed=confirmed,
    )


@pytest.mark.parametrize(("days_before", "alert"), [(0, None), (10, Alert.HIGH)])
def test_the_worklist_uses_the_range_of_today_and_that_of_the_samples_day(
    days_before: int, alert: Alert | None
) -> None:
    """What the page calls urgent by a range that ended since is urgent on the list."""
    ended = a_range("20", "50", alert_high="100", ends_on=TODAY - timedelta(days=1))

    assert on_worklist("155 ng/mL") is Alert.HIGH
    assert on_worklist("60 ng/mL") is None
    for held in (False, True):
        found = worklist_alert(
            measured("155 ng/mL"),
            [ended],
            collected_on=TODAY - timedelta(days=days_before),
            today=TODAY,
            status=ResultStatus.FINAL,
            held=held,
        )
        assert found is alert


def test_a_preliminary_result_tops_the_worklist() -> None:
    assert on_worklist("155 ng/mL", status=ResultStatus.PRELIMINARY) is Alert.HIGH


@pytest.mark.parametrize(
    "status", [ResultStatus.CANCELLED, ResultStatus.ENTERED_IN_ERROR]
)
def test_a_void_result_is_not_on_the_worklist(status: ResultStatus) -> None:
    assert on_worklist("155 ng/mL", status=status) is None


def test_another_test_is_not_on_the_worklist_by_this_limit() -> None:
    assert on_worklist("155 ng/mL", Measurand.DIHYDROXY) is None


@pytest.mark.parametrize(
    ("printed", "alert"),
    [
        ("155 nmol/L", Alert.HIGH),  # would be, in ng/mL
        ("155 ng/mL", Alert.HIGH),
        ("155 pg/mL", Alert.HIGH),
        ("15 ng/mL", Alert.LOW),  # would be, in nmol/L
        ("30 ng/mL", None),
    ],
)
def test_a_held_result_tops_the_worklist_if_either_unit_reaches_the_limit(
    printed: str, alert: Alert | None
) -> None:
    assert on_worklist(printed, held=True) is alert


def test_a_result_whose_form_or_unit_is_in_doubt_counts_in_either_unit() -> None:
    assert on_worklist("155 nmol/L", Measurand.UNSPECIFIED) is Alert.HIGH
    assert on_worklist("155 pg/mL") is Alert.HIGH
    assert on_worklist("155 nmol/L") is None


def test_a_part_of_the_total_tops_the_worklist_only_where_it_is_high() -> None:
    assert on_worklist("155 ng/mL", Measurand.D2) is Alert.HIGH
    assert on_worklist("155 ng/mL", Measurand.D3) is Alert.HIGH
    assert on_worklist("5 ng/mL", Measurand.D3) is None
    assert on_worklist("5 ng/mL", Measurand.D3, confirmed=True) is Alert.LOW


# In words


@pytest.mark.parametrize(
    ("printed", "place"),
    [("28 ng/mL", "below"), ("30 ng/mL", "within"), ("51 ng/mL", "above")],
)
def test_sentence_1_names_value_date_author_and_range(printed: str, place: str) -> None:
    measurement = measured(printed)

    assert said(judged(measurement, TARGET), measurement) == [
        (
            f"{printed} on 12 March 2026. This is {place} the range Dr Osei set on "
            "1 March 2025 (30 to 50 ng/mL)."
        )
    ]


@pytest.mark.parametrize(
    ("printed", "place"),
    [
        ("28 ng/mL", "below"),
        ("30 ng/mL", "within"),
        ("51 ng/mL", "above"),
        ("<4 ng/mL", "below"),
    ],
)
def test_sentence_2_says_that_the_range_was_set_later(printed: str, place: str) -> None:
    measurement = measured(printed)

    assert said(judged(measurement, LATER), measurement) == [
        (
            "No range was set on that date. Compared with the range Dr Osei set on "
            f"1 March 2025 (30 to 50 ng/mL), it is {place}."
        )
    ]


@pytest.mark.parametrize(
    ("printed", "spoken", "places"),
    [
        ("<20 ng/mL", "less than 20 ng/mL", "below or within"),
        (">20 ng/mL", "more than 20 ng/mL", "within or above"),
        ("<=60 ng/mL", "at most 60 ng/mL", "below, within or above"),
    ],
)
def test_sentence_3_says_why_a_place_cannot_be_told(
    printed: str, spoken: str, places: str
) -> None:
    measurement = measured(printed)
    flag = judged(measurement, a_range("12", "50"))

    assert said(flag, measurement) == [
        (
            f"The laboratory reported '{spoken}'. The range is 12 to 50 ng/mL, "
            f"so we cannot tell whether this result is {places} it."
        )
    ]


def test_sentence_3_says_too_that_no_range_was_set_then() -> None:
    measurement = measured("<40 ng/mL")

    assert said(judged(measurement, LATER), measurement) == [
        "No range was set on that date.",
        (
            "The laboratory reported 'less than 40 ng/mL'. The range is 30 to 50 "
            "ng/mL, so we cannot tell whether this result is below or within it."
        ),
    ]


@pytest.mark.parametrize(
    ("printed", "spoken", "target", "place"),
    [
        ("<4 ng/mL", "less than 4 ng/mL", a_range("20", "50"), "below"),
        (">60 ng/mL", "more than 60 ng/mL", a_range("20", "50"), "above"),
    ],
)
def test_sentence_4_places_a_censored_value_where_it_is_certain(
    printed: str, spoken: str, target: Target, place: str
) -> None:
    measurement = measured(printed)

    assert said(judged(measurement, target), measurement) == [
        (
            f"The laboratory reported '{spoken}'. This is {place} the range Dr Osei "
            "set (20 to 50 ng/mL)."
        )
    ]


def test_sentence_4_says_within_for_an_open_range() -> None:
    measurement = measured("<40 ng/mL")

    assert said(judged(measurement, a_range(None, "50")), measurement) == [
        (
            "The laboratory reported 'less than 40 ng/mL'. This is within the range "
            "Dr Osei set (up to 50 ng/mL)."
        )
    ]


def test_sentence_5_quotes_the_laboratory_where_nobody_set_a_range() -> None:
    measurement = measured("28 ng/mL")
    flag = judged(measurement)

    lines = sentences(flag, measurement, COLLECTED, printed_interval="30-100 ng/mL")

    assert [str(line) for line in lines] == [
        "No clinician has set a range for you here, so we do not compare this result.",
        "The laboratory printed: '30-100 ng/mL'.",
    ]


def test_the_printed_interval_is_not_mixed_into_a_clinicians_comparison() -> None:
    measurement = measured("28 ng/mL")
    flag = judged(measurement, TARGET)

    lines = sentences(flag, measurement, COLLECTED, printed_interval="30-100 ng/mL")

    assert "30-100" not in " ".join(str(line) for line in lines)


def test_a_converted_comparison_shows_value_and_range_as_they_were_written() -> None:
    measurement = measured("19.8 ng/mL")

    assert said(judged(measurement, a_range("50", None, NMOL)), measurement) == [
        (
            "19.8 ng/mL on 12 March 2026. This is below the range Dr Osei set on "
            "1 March 2025 (from 50 nmol/L)."
        )
    ]


def test_a_unit_of_another_test_is_named() -> None:
    measurement = measured("28 pg/mL")

    assert said(judged(measurement, TARGET), measurement) == [
        (
            "pg/mL is not a unit of 25-hydroxyvitamin D, so this result needs review "
            "and we do not compare it."
        )
    ]


@pytest.mark.parametrize("concern", CalciumConcern)
def test_a_calcium_concern_comes_after_what_is_said(concern: CalciumConcern) -> None:
    measurement = measured("28 ng/mL")
    flag = judged(measurement, TARGET)

    lines = sentences(flag, measurement, COLLECTED, calcium_concerns=[concern])

    assert len(lines) == 2
    assert "says nothing about your calcium" in str(lines[1])


def test_several_concerns_are_each_said_once_and_in_a_fixed_order() -> None:
    measurement = Measurement("28", Decimal(28), None, Unit.NG_PER_ML, Measurand.TOTAL)
    flag = judged(measurement, TARGET)
    both = [CalciumConcern.SARCOIDOSIS, CalciumConcern.HIGH_CALCIUM]

    one, other = (
        sentences(flag, measurement, COLLECTED, calcium_concerns=order)
        for order in (both, both[::-1])
    )

    assert one == other
    assert len(one) == 3
