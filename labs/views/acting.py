"""
In whose name a clinician acts: asked where they see somebody through several clinics.

The answer stands in the address, as the id of a clinic, and says nothing of anybody.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render

from accounts.domain.scopes import Scope
from accounts.queries import treating_clinic, treating_clinics
from accounts.services.requests import ViewedRequest
from labs.presenters.people import person_words

if TYPE_CHECKING:
    from accounts.models import Clinic, Patient

UNPROCESSABLE = 422


def acting_clinic(
    request: ViewedRequest, patient: "Patient", at: datetime, *, scope: Scope
) -> "Clinic | None":
    """Return the clinic that this page acts for; None where it was not said."""
    chosen = request.GET.get("clinic", "")
    return treating_clinic(request.viewer, patient, at=at, scope=scope, chosen=chosen)


def which_clinic_page(
    request: ViewedRequest, patient: "Patient", at: datetime, *, scope: Scope
) -> HttpResponse:
    """Ask for which clinic; what was sent already goes along."""
    is_sent = request.method == "POST"
    sent = request.POST.lists() if is_sent else request.GET.lists()
    context = {
        "person": person_words(patient),
        "clinics": treating_clinics(request.viewer, patient, at=at, scope=scope),
        "method": "post" if is_sent else "get",
        "sent": [
            (name, value)
            for name, values in sent
            for value in values
            if name not in {"csrfmiddlewaretoken", "clinic"}
        ],
    }
    status = UNPROCESSABLE if is_sent else None
    return render(request, "labs/which_clinic.html", context, status=status)
