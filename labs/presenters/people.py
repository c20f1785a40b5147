"""Whose record a page is about: on every page that reads or writes one."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from labs.domain.ages import age_on
from labs.presenters.words import dated

if TYPE_CHECKING:
    from accounts.models import Patient


@dataclass(frozen=True, slots=True)
class PersonWords:
    """A patient by name and birth date, so that no two are taken for each other."""

    id: UUID
    name: str
    born_on: str
    number: str = ""
    age: int | None = None


def person_words(
    patient: "Patient", *, number: str = "", today: date | None = None
) -> PersonWords:
    """Return who the page is about; the age only where the day is given."""
    born_on = patient.born_on
    return PersonWords(
        id=patient.pk,
        name=patient.name,
        born_on=dated(born_on) if born_on else _("not recorded"),
        number=number,
        age=age_on(born_on, on=today) if born_on and today else None,
    )
