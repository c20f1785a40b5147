"""
What a supplement holds, in which amounts, and when it was recorded.

Amounts stay as printed on the label. Conversion happens on read, only inside one
substance, and only where an arbitrary unit has a fixed mass: vitamin D2 and D3. Sums
and averages of the log live in intakes.py, doubtful amounts in amount_questions.py.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from decimal import Context, Decimal
from enum import StrEnum

from labs.domain.schedules import (
    Pause,
    Schedule,
    ScheduleKind,
    Span,
    expected_intakes,
)
from labs.domain.sentences import N_, Refused, Sentence

__all__ = [
    "ACTIVE_VITAMIN_D",
    "COUNTED_BASES",
    "IU_PER_UG",
    "IU_WITH_MCG",
    "MINERALS",
    "PARENT_VITAMIN_D",
    "VITAMIN_K",
    "AmountBasis",
    "AmountNotConvertible",
    "AmountNumber",
    "AmountRefused",
    "AmountUnit",
    "DosageForm",
    "Ingredient",
    "Pause",
    "Period",
    "PeriodRefused",
    "Product",
    "ProductRefused",
    "Schedule",
    "ScheduleKind",
    "Span",
    "Substance",
    "UnknownAmountUnit",
    "VitaminKContent",
    "described",
    "expected_intakes",
    "international_units",
    "micrograms",
    "milligrams",
    "parse_amount_unit",
]

IU_PER_UG = Decimal(40)  # vitamin D2 and D3, by mass: facts 1.3
UG_PER_MG = Decimal(1000)

AMOUNT_UNIT_MISSING = N_("Choose the unit that is printed next to the amount.")
AMOUNT_UNIT_UNKNOWN = N_(
    "'%(text)s' is not a unit of amount we know. Type it as printed, like IU, mcg or "
    "mg."
)
AMOUNT_NOT_POSITIVE = N_("An amount must be a number above zero.")
AMOUNT_NEEDS_UNIT = N_("An amount needs the unit that is printed next to it.")
SERVINGS_NOT_POSITIVE = N_("The number of servings must be above zero.")
PRODUCT_NEEDS_NAME = N_("Give the product the name that is printed on it.")
PERIOD_DATES_CROSS = N_("A period cannot end before it starts.")
NO_INTERNATIONAL_UNITS = N_(
    "International units are converted for vitamin D2 and D3 only, not for "
    "%(substance)s."
)
NO_MASS_IN_VOLUME = N_("An amount in mL has no mass here.")

AMOUNT_NOT_STATED = N_("amount not stated")
IU_WITH_MCG = N_("%(number)s international units (%(other)s mcg)")
MCG_WITH_IU = N_("%(number)s mcg (%(other)s international units)")
MG_WITH_IU = N_("%(number)s mg (%(other)s international units)")
AMOUNT_IN_UNITS = N_("%(number)s international units")
AMOUNT_IN_MCG = N_("%(number)s mcg")
AMOUNT_IN_MG = N_("%(number)s mg")
AMOUNT_IN_G = N_("%(number)s g")
AMOUNT_IN_ML = N_("%(number)s mL")


class AmountRefused(Refused):
    """An amount that a label cannot hold."""


class UnknownAmountUnit(Refused):
    """A text that names no unit of amount known here."""


class AmountNotConvertible(Refused):
    """An amount that this substance gives no rule to convert."""


class ProductRefused(Refused):
    """A product that cannot be told apart."""


class PeriodRefused(Refused):
    """A period that cannot be."""


class Substance(StrEnum):
    """What an ingredient is; the active vitamin D medicines keep lanes of their own."""

    D3 = "D3"
    D2 = "D2"
    CALCIFEDIOL = "calcifediol"
    CALCITRIOL = "calcitriol"
    ALFACALCIDOL = "alfacalcidol"
    PARICALCITOL = "paricalcitol"
    K1 = "K1"
    MK4 = "MK-4"
    MK7 = "MK-7"
    K_UNSPECIFIED = "K2 unspecified"
    CALCIUM = "calcium"
    MAGNESIUM = "magnesium"
    ZINC = "zinc"
    BIOTIN = "biotin"
    OTHER = "other"


PARENT_VITAMIN_D = frozenset({Substance.D3, Substance.D2})
ACTIVE_VITAMIN_D = frozenset(
    {Substance.CALCITRIOL, Substance.ALFACALCIDOL, Substance.PARICALCITOL}
)
VITAMIN_K = frozenset(
    {Substance.K1, Substance.MK4, Substance.MK7, Substance.K_UNSPECIFIED}
)
MINERALS = frozenset({Substance.CALCIUM, Substance.MAGNESIUM, Substance.ZINC})


class AmountUnit(StrEnum):
    """A unit of amount, spelled as its UCUM code."""

    IU = "[iU]"
    UG = "ug"
    MG = "mg"
    G = "g"
    ML = "mL"


_SPELLINGS = {
    AmountUnit.IU: (
        *("[iu]", "iu", "ui", "ie", "i.e", "units", "unit", "u", "usp units"),
        *("units (iu)", "international unit", "international units", "unt"),
        *("internationale einheiten", "unites internationales"),
        *("unidades internacionales", "unita internazionali", "وحدة دولية"),
    ),
    AmountUnit.UG: (
        *("ug", "mcg", "\u03bcg", "mc", "microg", "mikrog", "ميكروغرام"),
        *("microgram", "micrograms", "microgramme", "microgrammes"),
        *("mikrogramm", "microgramos", "microgrammi"),
    ),
    AmountUnit.MG: (
        *("mg", "milligram", "milligrams", "milligramme", "milligrammes"),
        *("milligramm", "miligramos", "milligrammi", "ملليغرام"),
    ),
    AmountUnit.G: ("g", "gram", "grams", "gramme", "grammes", "gramm", "غرام"),
    AmountUnit.ML: ("ml", "milliliter", "milliliters", "millilitre", "millilitres"),
}
_UNIT_BY_SPELLING = {
    spelling: unit for unit, spellings in _SPELLINGS.items() for spelling in spellings
}


_UG_PER = {
    AmountUnit.UG: Decimal(1),
    AmountUnit.MG: UG_PER_MG,
    AmountUnit.G: UG_PER_MG * 1000,
}


def parse_amount_unit(text: str) -> AmountUnit:
    """
    Return the unit that the text spells, in any of its usual spellings.

    Both micro signs (U+00B5, U+03BC), "mcg" and "ug" are one unit; so are IU, I.U.,
    UI, IE, [IU] and [iU]. Raises UnknownAmountUnit, never guesses: "ED" is the German
    daily dose as well as a unit, so it is asked about.

    >>> parse_amount_unit("I.U."), parse_amount_unit("µg")
    (<AmountUnit.IU: '[iU]'>, <AmountUnit.UG: 'ug'>)
    """
    folded = _folded_unit(text)
    if not folded:
        raise UnknownAmountUnit.because(AMOUNT_UNIT_MISSING)
    unit = _UNIT_BY_SPELLING.get(folded) or _UNIT_BY_SPELLING.get(
        folded.replace(".", "")
    )
    if unit is None:
        raise UnknownAmountUnit.because(AMOUNT_UNIT_UNKNOWN, text=text.strip()[:40])
    return unit


def _folded_unit(text: str) -> str:
    """Fold case, accents, both micro signs and inner spaces."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub(r"\s+", " ", re.sub(r"\s*\.\s*", ".", bare)).strip(" .")


class AmountNumber(Decimal):
    """
    A number of an amount: no trailing zeros, a leading zero, thousands parted.

    A laboratory's value keeps the decimals it was reported with; an amount does not
    ("5 mcg", never "5.0 mcg": facts 1.4). Whoever spells it for another language
    groups its digits by that language.

    >>> f"{AmountNumber('2000.0')} {AmountNumber('.5')}"
    '2,000 0.5'
    """

    def __format__(
        self, _specification: str, _context: Context | None = None, /
    ) -> str:
        spelled = format(Decimal(self), ",f")
        return spelled.rstrip("0").rstrip(".") if "." in spelled else spelled


def micrograms(amount: Decimal, unit: AmountUnit, substance: Substance) -> Decimal:
    """
    Return the mass in micrograms, exact and unrounded.

    Raises AmountNotConvertible for a volume, and for international units of anything
    but vitamin D2 and D3.

    >>> micrograms(Decimal(2000), AmountUnit.IU, Substance.D3)
    Decimal('50')
    """
    if unit is AmountUnit.ML:
        raise AmountNotConvertible.because(NO_MASS_IN_VOLUME)
    if unit is AmountUnit.IU:
        _check_has_international_units(substance)
        return amount / IU_PER_UG
    return amount * _UG_PER[unit]


def milligrams(amount: Decimal, unit: AmountUnit, substance: Substance) -> Decimal:
    """Return the mass in milligrams; for minerals that is the elemental mineral."""
    return micrograms(amount, unit, substance) / UG_PER_MG


def international_units(
    amount: Decimal, unit: AmountUnit, substance: Substance
) -> Decimal:
    """
    Return the amount in international units: vitamin D2 and D3 only.

    Calcifediol has no such rule and the active medicines are hormones, so both are
    refused, whatever their unit (facts 1.3).
    """
    _check_has_international_units(substance)
    return micrograms(amount, unit, substance) * IU_PER_UG


def _check_has_international_units(substance: Substance) -> None:
    if substance not in PARENT_VITAMIN_D:
        raise AmountNotConvertible.because(NO_INTERNATIONAL_UNITS, substance=substance)


class VitaminKContent(StrEnum):
    """What the label says of vitamin K; not knowing is never the same as none."""

    LISTED = "listed"
    UNKNOWN = "unknown"
    NONE = "none"


class DosageForm(StrEnum):
    """What one unit of the product is."""

    TABLET = "tablet"
    CAPSULE = "capsule"
    SOFTGEL = "softgel"
    DROPS = "drops"
    LIQUID = "liquid"
    SPRAY = "spray"
    GUMMY = "gummy"
    POWDER = "powder"
    AMPOULE = "ampoule"
    INJECTION = "injection"
    NOT_STATED = "not_stated"


class AmountBasis(StrEnum):
    """What a printed amount is an amount of."""

    PER_SERVING = "per_serving"
    PER_UNIT = "per_unit"
    PER_DROP = "per_drop"
    PER_ML = "per_ml"
    NOT_STATED = "not_stated"


COUNTED_BASES = frozenset(
    {AmountBasis.PER_UNIT, AmountBasis.PER_DROP, AmountBasis.PER_ML}
)


@dataclass(frozen=True, slots=True)
class Ingredient:
    """
    A substance with the amount as printed; None where the label gives no amount.

    Calcium, magnesium and zinc are amounts of the elemental mineral; the salt is the
    form ("as carbonate").
    """

    substance: Substance
    amount: Decimal | None
    unit: AmountUnit | None
    form: str = ""

    def __post_init__(self) -> None:
        if self.amount is None:
            return
        if self.unit is None:
            raise AmountRefused.because(AMOUNT_NEEDS_UNIT)
        _check_positive(self.amount, AMOUNT_NOT_POSITIVE)

    def described(self) -> Sentence:
        """Return the amount in words for a screen."""
        if self.amount is None or self.unit is None:
            return Sentence(AMOUNT_NOT_STATED)
        return described(self.amount, self.unit, self.substance)


def _check_positive(number: Decimal, template: str) -> None:
    if not number.is_finite() or number <= 0:
        raise AmountRefused.because(template)


def described(amount: Decimal, unit: AmountUnit, substance: Substance) -> Sentence:
    """
    Return an amount in words, with the other unit beside it for vitamin D2 and D3.

    British English says "micrograms" where these words say "mcg"; that is its
    catalogue's affair.

    >>> str(described(Decimal(2000), AmountUnit.IU, Substance.D3))
    '2,000 international units (50 mcg)'
    """
    number = AmountNumber(amount)
    if substance not in PARENT_VITAMIN_D or unit not in _WITH_OTHER_UNIT:
        return Sentence(_IN_ONE_UNIT[unit], {"number": number})
    template, convert = _WITH_OTHER_UNIT[unit]
    other = AmountNumber(convert(amount, unit, substance))
    return Sentence(template, {"number": number, "other": other})


_IN_ONE_UNIT = {
    AmountUnit.IU: AMOUNT_IN_UNITS,
    AmountUnit.UG: AMOUNT_IN_MCG,
    AmountUnit.MG: AMOUNT_IN_MG,
    AmountUnit.G: AMOUNT_IN_G,
    AmountUnit.ML: AMOUNT_IN_ML,
}
_WITH_OTHER_UNIT = {
    AmountUnit.IU: (IU_WITH_MCG, micrograms),
    AmountUnit.UG: (MCG_WITH_IU, international_units),
    AmountUnit.MG: (MG_WITH_IU, international_units),
}


@dataclass(frozen=True, slots=True)
class Product:
    """
    A product by the name printed on it, and what its label lists.

    The amounts are amounts of what the basis says; a serving is so many units. Nothing
    is assumed of vitamin K: until somebody has looked, it is unknown.
    """

    name: str
    ingredients: tuple[Ingredient, ...]
    vitamin_k: VitaminKContent = VitaminKContent.UNKNOWN
    dosage_form: DosageForm = DosageForm.NOT_STATED
    basis: AmountBasis = AmountBasis.NOT_STATED
    units_per_serving: Decimal = Decimal(1)

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ProductRefused.because(PRODUCT_NEEDS_NAME)
        _check_positive(self.units_per_serving, SERVINGS_NOT_POSITIVE)

    @property
    def substances(self) -> frozenset[Substance]:
        return frozenset(ingredient.substance for ingredient in self.ingredients)

    def one_serving(self) -> tuple[Ingredient, ...]:
        """
        Return what one serving holds: an amount per drop times the drops of it.

        A label that prints its amounts for the serving, or does not say, is taken as
        printed.
        """
        if self.basis not in COUNTED_BASES:
            return self.ingredients
        return tuple(
            replace(each, amount=each.amount * self.units_per_serving)
            if each.amount is not None
            else each
            for each in self.ingredients
        )


@dataclass(frozen=True, slots=True)
class Period:
    """
    A stretch of time over which a product was recorded, both ends included.

    It is a record of a plan or a habit, never proof that anything was taken.
    """

    product: Product
    servings: Decimal
    schedule: Schedule
    starts_on: date
    ends_on: date | None = None
    pauses: tuple[Pause, ...] = ()

    def __post_init__(self) -> None:
        _check_positive(self.servings, SERVINGS_NOT_POSITIVE)
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise PeriodRefused.because(PERIOD_DATES_CROSS)

    def one_intake(self) -> tuple[Ingredient, ...]:
        """Return what one intake holds: as many servings as are taken at once."""
        return tuple(
            replace(each, amount=each.amount * self.servings)
            if each.amount is not None
            else each
            for each in self.product.one_serving()
        )

    def is_in_force(self, on: date) -> bool:
        """Whether the day lies between start and end, paused or not."""
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)

    def is_paused(self, on: date) -> bool:
        return any(pause.covers(on) for pause in self.pauses)

    def expected_in(self, span: Span) -> int:
        """Return how many intakes the record expects on these days."""
        shared = span.overlap(self.starts_on, self.ends_on)
        if shared is None:
            return 0
        return expected_intakes(
            self.schedule,
            shared.starts_on,
            shared.ends_on,
            anchor=self.starts_on,
            pauses=self.pauses,
        )
