"""The form of a clinician's recorded plan."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PlanForm(forms.Form):
    """Free words, kept as they are."""

    entry_id = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("The plan, in your words"),
        help_text=_(
            "Shown to the patient as you write it, with your name and the day. Nothing "
            "is read out of it, and nobody is reminded of it."
        ),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write the plan down.")},
    )

    def clean_text(self) -> str:
        """Keep line breaks as one character, so that equal words are equal."""
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n")
