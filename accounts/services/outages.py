"""A database that is away: how that is told from a fault, and what is answered."""

from django.db import InterfaceError, OperationalError

from accounts.domain.problems import Kind, Problem

RETRY_SECONDS = "5"
# A commit whose answer was lost may hold or not: nobody is told that it does not.
AWAY = Problem(
    Kind.AWAY,
    "Whether this was done is not certain. Ask again with the same Idempotency-Key, "
    "which does it once.",
    headers={"Retry-After": RETRY_SECONDS},
)


def is_outage(error: BaseException | None) -> bool:
    """Say whether a lost connection is behind an error, whatever came of it later."""
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError):
            return True
        error = error.__cause__ or error.__context__
    return False
