"""Days and moments as the reader's language writes them."""

from datetime import UTC, date, datetime
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import get_language

MOST_KEPT = 50_000  # days, in a few languages: more than one long record has


def dated(day: date) -> str:
    """Return a day in words: 12 March 2026."""
    return dated_in(get_language(), day)


@lru_cache(maxsize=MOST_KEPT)
def dated_in(language: str | None, day: date) -> str:
    """Return the same in the language that is spoken now, and keep it."""
    del language  # it is the key: a record speaks of the same days on every page
    return date_format(day, "DATE_FORMAT")


def dated_short(day: date) -> str:
    """Return a day for a table: 12 Mar 2026."""
    return date_format(day, "SHORT_DATE_FORMAT")


def moment(at: datetime) -> str:
    """Return a moment in words, in universal time."""
    return date_format(at.astimezone(UTC), "DATETIME_FORMAT") + " UTC"
