"""
What the answers to the questions about an entry do to it.

Only the person's own answer changes anything, and the answer is kept with the result.
Pages and programs ask the same questions and are answered by the same rules.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from labs.domain import plausibility
from labs.domain.measurements import (
    Comparator,
    ResultStatus,
    parse_printed_interval,
)
from labs.domain.plausibility import Question, QuestionKind
from labs.domain.quantities import Measurand
from labs.domain.sentences import HELD_BARE_NAME
from labs.domain.units import Unit, are_equal, as_printed
from labs.models import ResultSource
from labs.services.judging import WITHDRAWN, entry_to_question
from labs.services.recording import Entry

if TYPE_CHECKING:
    from labs.models import LabResult

ABOUT_THE_DATE = frozenset({QuestionKind.FUTURE_DATE, QuestionKind.BEFORE_BIRTH})
HOLD = "hold"
SAME = "same"
HELD_BECAUSE = gettext_noop("Not sure when it was typed; kept for review.")
# What a clinician's confirmation begins with; the report's own words may follow.
CONFIRMED = gettext_noop("Confirmed by what the report prints.")
# What ends with a correction, whoever writes it; a laboratory's code does not.
OWN_DOUBTS = plausibility.DATES_IN_DOUBT | {HELD_BECAUSE}
BY_THE_PATIENT = (ResultSource.TYPED_BY_PATIENT, ResultSource.TYPED_BY_CARER)


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
        of_the_test = _doubt_of_the_test(entry.measurand)
        return replace(entry, held_because=self.date_in_doubt or of_the_test or doubt)

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


def _doubt_of_the_test(measurand: Measurand) -> str:
    """Return why a report that says "vitamin D" and no more is kept for review."""
    return HELD_BARE_NAME if measurand is Measurand.UNSPECIFIED else ""


def carried_over(
    stored: "LabResult",
    entry: Entry,
    versions: Iterable["LabResult"],
) -> Entry:
    """
    Return a correction with what nobody is asked carried over from the stored version.

    What was put under review because of its test or its unit is confirmed by a
    clinician with name and reason, whoever corrects it: a correction of a laboratory's
    name settles no doubt. One's own doubt, or a day that cannot be, ends with the
    correction. `versions` are all of the result, the newest first.
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
    has_no_day = entry.held_because in plausibility.DATES_IN_DOUBT
    kept = "" if has_no_day else clinicians_hold(versions)
    return replace(entry, held_because=kept) if kept else entry


def clinicians_hold(versions: Iterable["LabResult"]) -> str:
    """
    Return why a result waits for a clinician, whatever patients said since.

    `versions` are all of it, the newest first; empty where nothing was held, or where a
    clinic or a laboratory has settled it.
    """
    for row in versions:
        doubt = "" if row.held_because in OWN_DOUBTS else row.held_because
        hold = doubt or _doubt_of_the_test(Measurand(row.measurand))
        if hold:
            return hold
        if row.source not in BY_THE_PATIENT and not row.held_because:
            return ""
    return ""


def is_held(row: "LabResult") -> bool:
    """Say whether a version is kept for review; also one whose test nobody named."""
    return bool(row.held_because or _doubt_of_the_test(Measurand(row.measurand)))


def settles(entry: Entry, versions: Sequence["LabResult"]) -> bool:
    """
    Say whether an entry ends that a result is kept for review; not if it was not.

    `versions` are all of the result, the newest first.
    """
    was_held = is_held(versions[0]) or bool(clinicians_hold(versions))
    stays_held = bool(entry.held_because or _doubt_of_the_test(entry.measurand))
    return was_held and not stays_held


def is_withdrawn(row: "LabResult") -> bool:
    """Say whether a version stands no more, so that nothing about it is settled."""
    return ResultStatus(row.status) in WITHDRAWN


def confirmed(
    stored: "LabResult", *, measurand: Measurand, unit: Unit, collected_on: date
) -> Entry:
    """Return a held result with what a clinician says that its report prints."""
    kept = {each.name: getattr(stored, each.name) for each in fields(Entry)}
    comparator, status = stored.comparator, ResultStatus(stored.status)
    same_day = collected_on == stored.collected_on
    same_test = (measurand, unit) == (stored.measurand, stored.unit)
    entry = Entry(
        **kept
        | {
            "measurand": measurand,
            "unit": Unit(stored.unit),
            "comparator": Comparator(comparator) if comparator else None,
            "status": status,
            "collected_on": collected_on,
            "collected_time_text": stored.collected_time_text if same_day else "",
            "loinc": stored.loinc if same_test else "",
            "held_because": "",
        }
    )
    return with_unit(entry, unit)


def confirmation(words: str) -> str:
    """Return why a version confirms, with the words of the report where given."""
    return f"{CONFIRMED} {words}".strip()


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
