"""Schedules: which days expect an intake, and how many there are."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.domain.schedules import (
    EVENTS_ONLY,
    Pause,
    Schedule,
    ScheduleKind,
    ScheduleRefused,
    Span,
    expected_intakes,
)

MONDAY = date(2026, 3, 2)
FOUR_WEEKS_LATER = date(2026, 3, 29)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (Schedule(ScheduleKind.DAILY), 28),
        (Schedule(ScheduleKind.TIMES_A_DAY, 3), 84),
        (Schedule(ScheduleKind.EVERY_N_DAYS, 3), 10),
        (Schedule(ScheduleKind.WEEKDAYS, weekdays=frozenset({0, 3})), 8),
        (Schedule(ScheduleKind.WEEKLY), 4),
        (Schedule(ScheduleKind.FORTNIGHTLY), 2),
        (Schedule(ScheduleKind.MONTHLY), 1),
        (Schedule(ScheduleKind.SINGLE), 1),
        (Schedule(ScheduleKind.AS_NEEDED), 0),
        (Schedule(ScheduleKind.GIVEN_IN_CLINIC), 0),
    ],
)
def test_four_weeks_expect_as_many_intakes_as_the_schedule_makes(
    schedule: Schedule, expected: int
) -> None:
    assert expected_intakes(schedule, MONDAY, FOUR_WEEKS_LATER) == expected


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Schedule(ScheduleKind.DAILY), "every day"),
        (Schedule(ScheduleKind.TIMES_A_DAY, 2), "2 times a day"),
        (Schedule(ScheduleKind.EVERY_N_DAYS, 10), "every 10 days"),
        (
            Schedule(ScheduleKind.WEEKDAYS, weekdays=frozenset({4, 0, 2})),
            "on Monday, Wednesday, Friday",
        ),
        (Schedule(ScheduleKind.WEEKLY), "once a week"),
        (Schedule(ScheduleKind.FORTNIGHTLY), "every two weeks"),
        (Schedule(ScheduleKind.MONTHLY), "once a month"),
        (Schedule(ScheduleKind.SINGLE), "once"),
        (Schedule(ScheduleKind.AS_NEEDED), "as needed"),
        (Schedule(ScheduleKind.GIVEN_IN_CLINIC), "given in a clinic"),
    ],
)
def test_a_schedule_is_described_in_words(kind: Schedule, words: str) -> None:
    assert str(kind.described()) == words


def test_a_monthly_schedule_begun_on_the_31st_keeps_to_the_last_day() -> None:
    schedule = Schedule(ScheduleKind.MONTHLY)
    begun = date(2026, 1, 31)

    def expected_on(day: date) -> int:
        return expected_intakes(schedule, day, day, anchor=begun)

    assert expected_on(date(2026, 2, 28)) == 1
    assert expected_on(date(2026, 2, 27)) == 0
    assert expected_on(date(2026, 3, 31)) == 1
    assert expected_on(date(2026, 3, 28)) == 0


def test_a_window_counts_from_the_first_day_of_the_schedule() -> None:
    weekly = Schedule(ScheduleKind.WEEKLY)

    of_window = expected_intakes(
        weekly, date(2026, 3, 5), date(2026, 3, 11), anchor=MONDAY
    )
    of_one_day = expected_intakes(
        weekly, date(2026, 3, 10), date(2026, 3, 10), anchor=MONDAY
    )

    assert (of_window, of_one_day) == (1, 0)


def test_nothing_is_expected_before_the_first_day() -> None:
    daily = Schedule(ScheduleKind.DAILY)

    expected = expected_intakes(
        daily, MONDAY, FOUR_WEEKS_LATER, anchor=date(2026, 3, 28)
    )

    assert expected == 2


def test_a_single_intake_is_expected_on_its_day_only() -> None:
    single = Schedule(ScheduleKind.SINGLE)

    assert expected_intakes(single, MONDAY, MONDAY, anchor=date(2026, 3, 1)) == 0


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        ((Pause(date(2026, 3, 4), date(2026, 3, 5)),), 26),
        ((Pause(date(2026, 3, 26), date(2026, 4, 9)),), 24),
        ((Pause(date(2026, 2, 20), date(2026, 3, 2)),), 27),
        ((Pause(date(2026, 3, 4)),), 2),
        ((Pause(date(2026, 3, 10)), Pause(date(2026, 3, 4), date(2026, 3, 5))), 6),
        (
            (
                Pause(date(2026, 3, 4), date(2026, 3, 9)),
                Pause(date(2026, 3, 6), date(2026, 3, 7)),
            ),
            22,
        ),
        ((Pause(date(2026, 2, 1)),), 0),
    ],
)
def test_paused_days_expect_nothing(pauses: tuple[Pause, ...], expected: int) -> None:
    daily = Schedule(ScheduleKind.DAILY)

    found = expected_intakes(daily, MONDAY, FOUR_WEEKS_LATER, pauses=pauses)

    assert found == expected


def test_a_pause_does_not_move_the_days_of_the_schedule() -> None:
    weekly = Schedule(ScheduleKind.WEEKLY)
    pause = Pause(date(2026, 3, 8), date(2026, 3, 10))

    days = [
        day
        for offset in range(28)
        if expected_intakes(
            weekly,
            (day := MONDAY + timedelta(days=offset)),
            day,
            anchor=MONDAY,
            pauses=(pause,),
        )
    ]

    assert days == [MONDAY, date(2026, 3, 16), date(2026, 3, 23)]


@pytest.mark.parametrize(
    ("kind", "count", "weekdays", "sentence"),
    [
        (ScheduleKind.WEEKDAYS, 1, frozenset(), "at least one weekday"),
        (ScheduleKind.WEEKDAYS, 1, frozenset({7}), "from 0 (Monday) to 6 (Sunday)"),
        (ScheduleKind.DAILY, 1, frozenset({1}), "Weekdays belong"),
        (ScheduleKind.DAILY, 2, frozenset(), "no number to choose"),
        (ScheduleKind.TIMES_A_DAY, 0, frozenset(), "from 1 to 24"),
        (ScheduleKind.TIMES_A_DAY, 25, frozenset(), "from 1 to 24"),
        (ScheduleKind.EVERY_N_DAYS, 0, frozenset(), "from 1 to 366"),
        (ScheduleKind.EVERY_N_DAYS, 367, frozenset(), "from 1 to 366"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused_with_a_sentence(
    kind: ScheduleKind, count: int, weekdays: frozenset[int], sentence: str
) -> None:
    with pytest.raises(ScheduleRefused) as refusal:
        Schedule(kind, count, weekdays)

    assert sentence in str(refusal.value.sentence)


def test_a_pause_and_a_span_end_after_they_start() -> None:
    with pytest.raises(ScheduleRefused, match="pause cannot end"):
        Pause(MONDAY, MONDAY - timedelta(days=1))
    with pytest.raises(ScheduleRefused, match="last day"):
        Span(MONDAY, MONDAY - timedelta(days=1))


@pytest.mark.parametrize(
    ("schedule", "is_daily", "cycle"),
    [
        (Schedule(ScheduleKind.DAILY), True, 1),
        (Schedule(ScheduleKind.TIMES_A_DAY, 2), True, 1),
        (Schedule(ScheduleKind.EVERY_N_DAYS, 1), True, 1),
        (Schedule(ScheduleKind.EVERY_N_DAYS, 3), False, 3),
        (Schedule(ScheduleKind.WEEKDAYS, weekdays=frozenset(range(7))), True, 7),
        (Schedule(ScheduleKind.WEEKDAYS, weekdays=frozenset({1})), False, 7),
        (Schedule(ScheduleKind.WEEKLY), False, 7),
        (Schedule(ScheduleKind.FORTNIGHTLY), False, 14),
        (Schedule(ScheduleKind.MONTHLY), False, 30),
        (Schedule(ScheduleKind.SINGLE), False, 1),
    ],
)
def test_a_schedule_knows_its_round(
    schedule: Schedule, *, is_daily: bool, cycle: int
) -> None:
    assert (schedule.is_daily, schedule.cycle_in_days) == (is_daily, cycle)


def test_spans_overlap_where_they_share_a_day() -> None:
    span = Span(MONDAY, FOUR_WEEKS_LATER)

    assert span.overlap(date(2026, 3, 20), None) == Span(
        date(2026, 3, 20), FOUR_WEEKS_LATER
    )
    assert span.overlap(date(2026, 1, 1), MONDAY) == Span(MONDAY, MONDAY)
    assert span.overlap(date(2026, 3, 30), None) is None


days = st.dates(date(2000, 1, 1), date(2040, 1, 1))
schedules = st.one_of(
    st.sampled_from(
        [
            Schedule(kind)
            for kind in ScheduleKind
            if kind
            not in {
                ScheduleKind.WEEKDAYS,
                ScheduleKind.TIMES_A_DAY,
                ScheduleKind.EVERY_N_DAYS,
            }
        ]
    ),
    st.builds(Schedule, st.just(ScheduleKind.TIMES_A_DAY), st.integers(1, 24)),
    st.builds(Schedule, st.just(ScheduleKind.EVERY_N_DAYS), st.integers(1, 366)),
    st.builds(
        Schedule,
        st.just(ScheduleKind.WEEKDAYS),
        st.just(1),
        st.frozensets(st.integers(0, 6), min_size=1),
    ),
)


@given(schedules, days, st.integers(0, 200), st.integers(0, 200))
def test_two_adjoining_stretches_expect_what_the_whole_expects(
    schedule: Schedule, anchor: date, first: int, second: int
) -> None:
    middle = anchor + timedelta(days=first)
    end = middle + timedelta(days=second + 1)

    whole = expected_intakes(schedule, anchor, end, anchor=anchor)
    before = expected_intakes(schedule, anchor, middle, anchor=anchor)
    after = expected_intakes(schedule, middle + timedelta(days=1), end, anchor=anchor)

    assert whole == before + after


@given(schedules, days, st.integers(0, 100), st.integers(0, 100), st.integers(0, 40))
def test_a_pause_takes_away_exactly_what_its_days_expected(
    schedule: Schedule, start: date, length: int, from_day: int, paused_days: int
) -> None:
    end = start + timedelta(days=length)
    pause = Pause(
        start + timedelta(days=from_day),
        start + timedelta(days=from_day + paused_days),
    )

    of_all = expected_intakes(schedule, start, end)
    of_rest = expected_intakes(schedule, start, end, pauses=(pause,))
    shared = Span(start, end).overlap(pause.starts_on, pause.ends_on)
    of_pause = (
        expected_intakes(schedule, shared.starts_on, shared.ends_on, anchor=start)
        if shared
        else 0
    )

    assert of_all == of_rest + of_pause


def test_events_are_the_kinds_that_are_never_averaged() -> None:
    assert {
        ScheduleKind.SINGLE,
        ScheduleKind.AS_NEEDED,
        ScheduleKind.GIVEN_IN_CLINIC,
    } == EVENTS_ONLY
