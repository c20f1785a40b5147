"""The page for a saved form that came back with something else in it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import uuid4

from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from accounts.services.requests import ViewedRequest
from labs.presenters.people import person_words
from labs.presenters.sent_again import SaidWords

if TYPE_CHECKING:
    from django.forms import Form

    from accounts.models import Patient

CONFLICT = 409


def posted_anew(request: ViewedRequest, **changes: str) -> QueryDict:
    """Return what was posted as another form, which can be kept beside the first."""
    posted = request.POST.copy()
    posted["entry_id"] = str(uuid4())
    for name, value in changes.items():
        posted[name] = value
    return posted


def sent_again_page(
    request: ViewedRequest,
    patient: "Patient | None",
    anew: "Form",
    *,
    stored: Sequence[SaidWords],
    sent: Sequence[SaidWords],
    addresses: Mapping[str, str],
    **more: object,
) -> HttpResponse:
    """
    Show both; `addresses` are the form's `action` and `keep`, the way out.

    `more` may hold `lines`, further rows of the form, and `is_other`: another form was
    saved first. Without a patient it is of a clinic.
    """
    context = {
        "form": anew,
        "stored": stored,
        "sent": sent,
        "person": person_words(patient) if patient else None,
        **addresses,
        **more,
    }
    return render(request, "labs/sent_again.html", context, status=CONFLICT)
