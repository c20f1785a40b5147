"""The forms of the log: one tap, or an entry for another day."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from labs.domain.intakes import Outcome
from labs.forms.fields import Choices, DayField

OUTCOME_CHOICES: Choices = [
    (Outcome.TAKEN.value, _("Taken")),
    (Outcome.SKIPPED.value, _("Skipped")),
]


class LogForm(forms.Form):
    """What became of an intake on a day; without a day it is today's."""

    entry_id = forms.UUIDField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=_("What happened"),
        choices=OUTCOME_CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose taken or skipped.")},
    )
    day = DayField(label=_("Day"), required=False)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        today: date,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        """Know which day it is."""
        super().__init__(*args, **kwargs)
        self.today = today

    def day_logged(self) -> date:
        day: date | None = self.cleaned_data["day"]
        return day or self.today


class EntryForm(forms.Form):
    """One tap, which counts once."""

    entry_id = forms.UUIDField(widget=forms.HiddenInput)


class LateEntryForm(LogForm):
    """An entry for a day that somebody chooses."""

    day = DayField(label=_("Day"), missing=_("Choose the day."))

    def clean_day(self) -> date:
        """Refuse a day that has not come."""
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise ValidationError(_("This day has not come yet."))
        return day
