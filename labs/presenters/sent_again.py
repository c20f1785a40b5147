"""What a form stored, and what came back in it, side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.services.commas import parted
from labs.domain.health import TOPIC_NAMES, HealthAnswer
from labs.domain.intakes import Outcome
from labs.domain.supplements import AmountNumber
from labs.presenters.intakes import OUTCOME_WORDS
from labs.presenters.supplements import label_lines, package_words, vitamin_k_words
from labs.presenters.words import dated, grouped, spelled, spoken
from labs.services.pausing import ChangedAmount
from labs.services.questioning import GivenAnswer
from labs.services.supplementing import LabelEntry, product_in

if TYPE_CHECKING:
    from labs.models import Acknowledgement, Intake

ANSWER_WORDS = {
    HealthAnswer.YES: gettext_noop("Yes"),
    HealthAnswer.NO: gettext_noop("No"),
    HealthAnswer.UNKNOWN: gettext_noop("I do not know"),
}


@dataclass(frozen=True, slots=True)
class SaidWords:
    """One thing that a form said: what it is of, and the words."""

    term: str
    words: str


def answers_said(given: Iterable[GivenAnswer]) -> list[SaidWords]:
    """Return answers to health questions, in the order of the topics."""
    ordered = sorted(given, key=lambda each: list(TOPIC_NAMES).index(each.topic))
    return [
        SaidWords(capfirst(_(TOPIC_NAMES[each.topic])), _answer(each))
        for each in ordered
    ]


def _answer(given: GivenAnswer) -> str:
    words = [_(ANSWER_WORDS[given.answer]), given.detail]
    if given.ended_on is not None:
        words.append(_("until %(day)s") % {"day": dated(given.ended_on)})
    return parted(words)


def acknowledgement_said(row: "Acknowledgement") -> list[SaidWords]:
    """Return who acknowledged a precaution, and what was written."""
    return [
        *reason_said(row.reason),
        SaidWords(_("Read by"), row.acknowledged_by_name),
        SaidWords(_("On"), spelled(row.acknowledged_at)),
    ]


def reason_said(reason: str) -> list[SaidWords]:
    return [SaidWords(_("What was done, or why"), reason)]


def pause_said(starts_on: date, reason: str) -> list[SaidWords]:
    """Return the first day of a pause, and the note beside it."""
    said = [SaidWords(_("First day without it"), dated(starts_on))]
    return [*said, SaidWords(_("Note"), reason)] if reason else said


def change_said(change: ChangedAmount) -> list[SaidWords]:
    """Return how a product is taken from a day on."""
    said = [
        SaidWords(_("First day of the change"), dated(change.starts_on)),
        SaidWords(_("Servings each time"), grouped(AmountNumber(change.servings))),
        SaidWords(_("How often"), spoken(change.schedule.described())),
        SaidWords(_("Who advised it"), change.advised_by),
        SaidWords(_("Note"), change.reason),
    ]
    return [each for each in said if each.words]


def intakes_said(rows: "Iterable[Intake]") -> list[SaidWords]:
    """Return stored intakes, also those that were undone."""
    return [
        SaidWords(
            dated(row.on_day),
            _("%(outcome)s, undone by %(who)s")
            % {
                "outcome": _(OUTCOME_WORDS[Outcome(row.outcome)]),
                "who": row.undone_by_name,
            }
            if row.undone_at
            else _(OUTCOME_WORDS[Outcome(row.outcome)]),
        )
        for row in rows
    ]


def label_said(label: LabelEntry, *, is_withdrawn: bool = False) -> list[SaidWords]:
    """Return what a label of a clinic's list prints, line by line."""
    product = product_in(label)
    lines = [*label_lines(product), *package_words(label)]
    said = [
        SaidWords(_("Product"), label.name),
        SaidWords(_("Label"), "; ".join(lines)),
        SaidWords(_("Vitamin K"), vitamin_k_words(product)),
        SaidWords(_("Status"), _(TAKEN_OFF) if is_withdrawn else ""),
    ]
    return [each for each in said if each.words]


TAKEN_OFF = gettext_noop("Taken off the list. What was copied from it stays.")


def plan_said(text: str) -> list[SaidWords]:
    return [SaidWords(_("The plan"), text)]


def intake_said(day: date, outcome: Outcome) -> list[SaidWords]:
    return [SaidWords(dated(day), _(OUTCOME_WORDS[outcome]))]
