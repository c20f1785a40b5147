"""How a clinician's request for access ends."""

from datetime import timedelta
from enum import StrEnum

LASTS = timedelta(days=14)


class Outcome(StrEnum):
    """What became of it; a clinic is told apart only what it did or was given."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
