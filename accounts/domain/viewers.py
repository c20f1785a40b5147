"""
Who is looking.

A viewer is a kind and an id; the database's policies read the same two words.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from accounts.domain.audit import Channel
from accounts.domain.scopes import Scope
from accounts.domain.tokens import TokenPass

NIL = UUID(int=0)


class ViewerKind(StrEnum):
    """
    What kind of viewer asks.

    The values are read by the row-level policies (accounts.migrations).
    """

    NOBODY = ""
    USER = "user"
    CLINIC = "clinic"  # a command or task that acts for a whole clinic
    SHARE = "share"  # who opened a patient's share link: reads a report, no more


@dataclass(frozen=True, slots=True)
class Viewer:
    """One who looks at data, and whom the audit trail names."""

    kind: ViewerKind
    id: UUID = NIL
    name: str = ""
    channel: Channel = Channel.PAGE
    token: TokenPass | None = None  # the key that a program of theirs showed
    address: str = field(default="", compare=False)  # of the network, for the trail

    @property
    def id_or_none(self) -> UUID | None:
        """Return the id, or None for nobody."""
        return None if self.kind is ViewerKind.NOBODY else self.id

    def may_read(self, scope: Scope) -> bool:
        """Answer whether a key in use opens that part; without one all parts are."""
        return self.token is None or self.token.may_read(scope)


NOBODY = Viewer(ViewerKind.NOBODY)
