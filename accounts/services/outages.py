"""A database that is away, slow or full: told from a fault, and answered."""

import errno
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import Enum
from typing import TypeVar

from django.conf import settings
from django.db import (
    DatabaseError,
    Error,
    InterfaceError,
    InternalError,
    OperationalError,
    connection,
)
from django.utils.translation import gettext as _

from accounts.domain.problems import Kind, Problem
from accounts.domain.words import N_

RETRY_SECONDS = "5"
# A commit whose answer was lost may hold or not: nobody is told that it does not.
AWAY = Problem(
    Kind.AWAY,
    N_(
        "Whether this was done is not certain. Ask again with the same "
        "Idempotency-Key, which does it once."
    ),
    headers={"Retry-After": RETRY_SECONDS},
)
# Stopped in the middle, before any commit: what was written so far is undone.
TOO_LONG = Problem(
    Kind.AWAY,
    N_("This took too long and was stopped. Nothing was saved; ask again in a moment."),
    headers={"Retry-After": RETRY_SECONDS},
)
# Refused before any commit. Somebody has to make room: that takes longer.
FULL = Problem(
    Kind.AWAY,
    N_("There is no room left to store anything. Nothing was saved; ask again later."),
    headers={"Retry-After": "60"},
)
NO_ROOM = "53100"
NO_ROOM_FOR_A_FILE = frozenset({errno.ENOSPC, errno.EDQUOT})
STOPPED = frozenset({"57014", "55P03", "25P03"})  # a statement, a lock, an idle pause
# The server was shut, crashed or starts; what begins like this is of connections.
SHUT, OF_CONNECTIONS = frozenset({"57P01", "57P02", "57P03"}), "08"
# What a database that is away is told by. Of internal errors these alone: the driver's
# own, which have no code (a commit and the end of its connection answered at once), and
# that of a member that follows another now and takes no writes.
AWAY_ERRORS = (OperationalError, InterfaceError, InternalError)
FOLLOWS = "25006"


PAUSE_SECONDS = 0.1  # between two tries to reach a database that starts
Found = TypeVar("Found")


def wait_for_the_database() -> None:
    """
    Have a connection before anything is asked; wait a little for one that restarts.

    Nothing of the request has happened yet, so that every request may wait. Raises
    OperationalError once the patience is over.
    """
    _wait_until(connection.ensure_connection)


def find_the_database_again() -> None:
    """
    Wait for the database after a connection was lost; raises as above.

    A pooler takes connections while its server is away: so something is asked.
    """
    connection.close()
    _wait_until(_ask)


def asked_again(ask: Callable[[], Found]) -> Found:
    """Ask what may be asked twice; once more where the connection was lost."""
    try:
        return ask()
    except AWAY_ERRORS as error:
        if not lost_the_connection(error):
            raise
    find_the_database_again()
    return ask()


def _wait_until(reached: Callable[[], None]) -> None:
    deadline = time.monotonic() + settings.DATABASE_PATIENCE_SECONDS
    while True:
        try:
            reached()
        except AWAY_ERRORS:
            if time.monotonic() + PAUSE_SECONDS > deadline:
                raise
            time.sleep(PAUSE_SECONDS)
        else:
            return


def _ask() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        connection.close()
        raise


def is_connection_lost() -> bool:
    """Say whether the connection is gone, and its open transaction with it."""
    link = connection.connection
    return link is None or bool(link.closed)


def lost_the_connection(error: BaseException | None) -> bool:
    """Say whether a lost connection is behind an error, and no answer of the server."""
    return any(
        isinstance(each, AWAY_ERRORS) and _is_a_loss(each) for each in _chain(error)
    )


def _is_a_loss(error: BaseException) -> bool:
    state = _state(error)
    return state in SHUT or state[:2] in {"", OF_CONNECTIONS}


def _state(error: BaseException) -> str:
    """Return the server's code of an error; empty where the driver itself made it."""
    return getattr(error.__cause__, "sqlstate", None) or ""


def is_outage(error: BaseException | None) -> bool:
    """Say whether a lost connection is behind an error, whatever came of it later."""
    return bool(reason_of(error)) or is_away(error)


def is_away(error: BaseException | None) -> bool:
    """Say whether a database that is away, or follows another, is behind an error."""
    return any(
        isinstance(each, AWAY_ERRORS)
        and (not isinstance(each, InternalError) or _state(each) in {"", FOLLOWS})
        for each in _chain(error)
    )


def took_too_long(error: BaseException | None) -> bool:
    """Say whether a limit of time in the database is behind an error."""
    return reason_of(error) == Reason.TOO_LONG


class Reason(Enum):
    """Why a request was ended before its commit, for certain."""

    TOO_LONG = "too long"
    FULL = "full"


def reason_of(error: BaseException | None) -> Reason | None:
    """Return why the database, or the disk for files on their way, refused."""
    found = (_own_reason(each) for each in _chain(error))
    return next(filter(None, found), None)


def _own_reason(error: BaseException) -> Reason | None:
    if isinstance(error, OSError) and error.errno in NO_ROOM_FOR_A_FILE:
        return Reason.FULL
    if not isinstance(error, DatabaseError):
        return None
    state = _state(error)
    if state == NO_ROOM:
        return Reason.FULL
    return Reason.TOO_LONG if state in STOPPED else None


def outage(error: BaseException | None) -> Problem:
    """Return what an outage is told as, in the reader's language."""
    told = {Reason.TOO_LONG: TOO_LONG, Reason.FULL: FULL, None: AWAY}
    problem = told[reason_of(error)]
    return replace(problem, detail=_(problem.detail))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
