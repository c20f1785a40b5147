"""All tests of a record, one row for each day of collection."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.domain.audit import Action
from accounts.domain.scopes import Scope
from accounts.queries import patient_for
from accounts.services import auditing
from accounts.services.requests import ViewedRequest
from labs.presenters.matrix import matrix_of
from labs.presenters.people import person_words
from labs.presenters.positions import compares_numbers
from labs.services import cautioning


@login_required
@require_safe
def page(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Show what a specialist reads first; made to be printed, too."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.RESULTS)
    shared = cautioning.shared_with(
        request.viewer, patient, at=at, today=timezone.localdate(at)
    )
    auditing.record(
        viewer=request.viewer,
        action=Action.READ,
        object_label="results",
        object_id=patient.pk,
        patient_id=patient.pk,
        ip_address=request.META.get("REMOTE_ADDR") or None,
        at=at,
    )
    context = {
        "person": person_words(patient),
        "matrix": matrix_of(shared.results or ()),
        "compares_numbers": compares_numbers(),
    }
    return render(request, "labs/matrix.html", context)
