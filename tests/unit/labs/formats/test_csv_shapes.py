"""Tables in shapes that people have beside the plain one: read right, or said."""

import pytest

from labs.domain.units import Unit
from labs.formats.csv_table import read_csv
from labs.formats.parsed import ParsedFile


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
