"""Tables in shapes that people have beside the plain one: read right, or said."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.domain.units import Unit
from labs.formats.csv_table import read_csv
from labs.formats.parsed import FileRefused, ParsedFile


def read(text: str) -> ParsedFile:
    return read_csv(text.encode())


def values(parsed: ParsedFile) -> list[str]:
    return [row.value_text for row in parsed.results]


# Comparators in columns of their own --------------------------------------------------


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Test,2025-03-12,Comparator,2026-03-12,Comparator", "4,<,27,"),
        ("Test,Comparator,2025-03-12,Comparator,2026-03-12", "<,4,,27"),
        ("Test,2025-03-12,,2026-03-12,", "4,<,27,"),
        ("Test,,2025-03-12,,2026-03-12", "<,4,,27"),
    ],
)
def test_a_comparator_of_a_turned_table_is_of_the_visit_beside_it(
    header: str, cells: str
) -> None:
    parsed = read(f"{header}\n25-OH Vitamin D (ng/mL),{cells}\n")

    assert values(parsed) == ["<4", "27"]
    assert not any(row.hold for row in parsed.results)


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Test,Comparator,2025-03-12,2026-03-12", "<,4,27"),
        ("Test,,2025-03-12,2026-03-12", "<,4,27"),
        ("Test,2025-03-12,Comparator,2026-03-12", "4,<,27"),
        ("Test,2025-03-12,2026-03-12,Comparator", "4,27,<"),
    ],
)
def test_a_comparator_that_may_be_of_any_visit_holds_them_all(
    header: str, cells: str
) -> None:
    parsed = read(f"{header}\n25-OH Vitamin D (ng/mL),{cells}\n")

    assert values(parsed) == ["4", "27"]
    assert all("one comparator, '<'" in row.hold for row in parsed.results)


def test_a_comparator_counts_for_the_only_value_of_its_row() -> None:
    parsed = read(
        "Test,Comparator,2025-03-12,2026-03-12\n"
        "25-OH Vitamin D (ng/mL),<,,4\n"
        "25-OH Vitamin D3 (ng/mL),=,3,27\n"
    )

    assert values(parsed) == ["<4", "3", "27"]
    assert not any(row.hold for row in parsed.results)


@pytest.mark.parametrize(
    "table",
    [
        "Date,Comparator,25-OH-D (ng/mL),25-OH-D3 (ng/mL)\n2026-03-12,<,4,3\n",
        "Date,25-OH-D (ng/mL),25-OH-D3 (ng/mL),Comparator\n2026-03-12,4,3,<\n",
        "Date,25-OH-D (ng/mL),Calcium (mg/dL),Comparator\n2026-03-12,4,9.4,<\n",
    ],
)
def test_a_comparator_beside_several_tests_holds_them_all(table: str) -> None:
    parsed = read(table)

    found = (*parsed.results, *parsed.companions)
    assert [row.comparator for row in found] == [None, None]
    assert all("one comparator, '<'" in row.hold for row in found)


def test_a_comparator_before_the_only_column_of_vitamin_d_is_its_own() -> None:
    parsed = read(
        "Date,,25-OH-D (ng/mL),Calcium (mg/dL)\n"
        "2026-03-12,<,4,9.4\n"
        "2026-04-12,,27,9.3\n"
    )

    assert values(parsed) == ["<4", "27"]
    assert [row.value_text for row in parsed.companions] == ["9.4", "9.3"]


def test_a_column_without_a_name_that_holds_comparators_is_read() -> None:
    parsed = read("Date,Test,,Result,Unit\n2026-03-12,25-OH Vitamin D,<,4,ng/mL\n")

    assert values(parsed) == ["<4"]


# A day in three columns ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Day;Month;Year", "12;3;2025"),
        ("Year;Month;Day", "2025;03;12"),
        ("Month;Day;Year", "March;12;2025"),
        ("Collection Day;Collection Month;Collection Year", "12;3;2025"),
        ("day_of_sample;month_of_sample;year_of_sample", "12.0;3.0;2025.0"),
        ("Tag;Monat;Jahr", "12.;März;2025"),
        ("TT;MM;JJJJ", "12;03;2025"),
        ("Jour;Mois;Année", "12;mars;2025"),
        ("Día;Mes;Año", "12;marzo;2025"),
        ("Dia;Mês;Ano", "12;3;2025"),
        ("Giorno;Mese;Anno", "12;marzo;2025"),
        ("Dag;Maand;Jaar", "12;maart;2025"),
        ("Gün;Ay;Yıl", "12;Mart;2025"),
        ("Dzień;Miesiąc;Rok", "12;3;2025"),
        ("Dag;Månad;År", "12;3;2025"),
        ("Päivä;Kuukausi;Vuosi", "12;3;2025"),
        ("День;Месяц;Год", "12;3;2025"),
        ("اليوم;الشهر;السنة", "١٢;٣;٢٠٢٥"),
        ("年;月;日", "2025年;3月;12日"),
    ],
)
def test_a_day_may_stand_in_three_columns(header: str, cells: str) -> None:
    parsed = read(f"{header};Test;Result;Unit\n{cells};25-OH Vitamin D;27;ng/mL\n")

    (result,) = parsed.results
    assert result.collected_on == date(2025, 3, 12)
    assert not parsed.warnings


@given(
    day=st.dates(date(1969, 1, 1), date(2068, 12, 31)),
    order=st.permutations(["Day", "Month", "Year"]),
    is_short=st.booleans(),
)
def test_three_columns_give_the_day_of_one_in_every_order(
    *, day: date, order: list[str], is_short: bool
) -> None:
    year = f"{day:%y}" if is_short else str(day.year)
    cells = {"Day": str(day.day), "Month": str(day.month), "Year": year}
    apart = ",".join(cells[name] for name in order)

    parsed = read(f"{','.join(order)},Test,Result,Unit\n{apart},25-OH-D,27,ng/mL\n")
    plain = read(f"Date,Test,Result,Unit\n{day.isoformat()},25-OH-D,27,ng/mL\n")

    assert parsed.results == plain.results
    assert any("two digits" in said for said in parsed.warnings) is is_short


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ("30,2,2025", "'2025-2-30' is not a day of the calendar."),
        ("3,13,2025", "'2025-13-3' is not a day of the calendar."),
        (",3,2025", "'2025-3' is not a full date: the day is missing."),
        ("12,,2025", "'2025-?-12' is not a date"),
        ("12,3,", "'?-3-12' is not a date"),
        ("12,Foo,2025", "'12 Foo 2025' is not a date"),
        ("12,3,1403", "The year of '1403-3-12' lies outside"),
        (",,", "The date is empty."),
    ],
)
def test_three_cells_that_are_no_day_are_refused_with_their_place(
    cells: str, why: str
) -> None:
    parsed = read(f"Day,Month,Year,Test,Result,Unit\n{cells},25-OH-D,27,ng/mL\n")

    (refusal,) = parsed.refused
    assert refusal.where == "line 2"
    assert refusal.why.startswith(why)


def test_a_day_in_three_columns_heads_a_wide_table_too() -> None:
    parsed = read("Year,Month,Day,25-OH-D (ng/mL),Calcium (mg/dL)\n2025,3,12,27,9.4\n")

    found = (*parsed.results, *parsed.companions)
    assert [row.collected_on for row in found] == [date(2025, 3, 12)] * 2


def test_a_date_beside_its_parts_counts_and_it_is_said() -> None:
    parsed = read(
        "Date,Day,Month,Year,Test,Result,Unit\n"
        "2025-03-12,Wed,March,2025,25-OH-D,27,ng/mL\n"
    )

    assert parsed.results[0].collected_on == date(2025, 3, 12)
    assert any("the first was read as the collected on" in w for w in parsed.warnings)


def test_the_day_of_the_sample_in_parts_goes_before_that_of_the_report() -> None:
    parsed = read(
        "Report date,Day,Month,Year,Test,Result,Unit\n"
        "2025-03-15,12,3,2025,25-OH-D,27,ng/mL\n"
    )

    assert parsed.results[0].collected_on == date(2025, 3, 12)


def test_a_person_may_say_which_columns_hold_the_parts_of_the_day() -> None:
    table = b"A,B,C,Test,Result,Unit\n12,3,2025,25-OH-D,27,ng/mL\n"
    said = {"A": "day", "B": "month", "C": "year"}

    parsed = read_csv(table, columns=said)

    assert parsed.results[0].collected_on == date(2025, 3, 12)


def test_a_month_without_its_day_heads_no_table() -> None:
    with pytest.raises(FileRefused, match="No column holds the date"):
        read("Month,Year,Test,Result,Unit\n3,2025,25-OH-D,27,ng/mL\n")


# Columns that were passed over in silence ---------------------------------------------


def test_a_column_without_a_name_that_holds_something_else_is_told() -> None:
    parsed = read("Date,Test,Result,Unit,,\n2026-03-12,25-OH-D,27,ng/mL,fasting,\n")

    assert values(parsed) == ["27"]
    assert "Columns without a name that were not read: 5." in parsed.warnings


def test_a_flag_before_several_tests_is_nobodys_and_told() -> None:
    parsed = read("Date,Flag,25-OH-D (ng/mL),25-OH-D3 (ng/mL)\n2026-03-12,L,14,13\n")

    assert not any(row.laboratory_flag for row in parsed.results)
    assert any("more than one result" in said for said in parsed.warnings)


def test_each_of_two_columns_of_values_keeps_the_unit_in_its_name() -> None:
    parsed = read(
        "Date,Test,Result (ng/mL),Result (nmol/L)\n"
        "2026-03-12,25-OH-D,28,\n"
        "2026-04-12,25-OH-D,,66\n"
    )

    assert [(row.value_text, row.unit) for row in parsed.results] == [
        ("28", Unit.NG_PER_ML),
        ("66", Unit.NMOL_PER_L),
    ]
