"""Tables whose columns are held apart by blanks: read where every line fits."""

import pytest

from labs.formats.csv_table import read_csv
from labs.formats.parsed import FileRefused, ParsedFile

REPORT = """\
Laboratory North                                  Page 1
Patient: Muster, Ada          Born: 02.01.1980

Test               Result  Flag  Units   Reference    Collected
-----------------  ------  ----  ------  -----------  ----------
25-OH Vitamin D     <8.0    L    ng/mL   30.0-100.0   2025-03-13
Ferritin              44         ng/mL   20-250       2025-03-13

Comment: taken in the morning
"""


def read(text: str) -> ParsedFile:
    return read_csv(text.encode())


def test_a_printed_table_is_read_by_the_places_of_its_columns() -> None:
    parsed = read(REPORT)
    (result,) = parsed.results

    assert (result.value_text, str(result.unit)) == ("<8.0", "ng/mL")
    assert (result.laboratory_flag, result.interval_text) == ("L", "30.0-100.0")
    assert str(result.collected_on) == "2025-03-13"
    assert result.patient.name == "Muster, Ada"
    assert result.where == "line 6"
    assert "blanks" in parsed.format


def test_the_day_may_stand_above_a_printed_table() -> None:
    table = "Test             Result  Units\nVitamin D 25-OH  27.5    ng/mL\n"
    text = f"Collected: 2025-03-13\n\n{table}"

    assert [str(row.collected_on) for row in read(text).results] == ["2025-03-13"]


@pytest.mark.parametrize(
    "line",
    [
        "25-OH Vitamin D              27  ng/mL   2025-03-13",  # under no name
        "25-OH Vitamin D  27  4  ng/mL   2025-03-13",  # two under one name
        "25-OH Vitamin D of the year 27.0  ng/mL   2025-03-13",  # under two names
        "25-OH Vitamin D     27.55  ng/mL   2025-03-13",  # neither end in line
    ],
)
def test_a_piece_that_may_be_of_another_column_refuses_the_table(line: str) -> None:
    with pytest.raises(FileRefused):
        read(f"Test             Result  Units   Collected\n{line}\n")


def test_a_table_with_commas_and_blanks_is_parted_by_its_commas() -> None:
    text = (
        "Date      ,  Test   ,  Result,  Unit\n2025-03-13,  25-OH-D,  27    ,  ng/mL\n"
    )

    assert [row.value_text for row in read(text).results] == ["27"]
    assert "commas" in read(text).format
