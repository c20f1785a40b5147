"""
The sign-in library's forms, where ours differ.

They do the same work, and as much of it, whether an address is known or not.
"""

import logging
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import SignupForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from cryptography.fernet import InvalidToken
from django import forms
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy

from accounts.forms.wording import InOurWords
from accounts.services import sign_in, sign_in_trail, sign_in_warnings

log = logging.getLogger(__name__)
CANNOT_CHECK = _lazy(
    "Codes cannot be checked here just now. Tell the people who run this site."
)


class SignUpForm(InOurWords, SignupForm):  # type: ignore[misc]
    """Asks for name, address and password; tells nobody which address is known."""

    def clean(self) -> dict[str, Any]:
        """Check the password against the name too, which the library cannot know."""
        cleaned: dict[str, Any] = super().clean() or {}
        password = cleaned.get("password1")
        if password and "password1" not in self.errors:
            person = get_user_model()(name=cleaned.get("name", ""))
            try:
                get_adapter().clean_password(password, user=person)
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return cleaned

    def try_save(self, request: HttpRequest) -> tuple[object, HttpResponse | None]:
        """
        Make the person, or write to the one who has this address already.

        The second costs as much as the first: one password is hashed on both paths.
        """
        if self.account_already_exists:
            get_user_model()().set_password(self.cleaned_data["password1"])
        saved: tuple[object, HttpResponse | None] = super().try_save(request)
        return saved


class CodeWorksOnce(InOurWords):
    """A code that was accepted is refused for as long as it could be replayed."""

    def clean_code(self) -> str:
        """Accept the code, then spend it; stop for good after too many failures."""
        try:
            return self._clean_code()
        except forms.ValidationError:
            sign_in_trail.refused(
                context.request,
                user=self.user,  # type: ignore[attr-defined]
                label=sign_in_trail.SECOND_STEP,
            )
            raise

    def _clean_code(self) -> str:
        sign_in.count_try(sign_in.SECOND_FACTOR, str(self.user.pk))  # type: ignore[attr-defined]
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except InvalidToken:
            # The keys that lock seeds were lost: no mistake of this person's.
            sign_in.forget_tries(sign_in.SECOND_FACTOR, str(self.user.pk))  # type: ignore[attr-defined]
            log.exception("No key in MFA_ENCRYPTION_KEYS opens a second step")
            raise forms.ValidationError(CANNOT_CHECK) from None
        if not sign_in.spend_code(str(self.user.pk), code):  # type: ignore[attr-defined]
            raise get_adapter().validation_error("incorrect_code")
        tried = (sign_in.SECOND_FACTOR, str(self.user.pk))  # type: ignore[attr-defined]
        sign_in_warnings.tell_before_forgetting(
            self.user,  # type: ignore[attr-defined]
            *tried,
            at=timezone.now(),
        )
        sign_in.forget_tries(*tried)
        return code


class SecondFactorForm(CodeWorksOnce, AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class SecondFactorAgainForm(CodeWorksOnce, ReauthenticateForm):  # type: ignore[misc]
    """The second factor once more, before something that matters."""


class SetUpCodeForm(CodeWorksOnce, ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new authenticator app."""
