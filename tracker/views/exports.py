"""The record as files: table, FHIR, JSON, an archive of all; a clinic's in bulk."""

from collections.abc import Callable
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import queries
from accounts.domain.scopes import Scope
from accounts.services.requests import ViewedRequest
from accounts.views.fresh import recently_signed_in
from labs.presenters.people import person_words
from tracker.services import exporting, job_notices, jobs
from tracker.services.export_jobs import ClinicExport
from tracker.services.exporting import Export

Write = Callable[..., Export]


@login_required
@require_safe
def page(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Offer what can be taken along."""
    at = timezone.now()
    patient = queries.patient_for(request.viewer, patient_id, at=at)
    scopes = queries.scopes_for(request.viewer, patient, at=at)
    context = {
        "person": person_words(patient),
        "shares_results": Scope.RESULTS in scopes,
    }
    return render(request, "tracker/export.html", context)


@login_required
@recently_signed_in
@require_safe
def results_table(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Hand over the results as a table."""
    return _file(request, patient_id, exporting.results_table, Scope.RESULTS)


@login_required
@recently_signed_in
@require_safe
def fhir_bundle(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Hand over the record as FHIR R4."""
    return _file(request, patient_id, exporting.fhir_bundle, Scope.RECORD)


@login_required
@recently_signed_in
@require_safe
def everything_as_json(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Hand over all rows of the record."""
    return _file(request, patient_id, exporting.everything_as_json, Scope.RECORD)


@login_required
@recently_signed_in
@require_safe
def everything(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Hand over all of it in one archive."""
    return _file(request, patient_id, exporting.everything, Scope.RECORD)


def _file(
    request: ViewedRequest, patient_id: UUID, write: Write, scope: Scope
) -> HttpResponse:
    at = timezone.now()
    patient = queries.patient_for(request.viewer, patient_id, at=at, scope=scope)
    made = write(
        patient,
        by=request.viewer,
        at=at,
        ip_address=request.META.get("REMOTE_ADDR") or None,
    )
    response = HttpResponse(made.content, content_type=made.content_type)
    response["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response


@login_required
@recently_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def clinic(request: ViewedRequest, clinic_id: UUID) -> HttpResponse:
    """Begin the export of all records that a clinic sees."""
    at = timezone.now()
    found = queries.clinics_of(request.viewer).filter(pk=clinic_id).first()
    if found is None:
        raise Http404
    if request.method != "POST":
        return render(request, "tracker/export_clinic.html", {"clinic": found.name})
    job = jobs.begin(
        work=ClinicExport, arguments={}, by=request.viewer, at=at, clinic=found
    )
    job_notices.wait_for(request.session, job)
    return redirect("job", job.pk)
