"""
Which server is asked: the primary, or inside one block a replica.

Nothing here guesses by what a query looks like. A block says that it only reads, and
everything it asks for goes to the replica; outside of it everything is the primary's,
also what hangs on a row that was read from the replica before.
"""

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

PRIMARY = DEFAULT_DB_ALIAS
REPLICA = "replica"
# Sessions, counters and the queue are the primary's, whoever asks.
OURS = frozenset({"accounts", "labs", "tracker"})
_asked: ContextVar[str] = ContextVar("asked", default=PRIMARY)


class WouldAskThePrimary(DatabaseError):
    """What only reads from a replica turned to the primary, where nobody looks."""


def has_replica() -> bool:
    """Say whether a replica is configured."""
    return REPLICA in connections.settings


def link() -> BaseDatabaseWrapper:
    """Return the connection that is asked now, for statements past the models."""
    return connections[_asked.get()]


def is_asking_replica() -> bool:
    """Say whether the replica is asked now: one, or any of several behind a proxy."""
    return _asked.get() == REPLICA


@contextlib.contextmanager
def watching(statement: Callable[..., object]) -> Iterator[None]:
    """Have this called around each statement of the block, whoever is asked."""
    with contextlib.ExitStack() as watched:
        for each in connections.all():
            watched.enter_context(each.execute_wrapper(statement))
        yield


@contextlib.contextmanager
def asking_replica() -> Iterator[None]:
    """
    Ask the replica in the block, and nothing else.

    The primary's transaction is over by then and the next one has not begun: what
    went there would see nothing, and look like a record without results.
    """
    token = _asked.set(REPLICA)
    try:
        with connections[PRIMARY].execute_wrapper(_refuse):
            yield
    finally:
        _asked.reset(token)


def _refuse(
    execute: object,
    statement: str,
    parameters: object,
    many: bool,  # noqa: FBT001 - as the framework calls it
    context: object,
) -> object:
    del execute, statement, parameters, many, context
    message = "A read from a replica asked the primary."
    raise WouldAskThePrimary(message)


class Router:
    """Tells the framework the same for whatever goes through models."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:  # noqa: ANN401
        """Return where to read."""
        del hints
        return _asked.get() if model._meta.app_label in OURS else PRIMARY  # noqa: SLF001 - its public name

    def db_for_write(self, model: type[Model], **hints: Any) -> str:  # noqa: ANN401
        """Return where to write: nothing is written elsewhere."""
        del model, hints
        return PRIMARY

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:  # noqa: ANN401
        """Let rows of both stand together: they are the same rows."""
        del one, other, hints
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:  # noqa: ANN401
        """Let tables be made on the primary; the replica gets them from there."""
        del app_label, hints
        return db == PRIMARY
