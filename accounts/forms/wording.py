"""The sign-in library's fields, in our words: one label each, no text that vanishes."""

from typing import TYPE_CHECKING, Any

from allauth.account import forms as library
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.forms.asking import say_what_to_do

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LABELS: "dict[str, StrOrPromise]" = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "oldpassword": _("Password until now"),
    "password": _("Password"),
    "password1": _("Password"),
    "password2": _("The same password again"),
    "code": _("Code"),
}
HINTS: "dict[str, StrOrPromise]" = {
    "password": "",
    "oldpassword": "",
    "password1": _(
        "15 characters or more. A few words that do not belong together are easy to "
        "remember. Your name and your e-mail address must not be part of it."
    ),
}

# The library's own, by its own words: only its translations are ours.
gettext_noop("You must type the same password each time.")


class InOurWords(forms.Form):
    """Labels and hints for the fields that the library made."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Change the fields once they are there."""
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in LABELS:
                field.label = LABELS[name]
            if name in HINTS:
                field.help_text = HINTS[name]
            say_what_to_do(name, field)


class SignInForm(InOurWords, library.LoginForm):  # type: ignore[misc]
    """Address and password."""


class NewPasswordForm(InOurWords, library.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password, after a link in a mail."""


class ChangePasswordForm(InOurWords, library.ChangePasswordForm):  # type: ignore[misc]
    """A new password for the old one."""


class SetPasswordForm(InOurWords, library.SetPasswordForm):  # type: ignore[misc]
    """A first password."""


class ForgottenPasswordForm(InOurWords, library.ResetPasswordForm):  # type: ignore[misc]
    """The address to which a link goes."""


class SameAgainForm(InOurWords, library.ReauthenticateForm):  # type: ignore[misc]
    """The password once more."""


class NewAddressForm(InOurWords, library.AddEmailForm):  # type: ignore[misc]
    """Another address."""
