"""The questions about health: yes, no, or not known; nothing is chosen beforehand."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from labs.domain.health import TOPIC_NAMES, HealthAnswer, HealthTopic, TopicGroup
from labs.forms.fields import Choices, DayField
from labs.services.questioning import GivenAnswer

ANSWER_CHOICES: Choices = [
    (HealthAnswer.YES.value, _("Yes")),
    (HealthAnswer.NO.value, _("No")),
    (HealthAnswer.UNKNOWN.value, _("I do not know")),
]
# One "no" for the rest of a group is offered for everything but blood thinners: each
# of those four is asked by itself.
ANSWERED_TOGETHER = (TopicGroup.CONDITION, TopicGroup.STATE, TopicGroup.MEDICINE)
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class QuestionFields:
    """The controls of one question."""

    answer: BoundField
    detail: BoundField | None
    ended_on: BoundField | None


def asks_for_a_name(topic: HealthTopic) -> bool:
    """Whether a yes has a name of its own: a medicine, or one of several diseases."""
    if topic is HealthTopic.GRANULOMATOUS_DISEASE:
        return True
    return topic.group in {TopicGroup.BLOOD_THINNER, TopicGroup.MEDICINE}


class HealthForm(forms.Form):
    """All questions at once; what is left empty stays as it was."""

    entry_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        open_topics: Collection[HealthTopic],
        today: date,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        """Know what is open, and which day it is."""
        super().__init__(*args, **kwargs)
        self.open_topics = frozenset(open_topics)
        self.today = today
        for topic in HealthTopic:
            self._add_question(topic)
        for group in ANSWERED_TOGETHER:
            self.fields[_rest_name(group)] = forms.BooleanField(
                label=_("I have read this list. No to all that I left open in it."),
                required=False,
            )

    def _add_question(self, topic: HealthTopic) -> None:
        self.fields[_answer_name(topic)] = forms.ChoiceField(
            label=capfirst(gettext(TOPIC_NAMES[topic])),
            choices=ANSWER_CHOICES,
            widget=forms.RadioSelect,
            required=False,
        )
        if asks_for_a_name(topic):
            self.fields[_detail_name(topic)] = forms.CharField(
                label=_("Its name, as printed on the package or letter"),
                max_length=LONGEST_NAME,
                required=False,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
        if topic.ends:
            self.fields[_ended_name(topic)] = DayField(
                label=_("Last day, if it is over"), required=False
            )

    def question(self, topic: HealthTopic) -> QuestionFields:
        """Return the controls of one topic."""
        return QuestionFields(
            answer=self[_answer_name(topic)],
            detail=self[_detail_name(topic)] if asks_for_a_name(topic) else None,
            ended_on=self[_ended_name(topic)] if topic.ends else None,
        )

    def rest(self, group: TopicGroup) -> BoundField | None:
        """Return the box for the rest of a group, where it is offered and of use."""
        has_open = any(topic.group is group for topic in self.open_topics)
        offered = group in ANSWERED_TOGETHER and has_open
        return self[_rest_name(group)] if offered else None

    def clean(self) -> dict[str, Any]:
        """Check each answer with its name and its end; ask for at least one."""
        cleaned = super().clean() or self.cleaned_data
        for topic in HealthTopic:
            self._check(topic, cleaned)
        if not self.errors and not self.answers():
            raise ValidationError(_("Answer at least one question."))
        return cleaned

    def _check(self, topic: HealthTopic, cleaned: dict[str, Any]) -> None:
        answer = cleaned.get(_answer_name(topic))
        ended_on = cleaned.get(_ended_name(topic))
        is_described = cleaned.get(_detail_name(topic)) or ended_on
        if is_described and answer != HealthAnswer.YES.value:
            self.add_error(
                _answer_name(topic),
                _("Choose yes here, or leave the name and the last day empty."),
            )
        if ended_on and ended_on > self.today:
            self.add_error(
                _ended_name(topic), _("The last day cannot lie in the future.")
            )

    def answers(self) -> tuple[GivenAnswer, ...]:
        """Return the answers that were given, one by one or for the rest of a group."""
        return tuple(self._given())

    def _given(self) -> Iterator[GivenAnswer]:
        for topic in HealthTopic:
            chosen = self.cleaned_data.get(_answer_name(topic))
            if chosen:
                yield GivenAnswer(
                    topic=topic,
                    answer=HealthAnswer(chosen),
                    detail=self.cleaned_data.get(_detail_name(topic), ""),
                    ended_on=self.cleaned_data.get(_ended_name(topic)),
                )
            elif topic in self.open_topics and self._is_no_to_the_rest(topic.group):
                yield GivenAnswer(topic=topic, answer=HealthAnswer.NO)

    def _is_no_to_the_rest(self, group: TopicGroup) -> bool:
        return bool(self.cleaned_data.get(_rest_name(group)))


class EndedForm(forms.Form):
    """The last day of a medicine or a state."""

    entry_id = forms.UUIDField(widget=forms.HiddenInput)
    ended_on = DayField(
        label=_("Last day"), missing=_("Type the last day, as well as you know it.")
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        today: date,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        """Know which day it is."""
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_ended_on(self) -> date:
        """Refuse an end that has not come yet."""
        day: date = self.cleaned_data["ended_on"]
        if day > self.today:
            raise ValidationError(_("The last day cannot lie in the future."))
        return day


def _answer_name(topic: HealthTopic) -> str:
    return f"answer_{topic.value}"


def _detail_name(topic: HealthTopic) -> str:
    return f"detail_{topic.value}"


def _ended_name(topic: HealthTopic) -> str:
    return f"ended_{topic.value}"


def _rest_name(group: TopicGroup) -> str:
    return f"rest_{group.value}"
