"""Why to look at a patient, and what is gravest."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from labs.domain.limits import Position
from labs.domain.measurements import ResultStatus
from labs.domain.quantities import Measurand
from labs.domain.worklist import (
    ALL_SEEN,
    CALCIUM_COUNTS_FOR,
    NO_REASON,
    REVIEW_WAITS,
    ListedRecord,
    ListedResult,
    LookReason,
    changes_on,
    look_at,
)
from tests.unit.labs.domain.making import a_range, measured

TODAY = date(2026, 3, 20)
ADULT = date(1978, 5, 3)


def a_result(
    printed: str,
    measurand: Measurand = Measurand.TOTAL,
    *,
    days_ago: int = 3,
    came_days_ago: int | None = None,
    status: ResultStatus = ResultStatus.FINAL,
    flag: str = "",
    high: str | None = None,
    is_held: bool = False,
    is_later_version: bool = False,
    is_reviewed: bool = False,
) -> ListedResult:
    came = days_ago if came_days_ago is None else came_days_ago
    return ListedResult(
        measurement=measured(printed, measurand),
        collected_on=TODAY - timedelta(days=days_ago),
        reported_on=None,
        came_on=TODAY - timedelta(days=came),
        status=status,
        flag=flag,
        high=Decimal(high) if high else None,
        is_held=is_held,
        is_later_version=is_later_version,
        is_reviewed=is_reviewed,
    )


RANGE = a_range("30", "50", alert_low="10", alert_high="100")
CALCIUM_KNOWN = a_result("2.4 mmol/L", Measurand.CALCIUM, high="2.6", is_reviewed=True)


def reasons(*series: ListedResult, **more: object) -> tuple[LookReason, ...]:
    usual = {"targets": [RANGE], "born_on": ADULT, "series": series}
    return look_at(ListedRecord(**usual | more), today=TODAY).reasons  # type: ignore[arg-type]


def test_a_reviewed_result_within_the_range_asks_for_nothing() -> None:
    look = look_at(
        ListedRecord(series=[a_result("40 ng/mL", is_reviewed=True)], targets=[RANGE]),
        today=TODAY,
    )

    assert look.reasons == ()
    assert look.gravity == NO_REASON
    assert look.flag is not None
    assert look.flag.position is Position.WITHIN


@pytest.mark.parametrize("printed", ["155 ng/mL", "<8 ng/mL", "250 nmol/L"])
def test_an_alert_limit_tops_the_list(printed: str) -> None:
    assert reasons(a_result(printed))[0] is LookReason.ALERT


@pytest.mark.parametrize("status", [ResultStatus.PRELIMINARY, ResultStatus.UNKNOWN])
def test_a_critical_flag_counts_at_any_status_and_for_any_test(
    status: ResultStatus,
) -> None:
    of_series = a_result("31 ng/mL", flag="HH", status=status)
    calcium = a_result("3.4 mmol/L", Measurand.CALCIUM, flag="HH", status=status)

    assert reasons(of_series)[0] is LookReason.ALERT
    assert reasons(others=[calcium])[0] is LookReason.ALERT


def test_a_held_result_counts_in_either_unit() -> None:
    assert reasons(a_result("260 nmol/L", is_held=True))[0] is LookReason.ALERT
    assert reasons(a_result("45 ng/mL", is_held=True)) == (LookReason.HELD,)


def test_what_was_old_when_it_came_in_is_no_urgent_task() -> None:
    old = a_result("155 ng/mL", days_ago=2500, came_days_ago=0, flag="HH")

    assert reasons(old) == (LookReason.ABOVE_CALCIUM_UNKNOWN,)


def test_what_was_recent_when_it_came_in_stays_urgent_until_it_is_seen() -> None:
    assert reasons(a_result("155 ng/mL", days_ago=90))[0] is LookReason.ALERT
    assert reasons(a_result("155 ng/mL", days_ago=90, is_reviewed=True)) == ()


def test_a_corrected_result_is_news_again() -> None:
    corrected = a_result("40 ng/mL", days_ago=400, came_days_ago=0)
    assert reasons(corrected) == ()

    again = a_result("40 ng/mL", days_ago=400, came_days_ago=0, is_later_version=True)
    look = look_at(ListedRecord(series=[again], targets=[RANGE]), today=TODAY)
    assert look.reasons == (LookReason.NOT_REVIEWED,)
    assert look.is_one_by_one


def test_an_old_alert_whose_words_alone_were_mended_is_no_urgent_task() -> None:
    news = a_result("155 ng/mL", days_ago=2500, came_days_ago=0, is_later_version=True)
    mended = replace(news, says_what_is_known=True)

    assert LookReason.ALERT in reasons(news)
    assert LookReason.ALERT not in reasons(mended)
    assert LookReason.NOT_REVIEWED in reasons(mended)


def test_above_is_graver_where_calcium_is_not_known() -> None:
    above = a_result("61 ng/mL")

    assert reasons(above)[0] is LookReason.ABOVE_CALCIUM_UNKNOWN
    assert reasons(above, others=[CALCIUM_KNOWN])[0] is LookReason.ABOVE


def test_a_calcium_of_long_before_the_sample_is_not_known() -> None:
    days = CALCIUM_COUNTS_FOR.days + 4
    old = a_result(
        "2.4 mmol/L", Measurand.CALCIUM, high="2.6", days_ago=days, is_reviewed=True
    )

    assert reasons(a_result("61 ng/mL"), others=[old])[0] is (
        LookReason.ABOVE_CALCIUM_UNKNOWN
    )


@pytest.mark.parametrize(
    "calcium",
    [
        a_result("2.7 mmol/L", Measurand.CALCIUM, high="2.6"),
        a_result("2.5 mmol/L", Measurand.IONISED_CALCIUM, flag="H"),
        a_result("1.9 mmol/L", Measurand.ADJUSTED_CALCIUM, flag="L"),
        a_result("2.7 mmol/L", Measurand.CALCIUM, high="2.6", days_ago=900),
    ],
)
def test_calcium_outside_its_own_interval_is_a_reason(calcium: ListedResult) -> None:
    assert LookReason.CALCIUM in reasons(others=[calcium])


HIGH = a_result("2.9 mmol/L", Measurand.CALCIUM, high="2.6")
WITHIN = a_result("2.4 mmol/L", Measurand.CALCIUM, high="2.6")
LOW = a_result("1.9 mmol/L", Measurand.CALCIUM, flag="L")


@pytest.mark.parametrize("others", list(permutations([HIGH, WITHIN, LOW])))
def test_of_two_calciums_of_one_day_the_gravest_counts(
    others: tuple[ListedResult, ...],
) -> None:
    record = ListedRecord(others=others)

    assert record.newest_calcium == (HIGH,)
    assert LookReason.CALCIUM in reasons(others=others)


def test_a_later_calcium_within_replaces_an_earlier_high_one() -> None:
    later = a_result("2.4 mmol/L", Measurand.CALCIUM, high="2.6", days_ago=2)

    for others in ([HIGH, later], [later, HIGH]):
        assert LookReason.CALCIUM not in reasons(others=others)


@pytest.mark.parametrize("is_first_seen", [False, True])
def test_of_two_high_calciums_of_one_day_the_unseen_one_counts(
    *, is_first_seen: bool
) -> None:
    pair = [replace(HIGH, is_reviewed=is_first_seen)]
    pair.append(replace(HIGH, is_reviewed=not is_first_seen))

    (newest,) = ListedRecord(others=pair).newest_calcium

    assert not newest.is_reviewed


def test_a_calcium_that_was_seen_is_still_outside_and_no_longer_lifts_the_row() -> None:
    seen = a_result("2.7 mmol/L", Measurand.CALCIUM, high="2.6", is_reviewed=True)
    record = ListedRecord(series=[a_result("40 ng/mL")], others=[seen], born_on=ADULT)

    alone = look_at(ListedRecord(others=[seen]), today=TODAY)

    assert look_at(record, today=TODAY).reasons == (
        LookReason.NOT_REVIEWED,
        LookReason.CALCIUM,
    )
    assert (alone.reasons, alone.gravity) == ((LookReason.CALCIUM,), ALL_SEEN)
    assert LookReason.RETEST_OVERDUE < ALL_SEEN < NO_REASON


def test_a_held_result_stays_held_when_it_was_seen() -> None:
    held = a_result("40 ng/mL", is_held=True, is_reviewed=True)

    look = look_at(ListedRecord(series=[held]), today=TODAY)

    assert (look.reasons, look.gravity) == ((LookReason.HELD,), LookReason.HELD)
    assert look.since == held.came_on


def test_a_held_calcium_is_placed_by_its_laboratorys_mark_alone() -> None:
    held = replace(HIGH, is_held=True)
    marked = replace(held, flag="H")

    assert LookReason.CALCIUM not in reasons(others=[held])
    assert LookReason.CALCIUM in reasons(others=[marked])
    assert LookReason.ABOVE not in reasons(a_result("61 ng/mL"), others=[marked])


def test_a_calcium_without_an_interval_is_unknown_and_no_reason_by_itself() -> None:
    calcium = a_result("2.7 mmol/L", Measurand.CALCIUM, is_reviewed=True)

    assert reasons(others=[calcium]) == ()


def test_a_week_without_a_review_lifts_the_row() -> None:
    fresh = a_result("40 ng/mL", days_ago=3, came_days_ago=REVIEW_WAITS.days - 1)
    waiting = a_result("40 ng/mL", days_ago=9, came_days_ago=REVIEW_WAITS.days)

    assert reasons(fresh) == (LookReason.NOT_REVIEWED,)
    assert reasons(waiting) == (LookReason.WAITING_LONG, LookReason.NOT_REVIEWED)


def test_the_list_judges_by_the_range_in_force_today() -> None:
    then = a_range("10", "50", starts_on=date(2020, 1, 1))
    now = a_range("30", "50", starts_on=TODAY)
    result = a_result("20 ng/mL", days_ago=20)

    assert LookReason.BELOW in reasons(result, targets=[then, now])


def test_a_child_is_not_judged_by_a_range_of_later() -> None:
    result = a_result("20 ng/mL", days_ago=20)
    now = a_range("30", "50", starts_on=TODAY)

    assert LookReason.BELOW not in reasons(
        result, targets=[now], born_on=date(2010, 1, 1)
    )


def test_a_childs_sample_reaches_no_alert_limit_of_a_later_range() -> None:
    on_18th = TODAY - timedelta(days=10)
    born_on = on_18th.replace(year=on_18th.year - 18)
    later = a_range(None, "50", alert_high="100", starts_on=TODAY - timedelta(days=9))
    own = a_range(None, "50", alert_high="100", starts_on=TODAY - timedelta(days=300))

    for days_ago, target, is_alert in (
        (11, later, False),
        (10, later, True),
        (11, own, True),
    ):
        found = reasons(
            a_result("155 ng/mL", days_ago=days_ago),
            targets=[target],
            born_on=born_on,
        )
        assert (LookReason.ALERT in found) is is_alert

    marked = a_result("155 ng/mL", days_ago=11, flag="HH")
    assert LookReason.ALERT in reasons(marked, targets=[later], born_on=born_on)


def test_a_day_before_birth_is_no_childs() -> None:
    held = a_result("155 ng/mL", days_ago=3, is_held=True)
    found = reasons(
        held,
        born_on=TODAY,
        targets=[a_range(None, "50", alert_high="100", starts_on=TODAY)],
    )

    assert LookReason.ALERT in found


def test_every_other_reason_stands_in_its_place() -> None:
    found = reasons(
        a_result("28 ng/mL"),
        has_changed=True,
        has_vitamin_k_news=True,
        has_open_precaution=True,
        retest_due_on=TODAY - timedelta(days=1),
        is_target_changed_elsewhere=True,
    )

    assert found == (
        LookReason.VITAMIN_K,
        LookReason.BELOW,
        LookReason.CHANGED,
        LookReason.PRECAUTION,
        LookReason.NOT_REVIEWED,
        LookReason.RETEST_OVERDUE,
        LookReason.TARGET_CHANGED,
    )


def test_a_retest_is_not_overdue_on_its_day() -> None:
    assert reasons(retest_due_on=TODAY) == ()


def test_the_next_day_that_changes_the_row_is_known() -> None:
    record = ListedRecord(
        series=[a_result("40 ng/mL", days_ago=2)],
        targets=[a_range("30", "50", ends_on=TODAY + timedelta(days=3))],
        retest_due_on=TODAY + timedelta(days=30),
    )

    assert changes_on(record, [], today=TODAY) == TODAY + timedelta(days=4)
