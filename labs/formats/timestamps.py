"""
Days and moments as HL7 prints them: 20250312, 202503120830, 20250312083000.0-0500.

The day is the one that is printed, in no time zone. The moment, where hour and zone
are printed too, serves only to see that two fields name the same one.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from labs.formats.dates import LONGEST_DATE, NOT_FULL, DateRefused, read_date

_STAMP = re.compile(
    r"(?P<day>\d{4}(?:\d{2}(?:\d{2})?)?)"
    r"(?:(?<=\d{8})T(?=\d))?(?P<clock>\d{2}(?:\d{2}(?:\d{2}(?:\.?\d{1,9})?)?)?)?"
    r" ?(?P<zone>[+-]\d{2}:?\d{2}|Z)?",
    re.ASCII,
)
_FULL_DAY = len("20250312")
_HOUR_AND_MINUTE = len("0830")


class PartialDate(DateRefused):
    """A date whose day or month is missing; `digits` are what is printed of it."""

    def __init__(self, digits: str) -> None:
        super().__init__(NOT_FULL % {"shown": f"'{digits}'"})
        self.digits = digits

    def may_be(self, day: date) -> bool:
        """Answer whether a day lies in the printed month or year."""
        return f"{day:%Y%m%d}".startswith(self.digits)


@dataclass(frozen=True, slots=True)
class Timestamp:
    """The day that is printed, and the moment where a clock and a zone say it."""

    day: date
    moment: datetime | None = None

    def is_same_as(self, other: "Timestamp") -> bool:
        """Answer whether both print one day, or one moment in two zones."""
        is_one_moment = self.moment is not None and self.moment == other.moment
        return self.day == other.day or is_one_moment


def read_timestamp(text: str) -> Timestamp:
    """
    Return what a time stamp prints; raise DateRefused, PartialDate for a month.

    Parts of a second may stand behind it without their point, and a T between day and
    clock. A date in another way of writing is read too where it leaves no doubt.

    >>> read_timestamp("20250312233000-0500").day.isoformat()
    '2025-03-12'
    """
    written = text.strip()
    found = _STAMP.fullmatch(written) if len(written) <= LONGEST_DATE else None
    if found is None:
        return Timestamp(read_date(written))
    digits = found["day"]
    if len(digits) < _FULL_DAY:
        raise PartialDate(digits)
    day = read_date(digits)
    return Timestamp(day, _moment(day, found["clock"] or "", found["zone"]))


def _moment(day: date, clock: str, zone: str | None) -> datetime | None:
    if zone is None or len(clock) < _HOUR_AND_MINUTE:
        return None
    try:
        local = datetime(
            day.year, day.month, day.day, int(clock[:2]), int(clock[2:4]), tzinfo=UTC
        )
        return (local - _offset(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _offset(zone: str) -> timedelta:
    if zone == "Z":
        return timedelta()
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    offset = timedelta(hours=hours, minutes=minutes)
    timezone(offset)  # raises ValueError for what is no offset
    return -offset if zone.startswith("-") else offset
