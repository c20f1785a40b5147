"""
Statements that are put together once, and asked often with other values.

Django takes longer to put a query together than PostgreSQL takes to answer it. The
query stays where it is written: here it is built from stand-ins, kept as text, and
asked again with what this request wants. Nothing of a request is kept: what a query is
built from is a stand-in, or stands in the key under which it is kept.
"""

import inspect
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

import psycopg
from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db.models import Model, QuerySet
from psycopg.pq import Format

from accounts.domain.viewers import NOBODY, Viewer
from accounts.links import is_asking_replica, link

if TYPE_CHECKING:
    from psycopg.abc import Loader

MOST_KEPT = 400
LONG_AGO = datetime(1800, 1, 1, tzinfo=UTC)  # where a query asks for no moment
Row = TypeVar("Row", bound=Model)
Values = dict[str, Any]


class NotPlain(TypeError):
    """A query that depends on more than its stand-ins; it cannot be kept."""


@dataclass(frozen=True, slots=True)
class Blanks:
    """What a query is built from in place of what a request wants."""

    viewer: Viewer
    at: datetime
    values: Values

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - of the type of the value
        """Return the stand-in of a value."""
        return self.values[name]

    @property
    def by_name(self) -> Values:
        return {"viewer": self.viewer.id, "at": self.at, **self.values}


Build = Callable[..., QuerySet[Any]]  # the blanks, then the words of the key


@dataclass(frozen=True, slots=True)
class Statement:
    """A query as text, empty where it has no rows; names stand where values belong."""

    text: str
    parameters: tuple[object, ...]
    places: tuple[tuple[int, str], ...]

    def rows(self, values: Values) -> list[tuple[Any, ...]]:
        """Ask with these values."""
        if not self.text:
            return []
        filled = list(self.parameters)
        for place, name in self.places:
            filled[place] = values[name]
        return self.asked(filled)

    def asked(self, filled: Sequence[object]) -> list[tuple[Any, ...]]:
        """Ask with everything in its place."""
        with _cursor() as cursor:
            cursor.execute(self.text, filled)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


_kept: dict[Hashable, Statement] = {}


def rows(
    build: Build,
    *words: Hashable,
    viewer: Viewer = NOBODY,
    at: datetime = LONG_AGO,
    **values: object,
) -> list[tuple[Any, ...]]:
    """
    Return the rows of a query, which is built the first time alone.

    `build` is a plain function of its blanks and of these words, and returns what
    `values_list` does. A viewer's kind and the scopes of their key are words, too, and
    so is the day: a query may depend on each of them.
    """
    scopes = viewer.token.scopes if viewer.token else None
    day, names = at.date(), tuple(values)
    key = (build, words, viewer.kind, scopes, day, names)
    statement = _kept.get(key)
    if statement is None:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        statement = _put_together(build, words, viewer, day, values)
        _kept[key] = statement
    return statement.rows({"viewer": viewer.id, "at": at, **values})


def rows_of(query: QuerySet[Any]) -> list[tuple[Any, ...]]:
    """Return the rows of what `values_list` made, read as those of a kept query are."""
    text, parameters = _compiled(query)
    return Statement(text, parameters, ()).rows({})


def rows_once(query: QuerySet[Any]) -> list[tuple[Any, ...]]:
    """Return the same of a query that many choices shape: no plan is kept for it."""
    text, parameters = _compiled(query)
    if not text:
        return []
    with link().cursor() as cursor:
        cursor.execute(text, cast("tuple[str, ...]", parameters))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def forget() -> None:
    """Put every query together anew when it is asked next, as tests want it."""
    _kept.clear()


def stored(model: type[Row], found: Sequence[tuple[Any, ...]]) -> list[Row]:
    """Return rows with the columns of `columns_of` as the model has them."""
    names, own = columns_of(model), _read_in_their_own_way(model)
    asked = link().alias
    return [model.from_db(asked, names, _as_read(row, own)) for row in found]


def columns_of(model: type[Model]) -> list[str]:
    """Return the names of every column of a table."""
    return [field.attname for field in model._meta.concrete_fields]  # noqa: SLF001 - its public name


OwnWay = tuple[tuple[int, Callable[..., object]], ...]


@cache
def _read_in_their_own_way(model: type[Model]) -> OwnWay:
    """Return the columns that the database gives in another form, like JSON."""
    fields = enumerate(model._meta.concrete_fields)  # noqa: SLF001 - as above
    readers = (
        (place, getattr(field, "from_db_value", None)) for place, field in fields
    )
    return tuple((place, read) for place, read in readers if read is not None)


def _as_read(row: tuple[Any, ...], own: OwnWay) -> Sequence[Any]:
    if not own:
        return row
    values = list(row)
    for place, read in own:
        values[place] = read(values[place], None, link())
    return values


# Putting together ---------------------------------------------------------------------


def _unknown(number: int) -> UUID:
    return UUID(int=(0x51AD << 64) + number)


STAND_INS: dict[type, Callable[[int], object]] = {
    UUID: _unknown,
    date: lambda number: date(1801, 1, 1) + timedelta(days=number),
    datetime: lambda number: datetime(1802, 1, 1, 0, 0, number, 5, tzinfo=UTC),
    str: lambda number: f"stand-in {number}",
}
A_FEW = 50  # values of one query


def _put_together(
    build: Build, words: Sequence[Hashable], viewer: Viewer, day: date, values: Values
) -> Statement:
    """Build a query twice; where the two differ, a value belongs."""
    if not inspect.isfunction(build) or build.__closure__:
        message = f"{build!r} is no plain function"
        raise NotPlain(message)
    one, other = (_blanks(viewer, day, values, number) for number in (1, A_FEW))
    text, parameters = _compiled(build(one, *words))
    again, others = _compiled(build(other, *words))
    places = []
    for place, pair in enumerate(zip(parameters, others, strict=True)):
        if pair[0] != pair[1]:
            places.append((place, _name_of(pair, one, other)))
    if text != again:
        message = "A query is built from what its values are, not from the words alone"
        raise NotPlain(message)
    return Statement(text, parameters, tuple(places))


def _blanks(viewer: Viewer, day: date, values: Values, first: int) -> Blanks:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    named = {
        name: STAND_INS[type(value)](first + place)
        for place, (name, value) in enumerate(values.items(), start=1)
    }
    someone = replace(viewer, id=_unknown(first))
    at = noon + timedelta(microseconds=first)
    return Blanks(someone, at, named)


def _compiled(query: QuerySet[Any]) -> tuple[str, tuple[object, ...]]:
    try:
        text, parameters = query.query.get_compiler("default").as_sql()
    except EmptyResultSet:
        return "", ()
    return text, tuple(parameters)


def _name_of(pair: tuple[object, object], one: Blanks, other: Blanks) -> str:
    for name, stand_in in one.by_name.items():
        if pair == (stand_in, other.by_name[name]):
            return name
    message = "A query has a value that is worked out from another"
    raise NotPlain(message)


# Asking -------------------------------------------------------------------------------


# The driver's own readers, written in C. The framework puts one of its own in their
# place on its connections, which asks a library of time zones about every moment.
DAYS, MOMENTS = (
    cast(
        "type[Loader]",
        psycopg.adapters.get_loader(psycopg.adapters.types[name].oid, Format.TEXT),
    )
    for name in ("date", "timestamptz")
)


class PreparedCursor(psycopg.Cursor[Any]):
    """Has PostgreSQL keep the plan, too, where one connection is one server's."""

    def __init__(self, opened: psycopg.Connection[Any]) -> None:
        """Read many moments and days; a connection of this site speaks of UTC."""
        super().__init__(opened)
        self.adapters.register_loader("timestamptz", MOMENTS)
        self.adapters.register_loader("date", DAYS)

    def _convert_query(self, query: Any, params: Any = None) -> Any:  # noqa: ANN401
        # The framework reads here what was asked; a kept plan would leave it empty.
        self._query = super()._convert_query(query, params)
        return self._query

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:  # noqa: ANN401
        """Ask."""
        options["prepare"] = settings.KEEPS_PLANS and not is_asking_replica()
        return super().execute(query, params, **options)


def _cursor() -> Any:  # noqa: ANN401 - the framework's cursor, as it counts and times it
    connection = link()
    connection.ensure_connection()
    opened: Any = PreparedCursor(connection.connection)
    if connection.queries_logged:
        return connection.make_debug_cursor(opened)
    return connection.make_cursor(opened)
