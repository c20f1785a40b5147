"""The form of an acknowledgement."""

from django import forms
from django.utils.translation import gettext_lazy as _

from labs.domain.acknowledgements import NEEDS_A_REASON

LONGEST_REASON = 200


class AcknowledgeForm(forms.Form):
    """Which words were read, and what was done about them."""

    entry_id = forms.UUIDField(widget=forms.HiddenInput)
    subject = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reason = forms.CharField(
        label=_("What was done, or why"),
        help_text=_("It stays with your name and the day. The precaution stays too."),
        max_length=LONGEST_REASON,
        error_messages={"required": _(NEEDS_A_REASON)},
    )

    def shown_subject(self) -> str:
        """Return what the form is about, also where something else is wrong with it."""
        return str(self.data.get("subject", ""))
