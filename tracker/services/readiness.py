"""Whether this process can serve: its database answers, and its tables are right."""

from functools import cache

from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader


def state() -> dict[str, bool]:
    """Return what was asked and whether it holds; all of it must."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            applied = {(app, name) for app, name in cursor.fetchall()}
    except OperationalError:
        connection.close()
        return {"database": False, "migrations": False}
    return {"database": True, "migrations": _wanted() <= applied}


@cache
def _wanted() -> frozenset[tuple[str, str]]:
    """Return the newest migration of each app, read from the program once."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(loader.graph.leaf_nodes())
