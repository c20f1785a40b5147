"""
What the answers to the questions about an entry do to it.

Only the person's own answer changes anything, and the answer is kept with the result.
Pages and programs ask the same questions and are answered by the same rules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from labs.domain import plausibility
from labs.domain.measurements import parse_printed_interval
from labs.domain.plausibility import Question, QuestionKind
from labs.domain.units import Unit, are_equal, as_printed
from labs.services.judging import entry_to_question
from labs.services.recording import Entry

if TYPE_CHECKING:
    from labs.models import LabResult

ABOUT_THE_DATE = frozenset({QuestionKind.FUTURE_DATE, QuestionKind.BEFORE_BIRTH})
HOLD = "hold"
SAME = "same"
HELD_BECAUSE = gettext_noop("Not sure when it was typed; kept for review.")
# What ends with a correction, whoever writes it; a laboratory's code does not.
OWN_DOUBTS = plausibility.DATES_IN_DOUBT | {HELD_BECAUSE}


@dataclass(frozen=True, slots=True)
class Asked:
    """An entry with the questions about it, and the doubt about its day."""

    entry: Entry
    questions: tuple[Question, ...]
    date_in_doubt: str

    def answered(self, answers: Mapping[str, str]) -> Entry:
        """
        Return the entry with the unit that was chosen, held where nobody is sure.

        A day on which no sample can have been taken holds it, whatever was answered.
        """
        units = units_named(answers)
        entry = with_unit(self.entry, units[0]) if units else self.entry
        doubt = HELD_BECAUSE if HOLD in answers.values() else ""
        return replace(entry, held_because=self.date_in_doubt or doubt)

    def in_conflict(self, answers: Mapping[str, str]) -> QuestionKind | None:
        """Return the last question whose answer names a second unit, if one does."""
        chosen = {
            answers[each.kind.value]: each.kind
            for each in self.questions
            if answers.get(each.kind.value) in set(Unit)
        }
        return list(chosen.values())[-1] if len(chosen) > 1 else None


def ask(
    entry: Entry,
    history: Sequence[plausibility.Entry],
    *,
    today: date,
    born_on: date | None,
    aliases: Mapping[str, str],
    asks_date: bool = True,
) -> Asked:
    """
    Return what has to be answered before an entry is kept.

    The day of a report is asked about once, with its first result.
    """
    asked = [
        each
        for each in plausibility.questions(
            entry_to_question(entry),
            history,
            today=today,
            born_on=born_on,
            aliases=aliases,
        )
        if asks_date or each.kind not in ABOUT_THE_DATE
    ]
    doubt = plausibility.reason_to_hold_date(
        entry.collected_on, today=today, born_on=born_on
    )
    return Asked(entry, tuple(asked), doubt)


def carried_over(stored: "LabResult", entry: Entry, *, by_the_patient: bool) -> Entry:
    """
    Return a correction with what nobody is asked carried over from the stored version.

    What a laboratory's code put under review is confirmed by a clinician; a patient's
    own doubt, or a day that cannot be, ends with the patient's own correction.
    """
    same_test = (entry.measurand, entry.unit) == (stored.measurand, stored.unit)
    same_day = entry.collected_on == stored.collected_on
    entry = replace(
        entry,
        reported_on=stored.reported_on,
        collected_time_text=stored.collected_time_text if same_day else "",
        loinc=stored.loinc if same_test else "",
        local_code=stored.local_code,
        test_name=stored.test_name,
        comment=stored.comment,
    )
    is_own_doubt = stored.held_because in OWN_DOUBTS
    if stored.held_because and by_the_patient and not is_own_doubt:
        return replace(entry, held_because=stored.held_because)
    return entry


def units_named(answers: Mapping[str, str]) -> list[Unit]:
    """Return the units that answers choose."""
    return [Unit(each) for each in answers.values() if each in set(Unit)]


def with_unit(entry: Entry, unit: Unit) -> Entry:
    """Return the entry in the unit that the person chose, the number as typed."""
    if unit is entry.unit:
        return entry
    low, high = interval_in(unit, entry.interval_text)
    return replace(
        entry,
        unit=unit,
        unit_text=as_printed(unit),
        interval_low=low,
        interval_high=high,
    )


def interval_in(unit: Unit, text: str) -> tuple[Decimal | None, Decimal | None]:
    """Return the bounds of a printed interval where they are surely in this unit."""
    found = parse_printed_interval(text)
    if found is None or (found.unit is not None and not are_equal(found.unit, unit)):
        return None, None
    return found.low, found.high
