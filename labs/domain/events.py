"""
What a person noted of a day: where they were, how they were, what changed.

A note is shown beside results and supplements and never interpreted: nothing is drawn
from it, nothing is calculated with it, and it moves no flag.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from labs.domain.sentences import N_, Refused


class EventKind(StrEnum):
    """What was noted; the words are the person's own."""

    SUNNY_HOLIDAY = "sunny_holiday"
    ILLNESS = "illness"
    CHANGE_OF_DIET = "change_of_diet"
    PREGNANCY = "pregnancy"
    NEW_MEDICINE = "new_medicine"
    OTHER = "other"


EVENT_NAMES = {
    EventKind.SUNNY_HOLIDAY: N_("Holiday in the sun"),
    EventKind.ILLNESS: N_("Illness"),
    EventKind.CHANGE_OF_DIET: N_("Change of diet"),
    EventKind.PREGNANCY: N_("Pregnancy"),
    EventKind.NEW_MEDICINE: N_("New medicine"),
    EventKind.OTHER: N_("Something else"),
}

# A note is not checked against anything; only a health fact is (docs/precautions.md).
IS_A_HEALTH_FACT_TOO = frozenset({EventKind.PREGNANCY, EventKind.NEW_MEDICINE})
ADD_TO_HEALTH_FACTS = N_("Add this to your health facts so that it is checked?")
ADD_TO_THEIR_HEALTH_FACTS = N_("Add this to the health facts so that it is checked?")

NOT_YET = N_("This day has not come yet. Note what has happened.")
ENDS_BEFORE_IT_BEGINS = N_("The last day comes before the first, %(starts_on)s.")
WORDS_MISSING = N_("Write in a few words what it was.")


class EventRefused(Refused):
    """A note whose days or words cannot be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedEvent:
    """A note as it is written down; ``ends_on`` None is one day, or goes on."""

    kind: EventKind
    starts_on: date
    ends_on: date | None = None
    words: str = ""


def check_event(event: NotedEvent, *, today: date) -> None:
    """Refuse days to come, an end before the start, and a note of nothing."""
    if event.starts_on > today:
        raise EventRefused.because(NOT_YET)
    check_end(event.starts_on, event.ends_on, today=today)
    if event.kind is EventKind.OTHER and not event.words.strip():
        raise EventRefused.because(WORDS_MISSING)


def check_end(starts_on: date, ends_on: date | None, *, today: date) -> None:
    """Refuse a last day that comes before the first, or that has not come yet."""
    if ends_on is None:
        return
    if ends_on < starts_on:
        raise EventRefused.because(ENDS_BEFORE_IT_BEGINS, starts_on=starts_on)
    if ends_on > today:
        raise EventRefused.because(NOT_YET)
