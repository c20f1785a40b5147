"""
What a search asks for: parameters with their prefixes, codes and days.

A parameter that is not known is refused: who asks for less must not get more.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NoReturn
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.api.problems import refuse
from accounts.domain.problems import Fault, Kind

EVERYWHERE = frozenset({"_id", "_count", "_cursor", "_format", "_total", "_summary"})
USUAL_COUNT, MOST_COUNT = 50, 100
ONE_DAY = timedelta(days=1)
DECEMBER = 12
COUNT = re.compile(r"[0-9]{1,4}")
PREFIXED_DAY = re.compile(
    r"(?P<prefix>eq|ge|gt|le|lt)?(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})"
    r"(?:-(?P<day>[0-9]{2}))?)?"
)
PREFIXED_MOMENT = re.compile(r"(?P<prefix>ge|gt|le|lt)(?P<moment>[0-9T:.+Z-]{10,40})")
COMPARISONS = {"ge": "gte", "gt": "gt", "le": "lte", "lt": "lt"}


def refuse_parameter(name: str, sentence: str) -> NoReturn:
    """Refuse one parameter by name."""
    refuse(
        Kind.MALFORMED,
        _("This search cannot be understood as a whole."),
        faults=(Fault(f"?{name}", sentence),),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of a search, each of them known."""

    parameters: QueryDict

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
        text = self.one(name)
        return [each.strip() for each in text.split(",") if each.strip()]

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
        if not COUNT.fullmatch(text) or not int(text):
            refuse_parameter("_count", _("Write a whole number from 1 on."))
        return min(int(text), MOST_COUNT)

    @property
    def wants_total(self) -> bool:
        total = self.one("_total")
        if total not in {"", "none", "estimate", "accurate"}:
            refuse_parameter("_total", _("Choose none, estimate or accurate."))
        return total == "accurate"


def asked_of(parameters: QueryDict, known: Collection[str]) -> Asked:
    """Return what is asked, once every name of it is known."""
    for name in parameters:
        if name not in EVERYWHERE and name not in known:
            refuse_parameter(name, _("This parameter is not known here."))
    asked = Asked(parameters)
    if asked.one("_summary") not in {"", "false"}:
        refuse_parameter("_summary", _("Whole resources alone are given."))
    return asked


# Days and moments ---------------------------------------------------------------------


def day_filters(asked: Asked, name: str, column: str) -> dict[str, date]:
    """Return the conditions on a day; each value has to hold."""
    found: dict[str, date] = {}
    for text in asked.all(name):
        found |= _day_filter(name, text, column)
    return found


def _day_filter(name: str, text: str, column: str) -> dict[str, date]:
    read = PREFIXED_DAY.fullmatch(text)
    if read is None:
        refuse_parameter(name, _("Write a day, like ge2026-03-12."))
    try:
        first, last = _span(read["year"], read["month"], read["day"])
    except ValueError:
        refuse_parameter(name, _("There is no such day."))
    return {
        "ge": {f"{column}__gte": first},
        "gt": {f"{column}__gt": last},
        "le": {f"{column}__lte": last},
        "lt": {f"{column}__lt": first},
    }.get(read["prefix"], {f"{column}__gte": first, f"{column}__lte": last})


def _span(year: str, month: str | None, day: str | None) -> tuple[date, date]:
    """Return the first and the last day that a year, a month or a day means."""
    if month is None:
        return date(int(year), 1, 1), date(int(year), DECEMBER, 31)
    if day is not None:
        only = date(int(year), int(month), int(day))
        return only, only
    first = date(int(year), int(month), 1)
    following = (first + timedelta(days=31)).replace(day=1)
    return first, following - ONE_DAY


def moment_filters(asked: Asked, name: str, column: str) -> dict[str, datetime]:
    """Return the conditions on a moment; each value has to hold."""
    found: dict[str, datetime] = {}
    for text in asked.all(name):
        read = PREFIXED_MOMENT.fullmatch(text)
        if read is None:
            refuse_parameter(
                name, _("Write ge, gt, le or lt and a moment with its zone.")
            )
        try:
            moment = datetime.fromisoformat(read["moment"])
        except ValueError:
            refuse_parameter(name, _("There is no such moment."))
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        found[f"{column}__{COMPARISONS[read['prefix']]}"] = aware
    return found


def codes_asked(asked: Asked, name: str, system: str) -> list[str] | None:
    """Return codes of one system; None where none is asked. Others match nothing."""
    words: Sequence[str] = asked.words(name)
    if not words:
        return None
    pairs = [word.rpartition("|") for word in words]
    return [code for before, bar, code in pairs if not bar or before == system]
