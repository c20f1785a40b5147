"""Where the sign-in library meets our own people."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.domain.audit import Action
from accounts.services import (
    languages,
    leaving,
    mailing,
    sign_in,
    sign_in_trail,
    sign_in_warnings,
)

if TYPE_CHECKING:
    from accounts.models import User

# What the library refuses, in our words: its own address readers of German as friends.
REFUSALS = {
    "account_inactive": _lazy("This account is switched off."),
    "cannot_remove_primary_email": _lazy(
        "The address you sign in with cannot be removed."
    ),
    "duplicate_email": _lazy("Your account has this address already."),
    "email_password_mismatch": _lazy(
        "The e-mail address or the password is not right."
    ),
    "email_taken": _lazy("Another account has this address."),
    "enter_current_password": _lazy("Type the password you have now."),
    "incorrect_code": _lazy(
        "This code is not right, or was used before. Type the newest one."
    ),
    "incorrect_password": _lazy("The password is not right."),
    "invalid_login": _lazy("The sign-in did not work. Start again."),
    "invalid_or_expired_key": _lazy("This link does not work any more."),
    "invalid_password_reset": _lazy("This link does not work any more."),
    "max_email_addresses": _lazy("You cannot add more than %d e-mail addresses."),
    "rate_limited": _lazy("Too many tries in a short time. Wait a minute."),
    "same_as_current": _lazy("This is the one you have now. Type another."),
    "too_many_login_attempts": _lazy(
        "Too many failed login attempts. Try again later."
    ),
    "unknown_email": _lazy("No account has this address."),
    "unverified_primary_email": _lazy(
        "Confirm your address first: open the link in our message."
    ),
}
SECOND_STEP_REFUSALS = {
    "add_email_blocked": _lazy(
        "While a second step is on, no other e-mail address can be added."
    ),
    "cannot_delete_authenticator": _lazy("The last second step has to stay."),
    "cannot_generate_recovery_codes": _lazy(
        "Recovery codes come with a second step. Set one up first."
    ),
    "incorrect_code": REFUSALS["incorrect_code"],
    "unverified_email": REFUSALS["unverified_primary_email"],
}


class AccountAdapter(DefaultAccountAdapter):
    """Counts failures, trusts no header, and sends mail when all is saved."""

    error_messages = {**DefaultAccountAdapter.error_messages, **REFUSALS}

    def send_mail(
        self, template_prefix: str, email: str, context: dict[str, Any]
    ) -> None:
        """
        Render now, and leave it to the worker in the request's own transaction.

        Links start with the site's own origin, whatever the Host header said. A mail
        server that is slow or down changes neither answer nor saved data.
        """
        links = {
            name: f"{settings.SITE_ORIGIN}{urlsplit(value).path}"
            for name, value in context.items()
            if name.endswith("_url")
        }
        own = {"email": email, "site_origin": settings.SITE_ORIGIN}
        values = {**context, **links, **own}
        with languages.speaking_to_address(email):
            message = self.render_mail(template_prefix, email, values)
            mailing.queue(message, at=timezone.now())

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ANN401
        """Count the try, known address or not, before the password is looked at."""
        super().pre_authenticate(request, **credentials)
        try:
            sign_in.count_try(sign_in.PASSWORD, credentials.get("email", ""))
        except ValidationError:
            sign_in_trail.refused_password(request, credentials.get("email", ""))
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ANN401
        """Write the failed try down, for an address that nobody has as well."""
        super().authentication_failed(request, **credentials)
        sign_in_trail.refused_password(request, credentials.get("email", ""))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> "User | None":  # noqa: ANN401
        """Forget the failures once the password was right; tell of many."""
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            tried = (sign_in.PASSWORD, credentials.get("email", ""))
            sign_in_warnings.tell_before_forgetting(user, *tried, at=timezone.now())
            sign_in.forget_tries(*tried)
        return user

    def post_login(
        self,
        request: HttpRequest,
        user: "User",
        **kwargs: Any,  # noqa: ANN401
    ) -> HttpResponse:
        """Write it down; keep the account of somebody who had asked to leave."""
        answer: HttpResponse = super().post_login(request, user, **kwargs)
        sign_in_trail.by_owner(request, user, Action.SIGNED_IN, sign_in_trail.SIGN_IN)
        if leaving.call_off(user=user, at=timezone.now()):
            messages.success(request, _("Your account stays. Nothing was deleted."))
        return answer

    def logout(self, request: HttpRequest) -> None:
        """Write down who signed out; afterwards nobody is known."""
        if request.user.is_authenticated:
            sign_in_trail.by_owner(
                request, request.user, Action.SIGNED_OUT, sign_in_trail.SIGN_IN
            )
        super().logout(request)

    def set_password(self, user: "User", password: str) -> None:
        """Set a new password; who proved to read the mail may try again."""
        super().set_password(user, password)
        for address in EmailAddress.objects.filter(user=user):
            sign_in.forget_tries(sign_in.PASSWORD, address.email)

    def _get_login_attempts_cache_key(
        self,
        request: HttpRequest,
        **credentials: Any,  # noqa: ANN401
    ) -> str:
        """Count by address alone: another Host header is not another counter."""
        del request
        email: str = credentials.get("email", "")
        return email.strip().lower()


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Writes down who signed out which other browsers."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        """End them, each with its event."""
        ended = list(sessions)
        super().end_sessions(ended)
        for session in ended:
            sign_in_trail.by_owner(
                self.request,
                session.user,
                Action.SIGNED_OUT,
                sign_in_trail.OTHER_BROWSER,
            )


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps seeds encrypted, and speaks for the site's own name."""

    error_messages = {**DefaultMFAAdapter.error_messages, **SECOND_STEP_REFUSALS}

    def encrypt(self, text: str) -> str:
        """Return the text as the database may keep it."""
        return _lock().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return what `encrypt` was given, under any of the keys in use."""
        return _lock().decrypt(encrypted_text.encode()).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Bind passkeys to the site's own name, never to a Host header."""
        return {
            "id": urlsplit(settings.SITE_ORIGIN).hostname or "",
            "name": "Calcidiol",
        }

    def build_totp_svg(self, url: str) -> str:
        """Draw the code dark on white with a quiet zone, on dark pages too."""
        svg: str = super().build_totp_svg(url)
        return svg.replace(
            "<path ", '<rect width="100%" height="100%" fill="#fff"/><path ', 1
        )


def _lock() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.MFA_ENCRYPTION_KEYS])
