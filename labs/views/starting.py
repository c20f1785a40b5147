"""The first minutes of a record: what is asked once, each step with a way around it."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.domain.scopes import Scope
from accounts.queries import patient_for
from accounts.services.requests import ViewedRequest
from labs.presenters.people import person_words
from labs.views.health import FIRST_TIME, ask


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def health(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Ask what precautions depend on; whatever is passed over stays not asked."""
    return ask(request, patient_id, FIRST_TIME)


@login_required
@require_safe
def result(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Offer the ways in which a first result comes in."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.RESULTS)
    return render(request, "labs/start_result.html", {"person": person_words(patient)})
