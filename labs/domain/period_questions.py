"""
What to ask about a label and its first day before they are kept.

A first day before birth is refused; one that has not come, and a name that points to
vitamin K where the label is said to list none, are asked about. Nothing is fixed.
"""

from datetime import date

from labs.domain.sentences import N_, Refused, Sentence
from labs.domain.supplements import Product, VitaminKContent
from labs.domain.vitamin_k import vitamin_k_of

STARTS_BEFORE_BIRTH = N_("This day is before the date of birth. Check the year.")
ASK_FUTURE_START = N_(
    "You typed %(day)s as the first day, which has not come yet. Is that the day?"
)
ASK_NAME_POINTS_TO = N_(
    "The name of this product points to vitamin K, and you chose that its label lists "
    "none. Look on the label once more. Until its name says otherwise, it is treated "
    "as a product with vitamin K."
)


class DayRefused(Refused):
    """A first day that cannot be."""


def check_start(starts_on: date, *, born_on: date | None) -> None:
    """Refuse a first day before birth."""
    if born_on is not None and starts_on < born_on:
        raise DayRefused.because(STARTS_BEFORE_BIRTH)


def questions_about_day(starts_on: date, *, today: date) -> tuple[Sentence, ...]:
    """Return what to ask about the first day."""
    if starts_on <= today:
        return ()
    return (Sentence(ASK_FUTURE_START, {"day": starts_on}),)


def questions_about_vitamin_k(product: Product) -> tuple[Sentence, ...]:
    """Return what to ask where a name and what was chosen do not agree."""
    is_denied = product.vitamin_k is VitaminKContent.NONE
    if is_denied and vitamin_k_of(product) is VitaminKContent.LISTED:
        return (Sentence(ASK_NAME_POINTS_TO),)
    return ()
