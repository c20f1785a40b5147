"""
Amounts of a label or a log that look like a slip: each is asked about, none is fixed.

The limits say where a slip of the pen is more likely than a label. They judge nobody's
intake, and whoever confirms the entry has answered.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from labs.domain.intakes import SUBSTANCE_NAMES
from labs.domain.schedules import Schedule
from labs.domain.sentences import N_, Sentence, Value
from labs.domain.supplements import (
    ACTIVE_VITAMIN_D,
    IU_PER_UG,
    MINERALS,
    PARENT_VITAMIN_D,
    VITAMIN_K,
    AmountBasis,
    AmountNotConvertible,
    AmountNumber,
    AmountUnit,
    DosageForm,
    Ingredient,
    Product,
    Substance,
    micrograms,
)

MOST_D_PER_UNIT_DAILY_UG = Decimal(250)  # rules 5
LEAST_D_PER_UNIT_UG = Decimal("2.5")  # rules 5
LARGE_UNIT_UG = Decimal(500)  # 20,000 international units: rules 5
MOST_D_PER_UNIT_UG = Decimal(1250)  # 1.25 mg: facts 1.3
MOST_ML_OF_DROPS = Decimal(1)  # about 20 drops: engineering choice
MOST_K_PER_UNIT_UG = Decimal(1000)  # 1 mg: facts 1.3

COUNTED_FORMS = frozenset(
    {DosageForm.TABLET, DosageForm.CAPSULE, DosageForm.SOFTGEL, DosageForm.GUMMY}
)
POURED_FORMS = frozenset({DosageForm.DROPS, DosageForm.LIQUID})
STATED_FOR_POURED = frozenset({AmountBasis.PER_DROP, AmountBasis.PER_ML})

ASK_LARGE_UNIT_DAILY = N_(
    "You entered %(amount)s of %(substance)s in one unit, %(schedule)s. Products of "
    "this strength are often recorded once a week or less often. Is that how often "
    "this product is used?"
)
ASK_HIGH_DAILY = N_(
    "You entered %(amount)s of %(substance)s in one unit, %(schedule)s. Is that the "
    "amount, and the unit, printed on the label?"
)
ASK_LOW = N_(
    "You entered %(amount)s of %(substance)s in one unit, which is less than most "
    "labels print. Is that the amount, and the unit, printed on the label?"
)
ASK_UNITS_OR_MCG = N_(
    "You entered %(amount)s of %(substance)s. Labels print international units and "
    "mcg, and %(number)s of the one is 40 times or one 40th of the other. Which unit "
    "is printed next to %(number)s?"
)
ASK_MG_OR_MCG = N_(
    "You entered %(amount)s of %(substance)s in one unit. 1 mg is 1,000 mcg. Which "
    "unit is printed next to the number?"
)
ASK_SERVING_OR_UNIT = N_(
    "One serving of this product is %(units)s units. Is %(amount)s of %(substance)s "
    "printed for one serving or for one unit?"
)
ASK_DROP_OR_ML_OF = {
    AmountBasis.PER_DROP: N_(
        "You entered %(amount)s of %(substance)s for one drop, and %(units)s drops "
        "each time: together %(serving)s. Is %(amount)s printed for one drop or for "
        "one mL?"
    ),
    AmountBasis.PER_ML: N_(
        "You entered %(amount)s of %(substance)s for one mL, and %(units)s mL each "
        "time: together %(serving)s. Is %(amount)s printed for one drop or for one mL?"
    ),
}
ASK_DROP_OR_ML = N_(
    "Is %(amount)s of %(substance)s printed for one drop or for one mL?"
)


class Slip(StrEnum):
    """The slip that a question asks about."""

    LARGE_UNIT_DAILY = "large_unit_daily"
    HIGH_DAILY = "high_daily"
    LOW = "low"
    UNITS_OR_MCG = "units_or_mcg"
    MG_OR_MCG = "mg_or_mcg"
    SERVING_OR_UNIT = "serving_or_unit"
    DROP_OR_ML = "drop_or_ml"


@dataclass(frozen=True, slots=True)
class AmountQuestion:
    """A slip that may have happened, with the words that ask about it."""

    slip: Slip
    substance: Substance
    sentence: Sentence
    unit: AmountUnit | None = None
    basis: AmountBasis = AmountBasis.NOT_STATED


UNUSUAL_UNITS: dict[Substance, frozenset[AmountUnit]] = {
    **dict.fromkeys(
        (*ACTIVE_VITAMIN_D, Substance.CALCIFEDIOL),
        frozenset({AmountUnit.MG, AmountUnit.G}),
    ),
    **dict.fromkeys(
        (Substance.CALCIUM, Substance.MAGNESIUM), frozenset({AmountUnit.UG})
    ),
}
UNITS_MEANT: dict[Slip, dict[AmountUnit, tuple[AmountUnit, ...]]] = {
    Slip.MG_OR_MCG: {
        AmountUnit.MG: (AmountUnit.UG,),
        AmountUnit.G: (AmountUnit.MG, AmountUnit.UG),
    },
    Slip.UNITS_OR_MCG: {
        AmountUnit.UG: (AmountUnit.IU,),
        AmountUnit.IU: (AmountUnit.UG,),
    },
}


def units_meant(question: AmountQuestion) -> tuple[AmountUnit, ...]:
    """Return the units that may stand on the label instead; nobody chooses for them."""
    if question.unit is None:
        return ()
    if question.unit is AmountUnit.UG and question.substance in MINERALS:
        return (AmountUnit.MG,)
    return UNITS_MEANT.get(question.slip, {}).get(question.unit, ())


BASES_MEANT: dict[Slip, tuple[AmountBasis, ...]] = {
    Slip.DROP_OR_ML: (AmountBasis.PER_DROP, AmountBasis.PER_ML),
    Slip.SERVING_OR_UNIT: (AmountBasis.PER_SERVING, AmountBasis.PER_UNIT),
}


def bases_meant(question: AmountQuestion) -> tuple[AmountBasis, ...]:
    """Return what the amount may be printed for instead; nobody chooses for them."""
    meant = BASES_MEANT.get(question.slip, ())
    return tuple(basis for basis in meant if basis is not question.basis)


def amount_questions(
    product: Product, schedule: Schedule | None = None, servings: Decimal = Decimal(1)
) -> tuple[AmountQuestion, ...]:
    """
    Return what to ask before the product, or its period, is saved.

    Without a schedule the questions about daily use are left for the period; `servings`
    are how many of them are taken each time.
    """
    return tuple(
        AmountQuestion(
            slip, ingredient.substance, sentence, ingredient.unit, product.basis
        )
        for ingredient in product.ingredients
        for slip, sentence in _questions(product, ingredient, schedule, servings)
    )


Asked = Iterator[tuple[Slip, Sentence]]


def _questions(
    product: Product,
    ingredient: Ingredient,
    schedule: Schedule | None,
    servings: Decimal,
) -> Asked:
    if ingredient.substance not in PARENT_VITAMIN_D | VITAMIN_K:
        yield from _about_the_other_unit(ingredient)
        return
    mass = _mass_per_unit(product, ingredient)
    if mass is None:
        return
    if ingredient.substance in PARENT_VITAMIN_D:
        yield from _about_daily_use(ingredient, mass, schedule)
        yield from _about_units(ingredient, mass)
    yield from _about_milligrams(ingredient, mass)
    yield from _about_basis(product, ingredient)
    yield from _about_drops(product, ingredient, mass, servings)


def _mass_per_unit(product: Product, ingredient: Ingredient) -> Decimal | None:
    """Return the micrograms in one unit; None where the label does not tell."""
    if ingredient.amount is None or ingredient.unit is None:
        return None
    try:
        mass = micrograms(ingredient.amount, ingredient.unit, ingredient.substance)
    except AmountNotConvertible:
        return None
    if product.basis is AmountBasis.PER_SERVING:
        return mass / product.units_per_serving
    return mass


def _about_daily_use(
    ingredient: Ingredient, mass: Decimal, schedule: Schedule | None
) -> Asked:
    if schedule is None or not schedule.is_daily:
        return
    values = {**_values(ingredient), "schedule": schedule.described()}
    if mass >= LARGE_UNIT_UG:
        yield Slip.LARGE_UNIT_DAILY, Sentence(ASK_LARGE_UNIT_DAILY, values)
    elif mass > MOST_D_PER_UNIT_DAILY_UG:
        yield Slip.HIGH_DAILY, Sentence(ASK_HIGH_DAILY, values)


def _about_units(ingredient: Ingredient, mass: Decimal) -> Asked:
    """
    Ask about a factor of 40 where the same number in the other unit would be usual.

    1,000 mcg asks, because 1,000 international units are 25 mcg; 25 international
    units ask, because 25 mcg is usual.
    """
    read_otherwise = {
        AmountUnit.UG: mass / IU_PER_UG,
        AmountUnit.IU: mass * IU_PER_UG,
    }.get(ingredient.unit or AmountUnit.ML)
    if _is_usual(mass):
        return
    if read_otherwise is not None and _is_usual(read_otherwise):
        yield Slip.UNITS_OR_MCG, Sentence(ASK_UNITS_OR_MCG, _values(ingredient))
    elif mass < LEAST_D_PER_UNIT_UG:
        yield Slip.LOW, Sentence(ASK_LOW, _values(ingredient))


def _is_usual(mass: Decimal) -> bool:
    return LEAST_D_PER_UNIT_UG <= mass <= MOST_D_PER_UNIT_DAILY_UG


def _about_milligrams(ingredient: Ingredient, mass: Decimal) -> Asked:
    limit = (
        MOST_D_PER_UNIT_UG
        if ingredient.substance in PARENT_VITAMIN_D
        else MOST_K_PER_UNIT_UG
    )
    if mass > limit:
        yield Slip.MG_OR_MCG, Sentence(ASK_MG_OR_MCG, _values(ingredient))


def _about_the_other_unit(ingredient: Ingredient) -> Asked:
    """
    Ask of medicines printed in mcg and minerals printed in mg, entered otherwise.

    No number says where the slip begins: the unit alone is unusual.
    """
    unusual = UNUSUAL_UNITS.get(ingredient.substance, frozenset())
    if ingredient.amount is not None and ingredient.unit in unusual:
        yield Slip.MG_OR_MCG, Sentence(ASK_MG_OR_MCG, _values(ingredient))


def _about_basis(product: Product, ingredient: Ingredient) -> Asked:
    values = _values(ingredient)
    if product.dosage_form in POURED_FORMS and product.basis not in STATED_FOR_POURED:
        yield Slip.DROP_OR_ML, Sentence(ASK_DROP_OR_ML, values)
    if (
        product.dosage_form in COUNTED_FORMS
        and product.units_per_serving != 1
        and product.basis is AmountBasis.NOT_STATED
    ):
        units = AmountNumber(product.units_per_serving)
        yield (
            Slip.SERVING_OR_UNIT,
            Sentence(ASK_SERVING_OR_UNIT, {**values, "units": units}),
        )


def _about_drops(
    product: Product, ingredient: Ingredient, mass: Decimal, servings: Decimal
) -> Asked:
    """
    Ask about a drop taken for a mL where the two together give an unlikely amount.

    A basis that was chosen answers nothing: who takes the number of drops for mL has
    chosen it as well.
    """
    template = ASK_DROP_OR_ML_OF.get(product.basis)
    if template is None or ingredient.amount is None:
        return
    units = product.units_per_serving * servings
    is_poured_from_drops = (
        product.dosage_form is DosageForm.DROPS
        and product.basis is AmountBasis.PER_ML
        and units > MOST_ML_OF_DROPS
    )
    is_vitamin_d = ingredient.substance in PARENT_VITAMIN_D
    most = MOST_D_PER_UNIT_DAILY_UG if is_vitamin_d else MOST_K_PER_UNIT_UG
    if mass * units <= most and not is_poured_from_drops:
        return
    together = replace(ingredient, amount=ingredient.amount * units)
    values = {
        **_values(ingredient),
        "units": AmountNumber(units),
        "serving": together.described(),
    }
    yield Slip.DROP_OR_ML, Sentence(template, values)


def _values(ingredient: Ingredient) -> dict[str, Value]:
    return {
        "amount": ingredient.described(),
        "number": AmountNumber(ingredient.amount or 0),
        "substance": Sentence(SUBSTANCE_NAMES[ingredient.substance]),
    }
