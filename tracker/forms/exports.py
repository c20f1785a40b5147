"""The form with which somebody asks for a clinic's records."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    """Why all of them are to leave at once."""

    reason = forms.CharField(
        label=_("Why the records are needed"),
        help_text=_("Read by who confirms it. Name no patient here."),
        max_length=300,
        error_messages={"required": _("Write why the records are needed.")},
    )
