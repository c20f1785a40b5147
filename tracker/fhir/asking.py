"""
What a search asks for: parameters with their prefixes, codes and days.

A parameter that is not known is refused: who asks for less must not get more. Who
says `Prefer: handling=lenient` is told what was not minded instead.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NoReturn
from uuid import UUID

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.api.problems import refuse
from accounts.domain.problems import Fault, Kind

ALONE = frozenset({"_format", "_summary"})  # of one resource
EVERYWHERE = ALONE | {"_id", "_count", "_cursor", "_total"}
USUAL_COUNT, MOST_COUNT = 50, 100
ONE_SECOND = timedelta(seconds=1)
DECEMBER = 12
COUNT = re.compile(r"[0-9]{1,9}")
BEHIND_A_NAME = re.compile(r"[:.]")  # a modifier, or a chain
PREFIX = r"(?P<prefix>eq|ge|gt|le|lt|sa|eb)?"
A_DAY = r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?"
PREFIXED_DAY = re.compile(PREFIX + A_DAY)
# A plus that was not written as %2B arrives as a blank.
PREFIXED_MOMENT = re.compile(
    PREFIX + r"(?P<moment>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}"
    r"(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[-+ ][0-9]{2}:[0-9]{2})?)"
)
COMMA, BAR = re.compile(r"(?<!\\),"), re.compile(r"(?<!\\)\|")
ESCAPED = re.compile(r"\\([,|$\\])")
# By prefix: what holds of a column, given the first and the last of what was named.
Condition = Callable[[str, object, object], Q]
CONDITIONS: Mapping[str, Condition] = {
    "eq": lambda column, first, last: Q(
        **{f"{column}__gte": first, f"{column}__lte": last}
    ),
    "ge": lambda column, first, _last: Q(**{f"{column}__gte": first}),
    "gt": lambda column, _first, last: Q(**{f"{column}__gt": last}),
    "le": lambda column, _first, last: Q(**{f"{column}__lte": last}),
    "lt": lambda column, first, _last: Q(**{f"{column}__lt": first}),
    "sa": lambda column, _first, last: Q(**{f"{column}__gt": last}),
    "eb": lambda column, first, _last: Q(**{f"{column}__lt": first}),
}


def unescaped(text: str) -> str:
    r"""
    Return a value without the signs before a comma or a bar that belong to it.

    >>> unescaped(r"a\,b\|c"), unescaped(r"a\b")
    ('a,b|c', 'a\\b')
    """
    return ESCAPED.sub(r"\1", text)


def refuse_parameter(name: str, sentence: str) -> NoReturn:
    """Refuse one parameter by name."""
    refuse(
        Kind.MALFORMED,
        _("This search cannot be understood as a whole."),
        faults=(Fault(f"?{name}", sentence),),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of a search, each of them known, and what was not minded."""

    parameters: QueryDict
    ignored: tuple[str, ...] = ()

    def one(self, name: str) -> str:
        """Return the only value of a parameter; empty where it is not asked."""
        values = self.parameters.getlist(name)
        if len(values) > 1:
            refuse_parameter(name, _("This stands twice in the address."))
        return values[0] if values else ""

    def all(self, name: str) -> list[str]:
        return self.parameters.getlist(name)

    def words(self, name: str) -> list[str]:
        """Return the values of which one has to hold; empty where none is asked."""
        return [unescaped(each) for each in self.as_written(name)]

    def as_written(self, name: str) -> list[str]:
        """Return the same with the signs that say what a comma or a bar is."""
        found = (each.strip() for each in COMMA.split(self.one(name)))
        return [each for each in found if each]

    def ids(self, name: str, kind: str = "") -> list[UUID]:
        """Return ids, with or without the kind of resource before them."""
        found = []
        for word in self.words(name):
            bare = word.removeprefix(f"{kind}/") if kind else word
            try:
                found.append(UUID(bare))
            except ValueError:
                refuse_parameter(name, _("This is not an id of ours."))
        return found

    @property
    def count(self) -> int:
        text = self.one("_count")
        if not text:
            return USUAL_COUNT
        if not COUNT.fullmatch(text):
            refuse_parameter("_count", _("Write a whole number from 0 on."))
        return min(int(text), MOST_COUNT)

    @property
    def is_only_counted(self) -> bool:
        """Whether the number of matches is asked for and none of them."""
        return self.one("_summary") == "count" or not self.count

    @property
    def wants_total(self) -> bool:
        total = self.one("_total")
        if total not in {"", "none", "estimate", "accurate"}:
            refuse_parameter("_total", _("Choose none, estimate or accurate."))
        return total == "accurate"


def asked_of(
    parameters: QueryDict,
    known: Collection[str],
    *,
    always: Collection[str] = EVERYWHERE,
    is_lenient: bool = False,
) -> Asked:
    """
    Return what is asked, once every name of it is known and says something.

    A lenient one leaves out the names that are not known, and remembers them. It minds
    all else: a known name in another form, and a value that cannot be meant.
    """
    names = {*known, *always}
    unknown = [name for name in parameters if name not in names]
    for name in unknown:
        if not is_lenient or BEHIND_A_NAME.split(name)[0] in names:
            refuse_parameter(name, _("This parameter is not known here."))
    minded = parameters.copy()
    for name in unknown:
        del minded[name]
    for name, values in minded.lists():
        _check_values(name, values)
    asked = Asked(minded, tuple(unknown))
    _check_summary(asked, is_search="_count" in names)
    return asked


def _check_values(name: str, values: Sequence[str]) -> None:
    """Refuse values of a parameter that say nothing, or that no text holds."""
    if any("\0" in each for each in values):
        words = _("A text here holds a sign that no text has (NUL, half a pair).")
        refuse_parameter(name, words)
    if not all(each.strip(" ,|") for each in values):
        refuse_parameter(name, _("Write a value here, or leave this out."))


def _check_summary(asked: Asked, *, is_search: bool) -> None:
    """Refuse parts of resources; how many match is told by a search alone."""
    summary = asked.one("_summary")
    if summary in {"", "false"} or (is_search and summary == "count"):
        return
    refuse_parameter("_summary", _("Whole resources alone are given."))


def is_lenient(prefer: str) -> bool:
    """
    Say whether a header Prefer asks that what is not known be left out (RFC 7240).

    The first of several counts; what is neither lenient nor strict is not minded.

    >>> is_lenient("return=minimal, Handling = lenient; x=1"), is_lenient("lenient")
    (True, False)
    >>> is_lenient("handling=strict, handling=lenient")
    False
    """
    for preference in prefer.split(","):
        name, _equals, value = preference.partition(";")[0].partition("=")
        if name.strip().lower() == "handling":
            return value.strip().strip('"') == "lenient"
    return False


# Days and moments ---------------------------------------------------------------------


def day_filters(asked: Asked, name: str, column: str) -> Q:
    """Return the condition on a day; each value has to hold."""
    found = Q()
    for text in asked.all(name):
        read = PREFIXED_DAY.fullmatch(text)
        if read is None:
            refuse_parameter(name, _("Write a day, like ge2026-03-12."))
        found &= CONDITIONS[read["prefix"] or "eq"](column, *_days(name, read))
    return found


def _days(name: str, read: re.Match[str]) -> tuple[date, date]:
    """Return the first and the last day that a year, a month or a day means."""
    try:
        return _span(read["year"], read["month"], read["day"])
    except ValueError:
        refuse_parameter(name, _("There is no such day."))


def _span(year: str, month: str | None, day: str | None) -> tuple[date, date]:
    if month is None:
        return date(int(year), 1, 1), date(int(year), DECEMBER, 31)
    if day is not None:
        only = date(int(year), int(month), int(day))
        return only, only
    first = date(int(year), int(month), 1)
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def moment_filters(asked: Asked, name: str, column: str) -> Q:
    """Return the condition on a moment; each value has to hold."""
    found = Q()
    for text in asked.all(name):
        day = PREFIXED_DAY.fullmatch(text)
        read = day or PREFIXED_MOMENT.fullmatch(text)
        if read is None:
            words = _("Write a day or a moment with its zone, like ge2026-03-12.")
            refuse_parameter(name, words)
        spans = _moments_of_days(name, day) if day else _moments(name, read)
        found &= CONDITIONS[read["prefix"] or "eq"](column, *spans)
    return found


def _moments_of_days(name: str, read: re.Match[str]) -> tuple[datetime, datetime]:
    first, last = _days(name, read)
    return (
        datetime.combine(first, time.min, UTC),
        datetime.combine(last, time.max, UTC),
    )


def _moments(name: str, read: re.Match[str]) -> tuple[datetime, datetime]:
    """
    Return the moment twice; where it shall be equal, its second with both ends.

    Resources tell whole seconds. Who asks for what came after the last of them is told
    that one again sooner than that one of the same second is missed.
    """
    try:
        moment = datetime.fromisoformat(read["moment"].replace(" ", "+"))
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        is_whole = read["prefix"] in (None, "eq") and not aware.microsecond
        last = aware + ONE_SECOND - aware.resolution if is_whole else aware
    except (ValueError, OverflowError):
        refuse_parameter(name, _("There is no such moment."))
    return aware, last


def codes_asked(asked: Asked, name: str, system: str) -> list[str] | None:
    """Return codes of one system; None where none is asked. Others match nothing."""
    words = asked.as_written(name)
    if not words:
        return None
    found = [[unescaped(each) for each in BAR.split(word)] for word in words]
    if not all(each[-1] for each in found):
        refuse_parameter(name, _("Write a code behind the system."))
    return [each[-1] for each in found if each[:-1] in ([], [system])]
