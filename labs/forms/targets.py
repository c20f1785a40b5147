"""The form of a range; only a clinician sees it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from labs.domain import sentences
from labs.domain.targets import Target, TargetRefused, Urgency
from labs.domain.units import Unit
from labs.forms.fields import Choices, DayField, NumberField, decimals_of, refusal
from labs.services.targeting import TargetEntry

MOST_DECIMALS = 2
MOST_DIGITS = 6  # before the decimal mark

FIELD_OF_REFUSAL = {
    sentences.TARGET_NEEDS_A_BOUND: "low",
    sentences.TARGET_BOUNDS_CROSS: "high",
    sentences.TARGET_ALERTS_CROSS: "alert_high",
    sentences.TARGET_DATES_CROSS: "ends_on",
    sentences.TARGET_ALERT_NEEDS_URGENCY: "urgency",
    sentences.TARGET_URGENCY_NEEDS_ALERT: "alert_high",
}

UNIT_CHOICES: Choices = [
    (Unit.NG_PER_ML.value, "ng/mL"),
    (Unit.NMOL_PER_L.value, "nmol/L"),
]
URGENCY_CHOICES: Choices = [
    (Urgency.TODAY.value, _("Contact today")),
    (Urgency.THIS_WEEK.value, _("Contact this week")),
    (Urgency.NEXT_VISIT.value, _("At the next visit")),
]


class LimitsForm(forms.Form):
    """The limits of a range; no bound is filled in beforehand."""

    low = NumberField(label=_("From"), required=False)
    high = NumberField(label=_("To"), required=False)
    unit = forms.ChoiceField(
        label=_("Unit of the range and the limits"),
        choices=UNIT_CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the unit of this range.")},
    )
    alert_low = NumberField(label=_("Alert at or below"), required=False)
    alert_high = NumberField(label=_("Alert at or above"), required=False)
    urgency = forms.ChoiceField(
        label=_("An alert asks the patient to"),
        choices=URGENCY_CHOICES,
        required=False,
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        """Let the rules look at the range as a whole."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("low", "high", "alert_low", "alert_high"):
            self._check_fits(name, cleaned.get(name))
        if not self.errors:
            try:
                self.target()
            except TargetRefused as error:
                self.add_error(
                    FIELD_OF_REFUSAL.get(error.sentence.template), refusal(error)
                )
        return cleaned

    def _check_fits(self, name: str, limit: Decimal | None) -> None:
        if limit is None:
            return
        too_fine = decimals_of(limit) > MOST_DECIMALS
        if too_fine or limit >= 10**MOST_DIGITS:
            self.add_error(name, _("Type at most 6 digits and 2 decimals."))

    def target(self) -> Target:
        """Return the range as the rules look at it."""
        raise NotImplementedError


class TargetForm(LimitsForm):
    """A range as a clinician sets it for a patient, with its days and its reason."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    template = forms.UUIDField(widget=forms.HiddenInput, required=False)
    starts_on = DayField(
        label=_("In force from"),
        help_text=_("Results are judged by the range in force on their date."),
        missing=_("Type the day from which this range holds."),
    )
    ends_on = DayField(label=_("Until"), required=False)
    review_on = DayField(label=_("Review on"), required=False)
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The patient reads it. Each range is signed with your name."),
        max_length=300,
        error_messages={"required": _("Write why this range is set.")},
    )

    field_order = ("seen", "low", "high", "unit", "starts_on", "ends_on", "review_on")

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        author: str,
        at: datetime,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        """Know who signs, and when."""
        super().__init__(*args, **kwargs)
        self.author = author
        self.at = at

    def target(self) -> Target:
        """Return the range as the rules look at it."""
        data = self.cleaned_data
        return Target(
            low=data["low"],
            high=data["high"],
            unit=Unit(data["unit"]),
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            set_by=self.author,
            set_at=self.at,
            reason=data["reason"],
            alert_low=data["alert_low"],
            alert_high=data["alert_high"],
            urgency=Urgency(data["urgency"]) if data["urgency"] else None,
        )

    def entry(self) -> TargetEntry:
        """Return the range as it will be stored."""
        data = self.cleaned_data
        return TargetEntry(
            low=data["low"],
            high=data["high"],
            unit=Unit(data["unit"]),
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            review_on=data["review_on"],
            alert_low=data["alert_low"],
            alert_high=data["alert_high"],
            urgency=data["urgency"],
            reason=data["reason"],
            template=data["template"],
        )


class TogetherForm(TargetForm):
    """The same range for several people; each is bound by a number of their own."""

    seen = None  # type: ignore[assignment]
    entry_id = forms.UUIDField(widget=forms.HiddenInput)
