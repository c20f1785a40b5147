"""A number with a decimal comma that a comma between cells cuts in two."""

import pytest

from labs.formats.csv_table import read_csv


def read(text: str) -> tuple[list[str], list[str]]:
    parsed = read_csv(text.encode())
    values = [row.value_text for row in parsed.results]
    return values, [f"{part.where}: {part.why}" for part in parsed.refused]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Date,Test,Result,Unit", "2025-03-05,25-OH-D,27,4,ng/mL"),
        ("Date,Test,Result", "2025-03-05,25-OH-D,<27,4"),
        ("Date,Test,Result,Unit,Range", "2025-03-05,25-OH-D,27,4,ng/mL"),
        ("Date,Test,Result,Comment", "2025-03-05,25-OH-D,27,4 ng/mL"),
        ("Date,25-OH-D (ng/mL)", "2025-03-05,27,4"),
        ("Date,25-OH-D (ng/mL),Comment", "2025-03-05,27,4"),
        ("Date,25-OH-D (ng/mL),Range", "2025-03-05,27,4"),
        ("Date,25-OH-D (ng/mL),", "2025-03-05,27,4"),
        ("Date,25-OH-D (ng/mL),Calcium (mg/dL)", "2025-03-05,27,4,"),
        ("Date,25-OH-D (ng/mL),PTH (pg/mL)", "2025-03-05,27,4,45"),
    ],
)
def test_half_a_number_is_no_result(header: str, row: str) -> None:
    values, refused = read(f"{header}\n{row}\n")

    (why,) = refused
    assert not values
    assert why.startswith("line 2: ")
    assert "one number with a decimal comma" in why


def test_one_line_that_is_too_long_puts_the_others_in_doubt() -> None:
    values, refused = read(
        "Test,2025-03-05,2025-06-05\n25-OH-D (ng/mL),27,4,31,2\n25-OH-D3 (ng/mL),27,4\n"
    )

    assert not values
    assert all("decimal comma" in why for why in refused)
    assert len(refused) == 2


@pytest.mark.parametrize(
    "text",
    [
        "Date,25-OH-D (ng/mL),Comment\n2025-03-05,27,2 weeks in\n",
        "Date,25-OH-D (ng/mL),Flag\n2025-03-05,27,1\n2025-06-05,200,0\n",
        "Date,25-OH-D (ng/mL),Range\n2025-03-05,27,75\n",
        "Date,25-OH-D (ng/mL),Hours of sleep\n2025-03-05,27,8\n",
        "Date,25-OH-D (ng/mL),Comment\n2025-03-05,27,4\n2025-06-05,31.5,\n",
        'Date,25-OH-D (ng/mL),Comment\n2025-03-05,"27,4",4\n',
        "Date;25-OH-D (ng/mL);Comment\n2025-03-05;27;4\n",
        "Date,Test,Result,Unit\n2025-03-05,25-OH-D,27,ng/mL,\n",
        "Date,Test,Result,Low,High,Unit\n2025-03-05,25-OH-D,27.5,30,100,ng/mL,\n",
    ],
)
def test_two_cells_that_are_two_things_are_read(text: str) -> None:
    values, refused = read(text)

    assert values
    assert not refused
