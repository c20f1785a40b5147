"""
The one transaction of a request or of a step, which may be committed on the way.

Whoever reads from a replica has to know that what was decided and written so far holds,
whatever comes afterwards.
"""

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from types import TracebackType

from django.db import connection, transaction

_now: ContextVar["Whole | None"] = ContextVar("whole", default=None)


def whole_now() -> "Whole | None":
    """Return the transaction that everything stands in, if it may be committed."""
    whole = _now.get()
    return whole if whole is not None and whole.is_outermost else None


class Whole:
    """One transaction; committed in the middle, the rest stands in a second one."""

    def __init__(self, go_on: Callable[[], None]) -> None:
        """Keep what a second transaction has to be told first: who looks."""
        self._go_on = go_on
        self._block: transaction.Atomic | None = None

    def __enter__(self) -> "Whole":
        """Begin."""
        self._begin()
        self._before = _now.set(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Commit, or undo what was not committed yet."""
        _now.reset(self._before)
        block, self._block = self._block, None
        if block is not None:
            block.__exit__(kind, error, trace)

    @property
    def is_open(self) -> bool:
        """Whether there is a transaction; none where a second one could not begin."""
        return self._block is not None

    @property
    def is_outermost(self) -> bool:
        """Whether a commit would hold: nothing else is open, around it or in it."""
        blocks = connection.atomic_blocks
        return (
            self.is_open
            and len(blocks) == 1
            and blocks[0] is self._block
            and not connection.needs_rollback
        )

    @contextlib.contextmanager
    def committed(self) -> Iterator[None]:
        """Commit what was done so far; after the block go on in a new transaction."""
        block, self._block = self._block, None
        if block is not None:
            block.__exit__(None, None, None)
        try:
            yield
        finally:
            self._begin()
            self._go_on()

    def _begin(self) -> None:
        block = transaction.atomic()
        block.__enter__()
        self._block = block
