"""
Signing in, and what opens an account, in the audit trail.

An event names the account by its id, never the address that was typed; a try with an
address that nobody has is written down too, so that both cost the same.
"""

from typing import TYPE_CHECKING, Any

from allauth.account import signals as account_signals
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest
from django.utils import timezone

from accounts.domain.audit import Action
from accounts.domain.viewers import NOBODY, Viewer
from accounts.models import User
from accounts.queries import viewer_for, viewing
from accounts.services import auditing

if TYPE_CHECKING:
    from django.dispatch import Signal

SIGN_IN = "sign-in"
PASSWORD = "password"  # noqa: S105 - what an event is about
ADDRESS = "address"
SECOND_STEP = "second step"
OTHER_BROWSER = "other browser"
OVER_TIME = "session over time"
STEPS = {
    Authenticator.Type.TOTP: "authenticator app",
    Authenticator.Type.WEBAUTHN: "passkey",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}
OF_AN_ACCOUNT = (
    *(SIGN_IN, PASSWORD, ADDRESS, SECOND_STEP, OTHER_BROWSER, OVER_TIME),
    *STEPS.values(),
)


def by_owner(
    request: HttpRequest | None, user: User, action: Action, label: str
) -> None:
    """Write what somebody did with their own account, who may only just be known."""
    write(request, viewer_for(user), action, label)


def write(
    request: HttpRequest | None, viewer: Viewer, action: Action, label: str
) -> None:
    """Write what somebody did with their own account, or what became of it."""
    with viewing(viewer):
        auditing.record(
            viewer=viewer,
            action=action,
            object_label=label,
            object_id=viewer.id,
            ip_address=_address(request),
            at=timezone.now(),
        )


def refused(request: HttpRequest | None, *, user: User | None, label: str) -> None:
    """Write a try that failed; who made it is not known."""
    with viewing(NOBODY):
        auditing.record(
            viewer=NOBODY,
            action=Action.FAILED,
            object_label=label,
            object_id=user.pk if user else "",
            ip_address=_address(request),
            at=timezone.now(),
        )


def refused_password(request: HttpRequest | None, email: str) -> None:
    """Write a password that was wrong, or one for an address that nobody has."""
    user = User.objects.filter(email__iexact=email.strip()).first()
    refused(request, user=user, label=PASSWORD)


def _address(request: HttpRequest | None) -> str | None:
    return request.META.get("REMOTE_ADDR") if request is not None else None


def listen() -> None:
    """
    Hear what changed that opens an account.

    Of a second step the row itself tells, in the transaction of the change: the
    library's own signals come after it.
    """
    changes: tuple[tuple[Signal, str], ...] = (
        (account_signals.password_changed, PASSWORD),
        (account_signals.password_set, PASSWORD),
        (account_signals.password_reset, PASSWORD),
        (account_signals.email_changed, ADDRESS),
    )
    for signal, label in changes:
        signal.connect(_writing(label), weak=False, dispatch_uid="account trail")
    post_save.connect(_second_step_came, sender=Authenticator)
    post_delete.connect(_second_step_went, sender=Authenticator)


def _writing(label: str) -> Any:  # noqa: ANN401 - a receiver of signals
    def receive(*, request: HttpRequest, user: User, **_told: Any) -> None:  # noqa: ANN401
        by_owner(request, user, Action.CHANGED, label)

    return receive


def _second_step_came(
    *,
    instance: Authenticator,
    created: bool,
    **_told: Any,  # noqa: ANN401
) -> None:
    if created:
        _second_step(instance, Action.CREATED)


def _second_step_went(*, instance: Authenticator, **_told: Any) -> None:  # noqa: ANN401
    _second_step(instance, Action.ERASED)


def _second_step(step: Authenticator, action: Action) -> None:
    """Write it where a person did it; what a command does, the command writes."""
    if context.request is not None:
        by_owner(context.request, step.user, action, STEPS[step.type])
