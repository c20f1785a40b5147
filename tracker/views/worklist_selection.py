"""Which rows of a worklist somebody chose, for whatever is done with them."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.services.requests import ViewedRequest
from labs.forms.worklist import ListViewForm
from labs.services import worklisting
from labs.services.targeting_together import Bound
from tracker.presenters import chosen_of
from tracker.services import worklist_pages

if TYPE_CHECKING:
    from accounts.models import Clinic


@dataclass(frozen=True, slots=True)
class Selection:
    """People of one clinic's list, by id; `refused` says why there are none."""

    clinic: "Clinic"
    people: list[UUID]
    bound: list[Bound]
    view: str
    back: str
    refused: str = ""


def selection_of(request: ViewedRequest, *, most: int) -> Selection:
    """Return who was ticked, or everybody whom the view shows; at most so many."""
    kept = QueryDict(request.POST.get("view", ""), mutable=True)
    clinic = worklist_pages.clinic_or_refuse(
        request.viewer, request.POST.get("clinic") or kept.get("clinic") or ""
    )
    view = ListViewForm(kept).view()
    bound = _bound(request)
    people = [each.patient_id for each in bound] or _chosen(request)
    if "everyone" in request.POST:
        page = worklisting.page_of(
            clinic,
            replace(view, after=None),
            search=worklist_pages.search_of(request.POST.get("q", "")),
            most=most + 1,
        )
        people = [row.patient_id for row in page.rows]
    query = urlencode({"clinic": clinic.pk, **chosen_of(view)})
    found = Selection(
        clinic=clinic,
        people=people,
        bound=bound,
        view=query,
        back=f"{reverse('worklist')}?{query}",
    )
    if not people:
        return replace(found, refused=_("Choose at least one row."))
    if len(people) > most:
        words = ngettext(
            "At most %(n)s person at a time. Narrow the list first.",
            "At most %(n)s people at a time. Narrow the list first.",
            most,
        )
        return replace(found, people=[], refused=words % {"n": most})
    return found


def _chosen(request: ViewedRequest) -> list[UUID]:
    """Return the ids of ticked rows; a row carries the mark of what was open, too."""
    sent = [*request.POST.getlist("row"), *request.POST.getlist("person")]
    ids = (uuid_in(each.partition(":")[0]) for each in sent)
    return list(dict.fromkeys(each for each in ids if each is not None))


def _bound(request: ViewedRequest) -> list[Bound]:
    found = []
    for sent in request.POST.getlist("bound"):
        text, _colon, number = sent.partition(":")
        patient_id = uuid_in(text)
        if patient_id is not None and number.isdecimal() and len(number) <= MOST_DIGITS:
            found.append(Bound(patient_id, int(number)))
    return found


MOST_DIGITS = 8


def uuid_in(text: str) -> UUID | None:
    """Return the id that a text is; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
