"""Days and moments as the reader's language writes them."""

from datetime import UTC, date, datetime

from django.utils.formats import date_format


def dated(day: date) -> str:
    """Return a day in words: 12 March 2026."""
    return date_format(day, "DATE_FORMAT")


def dated_short(day: date) -> str:
    """Return a day for a table: 12 Mar 2026."""
    return date_format(day, "SHORT_DATE_FORMAT")


def moment(at: datetime) -> str:
    """Return a moment in words, in universal time."""
    return date_format(at.astimezone(UTC), "DATETIME_FORMAT") + " UTC"
