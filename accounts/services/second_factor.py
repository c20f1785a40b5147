"""Second steps: set up by a command for the demo, reset by those who run the site."""

from datetime import datetime

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from cryptography.fernet import InvalidToken
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts.domain.audit import Action, Channel
from accounts.domain.viewers import NOBODY
from accounts.models import User
from accounts.services import auditing, sign_in


@transaction.atomic
def set_up_app(user: User) -> str:
    """Give somebody an authenticator app, as the demo does; return its seed."""
    seed: str = totp.generate_totp_secret()
    totp.TOTP.activate(user, seed)
    return seed


def code_now(seed: str) -> str:
    """Return the six digits that an app with this seed shows now."""
    counter = list(totp.yield_hotp_counters_from_time())
    shown: str = totp.format_hotp_value(
        totp.hotp_value(seed, counter[len(counter) // 2])
    )
    return shown


def locked_out() -> int:
    """Return how many second steps no key of MFA_ENCRYPTION_KEYS opens."""
    kept = Authenticator.objects.filter(type=Authenticator.Type.TOTP)
    return sum(not _opens(each.data["secret"]) for each in kept.iterator())


def _opens(seed: str) -> bool:
    try:
        get_adapter().decrypt(seed)
    except InvalidToken:
        return False
    return True


@transaction.atomic
def reset(*, email: str, at: datetime) -> int:
    """
    Take all second steps from somebody and sign them out; return how many they had.

    Raises User.DoesNotExist. Who works in a clinic must set up a new one at once.
    """
    user = User.objects.get(email__iexact=email)
    removed: int = Authenticator.objects.filter(user=user).delete()[0]
    sign_in.forget_tries(sign_in.SECOND_FACTOR, str(user.pk))
    _end_sessions(user)
    auditing.record(
        viewer=NOBODY,
        action=Action.CHANGED,
        object_label="second step",
        object_id=user.pk,
        channel=Channel.COMMAND,
        at=at,
    )
    return removed


def _end_sessions(user: User) -> None:
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
