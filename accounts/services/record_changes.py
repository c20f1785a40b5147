"""
Tells the apps above that something about a record changed, in the same transaction.

Consent, a number or a name decide what a clinic's list holds, and the list lives in an
app that this one may not know. Whoever keeps something of that kind listens here when
the apps are ready.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from accounts.domain.viewers import Viewer


class Listener(Protocol):
    """Keeps something that depends on who may see which record."""

    def __call__(
        self, patient_ids: Iterable[UUID], *, by: Viewer, at: datetime
    ) -> None:
        """Look at these records anew."""


_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Call it after each change from now on."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(patient_ids: Iterable[UUID], *, by: Viewer, at: datetime) -> None:
    """Tell everybody who listens; call it last, inside the change's transaction."""
    ids = list(patient_ids)
    for listener in _listeners:
        listener(ids, by=by, at=at)
