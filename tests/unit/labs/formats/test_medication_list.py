"""Lists of medicines as tables: no line is lost, with or without a name."""

import pytest

from labs.formats.inspection import read_file
from labs.formats.medication_list import read_list
from labs.formats.medicine_lines import OTHERS, names_vitamin_d

LIST = (
    b"PID,Start date,End date,RxNorm,Name,SIG\n"
    b"1,2024-01-05,,,Vitamin D3 2000 IU,1 daily\n"
    b"1,2024-01-05,soon,,Vitamin K2 MK-7 100 mcg,1 daily\n"
    b"1,2023-02-01,,,Warfarin 5 mg tablet,as told\n"
    b"1,2023-02-01,,11289,,as told\n"
    b"1,2023-02-01,,11289,Tablet A,\n"
    b"1,2023-02-01,,748857,,\n"
    b"1,2023-02-01,,,,one at night\n"
    b"1,2024-02-01,2024-02-08,,Amoxicillin 500 mg,\n"
)
NAMES = [
    "Vitamin D3 2000 IU",
    "Vitamin K2 MK-7 100 mcg",
    "Warfarin 5 mg tablet",
    "warfarin",
    "Tablet A (warfarin)",
    "748857 (http://www.nlm.nih.gov/research/umls/rxnorm)",
    "1, 2023-02-01, one at night",
]


def test_every_line_of_a_list_is_gone_through() -> None:
    names = [line.name for line in read_list(LIST)]

    assert names == [*NAMES, "Amoxicillin 500 mg"]


def test_a_file_hands_on_products_and_medicines_and_counts_the_others() -> None:
    parsed = read_file(LIST)

    assert [line.name for line in parsed.supplements] == NAMES[:2]
    assert [line.name for line in parsed.medicines] == NAMES[2:]
    assert OTHERS % {"count": 1} in parsed.warnings


def test_a_day_that_cannot_be_read_stays_beside_the_directions() -> None:
    line = read_list(LIST)[1]

    assert line.ends_on is None
    assert line.directions == "1 daily; End date: soon"


@pytest.mark.parametrize(
    "name",
    [
        *("ビタミンD3", "维生素D3滴剂", "維生素D", "비타민 D3", "Ｄ３", "D-Vitamin"),
        *("Витамин Д3", "Витамин D3", "холекальциферол", "Βιταμίνη D3"),
        *("فيتامين د3", "فيتامين د", "ویتامین د"),
    ],
)
def test_vitamin_d_is_known_in_the_script_of_its_label(name: str) -> None:
    assert names_vitamin_d(name)


@pytest.mark.parametrize(
    "name",
    [
        *("ビタミンC", "维生素C", "витамин С", "فيتامين ج", "Витамин дети"),
        *("Vitamin C", "Kalium", "Витамины детям", "ビタミンDHA"),
    ],
)
def test_other_vitamins_are_no_vitamin_d(name: str) -> None:
    assert not names_vitamin_d(name)
