"""Finding people by name, number or birth date among those a viewer may see."""

import contextlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.domain.scopes import Scope
from accounts.domain.viewers import Viewer
from accounts.queries import joined_elsewhere, patients_visible_to
from labs.queries import name_may_be

if TYPE_CHECKING:
    from accounts.models import Patient

SHORTEST_TEXT = 2
LONGEST_TEXT = 120
# Day or month may come first between slashes: a search shows who either could be.
DAY_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y")


def patients_like(
    text: str, *, viewer: Viewer, at: datetime, scope: Scope = Scope.RECORD
) -> "QuerySet[Patient]":
    """Return the visible patients whom the text may mean, by name; all for none."""
    patients = patients_visible_to(viewer=viewer, at=at, scope=scope)
    left_out = joined_elsewhere(viewer, at=at)
    patients = patients.exclude(pk__in=left_out.values("joined"))
    words = text.replace("\0", "")[:LONGEST_TEXT].strip()
    if len(words) >= SHORTEST_TEXT:
        patients = patients.filter(_meant_by(words)).distinct()
    return patients.order_by("name", "id").prefetch_related(
        "numbers", "joins__joined__numbers"
    )


def _meant_by(words: str) -> Q:
    days = days_in(words)
    if days:
        return Q(born_on__in=days)
    by_number = Q(numbers__number__istartswith=words)
    joined = Q(joins__undone_at=None, joins__joined__numbers__number__istartswith=words)
    return name_may_be(words, "name") | by_number | joined


def days_in(words: str) -> tuple[date, ...]:
    """
    Return the days that somebody may have typed; none where it is no day.

    >>> days_in("03/05/1978")
    (datetime.date(1978, 3, 5), datetime.date(1978, 5, 3))
    >>> days_in("31/05/1978")
    (datetime.date(1978, 5, 31),)
    """
    found = set()
    for form in DAY_FORMS:
        with contextlib.suppress(ValueError):
            found.add(datetime.strptime(words, form).date())  # noqa: DTZ007 - a day only
    return tuple(sorted(found))


def numbers_of(people: Iterable["Patient"]) -> dict[UUID, str]:
    """
    Return the number under which the viewer's clinic knows each of them.

    Where a record was joined to another, the number may stand with that one.
    """
    return {person.pk: next(_numbers(person), "") for person in people}


def _numbers(person: "Patient") -> Iterator[str]:
    yield from (each.number for each in person.numbers.all())
    for join in person.joins.all():
        if join.undone_at is None:
            yield from (each.number for each in join.joined.numbers.all())
