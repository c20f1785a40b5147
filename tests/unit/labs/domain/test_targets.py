from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.domain.targets import (
    Target,
    TargetRefused,
    Urgency,
    counts_until,
    range_in_words,
    target_in_force,
)
from labs.domain.units import Unit
from tests.unit.labs.domain.making import SET_AT, a_range

days = st.dates(min_value=date(2020, 1, 1), max_value=date(2021, 12, 31))


@st.composite
def ranges(draw: st.DrawFn) -> Target:
    starts_on = draw(days)
    ends_on = draw(st.none() | days.filter(lambda day: day >= starts_on))
    minutes = draw(st.integers(0, 1000))
    set_at = SET_AT + timedelta(minutes=minutes)
    return a_range("20", "50", starts_on=starts_on, ends_on=ends_on, set_at=set_at)


# In force


@pytest.mark.parametrize(
    ("on", "is_in_force"),
    [
        (date(2025, 2, 28), False),
        (date(2025, 3, 1), True),
        (date(2025, 6, 30), True),
        (date(2025, 7, 1), False),
    ],
)
def test_a_range_is_in_force_from_its_first_to_its_last_day(
    on: date,
    is_in_force: bool,  # noqa: FBT001 - a column of the table
) -> None:
    target = a_range("20", "50", ends_on=date(2025, 6, 30))

    assert target.is_in_force(on) is is_in_force
    assert target_in_force([target], on) == (target if is_in_force else None)


def test_a_range_without_an_end_stays_in_force() -> None:
    target = a_range("20", "50")

    assert target_in_force([target], date(2099, 1, 1)) is target


def test_no_range_is_in_force_where_none_was_set() -> None:
    assert target_in_force([], date(2025, 6, 1)) is None


def test_the_latest_start_counts_whoever_set_it() -> None:
    first = a_range("20", "50", starts_on=date(2025, 1, 1))
    second = a_range("30", "60", starts_on=date(2025, 5, 1), set_by="Dr Blum")

    assert target_in_force([second, first], date(2025, 4, 30)) is first
    assert target_in_force([second, first], date(2025, 5, 1)) is second


def test_among_equal_starts_the_range_that_was_set_last_counts() -> None:
    slip = a_range("20", "500", set_at=SET_AT)
    mended = a_range("20", "50", set_at=SET_AT + timedelta(minutes=1))

    assert target_in_force([mended, slip], date(2025, 6, 1)) is mended


def test_after_a_pregnancy_range_the_lasting_one_counts_again() -> None:
    lasting = a_range("20", "50", starts_on=date(2024, 1, 1))
    pregnancy = a_range(
        "40", "60", starts_on=date(2025, 1, 1), ends_on=date(2025, 9, 30)
    )

    assert target_in_force([lasting, pregnancy], date(2025, 9, 30)) is pregnancy
    assert target_in_force([lasting, pregnancy], date(2025, 10, 1)) is lasting


def test_an_ended_range_does_not_wake_one_that_has_ended_too() -> None:
    earlier = a_range("20", "50", ends_on=date(2025, 6, 30))
    later = a_range("30", "50", starts_on=date(2025, 5, 1), ends_on=date(2025, 12, 31))

    assert target_in_force([earlier, later], date(2026, 1, 1)) is None


@given(st.lists(ranges(), max_size=6), days)
def test_the_range_in_force_holds_the_day_and_none_starts_later(
    targets: list[Target], on: date
) -> None:
    chosen = target_in_force(targets, on)

    holding = [each for each in targets if each.is_in_force(on)]
    assert (chosen is None) == (not holding)
    assert all(
        chosen is not None
        and (each.starts_on, each.set_at) <= (chosen.starts_on, chosen.set_at)
        for each in holding
    )


@given(st.lists(ranges(), max_size=6), days)
def test_the_order_of_ranges_does_not_matter(targets: list[Target], on: date) -> None:
    one, other = target_in_force(targets, on), target_in_force(targets[::-1], on)

    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert (one.starts_on, one.set_at) == (other.starts_on, other.set_at)


# In words


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        ("30", "50", "30 to 50 ng/mL"),
        ("30.00", "50.50", "30 to 50.5 ng/mL"),
        ("30", None, "from 30 ng/mL"),
        (None, "100.0", "up to 100 ng/mL"),
        ("1E+2", None, "from 100 ng/mL"),
    ],
)
def test_a_range_is_said_in_words(low: str | None, high: str | None, said: str) -> None:
    assert str(range_in_words(a_range(low, high))) == said


# What cannot be set


@pytest.mark.parametrize(
    ("low", "high"),
    [("0", "50"), ("-1", "50"), ("20", "NaN"), ("20", "Infinity"), ("20", "-0.0")],
)
def test_a_limit_that_is_not_above_zero_is_refused(low: str, high: str) -> None:
    with pytest.raises(TargetRefused, match="must be a number above zero"):
        a_range(low, high)


@pytest.mark.parametrize("high", ["1E+12", "1234567890.123", "1E+400"])
def test_a_limit_of_too_many_digits_is_refused(high: str) -> None:
    with pytest.raises(TargetRefused, match="at most 12 digits"):
        a_range("20", high)


def test_a_range_without_any_bound_is_refused() -> None:
    with pytest.raises(TargetRefused, match="a lower limit, an upper limit, or both"):
        a_range(None, None)


def test_a_range_whose_bounds_cross_is_refused() -> None:
    with pytest.raises(TargetRefused, match="must not be above the upper one"):
        a_range("50.1", "50")


def test_a_range_of_one_number_can_be_set() -> None:
    assert a_range("50", "50").low == Decimal(50)


def test_a_range_in_a_unit_of_another_test_is_refused() -> None:
    with pytest.raises(TargetRefused, match="in ng/mL, ug/L or nmol/L"):
        a_range("20", "50", Unit.PG_PER_ML)


def test_a_range_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(TargetRefused, match="cannot end before it starts"):
        a_range("20", "50", ends_on=date(2025, 2, 28))


def test_a_range_can_last_one_day() -> None:
    assert a_range("20", "50", ends_on=date(2025, 3, 1)).is_in_force(date(2025, 3, 1))


@pytest.mark.parametrize("author", ["", "  "])
def test_a_range_without_an_author_is_refused(author: str) -> None:
    with pytest.raises(TargetRefused, match="needs the name of the clinician"):
        a_range("20", "50", set_by=author)


def test_a_moment_without_a_time_zone_is_a_fault_of_the_program() -> None:
    naive = datetime(2025, 3, 1, 9, 30, tzinfo=UTC).replace(tzinfo=None)

    with pytest.raises(TypeError, match="time zone"):
        a_range("20", "50", set_at=naive)


def test_an_alert_limit_needs_an_urgency() -> None:
    with pytest.raises(TargetRefused, match="how soon to act"):
        a_range("20", "50", alert_high="100", urgency=None)


def test_an_urgency_needs_an_alert_limit() -> None:
    with pytest.raises(TargetRefused, match="needs an alert limit"):
        a_range("20", "50", urgency=Urgency.TODAY)


@pytest.mark.parametrize(
    ("low", "high", "alert_low", "alert_high"),
    [
        ("20", "50", "20.1", None),
        ("20", "50", None, "49.9"),
        (None, "50", "50.1", None),
        ("20", None, None, "19.9"),
        ("20", "20", "20", "20"),
    ],
)
def test_an_alert_limit_inside_the_range_is_refused(
    low: str | None, high: str | None, alert_low: str | None, alert_high: str | None
) -> None:
    with pytest.raises(TargetRefused, match="must not lie inside the range"):
        a_range(low, high, alert_low=alert_low, alert_high=alert_high)


def test_alert_limits_may_stand_at_the_bounds() -> None:
    target = a_range("20", "50", alert_low="20", alert_high="50")

    assert target.has_alert
    assert not a_range("20", "50").has_alert


@pytest.mark.parametrize("limit", ["0", "NaN"])
def test_an_alert_limit_that_is_no_number_above_zero_is_refused(limit: str) -> None:
    with pytest.raises(TargetRefused, match="must be a number above zero"):
        a_range("20", "50", alert_low=limit)


def test_a_range_counts_until_the_day_before_the_one_that_follows_it() -> None:
    first = a_range("30", "50", starts_on=date(2022, 10, 21))
    then = a_range("30", "50", starts_on=date(2024, 12, 29), ends_on=date(2025, 5, 1))
    covered = a_range(
        "30", "50", starts_on=date(2024, 12, 29), set_at=SET_AT - timedelta(days=1)
    )

    assert counts_until(first, [first]) is None
    assert counts_until(first, [first, covered]) == date(2024, 12, 28)
    assert counts_until(covered, [first, covered]) is None
    assert counts_until(then, [first, covered, then]) == date(2025, 5, 1)


def test_a_lasting_range_that_counts_again_has_no_end() -> None:
    lasting = a_range("30", "50", starts_on=date(2022, 1, 1))
    pregnancy = a_range(
        "30", "50", starts_on=date(2023, 1, 1), ends_on=date(2023, 9, 1)
    )

    assert counts_until(lasting, [lasting, pregnancy]) is None


def test_a_range_that_never_counted_ends_before_it_starts() -> None:
    first = a_range(
        "30", "50", starts_on=date(2024, 1, 1), set_at=SET_AT - timedelta(days=1)
    )
    second = a_range("30", "50", starts_on=date(2024, 1, 1))

    assert counts_until(first, [first, second]) == date(2023, 12, 31)


@given(st.lists(ranges(), min_size=1, max_size=5))
def test_after_the_day_until_which_it_counts_a_range_judges_nothing(
    targets: list[Target],
) -> None:
    target = targets[0]
    last = counts_until(target, targets)
    days = {each.starts_on for each in targets}
    days |= {each.ends_on + timedelta(days=1) for each in targets if each.ends_on}
    days |= {max(days) + timedelta(days=1)}

    counted = [day for day in days if target_in_force(targets, day) is target]
    assert last is None or all(day <= last for day in counted)
    if last is not None and last >= target.starts_on:
        assert target_in_force(targets, last) is target
