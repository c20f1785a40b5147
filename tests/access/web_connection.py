"""A connection of its own that signs in to the database as the web's role."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import LiteralString

import psycopg
from django.db import connection
from psycopg import sql

from tracker.database import WEB_ROLE
from tracker.grants import EXEMPT_TABLES


@contextlib.contextmanager
def web_connection() -> Iterator[psycopg.Connection]:
    """Have a real web connection inside the block, past Django."""
    where = connection.settings_dict
    with psycopg.connect(
        host=where["HOST"], dbname=where["NAME"], user=WEB_ROLE
    ) as opened:
        opened.commit()
        yield opened


@contextlib.contextmanager
def looking(opened: psycopg.Connection, kind: str, viewer: object) -> Iterator[None]:
    """Look as somebody for one transaction, as each request does; keep nothing."""
    with opened.transaction(force_rollback=True):
        opened.execute(
            "SELECT set_config('app.viewer_kind', %s, true),"
            " set_config('app.viewer_id', %s, true)",
            [kind, str(viewer or "")],
        )
        yield


def rows_seen(opened: psycopg.Connection, table: str) -> list[tuple[object, ...]]:
    """Return everything of a table that this viewer gets."""
    query = sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))
    return opened.execute(query).fetchall()


def counts_seen(opened: psycopg.Connection) -> dict[str, int]:
    """Return how many rows of each protected table this viewer gets, without zeros."""
    counts = {table: len(rows_seen(opened, table)) for table in protected_tables()}
    return {table: count for table, count in counts.items() if count}


def protected_tables() -> list[str]:
    """Return the tables of the catalogue that are not exempt by name."""
    return sorted(set(all_tables()) - EXEMPT_TABLES.keys())


def all_tables() -> list[str]:
    """Return every table and view of the product, from the catalogue; see parts()."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT relispartition"
            " ORDER BY relname"
        )
        return [name for (name,) in cursor.fetchall()]


def parts() -> list[str]:
    """Return every part of a partitioned table, from the catalogue."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relispartition"
            " AND relkind IN ('r', 'p', 'f') ORDER BY relname"
        )
        return [name for (name,) in cursor.fetchall()]


def refusal(
    opened: psycopg.Connection, statement: LiteralString, values: Sequence[object]
) -> str:
    """
    Try a write; return why the database refused it, or how many rows it touched.

    What it did is undone.
    """
    try:
        with opened.transaction(force_rollback=True):
            return f"{opened.execute(statement, values).rowcount} rows"
    except psycopg.Error as error:
        return type(error).__name__
