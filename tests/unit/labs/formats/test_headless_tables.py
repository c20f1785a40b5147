"""Tables whose first line is a result and names no columns."""

import pytest

from labs.formats.csv_table import columns_found, read_csv
from labs.formats.parsed import FileRefused


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "2025-03-04,25-OH-D,27,ng/mL\n2025-06-04,25-OH-D,<4,ng/mL\n",
            [("2025-03-04", "27", "ng/mL"), ("2025-06-04", "<4", "ng/mL")],
        ),
        ("25-OH-D;27,5;nmol/l;25.03.2025\n", [("2025-03-25", "27,5", "nmol/L")]),
        (
            (
                "2025-03-04\t25-OH-D\t27 ng/mL\t30-100\tL\n"
                "2025-03-04\tFerritin\t24 ng/mL\t20-300\t\n"
            ),
            [("2025-03-04", "27", "ng/mL")],
        ),
    ],
)
def test_columns_are_told_by_what_they_hold(
    text: str, found: list[tuple[str, str, str]]
) -> None:
    parsed = read_csv(text.encode())

    assert [
        (row.collected_on.isoformat(), row.value_text, str(row.unit))
        for row in parsed.results
    ] == found
    assert parsed.results[0].where == "line 1"
    assert any("The table has no header" in said for said in parsed.warnings)


@pytest.mark.parametrize(
    "row",
    [
        "2025-03-04,Ada Okafor,25-OH-D,27,ng/mL",  # whose it is would be lost
        "2025-03-04,2025-03-06,25-OH-D,27,ng/mL",
        "2025-03-04,25-OH-D,27,4,ng/mL",
        "2025-03-04,27",
    ],
)
def test_columns_in_doubt_are_not_read(row: str) -> None:
    with pytest.raises(FileRefused, match="names no columns"):
        read_csv(f"{row}\n".encode())


def test_a_person_may_say_otherwise_what_a_column_holds() -> None:
    table = b"2025-03-04,25-OH-D,27,ng/mL\n"

    called = [column.name for column in columns_found(table)]
    parsed = read_csv(table, columns={"1": "reported_on"})

    assert called == ["1", "2", "3", "4"]
    assert parsed.results[0].value_text == "27"
    assert any("only the day of the report" in said for said in parsed.warnings)


def test_a_first_line_that_a_person_takes_for_names_is_read_as_the_row_it_is() -> None:
    table = b"2025-03-04,27,ng/mL\n2025-06-04,31,ng/mL\n"
    said = {"2025-03-04": "collected_on", "27": "value", "ng/mL": "unit"}

    parsed = read_csv(table, columns=said)

    assert [row.value_text for row in parsed.results] == ["27", "31"]
