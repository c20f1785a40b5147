"""
What an acknowledgement of a precaution is of.

It is of the words that stood there, for these products and on this transition, never
of a precaution for good: when the words change, because a product, a medicine or a
result did, nobody has acknowledged that yet, nor when the same happens once more: a
second pause, a blood thinner begun again. It blocks nothing and hides nothing.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum

from labs.domain.precaution_catalogue import CATALOGUE_VERSION
from labs.domain.precautions import Matched, PrecautionReport, Unchecked
from labs.domain.sentences import N_, Refused

NEEDS_A_REASON = N_("Write what was done, or why. It stays visible with your name.")
HAS_CHANGED = N_(
    "This precaution has changed since the page was shown. Read it once more."
)


class AcknowledgementRefused(Refused):
    """An acknowledgement of something that does not stand there, or without words."""


class DrawnFrom(StrEnum):
    """A part of the record that a precaution tells something of."""

    HEALTH = "health"
    SUPPLEMENTS = "supplements"
    RESULTS = "results"


def subject_of(match: Matched) -> str:
    """Return a key of the exact words on their occasion; others are another subject."""
    words = [match.precaution.id, CATALOGUE_VERSION]
    words += [str(line) for line in (*match.patient, *match.clinician)]
    if match.occasion is not None:
        words.append(match.occasion.isoformat())
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def is_seen(match: Matched, seen: Mapping[str, date]) -> bool:
    """
    Say whether it is among the subjects that somebody saw, each with its last day.

    A key of the words alone, as was kept before occasions had a day, is of what had
    happened by the day on which it was kept.
    """
    if subject_of(match) in seen:
        return True
    day = seen.get(subject_of(replace(match, occasion=None)))
    return day is not None and match.occasion is not None and match.occasion <= day


def drawn_from(match: Matched, report: PrecautionReport) -> frozenset[DrawnFrom]:
    """
    Return the parts that somebody must see to read of the precaution at all.

    A part that was not shared when the report was made cannot have told anything.
    """
    row = match.precaution
    parts = {
        DrawnFrom.HEALTH: bool(row.topics),
        DrawnFrom.SUPPLEMENTS: bool(row.substances or row.meets_vitamin_k),
        DrawnFrom.RESULTS: bool(row.findings),
    }
    closed = {_CLOSED.get(each.why) for each in report.not_checked}
    return frozenset(
        part for part, is_drawn in parts.items() if is_drawn and part not in closed
    )


_CLOSED = {
    Unchecked.HEALTH_NOT_SHARED: DrawnFrom.HEALTH,
    Unchecked.SUPPLEMENTS_NOT_SHARED: DrawnFrom.SUPPLEMENTS,
    Unchecked.RESULTS_NOT_SHARED: DrawnFrom.RESULTS,
}


def match_with(subject: str, report: PrecautionReport) -> Matched:
    """Return what the key stands for; raises where the words are no longer there."""
    for match in report.matched:
        if subject_of(match) == subject:
            return match
    raise AcknowledgementRefused.because(HAS_CHANGED)
