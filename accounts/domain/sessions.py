"""
How long a session lasts.

NIST SP 800-63B-4 section 2.2.3 asks for a whole limit of 24 hours at most and an idle
one of an hour; HIPAA's automatic logoff and a shared consulting room ask for less.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_SESSION = timedelta(hours=24)
IDLE_IN_A_CLINIC = timedelta(minutes=15)
IDLE_AT_HOME = timedelta(minutes=60)
# Clocks of two machines differ by less; one set back further would leave sessions open.
CLOCKS_APART = timedelta(minutes=5)
STAMP_EVERY = timedelta(minutes=1)  # a write for each request would be one too many


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Since when somebody is signed in, and when they were last seen."""

    since: datetime
    seen: datetime

    def has_ended(self, *, at: datetime, works_in_a_clinic: bool) -> bool:
        """
        Return whether the session is too old, or was left alone for too long.

        One that was seen in the future is over: since when it is idle, nobody knows.
        """
        idle = IDLE_IN_A_CLINIC if works_in_a_clinic else IDLE_AT_HOME
        is_from_the_future = self.seen - at > CLOCKS_APART
        is_over = at - self.since >= LONGEST_SESSION or at - self.seen >= idle
        return is_over or is_from_the_future

    def is_due(self, at: datetime) -> bool:
        """Return whether the time of being seen should be written again."""
        return at - self.seen >= STAMP_EVERY
