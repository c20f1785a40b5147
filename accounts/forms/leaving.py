"""The form with which somebody leaves."""

from django import forms
from django.utils.translation import gettext_lazy as _


class LeaveForm(forms.Form):
    """One box, so that a stray click deletes nothing."""

    confirmed = forms.BooleanField(
        label=_("I have read what is deleted and what stays"),
        label_suffix="",
        error_messages={"required": _("Tick the box if you want to leave.")},
    )
