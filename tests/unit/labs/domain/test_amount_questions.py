"""Amounts that look like a slip are asked about, and never changed."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.domain.amount_questions import Slip, amount_questions, units_meant
from labs.domain.schedules import Schedule, ScheduleKind
from labs.domain.supplements import (
    AmountBasis,
    AmountUnit,
    DosageForm,
    Ingredient,
    Product,
    Substance,
)
from tests.unit.labs.domain.supplement_making import DAILY, WEEKLY, holding, labelled


def slips(
    printed: str, substance: Substance = Substance.D3, schedule: Schedule | None = None
) -> set[Slip]:
    questions = amount_questions(labelled(holding(substance, printed)), schedule)
    return {question.slip for question in questions}


@pytest.mark.parametrize(
    ("printed", "schedule", "expected"),
    [
        ("10000 IU", DAILY, set()),
        ("250 mcg", DAILY, set()),
        ("10001 IU", DAILY, {Slip.HIGH_DAILY}),
        ("251 mcg", WEEKLY, {Slip.UNITS_OR_MCG}),
        ("19999 IU", DAILY, {Slip.HIGH_DAILY}),
        ("20000 IU", DAILY, {Slip.LARGE_UNIT_DAILY}),
        ("50000 IU", Schedule(ScheduleKind.TIMES_A_DAY, 2), {Slip.LARGE_UNIT_DAILY}),
        ("50000 IU", WEEKLY, set()),
        ("50000 IU", None, set()),
        ("100 IU", DAILY, set()),
        ("2.5 mcg", DAILY, set()),
        ("99 IU", DAILY, {Slip.UNITS_OR_MCG}),
        ("25 IU", None, {Slip.UNITS_OR_MCG}),
        ("2 IU", None, {Slip.LOW}),
        ("2.4 mcg", WEEKLY, {Slip.LOW}),
        ("1000 mcg", WEEKLY, {Slip.UNITS_OR_MCG}),
        ("1.25 mg", WEEKLY, set()),
        ("1.26 mg", WEEKLY, {Slip.MG_OR_MCG}),
        ("25 mg", None, {Slip.MG_OR_MCG}),
        ("50001 IU", None, {Slip.MG_OR_MCG}),
        ("0.025 mg", DAILY, set()),
    ],
)
def test_each_slip_of_vitamin_d_is_asked_about_at_its_limit(
    printed: str, schedule: Schedule | None, expected: set[Slip]
) -> None:
    assert slips(printed, schedule=schedule) == expected


@pytest.mark.parametrize(
    ("printed", "substance", "meant"),
    [
        ("0.25 mg", Substance.CALCITRIOL, (AmountUnit.UG,)),
        ("1 mg", Substance.ALFACALCIDOL, (AmountUnit.UG,)),
        ("2 mg", Substance.PARICALCITOL, (AmountUnit.UG,)),
        ("0.266 mg", Substance.CALCIFEDIOL, (AmountUnit.UG,)),
        ("500 mcg", Substance.CALCIUM, (AmountUnit.MG,)),
        ("100 mcg", Substance.MAGNESIUM, (AmountUnit.MG,)),
        ("5 g", Substance.MK7, (AmountUnit.MG, AmountUnit.UG)),
        ("5 mg", Substance.D3, (AmountUnit.UG,)),
        ("2000 mcg", Substance.MK7, ()),
    ],
)
def test_the_unit_that_labels_print_is_offered_and_never_a_larger_one(
    printed: str, substance: Substance, meant: tuple[AmountUnit, ...]
) -> None:
    questions = amount_questions(labelled(holding(substance, printed)))

    (question,) = [each for each in questions if each.slip is Slip.MG_OR_MCG]
    assert units_meant(question) == meant


@pytest.mark.parametrize(
    ("printed", "substance"),
    [
        ("0.25 mcg", Substance.CALCITRIOL),
        ("10 mcg", Substance.CALCIFEDIOL),
        ("500 mg", Substance.CALCIUM),
        ("1.2 g", Substance.CALCIUM),
        ("5 mg", Substance.BIOTIN),
        ("5000 mcg", Substance.BIOTIN),
    ],
)
def test_units_that_labels_print_are_not_asked_about(
    printed: str, substance: Substance
) -> None:
    assert slips(printed, substance) == set()


@pytest.mark.parametrize(
    "substance", [Substance.K1, Substance.MK4, Substance.MK7, Substance.K_UNSPECIFIED]
)
@pytest.mark.parametrize(
    ("printed", "expected"),
    [("1 mg", set()), ("1001 mcg", {Slip.MG_OR_MCG}), ("45 mg", {Slip.MG_OR_MCG})],
)
def test_vitamin_k_above_a_milligram_is_asked_about(
    substance: Substance, printed: str, expected: set[Slip]
) -> None:
    assert slips(printed, substance, DAILY) == expected


@pytest.mark.parametrize(
    ("substance", "printed"),
    [
        (Substance.CALCIUM, "5 g"),
        (Substance.BIOTIN, "10 mg"),
        (Substance.OTHER, "5 g"),
        (Substance.D3, "1 ml"),
        (Substance.D3, None),
        (Substance.MK7, "500 IU"),
    ],
)
def test_what_has_no_limit_or_no_mass_asks_nothing(
    substance: Substance, printed: str | None
) -> None:
    assert amount_questions(labelled(holding(substance, printed)), DAILY) == ()


def capsules(basis: AmountBasis, units: int) -> Product:
    return Product(
        name="Sun",
        ingredients=(holding(Substance.D3, "12000 IU"),),
        dosage_form=DosageForm.CAPSULE,
        basis=basis,
        units_per_serving=Decimal(units),
    )


@pytest.mark.parametrize(
    ("basis", "units", "expected"),
    [
        (AmountBasis.NOT_STATED, 2, {Slip.SERVING_OR_UNIT, Slip.HIGH_DAILY}),
        (AmountBasis.NOT_STATED, 1, {Slip.HIGH_DAILY}),
        (AmountBasis.PER_SERVING, 2, set()),
        (AmountBasis.PER_UNIT, 2, {Slip.HIGH_DAILY}),
    ],
)
def test_a_serving_of_two_capsules_asks_what_the_amount_is_of(
    basis: AmountBasis, units: int, expected: set[Slip]
) -> None:
    asked = amount_questions(capsules(basis, units), DAILY)

    assert {question.slip for question in asked} == expected


@pytest.mark.parametrize("form", [DosageForm.DROPS, DosageForm.LIQUID])
@pytest.mark.parametrize(
    ("basis", "is_asked"),
    [
        (AmountBasis.NOT_STATED, True),
        (AmountBasis.PER_SERVING, True),
        (AmountBasis.PER_DROP, False),
        (AmountBasis.PER_ML, False),
    ],
)
def test_drops_ask_whether_the_amount_is_per_drop_or_per_ml(
    form: DosageForm, basis: AmountBasis, *, is_asked: bool
) -> None:
    drops = replace(
        labelled(holding(Substance.D3, "400 IU")), dosage_form=form, basis=basis
    )

    asked = {question.slip for question in amount_questions(drops)}

    assert asked == ({Slip.DROP_OR_ML} if is_asked else set())


@pytest.mark.parametrize(
    ("printed", "basis", "units", "servings", "is_asked"),
    [
        ("20000 IU", AmountBasis.PER_ML, "20", "1", True),  # 20 drops taken for mL
        ("20000 IU", AmountBasis.PER_ML, "1", "20", True),
        ("400 IU", AmountBasis.PER_ML, "20", "1", True),  # no pipette holds 20 mL
        ("10000 IU", AmountBasis.PER_ML, "1", "1", False),
        ("10001 IU", AmountBasis.PER_ML, "1", "1", True),
        ("10000 IU", AmountBasis.PER_ML, "0.5", "1", False),
        ("20000 IU", AmountBasis.PER_DROP, "4", "1", True),
        ("400 IU", AmountBasis.PER_DROP, "5", "1", False),
    ],
)
def test_a_drop_taken_for_a_ml_is_asked_about_though_a_basis_was_chosen(
    printed: str, basis: AmountBasis, units: str, servings: str, *, is_asked: bool
) -> None:
    drops = replace(
        labelled(holding(Substance.D3, printed)),
        dosage_form=DosageForm.DROPS,
        basis=basis,
        units_per_serving=Decimal(units),
    )

    asked = amount_questions(drops, DAILY, Decimal(servings))

    assert (Slip.DROP_OR_ML in {each.slip for each in asked}) is is_asked


def test_the_question_about_drops_names_what_is_taken_each_time() -> None:
    drops = replace(
        labelled(holding(Substance.D3, "20000 IU")),
        dosage_form=DosageForm.DROPS,
        basis=AmountBasis.PER_ML,
        units_per_serving=Decimal(20),
    )

    (about_drops,) = (
        str(each.sentence)
        for each in amount_questions(drops)
        if each.slip is Slip.DROP_OR_ML
    )

    assert about_drops == (
        "You entered 20,000 international units (500 mcg) of vitamin D3 for one mL, "
        "and 20 mL each time: together 400,000 international units (10,000 mcg). Is "
        "20,000 international units (500 mcg) printed for one drop or for one mL?"
    )


def test_the_questions_repeat_what_was_entered() -> None:
    (question,) = amount_questions(labelled(holding(Substance.D3, "50000 IU")), DAILY)

    assert question.substance is Substance.D3
    assert str(question.sentence) == (
        "You entered 50,000 international units (1,250 mcg) of vitamin D3 in one unit, "
        "every day. Products of this strength are often recorded once a week or less "
        "often. Is that how often this product is used?"
    )


@given(
    st.decimals("0.001", "100000", places=3),
    st.sampled_from([AmountUnit.IU, AmountUnit.UG, AmountUnit.MG]),
)
def test_an_amount_off_by_40_or_1000_is_asked_about_on_one_side_or_the_other(
    amount: Decimal, unit: AmountUnit
) -> None:
    product = labelled(Ingredient(Substance.D3, amount, unit))
    off_by_a_thousand = labelled(Ingredient(Substance.D3, amount * 1000, unit))

    asked = amount_questions(product, DAILY) or amount_questions(
        off_by_a_thousand, DAILY
    )

    assert asked
    assert product.ingredients[0].amount == amount
