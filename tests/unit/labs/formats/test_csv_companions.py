"""Companions of 25-hydroxyvitamin D that stand as further columns of a wide table."""

from decimal import Decimal

import pytest

from labs.domain.measurands import Measurand
from labs.domain.measurements import Comparator
from labs.domain.units import Unit
from labs.formats.csv_table import columns_found, read_csv
from labs.formats.headers import read_header
from labs.formats.parsed import ParsedFile, QuestionAsked


def read(text: str, **columns: str) -> ParsedFile:
    return read_csv(text.encode(), columns=columns or None)


def told(parsed: ParsedFile) -> dict[str, tuple[str, str]]:
    """Return value and unit of everything that was read, by what was measured."""
    rows = (*parsed.results, *parsed.companions)
    return {row.measurand: (row.value_text, str(row.unit)) for row in rows}


def says(parsed: ParsedFile, part: str) -> bool:
    return any(part in warning for warning in parsed.warnings)


def test_each_companion_is_a_result_of_its_row() -> None:
    parsed = read(
        "Date,25-OH-D (ng/mL),Calcium (mg/dL),Corrected calcium (mg/dL),"
        "Ionised calcium (mmol/L),Phosphate (mg/dL),Magnesium (mg/dL),Albumin (g/dL),"
        "PTH (pg/mL),ALP (U/L),Creatinine (mg/dL),eGFR (mL/min/1.73m2),INR\n"
        "2026-03-12,28,9.5,9.6,1.2,3.1,2.0,4.2,45,70,0.8,>90,1.1\n"
        "2026-04-12,31,,,,,,,<3,,,,\n"
    )

    assert told(parsed) == {
        "total": ("31", "ng/mL"),
        "calcium": ("9.5", "mg/dL"),
        "adjusted_calcium": ("9.6", "mg/dL"),
        "ionised_calcium": ("1.2", "mmol/L"),
        "phosphate": ("3.1", "mg/dL"),
        "magnesium": ("2.0", "mg/dL"),
        "albumin": ("4.2", "g/dL"),
        "pth": ("<3", "pg/mL"),
        "alp": ("70", "U/L"),
        "creatinine": ("0.8", "mg/dL"),
        "egfr": (">90", "mL/min/{1.73_m2}"),
        "inr": ("1.1", "{INR}"),
    }
    assert parsed.warnings == ()
    later = parsed.companions[-1]
    assert later.collected_on.isoformat() == "2026-04-12"
    assert later.comparator is Comparator.LESS
    assert (later.display, later.where) == ("PTH", "line 3, column 'PTH (pg/mL)'")


@pytest.mark.parametrize(
    "header",
    [
        "Datum;25-OH-D (nmol/l);Kalzium (mmol/l);Kreatinin (µmol/l)",
        "Date;25-OH vitamine D (nmol/L);Calcémie (mmol/L);Créatinine (µmol/L)",
        "Fecha;25-OH vitamina D (nmol/L);Calcio (mmol/L);Creatinina (µmol/L)",
        "Data;25-OH witamina D (nmol/l);Wapń (mmol/l);Kreatynina (µmol/l)",
        "Tarih;25-OH D vitamini (nmol/L);Kalsiyum (mmol/L);Kreatinin (µmol/L)",
        "Datum;25-OH vitamin D (nmol/l);Kalcium (mmol/l);Kreatinin (µmol/l)",
        "Datum;25-OH-vitamine D (nmol/l);Calcium totaal (mmol/l);Kreatinine (µmol/l)",
        "Data;25-OH vitamina D (nmol/L);Calcio totale (mmol/L);Creatinina (µmol/L)",
        "Дата;25-OH витамин D (нмоль/л);Кальций (ммоль/л);Креатинин (мкмоль/л)",
        "التاريخ;25-OH فيتامين د (nmol/L);كالسيوم (mmol/L);كرياتينين (umol/L)",
        "日期;25-羟基维生素D (nmol/L);钙 (mmol/L);肌酐 (umol/L)",
        "Date;68438-1;2000-8;14682-9",
        "date;vitd_25oh_nmoll;ca_mmoll;creat_umoll",
        "VisitDate;25-OH-D (nmol/L);CalciumTotal (mmol/L);SerumCreatinine (umol/L)",
        "Datum;25-OH-D (Nanomol/l);Kalzium (Millimol/l);Kreatinin (Mikromol/l)",
    ],
)
def test_companions_are_known_in_many_languages(header: str) -> None:
    row = "2026-03-12;70;2.31;77"
    units = ";nmol/L;mmol/L;umol/L\n" if "68438-1" in header else ""

    assert told(read(f"{header}\n{units}{row}\n")) == {
        "total": ("70", "nmol/L"),
        "calcium": ("2.31", "mmol/L"),
        "creatinine": ("77", "umol/L"),
    }


# Units --------------------------------------------------------------------------------

VITAMIN_D_AND_CALCIUM = {"total": ("28", "ng/mL"), "calcium": ("9.5", "mg/dL")}


@pytest.mark.parametrize(
    "table",
    [
        "Date,25-OH-D,Unit,Calcium,Unit\n2026-03-12,28,ng/mL,9.5,mg/dL\n",
        "Date,Unit,25-OH-D,Unit,Calcium\n2026-03-12,ng/mL,28,mg/dL,9.5\n",
        "Date,25-OH-D,Calcium\n,ng/mL,mg/dL\n2026-03-12,28,9.5\n",
        "Date,25-OH-D,Calcium\n2026-03-12,28 ng/mL,9.5 mg/dL\n",
        (
            "Date,25-OH-D,Calcium,25-OH-D unit,Calcium unit\n"
            "2026-03-12,28,9.5,ng/mL,mg/dL\n"
        ),
        (
            "Date,25-OH-D,Calcium,Calcium unit,25-OH-D unit\n"
            "2026-03-12,28,9.5,mg/dL,ng/mL\n"
        ),
        "Date,25-OH-D,Calcium (mg/dL),Unit\n2026-03-12,28,9.5,ng/mL\n",
        "Date,25-OH-D (ng/mL),Calcium,Unit\n2026-03-12,28,9.5,mg/dL\n",
        "Date,25-OH-D,Calcium mg/dL,Unit\n2026-03-12,28,9.5,ng/mL\n",
    ],
)
def test_a_unit_is_taken_from_where_it_stands(table: str) -> None:
    assert told(read(table)) == VITAMIN_D_AND_CALCIUM


def test_a_column_without_a_unit_is_named_and_its_unit_can_be_said() -> None:
    table = "Date,25-OH-D (ng/mL),Calcium,Mg\n2026-03-12,28,9.5,2.0\n"

    unread = read(table)
    assert told(unread) == {"total": ("28", "ng/mL")}
    assert says(unread, "name no unit that is known, so that they were not read: 'Cal")
    assert says(unread, "'Calcium', 'Mg'")
    assert not says(unread, "Columns that were not read")

    assert told(read(table, Calcium="mg/dL")) == VITAMIN_D_AND_CALCIUM


def test_a_unit_of_another_test_does_not_answer_for_vitamin_d() -> None:
    table = b"Date,25-OH-D,Calcium (mg/dL)\n2026-03-12,28,9.5\n"

    with pytest.raises(QuestionAsked, match="names no unit for 25-hydroxyvitamin D"):
        read_csv(table)
    assert told(read_csv(table, unit="ng/mL")) == VITAMIN_D_AND_CALCIUM


def test_two_units_of_a_companion_contradict_each_other() -> None:
    parsed = read(
        "Date,25-OH-D (ng/mL),Calcium (mg/dL),Calcium unit\n2026-03-12,28,9.5,mmol/L\n"
    )

    assert [row.why for row in parsed.refused] == [
        "The row gives two units, mmol/L and mg/dL; one of them is wrong."
    ]


def test_a_unit_in_which_the_test_is_not_reported_holds() -> None:
    parsed = read("Date,25-OH-D (ng/mL),PTH (ng/mL)\n2026-03-12,28,45\n")

    assert parsed.companions[0].hold == (
        "ng/mL is not a unit in which parathyroid hormone (PTH) is reported."
    )


def test_one_row_without_a_unit_among_others_is_refused() -> None:
    parsed = read(
        "Date,25-OH-D (ng/mL),Calcium\n2026-03-12,28,9.5 mg/dL H\n2026-03-13,29,9.6\n"
    )

    assert parsed.companions[0].laboratory_flag == "H"
    assert [row.where for row in parsed.refused] == ["line 3, column 'Calcium'"]


def test_an_inr_needs_no_unit_in_a_long_table_either() -> None:
    parsed = read("Date,Test,Result,Unit\n2026-03-12,INR,2.4,\n")

    assert told(parsed) == {"inr": ("2.4", "{INR}")}


# Two things at once -------------------------------------------------------------------


@pytest.mark.parametrize(
    "column",
    [
        "Calcium (mg)",
        "Magnesium (mg/d)",
        "Calcium dose",
        "Calcium supplement (mg/dL)",
        "Urine calcium (mmol/24h)",
        "Calcium urine (mg/dL)",
        "Calcium/creatinine (mmol/mmol)",
        "Calcium intake (mg/day)",
        "Creatinine clearance (mL/min)",
        "mg",
        "Calcium (mEq/L)",
        "Calcium status",
    ],
)
def test_what_only_sounds_like_a_companion_is_named_and_not_read(column: str) -> None:
    parsed = read(f"Date,25-OH-D (ng/mL),{column}\n2026-03-12,28,9.5\n")

    assert told(parsed) == {"total": ("28", "ng/mL")}
    assert says(parsed, f"'{column}'")
    assert not parsed.refused


def test_1_25_dihydroxyvitamin_d_stays_another_test_beside_companions() -> None:
    parsed = read(
        'Date,25-OH-D (ng/mL),"1,25-(OH)2 vitamin D (pg/mL)",PTH (pg/mL)\n'
        "2026-03-12,28,45,50\n"
    )

    assert told(parsed) == {"total": ("28", "ng/mL"), "pth": ("50", "pg/mL")}
    assert "different test" in parsed.refused[0].why


@pytest.mark.parametrize(
    "table",
    [
        (
            "Date,25-OH-D (ng/mL),Calcium (mg/dL),Calcium date\n"
            "2026-03-12,28,9.5,2026-01-02\n"
        ),
        "25-OH-D (ng/mL),25-OH-D date,Calcium (mg/dL)\n28,2026-03-12,9.5\n",
    ],
)
def test_a_companion_of_another_day_is_named_and_not_read(table: str) -> None:
    parsed = read(table)

    assert told(parsed) == {"total": ("28", "ng/mL")}
    assert parsed.results[0].collected_on.isoformat() == "2026-03-12"
    assert says(parsed, "whose day is not the day of the row")


def test_an_interval_and_a_flag_go_to_the_test_that_they_follow() -> None:
    parsed = read(
        "Date,25-OH-D (ng/mL),Range,Flag,Calcium (mg/dL),Range,Flag\n"
        "2026-03-12,28,30-100,L,11.0,8.5-10.5,H\n"
    )

    vitamin_d, calcium = parsed.results[0], parsed.companions[0]
    assert (vitamin_d.interval_text, vitamin_d.laboratory_flag) == ("30-100", "L")
    assert (calcium.interval_low, calcium.interval_high) == (
        Decimal("8.5"),
        Decimal("10.5"),
    )
    assert calcium.laboratory_flag == "H"


@pytest.mark.parametrize("last", ["Calcium (mg/dL)", "Ferritin (ng/mL)"])
def test_an_interval_behind_several_tests_is_nobodys(last: str) -> None:
    parsed = read(
        f"Date,25-OH-D (ng/mL),{last},Range,Flag\n2026-03-12,28,9.5,30-100,L\n"
    )

    rows = (*parsed.results, *parsed.companions)
    assert {(row.interval_text, row.laboratory_flag) for row in rows} == {("", "")}
    assert says(
        parsed, "may belong to more than one result and were not read: 'Range', "
    )


def test_the_range_of_a_test_that_is_not_kept_is_not_vitamin_ds() -> None:
    parsed = read(
        "Date,Ferritin (ng/mL),Range,25-OH-D (ng/mL),Range\n"
        "2026-03-12,60,15-150,28,30-100\n"
    )

    assert parsed.results[0].interval_text == "30-100"


def test_units_of_the_parts_go_by_their_names() -> None:
    parsed = read(
        "Date,25-OH-D2,25-OH-D3,25-OH-D2 unit,25-OH-D3 unit\n"
        "2026-03-12,4,70,ng/mL,nmol/L\n"
    )

    assert [row.unit for row in parsed.results] == [Unit.NG_PER_ML, Unit.NMOL_PER_L]


def test_method_code_and_flag_of_a_row_are_of_vitamin_d_alone() -> None:
    parsed = read(
        "Date,25-OH-D (ng/mL),Calcium (mg/dL),Method,Status,Code,Laboratory\n"
        "2026-03-12,28,9.5,LC-MS/MS,Low,62292-8,North\n"
    )

    calcium = parsed.companions[0]
    assert parsed.results[0].laboratory_flag == "Low"
    assert (calcium.method, calcium.laboratory_flag, calcium.loinc) == ("", "", "")
    assert (calcium.laboratory, calcium.hold) == ("North", "")


def test_a_status_that_is_one_counts_for_every_test_of_the_row() -> None:
    parsed = read(
        "Date,25-OH-D (ng/mL),Calcium (mg/dL),Status\n2026-03-12,28,9.5,preliminary\n"
    )

    assert parsed.companions[0].status == "preliminary"


# Around the table ---------------------------------------------------------------------


def test_a_table_of_companions_alone_is_read() -> None:
    parsed = read("Date,Calcium (mg/dL),PTH (pg/mL)\n2026-03-12,9.5,45\n")

    assert told(parsed) == {"calcium": ("9.5", "mg/dL"), "pth": ("45", "pg/mL")}
    assert says(parsed, "No result of 25-hydroxyvitamin D was found")


def test_a_list_of_products_with_a_column_called_calcium_stays_one() -> None:
    parsed = read(
        "Product,Directions,Start date,Calcium\nVitamin D3 1000 IU,daily,2026-01-02,5\n"
    )

    assert [line.name for line in parsed.supplements] == ["Vitamin D3 1000 IU"]


def test_the_page_can_say_which_column_was_taken_for_what() -> None:
    table = b"Date,25-OH-D (ng/mL),Calcium,PTH (pg/mL)\n2026-03-12,28,9.5,45\n"

    _, vitamin_d, calcium, pth = columns_found(table)
    assert (vitamin_d.measurand, vitamin_d.units) == (Measurand.TOTAL, ())
    assert (calcium.measurand, calcium.unit) == (Measurand.CALCIUM, None)
    assert calcium.units == (Unit.MMOL_PER_L, Unit.MG_PER_DL)
    assert (pth.measurand, pth.units) == (Measurand.PTH, ())
    said = columns_found(table, columns={"Calcium": "mg/dL"})
    assert said[2].unit is Unit.MG_PER_DL


def test_what_is_shown_of_a_long_cell_says_that_it_goes_on() -> None:
    comment = "measured again from a second tube because the first was " + "low " * 9
    table = f"Date,25-OH-D (ng/mL),Remark\n2026-03-12,28,{comment}\n".encode()

    *_, remark = columns_found(table)

    assert remark.examples == (comment[:59] + "…",)


def test_milligrams_are_no_magnesium() -> None:
    milligrams, magnesium = read_header(["mg", "Mg"]).columns

    assert (milligrams.is_test, magnesium.companion) == (False, Measurand.MAGNESIUM)


def test_one_value_in_two_units_that_contradict_each_other_is_held() -> None:
    parsed = read(
        "Date,25-OH-D (ng/mL),25-OH-D (nmol/L)\n2026-03-12,28,70\n2026-03-13,28,28\n"
    )

    agreeing, *slipped = parsed.results
    assert agreeing.hold == ""
    assert ["contradict each other" in row.hold for row in slipped] == [True, True]
