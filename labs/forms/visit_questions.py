"""The form of one question for a visit."""

from django import forms
from django.utils.translation import gettext_lazy as _

from labs.domain.visit_questions import LONGEST_QUESTION, QuestionRefused
from labs.forms.fields import refusal


class QuestionForm(forms.Form):
    """A question in the person's own words; ``seen`` is the state that is changed."""

    entry_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    words = forms.CharField(
        label=_("Your question"),
        max_length=LONGEST_QUESTION,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write your question.")},
    )

    def refuse(self, error: QuestionRefused) -> None:
        """Say at the question why it was not saved."""
        self.add_error("words", refusal(error))
