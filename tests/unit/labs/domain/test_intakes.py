"""The arithmetic of the log: what is added up, averaged, refused, and said."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.domain.intakes import (
    AmountLine,
    Intake,
    Lane,
    LoggedPeriod,
    Outcome,
    coverage,
    exposure_before,
    lane_of,
    lane_unit,
    summarise,
    upper_level_for_clinician,
    upper_level_for_patient,
)
from labs.domain.schedules import Pause, Schedule, ScheduleKind, Span
from labs.domain.supplements import (
    AmountUnit,
    DosageForm,
    Ingredient,
    Period,
    Product,
    Substance,
)
from tests.unit.labs.domain.supplement_making import (
    BORN_ON,
    DAILY,
    FOUR_WEEKS,
    PLAIN_D,
    VITAMIN_D,
    WEEKLY,
    each_day,
    holding,
    labelled,
    logged,
    recorded,
)

STRONG_D2 = labelled(holding(Substance.D2, "50000 IU"), name="Strong D2")
DAILY_5000 = labelled(holding(Substance.D3, "5000 IU"), name="Five thousand")
MONDAYS = [date(2026, 3, 4) + timedelta(days=7 * week) for week in range(4)]


def line_of(records: Sequence[LoggedPeriod], lane: Lane) -> AmountLine:
    line = summarise(records, FOUR_WEEKS).line(lane)
    assert line is not None
    return line


def spoken(records: Sequence[LoggedPeriod], span: Span = FOUR_WEEKS) -> list[str]:
    return [str(sentence) for sentence in summarise(records, span).sentences()]


def test_four_weekly_50000_units_are_about_7143_units_per_day() -> None:
    record = logged(recorded(STRONG_D2, WEEKLY, starts_on=MONDAYS[0]), MONDAYS)

    assert spoken([record]) == [
        (
            "In the 28 days to 31 March 2026 you logged 4 \N{MULTIPLICATION SIGN} "
            "50,000 international units (1,250 mcg) of vitamin D2."
        ),
        (
            "Spread over 28 days that is about 7,143 international units (178.6 mcg) "
            "per day (arithmetic of your log, not a recommendation)."
        ),
        "Supplements only: food, sun and what was not logged are not included.",
    ]


def test_nine_of_28_intakes_show_no_average() -> None:
    record = logged(recorded(PLAIN_D), each_day(FOUR_WEEKS)[:9])

    assert spoken([record])[1] == (
        "You logged 9 of the 28 intakes expected in these 28 days, so no average is "
        "shown. What you logged is listed below."
    )
    assert line_of([record], Lane.VITAMIN_D).average_per_day is None


@pytest.mark.parametrize(("days_logged", "is_shown"), [(22, False), (23, True)])
def test_an_average_needs_four_fifths_of_the_expected_intakes(
    days_logged: int, *, is_shown: bool
) -> None:
    record = logged(recorded(PLAIN_D), each_day(FOUR_WEEKS)[:days_logged])

    average = line_of([record], Lane.VITAMIN_D).average_per_day

    assert (average is not None) is is_shown


def test_exactly_four_fifths_are_enough() -> None:
    ten_days = Span(date(2026, 3, 1), date(2026, 3, 10))
    record = logged(recorded(PLAIN_D), each_day(ten_days)[:8])

    line = summarise([record], ten_days).line(Lane.VITAMIN_D)

    assert line is not None
    assert line.average_per_day == 800


def test_skipped_intakes_cover_the_log_and_add_nothing() -> None:
    days = each_day(FOUR_WEEKS)
    period = recorded(PLAIN_D)
    intakes = (
        *logged(period, days[:14]).intakes,
        *logged(period, days[14:], outcome=Outcome.SKIPPED).intakes,
    )

    line = line_of([LoggedPeriod(period, intakes)], Lane.VITAMIN_D)

    assert line.coverage.fraction == 1
    assert line.average_per_day == 500


def test_a_surplus_of_one_product_does_not_hide_a_gap_of_another() -> None:
    days = each_day(FOUR_WEEKS)
    twice = logged(recorded(PLAIN_D), [*days, *days])
    never = LoggedPeriod(recorded(DAILY_5000))

    found = coverage([twice, never], FOUR_WEEKS)

    assert (found.logged, found.expected, found.fraction) == (56, 56, Fraction(1, 2))
    assert not found.is_sufficient


def test_nothing_expected_is_no_coverage() -> None:
    as_needed = logged(recorded(PLAIN_D, Schedule(ScheduleKind.AS_NEEDED)), MONDAYS)

    found = coverage([as_needed], FOUR_WEEKS)

    assert found.fraction is None
    assert not found.is_sufficient


def test_d2_and_d3_are_added_in_units_with_their_parts() -> None:
    days = each_day(FOUR_WEEKS)
    both = labelled(VITAMIN_D, holding(Substance.D2, "10 mcg"))
    record = logged(recorded(both), days)

    line = line_of([record], Lane.VITAMIN_D)

    assert line.total == 28 * 1400
    assert dict(line.breakdown) == {Substance.D3: 28_000, Substance.D2: 11_200}
    assert [str(sentence) for sentence in line.sentences()[:2]] == [
        (
            "In the 28 days to 31 March 2026 you logged 28 \N{MULTIPLICATION SIGN} "
            "1,400 international units (35 mcg) of vitamin D."
        ),
        (
            "Of this: vitamin D3: 28,000 international units (700 mcg), vitamin D2: "
            "11,200 international units (280 mcg)."
        ),
    ]


def test_different_amounts_are_told_in_all() -> None:
    plain = logged(recorded(PLAIN_D), MONDAYS)
    strong = logged(recorded(DAILY_5000), MONDAYS[:1])

    assert spoken([plain, strong])[0] == (
        "In the 28 days to 31 March 2026 you logged 9,000 international units (225 "
        "mcg) of vitamin D3 in 5 intakes."
    )


def test_servings_multiply_the_amount_on_the_label() -> None:
    record = logged(recorded(PLAIN_D), each_day(FOUR_WEEKS), servings=Decimal("1.5"))

    assert line_of([record], Lane.VITAMIN_D).average_per_day == 1500


def test_calcifediol_has_its_own_line_and_no_units() -> None:
    days = each_day(FOUR_WEEKS)
    mixed = labelled(VITAMIN_D, holding(Substance.CALCIFEDIOL, "10 mcg"))
    record = logged(recorded(mixed), days)

    vitamin_d = line_of([record], Lane.VITAMIN_D)
    calcifediol = line_of([record], Lane.CALCIFEDIOL)

    assert vitamin_d.total == 28_000
    assert (calcifediol.total, calcifediol.unit) == (Decimal(280), AmountUnit.UG)
    assert "of calcifediol." in str(calcifediol.sentences()[0])
    assert "about 10 mcg per day" in str(calcifediol.sentences()[1])


@pytest.mark.parametrize(
    ("substance", "printed", "unit", "average"),
    [
        (Substance.K1, "70 mcg", AmountUnit.UG, "70"),
        (Substance.MK4, "1 mg", AmountUnit.UG, "1000"),
        (Substance.MK7, "45 mcg", AmountUnit.UG, "45"),
        (Substance.K_UNSPECIFIED, "45 mcg", AmountUnit.UG, "45"),
        (Substance.CALCIUM, "0.5 g", AmountUnit.MG, "500"),
        (Substance.MAGNESIUM, "300 mg", AmountUnit.MG, "300"),
        (Substance.ZINC, "5000 mcg", AmountUnit.MG, "5"),
        (Substance.CALCITRIOL, "0.25 mcg", AmountUnit.UG, "0.25"),
        (Substance.ALFACALCIDOL, "1 mcg", AmountUnit.UG, "1"),
        (Substance.PARICALCITOL, "1 mcg", AmountUnit.UG, "1"),
        (Substance.BIOTIN, "5 mg", AmountUnit.UG, "5000"),
    ],
)
def test_every_other_substance_is_added_up_alone(
    substance: Substance, printed: str, unit: AmountUnit, average: str
) -> None:
    product = labelled(holding(substance, printed))
    record = logged(recorded(product), each_day(FOUR_WEEKS))

    (line,) = summarise([record], FOUR_WEEKS).lines

    assert (line.unit, line.average_per_day) == (unit, Decimal(average))


def test_other_ingredients_are_not_added_up() -> None:
    product = labelled(holding(Substance.OTHER, "5 mg"))
    record = logged(recorded(product), MONDAYS)

    assert lane_of(Substance.OTHER) is None
    assert summarise([record], FOUR_WEEKS).lines == ()


def test_a_lane_holds_d2_with_d3_and_nothing_else_together() -> None:
    lanes = [lane_of(substance) for substance in Substance]

    assert lanes.count(Lane.VITAMIN_D) == 2
    assert all(lanes.count(lane) == 1 for lane in Lane if lane is not Lane.VITAMIN_D)
    assert lane_unit(Lane.VITAMIN_D) is AmountUnit.IU


@pytest.mark.parametrize(
    "unknown", [holding(Substance.D3), holding(Substance.D3, "1 ml")]
)
def test_an_unknown_amount_shows_no_average(unknown: Ingredient) -> None:
    days = each_day(FOUR_WEEKS)
    known = logged(recorded(PLAIN_D), days)
    open_amount = logged(recorded(labelled(unknown)), days[:2])

    line = line_of([known, open_amount], Lane.VITAMIN_D)

    assert (line.without_amount, line.equal_amount) == (2, None)
    assert str(line.no_average) == (
        "The amount of 2 logged intakes is not known, so no average is shown. What you "
        "logged is listed below."
    )


def test_amounts_that_are_all_unknown_are_told_without_a_sum() -> None:
    record = logged(recorded(labelled(holding(Substance.D3))), MONDAYS)

    assert spoken([record])[0] == (
        "In the 28 days to 31 March 2026 you logged vitamin D in 4 intakes whose "
        "amount is not known."
    )


def test_unknown_amounts_of_one_substance_keep_its_name() -> None:
    record = logged(recorded(labelled(holding(Substance.MK7))), MONDAYS)

    assert "you logged vitamin K2 (MK-7) in 4 intakes" in spoken([record])[0]


@pytest.mark.parametrize(
    ("schedule", "days_in_force", "is_shown"),
    [
        (Schedule(ScheduleKind.WEEKLY), 13, False),
        (Schedule(ScheduleKind.WEEKLY), 14, True),
        (Schedule(ScheduleKind.FORTNIGHTLY), 27, False),
        (Schedule(ScheduleKind.FORTNIGHTLY), 28, True),
        (Schedule(ScheduleKind.MONTHLY), 59, False),
        (Schedule(ScheduleKind.MONTHLY), 60, True),
        (Schedule(ScheduleKind.DAILY), 1, True),
    ],
)
def test_an_average_needs_two_rounds_of_the_schedule(
    schedule: Schedule, days_in_force: int, *, is_shown: bool
) -> None:
    window = Span(date(2026, 1, 1), date(2026, 3, 31))
    last = date(2026, 1, 1) + timedelta(days=days_in_force - 1)
    period = recorded(STRONG_D2, schedule, ends_on=last)
    record = logged(period, each_day(Span(date(2026, 1, 1), last)))

    line = summarise([record], window).line(Lane.VITAMIN_D)

    assert line is not None
    assert (line.average_per_day is not None) is is_shown
    assert is_shown or "fewer than two rounds" in str(line.no_average)


def test_a_weekly_log_from_outside_its_period_covers_no_round() -> None:
    ended = recorded(STRONG_D2, WEEKLY, ends_on=date(2026, 2, 1))
    current = recorded(STRONG_D2, WEEKLY, starts_on=MONDAYS[0])

    records = [logged(ended, MONDAYS[:1]), logged(current, MONDAYS)]

    assert "fewer than two rounds" in str(line_of(records, Lane.VITAMIN_D).no_average)


@pytest.mark.parametrize(
    "kind",
    [ScheduleKind.SINGLE, ScheduleKind.AS_NEEDED, ScheduleKind.GIVEN_IN_CLINIC],
)
def test_single_events_are_never_spread_over_days(kind: ScheduleKind) -> None:
    record = logged(
        recorded(STRONG_D2, Schedule(kind), starts_on=MONDAYS[0]), MONDAYS[:1]
    )

    assert "are not spread over days" in spoken([record])[1]


def test_a_period_without_logged_intakes_is_only_recorded() -> None:
    product = labelled(VITAMIN_D, name="Sun")
    with_end = recorded(product, WEEKLY, ends_on=date(2026, 3, 20))

    said = spoken([LoggedPeriod(recorded(product)), LoggedPeriod(with_end)])

    assert said == [
        (
            "Sun is recorded as 1 \N{MULTIPLICATION SIGN} the amount on its label, "
            "every day, from 1 January 2026. No intake was logged in these 28 days."
        ),
        (
            "Sun is recorded as 1 \N{MULTIPLICATION SIGN} the amount on its label, "
            "once a week, from 1 January 2026 to 20 March 2026. No intake was logged "
            "in these 28 days."
        ),
    ]
    assert not any("you logged" in sentence.lower() for sentence in said)


def test_what_was_only_skipped_is_told_as_skipped() -> None:
    record = logged(recorded(PLAIN_D), MONDAYS, outcome=Outcome.SKIPPED)

    assert spoken([record]) == [
        "All 4 intakes of Plain D3 logged in these 28 days were logged as skipped."
    ]


def test_an_empty_log_says_that_nothing_was_logged() -> None:
    over = LoggedPeriod(recorded(PLAIN_D, ends_on=date(2026, 2, 1)))

    assert spoken([over]) == ["Nothing was logged in these 28 days."]


def test_an_intake_counts_as_it_was_logged_not_as_the_label_reads_now() -> None:
    period = recorded(DAILY_5000)
    as_it_was = Intake(MONDAYS[0], Outcome.TAKEN, Decimal(1), (VITAMIN_D,))
    relabelled = LoggedPeriod(recorded(labelled()), (as_it_was,))

    assert line_of([LoggedPeriod(period, (as_it_was,))], Lane.VITAMIN_D).total == 1000
    assert line_of([relabelled], Lane.VITAMIN_D).total == 1000


def test_exposure_is_the_90_days_before_the_sample() -> None:
    sample_on = date(2026, 3, 31)
    days = [
        date(2026, 3, 31),
        date(2026, 3, 30),
        date(2025, 12, 31),
        date(2025, 12, 30),
    ]
    record = logged(recorded(PLAIN_D, starts_on=date(2025, 1, 1)), days)

    summary = exposure_before([record], sample_on)

    line = summary.line(Lane.VITAMIN_D)
    assert line is not None
    assert (summary.span.days, line.count) == (90, 2)
    assert summary.line(Lane.MK7) is None


def above_level(
    *, product: Product = DAILY_5000, schedule: Schedule = DAILY
) -> AmountLine:
    days = each_day(FOUR_WEEKS, step=schedule.cycle_in_days)
    record = logged(recorded(product, schedule, starts_on=days[0]), days)
    return line_of([record], Lane.VITAMIN_D)


def test_a_log_above_the_upper_level_is_cited_to_clinicians_only() -> None:
    line = above_level()

    to_patient = upper_level_for_patient(line, born_on=BORN_ON, has_recorded_plan=False)
    to_clinician = upper_level_for_clinician(
        line, born_on=BORN_ON, has_recorded_plan=False
    )

    assert [str(sentence) for sentence in to_patient] == [
        (
            "Your log is higher than a published general upper level. Please go over "
            "it with the clinician who looks after your vitamin D."
        ),
        (
            "Published upper levels count all sources; the log counts only "
            "supplements. Calcifediol is not included."
        ),
    ]
    assert str(to_clinician[0]) == (
        "Logged average 5,000 international units (125 mcg) per day from supplements. "
        "Published upper level for adults is 4,000 international units (100 mcg) per "
        "day (IOM 2011, EFSA 2023). Clinicians sometimes prescribe above it."
    )


def at_level() -> AmountLine:
    return above_level(product=labelled(holding(Substance.D3, "4000 IU")))


def by_injection() -> AmountLine:
    ingredients = (holding(Substance.D3, "50000 IU"),)
    ampoule = Product("Ampoule", ingredients, dosage_form=DosageForm.AMPOULE)
    return above_level(product=ampoule, schedule=WEEKLY)


def fortnightly() -> AmountLine:
    product = labelled(holding(Substance.D3, "100000 IU"))
    return above_level(product=product, schedule=Schedule(ScheduleKind.FORTNIGHTLY))


@pytest.mark.parametrize("line", [at_level(), by_injection(), fortnightly(), None])
def test_there_is_no_comparison_at_the_level_or_for_bolus_and_injection(
    line: AmountLine | None,
) -> None:
    assert line is None or line.average_per_day is not None
    for compared in (upper_level_for_patient, upper_level_for_clinician):
        assert compared(line, born_on=BORN_ON, has_recorded_plan=False) == ()


def test_there_is_no_comparison_of_another_lane_or_an_incomplete_log() -> None:
    biotin = logged(
        recorded(labelled(holding(Substance.BIOTIN, "5 mg"))), each_day(FOUR_WEEKS)
    )
    incomplete = logged(recorded(STRONG_D2), each_day(FOUR_WEEKS)[:9])

    for line in (
        line_of([biotin], Lane.BIOTIN),
        line_of([incomplete], Lane.VITAMIN_D),
    ):
        said = upper_level_for_patient(line, born_on=BORN_ON, has_recorded_plan=False)
        assert said == ()


@pytest.mark.parametrize(
    ("born_on", "has_recorded_plan"),
    [(date(2008, 3, 5), False), (None, False), (BORN_ON, True)],
)
def test_there_is_no_comparison_under_18_or_beside_a_recorded_plan(
    born_on: date | None, *, has_recorded_plan: bool
) -> None:
    for compared in (upper_level_for_patient, upper_level_for_clinician):
        said = compared(
            above_level(), born_on=born_on, has_recorded_plan=has_recorded_plan
        )
        assert said == ()


def test_somebody_who_turned_18_before_the_window_is_compared() -> None:
    said = upper_level_for_patient(
        above_level(), born_on=date(2008, 3, 4), has_recorded_plan=False
    )

    assert said


@given(st.lists(st.integers(0, 27), max_size=60))
def test_a_sum_is_the_sum_of_its_intakes_however_they_are_split(
    offsets: list[int],
) -> None:
    days = [FOUR_WEEKS.starts_on + timedelta(days=offset) for offset in offsets]
    half = len(days) // 2

    whole = summarise([logged(recorded(PLAIN_D), days)], FOUR_WEEKS)
    split = summarise(
        [
            logged(recorded(PLAIN_D), days[:half]),
            logged(recorded(PLAIN_D), days[half:]),
        ],
        FOUR_WEEKS,
    )

    assert [line.total for line in whole.lines] == [line.total for line in split.lines]
    assert all(line.total == 1000 * len(days) for line in whole.lines)


@given(st.integers(0, 28), st.integers(0, 28))
def test_coverage_never_falls_when_more_is_logged(fewer: int, more: int) -> None:
    days = each_day(FOUR_WEEKS)
    low, high = sorted((fewer, more))

    of_low = coverage([logged(recorded(PLAIN_D), days[:low])], FOUR_WEEKS)
    of_high = coverage([logged(recorded(PLAIN_D), days[:high])], FOUR_WEEKS)

    assert (of_low.fraction or 0) <= (of_high.fraction or 0) <= 1


def test_paused_days_are_not_expected_in_the_coverage() -> None:
    pause = Pause(date(2026, 3, 11), date(2026, 3, 31))
    period = Period(PLAIN_D, Decimal(1), DAILY, date(2026, 1, 1), pauses=(pause,))
    record = logged(period, each_day(FOUR_WEEKS)[:7])

    assert coverage([record], FOUR_WEEKS).fraction == 1


def test_a_small_average_keeps_three_decimals() -> None:
    weekly = labelled(holding(Substance.CALCITRIOL, "0.5 mcg"))
    record = logged(recorded(weekly, WEEKLY, starts_on=MONDAYS[0]), MONDAYS)

    assert "about 0.071 mcg per day" in spoken([record])[1]


def test_what_was_logged_on_days_recorded_as_paused_hides_no_gap() -> None:
    pause = Pause(date(2026, 3, 11), date(2026, 3, 31))
    period = Period(PLAIN_D, Decimal(1), DAILY, date(2026, 1, 1), pauses=(pause,))
    paused_days = [date(2026, 3, 11) + timedelta(days=day) for day in range(7)]
    record = logged(period, paused_days)

    covered = coverage([record], FOUR_WEEKS)

    assert (covered.logged, covered.counted, covered.expected) == (7, 0, 7)
    assert not covered.is_sufficient
    (first, *_rest) = [
        each for each in spoken([record]) if "so no average is shown" in each
    ]
    assert first.startswith("You logged 0 of the 7 intakes expected in these 28 days")


def test_what_was_logged_after_an_end_written_later_hides_no_gap() -> None:
    period = Period(
        PLAIN_D, Decimal(1), DAILY, date(2026, 1, 1), ends_on=date(2026, 3, 10)
    )
    after = [date(2026, 3, 11) + timedelta(days=day) for day in range(7)]

    covered = coverage([logged(period, after)], FOUR_WEEKS)

    assert (covered.counted, covered.expected) == (0, 7)
