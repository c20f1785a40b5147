"""Dates as files print them, and the order of a column."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.formats.dates import (
    DateOrder,
    DateRefused,
    is_date,
    order_of_column,
    orders_that_fit,
    read_date,
)

days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05",
        "2024/03/05",
        "2024.03.05",
        "2024-3-5",
        "20240305",
        "202403050830",
        "20240305083015+0100",
        "2024-03-05T23:30:00-05:00",
        "2024-03-05 00:10:00Z",
        "2024-03-05T08:30:00.123+00:00",
        "5 March 2024",
        "5 Mar 2024",
        "05-MAR-2024",
        "05-Mar-24",
        "March 5, 2024",
        "Mar 5th, 2024 8:05 AM",
        "Tuesday, 5 March 2024",
        "5. März 2024",
        "5 mars 2024",
        "5 de marzo de 2024",
        "5 marzo 2024",
        "5 maart 2024",
        "5 de março de 2024",
        "5 Mart 2024",
        "5 marca 2024",
        "5 مارس 2024",
        "5. marts 2024",
        "5 марта 2024 08:30",
        "5 березня 2024",
        "5. března 2024",
        "2024. március 5.",
        "5 martie 2024",
        "5. maaliskuuta 2024",
        "5 במרץ 2024",
    ],
)
def test_a_full_date_is_the_day_that_is_printed(text: str) -> None:
    assert read_date(text) == date(2024, 3, 5)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("05/03/2024", DateOrder.DMY),
        ("03/05/2024", DateOrder.MDY),
        ("05.03.2024", DateOrder.DMY),
        ("5. 3. 2024", DateOrder.DMY),
        ("5-3-24", DateOrder.DMY),
        ("24-03-05", DateOrder.YMD),
        ("3/5/2024 11:59:59 PM", DateOrder.MDY),
        ("3/5/2024 9:05\u202fAM", DateOrder.MDY),
        ("05.03.2024 um 08:15", DateOrder.DMY),
    ],
)
def test_three_numbers_are_read_in_the_order_that_holds(
    text: str, order: DateOrder
) -> None:
    assert read_date(text, order) == date(2024, 3, 5)


@pytest.mark.parametrize(
    "text",
    [
        "03/13/2024 / 07:42 EDT",
        "13/03/2024 \u2013 08:00",
        "13.03.2024 - 08:00 Uhr",
        "Mar. 13th, 2024 at 8:05am",
        "Wed Mar 13 2024 08:00:00 GMT+0100 (Central European Standard Time)",
    ],
)
def test_a_time_behind_a_day_may_be_parted_from_it(text: str) -> None:
    assert read_date(text) == date(2024, 3, 13)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("03/04/2024", "fits more than one order"),
        ("2024-13-45", "not a day of the calendar"),
        ("2023-02-29", "not a day of the calendar"),
        ("31/04/2024", "not a day of the calendar"),
        ("45306", "spreadsheet's day number"),
        ("2024", "the day is missing"),
        ("03/2024", "the day is missing"),
        ("1445-09-01", "outside 1900 to 2100"),
        ("yesterday", "not a date that is known here"),
        ("", "empty"),
        ("2024-03-05" * 20, "too long"),
    ],
)
def test_what_is_no_full_date_is_refused_with_the_reason(
    text: str, reason: str
) -> None:
    with pytest.raises(DateRefused, match=reason):
        read_date(text)


def test_a_date_does_not_fit_an_order_it_does_not_have() -> None:
    with pytest.raises(DateRefused, match="not a day of the calendar"):
        read_date("03/25/2024", DateOrder.DMY)
    with pytest.raises(DateRefused, match="does not have the year first"):
        read_date("03/05/2024", DateOrder.YMD)


@given(days)
def test_every_day_comes_back_from_every_way_of_writing(day: date) -> None:
    assert read_date(day.isoformat()) == day
    assert read_date(f"{day:%d.%m.%Y}", DateOrder.DMY) == day
    assert read_date(f"{day:%m/%d/%Y}", DateOrder.MDY) == day
    assert read_date(f"{day:%d %B %Y}") == day


@given(st.text())
def test_any_text_is_a_day_or_a_refusal(text: str) -> None:
    assert isinstance(is_date(text), bool)
    assert isinstance(order_of_column([text]).choices, tuple)


@given(days)
def test_a_day_fits_the_order_it_was_written_in(day: date) -> None:
    fitting = orders_that_fit(f"{day:%d/%m/%Y}")

    assert DateOrder.DMY in fitting or day.day == day.month


def test_one_date_decides_for_its_column() -> None:
    found = order_of_column(["03/04/2024", "05/06/2024", "13/06/2024"])

    assert found.order is DateOrder.DMY
    assert found.choices == ()


def test_a_column_that_fits_both_orders_is_left_to_a_person() -> None:
    found = order_of_column(["03/04/2024", "05/06/2024"])

    assert found.order is None
    assert found.choices == (DateOrder.DMY, DateOrder.MDY)
    assert found.examples == ("03/04/2024",)


def test_a_column_with_both_orders_is_left_to_a_person() -> None:
    found = order_of_column(["13/04/2024", "04/13/2024"])

    assert found.order is None
    assert found.examples == ("13/04/2024", "04/13/2024")


def test_the_same_day_in_both_orders_asks_nothing() -> None:
    assert order_of_column(["04/04/2024", "2024-05-06"]).choices == ()


def test_dates_with_dots_are_read_day_first_and_it_is_said() -> None:
    found = order_of_column(["03.04.2024", "05.06.2024"])

    assert found.order is DateOrder.DMY
    assert found.is_assumed_by_dots


def test_dates_with_dots_prove_another_order_where_they_do() -> None:
    assert order_of_column(["03.04.2024", "05.26.2024"]).order is DateOrder.MDY


def test_two_digits_of_a_year_with_dashes_may_stand_first() -> None:
    found = order_of_column(["15-03-24", "16-03-24"])

    assert found.choices == (DateOrder.DMY, DateOrder.YMD)
    assert found.has_short_years


@pytest.mark.parametrize(
    ("text", "year"), [("1/2/68", 2068), ("1/2/69", 1969), ("1/2/24", 2024)]
)
def test_two_digits_of_a_year_are_read_as_posix_does(text: str, year: int) -> None:
    assert read_date(text, DateOrder.DMY).year == year
