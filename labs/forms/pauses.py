"""The forms of a pause, of its end, and of a changed amount."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from labs.domain.pauses import PauseRefused
from labs.forms.fields import (
    MOST_SERVINGS,
    PLACES_OF_SERVINGS,
    DayField,
    NumberField,
    refusal,
)
from labs.forms.supplements import ScheduleForm
from labs.services.pausing import ChangedAmount


class RefusableForm(forms.Form):
    """A form whose day the rules may refuse."""

    day_field = "starts_on"

    def refuse(self, error: PauseRefused) -> None:
        """Say at the day why it was refused."""
        self.add_error(self.day_field, refusal(error))


class PauseForm(RefusableForm):
    """The first day without the product."""

    entry_id = forms.UUIDField(widget=forms.HiddenInput)
    starts_on = DayField(
        label=_("First day without it"), missing=_("Type the first day without it.")
    )
    reason = forms.CharField(label=_("Note"), max_length=200, required=False)


class ResumeForm(RefusableForm):
    """The first day with the product again."""

    day_field = "taken_again_on"
    taken_again_on = DayField(
        label=_("First day with it again"),
        missing=_("Type the first day on which it was taken again."),
    )


class ChangeForm(RefusableForm, ScheduleForm):
    """Another amount or schedule of the same product, from a day on."""

    ends_on = None  # type: ignore[assignment]
    servings = NumberField(
        label=_("Servings each time, from then on"),
        most=MOST_SERVINGS,
        places=PLACES_OF_SERVINGS,
        error_messages={"required": _("Type how many servings each time, like 1.")},
    )
    starts_on = DayField(
        label=_("First day of the change"), missing=_("Type the first day.")
    )

    def change(self) -> ChangedAmount:
        """Return how the product is taken from that day on."""
        data: dict[str, Any] = self.cleaned_data
        return ChangedAmount(
            servings=data["servings"],
            schedule=self.planned(),
            starts_on=data["starts_on"],
            reason=data["reason"],
            advised_by=data["advised_by"],
        )
