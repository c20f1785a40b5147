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


class Holder(Protocol):
    """Keeps others from writing about records until the transaction ends."""

    def __call__(self, patient_ids: Iterable[UUID], *, by: Viewer) -> None:
        """Wait for whoever writes about them now."""


_listeners: list[Listener] = []
_holders: list[Holder] = []


def listen(listener: Listener) -> None:
    """Call it after each change from now on."""
    if listener not in _listeners:
        _listeners.append(listener)


def hold_with(holder: Holder) -> None:
    """Call it before records are joined or parted from now on."""
    if holder not in _holders:
        _holders.append(holder)


def hold(patient_ids: Iterable[UUID], *, by: Viewer) -> None:
    """Let nobody else write about these records until the transaction ends."""
    ids = list(patient_ids)
    for holder in _holders:
        holder(ids, by=by)


def tell(patient_ids: Iterable[UUID], *, by: Viewer, at: datetime) -> None:
    """Tell everybody who listens; call it last, inside the change's transaction."""
    ids = list(patient_ids)
    for listener in _listeners:
        listener(ids, by=by, at=at)
