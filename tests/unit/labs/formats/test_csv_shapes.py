"""Tables in shapes that people have beside the plain one: read right, or said."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.domain.units import Unit
from labs.formats.csv_table import columns_found, read_csv
from labs.formats.parsed import (
    FileRefused,
    ParsedFile,
    ParsedResult,
    PatientClue,
    QuestionAsked,
)


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


# Hostile files ------------------------------------------------------------------------


def test_a_name_that_is_said_endlessly_costs_no_more_than_its_lines() -> None:
    head = "Test: 25-OH-D\nResult: 28 ng/mL\nDate: 2025-03-04\n"
    text = head + f"Comment: {'x' * 1_000}\n" * 15_000

    parsed = read(text)

    assert "longer than 4000 characters" in parsed.refused[0].why


def test_below_more_titles_than_are_looked_at_no_day_is_known() -> None:
    titles = "".join(f"Title {number},,\n" for number in range(2_001))

    parsed = read(
        "Collected: 2025-03-04\nTest,Result,Unit\n25-OH-D,27,ng/mL\n"
        f"{titles}25-OH-D,28,ng/mL\n"
    )

    assert values(parsed) == ["27"]
    assert parsed.refused[-1].why == "The date is empty."


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


# Sheets of named lines ----------------------------------------------------------------

SHEET = {
    "Test": "Vitamin D 25-OH",
    "Result": "28.4",
    "Unit": "ng/mL",
    "Date": "2025-03-04",
    "Reference range": "30-100",
    "Laboratory": "North Lab",
    "Patient": "Ada Okafor",
}
LATER = SHEET | {"Result": "<4", "Date": "2025-09-04"}
CALCIUM = SHEET | {"Test": "Calcium", "Result": "9.4", "Unit": "mg/dL"}


def sheet(separator: str, *blocks: dict[str, str], between: str = "\n") -> str:
    return between.join(
        "".join(f"{name}{separator}{said}\n" for name, said in block.items())
        for block in blocks
    )


def table(*blocks: dict[str, str]) -> str:
    rows = [list(SHEET), *([block.get(name, "") for name in SHEET] for block in blocks)]
    return "".join(";".join(row) + "\n" for row in rows)


def found_in(text: str) -> list[ParsedResult]:
    """Return what a text holds, but for the lines on which it stands there."""
    parsed = read(text)
    return [replace(row, where="") for row in (*parsed.results, *parsed.companions)]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|", ": ", ":\t", "\uff1a"])
@pytest.mark.parametrize("between", ["\n", ""])
def test_a_sheet_of_named_lines_is_read_as_the_table_it_would_be(
    separator: str, between: str
) -> None:
    text = sheet(separator, SHEET, LATER, CALCIUM, between=between)

    assert found_in(text) == found_in(table(SHEET, LATER, CALCIUM))
    assert len(found_in(text)) == 3


BLOCKS = st.fixed_dictionaries(
    {
        "Test": st.sampled_from(["25-OH-D", "25-OH Vitamin D3", "Calcium", "Ferritin"]),
        "Result": st.sampled_from(["28.4", "<4", "27", "pending", ""]),
        "Unit": st.sampled_from(["ng/mL", "nmol/L", "mg/dL", ""]),
        "Date": st.sampled_from(["2025-03-04", "2025-02-30", "13/04/2025", ""]),
    },
    optional={
        "Reference range": st.sampled_from(["30-100", ">30", "see below"]),
        "Laboratory": st.sampled_from(["North Lab", "South Lab"]),
        "Patient": st.sampled_from(["Ada Okafor", "Ben Larkin"]),
    },
)


@given(
    blocks=st.lists(BLOCKS, min_size=1, max_size=5),
    separator=st.sampled_from([";", ",", "\t", ": "]),
    has_empty_lines=st.booleans(),
    data=st.data(),
)
def test_a_sheet_in_any_order_says_what_the_table_says(
    *,
    blocks: list[dict[str, str]],
    separator: str,
    has_empty_lines: bool,
    data: st.DataObject,
) -> None:
    order = ["Test", *data.draw(st.permutations(list(SHEET)[1:]))]
    shuffled = [
        {name: block[name] for name in order if name in block} for block in blocks
    ]
    text = sheet(separator, *shuffled, between="\n" if has_empty_lines else "")

    def said(text: str) -> tuple[list[ParsedResult], list[str]] | str:
        try:
            return found_in(text), [refusal.why for refusal in read(text).refused]
        except FileRefused as refused:
            return str(refused)

    assert said(text) == said(table(*blocks))


def test_a_test_without_its_day_is_nobodys_name() -> None:
    parsed = read(
        "Test,Result,Unit,Date\nCalcium,pending,,\n25-OH-D,28.4,ng/mL,2025-03-04\n"
    )

    assert [row.hold for row in parsed.results] == [""]


def test_what_stands_above_the_results_of_a_sheet_is_said_of_all() -> None:
    parsed = read(
        "North Lab Report\n\n"
        "Patient: Ada Okafor\nBorn: 1970-01-02\n\nCollected: 2025-03-04 08:10\n\n"
        "Test: Vitamin D 25-OH\nResult: 28.4 ng/mL\nRange: 30-100\n\n"
        "Test: Calcium\nResult: 9.4 mg/dL\nComment: stable\nsince March\n"
    )

    (vitamin_d,), (calcium,) = parsed.results, parsed.companions
    assert vitamin_d.patient == calcium.patient
    assert vitamin_d.patient.born_on == date(1970, 1, 2)
    assert vitamin_d.collected_on == calcium.collected_on == date(2025, 3, 4)
    assert (calcium.interval_text, calcium.comment) == ("", "stable\nsince March")
    assert "Lines that were not read: 'North Lab Report'." in parsed.warnings


def test_what_stands_above_goes_to_nobody_else() -> None:
    parsed = read(
        "Patient: Ada Okafor\nPatient ID: 17\nDate: 2025-03-04\n\n"
        "Test: 25-OH-D\nResult: 28 ng/mL\n\n"
        "Patient: Ben Larkin\nDate: 2025-03-04\nTest: 25-OH-D\nResult: 38 ng/mL\n\n"
        "Patient: Runa Falk\n\nTest: 25-OH-D\nResult: 48 ng/mL\n"
    )

    ada, ben = (row.patient for row in parsed.results)
    assert (ada.name, ada.identifier) == ("Ada Okafor", "17")
    assert (ben.name, ben.identifier) == ("Ben Larkin", "")
    assert parsed.refused[0].why == "The date is empty."
    assert parsed.refused[0].patient.name == "Runa Falk"


def test_tests_in_a_row_share_what_stands_above_the_first() -> None:
    parsed = read(
        "Patient;Ada Okafor\nDate;2025-03-04\nTest;25-OH-D\nResult;28.4\nUnit;ng/mL\n"
        "Laboratory;North Lab\nTest;Calcium\nResult;9.4\nUnit;mg/dL\n"
    )

    (vitamin_d,), (calcium,) = parsed.results, parsed.companions
    assert calcium.patient == vitamin_d.patient
    assert (vitamin_d.laboratory, calcium.laboratory) == ("North Lab", "")


def test_a_name_may_be_the_test_itself() -> None:
    parsed = read(
        "Field;Value\nDate;2025-03-04\n25-OH Vitamin D;28.4 ng/mL\n"
        "Calcium;9.4 mg/dL\nFasting;yes\n"
    )

    found = (*parsed.results, *parsed.companions)
    assert [row.value_text for row in found] == ["28.4", "9.4"]
    assert "Columns that were not read: 'Fasting'." in parsed.warnings


def test_all_that_a_sheet_of_one_result_says_is_said_of_it() -> None:
    parsed = read(
        "Test: 25-OH-D\n\nResult: 28 ng/mL\n\nDate: 2025-03-04\n\n"
        "Laboratory: North Lab\n"
    )

    (result,) = parsed.results
    assert (result.value_text, result.laboratory) == ("28", "North Lab")


def test_what_contradicts_a_result_elsewhere_in_a_sheet_is_named() -> None:
    parsed = read(
        "Date: 2025-03-10\n\nTest: 25-OH-D\nDate: 2025-03-04\nResult: 28 ng/mL\n"
    )

    assert parsed.results[0].collected_on == date(2025, 3, 4)
    assert "Lines that were not read: 'Date: 2025-03-10'." in parsed.warnings


def test_two_values_of_one_test_without_their_units_are_not_shared_out() -> None:
    parsed = read(
        "Test;25-OH-D\nResult;28.4\nResult;29.4\nUnit;ng/mL\nDate;2025-03-04\n"
    )

    assert values(parsed) == ["29.4"]
    assert "no unit" in parsed.refused[0].why


@pytest.mark.parametrize(
    "text",
    [
        "Invoice\nDate: 2025-01-01\nAmount: 50 EUR\n",
        "Dear Ada,\nyour result was 28 ng/mL.\nPlease call.\nNote: today\n",
        "Medication: Vitamin D3\nStart date: 2025-01-01\nSig: one daily\n",
    ],
)
def test_lines_that_name_no_test_are_no_sheet(text: str) -> None:
    with pytest.raises(FileRefused):
        read(text)


def test_a_person_may_say_what_the_names_of_a_sheet_mean() -> None:
    text = b"X1;25-OH-D\nX2;28\nUnit;ng/mL\nWhen drawn;2025-03-04\nLab;North\n"
    said = {"X1": "test_name", "X2": "value", "When drawn": "collected_on"}

    found = columns_found(b"Test;25-OH-D\nX2;28\nUnit;ng/mL\nWhen drawn;2025-03-04\n")
    parsed = read_csv(text, columns=said)

    assert [column.name for column in found] == ["Test", "X2", "Unit", "When drawn"]
    assert values(parsed) == ["28"]


def test_a_day_by_the_letter_of_an_era_is_read() -> None:
    parsed = read("採血日,検査項目,結果,単位\nR7.3.4,25-OHビタミンD,24,ng/mL\n")

    assert parsed.results[0].collected_on == date(2025, 3, 4)


def test_a_value_in_range_or_out_of_it_is_the_value() -> None:
    parsed = read(
        "Date,Test,In Range,Out Of Range,Reference Range\n"
        '2026-03-12,"VITAMIN D,25-OH,TOTAL",,24 L,30-100 ng/mL\n'
        "2026-03-12,CALCIUM,9.4 mg/dL,,8.6-10.4 mg/dL\n"
    )

    (vitamin_d,), (calcium,) = parsed.results, parsed.companions
    assert (vitamin_d.value_text, vitamin_d.laboratory_flag) == ("24", "L")
    assert (calcium.value_text, calcium.laboratory_flag) == ("9.4", "")


# A day above the table ----------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "Collected: 2025-03-04",
        "Date Collected: 03/13/2025",
        "Collected on Mar 4, 2025 8:10 AM",
        "Abnahme;04.03.2025 07:45",
        "Patient;Ada Okafor;Datum;04.03.2025",
        "Prélevé le 04.03.2025",
    ],
)
def test_a_day_above_a_table_is_that_of_its_rows(line: str) -> None:
    parsed = read(f"{line}\nTest;Result;Unit\n25-OH-D;27;ng/mL\nCalcium;9.4;mg/dL\n")

    found = (*parsed.results, *parsed.companions)
    day = date(2025, 3, 13 if "13" in line else 4)
    assert [row.collected_on for row in found] == [day, day]
    assert any("named above the table only" in said for said in parsed.warnings)


def test_each_day_counts_for_the_rows_below_it() -> None:
    parsed = read(
        "Collected: 2025-03-04\nTest,Result,Unit,Comment\n25-OH-D,24,ng/mL,\n"
        "Collected: 2025-09-04\nTest,Result,Unit,Comment\n"
        "25-OH-D,31,ng/mL,Collected 2025-01-01\n"
        "Date: 2025-10-04\n25-OH-D,35,ng/mL,\n"
    )

    assert [(row.value_text, row.collected_on) for row in parsed.results] == [
        ("24", date(2025, 3, 4)),
        ("31", date(2025, 9, 4)),
    ]
    assert [refusal.why for refusal in parsed.refused] == ["The date is empty."]


def test_a_name_among_rows_below_a_day_stays_a_name() -> None:
    parsed = read(
        "Collected: 2025-03-04\nComment,Test,Result,Unit\n,25-OH-D,24,ng/mL\n"
        "Bo Falk,,,\n,25-OH-D,41,ng/mL\n"
    )

    assert [row.patient.name for row in parsed.results] == ["", "Bo Falk"]


def test_the_day_of_the_report_above_a_table_is_a_last_resort_and_said_so() -> None:
    parsed = read("Befund vom 12.03.2025\nTest;Result;Unit\n25-OH-D;27;ng/mL\n")

    assert parsed.results[0].collected_on == date(2025, 3, 12)
    assert any("only the day of the report" in said for said in parsed.warnings)


@pytest.mark.parametrize(
    "above",
    [
        "Collected: 2025-03-04\nCollected: 2025-04-04",
        "Born: 1970-03-04",
        "Report of 2025-03-04",
    ],
)
def test_a_day_above_in_doubt_is_none(above: str) -> None:
    with pytest.raises(FileRefused, match="No column holds the date"):
        read(f"{above}\nTest,Result,Unit\n25-OH-D,27,ng/mL\n")


@pytest.mark.parametrize(
    "below",
    [
        "Collected: 2025-03-04",
        "\nCollected;2025-03-04\nReported;2025-03-06",
        "Entnahmedatum: 04.03.2025\nend of report",
    ],
)
def test_a_day_below_a_table_is_that_of_its_rows(below: str) -> None:
    parsed = read(f"Test;Result;Unit\n25-OH-D;27;ng/mL\nCalcium;9.4;mg/dL\n{below}\n")

    found = (*parsed.results, *parsed.companions)
    assert [row.collected_on for row in found] == [date(2025, 3, 4)] * 2
    assert any("named below the table only" in said for said in parsed.warnings)


@pytest.mark.parametrize(
    "rows",
    [
        "25-OH-D,27,ng/mL\nReported: 2025-03-04",
        "25-OH-D,27,ng/mL\nDate: 2025-03-04",
        "25-OH-D,27,ng/mL\nCollected: 2025-03-04\nCollected: 2025-06-04",
        (
            "25-OH-D,27,ng/mL\nCollected: 2025-03-04\n25-OH-D,31,ng/mL\n"
            "Collected: 2025-06-04"
        ),
        "25-OH-D,27,ng/mL\nTest,Result,Unit\n25-OH-D,31,ng/mL\nCollected: 2025-06-04",
    ],
)
def test_a_day_below_that_may_be_of_something_else_is_none(rows: str) -> None:
    with pytest.raises(FileRefused, match="No column holds the date"):
        read(f"Test,Result,Unit\n{rows}\n")


def test_rows_in_quotes_as_one_cell_each_are_rows() -> None:
    parsed = read(
        '"Date,Test,Result,Unit";;\n\n"2026-01-15,""Vitamin D, 25-OH"",27.5,ng/mL";;\n'
    )

    assert values(parsed) == ["27.5"]
    assert parsed.results[0].where == "line 3"


@pytest.mark.parametrize("last", ["2026-02-15", '"2026-02-15", "28"'])
def test_rows_of_which_one_is_not_in_quotes_stay_as_they_are(last: str) -> None:
    with pytest.raises(FileRefused):
        read(f'"Date,25-OH-D (ng/mL)"\n"2026-01-15,27"\n{last}\n')


# One value in two columns -------------------------------------------------------------


def test_a_wide_row_in_two_units_is_read_once_too() -> None:
    parsed = read(
        "Datum,25-OH-D (ng/ml),25-OH-D (nmol/l),Labor\n"
        "2026-01-15,21,52.4,Nord\n2026-02-15,,82,Nord\n2026-03-15,33,,Nord\n"
        "2026-04-15,33,33,Nord\n2026-05-15,<4,<10,Nord\n"
    )

    said = [(row.value_text, row.unit, bool(row.hold)) for row in parsed.results]
    assert said == [
        ("21", Unit.NG_PER_ML, False),
        ("82", Unit.NMOL_PER_L, False),
        ("33", Unit.NG_PER_ML, False),
        ("33", Unit.NG_PER_ML, True),
        ("33", Unit.NMOL_PER_L, True),
        ("<4", Unit.NG_PER_ML, False),
    ]
    remark = "The same value is also printed as '52.4 nmol/l'."
    assert parsed.results[0].remarks == (remark,)


def test_two_forms_in_two_units_stay_two_values() -> None:
    parsed = read("Date,25-OH-D3 (ng/mL),25-OH-D2 (nmol/L)\n2026-01-15,20,50\n")

    assert values(parsed) == ["20", "50"]


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Result,Unit,Result,Unit", "28,ng/mL,70,nmol/L"),
        ("Result,Unit,SI Result,SI Unit", "28,ng/mL,70,nmol/L"),
        ("Result,Result (SI),Unit,Unit (SI)", "28,70,ng/mL,nmol/L"),
        ("Result (ng/mL),Result (nmol/L)", "28,70"),
        ("Result,Unit,Value (nmol/L)", "28,ng/mL,70"),
        ("Result,Unit,Result,Unit", "28,ng/mL,70 nmol/L,"),
    ],
)
def test_a_value_that_stands_in_two_units_is_read_once(header: str, cells: str) -> None:
    parsed = read(f"Date,Test,{header}\n2026-03-12,25-OH-D,{cells}\n")

    (result,) = parsed.results
    assert (result.value_text, result.unit, result.hold) == ("28", Unit.NG_PER_ML, "")
    assert result.remarks == ("The same value is also printed as '70 nmol/L'.",)
    assert not parsed.warnings


def test_two_units_that_contradict_each_other_hold_the_value() -> None:
    parsed = read(
        "Date,Test,Result,Unit,Result,Unit\n"
        "2026-03-12,25-OH-D,28,ng/mL,170,nmol/L\n"
        "2026-04-12,25-OH-D,<4,ng/mL,9,nmol/L\n"
        "2026-05-12,25-OH-D,31,ng/mL,31,nmol/L\n"
    )

    assert values(parsed) == ["28", "<4", "31"]
    assert all("contradict each other" in row.hold for row in parsed.results)


@pytest.mark.parametrize("unit", ["", "ng/mL", "ug/L"])
def test_a_value_that_stands_there_once_more_tells_nothing_new(unit: str) -> None:
    (row,) = read(
        f"Date,Test,Result,Unit,Result,Unit\n2026-03-12,25-OH-D,31,ng/mL,31,{unit}\n"
    ).results

    assert (row.value_text, row.unit, row.hold) == ("31", Unit.NG_PER_ML, "")


def test_at_most_and_at_least_are_read_in_either_order_of_their_signs() -> None:
    parsed = read(
        "Date,Test,Result,Unit\n"
        "2026-03-12,25-OH-D,=<4,ng/mL\n"
        "2026-04-12,25-OH-D,=>150,ng/mL\n"
    )

    assert [str(row.comparator) for row in parsed.results] == ["<=", ">="]


def test_a_plus_that_may_say_more_than_is_no_flag() -> None:
    parsed = read("Date,Test,Result,Unit\n2026-03-12,25-OH-D,150+,ng/mL\n")

    assert parsed.results == ()
    assert [part.where for part in parsed.refused] == ["line 2"]


def test_a_row_with_the_second_unit_alone_is_read_in_it() -> None:
    parsed = read(
        "Date,Test,Result,Unit,Result,Unit\n"
        "2026-03-12,25-OH-D,28,ng/mL,70,nmol/L\n"
        "2026-04-12,25-OH-D,,ng/mL,66,nmol/L\n"
        "2026-05-12,25-OH-D,26,ng/mL,n/a,nmol/L\n"
        "2026-06-12,Sodium,140,mmol/L,140,mmol/L\n"
    )

    assert [(row.value_text, row.unit) for row in parsed.results] == [
        ("28", Unit.NG_PER_ML),
        ("66", Unit.NMOL_PER_L),
        ("26", Unit.NG_PER_ML),
    ]


def test_a_comparator_in_its_own_column_counts_for_both_units() -> None:
    parsed = read(
        "Date,Test,Operator,Result,Unit,Result,Unit\n"
        "2026-03-12,25-OH-D,<,4,ng/mL,10,nmol/L\n"
    )

    assert values(parsed) == ["<4"]
    assert not parsed.results[0].hold


def test_two_values_in_one_unit_are_asked_about() -> None:
    with pytest.raises(QuestionAsked, match="could both hold the value"):
        read(
            "Date,Test,Result,Unit,Result,Unit\n2026-03-12,25-OH-D,28,ng/mL,31,ng/mL\n"
        )


def test_a_column_called_patient_holds_names_beside_numbers() -> None:
    parsed = read(
        "Patient,MRN,Date,Test,Result,Unit\nAda Okafor,17,2025-03-12,25-OH-D,27,ng/mL\n"
    )

    (result,) = parsed.results
    assert result.patient == PatientClue("17", "Ada Okafor")


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


def test_two_values_of_one_test_in_a_line_may_be_two_peoples() -> None:
    table = (
        "Date,Mum 25-OH-D (ng/mL),Dad 25-OH-D (ng/mL)\n2026-03-12,28.4,41.2\n"
        "2025-11-05,24.1,24.1\n"
    )

    first, second, *same = read(table).results

    assert "'28.4 ng/mL' and '41.2 ng/mL'" in first.hold
    assert second.hold == first.hold
    assert [each.hold for each in same] == ["", ""]


# Columns told by what stands in them --------------------------------------------------


@pytest.mark.parametrize(
    "table",
    [
        "Date,Qwerty,Result,Unit\n2025-03-12,25-OH-D,27,ng/mL\n2025-03-12,Fe,4,U\n",
        "Qwerty,Unit,2025-03-12\nFerritin,ng/mL,44.5\n25-OH-D,ng/mL,27\n",
        "检测指标,单位,标准下限,2025-03-12\n25-羟基维生素D,ng/mL,30,27\n",
        "Datum;Laborwert;Wert;Einheit\n2025-03-12;25-OH-D;27;ng/ml\n",
        "Indicator,Value,Unit,Test time\n25-OH-D,27,ng/mL,2025-03-12 08:00\n",
    ],
)
def test_names_of_tests_are_found_in_a_column_called_by_an_unknown_word(
    table: str,
) -> None:
    (result,) = read(table).results

    assert (result.value_text, str(result.unit), result.hold) == ("27", "ng/mL", "")


@pytest.mark.parametrize(
    "beside", ["25-OH-D,Calcium", "done at night,all was well", ","]
)
def test_no_column_is_taken_for_names_of_tests_in_doubt(beside: str) -> None:
    (result,) = read(
        f"Date,Qwerty,Uiop,Result,Unit\n2025-03-12,{beside},27,ng/mL\n"
    ).results

    assert "does not say what was measured" in result.hold


def test_a_name_beside_its_key_is_the_name_of_the_test() -> None:
    (result,) = read(
        "Date,Qkey,Qlabel,Result,Unit\n"
        "2025-03-12,glu,Glucose,5.1,mmol/L\n"
        "2025-03-12,vitamin_d_25_oh,Vitamin D 25-OH,27,ng/mL\n"
        "2025-03-12,k71,Calcium,2.4,mmol/L\n"
    ).results

    assert (result.display, result.hold) == ("Vitamin D 25-OH", "")


def test_a_row_with_a_measured_value_heads_no_table() -> None:
    table = (
        "resourceType,code.coding.0.code,code.coding.0.display,subject.reference,"
        "effectiveDateTime,valueQuantity.value,valueQuantity.unit\n"
        "Observation,62292-8,25-hydroxyvitamin D,Patient/7,2025-03-12,27.5,ng/mL\n"
    )
    (result,) = read(table).results

    assert (result.value_text, result.loinc) == ("27.5", "62292-8")
    assert result.patient.identifier == "Patient/7"


def test_a_row_with_a_measured_value_never_swallows_the_row_as_a_header() -> None:
    table = "Asdf,Ghjk,Qwerty,Uiop\nObservation,25-OH-D,2025-03-12,27.5\n"

    with pytest.raises(FileRefused, match="'Asdf', 'Ghjk', 'Qwerty', 'Uiop'"):
        read(table)


def test_tests_told_by_numbers_alone_are_none_that_is_kept_here() -> None:
    parsed = read(
        "lab_test_id,result_date,result_value\n3,2025-03-12,27\n9,2025-03-12,4\n"
    )

    assert not parsed.results
    assert any("tests not kept here: '3', '9'" in said for said in parsed.warnings)


@pytest.mark.parametrize(
    "day",
    [
        *(
            "Date Tested",
            "Tested on",
            "DrawDate",
            "Blutentnahme am",
            "Datum Blutabnahme",
        ),
        *("Performed on", "检测时间", "Recorded On Date"),
    ],
)
def test_a_day_is_known_by_what_portals_call_it(day: str) -> None:
    parsed = read(f'"Biomarker Name",Value,"{day}"\n25-OH-D,"27 ng/mL",2025-03-12\n')

    assert [row.collected_on for row in parsed.results] == [date(2025, 3, 12)]


def test_a_day_of_recording_is_said_not_to_be_that_of_the_sample() -> None:
    parsed = read("Biomarker,Value,Recorded on\n25-OH-D,27 ng/mL,2025-03-12\n")

    assert any("not of the sample" in said for said in parsed.warnings)


# Several visits in one row ------------------------------------------------------------


def by_day(text: str) -> list[tuple[str, str]]:
    return [(str(row.collected_on), row.value_text) for row in read(text).results]


@pytest.mark.parametrize(
    "header",
    [
        "id,date_v1,25ohd_v1 (ng/mL),date_v2,25ohd_v2 (ng/mL)",
        "id,Visit 1 date,Visit 1 25-OH-D ng/mL,Visit 2 date,Visit 2 25-OH-D ng/mL",
        "id,baseline_date,baseline_25ohd_ng_ml,followup_date,followup_25ohd_ng_ml",
        "id,date1,25ohd1 (ng/mL),date2,25ohd2 (ng/mL)",
        "id,Date,25OHD (ng/mL),Date,25OHD (ng/mL)",
        "id,Date,25OHD (ng/mL),Date.1,25OHD (ng/mL).1",
    ],
)
def test_each_visit_of_a_row_has_a_day_of_its_own(header: str) -> None:
    table = f"{header}\n7,2025-03-12,27,2025-09-12,41\n8,2025-03-13,19,,\n"

    assert by_day(table) == [
        ("2025-03-12", "27"),
        ("2025-09-12", "41"),
        ("2025-03-13", "19"),
    ]


def test_what_stands_beside_a_value_is_of_its_visit() -> None:
    header = "id,Date,25OHD,Unit,Comparator,Date,25OHD,Unit,Comparator"
    first, second = read(
        f"{header}\n7,2025-03-12,4,ng/mL,<,2025-09-12,61,nmol/L,\n"
    ).results

    assert (first.value_text, str(first.unit)) == ("<4", "ng/mL")
    assert (second.value_text, str(second.unit)) == ("61", "nmol/L")


def test_the_days_of_all_visits_tell_their_order() -> None:
    table = (
        "id,date_v1,25ohd_v1 (ng/mL),date_v2,25ohd_v2 (ng/mL)\n"
        "7,03/04/2025,27,09/13/2025,41\n"
    )

    assert by_day(table) == [("2025-03-04", "27"), ("2025-09-13", "41")]


def test_a_value_whose_visit_has_no_day_is_refused_and_takes_no_other() -> None:
    parsed = read(
        "id,date_v1,25ohd_v1 (ng/mL),date_v2,25ohd_v2 (ng/mL)\n7,2025-03-12,27,,41\n"
    )

    assert values(parsed) == ["27"]
    assert [row.where for row in parsed.refused] == [
        "line 2, column '25ohd_v2 (ng/mL)'"
    ]


@pytest.mark.parametrize(
    "header",
    [
        "id,date2,25ohd2 (ng/mL),date3,25ohd3 (ng/mL)",
        "id,date_v1,25ohd_v1 (ng/mL),date_v2,25ohd_v3 (ng/mL)",
        "id,date_v1,25ohd_v1 (ng/mL),date_v2,25ohd (ng/mL)",
    ],
)
def test_visits_that_do_not_match_are_not_guessed(header: str) -> None:
    with pytest.raises(FileRefused):
        read(f"{header}\n7,2025-03-12,27,2025-09-12,41\n")


def test_units_are_found_in_a_column_called_by_an_unknown_word() -> None:
    long = read("Date,Test,Result,Marker type\n2025-03-12,25-OH-D,27,ng/mL\n")
    turned = read("Definition,Marker type,2025-03-12\n25-OH-D,ng/mL,27\nLDL,mg/dL,99\n")

    for parsed in (long, turned):
        assert [str(row.unit) for row in parsed.results] == ["ng/mL"]


def test_a_person_is_known_behind_a_label_in_bold() -> None:
    parsed = read(
        "- **Name:** Ada Muster\n- **Collected:** 2025-03-12\n\n"
        "| Test | Result | Unit |\n|---|---|---|\n| 25-OH-D | 27 | ng/mL |\n"
    )

    assert [row.patient.name for row in parsed.results] == ["Ada Muster"]
