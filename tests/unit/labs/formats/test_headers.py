"""What columns hold, by their names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.formats.column_names import Role
from labs.formats.dates import DateOrder
from labs.formats.headers import order_in_name, read_header, split_unit


def role_of(name: str) -> Role | None:
    return read_header([name]).columns[0].role


@pytest.mark.parametrize(
    "names",
    [
        "Collection Date,Test Name,Result,Units,Reference Range,Patient Name",
        "Entnahmedatum,Untersuchung,Ergebnis,Einheit,Referenzbereich,Patientenname",
        "Date de prélèvement,Analyse,Résultat,Unité,Valeurs de référence,Nom patient",
        "Fecha de extracción,Prueba,Resultado,Unidad,Referencia,Nombre del paciente",
        "Data prelievo,Esame,Risultato,Unità,Valori di riferimento,Nome paziente",
        "Afnamedatum,Bepaling,Uitslag,Eenheid,Referentiewaarden,Naam patient",
        "Data da coleta,Exame,Resultado,Unidade,Valores de referência,Nome do paciente",
        "Numune Tarihi,Tetkik Adı,Sonuç,Birim,Referans Aralığı,Hasta Adı Soyadı",  # noqa: RUF001 - Turkish
        "Data pobrania,Badanie,Wynik,Jednostka,Zakres referencyjny,Imię i nazwisko",
        "تاريخ العينة,اسم التحليل,النتيجة,الوحدة,المدى المرجعي,اسم المريض",
    ],
)
def test_columns_are_known_in_many_languages(names: str) -> None:
    roles = [column.role for column in read_header(names.split(",")).columns]

    assert roles == [
        Role.COLLECTED_ON,
        Role.TEST_NAME,
        Role.VALUE,
        Role.UNIT,
        Role.INTERVAL,
        Role.PATIENT_NAME,
    ]


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("DATE_OF_BIRTH", Role.BORN_ON),
        ("Geb.-Datum", Role.BORN_ON),
        ("  collection   date: ", Role.COLLECTED_ON),
        ("Collection Date (UTC)", Role.COLLECTED_ON),
        ("Date (DD/MM/YYYY)", Role.ANY_DATE),
        ("Result [nmol/L]", Role.VALUE),
        ("25-OH-D unit", Role.UNIT),
        ("Vitamin D reference range", Role.INTERVAL),
        ("ULN", Role.INTERVAL_HIGH),
        ("Specimen Collected Date", Role.COLLECTED_ON),
        ("Entnahmedatum/-zeit", Role.COLLECTED_ON),
        ("Fecha/hora extracción", Role.COLLECTED_ON),
        ("Data e hora da coleta", Role.COLLECTED_ON),
        ("CollectionDate", Role.COLLECTED_ON),
        ("Date du bilan", Role.ANY_DATE),
        ("Date Result Released", Role.REPORTED_ON),
        ("Patient MRN", Role.PATIENT_ID),
        ("Pt Name", Role.PATIENT_NAME),
        ("Reference Interval - Lower Limit", Role.INTERVAL_LOW),
        ("Lab Result Unit", Role.UNIT),
        ("order date", None),
        ("patient phone number", None),
        ("unit price", None),
        ("birth weight", None),
        ("shoe size", None),
        ("", None),
        ("x" * 10_000, None),
    ],
)
def test_a_name_says_what_its_column_holds(name: str, role: Role | None) -> None:
    assert role_of(name) is role


@pytest.mark.parametrize(
    ("name", "unit_text"),
    [
        ("25-OH-D (nmol/L)", "nmol/L"),
        ("25-OH Vitamin D [ng/ml]", "ng/ml"),
        ("25OHD ng/mL", "ng/mL"),
        ("Vitamin D, 25-hydroxy, ng per mL", "ng per mL"),
        ("25_oh_vitamin_d_nmol_l", "nmol/l"),
        ("Vitamin D 25 hydroxy level", ""),
        ("25(OH)D3 µg/L", "µg/L"),
        ("25OHD_nmolL", "nmol/L"),
        ("vitd_ngml", "ng/ml"),
        ("VITD_25", ""),
        ("62292-8 (ng/mL)", "ng/mL"),
    ],
)
def test_a_column_named_like_the_test_holds_its_values(
    name: str, unit_text: str
) -> None:
    (test,) = read_header([name]).tests

    assert test.unit_text == unit_text


@pytest.mark.parametrize(
    "name",
    [
        "Vitamin D dose (IU)",
        "vitamin D supplement",
        "Vitamin D status",
        "Vitamin D Einnahme",
        "Ferritin (ng/mL)",
    ],
)
def test_what_is_taken_or_sorted_is_no_test(name: str) -> None:
    assert read_header([name]).tests == ()


def test_a_unit_that_is_not_known_is_parted_from_the_name_all_the_same() -> None:
    assert split_unit("25-OH-D (furlong/L)") == ("25-OH-D", "furlong/L")


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("Date (DD/MM/YYYY)", DateOrder.DMY),
        ("Datum TT.MM.JJJJ", DateOrder.DMY),
        ("Tarih (GG.AA.YYYY)", DateOrder.DMY),
        ("Date MM/DD/YYYY", DateOrder.MDY),
        ("Date (YYYY-MM-DD)", DateOrder.YMD),
        ("Date", None),
        ("start-to-end", None),
    ],
)
def test_a_name_may_state_the_order_of_dates(
    name: str, order: DateOrder | None
) -> None:
    assert order_in_name(name) is order


def test_what_a_person_chose_overrules_the_name() -> None:
    chosen = {"When": Role.COLLECTED_ON, "Value": None}

    header = read_header(["When", "Value", "Result"], chosen)

    assert [column.role for column in header.columns] == [
        Role.COLLECTED_ON,
        None,
        Role.VALUE,
    ]


@given(st.lists(st.text(max_size=300), max_size=8))
def test_any_names_are_read_without_harm(names: list[str]) -> None:
    header = read_header(names)

    assert len(header.columns) == len(names)
    assert isinstance(header.is_complete, bool)
