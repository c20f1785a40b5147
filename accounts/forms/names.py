"""Forms of people; they validate shape only."""

from typing import TYPE_CHECKING

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.forms.asking import AskingForm

if TYPE_CHECKING:
    from accounts.models import User


class NameForm(AskingForm):
    """What sign-up asks besides e-mail and password."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    field_order = ["name", "email", "password1"]

    def signup(self, request: HttpRequest, user: "User") -> None:
        """Keep the name with the new person, and the language they read the form in."""
        del request
        user.name = self.cleaned_data["name"]
        user.language = get_language() or ""
        user.save(update_fields=["name", "language"])
