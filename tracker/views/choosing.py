"""Finding the other person, or the other record, on a page about one."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.domain.scopes import Scope
from accounts.services import auditing
from accounts.services.commas import parted
from accounts.services.requests import ViewedRequest
from labs.presenters.people import PersonWords, person_words
from tracker.services import finding

if TYPE_CHECKING:
    from accounts.models import Patient

MOST_FOUND = 20
LIST = "patient list"
UNPROCESSABLE = 422


def people_found(
    request: ViewedRequest, patient: "Patient", at: datetime
) -> list[PersonWords]:
    """Return whom the search may mean, among those whose results the viewer sees."""
    asked = request.POST.get("q", "").strip()
    people = finding.patients_like(
        asked,
        viewer=request.viewer,
        at=at,
        scope=Scope.RESULTS,
        left_out=patient.pk,
    )
    shown = list(people[:MOST_FOUND])
    if shown:
        auditing.look(viewer=request.viewer, object_label=LIST, at=at)
    numbers = finding.numbers_of(shown)
    return [person_words(each, number=numbers[each.pk]) for each in shown]


def named(person: PersonWords) -> str:
    """Return a person as one line of a choice: no two are taken for each other."""
    born = _("born %(day)s") % {"day": person.born_on}
    number = _(", No. %(number)s") % {"number": person.number} if person.number else ""
    return parted((person.name or _("Name not recorded"), born)) + number
