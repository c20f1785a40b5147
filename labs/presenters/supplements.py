"""Supplements as they were recorded, in finished words."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from labs.domain.intakes import SUBSTANCE_NAMES
from labs.domain.pauses import open_pause
from labs.domain.supplements import (
    AmountNumber,
    Ingredient,
    Period,
    VitaminKContent,
)
from labs.presenters.words import dated, grouped, optional_day, spoken

if TYPE_CHECKING:
    from labs.models import SupplementPeriod
    from labs.presenters.intakes import TodayWords

VITAMIN_K_WORDS = {
    VitaminKContent.LISTED: gettext_noop("Vitamin K is on the label"),
    VitaminKContent.UNKNOWN: gettext_noop("Vitamin K: not known"),
    VitaminKContent.NONE: gettext_noop("No vitamin K on the label"),
}


@dataclass(frozen=True, slots=True)
class PlannedWords:
    """A period on its way in; amounts as stated on the label."""

    product: str
    ingredients: list[str]
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
    intake: str
    starts_on: str
    ends_on: str
    vitamin_k: str
    entered_by: str
    reason: str
    advised_by: str
    is_current: bool
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
        ingredients=[ingredient_words(each) for each in period.product.ingredients],
        intake=intake_words(period, row.product.serving),
        starts_on=dated(row.starts_on),
        ends_on=optional_day(row.ends_on),
        vitamin_k=_(VITAMIN_K_WORDS[VitaminKContent(row.product.vitamin_k)]),
        entered_by=row.entered_by_name,
        reason=row.reason,
        advised_by=row.advised_by,
        is_current=period.is_in_force(today),
        paused=paused_words(period, today),
        is_paused=open_pause(period) is not None,
    )


def ingredient_words(ingredient: Ingredient) -> str:
    """Return a line of the label: "vitamin D3, 1,000 international units (25 mcg)"."""
    return _("%(substance)s, %(amount)s") % {
        "substance": _(SUBSTANCE_NAMES[ingredient.substance]),
        "amount": spoken(ingredient.described()),
    }


def intake_words(period: Period, serving: str) -> str:
    """Return how the product was recorded, as servings and schedule."""
    schedule = spoken(period.schedule.described())
    if period.servings == 1 and serving:
        return f"{serving}, {schedule}"
    return _("%(servings)s \N{MULTIPLICATION SIGN} %(serving)s, %(schedule)s") % {
        "servings": grouped(AmountNumber(period.servings)),
        "serving": serving or _("serving"),
        "schedule": schedule,
    }


def planned_words(period: Period, serving: str) -> PlannedWords:
    """Return a period on its way in, to be read back before it is kept."""
    return PlannedWords(
        product=period.product.name,
        ingredients=[ingredient_words(each) for each in period.product.ingredients],
        intake=intake_words(period, serving),
        starts_on=dated(period.starts_on),
        ends_on=optional_day(period.ends_on),
        vitamin_k=_(VITAMIN_K_WORDS[period.product.vitamin_k]),
    )


def paused_words(period: Period, today: date) -> str:
    """Return from when a period is paused; empty where it is not."""
    pause = next((each for each in period.pauses if each.covers(today)), None)
    if pause is None:
        pause = open_pause(period)
    if pause is None:
        return ""
    return _("Recorded as paused from %(day)s") % {"day": dated(pause.starts_on)}
