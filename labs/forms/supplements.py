"""The forms of supplements: how a product is taken, and the end of it."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from labs.domain.period_questions import DayRefused, check_start
from labs.domain.schedules import (
    DAYS_A_WEEK,
    WEEKDAYS,
    Schedule,
    ScheduleKind,
    ScheduleRefused,
)
from labs.forms.fields import (
    MOST_SERVINGS,
    PLACES_OF_SERVINGS,
    Choices,
    DayField,
    NumberField,
    refusal,
)
from labs.forms.labels import LabelForm
from labs.services.supplementing import IngredientEntry, PeriodEntry

SCHEDULE_CHOICES: Choices = [
    ("", _("Choose")),
    (ScheduleKind.DAILY.value, _("Every day")),
    (ScheduleKind.TIMES_A_DAY.value, _("Several times a day")),
    (ScheduleKind.EVERY_N_DAYS.value, _("Every so many days")),
    (ScheduleKind.WEEKDAYS.value, _("On certain weekdays")),
    (ScheduleKind.WEEKLY.value, _("Once a week")),
    (ScheduleKind.FORTNIGHTLY.value, _("Every two weeks")),
    (ScheduleKind.MONTHLY.value, _("Once a month")),
    (ScheduleKind.SINGLE.value, _("Once only")),
    (ScheduleKind.AS_NEEDED.value, _("As needed")),
    (ScheduleKind.GIVEN_IN_CLINIC.value, _("Given in a clinic")),
]
COUNTED_SCHEDULES = frozenset({ScheduleKind.TIMES_A_DAY, ScheduleKind.EVERY_N_DAYS})


class ScheduleForm(forms.Form):
    """How a product is taken, and since when."""

    entry_id = forms.UUIDField(widget=forms.HiddenInput)
    servings = NumberField(
        label=_("Servings each time"),
        most=MOST_SERVINGS,
        places=PLACES_OF_SERVINGS,
        error_messages={"required": _("Type how many servings each time, like 1.")},
    )
    schedule = forms.ChoiceField(
        label=_("How often"),
        choices=SCHEDULE_CHOICES,
        error_messages={"required": _("Choose how often it is taken.")},
    )
    schedule_count = forms.IntegerField(
        label=_("How many"),
        help_text=_("Times a day, or every how many days."),
        required=False,
        min_value=1,
        max_value=366,
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"),
        choices=[(day, _(WEEKDAYS[day])) for day in range(DAYS_A_WEEK)],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    starts_on = DayField(
        label=_("From"), missing=_("Type the first day, as well as you know it.")
    )
    ends_on = DayField(
        label=_("Until"),
        help_text=_("Leave empty while it is still taken."),
        required=False,
    )
    advised_by = forms.CharField(
        label=_("Who advised it"), max_length=120, required=False
    )
    reason = forms.CharField(label=_("Note"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Check schedule and days against each other."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("schedule"):
            self._check_schedule(cleaned)
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("The last day cannot be before the first."))
        return cleaned

    def _check_schedule(self, cleaned: dict[str, Any]) -> None:
        kind = ScheduleKind(cleaned["schedule"])
        if kind not in COUNTED_SCHEDULES:
            cleaned["schedule_count"] = 1
        elif not cleaned.get("schedule_count"):
            self.add_error("schedule_count", _("Type how many."))
            return
        if kind is not ScheduleKind.WEEKDAYS:
            cleaned["weekdays"] = []
        try:
            schedule_from(cleaned)
        except ScheduleRefused as error:
            counted = kind in COUNTED_SCHEDULES
            field = "schedule_count" if counted else "weekdays"
            self.add_error(field, refusal(error))

    def planned(self) -> Schedule:
        """Return the schedule as the rules look at it."""
        return schedule_from(self.cleaned_data)


class PeriodForm(LabelForm, ScheduleForm):
    """A product and how it is taken."""

    copied_from = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        born_on: date | None = None,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        """Know when the person was born."""
        super().__init__(*args, **kwargs)
        self.born_on = born_on

    def clean_starts_on(self) -> date:
        """Refuse a first day before birth."""
        day: date = self.cleaned_data["starts_on"]
        try:
            check_start(day, born_on=self.born_on)
        except DayRefused as error:
            raise refusal(error) from error
        return day

    def entry(self, ingredients: tuple[IngredientEntry, ...]) -> PeriodEntry:
        """Return the product with its label, and how it is taken."""
        data = self.cleaned_data
        return PeriodEntry(
            **self.label_parts(ingredients),
            servings=data["servings"],
            schedule=ScheduleKind(data["schedule"]),
            schedule_count=data["schedule_count"],
            weekdays=tuple(sorted(data["weekdays"])),
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            reason=data["reason"],
            advised_by=data["advised_by"],
            copied_from=data["copied_from"],
        )


def schedule_from(cleaned: dict[str, Any]) -> Schedule:
    return Schedule(
        ScheduleKind(cleaned["schedule"]),
        cleaned["schedule_count"],
        frozenset(cleaned["weekdays"]),
    )


class EndForm(forms.Form):
    """The last day of a period."""

    ends_on = DayField(
        label=_("Last day"), missing=_("Type the last day it was taken.")
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        starts_on: date,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        """Know when the period began."""
        super().__init__(*args, **kwargs)
        self.starts_on = starts_on

    def clean_ends_on(self) -> date:
        """Refuse an end before the beginning."""
        day: date = self.cleaned_data["ends_on"]
        if day < self.starts_on:
            raise ValidationError(_("The last day cannot be before the first."))
        return day
