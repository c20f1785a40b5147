"""Finding people by name, number or birth date among those a viewer may see."""

import contextlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, overload
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.translation import override

from accounts.domain.scopes import Scope
from accounts.domain.viewers import Viewer
from accounts.queries import PeopleAsked, count_people, people_found

if TYPE_CHECKING:
    from accounts.models import Patient

SHORTEST_TEXT = 2
LONGEST_TEXT = 120
# Day or month may come first between slashes: a search shows who either could be.
DAY_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y")
A_YEARS_DIGITS = 4
PARTS_OF_A_DAY = re.compile(r"[\s.,]+")
SHORTEST_MONTH = 3  # "Jan", "Mai"
FIRST_YEAR_OF_FOUR_DIGITS = 1000


@dataclass(frozen=True, slots=True)
class People(Sequence["Patient"]):
    """
    People by name, with their numbers; read as far as they are looked at.

    A part of them is one statement of the database, however many there are.
    """

    asked: PeopleAsked
    viewer: Viewer
    at: datetime
    scope: Scope

    def __len__(self) -> int:
        """Count them all."""
        return count_people(self.asked, viewer=self.viewer, scope=self.scope)

    @overload
    def __getitem__(self, part: int) -> "Patient": ...
    @overload
    def __getitem__(self, part: slice) -> "list[Patient]": ...
    def __getitem__(self, part: int | slice) -> "Patient | list[Patient]":
        """Read those of a part that begins and ends somewhere, or one of them."""
        if isinstance(part, int):
            return self[part : part + 1][0]
        first = part.start or 0
        found = people_found(
            self.asked,
            viewer=self.viewer,
            at=self.at,
            scope=self.scope,
            skipped=first,
            most=None if part.stop is None else max(part.stop - first, 0),
        )
        prefetch_related_objects(found, "numbers", "joins__joined__numbers")
        return found

    def __iter__(self) -> Iterator["Patient"]:
        """Read them all at once."""
        return iter(self[:])


def patients_like(
    text: str,
    *,
    viewer: Viewer,
    at: datetime,
    scope: Scope = Scope.RECORD,
    among: Iterable[UUID] | None = None,
    left_out: UUID | None = None,
) -> People:
    """Return the visible patients whom the text may mean, by name; all for none."""
    words = text.replace("\0", "")[:LONGEST_TEXT].strip()
    says_something = len(words) >= SHORTEST_TEXT
    days = days_in(words) if says_something else ()
    asked = PeopleAsked(
        words=words if says_something and not days else "",
        born_on=days,
        among=None if among is None else tuple(among),
        left_out=left_out,
    )
    return People(asked, viewer, at, scope)


def days_in(words: str) -> tuple[date, ...]:
    """
    Return the days that somebody may have typed; none where it is no day.

    In figures, or with the month's name as the viewer's language prints it.

    >>> days_in("03/05/1978")
    (datetime.date(1978, 3, 5), datetime.date(1978, 5, 3))
    >>> days_in("31/05/1978")
    (datetime.date(1978, 5, 31),)
    """
    visible = "".join(each for each in words if unicodedata.category(each) != "Cf")
    found = set(_spelled_days(visible))
    for form in DAY_FORMS:
        with contextlib.suppress(ValueError):
            found.add(datetime.strptime(visible, form).date())  # noqa: DTZ007 - a day only
    return tuple(sorted(found))


def _spelled_days(words: str) -> Iterator[date]:
    """Yield the day that is written with a month's name, as the pages print it."""
    parts = [each for each in PARTS_OF_A_DAY.split(_bare(words)) if each]
    names = [each for each in parts if not each.isdecimal()]
    figures = [each for each in parts if each.isdecimal()]
    numbers = [int(each) for each in figures if len(each) <= A_YEARS_DIGITS]
    if len(names) != 1 or len(numbers) != 2:  # noqa: PLR2004 - a day and a year
        return
    day, year = sorted(numbers)
    months = _months_called(names[0])
    if len(months) == 1 and year >= FIRST_YEAR_OF_FOUR_DIGITS:
        with contextlib.suppress(ValueError):
            yield date(year, months.pop(), day)


def _months_called(name: str) -> set[int]:
    """Return the months that a name begins, in the viewer's language or in English."""
    if len(name) < SHORTEST_MONTH:
        return set()
    found = set(_months_beginning_with(name))
    with override("en"):
        return found | set(_months_beginning_with(name))


def _months_beginning_with(name: str) -> Iterator[int]:
    for names in (MONTHS, MONTHS_3):
        for number, month in names.items():
            if _bare(str(month)).startswith(name):
                yield number


def _bare(words: str) -> str:
    """Return letters without their marks and in lower case."""
    apart = unicodedata.normalize("NFKD", words.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))


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
