"""
What stands between typing a result and keeping it.

The value is read back in the other unit, and what looks odd is asked about. Only the
person's own answer changes anything, and the answer is kept with the result.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from labs.domain import plausibility
from labs.domain.plausibility import Question, QuestionKind
from labs.domain.units import Unit, as_printed
from labs.forms.results import AnswersForm, interval_in
from labs.presenters.results import answer_choices
from labs.presenters.words import spoken
from labs.services.judging import entry_to_question
from labs.services.recording import Entry

ABOUT_THE_DATE = frozenset({QuestionKind.FUTURE_DATE, QuestionKind.BEFORE_BIRTH})
HOLD = "hold"
SAME = "same"
HELD_BECAUSE = gettext_noop("Not sure when it was typed; kept for review.")
# What ends with a correction, whoever writes it; a laboratory's code does not.
OWN_DOUBTS = plausibility.DATES_IN_DOUBT | {HELD_BECAUSE}


@dataclass(frozen=True, slots=True)
class Review:
    """An entry with the questions about it, and what was answered so far."""

    entry: Entry
    echo: str
    form: AnswersForm
    is_confirmed: bool
    date_in_doubt: str = ""

    @property
    def answers(self) -> dict[str, str]:
        return dict(self.form.cleaned_data) if self.form.is_bound else {}

    @property
    def is_dropped(self) -> bool:
        """Whether the person said that it is here already."""
        return SAME in self.answers.values()

    def answered_entry(self) -> Entry:
        """
        Return the entry with the unit that was chosen, held where nobody is sure.

        A day on which no sample can have been taken holds it, whatever was answered.
        """
        answers = self.answers
        units = [Unit(each) for each in answers.values() if each in set(Unit)]
        entry = with_unit(self.entry, units[0]) if units else self.entry
        doubt = HELD_BECAUSE if HOLD in answers.values() else ""
        return replace(entry, held_because=self.date_in_doubt or doubt)


def review(
    entry: Entry,
    history: Sequence[plausibility.Entry],
    posted: Mapping[str, Any],
    *,
    today: date,
    born_on: date | None,
    aliases: Mapping[str, str],
    prefix: str = "",
    asks_date: bool = True,
) -> Review:
    """
    Ask about an entry; confirmed once everything asked has been answered.

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
    was_shown = "confirmed" in posted
    form = AnswersForm(
        posted if was_shown else None,
        questions=[_as_field(each) for each in asked],
        prefix=prefix or None,
    )
    is_confirmed = was_shown and form.is_valid() and _units_agree(form, asked)
    echo = plausibility.unit_echo(entry_to_question(entry).measurement)
    doubt = plausibility.reason_to_hold_date(
        entry.collected_on, today=today, born_on=born_on
    )
    return Review(entry, spoken(echo) if echo else "", form, is_confirmed, doubt)


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


def _as_field(question: Question) -> tuple[str, str, list[tuple[str, str]]]:
    return question.kind.value, spoken(question.sentence), answer_choices(question)


def _units_agree(form: AnswersForm, asked: Sequence[Question]) -> bool:
    """Refuse two answers that name two units."""
    chosen = {
        form.cleaned_data[question.kind.value]: question.kind
        for question in asked
        if form.cleaned_data[question.kind.value] in set(Unit)
    }
    if len(chosen) < 2:  # noqa: PLR2004 - one unit at most
        return True
    last: QuestionKind = list(chosen.values())[-1]
    form.add_error(last.value, _("Your answers name two units. Choose one of them."))
    return False
