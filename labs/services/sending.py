"""One form counts once: what was stored of it, and whether it came back changed."""

from typing import Generic, TypeVar
from uuid import UUID

from accounts.services.turns import Turn, take_turn

Stored = TypeVar("Stored")


class SentAgain(RuntimeError, Generic[Stored]):
    """A form came back with something else in it than it stored; both are shown."""

    def __init__(self, stored: Stored) -> None:
        """Keep what was stored."""
        super().__init__("This form was saved before with something else in it.")
        self.stored = stored


def lock_form(entry_id: UUID) -> None:
    """Wait for the same form, which may come twice at once; ends with the request."""
    take_turn(Turn.FORM_OR_JOINING, entry_id)
