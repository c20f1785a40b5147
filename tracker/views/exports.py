"""The record as files: table, FHIR, JSON, an archive of all; a clinic's in bulk."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import queries as people
from accounts.domain.scopes import Scope
from accounts.services.requests import ViewedRequest
from accounts.views.fresh import recently_signed_in
from labs.presenters.people import person_words
from tracker import queries
from tracker.forms.exports import ReasonForm
from tracker.presenters import asked_words
from tracker.services import export_requests, exporting, job_notices
from tracker.services.export_requests import ExportRefused
from tracker.services.exporting import Export
from tracker.views.choosing import UNPROCESSABLE

if TYPE_CHECKING:
    from tracker.models import ExportRequest

Write = Callable[..., Export]


@login_required
@require_safe
def page(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Offer what can be taken along."""
    at = timezone.now()
    patient = people.patient_for(request.viewer, patient_id, at=at)
    scopes = people.scopes_for(request.viewer, patient, at=at)
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
    patient = people.patient_for(request.viewer, patient_id, at=at, scope=scope)
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
    """Ask for all records that a clinic sees; somebody else confirms it."""
    at = timezone.now()
    found = people.clinics_of(request.viewer).filter(pk=clinic_id).first()
    if found is None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            job = export_requests.ask(
                clinic=found,
                reason=form.cleaned_data["reason"],
                by=request.viewer,
                at=at,
            )
        except ExportRefused as refused:
            form.add_error(None, str(refused))
        else:
            job_notices.wait_for(request.session, job)
            return redirect("job", job.pk)
    page = {
        "clinic": found,
        "form": form,
        "others": people.admins_of(found).exclude(pk=request.viewer.id),
        "days": export_requests.LASTS.days,
    }
    status = UNPROCESSABLE if form.errors else None
    return render(request, "tracker/export_clinic.html", page, status=status)


@login_required
@recently_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: ViewedRequest, clinic_id: UUID, asked_id: UUID) -> HttpResponse:
    """Let somebody else who runs the clinic confirm the export, or decline it."""
    at = timezone.now()
    found = people.clinic_run_by(request.viewer, clinic_id)
    asked = (
        queries.export_requests_of(found).filter(pk=asked_id).first() if found else None
    )
    if found is None or asked is None:
        raise Http404
    if request.method == "POST":
        try:
            _answer(request, asked, at)
        except ExportRefused as refused:
            messages.info(request, str(refused))
        return redirect("members", found.pk)
    page = {"clinic": found, "asked": asked_words(asked, viewer=request.viewer, at=at)}
    return render(request, "tracker/export_request.html", page)


def _answer(request: ViewedRequest, asked: "ExportRequest", at: datetime) -> None:
    """Do what the button says; a form that says neither confirms nothing."""
    if request.POST.get("answer") == "confirm":
        export_requests.confirm(request=asked, by=request.viewer, at=at)
        messages.success(request, _("Confirmed. The records are being written."))
    elif request.POST.get("answer") == "decline":
        export_requests.decline(request=asked, by=request.viewer, at=at)
        messages.success(request, _("Declined. Nothing was written."))
