"""
Leaving: asked for, called off by signing in, carried out when the days are over.

The database does it in one transaction: whoever kills it half-way finds nothing done.
"""

from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import queries
from accounts.domain.audit import Action
from accounts.domain.viewers import Viewer
from accounts.models import Departure, User
from accounts.services import auditing
from accounts.services.days import dated

GRACE = timedelta(days=14)
MAIL = "accounts/email/leaving"


class LeavingRefused(ValueError):
    """Nobody leaves; the sentence says what has to be done first."""


@transaction.atomic
def ask(*, by: Viewer, at: datetime) -> Departure:
    """Write down when the account goes, tell its owner, and sign out everywhere."""
    for clinic in queries.clinics_with_no_other_admin(by):
        sentence = _(
            "You are the only admin of %(clinic)s. Make somebody else an admin first."
        )
        raise LeavingRefused(sentence % {"clinic": clinic.name})
    user = User.objects.select_for_update().get(pk=by.id)
    pending = Departure.objects.pending().filter(user=user).first()
    if pending is not None:
        return pending
    asked = Departure.objects.create(user=user, asked_at=at, due_at=at + GRACE)
    values = {"day": dated(asked.due_at), "login_url": reverse("home")}
    get_adapter().send_mail(MAIL, user.email, values)
    _record(Action.REVOKED, user.pk, by=by, at=at)
    for session in UserSession.objects.filter(user=user):
        session.end()
    return asked


@transaction.atomic
def call_off(*, user: User, at: datetime) -> bool:
    """Keep the account of somebody who signed in; return whether it was to go."""
    pending = Departure.objects.pending().filter(user=user, due_at__gt=at)
    return bool(pending.update(called_off_at=at))


def carry_out_due() -> int:
    """
    Delete the accounts whose days of grace are over; return how many.

    Each in a transaction of its own, by the database's clock; run again, or twice at
    once, it does nothing twice.
    """
    done = 0
    while _carry_out_one():
        done += 1
    return done


def _carry_out_one() -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT app.carry_out_departure()")
        return bool(cursor.fetchone()[0])


def _record(action: Action, user_id: UUID, *, by: Viewer, at: datetime) -> None:
    own = queries.own_patient(by)
    auditing.record(
        viewer=by,
        action=action,
        object_label="account",
        object_id=user_id,
        patient_id=own.pk if own else None,
        at=at,
    )
