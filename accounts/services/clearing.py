"""Removing what ended long ago: invitations, codes, requests, links, old browsers."""

from django.db import connection


def clear_what_is_over() -> int:
    """
    Remove what ended a season ago, and links that ended a year ago; return how many.

    The database does it: nobody's own rights reach other people's rows.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.clear_what_is_over()")
        (removed,) = cursor.fetchone()
    return int(removed)
