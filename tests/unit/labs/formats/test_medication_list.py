"""Lists of medicines as tables: no line is lost, with or without a name."""

import pytest

from labs.formats.inspection import read_file
from labs.formats.medication_list import read_list
from labs.formats.medicine_lines import OTHERS
from labs.formats.parsed import FileRefused, QuestionAsked

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


def lines_of(table: str) -> list[tuple[str, str, str]]:
    """Return what is read of each line: its name, how it is taken, from which day."""
    return [
        (line.name, line.directions, str(line.starts_on or ""))
        for line in read_list(table.encode())
    ]


@pytest.mark.parametrize(
    ("table", "line"),
    [
        (
            "name,dose,frequency,start_date\nVitamin D3,4000 IU,daily,2024-02-03\n",
            ("Vitamin D3", "4000 IU; daily", "2024-02-03"),
        ),
        (
            "Date,Supplement,Amount,Unit,Status\n2024-02-03,Vitamin D3,4000,IU,Left\n",
            ("Vitamin D3", "4000 IU; Left", "2024-02-03"),
        ),
        (
            "Wirkstoff;Handelsname;Stärke;nachts\nColecalciferol;Kapsel X;5 mcg;1\n",
            ("Colecalciferol, Kapsel X", "5 mcg; nachts 1", ""),
        ),
        (
            "Препарат;Доза;Частота\nВитамин D3;4000 МЕ;ежедневно\n",
            ("Витамин D3", "4000 МЕ; ежедневно", ""),
        ),
        (
            "START,STOP,DESCRIPTION,DISPENSES\n2024-02-03T07:00Z,,Vitamin D3,2\n",
            ("Vitamin D3", "", "2024-02-03"),
        ),
        (
            "Läkemedel;Styrka;Dosering;Startdatum\nDivisun;800 IE;1 dagl;2024-02-03\n",
            ("Divisun", "800 IE; 1 dagl", "2024-02-03"),
        ),
        (
            "Lægemiddel;Dosering;Startdato\nBenferol;1 dagligt;2024-02-03\n",
            ("Benferol", "1 dagligt", "2024-02-03"),
        ),
        (
            "Lääke;Annostus;Aloituspäivä\nMarevan;1 illalla;3.2.2024\n",
            ("Marevan", "1 illalla", "2024-02-03"),
        ),
        (
            "薬品名,用量,用法,開始日\nワーファリン,2錠,夕食後,2024-02-03\n",
            ("ワーファリン", "2錠; 夕食後", "2024-02-03"),
        ),
        (
            "medication_name,medication_start_date\nVitamin D3,2024-02-03\n",
            ("Vitamin D3", "", "2024-02-03"),
        ),
        (
            "Drug,Quantity,Doses per 24 hrs\nVitamin D3 25 mcg,30,1\n",
            ("Vitamin D3 25 mcg", "Quantity: 30; Doses per 24 hrs: 1", ""),
        ),
    ],
)
def test_how_a_product_is_taken_is_told_as_written(
    table: str, line: tuple[str, str, str]
) -> None:
    assert lines_of(table) == [line]


@pytest.mark.parametrize(
    "table",
    [
        "name,brand,price,dose\nVitamin D3,X,12.99,4000 IU\n",
        "START,STOP,PATIENT,CODE,DESCRIPTION\n2024-02-03,,p-1,900002,Fracture\n",
    ],
)
def test_a_table_of_goods_or_of_illnesses_is_no_list_of_medicines(table: str) -> None:
    with pytest.raises(FileRefused, match="no list of medicines"):
        read_list(table.encode())


def test_a_day_of_a_log_is_not_its_last_one() -> None:
    (line,) = read_list(b"Date,Medication,Dose\n2024-02-03,Warfarin,5 mg\n")

    assert line.ends_on is None


def test_a_day_that_fits_two_orders_stays_as_written_where_nobody_is_asked() -> None:
    table = "Medication,Dose,Start date\nVitamin D3,4000 IU,03/02/2024\n"

    assert lines_of(table) == [("Vitamin D3", "4000 IU; Start date: 03/02/2024", "")]
    with pytest.raises(QuestionAsked):
        read_file(table.encode())


def test_columns_that_a_list_is_not_read_from_are_named() -> None:
    parsed = read_file(b"Medication,Dose,Prescriber\nVitamin D3,4000 IU,Dr Muster\n")

    assert "Columns that were not read: 'Prescriber'." in parsed.warnings


def test_what_a_log_says_of_a_line_is_told_with_its_name() -> None:
    table = (
        "date,medicine_name,dose_mcg,taken,action\n"
        "2024-01-05,Vitamin D3,25.5,False,\n"
        "2024-01-06,Vitamin D3,25,True,STOP\n"
    )

    assert lines_of(table) == [
        ("Vitamin D3", "dose_mcg: 25.5; taken: False", "2024-01-05"),
        ("Vitamin D3", "dose_mcg: 25; taken: True; action: STOP", "2024-01-06"),
    ]


def test_a_dose_in_two_columns_called_so_is_told_as_one() -> None:
    table = (
        "Medicine Name,Dosage Value,Dosage Unit,Start Date\n"
        "Vitamin D3,1000,IU,2024-01-05\n"
    )

    assert lines_of(table) == [("Vitamin D3", "1000 IU", "2024-01-05")]


def test_a_diary_of_what_was_eaten_is_a_list_of_products() -> None:
    table = (
        b"Day,Time,Group,Food Name,Amount,Vitamin D (IU),Calcium (mg)\n"
        b"2026-03-12,,Breakfast,Oats,40 g,0,20\n"
        b"2026-03-12,8:15 AM,Supplements,Own Brand Vitamin D3,1.00 softgel,1000,\n"
    )

    parsed = read_file(table)

    assert not parsed.refused
    (line,) = parsed.supplements
    assert (line.name, line.directions) == ("Own Brand Vitamin D3", "1.00 softgel")


@pytest.mark.parametrize("column", ["Person", "Family member", "Child name"])
def test_a_list_of_a_household_tells_whose_each_line_is(column: str) -> None:
    table = f"{column},Medication,Dose,Frequency\nEva,Warfarin,5 mg,daily\n"

    assert [line.patient.name for line in read_list(table.encode())] == ["Eva"]


def test_a_vitamin_is_known_by_its_code_beside_another_name() -> None:
    parsed = read_file(b"Medication,Sig,ATC\nDrops A,daily,A11CC05\n")

    assert [line.name for line in parsed.supplements] == ["Drops A (cholecalciferol)"]
