"""Supplements as they were recorded, in finished words."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.services.commas import parted
from labs.domain.intakes import SUBSTANCE_NAMES
from labs.domain.pauses import open_pause
from labs.domain.supplements import (
    COUNTED_BASES,
    AmountBasis,
    AmountNumber,
    DosageForm,
    Ingredient,
    Period,
    Product,
    VitaminKContent,
)
from labs.domain.vitamin_k import is_on_label, vitamin_k_of
from labs.presenters.slips import answered_words
from labs.presenters.words import dated, grouped, optional_day, spelled, spoken
from labs.services.cataloguing import label_in
from labs.services.judging import product_of
from labs.services.supplementing import LabelEntry, label_of, product_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from labs.models import CatalogueLabel, SupplementPeriod, SupplementProduct
    from labs.presenters.intakes import TodayWords

VITAMIN_K_WORDS = {
    VitaminKContent.LISTED: gettext_noop("Vitamin K is on the label"),
    VitaminKContent.UNKNOWN: gettext_noop("Vitamin K: not known"),
    VitaminKContent.NONE: gettext_noop("No vitamin K on the label"),
}
NAME_ALONE = gettext_noop("The name points to vitamin K: check the label")
DOSAGE_FORM_WORDS = {
    DosageForm.TABLET: gettext_noop("Tablet"),
    DosageForm.CAPSULE: gettext_noop("Capsule"),
    DosageForm.SOFTGEL: gettext_noop("Softgel"),
    DosageForm.DROPS: gettext_noop("Drops"),
    DosageForm.LIQUID: gettext_noop("Liquid"),
    DosageForm.SPRAY: gettext_noop("Spray"),
    DosageForm.GUMMY: gettext_noop("Gummy"),
    DosageForm.POWDER: gettext_noop("Powder"),
    DosageForm.AMPOULE: gettext_noop("Ampoule"),
    DosageForm.INJECTION: gettext_noop("Injection"),
}
PRINTED_FOR = {
    AmountBasis.PER_SERVING: gettext_noop("%(ingredient)s per serving"),
    AmountBasis.PER_UNIT: gettext_noop("%(ingredient)s per piece"),
    AmountBasis.PER_DROP: gettext_noop("%(ingredient)s per drop"),
    AmountBasis.PER_ML: gettext_noop("%(ingredient)s per mL"),
}
MAKE_A_SERVING = {
    AmountBasis.PER_DROP: gettext_noop("%(number)s drops make one serving"),
    AmountBasis.PER_ML: gettext_noop("%(number)s mL make one serving"),
}


@dataclass(frozen=True, slots=True)
class PlannedWords:
    """A period on its way in; amounts as stated on the label."""

    product: str
    ingredients: list[str]
    package: list[str]
    serving_holds: list[str]
    intake: str
    starts_on: str
    ends_on: str
    vitamin_k: str


@dataclass(frozen=True, slots=True)
class PeriodWords:
    """A period of a supplement, in words; amounts as stated on the label."""

    period_id: str
    product: str
    ingredients: list[str]
    package: list[str]
    intake: str
    starts_on: str
    ends_on: str
    vitamin_k: str
    entered_by: str
    reason: str
    advised_by: str
    is_current: bool
    answered: list[str]
    paused: str = ""
    is_paused: bool = False
    log: "TodayWords | None" = None


def period_words(
    row: "SupplementPeriod", period: Period, *, today: date
) -> PeriodWords:
    """Return a stored period in finished words."""
    return PeriodWords(
        period_id=str(row.pk),
        product=row.product.name,
        ingredients=label_lines(period.product),
        package=package_words(label_of(row.product)),
        intake=intake_words(period, row.product.serving),
        starts_on=dated(row.starts_on),
        ends_on=optional_day(row.ends_on),
        vitamin_k=vitamin_k_words(period.product),
        entered_by=row.entered_by_name,
        reason=row.reason,
        advised_by=row.advised_by,
        is_current=period.is_in_force(today),
        answered=answered_words(row.answers),
        paused=paused_words(period, today),
        is_paused=open_pause(period) is not None,
    )


def vitamin_k_words(product: Product) -> str:
    """Return what is known of vitamin K; a name that points to it is never "none"."""
    known = vitamin_k_of(product)
    if known is VitaminKContent.LISTED and not is_on_label(product):
        return _(NAME_ALONE)
    return _(VITAMIN_K_WORDS[known])


def label_lines(product: Product) -> list[str]:
    """Return the lines of a label, each with what its amount is an amount of."""
    lines = map(ingredient_words, product.ingredients)
    printed_for = PRINTED_FOR.get(product.basis)
    if printed_for is None:
        return list(lines)
    return [_(printed_for) % {"ingredient": line} for line in lines]


def ingredient_words(ingredient: Ingredient) -> str:
    """Return a line of the label: "vitamin D3, 1,000 international units (25 mcg)"."""
    substance = _(SUBSTANCE_NAMES[ingredient.substance])
    if ingredient.form:
        substance = f"{substance} (“{ingredient.form}”)"
    return _("%(substance)s, %(amount)s") % {
        "substance": substance,
        "amount": spoken(ingredient.described()),
    }


def package_words(label: LabelEntry) -> list[str]:
    """Return what else stands on the package, as facts without a ranking."""
    found = [
        _(DOSAGE_FORM_WORDS[label.dosage_form])
        if label.dosage_form in DOSAGE_FORM_WORDS
        else "",
        _serving_words(label),
        _("%(number)s servings in the package") % {"number": label.package_servings}
        if label.package_servings
        else "",
        _("Testing mark on the package: %(mark)s") % {"mark": label.mark}
        if label.mark
        else "",
        _("Lot %(lot)s") % {"lot": label.lot} if label.lot else "",
        _("Barcode %(digits)s") % {"digits": label.barcode} if label.barcode else "",
    ]
    return [words for words in found if words]


def _serving_words(label: LabelEntry) -> str:
    if label.units_per_serving == 1 and label.basis not in MAKE_A_SERVING:
        return ""
    template = MAKE_A_SERVING.get(label.basis, _("%(number)s pieces make one serving"))
    return _(template) % {"number": grouped(AmountNumber(label.units_per_serving))}


def serving_holds(product: Product) -> list[str]:
    """Return what one serving holds where the label prints less than a serving."""
    if product.basis not in COUNTED_BASES or product.units_per_serving == 1:
        return []
    return [ingredient_words(each) for each in product.one_serving()]


def intake_words(period: Period, serving: str) -> str:
    """Return how the product was recorded, as servings and schedule."""
    schedule = spoken(period.schedule.described())
    if period.servings == 1 and serving:
        return parted((serving, schedule))
    return _("%(servings)s \N{MULTIPLICATION SIGN} %(serving)s, %(schedule)s") % {
        "servings": grouped(AmountNumber(period.servings)),
        "serving": serving or _("serving"),
        "schedule": schedule,
    }


def planned_words(period: Period, label: LabelEntry) -> PlannedWords:
    """Return a period on its way in, to be read back before it is kept."""
    return PlannedWords(
        product=period.product.name,
        ingredients=label_lines(period.product),
        package=package_words(label),
        serving_holds=serving_holds(period.product),
        intake=intake_words(period, label.serving),
        starts_on=dated(period.starts_on),
        ends_on=optional_day(period.ends_on),
        vitamin_k=vitamin_k_words(period.product),
    )


def paused_words(period: Period, today: date) -> str:
    """Return from when a period is paused; empty where it is not."""
    pause = next((each for each in period.pauses if each.covers(today)), None)
    if pause is None:
        pause = open_pause(period)
    if pause is None:
        return ""
    return _("Recorded as paused from %(day)s") % {"day": dated(pause.starts_on)}


@dataclass(frozen=True, slots=True)
class CatalogueWords:
    """A label of a clinic's list, to be picked or looked after."""

    label_id: str
    name: str
    lines: list[str]
    package: list[str]
    vitamin_k: str
    clinic: str
    version: int
    entered: str
    answered: list[str]


def catalogue_words(rows: "Iterable[CatalogueLabel]") -> list[CatalogueWords]:
    """Return labels of a clinic's list in words, in their order, without a ranking."""
    return [_catalogue_words(row) for row in rows]


def _catalogue_words(row: "CatalogueLabel") -> CatalogueWords:
    label = label_in(row)
    product = product_in(label)
    return CatalogueWords(
        label_id=str(row.pk),
        name=row.name,
        lines=label_lines(product),
        package=package_words(label),
        vitamin_k=vitamin_k_words(product),
        clinic=row.clinic.name,
        version=row.version,
        entered=_("%(who)s, %(day)s")
        % {"who": row.entered_by_name, "day": spelled(row.entered_at)},
        answered=answered_words(row.answers),
    )


@dataclass(frozen=True, slots=True)
class KnownWords:
    """A label that was copied before, to be picked again."""

    product_id: str
    name: str
    label: str
    answered: list[str]


def known_words(products: "Iterable[SupplementProduct]") -> list[KnownWords]:
    """Return the labels that were copied before, each once, the newest first."""
    found: dict[LabelEntry, KnownWords] = {}
    for product in products:
        label = replace(label_of(product), lot="")
        lines = label_lines(product_of(product))
        found.setdefault(
            label,
            KnownWords(
                str(product.pk),
                product.name,
                "; ".join(lines),
                answered_words(product.answers),
            ),
        )
    return list(found.values())
