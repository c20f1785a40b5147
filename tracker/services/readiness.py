"""Whether this process can serve: its database answers, and its tables are right."""

from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from accounts.services import outages, replicas


def state() -> tuple[bool, dict[str, object]]:
    """
    Return whether this process can serve, and what was asked.

    A replica that is away or behind is told, and no reason to leave the process out:
    the primary serves in its place.
    """
    told: dict[str, object] = dict(_needed())
    is_ready = all(told.values())
    replica = replicas.state()
    return is_ready, told if replica is None else {**told, "replica": replica.value}


def _needed() -> dict[str, bool]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            applied = {(app, name) for app, name in cursor.fetchall()}
    except outages.AWAY_ERRORS:
        connection.close()
        return {"database": False, "migrations": False}
    return {"database": True, "migrations": _wanted() <= applied}


@cache
def _wanted() -> frozenset[tuple[str, str]]:
    """Return the newest migration of each app, read from the program once."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(loader.graph.leaf_nodes())
