from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.domain.quantities import Measurand
from labs.domain.units import (
    NotConvertible,
    Unit,
    UnknownUnit,
    convert,
    convert_by_guideline,
    display_converted,
    other_unit,
    parse_unit,
    round_as_laboratory,
    spells_an_amount,
)

NG, UG, NMOL = Unit.NG_PER_ML, Unit.UG_PER_L, Unit.NMOL_PER_L

mass_values = st.decimals(min_value=1, max_value=400, places=1)


@pytest.mark.parametrize(
    ("spelling", "unit"),
    [
        ("ng/mL", NG),
        ("ng/ml", NG),
        ("NG/ML", NG),
        (" ng / mL ", NG),
        ("ng per mL", NG),
        ("nmol/l", NMOL),
        ("nmol/L", NMOL),
        ("nmol per L", NMOL),
        ("ug/L", UG),
        ("mcg/L", UG),
        ("\N{MICRO SIGN}g/L", UG),
        ("\N{GREEK SMALL LETTER MU}g/l", UG),
        ("pg/ml", Unit.PG_PER_ML),
        ("pmol/l", Unit.PMOL_PER_L),
        ("\N{MICRO SIGN}mol/L", Unit.UMOL_PER_L),
        ("IU/L", Unit.U_PER_L),
        ("[iU]/L", Unit.U_PER_L),
        ("INR", Unit.INR),
        ("mL/min/1.73 m\N{SUPERSCRIPT TWO}", Unit.ML_PER_MIN_PER_1_73_M2),
        ("mL/min/1,73 m\N{SUPERSCRIPT TWO}", Unit.ML_PER_MIN_PER_1_73_M2),
        ("mL/min/1.73 sq.m.", Unit.ML_PER_MIN_PER_1_73_M2),
        ("mL/min/1.73 sq m", Unit.ML_PER_MIN_PER_1_73_M2),
        ("mmol/24h", Unit.MMOL_PER_DAY),
        ("Nanogramm/ml", NG),
        ("nanogrammes per millilitre", NG),
        ("Mikrogramm/l", UG),
        ("Pikomol/l", Unit.PMOL_PER_L),
        ("Milligramm/dl", Unit.MG_PER_DL),
        ("mg%", Unit.MG_PER_DL),
        ("gm/dL", Unit.G_PER_DL),
        ("UI/L", Unit.U_PER_L),
        ("ng/mL{25-OH D}", NG),
    ],
)
def test_a_spelling_is_read_as_its_unit(spelling: str, unit: Unit) -> None:
    assert parse_unit(spelling) is unit


@pytest.mark.parametrize("unit", Unit)
def test_every_ucum_code_is_read_as_itself(unit: Unit) -> None:
    assert parse_unit(unit.value) is unit


@pytest.mark.parametrize(
    "text", ["ng", "mol/L", "ng/dL", "IU", "28", "ng/mL\x00", "\ud800", "x" * 10_000]
)
def test_a_spelling_of_no_unit_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(UnknownUnit, match="is not a unit we know"):
        parse_unit(text)


@pytest.mark.parametrize("text", ["", "   "])
def test_a_missing_unit_is_asked_for_and_never_guessed(text: str) -> None:
    with pytest.raises(UnknownUnit, match="Choose the unit that is printed"):
        parse_unit(text)


@pytest.mark.parametrize(
    ("mass", "molar"),
    [
        ("10", "24.96"),
        ("12", "29.952"),
        ("20", "49.92"),
        ("30", "74.88"),
        ("50", "124.8"),
        ("60", "149.76"),
        ("80", "199.68"),
        ("100", "249.6"),
        ("150", "374.4"),
    ],
)
def test_a_total_is_converted_by_2_496(mass: str, molar: str) -> None:
    converted = convert(Decimal(mass), NG, NMOL, Measurand.TOTAL)

    assert converted == Decimal(molar)
    assert convert(converted, NMOL, NG, Measurand.TOTAL) == Decimal(mass)


def test_d3_and_an_unspecified_form_are_converted_like_the_total() -> None:
    assert convert(Decimal(20), NG, NMOL, Measurand.D3) == Decimal("49.920")
    assert convert(Decimal(20), NG, NMOL, Measurand.UNSPECIFIED) == Decimal("49.920")


def test_a_d2_fraction_is_converted_by_2_423() -> None:
    assert convert(Decimal(100), NG, NMOL, Measurand.D2) == Decimal("242.300")


@given(mass_values)
def test_conversion_there_and_back_returns_the_value(value: Decimal) -> None:
    there = convert(value, NG, NMOL, Measurand.TOTAL)

    assert round(convert(there, NMOL, NG, Measurand.TOTAL), 20) == value


@given(mass_values, mass_values)
def test_conversion_keeps_the_order_of_values(one: Decimal, other: Decimal) -> None:
    first, second = (convert(each, NG, NMOL, Measurand.TOTAL) for each in (one, other))

    assert (first < second) == (one < other)


@given(mass_values)
def test_ug_per_l_is_ng_per_ml(value: Decimal) -> None:
    assert convert(value, UG, NG, Measurand.TOTAL) is value
    assert display_converted(value, UG, NG, Measurand.TOTAL) is value


def test_pg_per_ml_is_ng_per_l_for_a_companion() -> None:
    value = Decimal("41.0")

    assert convert(value, Unit.PG_PER_ML, Unit.NG_PER_L, Measurand.PTH) is value


@pytest.mark.parametrize(
    ("from_unit", "to_unit", "measurand"),
    [
        (Unit.MG_PER_DL, Unit.MMOL_PER_L, Measurand.CALCIUM),
        (Unit.PG_PER_ML, Unit.PMOL_PER_L, Measurand.DIHYDROXY),
        (NG, NMOL, Measurand.DIHYDROXY),
        (NG, Unit.PMOL_PER_L, Measurand.TOTAL),
        (Unit.PG_PER_ML, NG, Measurand.TOTAL),
    ],
)
def test_a_conversion_without_a_rule_is_refused_by_name(
    from_unit: Unit, to_unit: Unit, measurand: Measurand
) -> None:
    with pytest.raises(NotConvertible) as refusal:
        convert(Decimal(1), from_unit, to_unit, measurand)

    said = str(refusal.value)
    assert said == f"{measurand} in {from_unit} is not converted to {to_unit} here."


@pytest.mark.parametrize(
    ("value", "unit", "rounded"),
    [
        ("49.92", NMOL, "50"),
        ("49.49", NMOL, "49"),
        ("49.5", NMOL, "50"),
        ("50.5", NMOL, "51"),
        ("50.08", NG, "50.1"),
        ("28.05", NG, "28.1"),
        ("28.049", UG, "28.0"),
    ],
)
def test_rounding_is_to_what_laboratories_print(
    value: str, unit: Unit, rounded: str
) -> None:
    assert str(round_as_laboratory(Decimal(value), unit)) == rounded


def test_a_converted_value_is_shown_as_a_laboratory_would_print_it() -> None:
    total = Measurand.TOTAL

    assert str(display_converted(Decimal(28), NG, NMOL, total)) == "70"
    assert str(display_converted(Decimal(70), NMOL, NG, total)) == "28.0"
    assert str(display_converted(Decimal("30.00"), NG, NG, total)) == "30.00"


def test_guidelines_convert_by_2_5_exactly() -> None:
    assert convert_by_guideline(Decimal(30), NMOL) == 75
    assert convert_by_guideline(Decimal(125), NG) == 50


def test_the_other_unit_is_the_one_that_a_report_might_have_printed() -> None:
    assert other_unit(NMOL) is NG
    assert other_unit(NG) is NMOL
    assert other_unit(UG) is NMOL


@pytest.mark.parametrize(
    ("spelling", "unit"),
    [
        ("nM", Unit.NMOL_PER_L),
        ("nmol/litre", Unit.NMOL_PER_L),
        ("nanomoles per liter", Unit.NMOL_PER_L),
        (
            "nmol\N{MIDDLE DOT}L\N{SUPERSCRIPT MINUS}\N{SUPERSCRIPT ONE}",
            Unit.NMOL_PER_L,
        ),
        ("ng.mL-1", Unit.NG_PER_ML),
        ("nanograms/milliliter", Unit.NG_PER_ML),
        ("[ng]/mL", Unit.NG_PER_ML),
        ("(ng/mL)", Unit.NG_PER_ML),
        ("ng/cc", Unit.NG_PER_ML),
        ("ug/l*", Unit.UG_PER_L),
        ("нг/мл", Unit.NG_PER_ML),
        ("нмоль/л", Unit.NMOL_PER_L),
        ("مكغ/ل", None),
        ("nm", None),
        ("ng/dL", None),
        ("ng%", None),
        ("nmol/mL", None),
        ("nmol/d", None),
    ],
)
def test_spellings_of_laboratories_stand_for_one_unit_or_none(
    spelling: str, unit: Unit | None
) -> None:
    try:
        found = parse_unit(spelling)
    except UnknownUnit:
        assert unit is None
    else:
        assert found is unit


@pytest.mark.parametrize(
    ("text", "is_amount"),
    [
        ("ng/dL", True),
        ("nanograms per deciliter", True),
        ("mEq/L", True),
        ("ng/mL", True),
        ("nanogram", False),
        ("1234", False),
        ("ng/mL" * 20, False),
    ],
)
def test_an_amount_in_a_volume_is_known_as_one_though_its_unit_is_not(
    text: str,
    is_amount: bool,  # noqa: FBT001 - a case of the table above
) -> None:
    assert spells_an_amount(text) is is_amount
