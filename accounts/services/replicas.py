"""
Reading from a replica what the primary has allowed.

Access is decided and the read written into the trail on the primary, and committed. The
replica is asked once it shows that very event: it then shows every consent, revocation
and result that was there when access was decided, the reader's own last entry among
them. Where it does not come that far in time, is away or fails, the primary serves.
"""

import contextlib
import logging
import time
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.db import Error, connections, transaction

from accounts.domain.viewers import Viewer
from accounts.links import PRIMARY, REPLICA, asking_replica, has_replica, link
from accounts.queries import look
from accounts.services.committing import whole_now

if TYPE_CHECKING:
    from accounts.models import AuditEvent

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")
PAUSE_SECONDS = 0.003  # between two looks at how far the replica has come
SHOWS = "SELECT app.shows_event(%s, %s), row_security_active('accounts_patient')"
READ_ONLY: Mapping[str, str] = {"transaction_read_only": "on"}


class Served(StrEnum):
    """Who served a read that a replica may serve, and why not the replica."""

    REPLICA = "replica"
    BEHIND = "behind"
    AWAY = "away"
    FAILED = "failed"
    UNBOUND = "unbound"
    """Row-level security would not bind the replica's login: it is not asked at all."""
    NO_REPLICA = "no replica"
    """The address leads to a server that follows no other; what it shows is asked."""
    RESTING = "resting"
    """It was behind or away a moment ago."""
    NESTED = "nested"
    """What was decided stands in a larger transaction, which goes on."""


Listener = Callable[[Served], None]
_listeners: list[Listener] = []


class _NotServed(Exception):
    def __init__(self, served: Served) -> None:
        super().__init__(served.value)
        self.served = served


class _Rest:
    """Whether the replica is left alone for a while, in this process."""

    until = 0.0
    why = Served.REPLICA

    def begin(self, why: Served) -> None:
        self.until = time.monotonic() + settings.REPLICA_REST_SECONDS
        self.why = why

    def end(self) -> None:
        self.until, self.why = 0.0, Served.REPLICA

    @property
    def is_on(self) -> bool:
        return time.monotonic() < self.until


rest = _Rest()


def tell(listener: Listener) -> None:
    """Have every read told, for the numbers of the site."""
    _listeners.append(listener)


def read(work: Callable[[], Answer], *, viewer: Viewer, noted: "AuditEvent") -> Answer:
    """
    Return what `work` reads, from a replica where one is configured and good enough.

    Call once access is decided and the event of this read is written; both are
    committed here. `work` only reads; it may be run a second time, on the primary.
    """
    if not has_replica():
        return work()
    whole = whole_now()
    served = Served.NESTED if whole is None else Served.RESTING
    if whole is not None and not rest.is_on:
        with whole.committed():
            try:
                answer = _asked_of_replica(work, viewer, noted)
            except _NotServed as why:
                served = why.served
            else:
                _told(Served.REPLICA)
                return answer
        rest.begin(served)
        log.warning("The primary serves what a replica might: %s", served)
    _told(served)
    return work()


def state() -> Served | None:
    """
    Return what a replica would do now with a read; None where none is configured.

    One that rests is not asked: whoever watches the process must not wait for it.
    """
    if not has_replica():
        return None
    if rest.is_on:
        return rest.why
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute("SELECT pg_is_in_recovery()")
            (follows,) = cursor.fetchone()
    except Error:
        _let_go()
        rest.begin(Served.AWAY)
        return Served.AWAY
    return Served.REPLICA if follows else Served.NO_REPLICA


def bytes_behind() -> int | None:
    """Return how much of what the primary wrote the replica has not played back."""
    if not has_replica() or rest.is_on:
        return None
    try:
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_flush_lsn()")
            (written,) = cursor.fetchone()
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(
                "SELECT greatest(pg_wal_lsn_diff(%s, pg_last_wal_replay_lsn()), 0)",
                [written],
            )
            (behind,) = cursor.fetchone()
    except Error:
        _let_go()
        rest.begin(Served.AWAY)
        return None
    return None if behind is None else int(behind)


def _let_go() -> None:
    """Close a connection that may be of no more use."""
    with contextlib.suppress(Error):
        connections[REPLICA].close()


def _told(served: Served) -> None:
    for listener in _listeners:
        listener(served)


def _asked_of_replica(
    work: Callable[[], Answer], viewer: Viewer, noted: "AuditEvent"
) -> Answer:
    """Return what the replica answers; raises _NotServed where it cannot be asked."""
    is_reading = False
    try:
        with asking_replica(), transaction.atomic(using=REPLICA):
            look(viewer, _told_to_replica(noted))
            _wait_for(noted)
            is_reading = True
            return work()
    except Error as error:
        _let_go()
        served = Served.FAILED if is_reading else Served.AWAY
        # The message of an error may quote somebody's data; its code does not.
        log.warning(
            "The replica did not answer: %s %s",
            type(error).__name__,
            getattr(error.__cause__, "sqlstate", None) or "",
        )
        raise _NotServed(served) from error


def _told_to_replica(noted: "AuditEvent") -> dict[str, str]:
    # Which record is open was told to the primary's transaction, which is over.
    opened = {"app.patient_id": str(noted.patient_id or "")}
    return {**settings.DATABASE_LIMITS, **READ_ONLY, **opened}


def _wait_for(noted: "AuditEvent") -> None:
    """Wait until the replica shows this event; each look sees what came meanwhile."""
    deadline = time.monotonic() + settings.REPLICA_PATIENCE_SECONDS
    while True:
        with link().cursor() as cursor:
            cursor.execute(SHOWS, [noted.pk, noted.at])
            shows, is_bound = cursor.fetchone()
        if not is_bound:
            raise _NotServed(Served.UNBOUND)
        if shows:
            return
        if time.monotonic() > deadline:
            raise _NotServed(Served.BEHIND)
        time.sleep(PAUSE_SECONDS)
