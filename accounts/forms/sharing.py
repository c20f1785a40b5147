"""The form with which a patient lets a clinic in."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ConsentForm(forms.Form):
    """Whom, what, from which day, until when; nothing is chosen beforehand."""

    clinic = forms.ChoiceField(label=_("Clinic"))
    results = forms.BooleanField(
        label=_("Results and their chart"), required=False, label_suffix=""
    )
    supplements = forms.BooleanField(
        label=_("What you take: supplements and amounts"), required=False
    )
    health = forms.BooleanField(
        label=_("Health profile: conditions and medicines"), required=False
    )
    results_from = forms.DateField(
        label=_("Only results collected from this day on"),
        help_text=_("Leave it empty to show all of them."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    ends_on = forms.DateField(
        label=_("Last day"),
        help_text=_("Leave it empty if it holds until you take it back."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(
        self,
        *args: object,
        clinics: list[tuple[str, str]],
        today: date,
        **kwargs: object,
    ) -> None:
        """Take the clinics that can be let in, and today's date."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.today = today
        field = self.fields["clinic"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("Choose a clinic")), *clinics]

    def clean_ends_on(self) -> date | None:
        """Refuse an end that has passed."""
        ends_on: date | None = self.cleaned_data["ends_on"]
        if ends_on is not None and ends_on < self.today:
            raise forms.ValidationError(_("This day has passed. Choose a later one."))
        return ends_on

    def clean(self) -> dict[str, Any]:
        """Refuse to share nothing."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(cleaned.get(part) for part in ("results", "supplements", "health")):
            message = _("Choose at least one part that the clinic may see.")
            self.add_error("results", message)
        return cleaned
