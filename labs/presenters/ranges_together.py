"""One range for several people, in finished words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from labs.domain.targets import range_in_words
from labs.presenters.people import PersonWords
from labs.presenters.positions import TargetWords, planned_target_words
from labs.presenters.words import dated, spelled, spoken
from labs.presenters.worklist import listed_person
from labs.services import judging
from labs.services.targeting_together import Looked

if TYPE_CHECKING:
    from labs.models import Target


@dataclass(frozen=True, slots=True)
class LookedRow:
    """What the range would mean for one person."""

    person: PersonWords
    bound: str
    now: str
    by: str
    judges: int
    is_allowed: bool
    is_of_another_clinic: bool
    follows: str
    is_meanwhile: bool


@dataclass(frozen=True, slots=True)
class LookedWords:
    """Everybody whom the range would be set for, with what to look at first."""

    rows: list[LookedRow]
    judges: int
    allowed: int
    not_allowed: int
    of_another_clinic: int


def looked_words(
    looked: Sequence[Looked], *, meanwhile: frozenset[UUID], today: date
) -> LookedWords:
    """Return a look in words; `meanwhile` are those for whom something changed."""
    rows = [
        LookedRow(
            person=listed_person(each.row, today),
            bound=f"{each.row.patient_id}:{each.seen}",
            now=_range(each.now),
            by=_by(each.now),
            judges=each.judges,
            is_allowed=each.is_allowed,
            is_of_another_clinic=each.is_of_another_clinic,
            follows=_follows(each.follows),
            is_meanwhile=each.row.patient_id in meanwhile,
        )
        for each in looked
    ]
    return LookedWords(
        rows=rows,
        judges=sum(each.judges for each in rows),
        allowed=sum(each.is_allowed for each in rows),
        not_allowed=sum(not each.is_allowed for each in rows),
        of_another_clinic=sum(each.is_of_another_clinic for each in rows),
    )


def _follows(row: "Target | None") -> str:
    if row is None:
        return ""
    words = _("From %(day)s on another range counts: %(range)s, %(author)s")
    found = {"day": dated(row.starts_on), "range": _range(row), "author": _by(row)}
    return words % found


def _range(row: "Target | None") -> str:
    return spoken(range_in_words(judging.target_of(row))) if row else ""


def _by(row: "Target | None") -> str:
    if row is None:
        return ""
    values = {
        "author": row.set_by_name,
        "clinic": row.clinic_name,
        "day": spelled(row.set_at),
    }
    return _("%(author)s, %(clinic)s, %(day)s") % values


@dataclass(frozen=True, slots=True)
class SetWords:
    """A range that was set for several people, and for whom it still stands."""

    target: TargetWords
    people: "list[tuple[UUID, str, str]]"
    is_standing: bool


def set_words(rows: "Sequence[Target]") -> SetWords:
    """Return what was set together, in words; everybody with what became of it."""
    first = rows[0]
    words = planned_target_words(judging.target_of(first), first.review_on)
    return SetWords(
        target=words,
        people=[
            (row.patient_id, row.patient.name, withdrawn_words(row)) for row in rows
        ],
        is_standing=any(row.withdrawn_at is None for row in rows),
    )


def withdrawn_words(row: "Target") -> str:
    """Return who took a range back, and when; empty where it stands."""
    if row.withdrawn_at is None:
        return ""
    return _("Taken back by %(author)s on %(day)s") % {
        "author": row.withdrawn_by_name,
        "day": spelled(row.withdrawn_at),
    }
