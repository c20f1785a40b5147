"""
What stands between typing a result and keeping it.

The value is read back in the other unit, and what looks odd is asked about; what the
answers do stands in labs.services.answering.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from labs.domain import plausibility
from labs.domain.plausibility import Question, QuestionKind
from labs.forms.results import AnswersForm
from labs.presenters.results import answer_choices
from labs.presenters.words import spoken
from labs.services import answering
from labs.services.answering import SAME, Asked
from labs.services.judging import entry_to_question
from labs.services.recording import Entry

CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Review:
    """An entry with the questions about it, and what was answered so far."""

    asked: Asked
    echo: str
    form: AnswersForm
    is_confirmed: bool

    @property
    def entry(self) -> Entry:
        return self.asked.entry

    @property
    def answers(self) -> dict[str, str]:
        return dict(self.form.cleaned_data) if self.form.is_bound else {}

    @property
    def is_dropped(self) -> bool:
        """Whether the person said that it is here already."""
        return SAME in self.answers.values()

    @property
    def is_to_be_changed(self) -> bool:
        """Whether the person said that what was typed is wrong."""
        return CHANGE in self.answers.values()

    def answered_entry(self) -> Entry:
        """Return the entry as the answers leave it."""
        return self.asked.answered(self.answers)


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
    """Ask about an entry; confirmed once everything asked has been answered."""
    asked = answering.ask(
        entry,
        history,
        today=today,
        born_on=born_on,
        aliases=aliases,
        asks_date=asks_date,
    )
    was_shown = "confirmed" in posted
    form = AnswersForm(
        posted if was_shown else None,
        questions=[_as_field(each) for each in asked.questions],
        prefix=prefix or None,
    )
    is_confirmed = was_shown and form.is_valid() and _units_agree(form, asked)
    echo = plausibility.unit_echo(entry_to_question(entry).measurement)
    return Review(asked, spoken(echo) if echo else "", form, is_confirmed)


def _as_field(question: Question) -> tuple[str, str, list[tuple[str, str]]]:
    choices = answer_choices(question)
    if question.kind is QuestionKind.OUTSIDE_USUAL_NUMBERS:
        *as_typed, unsure = choices
        wrong = (CHANGE, _("The number is not as printed: go back to the form"))
        choices = [*as_typed, wrong, unsure]
    return question.kind.value, spoken(question.sentence), choices


def _units_agree(form: AnswersForm, asked: Asked) -> bool:
    """Refuse two answers that name two units."""
    last = asked.in_conflict(form.cleaned_data)
    if last is None:
        return True
    form.add_error(last.value, _("Your answers name two units. Choose one of them."))
    return False
