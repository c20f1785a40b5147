"""Tables in the shapes that people and laboratories have them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from labs.domain.measurands import Measurand
from labs.domain.measurements import Comparator, ResultStatus
from labs.domain.units import Unit
from labs.formats.csv_table import read_csv
from labs.formats.limits import MAX_REFUSALS
from labs.formats.parsed import (
    FileRefused,
    ParsedFile,
    ParsedResult,
    PatientClue,
    QuestionAsked,
    Refusal,
)
from tests.unit.labs.formats.examples import example


def read(text: str, **answers: str) -> ParsedFile:
    return read_csv(text.encode(), date_order=answers.get("date_order"))


def only(parsed: ParsedFile) -> ParsedResult:
    (result,) = parsed.results
    return result


def values(parsed: ParsedFile) -> list[tuple[str, str]]:
    return [(row.collected_on.isoformat(), row.value_text) for row in parsed.results]


def reasons(parsed: ParsedFile) -> dict[str, str]:
    return {refusal.where: refusal.why for refusal in parsed.refused}


def says(sentences: Sequence[str], part: str) -> bool:
    return any(part in sentence for sentence in sentences)


# Long tables --------------------------------------------------------------------------


def test_a_german_table_with_semicolons_and_decimal_commas_is_read_whole() -> None:
    parsed = read_csv(example("german_semicolons.csv"))

    assert values(parsed) == [
        ("2024-04-03", "32,5"),
        ("2024-10-21", "<4,0"),
        ("2024-10-22", "71,0"),
    ]
    first, censored, preliminary = parsed.results
    assert first.patient == PatientClue("1001", "Erika Beispiel", date(1964, 8, 12))
    assert (first.value, first.unit, first.measurand) == (
        Decimal("32.5"),
        Unit.NG_PER_ML,
        Measurand.TOTAL,
    )
    assert (first.interval_low, first.interval_high) == (Decimal("30.0"), Decimal(100))
    assert first.laboratory == "Labor Nordstadt"
    assert (censored.comparator, str(censored.value)) == (Comparator.LESS, "4.0")
    assert censored.laboratory_flag == "L"
    assert (preliminary.status, preliminary.result_status) == (
        "vorläufig",
        ResultStatus.PRELIMINARY,
    )
    assert "different test" in reasons(parsed)["line 5"]
    assert says(parsed.warnings, "1 row is of a test not kept here: 'Ferritin'")


def test_an_american_portal_download_is_read_whole() -> None:
    parsed = read_csv(example("american_portal.csv"))

    first, later = parsed.results
    assert first.collected_on == date(2024, 3, 15)
    assert str(first.value) == "27.50"
    assert first.loinc == "62292-8"
    assert first.display == "Vitamin D, 25-Hydroxy, Total"
    assert first.comment == "Fasting sample.\nSecond line."
    assert first.patient == PatientClue("", "Rivera, Sam", date(1979, 11, 23))
    assert later.where == "line 4"
    assert (later.value_text, later.comparator) == (">150", Comparator.GREATER)
    assert (later.status, later.result_status) == (
        "Corrected",
        ResultStatus.CORRECTED,
    )
    assert [row.measurand for row in parsed.companions] == [Measurand.CALCIUM]
    assert parsed.refused == ()


@pytest.mark.parametrize(
    ("name", "patient", "expected"),
    [
        (
            "french_latin1.csv",
            PatientClue("77", "Zoé Lefèvre", date(1988, 2, 2)),
            [("2023-05-17", "75,5"), ("2023-11-04", "62")],
        ),
        (
            "turkish_utf16.txt",
            PatientClue("", "Işıl Örnek", date(1990, 6, 5)),  # noqa: RUF001 - Turkish
            [("2023-12-24", "18,7")],
        ),
        (
            "polish_cp1250.csv",
            PatientClue("", "Łucja Wąska", date(1980, 2, 1)),
            [("2024-02-09", "23,4")],
        ),
        (
            "arabic.csv",
            PatientClue("", "ليلى مثال", date(1975, 3, 8)),
            [("2024-06-30", "<10")],
        ),
    ],
)
def test_tables_in_other_languages_and_encodings_are_read(
    name: str, patient: PatientClue, expected: list[tuple[str, str]]
) -> None:
    parsed = read_csv(example(name))

    assert values(parsed) == expected
    assert {row.patient for row in parsed.results} == {patient}
    assert parsed.refused == ()


def test_the_name_of_the_test_is_known_in_other_languages() -> None:
    parsed = read_csv(example("spanish_portuguese_italian_dutch.csv"))

    assert [row.measurand for row in parsed.results] == [Measurand.TOTAL] * 4
    assert parsed.results[0].patient.name == "Ana Muestra"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_separator_line_end_and_encoding_change_nothing(
    separator: str, line_end: str, encoding: str
) -> None:
    rows = ["Date Test Value Unit", "2024-03-01 25OHD 30.10 µg/L"]
    text = line_end.join(row.replace(" ", separator) for row in rows) + line_end

    result = only(read_csv(text.encode(encoding)))

    assert (result.value_text, result.unit) == ("30.10", Unit.UG_PER_L)
    assert result.unit_text == "µg/L"


def test_a_spreadsheet_may_announce_its_separator() -> None:
    parsed = read("sep=|\r\nDate|Test|Value|Unit\r\n2024-03-01|25OHD|30,5|ng/mL\r\n")

    assert only(parsed).where == "line 3"


def test_bounds_in_two_columns_are_an_interval() -> None:
    result = only(
        read("Date,Test,Value,Unit,Low,High\n2024-03-01,25OHD,30,ng/mL,20,50.5\n")
    )

    assert (result.interval_text, result.interval_low, result.interval_high) == (
        "20-50.5",
        Decimal(20),
        Decimal("50.5"),
    )


def test_a_comparator_may_stand_in_a_column_of_its_own() -> None:
    result = only(read("Date,Test,Operator,Value,Unit\n2024-03-01,25OHD,<,4,ng/mL\n"))

    assert (result.value_text, result.comparator) == ("<4", Comparator.LESS)


def test_two_comparators_that_contradict_each_other_are_refused() -> None:
    parsed = read("Date,Test,Operator,Value,Unit\n2024-03-01,25OHD,>,<4,ng/mL\n")

    assert "contradict" in reasons(parsed)["line 2"]


def test_codes_of_a_record_system_are_read() -> None:
    parsed = read(
        "DATE,PATIENT,CODE,DESCRIPTION,VALUE,UNITS\n"
        "2024-01-03T23:00:00Z,8a9f,62292-8,Vitamin D total,30.10,ng/mL\n"
        "2024-01-03T23:00:00Z,8a9f,2947-0,Sodium,140,mmol/L\n"
    )

    result = only(parsed)
    assert (result.loinc, result.local_code) == ("62292-8", "")
    assert result.collected_on == date(2024, 1, 3)
    assert result.patient.identifier == "8a9f"


def test_a_laboratorys_own_code_is_kept() -> None:
    result = only(
        read("Date,Test code,Test,Value,Unit\n2024-03-01,VD25,25OHD,30,ng/mL\n")
    )

    assert (result.loinc, result.local_code) == ("", "VD25")


def test_a_column_called_name_names_tests_where_its_cells_do() -> None:
    result = only(
        read("PID,Date,Name,Value,Unit\n7,2024-03-01,25-OH Vitamin D,30,ng/mL\n")
    )

    assert result.display == "25-OH Vitamin D"
    assert result.patient == PatientClue("7", "", None)


def test_a_column_called_name_of_unknown_tests_is_not_taken_for_vitamin_d() -> None:
    parsed = read("PID,Date,Name,Value,Unit\n7,2024-03-01,Ferritin,30,ng/mL\n")

    assert parsed.results == ()
    assert says(parsed.warnings, "'Ferritin'")


def test_a_column_called_name_names_people_beside_a_column_of_tests() -> None:
    result = only(
        read("Name,Date,Test,Value,Unit\nAda Muster,2024-03-01,25OHD,30,ng/mL\n")
    )

    assert result.patient.name == "Ada Muster"


def test_a_running_number_is_not_a_patient() -> None:
    parsed = read(
        "ID,Date,Test,Value,Unit\n1,2024-03-01,25OHD,30,ng/mL\n"
        "2,2024-04-01,25OHD,31,ng/mL\n"
    )

    assert {row.patient for row in parsed.results} == {PatientClue()}


def test_the_day_of_the_report_is_a_last_resort_and_said_so() -> None:
    result = only(read("Report date,Test,Value,Unit\n2024-03-04,25OHD,30,ng/mL\n"))

    assert "not of the sample" in result.remarks[0]


def test_the_day_of_the_sample_goes_before_any_other() -> None:
    result = only(
        read(
            "Date,Report date,Collected,Collection time,Test,Value,Unit\n"
            "2024-03-03,2024-03-04,2024-03-01,08:15,25OHD,30,ng/mL\n"
        )
    )

    assert result.collected_on == date(2024, 3, 1)
    assert result.remarks == ()


def test_a_row_of_an_unknown_test_is_held_where_the_file_names_none() -> None:
    result = only(read("Date,Value,Unit\n2024-03-01,30,ng/mL\n"))

    assert result.measurand is Measurand.UNSPECIFIED
    assert "does not say what was measured" in result.hold


def test_a_birth_date_with_two_digits_of_its_year_is_left_out_with_a_remark() -> None:
    result = only(
        read(
            "Patient ID,DOB,Date,Test,Value,Unit\n"
            "7,13.05.45,2024-03-01,25OHD,30,ng/mL\n"
        )
    )

    assert result.patient.born_on is None
    assert "two digits" in result.remarks[0]


def test_a_birth_date_that_is_no_day_is_left_out_with_a_remark() -> None:
    result = only(
        read("DOB,Date,Test,Value,Unit\n1945-13-45,2024-03-01,25OHD,30,ng/mL\n")
    )

    assert result.patient.born_on is None
    assert "'1945-13-45' is not a day" in result.remarks[0]


def test_a_name_in_two_columns_is_put_together() -> None:
    result = only(
        read(
            "Name,Vorname,Datum,Test,Wert,Einheit\nMuster,Ada,2024-03-01,25OHD,3,ng/mL\n"
        )
    )

    assert result.patient.name == "Ada Muster"


def test_a_patients_name_in_the_column_of_numbers_is_a_name() -> None:
    result = only(
        read("Patient,Date,Test,Value,Unit\nAda Muster,2024-03-01,25OHD,3,ng/mL\n")
    )

    assert result.patient == PatientClue("", "Ada Muster", None)


def test_a_column_called_name_names_people_where_birth_dates_stand_beside_it() -> None:
    result = only(
        read("Name,DOB,Date,Value,Unit\nAda Muster,1970-05-13,2024-03-01,3,ng/mL\n")
    )

    assert result.patient == PatientClue("", "Ada Muster", date(1970, 5, 13))
    assert result.hold


def test_bounds_that_are_no_numbers_leave_an_interval_without_bounds() -> None:
    result = only(
        read("Date,Test,Value,Unit,Low\n2024-03-01,25OHD,30,ng/mL,see note\n")
    )

    assert (result.interval_text, result.interval_low) == ("see note", None)


def test_two_columns_of_remarks_are_read_from_the_first_and_it_is_said() -> None:
    parsed = read("Date,Test,Value,Unit,Comment,Note\n2024-03-01,25OHD,3,ng/mL,a,b\n")

    assert only(parsed).comment == "a"
    assert says(parsed.warnings, "'Comment' and 'Note', the first was read")


def test_two_columns_of_which_one_is_empty_are_read_as_one() -> None:
    parsed = read(
        "Date,Test,Result,Value,Unit\n2024-03-01,25OHD,,30,ng/mL\n"
        "2024-03-02,25OHD,31,,ng/mL\n"
    )

    assert values(parsed) == [("2024-03-01", "30"), ("2024-03-02", "31")]


def test_a_turned_table_may_leave_its_first_name_empty() -> None:
    parsed = read(",2023-01-15,2024-02-03\n25-OH vitamin D (total),21 ng/mL,34 ng/mL\n")

    assert values(parsed) == [("2023-01-15", "21"), ("2024-02-03", "34")]


# Wide and turned tables ---------------------------------------------------------------


def test_a_wide_table_gives_one_result_for_each_filled_cell() -> None:
    parsed = read_csv(example("own_spreadsheet_wide.csv"))

    assert [(row.where, row.measurand, row.value_text) for row in parsed.results] == [
        ("line 2, column '25-OH-D (nmol/L)'", Measurand.TOTAL, "48"),
        ("line 2, column '25-OH-D2 (nmol/L)'", Measurand.D2, "<4"),
        ("line 2, column '25-OH-D3 (nmol/L)'", Measurand.D3, "46"),
        ("line 3, column '25-OH-D (nmol/L)'", Measurand.TOTAL, "83.5"),
        ("line 3, column '25-OH-D3 (nmol/L)'", Measurand.D3, "81"),
        ("line 5, column '25-OH-D (nmol/L)'", Measurand.TOTAL, "52"),
        ("line 5, column '25-OH-D2 (nmol/L)'", Measurand.D2, "<4"),
        ("line 5, column '25-OH-D3 (nmol/L)'", Measurand.D3, "50"),
    ]
    assert {row.unit for row in parsed.results} == {Unit.NMOL_PER_L}
    assert parsed.results[5].laboratory_flag == "L"
    assert parsed.results[0].comment == "winter"
    assert parsed.refused == (
        Refusal("line 6", "The line begins with 'Average': a total."),
    )


def test_a_wide_table_may_have_its_units_in_a_row_of_their_own() -> None:
    result = only(read("Date;25-OH-D;Note\n;nmol/L;\n2024-03-01;44;\n"))

    assert (result.unit, result.where) == (Unit.NMOL_PER_L, "line 3")


def test_each_test_of_a_wide_table_has_the_unit_column_beside_it() -> None:
    parsed = read("Date,25-OH-D2,Unit,25-OH-D3,Unit\n2024-03-01,4,ng/mL,70,nmol/L\n")

    assert [row.unit for row in parsed.results] == [Unit.NG_PER_ML, Unit.NMOL_PER_L]


def test_a_wide_table_may_have_its_units_in_the_cells() -> None:
    parsed = read(
        "date;25-OH vitamin D\n2024-05-01;27 ng/mL\n2024-06-01;<4\n"
        "2024-07-01;68 nmol/l H\n2024-08-01;n/a\n"
    )

    assert [row.unit for row in parsed.results] == [Unit.NG_PER_ML, Unit.NMOL_PER_L]
    assert parsed.results[1].laboratory_flag == "H"
    assert reasons(parsed) == {
        "line 3": "The row gives no unit, and a unit is never guessed."
    }


def test_a_turned_table_has_its_visits_in_columns() -> None:
    parsed = read_csv(example("own_spreadsheet_turned.csv"))

    assert values(parsed) == [("2023-01-15", "21.5"), ("2024-02-02", "34.0")]
    assert parsed.results[0].interval_text == "30-100"
    assert says(parsed.warnings, "'Ferritin'")


def test_ambiguous_visits_of_a_turned_table_are_asked() -> None:
    with pytest.raises(QuestionAsked, match="dmy or mdy"):
        read("Test,Unit,03/04/2023,05/06/2024\n25OHD,ng/mL,21.5,34.0\n")


# Around the table ---------------------------------------------------------------------


def test_what_stands_above_a_table_counts_for_all_its_rows() -> None:
    parsed = read_csv(example("preamble_and_repeated_header.csv"))

    assert values(parsed) == [
        ("2023-02-24", "50"),
        ("2024-03-01", "61"),
        ("2024-09-13", "<10"),
    ]
    assert {row.patient for row in parsed.results} == {
        PatientClue("", "Ada Muster", date(1970, 5, 13))
    }
    assert {row.measurand for row in parsed.results} == {Measurand.TOTAL}
    assert says(parsed.warnings, "The header stands in line 6")
    assert says(parsed.warnings, "The header is repeated in line 10")
    assert reasons(parsed) == {"line 12": "The line begins with 'Summe': a total."}


def test_a_table_about_another_test_by_its_title_is_refused() -> None:
    with pytest.raises(FileRefused, match="is a different test"):
        read("1,25-dihydroxyvitamin D\n\nDate;Value;Unit\n2024-03-01;40;ng/mL\n")


def test_a_row_with_more_cells_than_the_header_is_refused() -> None:
    parsed = read("Date,Test,Value,Unit\n2024-03-01,25OHD,32,ng/mL,x\n")

    assert reasons(parsed) == {"line 2": "The line has 5 cells and the header has 4."}


def test_a_row_with_fewer_cells_is_read_for_what_it_has() -> None:
    parsed = read("Date,Test,Value,Unit,Comment\n2024-03-01,25OHD,32,ng/mL\n")

    assert only(parsed).comment == ""


def test_a_line_of_text_under_the_table_is_named() -> None:
    parsed = read(
        "Date,Test,Value,Unit\n2024-03-01,25OHD,32,ng/mL\nPrinted for Ada Muster\n"
    )

    assert reasons(parsed) == {
        "line 3": "The line holds only 'Printed for Ada Muster'."
    }


def test_every_hard_row_is_refused_or_held_by_name() -> None:
    parsed = read_csv(example("hard_rows.csv"))

    expected = {
        "line 2": "never guessed",
        "line 4": "'furlongs' is not a unit",
        "line 6": "different test",
        "line 7": "'2024-13-45' is not a day",
        "line 8": "points to a note, 'see note'",
        "line 9": "cannot be less than zero",
        "line 10": "'1e400' is not a number",
        "line 11": "The value is empty",
        "line 12": "two units, nmol/L and ng/mL",
        "line 16": "has 8 cells and the header has 7",
        "line 17": "The value is empty",
    }
    found = reasons(parsed)
    assert found.keys() == expected.keys()
    assert all(part in found[where] for where, part in expected.items())
    held = {row.where: row.hold for row in parsed.results}
    assert "mg/dL is not a unit" in held["line 3"]
    assert "14635-7 and the unit ng/mL disagree" in held["line 5"]
    assert "'looks good' is not known" in held["line 14"]
    assert held["line 13"] == held["line 15"] == ""
    assert parsed.results[-1].result_status is ResultStatus.ENTERED_IN_ERROR


def test_more_refusals_than_are_listed_are_counted() -> None:
    rows = "2024-03-01,25OHD,x,ng/mL\n" * (MAX_REFUSALS + 3)

    parsed = read("Date,Test,Value,Unit\n" + rows)

    assert len(parsed.refused) == MAX_REFUSALS
    assert says(parsed.warnings, "3 more rows were refused")


# Dates and numbers of the whole file --------------------------------------------------


def test_ambiguous_dates_are_asked_and_read_as_answered() -> None:
    with pytest.raises(QuestionAsked) as asked:
        read_csv(example("ambiguous_dates.csv"))

    assert asked.value.column == "Sample date"
    assert asked.value.parameter == "date_order"
    assert asked.value.choices == ("dmy", "mdy")
    assert "'Sample date'" in str(asked.value)
    answered = read_csv(example("ambiguous_dates.csv"), date_order="mdy")
    assert values(answered) == [("2024-03-04", "28"), ("2024-05-06", "31")]


def test_dates_in_both_orders_are_asked() -> None:
    with pytest.raises(QuestionAsked, match="'13/4/2024' and '4/22/2024'"):
        read(
            "Date,Test,Value,Unit\n13/4/2024,25OHD,30,ng/mL\n4/22/2024,25OHD,31,ng/mL\n"
        )


def test_what_the_dates_prove_is_not_overruled_by_an_answer() -> None:
    parsed = read("Date,Test,Value,Unit\n13/04/2024,25OHD,30,ng/mL\n", date_order="mdy")

    assert only(parsed).collected_on == date(2024, 4, 13)
    assert says(parsed.warnings, "day-month-year only")


def test_the_name_of_a_column_may_answer_the_question() -> None:
    parsed = read("Date (MM/DD/YYYY),Test,Value,Unit\n03/04/2024,25OHD,30,ng/mL\n")

    assert only(parsed).collected_on == date(2024, 3, 4)


def test_ambiguous_dates_of_rows_that_are_not_kept_are_not_asked() -> None:
    parsed = read("Date,Test,Value,Unit\n03/04/2024,Ferritin,30,ng/mL\n")

    assert says(parsed.warnings, "'Ferritin'")


def test_years_of_two_digits_are_said() -> None:
    parsed = read("Date,Test,Value,Unit\n3/25/24,25OHD,30,ng/mL\n")

    assert only(parsed).collected_on == date(2024, 3, 25)
    assert says(parsed.warnings, "24 was read as 2024")


def test_thousands_are_refused_where_the_file_has_decimal_commas() -> None:
    parsed = read(
        "Datum;Test;Wert;Einheit\n2024-05-01;25OHD;1.234;nmol/L\n"
        "2024-05-02;25OHD;32,5;nmol/L\n2024-05-03;25OHD;1.234,5;nmol/L\n"
    )

    assert values(parsed) == [("2024-05-02", "32,5")]
    assert "could mean 1234 or 1.234" in reasons(parsed)["line 2"]
    assert "more than one mark" in reasons(parsed)["line 4"]


def test_three_decimals_are_read_where_the_file_proves_its_mark() -> None:
    parsed = read(
        "Date,Test,Value,Unit\n2024-05-01,25OHD,31.234,nmol/L\n"
        "2024-05-02,25OHD,32.5,nmol/L\n"
    )

    assert values(parsed) == [("2024-05-01", "31.234"), ("2024-05-02", "32.5")]


# Files that are refused ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("\n\n\n", "empty"),
        ("Item;Price\nTea;4\n", "No date and no value columns were found"),
        ("SEQN,LBXVIDMS\n1,74.4\n", "No column holds the date"),
        ("Date,Weight\n2024-03-01,70\n", "No column holds values"),
        ('Date,Test,Value,Unit\n2024-03-01,25OHD,30,"ng/mL\n', "never closed"),
    ],
)
def test_a_file_that_is_no_table_of_results_says_what_is_missing(
    text: str, reason: str
) -> None:
    with pytest.raises(FileRefused, match=reason):
        read(text)


def test_the_columns_that_were_found_are_named() -> None:
    with pytest.raises(FileRefused, match="Columns found: 'Item', 'Price'"):
        read("Item;Price\nTea;4\n")


def test_two_columns_that_disagree_about_the_value_are_asked() -> None:
    text = "Date,Test,Result,Value,Unit\n2024-03-01,25OHD,32,5,ng/mL\n"

    with pytest.raises(QuestionAsked, match="'Result' and 'Value'") as asked:
        read(text)

    assert asked.value.choices == ("Result", "Value")
    answered = read_csv(text.encode(), columns={"Value": ""})
    assert only(answered).value_text == "32"


def test_a_person_may_say_what_columns_hold() -> None:
    text = "Wann,Stoff,Menge im Blut,E\n2024-03-01,25OHD,32,ng/mL\n"

    parsed = read_csv(
        text.encode(),
        columns={
            "Wann": "collected_on",
            "Stoff": "test_name",
            "Menge im Blut": "value",
            "E": "unit",
        },
    )

    assert only(parsed).value == Decimal(32)


def test_quotes_that_are_not_doubled_are_read_and_said() -> None:
    parsed = read(
        'Date,Test,Value,Unit,Comment\n2024-03-01,25OHD,30,ng/mL,"so "high" now"\n'
    )

    assert "high" in only(parsed).comment
    assert says(parsed.warnings, "not doubled")


# Lists of medicines -------------------------------------------------------------------


def test_a_list_of_medicines_gives_its_vitamin_d_products_as_written() -> None:
    parsed = read_csv(example("medicines.csv"))

    assert parsed.results == ()
    assert [(line.name, line.directions) for line in parsed.supplements] == [
        ("Vitamin D3 2000 iu", "1 tablet daily"),
        ("Ergocalciferol 50,000 iu", "once a week"),
    ]
    assert parsed.supplements[1].ends_on == date(2023, 9, 1)
    assert says(parsed.warnings, "holds no laboratory results")


def test_numbers_in_other_digits_are_read_with_their_interval() -> None:
    parsed = read_csv(
        "التاريخ,التحليل,النتيجة,الوحدة,المعدل الطبيعي\n"
        "2026-03-12,25-OH فيتامين د,\u0661\u0668\u066b\u0663,ng/mL,"
        "\u0663\u0660 - \u0661\u0660\u0660\n"
        "2026-03-13,25-OH فيتامين د,\uff11\uff18\uff0e\uff13,ng/mL,"
        "30\u2011100\n".encode()
    )

    assert [row.value_text for row in parsed.results] == ["18,3", "18.3"]
    assert {str(row.value) for row in parsed.results} == {"18.3"}
    assert {row.interval_high for row in parsed.results} == {Decimal(100)}


def test_bounds_in_other_digits_are_read() -> None:
    parsed = read_csv(
        "Date,Test,Result,Unit,Low,High\n"
        "2026-03-12,25-OH-D,18,ng/mL,\u0663\u0660,\u0661\u0660\u0660\n".encode()
    )

    assert (parsed.results[0].interval_low, parsed.results[0].interval_high) == (
        Decimal(30),
        Decimal(100),
    )


def test_marks_that_turn_a_text_are_no_part_of_a_cell() -> None:
    marked = "\u200f2026-03-12,\u200e25-OH-D\u200e,\u200f<\u200e4,\u202bng/mL\u202c"

    parsed = read_csv(f"Date,\u200eTest,Result,Unit\u200f\n{marked}\n".encode())

    result = parsed.results[0]
    assert (result.value_text, result.unit_text, result.display) == (
        "<4",
        "ng/mL",
        "25-OH-D",
    )


def test_tables_that_were_joined_keep_no_mark_of_their_encoding() -> None:
    header = '\ufeff"Date",Test,Result,Unit'

    parsed = read_csv(
        f"{header}\n2026-03-12,25-OH-D,27,ng/mL\n"
        f"{header}\n2026-03-13,25-OH-D,28,ng/mL\n".encode()
    )

    assert [row.value_text for row in parsed.results] == ["27", "28"]
    assert not parsed.refused


@pytest.mark.parametrize(
    ("sent", "read_as"),
    [
        ("74.88000000000001", "74.88"),
        ("29.948717948717949", "29.948718"),
        ("<3.99999999999999", "<4"),
        ('"74,88000000000001"', "74,88"),
    ],
)
def test_a_number_that_was_calculated_is_rounded_and_held(
    sent: str, read_as: str
) -> None:
    (row,) = read(f"Date,Test,Result,Unit\n2024-03-01,25OHD,{sent},nmol/L\n").results

    plain = sent.strip('"')
    assert row.value_text == read_as
    assert row.value == Decimal(read_as.strip("<").replace(",", "."))
    assert row.hold.startswith(f"The sender's number, {plain}, has more decimals")
