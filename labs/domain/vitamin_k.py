"""
Vitamin K in products, and what is said where it meets a blood thinner.

It fires at any amount: no safe amount is known. What the label lists, what only the
name gives away ("D3+K2") and what nobody has looked up are three different things,
and not knowing is never the same as none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from labs.domain.health import (
    TOPIC_NAMES,
    HealthTopic,
    TopicState,
)
from labs.domain.medicines import recognise_medicine
from labs.domain.schedules import listed
from labs.domain.sentences import N_, Sentence, Value
from labs.domain.supplements import (
    VITAMIN_K,
    Period,
    Product,
    Substance,
    VitaminKContent,
)
from labs.domain.vitamin_k_names import names_vitamin_k

STAYS_VISIBLE = timedelta(days=28)  # after an end: MK-7 lasts (rules 4)

# The sentences of rules 10, numbers 8 to 10 -------------------------------------------

LISTS_VITAMIN_K = N_(
    "This product lists %(vitamin_k)s, and you told us that you take %(medicine)s. "
    "Vitamin K can make %(medicine)s work less strongly. Talk to the clinic that "
    "checks your INR before starting, stopping or changing it."
)
ALREADY_TAKING = N_(
    "You recorded this product from %(starts_on)s. Tell the clinic that checks your "
    "INR today, or as soon as it opens. Do not wait for your next visit, and do not "
    "change your %(medicine)s on your own."
)
VITAMIN_K_CHANGED = N_(
    "The vitamin K in your products has changed. A change in vitamin K can change your "
    "INR. Tell the clinic that checks your INR today, or as soon as it opens."
)
VITAMIN_K_ENDED = N_(
    "You recorded that this product with vitamin K has ended. %(medicine_first)s may "
    "then work more strongly. Tell the clinic that checks your INR today, or as soon "
    "as it opens."
)
ANTAGONIST_ENDED = N_(
    "This product lists vitamin K. Vitamin K can change how warfarin-type blood "
    "thinners work. Talk to the clinician who manages your blood thinner before "
    "starting, stopping or changing any product with vitamin K."
)
# Where only the name gives it away, nothing is said of what the label lists.
NAME_GIVES_AWAY = N_(
    "The name of this product points to vitamin K, and you told us that you take "
    "%(medicine)s. Vitamin K can make %(medicine)s work less strongly. Talk to the "
    "clinic that checks your INR before starting, stopping or changing it."
)
NAMED_CHANGED = N_(
    "A product whose name points to vitamin K has changed. A change in vitamin K can "
    "change your INR. Tell the clinic that checks your INR today, or as soon as it "
    "opens."
)
NAMED_ENDED = N_(
    "You recorded that this product, whose name points to vitamin K, has ended. If it "
    "held vitamin K, %(medicine)s may then work more strongly. Tell the clinic that "
    "checks your INR today, or as soon as it opens."
)
NAMED_AFTER_ANTAGONIST = N_(
    "The name of this product points to vitamin K. Vitamin K can change how "
    "warfarin-type blood thinners work. Talk to the clinician who manages your blood "
    "thinner before starting, stopping or changing any product with vitamin K."
)
URGENT_HELP_BLEEDING = N_(
    "Get urgent help for bleeding that does not stop, black stools, a head injury, a "
    "sudden severe headache, chest pain, trouble breathing, or face, arm or speech "
    "problems."
)
VITAMIN_K_UNKNOWN_WITH_THINNER = N_(
    "We do not know whether this product contains vitamin K. Look on the label for "
    "vitamin K, K1, K2, MK-4, MK-7, phytomenadione or menaquinone. Until then it has "
    "not been checked against your blood thinner."
)
OTHER_THINNER = N_(
    "You told us that you take %(medicine)s. Check with the clinician who prescribes "
    "it before starting, stopping or changing products with vitamin K."
)
OTHER_THINNER_ENDED = N_(
    "You recorded that %(medicine)s has ended. Check with the clinician who prescribed "
    "it before starting, stopping or changing products with vitamin K."
)

LABEL_INCLUDES_AMOUNT = N_(
    "The label of this product includes vitamin K (%(amounts)s)."
)
LABEL_INCLUDES = N_("The label of this product includes vitamin K.")
NAME_POINTS_TO = N_("The name of this product points to vitamin K. Check the label.")
VITAMIN_K_UNKNOWN = N_(
    "We do not know whether this product contains vitamin K. Check the label."
)

WARFARIN_TYPE = N_("warfarin-type medicine")
WARFARIN_TYPE_FIRST = N_("Warfarin-type medicine")
VITAMIN_K_PLAIN = N_("vitamin K")
VITAMIN_K1 = N_("vitamin K1")
VITAMIN_K2 = N_("vitamin K2")
VITAMINS_K1_AND_K2 = N_("vitamin K1 and vitamin K2")


def vitamin_k_of(product: Product) -> VitaminKContent:
    """
    Return what is known of vitamin K in the product; any sign of it wins.

    An ingredient, its form or the product's name outweighs a box that says none.
    """
    texts = (product.name, *(ingredient.form for ingredient in product.ingredients))
    if product.substances & VITAMIN_K or any(map(names_vitamin_k, texts)):
        return VitaminKContent.LISTED
    return product.vitamin_k


class Transition(StrEnum):
    """What happened to the product, or to the medicine it meets."""

    ADDED = "added"
    TAKING = "taking"
    CHANGED = "changed"
    PAUSED = "paused"
    RESUMED = "resumed"
    ENDED = "ended"
    MEDICINE_STARTED = "medicine_started"
    MEDICINE_ENDED = "medicine_ended"


ASKS_FOR_TALK_AND_TELLING = frozenset({Transition.TAKING, Transition.MEDICINE_STARTED})
ENDS = frozenset({Transition.CHANGED, Transition.ENDED})
CHANGES = frozenset({Transition.CHANGED, Transition.PAUSED, Transition.RESUMED})


@dataclass(frozen=True, slots=True)
class Meeting:
    """A product with vitamin K, or unknown of it, and what happened to it."""

    product: Product
    transition: Transition
    starts_on: date
    happened_on: date | None = None
    """When it was begun, paused, resumed or over: a second time is another day."""


def meetings(periods: Sequence[Period], on: date) -> tuple[Meeting, ...]:
    """Return the products that count on the day: any vitamin K but a label without."""
    found = (
        (period, _transition(period, periods, on))
        for period in periods
        if vitamin_k_of(period.product) is not VitaminKContent.NONE
    )
    return tuple(
        Meeting(
            period.product,
            transition,
            period.starts_on,
            _happened_on(period, transition, on),
        )
        for period, transition in found
        if transition is not None
    )


def _transition(
    period: Period, periods: Iterable[Period], on: date
) -> Transition | None:
    """Return what the record says of the day; None once an end is 28 days past."""
    if on < period.starts_on:
        return Transition.ADDED
    if period.ends_on is None or on <= period.ends_on:
        return _while_in_force(period, on)
    if on - period.ends_on > STAYS_VISIBLE:
        return None
    replaced = any(_replaces(other, period, on) for other in periods)
    return Transition.CHANGED if replaced else Transition.ENDED


def _happened_on(period: Period, transition: Transition, on: date) -> date:
    """Return the first day on which the record says this of the product."""
    begun = [each.starts_on for each in period.pauses if each.starts_on <= on]
    over = [
        each.ends_on + timedelta(days=1)
        for each in period.pauses
        if each.ends_on is not None and each.ends_on < on
    ]
    if transition is Transition.PAUSED and begun:
        return max(begun)
    if transition is Transition.RESUMED and over:
        return max(over)
    if transition in ENDS and period.ends_on is not None:
        return period.ends_on + timedelta(days=1)
    return period.starts_on


def _while_in_force(period: Period, on: date) -> Transition:
    if period.is_paused(on):
        return Transition.PAUSED
    lately_resumed = any(
        pause.ends_on is not None and timedelta(0) < on - pause.ends_on <= STAYS_VISIBLE
        for pause in period.pauses
    )
    return Transition.RESUMED if lately_resumed else Transition.TAKING


def _replaces(other: Period, ended: Period, on: date) -> bool:
    """
    Whether another product with vitamin K began about when this one ended.

    "Warfarin may then work more strongly" would be wrong of a switch to more of it.
    """
    return (
        vitamin_k_of(other.product) is not VitaminKContent.NONE
        and ended.ends_on is not None
        and ended.ends_on - STAYS_VISIBLE < other.starts_on
        and other.is_in_force(on)
        and not other.is_paused(on)
    )


def with_antagonist(
    meeting: Meeting, antagonist: TopicState, on: date
) -> tuple[Sentence, ...]:
    """Return what a patient reads; empty where it does not meet the medicine now."""
    transition = _as_the_medicine_says(meeting.transition, antagonist, on)
    if transition is None:
        return ()
    if vitamin_k_of(meeting.product) is VitaminKContent.UNKNOWN:
        return (Sentence(VITAMIN_K_UNKNOWN_WITH_THINNER),)
    return (
        *_antagonist_sentences(meeting, transition, antagonist),
        Sentence(URGENT_HELP_BLEEDING),
    )


def _as_the_medicine_says(
    transition: Transition, medicine: TopicState, on: date
) -> Transition | None:
    if medicine.is_yes:
        return transition
    if medicine.ended_on is not None and on - medicine.ended_on <= STAYS_VISIBLE:
        return Transition.MEDICINE_ENDED
    return None


def _antagonist_sentences(
    meeting: Meeting, transition: Transition, antagonist: TopicState
) -> tuple[Sentence, ...]:
    medicine, medicine_first = antagonist_named(antagonist.detail)
    values: dict[str, Value] = {
        "vitamin_k": vitamin_k_named(meeting.product),
        "medicine": medicine,
        "medicine_first": medicine_first,
        "starts_on": meeting.starts_on,
    }
    words = ON_LABEL if is_on_label(meeting.product) else IN_NAME
    if transition in ASKS_FOR_TALK_AND_TELLING:
        said: tuple[str, ...] = (words.meets, ALREADY_TAKING)
    elif transition in CHANGES:
        said = (words.changed,)
    elif transition is Transition.ENDED:
        said = (words.ended,)
    else:
        is_added = transition is Transition.ADDED
        said = (words.meets if is_added else words.antagonist_ended,)
    return tuple(_filled(template, values) for template in said)


class _Words(NamedTuple):
    """What is said of a product that meets the medicine, by what happened."""

    meets: str
    changed: str
    ended: str
    antagonist_ended: str


ON_LABEL = _Words(LISTS_VITAMIN_K, VITAMIN_K_CHANGED, VITAMIN_K_ENDED, ANTAGONIST_ENDED)
IN_NAME = _Words(NAME_GIVES_AWAY, NAMED_CHANGED, NAMED_ENDED, NAMED_AFTER_ANTAGONIST)


def _filled(template: str, values: Mapping[str, Value]) -> Sentence:
    """Return a sentence with the values that it has braces for."""
    needed = {name: each for name, each in values.items() if f"%({name})s" in template}
    return Sentence(template, needed)


def occasion(meeting: Meeting, thinners: Iterable[TopicState], on: date) -> date | None:
    """
    Return the latest day on which the product or a blood thinner beside it changed.

    The same words on another day are another occasion: a second pause, or a medicine
    that was begun again.
    """
    beside = [
        each.since if each.is_yes else each.ended_on
        for each in thinners
        if _as_the_medicine_says(meeting.transition, each, on) is not None
    ]
    return max(filter(None, [meeting.happened_on, *beside]), default=None)


def with_other_thinner(
    meeting: Meeting, thinner: TopicState, on: date
) -> tuple[Sentence, ...]:
    """Return what a patient reads; empty where it does not meet the medicine now."""
    transition = _as_the_medicine_says(meeting.transition, thinner, on)
    if transition is None:
        return ()
    if vitamin_k_of(meeting.product) is VitaminKContent.UNKNOWN:
        return (Sentence(VITAMIN_K_UNKNOWN_WITH_THINNER),)
    ended = transition is Transition.MEDICINE_ENDED
    template = OTHER_THINNER_ENDED if ended else OTHER_THINNER
    return (Sentence(template, {"medicine": medicine_named(thinner)}),)


def antagonist_named(detail: str) -> tuple[Value, Value]:
    """
    Return the medicine's name within a sentence and at the start of one.

    Only a curated name is put into the words, never what was typed around it: a typed
    strength must not end up in a sentence of ours.
    """
    written = _written(detail, HealthTopic.VITAMIN_K_ANTAGONIST)
    if not written:
        return Sentence(WARFARIN_TYPE), Sentence(WARFARIN_TYPE_FIRST)
    return written[0], written[0][:1].upper() + written[0][1:]


def medicine_named(thinner: TopicState) -> Value:
    """Return the curated names that were given, or the name of their kind."""
    written = _written(thinner.detail, thinner.topic)
    return ", ".join(written) or Sentence(TOPIC_NAMES[thinner.topic])


def _written(detail: str, topic: HealthTopic) -> tuple[str, ...]:
    match = recognise_medicine(detail)
    return match.written_for(topic) if match else ()


def vitamin_k_named(product: Product) -> Sentence:
    """Return "vitamin K2" and its kin, as far as the label tells the form."""
    has_k1 = Substance.K1 in product.substances
    has_k2 = bool(product.substances & (VITAMIN_K - {Substance.K1}))
    if has_k1 and has_k2:
        return Sentence(VITAMINS_K1_AND_K2)
    if has_k1 or has_k2:
        return Sentence(VITAMIN_K1 if has_k1 else VITAMIN_K2)
    return Sentence(VITAMIN_K_PLAIN)


def label_includes(product: Product) -> Sentence:
    """Return the plain fact about vitamin K in a product: listed, named or unknown."""
    if vitamin_k_of(product) is VitaminKContent.UNKNOWN:
        return Sentence(VITAMIN_K_UNKNOWN)
    amounts = [
        ingredient.described()
        for ingredient in product.ingredients
        if ingredient.substance in VITAMIN_K and ingredient.amount is not None
    ]
    if amounts:
        return Sentence(LABEL_INCLUDES_AMOUNT, {"amounts": listed(amounts)})
    return Sentence(LABEL_INCLUDES if is_on_label(product) else NAME_POINTS_TO)


def is_on_label(product: Product) -> bool:
    """Whether the label lists vitamin K, rather than the name alone giving it away."""
    is_listed = product.vitamin_k is VitaminKContent.LISTED
    forms = any(names_vitamin_k(each.form) for each in product.ingredients)
    return is_listed or forms or bool(product.substances & VITAMIN_K)
