"""The form with which a person takes over the record that a clinic opened."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.asking import AskingForm


class ClaimForm(AskingForm):
    """What the clinic gave, and what the person knows."""

    code = forms.CharField(
        label=_("Code from your clinic"),
        help_text=_(
            "Twenty-five letters and digits. Spaces and hyphens do not matter."
        ),
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )
    born_on = forms.DateField(
        label=_("Date of birth"),
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}),
    )
