"""Tables as portals, laboratories and record systems of many countries write them."""

from datetime import date
from decimal import Decimal

import pytest

from labs.domain.measurands import Measurand
from labs.domain.measurements import ResultStatus
from labs.domain.units import Unit
from labs.formats.csv_table import read_csv
from labs.formats.parsed import (
    FileRefused,
    ParsedFile,
    ParsedResult,
    PatientClue,
    QuestionAsked,
)


def read(text: str, **answers: str) -> ParsedFile:
    return read_csv(
        text.encode(), date_order=answers.get("date_order"), unit=answers.get("unit")
    )


def only(parsed: ParsedFile) -> ParsedResult:
    (result,) = parsed.results
    return result


def of_value(cell: str, unit: str = "ng/mL") -> ParsedResult:
    quoted = cell.replace('"', '""')
    return only(read(f'Date,Test,Result,Units\n2026-03-12,25-OH-D,"{quoted}",{unit}\n'))


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("published", ResultStatus.FINAL),
        ("to_be_verified", ResultStatus.PRELIMINARY),
    ],
)
def test_the_states_of_a_laboratorys_own_system(
    word: str, meaning: ResultStatus
) -> None:
    result = only(
        read(
            "Date Sampled,Analysis,Result,Unit,State\n"
            f"2026-03-12,25-OH-D,27,ng/mL,{word}\n"
        )
    )

    assert (result.result_status, result.hold) == (meaning, "")


# Languages ----------------------------------------------------------------------------


def assert_read_as_the_same(table: str) -> None:
    """The one result that tables of every language and country here hold."""
    result = only(read(table))

    assert result.collected_on.isoformat() == "2026-03-12"
    assert (result.value_text, result.unit) == ("68", Unit.NMOL_PER_L)
    assert result.measurand is Measurand.TOTAL
    assert (result.interval_low, result.interval_high) == (Decimal(50), Decimal(250))
    assert not result.hold


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            "Provtagningsdatum;Analys;Resultat;Enhet;Referensintervall",
            "2026-03-12;S-25-OH-Vitamin D;68;nmol/L;50-250",
        ),
        (
            "Prøvetagningsdato;Analyse;Resultat;Enhed;Referenceinterval",
            "2026-03-12;25-Hydroxy-Vitamin D(D3+D2);68;nmol/L;50-250",
        ),
        (
            "Prøvedato;Analyse;Svar;Enhet;Referanseområde",
            "12.03.2026;25-OH-vitamin D;68;nmol/L;50-250",
        ),
        (
            "Näytteenottoaika;Tutkimus;Tulos;Yksikkö;Viitearvot",
            "12.3.2026;D-vitamiini, 25-OH;68;nmol/l;50-250",
        ),
        (
            "Datum odběru;Vyšetření;Výsledek;Jednotka;Referenční meze",
            "12.03.2026;25-OH vitamin D;68;nmol/l;50-250",
        ),
        (
            "Mintavétel dátuma;Vizsgálat;Eredmény;Mértékegység;Referencia tartomány",
            "2026. 03. 12.;25-OH D-vitamin;68;nmol/l;50-250",
        ),
        (
            "Ημερομηνία αιμοληψίας;Εξέταση;Αποτέλεσμα;Μονάδες;Τιμές αναφοράς",
            "2026-03-12;25-OH Βιταμίνη D;68;nmol/L;50-250",
        ),
        (
            "Дата взятия;Исследование;Результат;Единицы;Референсные значения",
            "12.03.2026;25-\u041e\u041d витамин D общий;68;нмоль/л;50-250",
        ),
        (
            "采样日期;项目名称;结果;单位;参考范围",
            "2026年3月12日;25-羟基维生素D;68;nmol/L;50~250",
        ),
        (
            "採血日;検査項目;結果;単位;基準値",
            "2026/03/12;25-OHビタミンD;68;nmol/L;50~250",
        ),
        (
            "채혈일;검사명;결과;단위;참고치",
            "2026-03-12;25-OH 비타민 D;68;nmol/L;50-250",
        ),
        (
            "תאריך דגימה;בדיקה;תוצאה;יחידות;ערכי ייחוס",
            "2026-03-12;25-OH ויטמין D;68;nmol/L;50-250",
        ),
        (
            "تاريخ السحب;اسم التحليل;النتيجة;الوحدة;المدى المرجعي",
            "٢٠٢٦-٠٣-١٢;25-OH فيتامين د;68;نانومول/لتر;50-250",
        ),
    ],
)
def test_tables_of_many_languages_are_read_alike(header: str, row: str) -> None:
    assert_read_as_the_same(f"{header}\n{row}\n")


@pytest.mark.parametrize(
    "name",
    [
        "1,25-дигидроксивитамин D",
        "1,25-(OH)2 витамин D",
        "1,25-二羟维生素D",
        "1,25-ジヒドロキシビタミンD",
        "1,25-דיהידרוקסי ויטמין D",
        "1,25-διυδροξυβιταμίνη D",
        "кальцитриол",
        "骨化三醇 (1,25-二羟维生素D3)",
        "1,25-дихидроксивитамин D",
        "1,25-dihüdroksüvitamiin D",
        "1,25 دی هیدروکسی ویتامین د",
    ],
)
def test_1_25_is_another_test_in_every_alphabet(name: str) -> None:
    parsed = read(f'Date;Test;Result;Unit\n2026-03-12;"{name}";68;nmol/L\n')

    assert not parsed.results
    assert "different test" in parsed.refused[0].why


# Senders ------------------------------------------------------------------------------


def test_a_portals_flag_and_earlier_result_stand_in_columns_of_their_own() -> None:
    parsed = read(
        "Test,Current Result and Flag,Previous Result and Date,Units,"
        "Reference Interval,Date Collected\n"
        '"Vitamin D, 25-Hydroxy",27.3 Low,31.0 (01/12/2025),ng/mL,30-100,2026-03-14\n'
    )

    result = only(parsed)
    assert (result.value_text, result.laboratory_flag) == ("27.3", "Low")


def test_a_status_that_says_normal_is_a_flag() -> None:
    parsed = read(
        "Date,Test,Result,Unit,Range low,Range high,Status\n"
        "12 Mar 2026,Vitamin D (25 OH),72.5,nmol/L,50,175,Normal\n"
    )

    result = only(parsed)
    assert (result.laboratory_flag, result.status, result.hold) == ("Normal", None, "")


def test_a_laboratorys_number_of_the_order_is_kept() -> None:
    parsed = read(
        "Auftragsnr.;Abnahmedatum;Analyse;Ergebnis;Einheit;Bemerkung\n"
        "4711;12.03.2026;25-OH-Vitamin D;27,5;ng/ml;-\n"
    )

    result = only(parsed)
    assert (result.accession, result.comment) == ("4711", "")


def test_a_column_called_lab_beside_the_tests_is_the_laboratory() -> None:
    parsed = read(
        "Test,Result,Units,Collected,Lab\n25-OH Vitamin D,27,ng/mL,2026-03-12,North\n"
    )

    assert only(parsed).laboratory == "North"
    assert not any("first was read" in warning for warning in parsed.warnings)


def test_a_code_in_the_column_of_names_tells_the_test() -> None:
    parsed = read(
        "person_id,measurement_date,value_as_number,unit_source_value,"
        "measurement_source_value\n17,2026-03-12,27.0,ng/mL,62292-8\n"
    )

    assert only(parsed).loinc == "62292-8"


def test_a_header_of_two_rows_names_test_and_part() -> None:
    parsed = read(
        ",25-OH Vitamin D,,Calcium,\nDate,Result,Units,Result,Units\n"
        "2026-03-12,27,ng/mL,9.4,mg/dL\n"
    )

    result = only(parsed)
    assert (result.value_text, result.unit) == ("27", Unit.NG_PER_ML)
    assert result.display == "25-OH Vitamin D Result"


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            "Testbezeichnung;Ergebniswert;Einheit;Normalwert;Abnahmedatum;Kennung",
            "25-OH-Vitamin D (Calcidiol);68;nmol/l;50 - 250;12.03.2026;25OHD",
        ),
        (
            "検査日,検査項目名,検査結果値,単位,基準値下限,基準値上限,判定",
            "令和8年3月12日(木),25OHビタミンD,68,nmol/L,50,250,L",
        ),
        (
            "Datum;Analysnamn;Värde;Enhet;Referens",
            "2026-03-12 08:10;P-25(OH)-Vitamin D;68;nmol/L;50 - 250",
        ),
        (
            "Näytteenottoaika;Tutkimus;Tulos;Yksikkö;Viiteväli",
            "12.3.2026 klo 8.15;S -D-25;68;nmol/l;50 - 250",
        ),
        (
            "Data da coleta;Exame;Resultado;Unidade;Valores de referência",
            "2026-03-12;VITAMINA D - 25 HIDROXI;68;nmol/L;50,0 a 250,0",
        ),
        (
            "Date;Code Term;Read Code;Value;Units;Range",
            "12-Mar-2026;Serum 25-HO vitamin D level;XabWB;68;nmol/L;50..250",
        ),
        (
            "COMPONENT_NAME;ORD_VALUE;REFERENCE_UNIT;RANGE;SPECIMN_TAKEN_TIME",
            "VITAMIN D 25 HYDROXY;68;nmol/L;50 - 250;2026-03-12 08:00",
        ),
    ],
)
def test_an_export_is_read_by_the_names_of_its_country(header: str, row: str) -> None:
    assert_read_as_the_same(f"{header}\n{row}\n")


@pytest.mark.parametrize(
    ("concept", "value_text"),
    [
        ("4171756", "<4"),
        ("4171754", "<=4"),
        ("4172704", ">4"),
        ("4171755", ">=4"),
        ("4172703", "4"),
        ("0", "4"),
        ("", "4"),
    ],
)
def test_a_comparator_by_its_number_in_the_common_data_model_is_kept(
    concept: str, value_text: str
) -> None:
    parsed = read(
        "person_id,measurement_date,operator_concept_id,value_as_number,"
        "measurement_source_value,unit_source_value\n"
        f"17,2026-03-12,{concept},4,62292-8,ng/mL\n"
    )

    assert only(parsed).value_text == value_text


def test_a_comparator_of_a_number_that_is_not_known_is_refused() -> None:
    parsed = read(
        "person_id,measurement_date,operator_concept_id,value_as_number,"
        "measurement_source_value,unit_source_value\n"
        "17,2026-03-12,4171700,4,62292-8,ng/mL\n"
    )

    assert not parsed.results
    assert "is not a comparator" in parsed.refused[0].why


def test_a_table_of_the_research_network_model_keeps_its_modifiers() -> None:
    parsed = read(
        "PATID,LAB_LOINC,LAB_ORDER_DATE,SPECIMEN_DATE,SPECIMEN_TIME,RESULT_DATE,"
        "RESULT_NUM,RESULT_MODIFIER,RESULT_UNIT,NORM_RANGE_LOW,NORM_RANGE_HIGH,"
        "ABN_IND,RAW_LAB_NAME,RAW_LAB_CODE,RAW_RESULT,RAW_UNIT\n"
        "17,62292-8,2026-03-11,2026-03-12,09:10,2026-03-14,27.5,EQ,ng/mL,30,100,"
        "AL,VIT D 25OH,VITD,,\n"
        "18,62292-8,2026-03-11,2026-03-12,09:10,2026-03-14,4,LT,ng/mL,30,100,"
        "AL,VIT D 25OH,VITD,,\n"
        "19,2345-7,2026-03-11,2026-03-12,09:10,2026-03-14,92,EQ,mg/dL,70,100,"
        "NL,GLUCOSE,GLU,,\n"
    )

    assert [
        (row.patient.identifier, row.value_text, row.collected_on.isoformat())
        for row in parsed.results
    ] == [("17", "27.5", "2026-03-12"), ("18", "<4", "2026-03-12")]
    assert {row.unit for row in parsed.results} == {Unit.NG_PER_ML}
    assert {row.interval_low for row in parsed.results} == {Decimal(30)}


def test_a_bare_number_beside_the_raw_result_never_counts() -> None:
    parsed = read(
        "PATID,LAB_LOINC,SPECIMEN_DATE,RESULT_NUM,RESULT_UNIT,RAW_RESULT\n"
        "17,62292-8,2026-03-12,4,ng/mL,<4\n"
    )

    assert only(parsed).value_text == "<4"


FACTS = "PATIENT_NUM,CONCEPT_CD,START_DATE,VALTYPE_CD,TVAL_CHAR,NVAL_NUM,UNITS_CD"


def test_a_table_of_coded_facts_is_dated_by_their_start() -> None:
    parsed = read(
        f"{FACTS},END_DATE,SOURCESYSTEM_CD\n"
        "17,LOINC:62292-8,2026-03-12 08:15:00,N,E,27.5,ng/mL,2026-03-12 08:15:00,LAB\n"
        "17,LOINC:2345-7,2026-03-12 08:15:00,N,E,92,mg/dL,2026-03-12 08:15:00,LAB\n"
    )

    result = only(parsed)
    assert result.collected_on.isoformat() == "2026-03-12"
    assert (result.value_text, result.unit) == ("27.5", Unit.NG_PER_ML)
    assert result.patient.identifier == "17"


@pytest.mark.parametrize(
    ("letters", "comparator"),
    [("L", "<"), ("LE", "<="), ("G", ">"), ("GE", ">="), ("E", None)],
)
def test_coded_facts_have_letters_for_comparators(
    letters: str, comparator: str | None
) -> None:
    parsed = read(f"{FACTS}\n17,LOINC:62292-8,2026-03-12,N,{letters},4,ng/mL\n")

    assert only(parsed).comparator == comparator


def test_a_letter_that_may_be_a_flag_is_no_comparator() -> None:
    parsed = read("Date,Test,Sign,Result,Unit\n2026-03-12,25-OH-D,L,4,ng/mL\n")

    assert not parsed.results
    assert "'L' is not a comparator" in parsed.refused[0].why


@pytest.mark.parametrize(
    ("word", "comparator"),
    [
        ("exact", None),
        ("equals", None),
        ("less_than", "<"),
        ("Greater than", ">"),
        ("less than or equal to", "<="),
    ],
)
def test_a_comparator_may_be_a_word(word: str, comparator: str | None) -> None:
    parsed = read(
        f"Date,Test,Comparator,Result,Unit\n2026-03-12,25-OH-D,{word},12,ng/mL\n"
    )

    assert only(parsed).comparator == comparator


def test_the_start_of_a_medicine_is_no_day_of_a_result() -> None:
    with pytest.raises(FileRefused, match="No column holds the date"):
        read("Code,Dose,Start date,Value,Unit\n62292-8,1,2026-03-12,27.5,ng/mL\n")


def test_a_bare_number_beside_the_value_as_written_never_counts() -> None:
    parsed = read(
        "subject_id,label,charttime,valuenum,value,valueuom,flag\n"
        "17,25-OH Vitamin D,2026-03-12 08:00:00,4,<4,ng/mL,abnormal\n"
    )

    assert only(parsed).value_text == "<4"
    assert "'value' was read as the value" in parsed.warnings[0]


def test_a_test_within_a_panel_goes_by_its_own_name() -> None:
    parsed = read(
        "Collection Date,Panel,Component,Value,Unit\n"
        '2026-03-12,"Vitamin D, 25-Hydroxy",25-OH D3,25,ng/mL\n'
        '2026-03-12,"Vitamin D, 25-Hydroxy",D2,<4,ng/mL\n'
        '2026-03-12,"Vitamin D, 25-Hydroxy",Total,27,ng/mL\n'
        '2026-03-12,"Vitamin D, 25-Hydroxy",Calcium,9.4,mg/dL\n'
        '2026-03-12,"Vitamin D, 25-Hydroxy",Ferritin,50,ng/mL\n'
    )

    assert [(row.measurand, row.value_text) for row in parsed.results] == [
        (Measurand.D3, "25"),
        (Measurand.D2, "<4"),
        (Measurand.TOTAL, "27"),
    ]
    assert [row.measurand for row in parsed.companions] == [Measurand.CALCIUM]
    assert any("'Ferritin'" in warning for warning in parsed.warnings)


@pytest.mark.parametrize(
    "name", ["Serum vitamin D", "Total Vitamin D", "Vitamin D total", "S-Vitamin D"]
)
def test_vitamin_d_alone_is_kept_for_review_and_never_missed(name: str) -> None:
    result = only(read(f"Date,Test,Result,Units\n2026-03-12,{name},45,nmol/L\n"))

    assert result.measurand is Measurand.UNSPECIFIED
    assert result.hold


@pytest.mark.parametrize(
    "name", ["D25", "ICD D-25", "S-D-1,25", "Serum vitamin D dose"]
)
def test_what_only_looks_like_a_short_name_is_none(name: str) -> None:
    parsed = read(f'Date,Test,Result,Units\n2026-03-12,"{name}",45,nmol/L\n')

    assert not parsed.results


@pytest.mark.parametrize(
    "words",
    [
        "Target %s",
        "%s goal",
        "Zielwert %s",
        "Change in %s",
        "%s (previous)",
        "%s Vorwert",
        "mean %s",
        "%s ratio",
        "%s percentile",
        "%s z-score",
        "log %s",
        "%s (ln)",
        "%s count",
        "Estimated %s",
        "%s optimal",
        "Recommended %s",
    ],
)
@pytest.mark.parametrize("name", ["25-OH-D", "Vitamin D", "25-hydroxyvitamin D3"])
def test_a_target_a_change_or_a_mean_is_no_result(words: str, name: str) -> None:
    called = words % name

    wide = read(f"Date,25-OH-D (ng/mL),{called} (ng/mL)\n2026-03-12,27,40\n")
    long = read(
        f"Date,Test,Result,Unit\n2026-03-12,25-OH-D,27,ng/mL\n"
        f"2026-03-12,{called},40,ng/mL\n"
    )

    for parsed in (wide, long):
        assert only(parsed).value_text == "27"
        assert any(called in warning for warning in parsed.warnings)


@pytest.mark.parametrize(
    "words",
    [
        "%s reference low",
        "%s ref. high",
        "Lower limit %s",
        "Upper reference limit of %s",
        "%s Untergrenze",
        "%s obere Grenze",
        "%s limite inf\xe9rieure",
        "%s detection limit",
        "%s SD",
    ],
)
def test_a_limit_named_with_its_test_is_no_result(words: str) -> None:
    limit = words % "25-OH-D"

    long = read(
        f"Date,Test,Result,Unit\n2026-03-12,25-OH-D,27,ng/mL\n"
        f"2026-03-12,{limit},30,ng/mL\n"
    )
    turned = read(f"Test,2026-03-12\n25-OH-D (ng/mL),27\n{limit} (ng/mL),30\n")

    for parsed in (long, turned):
        assert only(parsed).value_text == "27"
        assert not only(parsed).hold
        assert any(limit in warning for warning in parsed.warnings)


@pytest.mark.parametrize(
    "name",
    [
        "25-OH-D low",
        "Last 25-OH-D",
        "25-OH-D (high)",
        "25-OH-D Reference",
        "25-OH-D deficient below",
        "25-OH-D sufficient",
        "Mangel 25-OH-D",
    ],
)
def test_a_name_that_may_be_of_a_limit_or_an_earlier_value_is_held(name: str) -> None:
    parsed = read(f"Date,Test,Result,Unit\n2026-03-12,{name},30,ng/mL\n")

    assert "another value than the result itself" in only(parsed).hold


@pytest.mark.parametrize("name", ["record_id", "Study ID", "SEQN", "User ID"])
def test_the_numbers_of_a_study_tell_its_people_apart(name: str) -> None:
    several = read(
        f"{name},Date,25-OH-D (ng/mL)\n101,2026-03-12,27\n104,2026-03-12,31\n"
    )
    counted = read(f"{name},Date,25-OH-D (ng/mL)\n1,2026-03-12,27\n2,2026-04-12,31\n")
    beside = read(
        f"Patient ID,{name},Date,25-OH-D (ng/mL)\nP7,101,2026-03-12,27\n"
        "P7,104,2026-04-12,31\n"
    )

    assert [row.patient.identifier for row in several.results] == ["101", "104"]
    assert [row.patient.identifier for row in counted.results] == ["", ""]
    assert [row.patient.identifier for row in beside.results] == ["P7", "P7"]


@pytest.mark.parametrize(
    "goal",
    ["goal > 30", "Target range: 30-100", "Ziel 30", "<20 deficient"],
)
def test_a_goal_in_the_name_of_a_result_leaves_it_one(goal: str) -> None:
    row = f"2026-03-12,25-OH Vitamin D ({goal}),27,ng/mL"

    assert only(read(f"Date,Test,Result,Unit\n{row}\n")).value_text == "27"


def test_a_code_goes_before_a_word_in_its_name() -> None:
    parsed = read(
        "Date,LOINC,Test,Result,Unit\n2026-03-12,62292-8,25-OH-D mean,27,ng/mL\n"
    )

    assert only(parsed).value_text == "27"


# Values -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "value", "flag"),
    [
        ("* 27", "27", "*"),
        ("L 27", "27", "L"),
        ("27 (LL)", "27", "(LL)"),
        ("27 insufficient", "27", "insufficient"),
        ("27 (deficient)", "27", "deficient"),
        ("27 ng/mL out of range", "27", "out of range"),
        ('="27.50"', "27.50", ""),
        ("'<4", "<4", ""),
        ("&lt;4", "<4", ""),
        ("\uff1c4", "<4", ""),
        ("27.", "27.", ""),
        (".9", ".9", ""),
        ("inférieur à 4", "inférieur à 4", ""),
        ("kleiner als 4", "kleiner als 4", ""),
        ("Result: 27", "27", ""),
        ("= 27", "27", ""),
        ("27 ng/mL, deficient", "27", "deficient"),
        ("27 ng/mL - insufficient", "27", "insufficient"),
        ("27 ng/mL H*", "27", "H*"),
        ("27 ng/mL **", "27", "**"),
        ("+ 27,5", "27,5", "+"),
        ("-- 4", "4", "--"),
    ],
)
def test_a_value_is_read_with_what_laboratories_write_around_it(
    cell: str, value: str, flag: str
) -> None:
    result = of_value(cell)

    assert (result.value_text, result.laboratory_flag) == (value, flag)


@pytest.mark.parametrize(
    ("cell", "flag"),
    [
        ("27 ng/mL (30-100)", ""),
        ("27 ng/mL (30-100) L", "L"),
        ("27 ng/mL L (30-100)", "L"),
        ("27 ng/mL (Ref: 30-100)", ""),
        ("27 ng/mL [Reference range 30-100] (L)", "(L)"),
    ],
)
def test_an_interval_in_the_values_cell_is_the_laboratorys(
    cell: str, flag: str
) -> None:
    result = of_value(cell, unit="")

    assert (result.value_text, result.unit_text) == ("27", "ng/mL")
    assert (result.interval_text, result.interval_low) == ("30-100", Decimal(30))
    assert result.laboratory_flag == flag


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("TNP", "the test was not done"),
        ("QNS", "the test was not done"),
        ("pending", "still to come"),
        ("folgt", "still to come"),
        ("see note", "no value is read out of notes"),
        ("not detected", "names no number"),
        ("<LOD", "names no number"),
        ("27 (1:40)", "is not a unit"),
        ("27 .4", "'27 .4' is not a number"),
        ("N 27", "is not a number"),
    ],
)
def test_a_word_in_place_of_a_number_is_refused_for_what_it_says(
    cell: str, said: str
) -> None:
    parsed = read(f"Date,Test,Result,Units\n2026-03-12,25-OH-D,{cell},ng/mL\n")

    assert not parsed.results
    assert said in parsed.refused[0].why


# Units --------------------------------------------------------------------------------


def test_a_table_without_any_unit_is_asked_about_and_read_by_the_answer() -> None:
    table = "Date,Test,Result\n2026-03-12,25-OH Vitamin D,27\n"

    with pytest.raises(QuestionAsked) as asked:
        read(table)

    assert (asked.value.parameter, asked.value.choices) == ("unit", ("ng/mL", "nmol/L"))
    assert only(read(table, unit="nmol/L")).unit is Unit.NMOL_PER_L


def test_two_spellings_of_one_unit_contradict_nothing() -> None:
    assert of_value("27 mcg/L").unit_text == "mcg/L"


def test_a_column_called_by_a_unit_holds_values_and_is_asked_about() -> None:
    parsed = read("Date,ng/mL,Dose\n2026-03-12,27,2000\n2026-04-12,<4,2000\n")

    assert [(row.value_text, row.unit) for row in parsed.results] == [
        ("27", Unit.NG_PER_ML),
        ("<4", Unit.NG_PER_ML),
    ]
    assert all("does not say what was measured" in row.hold for row in parsed.results)


def test_a_row_of_no_named_test_in_another_unit_is_no_vitamin_d() -> None:
    parsed = read("Date,Value,Unit\n2026-03-12,5.4,mmol/L\n2026-03-13,54,nmol/L\n")

    assert only(parsed).value_text == "54"
    (refused,) = parsed.refused
    assert refused.why.startswith("mmol/L is not a unit in which")


@pytest.mark.parametrize("answers", [("1", "0"), ("yes", "no"), ("TRUE", "False")])
def test_a_column_of_yes_and_no_holds_no_values(answers: tuple[str, str]) -> None:
    one, other = answers
    parsed = read(f"Date,zinc,vitamin_d\n2026-03-12,1,{one}\n2026-03-13,1,{other}\n")

    assert not parsed.results
    assert not parsed.refused
    assert any("hold yes or no" in said for said in parsed.warnings)


@pytest.mark.parametrize("answer", ["0", "1"])
def test_a_level_in_a_name_is_one_that_is_met_or_not(answer: str) -> None:
    parsed = read(f"Date,25-OH-D <50 nmol/L\n2026-03-12,{answer}\n")

    assert not parsed.results


@pytest.mark.parametrize(
    "name",
    [
        "ln25OHD",
        "log25ohd",
        "season_adj_25ohd",
        "25OHD imputed",
        "25ohd_cat",
        "\u039425OHD",
        "25OHD2+25OHD3 comment code",
    ],
)
def test_what_was_made_of_a_value_is_no_value(name: str) -> None:
    parsed = read(f"Date,25-OH-D (nmol/L),{name}\n2026-03-12,54,3\n")

    assert only(parsed).value_text == "54"
    assert any(name in warning for warning in parsed.warnings)


@pytest.mark.parametrize("name", ["cord 25OHD", "maternal_25ohd", "25ohd_father"])
def test_a_name_that_tells_of_whom_a_value_is_makes_a_person_look(name: str) -> None:
    result = only(read(f"Date,{name} (nmol/L)\n2026-03-12,54\n"))

    assert "another value than the result itself" in result.hold


@pytest.mark.parametrize("name", ["25-OH-D urine", "saliva 25OHD", "25OHD in milk"])
def test_a_name_that_tells_another_sample_makes_a_person_look(name: str) -> None:
    result = only(read(f"Date,Test,Result,Unit\n2026-03-12,{name},54,nmol/L\n"))

    assert "this is a test of blood" in result.hold


def test_a_part_that_stands_at_the_name_is_that_part() -> None:
    parsed = read("Date,Test,Result,Unit\n2026-03-12,free25OHD,5.4,pg/mL\n")

    assert not parsed.results
    assert "different substance" in parsed.refused[0].why


@pytest.mark.parametrize("name", ["X25.OH.D..nmol.L.", "X25.OH.D.nmol.L"])
def test_a_unit_is_found_in_a_name_with_dots_for_all_its_signs(name: str) -> None:
    result = only(read(f"Date,{name}\n2026-03-12,54\n"))

    assert result.unit is Unit.NMOL_PER_L


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Date,Test,Result,Unit", "25-OH-D,54,nmol"),
        ("Date,Test,Result,Unit", "25-OH-D,54 nmol,"),
        ("Date,Test,Result,Unit", "25-OH-D (nmol),54,"),
        ("Date,25OHD_nmol", "54"),
    ],
)
def test_a_unit_without_its_volume_makes_a_person_look(header: str, cells: str) -> None:
    result = only(read(f"{header}\n2026-03-12,{cells}\n"))

    assert result.unit is Unit.NMOL_PER_L
    assert "printed as 'nmol', without a volume" in result.hold


def test_a_unit_of_a_hundred_millilitres_is_not_taken_for_one_without_a_volume() -> (
    None
):
    parsed = read("Date,Test,Result,Unit\n2026-03-12,25-OH-D,54,ng%\n")

    assert parsed.results == ()
    assert parsed.refused[0].why.startswith("'ng%' is not a unit we know")


def test_amounts_in_two_units_without_volumes_are_never_asked_about_as_one() -> None:
    result = only(read("Date,25OHD_nmol,25OHD_ng\n2026-03-12,54,21.6\n"))

    assert result.unit is Unit.NMOL_PER_L


@pytest.mark.parametrize(
    ("cell", "unit", "flag"),
    [
        ("27.5* ng/mL", "", "*"),
        ("27.5 *ng/mL", "", "*"),
        ("27.5", "ng/mL (H)", "(H)"),
        ("27.5", "ng/mL L", "L"),
    ],
)
def test_a_mark_beside_the_unit_is_a_flag(cell: str, unit: str, flag: str) -> None:
    result = of_value(cell, unit)

    assert (result.value_text, result.unit) == ("27.5", Unit.NG_PER_ML)
    assert result.laboratory_flag == flag


def test_a_column_with_a_unit_holds_values_even_where_they_are_0_or_1() -> None:
    parsed = read("Date,vitamin_d (ng/mL)\n2026-03-12,1\n")

    assert only(parsed).value_text == "1"


def test_a_column_called_by_a_unit_is_not_read_against_a_persons_word() -> None:
    table = b"Date,ng/mL,25-OH-D (nmol/L)\n2026-03-12,27,68\n"
    without = {"25-OH-D (nmol/L)": "", "ng/mL": ""}

    assert [row.value_text for row in read_csv(table).results] == ["68"]
    with pytest.raises(FileRefused):
        read_csv(table, columns=without)


@pytest.mark.parametrize(
    ("above", "found"),
    [
        (",Ferritin,25-OH-D", ["33"]),
        (",25-OH-D,Ferritin", ["210"]),
        ("25-OH-D,,", ["210"]),
    ],
)
def test_names_above_units_say_whose_they_are(above: str, found: list[str]) -> None:
    parsed = read(f"{above}\nDate,ng/mL,nmol/L\n2026-03-12,210,33\n")

    assert [row.value_text for row in parsed.results] == found


def test_units_below_names_that_are_not_known_head_no_values() -> None:
    with pytest.raises(FileRefused, match="no table of results"):
        read(",Foo,Bar\nDate,ng/mL,nmol/L\n2026-03-12,210,33\n")


def test_a_column_of_values_that_holds_names_names_the_tests() -> None:
    parsed = read(
        "Laborwert;Messwert;Einheit;Datum\n25-OH-Vitamin D;27,5;ng/ml;2026-03-12\n"
        "Ferritin;50;ng/ml;2026-03-12\n"
    )

    assert (only(parsed).value_text, only(parsed).display) == (
        "27,5",
        "25-OH-Vitamin D",
    )
    assert any("'Ferritin'" in warning for warning in parsed.warnings)


def test_two_columns_of_values_that_both_hold_names_stay_in_doubt() -> None:
    with pytest.raises(QuestionAsked):
        read("Value,Result,Date\n25-OH-D,Vitamin D 25-OH,2026-03-12\n")


def test_a_first_column_of_days_needs_no_name() -> None:
    parsed = read(
        "Table 1\n\n;25(OH)D;Einheit;Labor\n13. Nov. 2025;27,4;ng/ml;Nord\n;;;\n"
        "12.05.2025;19,8;ng/ml;Nord\n"
    )

    assert [str(row.collected_on) for row in parsed.results] == [
        "2025-11-13",
        "2025-05-12",
    ]
    assert any("'of the dates'" in warning for warning in parsed.warnings)


@pytest.mark.parametrize("cell", ["Nord", "2025", ""])
def test_a_column_without_a_name_that_holds_other_things_is_no_day(cell: str) -> None:
    with pytest.raises(FileRefused, match="No column holds the date"):
        read(f";25(OH)D;Einheit\n12.05.2025;27,4;ng/ml\n{cell};19,8;ng/ml\n")


def test_an_interval_in_the_line_below_a_name_is_the_laboratorys() -> None:
    parsed = read(
        'Component,3/14/2024,10/28/2025\n"Vitamin D, 25-Hydroxy\n'
        'Standard range: 30 - 100 ng/mL",18 (L),34\n'
        '"Calcium\nStandard range: 8.6 - 10.3 mg/dL",9.4,10.5 (H)\n'
    )

    assert [row.display for row in parsed.results] == ["Vitamin D, 25-Hydroxy"] * 2
    assert {row.interval_high for row in parsed.results} == {Decimal(100)}
    assert all("that of the printed interval" in row.hold for row in parsed.results)
    assert [row.measurand for row in parsed.companions] == [Measurand.CALCIUM] * 2


def test_one_row_without_unit_among_others_is_refused() -> None:
    parsed = read(
        "Date,Test,Result,Unit\n2026-03-12,25-OH-D,27,ng/mL\n2026-03-13,25-OH-D,28,\n"
    )

    assert [row.value_text for row in parsed.results] == ["27"]
    assert "never guessed" in parsed.refused[0].why


def test_a_value_without_unit_beside_an_interval_with_one_is_held() -> None:
    parsed = read("Date,Test,Result,Reference\n2026-03-12,25-OH-D,27,30-100 ng/mL\n")

    result = only(parsed)
    assert result.unit is Unit.NG_PER_ML
    assert "that of the printed interval" in result.hold


def test_a_unit_in_the_name_of_the_test_is_its_unit() -> None:
    parsed = read("Date,Test,Result\n2026-03-12,25-OH Vitamin D (nmol/L),68\n")

    assert only(parsed).unit is Unit.NMOL_PER_L
    assert not only(parsed).hold


@pytest.mark.parametrize("text", ["46093", "1773273600", "12.03", "2026-071"])
def test_a_number_that_only_may_be_a_day_is_refused(text: str) -> None:
    parsed = read(f"Date,Test,Result,Units\n{text},25-OH-D,27,ng/mL\n")

    assert not parsed.results
    assert len(parsed.refused) == 1


def test_a_time_in_words_behind_a_day_changes_nothing() -> None:
    parsed = read("Date,Test,Result,Units\n13/03/2026 à 08:15,25-OH-D,27,ng/mL\n")

    assert only(parsed).collected_on.isoformat() == "2026-03-13"


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            "Ėminio paėmimo data;Tyrimas;Rezultatas;Matavimo vienetai;Norma",
            "2026-03-12;Vitaminas D (25-OH);68;nmol/L;50-250",
        ),
        (
            "Datums;Analīze;Rezultāts;Mērvienība;Norma",
            "12.03.2026;25-OH vitamīns D;68;nmol/L;50-250",
        ),
        (
            "Kuupäev;Analüüs;Tulemus;Ühik;Referentsväärtus",
            "12.03.2026;25-hüdroksüvitamiin D;68;nmol/L;50-250",
        ),
        (
            "Datum;Pretraga;Rezultat;Jedinica;Referentni interval",
            "12.03.2026;25-OH vitamin D;68;nmol/L;50-250",
        ),
        (
            "Datum odvzema;Preiskava;Rezultat;Enota;Referenčne vrednosti",
            "12.03.2026;25-OH vitamin D;68;nmol/L;50-250",
        ),
        (
            "Дата;Изследване;Резултат;Единици;Референтни стойности",
            "12.03.2026;25-хидроксивитамин D;68;nmol/L;50-250",
        ),
        (
            "تاریخ,نام آزمایش,نتیجه,واحد,محدوده مرجع",
            "2026-03-12,25 هیدروکسی ویتامین د,68,nmol/L,50-250",
        ),
        (
            "Ngày lấy mẫu,Tên xét nghiệm,Kết quả,Đơn vị,Khoảng tham chiếu",
            "2026-03-12,Vitamin D 25-OH,68,nmol/L,50-250",
        ),
        (
            "วันที่,รายการตรวจ,ผล,หน่วย,ค่าอ้างอิง",
            "2026-03-12,25-OH Vitamin D,68,nmol/L,50-250",
        ),
        (
            "Tanggal,Pemeriksaan,Hasil,Satuan,Nilai Rujukan",
            "2026-03-12,25-OH Vitamin D,68,nmol/L,50-250",
        ),
        (
            "Tutkimus;Aika;Tulos;Yksikkö;Viiteväli",
            "1220 S -D-25 D-25-OH-vitamiini;12.3.2026;68;nmol/l;50 - 250",
        ),
        (
            "Data;Exame;Resultado;Unidade;Valor de referência",
            "12.03.2026;VITAMINA D (25-OH);68;nmol/L;De 50 a 250",
        ),
    ],
)
def test_a_table_of_one_more_country_is_read_as_the_same(header: str, row: str) -> None:
    assert_read_as_the_same(f"{header}\n{row}\n")


@pytest.mark.parametrize(
    "cell",
    [
        "27 ng/mL (67 nmol/L)",
        "27 ng/mL / 67 nmol/L",
        "27 ng/mL [67.4 nmol/L] L",
        "27 ng/mL = 67,5 nmol/l",
        "27 ng/mL or 68 nmol/L",
    ],
)
def test_a_value_in_two_units_is_read_in_the_first(cell: str) -> None:
    result = of_value(cell, unit="")

    assert (result.value_text, result.unit) == ("27", Unit.NG_PER_ML)
    assert not result.hold
    assert result.remarks[0].startswith("The same value is also printed as")


@pytest.mark.parametrize(
    "cell",
    ["27 ng/mL (27 nmol/L)", "<4 ng/mL (10 nmol/L)", "<4 ng/mL (>10 nmol/L)"],
)
def test_two_units_that_contradict_each_other_are_held(cell: str) -> None:
    assert "contradict each other" in of_value(cell, unit="").hold


@pytest.mark.parametrize("cell", ["27 ng/mL (24 ng/mL)", "27 ng/mL (67)"])
def test_a_second_number_that_may_be_an_earlier_result_is_refused(cell: str) -> None:
    table = f"Date,Test,Result\n2026-03-12,25-OH-D,{cell}\n"

    assert "is not a unit" in read(table).refused[0].why


def test_an_interval_beside_a_value_stays_an_interval() -> None:
    result = of_value("27 ng/mL (<50 nmol/L)", unit="")

    assert result.interval_text == "<50 nmol/L"
    assert "the printed interval in nmol/L" in result.hold


def test_visits_in_columns_may_have_the_word_for_dates_above_the_tests() -> None:
    parsed = read(
        "Collection Dates,2025-05-01,2026-05-03\n"
        '"25-OH Vitamin D (ng/mL)",35,41\nVitamin D (ng/mL),35,41\n'
        "Calcium (mg/dL),9.3,9.4\n"
    )

    found = [(row.collected_on.year, row.value_text) for row in parsed.results]
    assert found == [(2025, "35"), (2026, "41")] * 2
    assert [bool(row.hold) for row in parsed.results] == [False, False, True, True]
    assert {row.measurand for row in parsed.companions} == {Measurand.CALCIUM}


def test_a_marker_beside_the_name_of_what_was_ordered_names_the_test() -> None:
    parsed = read(
        "Date,Test Name,Marker,Result,Units\n"
        "2026-03-12,Vitamins,25-OH Vitamin D,27,ng/mL\n"
    )

    assert only(parsed).display == "25-OH Vitamin D"


def test_dates_of_birth_follow_the_order_that_the_dates_of_collection_prove() -> None:
    table = "Born,Collected,Test,Result,Units\n01/02/1980,{day},25-OH-D,27,ng/mL\n"
    parsed = read(table.replace("Born", "Date of birth").format(day="14/03/2026"))

    born_on = only(parsed).patient.born_on
    assert born_on is not None
    assert born_on.isoformat() == "1980-02-01"
    assert any("birth dates fit more than one order" in w for w in parsed.warnings)
    with pytest.raises(QuestionAsked):
        read(table.replace("Born", "Date of birth").format(day="03/04/2026"))


def test_a_table_whose_names_are_not_known_is_refused_by_its_first_row() -> None:
    with pytest.raises(FileRefused, match="'Zzz', 'Yyy'"):
        read("Zzz,Yyy,Xxx\n12.03.2026,25-OH vitamin D,68\n")


@pytest.mark.parametrize(
    "name", ["VITD25", "Vitamin D25", "Hydroxyvitamin D", "OH-Vit D3", "ویتامین د"]
)
def test_a_name_that_tells_no_position_is_held(name: str) -> None:
    parsed = read(f"Date,Test,Result,Units\n2026-03-12,{name},27,ng/mL\n")

    assert only(parsed).measurand is Measurand.UNSPECIFIED
    assert only(parsed).hold


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            "EVENT_CD_DISP,RESULT_VAL,RESULT_UNITS_CD_DISP,NORMAL_LOW,NORMAL_HIGH,EVENT_DATE",
            "25-OH Vitamin D,68,nmol/L,50,250,2026-03-12 07:50",
        ),
        (
            "ComponentName,Value,Unit,ReferenceRange,CollectionInstant,ResultInstant",
            "VITAMIN D 25-HYDROXY,68,nmol/L,50-250,2026-03-12 07:50,2026-03-14 09:00",
        ),
        (
            "encounter_datetime,concept_name,value_numeric,units,low_normal,high_normal",
            "2026-03-12 08:00,25-Hydroxyvitamin D,68,nmol/L,50,250",
        ),
        (
            "Event Date,Code Term,Value,Numeric Unit,Reference Range",
            "12-Mar-2026,Serum total 25-hydroxy vitamin D level,68,nmol/L,50-250",
        ),
    ],
)
def test_an_export_of_a_record_system_is_read(header: str, row: str) -> None:
    assert_read_as_the_same(f"{header}\n{row}\n")


@pytest.mark.parametrize("month", ["Jan 2025", "2025-01", "01/2025", "2025"])
def test_columns_headed_by_months_are_refused_for_their_missing_day(month: str) -> None:
    with pytest.raises(FileRefused, match="headed by a month or a year"):
        read(f"Marker,{month},Feb 2026\n25-OH Vitamin D (ng/mL),31,44\n")


def test_a_result_that_a_record_system_calls_verified_is_final() -> None:
    table = "Event date,Concept name,Result val,Units,Result status cd disp\n"
    parsed = read(table + "2026-03-12,25-OH Vitamin D,27,ng/mL,Auth (Verified)\n")

    assert only(parsed).result_status is ResultStatus.FINAL


# Several tables in one file, several people in one table -----------------------------


@pytest.mark.parametrize(
    ("table", "line"),
    [
        (  # the same tests on other days
            (
                "Test,Unit,2025-03-12,2025-04-12\n25-OH-D,ng/mL,28,29\n"
                "Test,Unit,2025-05-12,2025-06-12\n25-OH-D,ng/mL,30,31\n"
            ),
            3,
        ),
        (  # the same columns in another order
            (
                "Date,25-OH-D2 (ng/mL),25-OH-D3 (ng/mL)\n2025-03-12,4,28\n"
                "Date,25-OH-D3 (ng/mL),25-OH-D2 (ng/mL)\n2025-04-12,29,5\n"
            ),
            3,
        ),
        (  # another unit in the same place
            (
                "Date,Test,Result (ng/mL)\n2025-03-12,25-OH-D,28\n\n"
                "Date,Test,Result (nmol/L)\n2025-04-12,25-OH-D,70\n"
            ),
            4,
        ),
        (  # another language
            (
                "Date,Test,Result,Unit\n2025-03-12,25-OH-D,28,ng/mL\n"
                "Datum,Analyse,Einheit,Ergebnis\n2025-04-12,25-OH-D,ng/mL,29\n"
            ),
            3,
        ),
    ],
)
def test_rows_under_another_header_are_never_read_under_the_first(
    table: str, line: int
) -> None:
    parsed = read(table)
    why = f"Line {line} is the header of another table, so the rows under it are not "

    assert {row.where[: len("line 2")] for row in parsed.results} == {"line 2"}
    assert [row.where for row in parsed.refused] == [f"line {line}", f"line {line + 1}"]
    assert all(row.why.startswith(why) for row in parsed.refused)


def test_rows_under_the_first_header_are_read_when_it_comes_again() -> None:
    parsed = read(
        "Date,Test,Result (ng/mL)\n2025-03-12,25-OH-D,28\n"
        "Date,Test,Result (nmol/L)\n2025-04-12,25-OH-D,70\n"
        "DATE,Test,Result  (ng/mL),\n2025-05-12,25-OH-D,30\n"
    )

    assert [row.value_text for row in parsed.results] == ["28", "30"]
    assert "The header is repeated in line 5." in parsed.warnings


def test_many_rows_of_a_turned_table_are_no_headers() -> None:
    rows = "".join(f"25-OH-D,ng/mL,{value}\n" for value in range(10, 310))

    parsed = read(f"Test,Unit,2025-03-12\n{rows}")

    assert (len(parsed.results), parsed.refused) == (300, ())


def test_rows_behind_a_persons_name_are_theirs_and_nobody_elses() -> None:
    parsed = read(
        "Patient: Ada Okafor\nDate,Test,Result,Unit\n2025-03-12,25-OH-D,28,ng/mL\n"
        "Patient: Bo Berg,,,\nDate of birth,1980-02-03,,\n2025-03-13,25-OH-D,29,ng/mL\n"
        "Patient name,Cy Dahl,,\n2025-03-14,25-OH-D,30,ng/mL\n,25-OH-D,31,ng/mL\n"
    )

    whose = [(row.value_text, row.patient.name) for row in parsed.results]
    assert whose == [("28", "Ada Okafor"), ("29", "Bo Berg"), ("30", "Cy Dahl")]
    born = [str(row.patient.born_on) for row in parsed.results]
    assert born == ["None", "1980-02-03", "None"]
    assert [row.patient.name for row in parsed.refused] == ["Cy Dahl"]
    assert parsed.warnings[-1] == (
        "Lines within the table name a person, the first in line 4; rows behind each "
        "that name none are theirs."
    )


def test_rows_behind_a_name_that_stands_alone_are_nobody_elses() -> None:
    parsed = read(
        "Date,Test,Result,Unit\n2025-03-12,25-OH-D,28,ng/mL\n"
        "Ada Okafor,,,\n2025-03-13,25-OH-D,29,ng/mL\n\n"
        "Date of birth,1980-02-03,,\nBERG,Bo,,\n2025-03-14,25-OH-D,30,ng/mL\n"
        "Vitamin D,,,\n2025-03-15,25-OH-D,31,ng/mL\n"
    )

    whose = [(row.value_text, row.patient.name) for row in parsed.results]
    assert whose == [
        ("28", ""),
        ("29", "Ada Okafor"),
        ("30", "BERG Bo"),
        ("31", "BERG Bo"),
    ]
    assert str(parsed.results[2].patient.born_on) == "1980-02-03"
    assert not any(row.hold for row in parsed.results)
    assert "line 3" in [row.where for row in parsed.refused]
    assert parsed.warnings[-1] == (
        "Lines within the table name a person, the first in line 3; rows behind each "
        "that name none are theirs."
    )


@pytest.mark.parametrize(
    "line",
    [
        "Patient: Ada Okafor | DOB: 4/17/1968 | MRN: 00482913",
        "Patient Name:,Ada Okafor,DOB:,17/04/1968,MRN:,00482913",
        "Patient: Ada Okafor   DOB: 17/04/1968   NHS No: 00482913",
        "Patient:in: Ada Okafor (geb. 17.04.1968) Pat.-ID: 00482913",
        "Patient: Ada Okafor Station: 3B, MRN: 00482913, born 1968-04-17",
        "File name: x | MRN: 00482913 | A: 1 | Name: Ada Okafor; DOB: 17-Apr-1968",
        "Vorname: Ada, Nachname: Okafor, geb. 17.04.1968, MRN: 00482913",
        "Drucker: 08:10 | Paciente: Ada Okafor,NHC: 00482913,F. nac.: 17/04/1968",
        "Name,Ada Okafor,ID,MRN,Geburtsdatum,17.04.1968,MRN,00482913",
    ],
)
def test_a_line_above_a_table_may_say_all_of_a_person(line: str) -> None:
    table = f"{line}\nDate,Test,Result,Units\n2026-03-12,25-OH-D,27,ng/mL\n"

    born_on = date(1968, 4, 17)
    assert only(read(table)).patient == PatientClue("00482913", "Ada Okafor", born_on)


@pytest.mark.parametrize(
    "line",
    ["Name,Ada Okafor,Report,04.03.2025", "Name,Ada Okafor,Geburtsdatum,17.04.1968"],
)
def test_a_name_and_a_day_beside_it_head_no_table(line: str) -> None:
    table = f"{line}\nDate,Test,Result,Units\n2026-03-12,25-OH-D,27,ng/mL\n"

    assert only(read(table)).patient.name == "Ada Okafor"


@pytest.mark.parametrize(
    "line",
    [
        "Doctor name: Ada Okafor",
        "Patient name:,DOB:,MRN:",
        "Lab,North,Name: ",
        f"Patient: {'a ' * 200}",
    ],
)
def test_a_line_above_a_table_that_names_no_person_names_nobody(line: str) -> None:
    table = f"{line}\nDate,Test,Result,Units\n2026-03-12,25-OH-D,27,ng/mL\n"

    assert only(read(table)).patient == PatientClue()


def test_two_people_with_their_birth_dates_in_one_file_stay_two() -> None:
    parsed = read(
        "Patient: Ada Okafor;geb. 17.04.1968\nDatum;Test;Wert;Einheit\n"
        "14.11.2025;25-OH-D;27,4;ng/ml\n\n"
        "Patient: Bo Berg;geb. 13.02.1971\nDatum;Test;Wert;Einheit\n"
        "14.11.2025;25-OH-D;31,9;ng/ml\n"
    )

    assert [row.patient for row in parsed.results] == [
        PatientClue("", "Ada Okafor", date(1968, 4, 17)),
        PatientClue("", "Bo Berg", date(1971, 2, 13)),
    ]


@pytest.mark.parametrize("line", ["Tom,,,", "Results for Tom Smith,,,"])
def test_rows_behind_a_line_that_may_name_a_person_are_held(line: str) -> None:
    parsed = read(
        "Date,Test,Result,Unit\n2025-03-12,25-OH-D,28,ng/mL\n"
        f"{line}\n2025-03-13,25-OH-D,29,ng/mL\n"
        "Patient: Ada Okafor,,,\n2025-03-14,25-OH-D,30,ng/mL\n"
    )

    shown = line.rstrip(",")
    why = f"Line 3 holds only '{shown}', which may name a person."
    held = f"{why} Check whose result this is."
    assert [row.hold for row in parsed.results] == ["", held, ""]


@pytest.mark.parametrize(
    "line", ["Vitamin D", "Liver function", "2025", "Blutbild", "Harbour Laboratory"]
)
def test_a_heading_names_nobody(line: str) -> None:
    parsed = read(
        "Date,Test,Result,Unit\n2025-03-12,25-OH-D,28,ng/mL\n"
        f"{line},,,\n2025-03-13,25-OH-D,29,ng/mL\n"
    )

    assert [(row.patient.name, row.hold) for row in parsed.results] == [("", "")] * 2


def test_what_stands_alone_where_tests_are_named_is_only_doubted() -> None:
    parsed = read(
        "Test,Date,Result,Unit\n25-OH-D,2025-03-12,28,ng/mL\n"
        "Ada Okafor,,,\n25-OH-D,2025-03-13,29,ng/mL\n"
    )

    assert [row.patient.name for row in parsed.results] == ["", ""]
    assert [bool(row.hold) for row in parsed.results] == [False, True]


# What is not read is said -------------------------------------------------------------


def test_columns_that_were_not_read_are_named() -> None:
    wide = read("Date,25-OH-D (ng/mL),Ferritin (ng/mL),Empty\n2025-03-12,28,9.5,\n")
    long = read(
        "Date,Test,Result,Unit,Previous Result\n2025-03-12,25-OH-D,28,ng/mL,82\n"
    )

    assert wide.warnings == ("Columns that were not read: 'Ferritin (ng/mL)'.",)
    assert long.warnings == ("Columns that were not read: 'Previous Result'.",)


def test_a_column_of_which_a_person_said_that_it_holds_nothing_is_not_named() -> None:
    table = b"Date,25-OH-D (ng/mL),Ferritin (ng/mL)\n2025-03-12,28,9.5\n"

    assert read_csv(table, columns={"Ferritin (ng/mL)": ""}).warnings == ()


def test_a_unit_in_the_header_contradicts_the_column_of_units() -> None:
    parsed = read("Date,Test,Result (ng/mL),Unit\n2025-03-12,25-OH-D,70,nmol/L\n")

    assert [row.why for row in parsed.refused] == [
        "The row gives two units, nmol/L and ng/mL; one of them is wrong."
    ]


def test_a_comparator_in_a_column_of_bounds_is_no_bound() -> None:
    parsed = read("Date,Test,Result,Unit,Low,High\n2025-03-12,25-OH-D,28,ng/mL,<30,\n")
    result = only(parsed)

    assert (result.interval_text, result.interval_low) == ("<30", None)


def test_columns_of_one_name_are_told_apart_and_answered_for() -> None:
    table = b"Date,Test,Result,Result,Unit\n2025-03-12,25-OH-D,28,82,ng/mL\n"
    with pytest.raises(QuestionAsked) as asked:
        read_csv(table)

    assert asked.value.choices == ("Result", "Result (2)")
    answered = {"Result": "", "Result (2)": "value"}
    assert only(read_csv(table, columns=answered)).value_text == "82"
    answered = {"Result": "value", "Result (2)": ""}
    assert only(read_csv(table, columns=answered)).value_text == "28"


def test_a_flag_in_the_cell_is_not_hidden_by_the_column_of_flags() -> None:
    table = "Date,Test,Result,Unit,Flag\n2025-03-12,25-OH-D,4 LL,ng/mL,L\n"

    assert only(read(table)).laboratory_flag == "L, LL"


# Visits in columns --------------------------------------------------------------------


def test_a_flag_behind_each_visit_is_of_that_visit_alone() -> None:
    parsed = read(
        "Test,2025-03-12,Flag,Note,2026-03-12,Flag,Note\n"
        "25-OH-D (ng/mL),28,L,winter,35,,summer\n"
    )

    said = [
        (row.value_text, row.laboratory_flag, row.comment) for row in parsed.results
    ]
    assert said == [("28", "L", "winter"), ("35", "", "summer")]


def test_a_unit_behind_each_visit_is_of_that_visit_alone() -> None:
    parsed = read("Test,2025-03-12,Unit,2026-03-12,Unit\n25-OH-D,28,ng/mL,70,nmol/L\n")

    assert [row.unit for row in parsed.results] == [Unit.NG_PER_ML, Unit.NMOL_PER_L]


@pytest.mark.parametrize(
    "table",
    [
        "Test,2025-03-12,2026-03-12,Flag\n25-OH-D (ng/mL),28,35,L\n",
        "Test,Flag,2025-03-12,2026-03-12\n25-OH-D (ng/mL),L,28,35\n",
    ],
)
def test_one_flag_beside_several_visits_is_of_none(table: str) -> None:
    parsed = read(table)

    assert [row.laboratory_flag for row in parsed.results] == ["", ""]
    assert parsed.warnings == (
        "Columns that may belong to more than one result and were not read: 'Flag'.",
    )


def test_unit_and_interval_beside_all_visits_are_of_all() -> None:
    parsed = read("Test,2025-03-12,2026-03-12,Unit,Range\n25-OH-D,28,35,ng/mL,30-100\n")

    assert [row.interval_text for row in parsed.results] == ["30-100"] * 2
    assert {row.unit for row in parsed.results} == {Unit.NG_PER_ML}


FLAGGED = "Date,Test,Result,Unit,Range,Flag\n2025-03-12,25-OH-D,"


def test_a_sign_in_the_column_of_flags_that_may_be_the_values_is_held() -> None:
    assert only(read(f"{FLAGGED}4,ng/mL,,<\n")).hold


@pytest.mark.parametrize("row", ["<4,ng/mL,,<", "14,ng/mL,20-50,<", "64,ng/mL,20-50,>"])
def test_a_sign_in_the_column_of_flags_that_is_explained_changes_nothing(
    row: str,
) -> None:
    assert only(read(f"{FLAGGED}{row}\n")).hold == ""
