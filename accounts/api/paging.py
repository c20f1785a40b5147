"""
Pages of a long list, by the last row that was read.

Nothing is counted and nothing is skipped, so the last page costs what the first did,
and a row that is added meanwhile moves no other.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import F, Model, OrderBy, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request

from accounts.api.problems import refuse
from accounts.domain.problems import Fault, Kind
from accounts.domain.words import N_

if TYPE_CHECKING:
    from django.http import QueryDict

MOST_ROWS = 100
USUAL_ROWS = 50
LONGEST_CURSOR = 600
GONE = N_("The row where the page before ended is not on the list any more.")
Row = TypeVar("Row", bound=Model)


def _moment(text: str) -> datetime:
    """Return a moment with its zone, as a cursor of ours has it."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


READERS: dict[type, Callable[[str], Any]] = {
    date: date.fromisoformat,
    datetime: _moment,
    UUID: UUID,
    int: int,
    str: str,
}


@dataclass(frozen=True, slots=True)
class Key:
    """
    A column of the order: its name, its type, and which way it goes.

    Where it may be empty, rows without a value come last, whichever way it goes.
    """

    name: str
    type: type
    is_descending: bool = False
    may_be_empty: bool = False

    @property
    def ordering(self) -> OrderBy:
        """The column as a query sorts by it."""
        last = self.may_be_empty or None
        column = F(self.name)
        if self.is_descending:
            return column.desc(nulls_last=last)
        return column.asc(nulls_last=last)

    def behind(self, value: object) -> Q:
        """Return the condition of what comes after a value in this column alone."""
        if value is None:
            return Q(pk__in=[])
        further = Q(**{f"{self.name}__{'lt' if self.is_descending else 'gt'}": value})
        return further | self.at(None) if self.may_be_empty else further

    def at(self, value: object) -> Q:
        """Return the condition of the same value, or of none."""
        if value is None:
            return Q(**{f"{self.name}__isnull": True})
        return Q(**{self.name: value})


@dataclass(frozen=True, slots=True)
class Order:
    """
    An order that is total: its last key is unique.

    A private one keeps what it sorts by, like a name, out of the address: its cursor
    names the last row by that unique key alone.
    """

    keys: Sequence[Key]
    is_private: bool = False

    @property
    def told(self) -> Sequence[Key]:
        """The keys that a cursor holds."""
        return self.keys[-1:] if self.is_private else self.keys

    def columns(self) -> list[OrderBy]:
        return [key.ordering for key in self.keys]

    def after(self, values: Sequence[object]) -> Q:
        """Return the condition of every row behind the one with these values."""
        found, equal = Q(pk__in=[]), Q()
        for key, value in zip(self.keys, values, strict=True):
            found |= equal & key.behind(value)
            equal &= key.at(value)
        return found

    def read(self, cursor: str) -> list[object]:
        """Return the values that a cursor holds; refuse what is none of ours."""
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            held = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
            pairs = list(zip(self.told, held, strict=True))
            return [READERS[key.type](value) for key, value in pairs]
        except (ValueError, TypeError, binascii.Error, RecursionError):
            fault = Fault("?cursor", _("Take it from “next” of the page before."))
            refuse(Kind.INVALID, _("This is not a cursor of ours."), faults=(fault,))

    def cursor(self, row: Model) -> str:
        """Return the cursor behind a row."""
        held = json.dumps([_told(getattr(row, key.name)) for key in self.told])
        return base64.urlsafe_b64encode(held.encode()).decode().rstrip("=")


def _told(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def behind(rows: "QuerySet[Row]", order: Order, cursor: str) -> "QuerySet[Row]":
    """Return the rows behind a cursor; refuse one whose row has left a private list."""
    return rows.filter(order.after(_ends(rows, order, cursor)))


def _ends(rows: "QuerySet[Row] | None", order: Order, cursor: str) -> list[object]:
    """Return the values by which the page before ended."""
    values = order.read(cursor)
    if rows is None or not order.is_private:
        return values
    last = rows.filter(**{order.keys[-1].name: values[0]}).first()
    if last is None:
        refuse(Kind.INVALID, _(GONE), faults=(Fault("?cursor", _(GONE)),))
    return [getattr(last, key.name) for key in order.keys]


def page(
    rows: "QuerySet[Row]", order: Order, asked: dict[str, Any], request: Request
) -> tuple[list[Row], str | None]:
    """Return the rows of one page, and the address of the next one if there is one."""
    cursor = asked.get("cursor", "")
    if cursor:
        rows = behind(rows, order, cursor)
    limit = asked.get("limit", USUAL_ROWS)
    found = list(rows.order_by(*order.columns())[: limit + 1])
    return _shown(found, order, limit, request)


class Read(Protocol[Row]):
    """Reads so many rows behind the last values of a page, if there was one."""

    def __call__(self, *, after: Sequence[object], limit: int) -> list[Row]:
        """Return the rows."""


def page_read(
    read: Read[Row],
    order: Order,
    asked: dict[str, Any],
    request: Request,
    *,
    among: "QuerySet[Row] | None" = None,
) -> tuple[list[Row], str | None]:
    """
    Return the same where a query of its own reads the rows in that order.

    `among` holds the last row of the page before, where a private cursor names it.
    """
    limit = asked.get("limit", USUAL_ROWS)
    cursor = asked.get("cursor", "")
    after = _ends(among, order, cursor) if cursor else []
    return _shown(read(after=after, limit=limit + 1), order, limit, request)


def _shown(
    found: list[Row], order: Order, limit: int, request: Request
) -> tuple[list[Row], str | None]:
    if len(found) <= limit:
        return found, None
    shown = found[:limit]
    parameters: QueryDict = request.query_params
    others = {name: parameters[name] for name in parameters if name != "cursor"}
    following = urlencode({**others, "cursor": order.cursor(shown[-1])})
    return shown, f"{request.path}?{following}"
