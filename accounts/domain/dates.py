"""Days that people choose, as moments that programs compare."""

from datetime import UTC, date, datetime, time, timedelta


def end_of(day: date) -> datetime:
    """
    Return the moment after the last of a day.

    >>> end_of(date(2026, 12, 31)).isoformat()
    '2027-01-01T00:00:00+00:00'
    """
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=UTC)


def last_day_before(end: datetime) -> date:
    """
    Return the last day that lies before a moment.

    >>> last_day_before(end_of(date(2026, 12, 31)))
    datetime.date(2026, 12, 31)
    """
    return (end - timedelta(microseconds=1)).astimezone(UTC).date()
