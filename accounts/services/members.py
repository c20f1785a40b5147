"""Who works in a clinic: invited by e-mail, disabled with effect at once."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain.audit import Action
from accounts.domain.one_time_codes import fingerprint, new_code
from accounts.domain.roles import Role
from accounts.domain.viewers import Viewer
from accounts.models import Clinic, Invitation, Membership
from accounts.services import auditing, sign_in

LASTS = timedelta(days=7)
MOST_TRIES = 10  # of one person in an hour
TRIES_WITHIN = timedelta(hours=1)
COUNTER = "invitation"
MAIL = "accounts/email/invitation"


class InvitationRefused(ValueError):
    """Nobody joined a clinic; the sentence gives no reason away."""


@transaction.atomic
def invite(
    *, clinic: Clinic, email: str, role: Role, by: Viewer, at: datetime
) -> Invitation:
    """Send a code to an address, known here or not; an earlier one ends."""
    address = email.strip().lower()
    open_ones = Invitation.objects.filter(clinic=clinic, closed_at=None)
    open_ones.filter(email=address, role=role.value).update(closed_at=at)
    code = new_code()
    invitation = Invitation.objects.create(
        clinic=clinic,
        email=address,
        role=role.value,
        code_hash=fingerprint(code),
        invited_by_id=by.id,
        made_at=at,
        expires_at=at + LASTS,
    )
    values = {
        "clinic": clinic.name,
        "invited_by": by.name,
        "code": code,
        "days": LASTS.days,
        "accept_url": reverse("invitation_accept"),
    }
    get_adapter().send_mail(MAIL, address, values)
    _record(Action.CREATED, "invitation", invitation.pk, by=by, at=at)
    return invitation


@transaction.atomic
def withdraw(*, invitation: Invitation, by: Viewer, at: datetime) -> None:
    """End an invitation that nobody has accepted."""
    open_ones = Invitation.objects.filter(pk=invitation.pk, closed_at=None)
    if open_ones.update(closed_at=at):
        _record(Action.REVOKED, "invitation", invitation.pk, by=by, at=at)


def accept(*, code: str, by: Viewer, at: datetime) -> UUID:
    """
    Make the viewer a member, where the code was sent to their confirmed address.

    Returns the clinic's id; raises InvitationRefused in the same words whatever was
    wrong. The transaction must be kept then: it holds the count of tries.
    """
    with transaction.atomic():
        is_counted = sign_in.may_try_again(
            COUNTER, str(by.id), most=MOST_TRIES, within=TRIES_WITHIN, at=at
        )
        joined = _join(code) if is_counted else None
        if joined is not None:
            _record(Action.CLAIMED, "invitation", joined, by=by, at=at)
            return joined
    if not is_counted:
        raise InvitationRefused(_("That was tried too often. Try again in an hour."))
    message = _(
        "This code is not open for you. It works once, for 7 days, and for the address "
        "it was sent to: confirm that address here, or ask for a new invitation."
    )
    raise InvitationRefused(message)


def _join(code: str) -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT app.accept_invitation(%s, %s)", [fingerprint(code), uuid4()]
        )
        joined: UUID | None = cursor.fetchone()[0]
    return joined


@transaction.atomic
def disable(*, clinic: Clinic, person_id: UUID, by: Viewer, at: datetime) -> bool:
    """
    Take somebody's parts in a clinic, sign them out, and end what they sent out.

    Returns whether there was anything to take.
    """
    parts = Membership.objects.filter(clinic=clinic, user_id=person_id, is_active=True)
    ended = parts.update(is_active=False)
    if not ended:
        return False
    Invitation.objects.filter(
        clinic=clinic, invited_by_id=person_id, closed_at=None
    ).update(closed_at=at)
    for session in UserSession.objects.filter(user_id=person_id):
        session.end()
    _record(Action.REVOKED, "membership", person_id, by=by, at=at)
    return True


def _record(
    action: Action, label: str, object_id: UUID, *, by: Viewer, at: datetime
) -> None:
    auditing.record(
        viewer=by, action=action, object_label=label, object_id=object_id, at=at
    )
