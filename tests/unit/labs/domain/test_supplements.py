"""Supplements: amounts, their units, and what may be converted."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.domain.schedules import Pause, Span
from labs.domain.sentences import Refused
from labs.domain.supplements import (
    ACTIVE_VITAMIN_D,
    PARENT_VITAMIN_D,
    AmountNotConvertible,
    AmountNumber,
    AmountUnit,
    Ingredient,
    Period,
    Product,
    Substance,
    UnknownAmountUnit,
    VitaminKContent,
    described,
    international_units,
    micrograms,
    milligrams,
    parse_amount_unit,
)
from tests.unit.labs.domain.supplement_making import (
    DAILY,
    PLAIN_D,
    VITAMIN_D,
    holding,
    recorded,
)


@pytest.mark.parametrize(
    ("units", "mass"),
    [
        (400, 10),
        (800, 20),
        (1000, 25),
        (2000, 50),
        (4000, 100),
        (5000, 125),
        (50_000, 1250),
    ],
)
@pytest.mark.parametrize("substance", sorted(PARENT_VITAMIN_D))
def test_40_units_of_vitamin_d_are_a_microgram_both_ways(
    units: int, mass: int, substance: Substance
) -> None:
    assert micrograms(Decimal(units), AmountUnit.IU, substance) == mass
    assert international_units(Decimal(mass), AmountUnit.UG, substance) == units


@pytest.mark.parametrize(
    ("amount", "unit", "mass"),
    [
        ("0.5", AmountUnit.MG, "500"),
        ("1", AmountUnit.G, "1000000"),
        ("45", AmountUnit.UG, "45"),
    ],
)
def test_masses_convert_for_every_substance(
    amount: str, unit: AmountUnit, mass: str
) -> None:
    assert micrograms(Decimal(amount), unit, Substance.MK7) == Decimal(mass)


def test_minerals_are_milligrams_of_the_element() -> None:
    amount = milligrams(Decimal("0.5"), AmountUnit.G, Substance.CALCIUM)

    assert amount == 500


@pytest.mark.parametrize("substance", sorted(set(Substance) - PARENT_VITAMIN_D))
def test_nothing_but_vitamin_d2_and_d3_has_international_units(
    substance: Substance,
) -> None:
    with pytest.raises(AmountNotConvertible, match=f"not for {substance}"):
        international_units(Decimal(10), AmountUnit.UG, substance)
    with pytest.raises(AmountNotConvertible, match="vitamin D2 and D3 only"):
        micrograms(Decimal(400), AmountUnit.IU, substance)


def test_the_active_medicines_are_not_vitamin_d() -> None:
    assert not ACTIVE_VITAMIN_D & PARENT_VITAMIN_D
    assert Substance.CALCIFEDIOL not in PARENT_VITAMIN_D


def test_a_volume_has_no_mass() -> None:
    with pytest.raises(AmountNotConvertible, match="mL has no mass"):
        micrograms(Decimal(1), AmountUnit.ML, Substance.D3)


@given(
    st.decimals("0.0001", "1000000", places=4),
    st.sampled_from(sorted(PARENT_VITAMIN_D)),
)
def test_units_to_micrograms_and_back_is_the_same_amount(
    amount: Decimal, substance: Substance
) -> None:
    mass = micrograms(amount, AmountUnit.IU, substance)

    assert international_units(mass, AmountUnit.UG, substance) == amount


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        *((text, AmountUnit.IU) for text in ("IU", "I.U.", "i.u.", "UI", "U.I.", "IE")),
        *((text, AmountUnit.IU) for text in ("I.E.", "[IU]", "[iU]", " iu ", "units")),
        *((text, AmountUnit.IU) for text in ("International  Units", "UNT")),
        *((text, AmountUnit.IU) for text in ("Unités internationales", "Units (IU)")),
        *((text, AmountUnit.UG) for text in ("mcg", "MCG", "ug", "\u00b5g", "\u03bcg")),
        *((text, AmountUnit.UG) for text in ("mcg.", "micrograms", "Mikrogramm", "mc")),
        *((text, AmountUnit.MG) for text in ("mg", "MG", "milligrams")),
        *((text, AmountUnit.G) for text in ("g", "grams")),
        *((text, AmountUnit.ML) for text in ("mL", "ml", "millilitre")),
    ],
)
def test_the_usual_spellings_of_a_unit_are_read(text: str, unit: AmountUnit) -> None:
    assert parse_amount_unit(text) is unit


@pytest.mark.parametrize("text", ["ED", "IV", "10", "nmol/L", "ng/mL", "kg", "iu/d"])
def test_a_unit_that_is_not_known_is_asked_about(text: str) -> None:
    with pytest.raises(UnknownAmountUnit, match="not a unit of amount we know"):
        parse_amount_unit(text)


@pytest.mark.parametrize("text", ["", "  ", "."])
def test_a_missing_unit_is_asked_for(text: str) -> None:
    with pytest.raises(UnknownAmountUnit, match="Choose the unit"):
        parse_amount_unit(text)


@pytest.mark.parametrize(
    ("substance", "printed", "words"),
    [
        (Substance.D3, "2000 IU", "2,000 international units (50 mcg)"),
        (Substance.D3, "10.00 mcg", "10 mcg (400 international units)"),
        (Substance.D2, "1.25 mg", "1.25 mg (50,000 international units)"),
        (Substance.D3, "1 g", "1 g"),
        (Substance.D3, "2 ml", "2 mL"),
        (Substance.MK7, "45 mcg", "45 mcg"),
        (Substance.CALCIFEDIOL, "10 mcg", "10 mcg"),
        (Substance.CALCIUM, "1200 mg", "1,200 mg"),
        (Substance.CALCITRIOL, "0.250 mcg", "0.25 mcg"),
        (Substance.OTHER, "400 IU", "400 international units"),
    ],
)
def test_an_amount_is_described_for_a_screen(
    substance: Substance, printed: str, words: str
) -> None:
    assert str(holding(substance, printed).described()) == words


def test_an_amount_without_number_says_so() -> None:
    assert str(holding(Substance.MK7).described()) == "amount not stated"


@pytest.mark.parametrize(
    ("number", "spelled"),
    [
        ("5.0", "5"),
        (".5", "0.5"),
        ("100", "100"),
        ("1E+3", "1,000"),
        ("50000", "50,000"),
        ("0.025", "0.025"),
        ("1234567.890", "1,234,567.89"),
    ],
)
def test_a_number_of_an_amount_has_no_trailing_zeros(number: str, spelled: str) -> None:
    assert f"{AmountNumber(number)}" == spelled


@given(st.decimals("0.0001", "1000000", places=4))
def test_a_described_amount_reads_back_as_the_same_number(amount: Decimal) -> None:
    spelled = str(described(amount, AmountUnit.UG, Substance.MK7))

    assert Decimal(spelled.removesuffix(" mcg").replace(",", "")) == amount
    assert not spelled.startswith(".")


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity"])
def test_an_amount_is_a_number_above_zero(amount: str) -> None:
    with pytest.raises(Refused, match="above zero"):
        Ingredient(Substance.D3, Decimal(amount), AmountUnit.IU)


def test_an_amount_needs_its_unit() -> None:
    with pytest.raises(Refused, match="needs the unit"):
        Ingredient(Substance.D3, Decimal(10), None)


def test_a_unit_may_wait_for_its_amount() -> None:
    waiting = Ingredient(Substance.D3, None, AmountUnit.IU)

    assert str(waiting.described()) == "amount not stated"


def test_vitamin_k_of_a_product_is_unknown_until_somebody_looked() -> None:
    assert Product("Sun", (VITAMIN_D,)).vitamin_k is VitaminKContent.UNKNOWN


def test_a_product_needs_a_name_and_a_serving() -> None:
    with pytest.raises(Refused, match="Give the product the name"):
        Product(" ", ())
    with pytest.raises(Refused, match="servings must be above zero"):
        Product("Sun", (), units_per_serving=Decimal(0))


def test_a_period_takes_something_and_ends_after_it_starts() -> None:
    with pytest.raises(Refused, match="servings must be above zero"):
        Period(PLAIN_D, Decimal(0), DAILY, date(2026, 3, 1))
    with pytest.raises(Refused, match="cannot end before"):
        Period(PLAIN_D, Decimal(1), DAILY, date(2026, 3, 1), date(2026, 2, 28))


def test_a_period_is_in_force_from_its_first_day_to_its_last() -> None:
    period = recorded(PLAIN_D, starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 9))
    days = [date(2026, 3, day) for day in (1, 2, 9, 10)]

    assert [period.is_in_force(day) for day in days] == [False, True, True, False]
    assert recorded(PLAIN_D).is_in_force(date(2030, 1, 1))


def test_a_period_expects_intakes_between_its_ends_outside_its_pauses() -> None:
    period = Period(
        PLAIN_D,
        Decimal(1),
        DAILY,
        date(2026, 3, 2),
        date(2026, 3, 20),
        pauses=(Pause(date(2026, 3, 4), date(2026, 3, 5)),),
    )

    assert period.expected_in(Span(date(2026, 2, 1), date(2026, 3, 10))) == 7
    assert period.expected_in(Span(date(2026, 4, 1), date(2026, 4, 30))) == 0
    assert period.is_paused(date(2026, 3, 5))
    assert not period.is_paused(date(2026, 3, 6))
