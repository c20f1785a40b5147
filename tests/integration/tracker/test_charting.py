"""What the chart of a record is made of, before it is drawn."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accounts import queries
from accounts.models import Patient, User
from labs.domain.limits import Position
from labs.domain.measurements import ResultStatus
from labs.domain.quantities import Measurand
from labs.domain.schedules import ScheduleKind
from labs.domain.units import Unit
from tests.factories import (
    a_patient,
    a_period,
    a_result,
    a_target,
    an_entry,
    owner_of,
)
from tracker.charts.values import TrendChart
from tracker.services import charting, dashboards
from tracker.services.charting import View, Window

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def chart_of(
    patient: Patient,
    *,
    unit: Unit = Unit.NG_PER_ML,
    window: Window = Window.ALL,
    today: date = date(2026, 6, 1),
    identified: bool = False,
) -> TrendChart:
    viewer = queries.viewer_for(owner_of(patient))
    record = dashboards.record_of(patient, viewer=viewer, at=NOON, today=today)
    return charting.trend(record, View(unit, window), identified=identified)


# Days ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("window", "first"),
    [
        (Window.ONE_YEAR, date(2025, 6, 1)),
        (Window.TWO_YEARS, date(2024, 6, 1)),
        (Window.FIVE_YEARS, date(2021, 6, 1)),
    ],
)
def test_a_window_ends_today_and_begins_whole_years_before(
    anna: Patient, window: Window, first: date
) -> None:
    chart = chart_of(anna, window=window)

    assert (chart.starts_on, chart.ends_on) == (first, date(2026, 6, 1))


def test_a_year_before_29_february_is_28_february(anna: Patient) -> None:
    chart = chart_of(anna, window=Window.ONE_YEAR, today=date(2028, 2, 29))

    assert chart.starts_on == date(2027, 2, 28)


def test_all_begins_before_the_first_result(anna: Patient) -> None:
    a_result(anna, an_entry(collected_on=date(2019, 3, 1)))

    chart = chart_of(anna)

    assert chart.starts_on < date(2019, 3, 1)
    assert chart.hidden_words == ""


def test_a_result_dated_ahead_is_not_cut_off(anna: Patient) -> None:
    a_result(anna, an_entry(collected_on=date(2026, 9, 1)))

    assert chart_of(anna).ends_on == date(2026, 9, 1)


def test_results_before_the_window_are_counted(anna: Patient) -> None:
    for year in (2020, 2021, 2026):
        a_result(anna, an_entry(collected_on=date(year, 3, 1)))

    chart = chart_of(anna, window=Window.ONE_YEAR)

    assert chart.hidden_words == "2 results hidden"
    assert len(chart.points) == 1


def test_an_empty_window_says_so_and_counts_what_is_hidden(anna: Patient) -> None:
    a_result(anna, an_entry(collected_on=date(2020, 3, 1)))

    chart = chart_of(anna, window=Window.ONE_YEAR)

    assert chart.empty_words == "No result in this time."
    assert chart.hidden_words == "1 result hidden"


# Points -------------------------------------------------------------------------------


def test_a_converted_point_keeps_what_was_reported_in_its_words(anna: Patient) -> None:
    a_result(anna, an_entry("28", "ng/mL"))

    (point,) = chart_of(anna, unit=Unit.NMOL_PER_L).points

    assert (point.value, point.label) == (Decimal(70), "70")
    assert "70 nmol/L (reported as 28 ng/mL)" in point.detail
    assert "12 March 2026" in point.detail


def test_a_censored_point_keeps_its_sign(anna: Patient) -> None:
    a_result(anna, an_entry("<4"))

    (point,) = chart_of(anna).points

    assert (point.label, point.comparator) == ("<4", "<")


def test_a_preliminary_point_is_hollow_and_not_compared(
    anna: Patient, osei: User
) -> None:
    a_target(anna, osei)
    a_result(anna, an_entry("28", status=ResultStatus.PRELIMINARY))

    (point,) = chart_of(anna).points

    assert point.hollow
    assert point.position is Position.NOT_COMPARED


@pytest.mark.parametrize(
    "status", [ResultStatus.ENTERED_IN_ERROR, ResultStatus.CANCELLED]
)
def test_what_was_withdrawn_is_not_drawn(anna: Patient, status: ResultStatus) -> None:
    a_result(anna, an_entry("28", status=status))

    assert chart_of(anna).points == ()


def test_d3_and_total_are_never_on_one_line(anna: Patient) -> None:
    a_result(anna, an_entry("20", collected_on=date(2025, 6, 1)))
    d3 = an_entry("22", collected_on=date(2025, 9, 1), measurand=Measurand.D3)
    a_result(anna, d3)

    chart = chart_of(anna)

    assert len({point.segment for point in chart.points}) == 2
    assert [each.words for each in chart.boundaries] == [
        "other part measured: not compared"
    ]


def test_another_laboratory_breaks_the_line_and_an_unstated_one_does_not(
    anna: Patient,
) -> None:
    for month, laboratory in ((1, "Lakeside"), (2, ""), (3, "Harbour")):
        day = date(2026, month, 1)
        a_result(anna, an_entry(collected_on=day, laboratory=laboratory))

    chart = chart_of(anna)

    assert [point.segment for point in chart.points] == [0, 0, 1]
    assert [each.on for each in chart.boundaries] == [date(2026, 2, 15)]


def test_another_laboratory_with_another_method_says_both(anna: Patient) -> None:
    a_result(anna, an_entry(collected_on=date(2026, 1, 1), laboratory="Lakeside"))
    a_result(anna, an_entry(collected_on=date(2026, 3, 1), method="ECLIA"))

    (boundary,) = chart_of(anna).boundaries

    assert boundary.words == "other laboratory and method: not compared"


def test_a_held_result_is_joined_to_nothing(anna: Patient) -> None:
    for month, why in ((1, ""), (2, "The unit is in doubt."), (3, "")):
        day = date(2026, month, 1)
        a_result(anna, an_entry(collected_on=day, held_because=why))

    first, held, last = (point.segment for point in chart_of(anna).points)

    assert held not in {first, last}
    assert first == last


def a_report_of_parts(patient: Patient, day: date, total: str) -> None:
    for value, measurand in (
        ("8", Measurand.D3),
        ("<4", Measurand.D2),
        (total, Measurand.TOTAL),
    ):
        a_result(patient, an_entry(value, collected_on=day, measurand=measurand))


def test_of_a_report_with_a_total_only_the_total_is_drawn(anna: Patient) -> None:
    a_report_of_parts(anna, date(2025, 5, 1), "21")
    a_report_of_parts(anna, date(2026, 3, 1), "33")

    chart = chart_of(anna)

    assert [point.label for point in chart.points] == ["21", "33"]
    assert len({point.segment for point in chart.points}) == 1
    assert chart.boundaries == ()
    assert "parts of a report that has a total stand in the table" in chart.notes[0]
    assert chart_of(anna, window=Window.ONE_YEAR).hidden_words == ("1 result hidden")


def test_a_part_of_another_laboratory_is_drawn_beside_a_total(anna: Patient) -> None:
    day = date(2026, 3, 1)
    a_result(anna, an_entry("21", collected_on=day))
    d3 = an_entry("8", collected_on=day, measurand=Measurand.D3, laboratory="Lakeside")
    a_result(anna, d3)

    chart = chart_of(anna)

    assert {point.label for point in chart.points} == {"8", "21"}
    assert len({point.segment for point in chart.points}) == 2
    assert chart.notes == ()


def test_no_boundary_goes_through_one_report(anna: Patient) -> None:
    for day in (date(2025, 5, 1), date(2026, 3, 1)):
        for measurand in (Measurand.D3, Measurand.D2):
            a_result(anna, an_entry("8", collected_on=day, measurand=measurand))

    assert chart_of(anna).boundaries == ()


def test_the_laboratorys_interval_is_drawn_in_the_charts_unit(anna: Patient) -> None:
    entry = an_entry("28", interval_text="up to 100", interval_high=Decimal(100))
    a_result(anna, entry)

    (point,) = chart_of(anna, unit=Unit.NMOL_PER_L).points

    assert point.interval == (None, Decimal(250))


# Ranges -------------------------------------------------------------------------------


def test_a_range_keeps_its_words_and_is_drawn_by_the_guideline_factor(
    anna: Patient, osei: User
) -> None:
    a_target(anna, osei, low="50", high="125", unit=Unit.NMOL_PER_L)

    (step,) = chart_of(anna).targets

    assert (step.low, step.high) == (Decimal(20), Decimal(50))
    assert step.lines == ("50 to 125 nmol/L", "Dr Osei", "1 Mar 2025")
    assert step.ends_on is None


def test_a_range_that_ends_gives_way_to_the_one_that_still_holds(
    anna: Patient, osei: User
) -> None:
    a_result(anna, an_entry(collected_on=date(2025, 2, 1)))
    a_target(anna, osei, low="20", starts_on=date(2025, 1, 1))
    a_target(
        anna,
        osei,
        low="40",
        starts_on=date(2025, 5, 1),
        ends_on=date(2025, 8, 31),
    )

    steps = chart_of(anna).targets

    assert [(step.low, step.starts_on, step.ends_on) for step in steps] == [
        (Decimal(20), date(2025, 1, 1), date(2025, 4, 30)),
        (Decimal(40), date(2025, 5, 1), date(2025, 8, 31)),
        (Decimal(20), date(2025, 9, 1), None),
    ]


def test_a_range_that_begins_later_is_not_drawn_yet(anna: Patient, osei: User) -> None:
    a_target(anna, osei, starts_on=date(2027, 1, 1))

    assert chart_of(anna).targets == ()


# Supplements and seasons --------------------------------------------------------------


def test_supplements_stand_as_bars_with_their_amounts(anna: Patient) -> None:
    a_period(anna, starts_on=date(2025, 11, 1))

    (bar,) = chart_of(anna).bars

    assert (bar.lane, bar.starts_on, bar.ends_on) == ("D", date(2025, 11, 1), None)
    assert bar.words == "D3 1,000 international units (25 mcg), every day"


def test_a_single_dose_is_a_mark_on_its_day(anna: Patient) -> None:
    a_period(anna, schedule=ScheduleKind.SINGLE, starts_on=date(2026, 2, 1))

    (bar,) = chart_of(anna).bars

    assert bar.bolus == (date(2026, 2, 1),)
    assert bar.ends_on == date(2026, 2, 1)


def test_what_ended_before_the_window_is_left_out(anna: Patient) -> None:
    a_period(anna, starts_on=date(2019, 1, 1), ends_on=date(2019, 6, 1))

    assert chart_of(anna, window=Window.ONE_YEAR).bars == ()


@pytest.mark.parametrize(
    ("hemisphere", "words", "stripes"),
    [
        ("north", "December to February", 2),
        ("south", "June to August", 2),
        ("tropics", "", 0),
        ("unknown", "", 0),
    ],
)
def test_winters_are_shaded_by_hemisphere(
    db: None, hemisphere: str, words: str, stripes: int
) -> None:
    del db
    patient = a_patient(hemisphere=hemisphere)

    chart = chart_of(patient, window=Window.TWO_YEARS, today=date(2026, 5, 1))

    assert (chart.shading_words, len(chart.shading)) == (words, stripes)


# Identity and words -------------------------------------------------------------------


def test_only_a_file_says_whose_chart_it_is(anna: Patient) -> None:
    assert chart_of(anna).patient_line == ""
    assert chart_of(anna, identified=True).patient_line == (
        "Anna Example · born 3 May 1978"
    )


def test_a_person_whose_birth_date_is_not_known_is_named_without_it(
    anna: Patient,
) -> None:
    anna.born_on = None

    assert chart_of(anna, identified=True).patient_line == "Anna Example"


def test_the_chart_is_described_for_those_who_do_not_see_it(anna: Patient) -> None:
    a_result(anna, an_entry("24", collected_on=date(2025, 9, 1)))
    a_result(anna, an_entry("28"))

    described = chart_of(anna).description

    assert "2 results, 1 Sep 2025 to 12 Mar 2026" in described
    assert "Latest: 28 ng/mL · 12 March 2026" in described
