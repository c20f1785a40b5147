"""What a form says where an answer is missing: what to do, field by field."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MISSING: "dict[str, StrOrPromise]" = {
    "basis": _("Choose what the access rests on."),
    "born_on": _("Type the date of birth."),
    "carer_name": _("Type the name of the carer."),
    "clinic": _("Choose a clinic or a clinician."),
    "code": _("Type the code."),
    "email": _("Type the e-mail address."),
    "ends_on": _("Choose the last day."),
    "hemisphere": _("Choose where you live."),
    "language": _("Choose a language."),
    "login": _("Type the e-mail address."),
    "name": _("Type your name."),
    "oldpassword": _("Type the password."),
    "openings": _("Type how often it can be opened, from 1 to 20."),
    "password": _("Type the password."),
    "password1": _("Type the password."),
    "password2": _("Type the same password again."),
    "pin": _("Type the six digits of the PIN."),
    "recipient": _("Write who will read it."),
    "role": _("Choose what this person will do."),
    "status": _("Choose what the report is."),
    "time_zone": _("Choose where you live."),
    "username": _("Type the e-mail address."),
    "whom": _("Choose who may see it."),
}
NO_DATE = _("Type the date as day/month/year, like 12/03/2026.")


class AskingForm(forms.Form):
    """A form whose fields say what to do, and not that they are required."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Give each field its own sentences, where it has none."""
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            say_what_to_do(name, field)


def say_what_to_do(name: str, field: forms.Field) -> None:
    """Put our sentences in the place of the framework's."""
    messages = field.error_messages
    if name in MISSING and messages.get("required") == REQUIRED:
        messages["required"] = MISSING[name]
    if isinstance(field, forms.DateField) and messages["invalid"] == INVALID_DATE:
        messages["invalid"] = NO_DATE


REQUIRED = forms.Field.default_error_messages["required"]
INVALID_DATE = forms.DateField.default_error_messages["invalid"]
