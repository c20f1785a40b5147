"""
Where a value stands against the range that a clinician has set, and on what basis.
"""

from enum import StrEnum


class Position(StrEnum):
    """Where a value stands against a named target."""

    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"
    CANNOT_TELL = "cannot_tell"
    NO_TARGET = "no_target"
    NOT_COMPARED = "not_compared"
