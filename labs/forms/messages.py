"""Which messages somebody wants by e-mail."""

from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.asking import AskingForm

COMMON = sorted(each for each in available_timezones() if "/" in each or each == "UTC")


class MessagesForm(AskingForm):
    """What a patient wants to be told; nothing is chosen beforehand."""

    wants_reminders = forms.BooleanField(
        label=_("Remind me when a clinician has asked for a test"),
        help_text=_("Once, a week before the day, between 9 and 20 o'clock."),
        required=False,
    )
    wants_result_notices = forms.BooleanField(
        label=_("Tell me when a new result is in my record"), required=False
    )
    time_zone = forms.ChoiceField(
        label=_("Where you live"),
        choices=[(each, each.replace("_", " ")) for each in COMMON],
        help_text=_("So that messages come by day."),
    )


class RecipientForm(forms.Form):
    """Which messages of a clinic reach a clinician."""

    gets_urgent = forms.BooleanField(
        label=_("Tell me at once when somebody stands at the top of the list"),
        help_text=_(
            "Within minutes, and again until it is reviewed. Where nobody is named, "
            "every clinician of the clinic is told."
        ),
        required=False,
    )
    gets_digest = forms.BooleanField(
        label=_("Send me the numbers of the list every Monday"), required=False
    )
