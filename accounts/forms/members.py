"""The forms with which a clinic grows."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.domain.roles import Role
from accounts.forms.asking import AskingForm


class InviteForm(AskingForm):
    """Whom, and as what."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("What will this person do?"),
        choices=[
            (Role.CLINICIAN.value, _("Treat patients, and see what they share")),
            (Role.CLINIC_ADMIN.value, _("Look after members; see no patients")),
        ],
        widget=forms.RadioSelect,
    )


class AcceptForm(AskingForm):
    """The code out of the mail."""

    code = forms.CharField(
        label=_("Code from the e-mail"),
        help_text=_(
            "Twenty-five letters and digits. Spaces and hyphens do not matter."
        ),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
