"""The forms of a dated note and of its last day."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from labs.domain.events import ENDS_BEFORE_IT_BEGINS as ENDS_TOO_EARLY
from labs.domain.events import (
    EVENT_NAMES,
    WORDS_MISSING,
    EventKind,
    EventRefused,
    NotedEvent,
)
from labs.forms.fields import DayField, refusal


class EventForm(forms.Form):
    """What was noted, in the person's own words."""

    entry_id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("What was it?"),
        widget=forms.RadioSelect,
        choices=[(kind.value, _(name)) for kind, name in EVENT_NAMES.items()],
        error_messages={"required": _("Choose what it was.")},
    )
    words = forms.CharField(
        label=_("In your own words"),
        max_length=80,
        required=False,
        help_text=_("It stands above the chart and in the report, as you write it."),
    )
    starts_on = DayField(
        label=_("Day, or first day"), missing=_("Type the day, as well as you know it.")
    )
    ends_on = DayField(label=_("Last day"), required=False)

    def event(self) -> NotedEvent:
        """Return the note as it was typed."""
        return NotedEvent(
            kind=EventKind(self.cleaned_data["kind"]),
            starts_on=self.cleaned_data["starts_on"],
            ends_on=self.cleaned_data["ends_on"],
            words=self.cleaned_data["words"],
        )

    def refuse(self, error: EventRefused) -> None:
        """Say at the field that it is about why it was refused."""
        fields: dict[str, str] = {ENDS_TOO_EARLY: "ends_on", WORDS_MISSING: "words"}
        self.add_error(_field(fields, error, self.cleaned_data), refusal(error))


class EventEndForm(forms.Form):
    """The last day of what was noted."""

    ends_on = DayField(
        label=_("Last day"), missing=_("Type the last day, as well as you know it.")
    )

    def refuse(self, error: EventRefused) -> None:
        """Say at the day why it was refused."""
        self.add_error("ends_on", refusal(error))


def _field(fields: dict[str, str], error: EventRefused, given: dict[str, Any]) -> str:
    """Return the field that a refusal speaks of; a day to come may be either one."""
    named = fields.get(error.sentence.template)
    if named:
        return named
    ends_on = given.get("ends_on")
    is_the_end = ends_on is not None and ends_on > given["starts_on"]
    return "ends_on" if is_the_end else "starts_on"
