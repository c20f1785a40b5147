"""Taking turns: who writes about the same thing at the same moment waits."""

from enum import IntEnum

from django.db import connection


class Turn(IntEnum):
    """
    What a turn is about; each kind of thing waits for its own kind alone.

    The numbers stand in running databases: an old version and a new one that serve
    together have to wait for each other. Keys of one number are unlike each other.
    """

    CHAIN_OR_JOB = 0
    RANGES = 1
    FORM_OR_JOINING = 2
    NOTICES = 3
    FILES = 5
    UPLOADS = 6
    ANSWER = 8


def take_turn(turn: Turn, key: object) -> None:
    """Wait for whoever holds the same turn; it ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))",
            [str(key), turn.value],
        )
