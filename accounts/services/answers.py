"""Answers kept for a request that is sent again, so that it counts once."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection

from accounts import queries
from accounts.domain.scopes import Scope
from accounts.domain.viewers import Viewer
from accounts.models import StoredAnswer
from accounts.services.turns import Turn, take_turn

if TYPE_CHECKING:
    from accounts.models import Clinic, Patient

KEY_HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(days=1)


class KeyUsed(ValueError):
    """The key was used for another request before."""


class NotToldAgain(ValueError):
    """The request was done before; what its answer tells is not all shared any more."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A request under the key of its sender: the same key means the same request."""

    viewer: Viewer
    key: str
    request: bytes

    @property
    def key_hash(self) -> str:
        """One key of one sender; another program's same word is another key."""
        program = self.viewer.token.id if self.viewer.token else ""
        return hashlib.sha256(f"{program}:{self.key}".encode()).hexdigest()

    @property
    def request_hash(self) -> str:
        return hashlib.sha256(self.request).hexdigest()


def answer_to(sent: Sent) -> StoredAnswer | None:
    """
    Return what was answered to this key before, if it was.

    One request of a key at a time: the lock ends with the transaction. Where the
    database hides the answer, because less is shared by now, NotToldAgain is raised for
    the same request and KeyUsed for another.
    """
    take_turn(Turn.ANSWER, f"{sent.viewer.id}:{sent.key_hash}")
    seen = StoredAnswer.objects.filter(user_id=sent.viewer.id, key=sent.key_hash)
    stored = seen.first()
    if stored is None:
        hidden = _request_of(sent.key_hash)
        if hidden is not None:
            raise NotToldAgain if hidden == sent.request_hash else KeyUsed
    return stored


def _request_of(key_hash: str) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.request_of_key(%s)", [key_hash])
        request: str | None = cursor.fetchone()[0]
    return request


def keep(
    sent: Sent,
    *,
    patient: "Patient | None",
    clinic: "Clinic | None" = None,
    part: Scope,
    status: int,
    headers: dict[str, Any],
    body: str,
    at: datetime,
) -> None:
    """Keep an answer for a day."""
    StoredAnswer.objects.create(
        user_id=sent.viewer.id,
        patient=patient,
        clinic=clinic,
        key=sent.key_hash,
        request_hash=sent.request_hash,
        part=part.value,
        sight=queries.sight_in_a_word(sent.viewer, patient, at=at) if patient else "",
        status=status,
        headers=headers,
        body=body,
        made_at=at,
    )


def is_shared_as_then(stored: StoredAnswer, *, by: Viewer, at: datetime) -> bool:
    """
    Answer whether the sender of an answer sees now what they saw when it was made.

    One about a clinic speaks of several people: of none who let it see less since.
    """
    if stored.clinic is not None and queries.has_consent_ended(
        stored.clinic, since=stored.made_at, at=at
    ):
        return False
    patient = stored.patient
    return (
        patient is None or queries.sight_in_a_word(by, patient, at=at) == stored.sight
    )


def forget_old(*, at: datetime) -> int:
    """Remove the answers that nobody asks for any more; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.forget_answers(%s)", [at - KEPT_FOR])
        return int(cursor.fetchone()[0])
