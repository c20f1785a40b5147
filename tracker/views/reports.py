"""Reports to take along: a PDF, the same as text, and the sheet for the INR clinic."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import queries
from accounts.domain.audit import Action, Channel
from accounts.domain.scopes import Scope
from accounts.services import auditing, replicas
from accounts.services.requests import ViewedRequest
from labs.presenters.people import person_words
from tracker.presenters import report_form
from tracker.reports.plain_text import report_text
from tracker.reports.values import Paper, Report
from tracker.reports.visit_report import report_pdf
from tracker.services import dashboards, measuring, reporting
from tracker.services.dashboards import Record
from tracker.services.report_choices import Audience, Part, ReportChoice
from tracker.views.patients import chosen_view

if TYPE_CHECKING:
    from accounts.models import Patient

PAPERS = {"a4": Paper.A4, "letter": Paper.LETTER}


@login_required
@require_safe
def pdf(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Return the visit report as PDF."""
    written = _written(
        request, patient_id, Scope.RECORD, Channel.PDF, reporting.visit_report
    )
    return _file(written, "visit-report")


@login_required
@require_safe
def text(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Return the visit report as plain text, to be copied."""
    written = _written(
        request, patient_id, Scope.RECORD, Channel.PAGE, reporting.visit_report
    )
    words = report_text(written.report)
    return HttpResponse(words, content_type="text/plain; charset=utf-8")


@login_required
@require_safe
def anticoagulation(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Return the sheet for the clinic that checks the INR."""
    written = _written(
        request,
        patient_id,
        Scope.SUPPLEMENTS,
        Channel.PDF,
        reporting.anticoagulation_sheet,
    )
    return _file(written, "vitamin-k-sheet")


@login_required
@require_safe
def choose(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Show what can be chosen of a report; the form leads to the file itself."""
    at = timezone.now()
    patient = queries.patient_for(request.viewer, patient_id, at=at)
    record = _record(request, patient, at)
    choice = _choice(request, record)
    context = {
        "page": report_form(record, choice),
        "person": person_words(record.patient),
    }
    return render(request, "tracker/report.html", context)


class _Written(NamedTuple):
    """A report in finished words, and the record and choice that it was written by."""

    record: Record
    choice: ReportChoice
    report: Report


def _written(
    request: ViewedRequest,
    patient_id: UUID,
    scope: Scope,
    channel: Channel,
    write: Callable[..., Report],
) -> _Written:
    """Decide, note that it is taken, and only then read what is written."""
    at = timezone.now()
    patient = queries.patient_for(request.viewer, patient_id, at=at, scope=scope)

    def written() -> _Written:
        record = _record(request, patient, at)
        choice = _choice(request, record)
        return _Written(record, choice, write(record, choice, at=at))

    noted = auditing.record(
        viewer=request.viewer,
        action=Action.EXPORTED,
        object_label="report",
        object_id=patient.pk,
        patient_id=patient.pk,
        channel=channel,
        ip_address=request.META.get("REMOTE_ADDR") or None,
        at=at,
    )
    return replicas.read(written, viewer=request.viewer, noted=noted)


def _record(request: ViewedRequest, patient: "Patient", at: datetime) -> Record:
    return dashboards.record_of(
        patient, viewer=request.viewer, at=at, today=timezone.localdate(at)
    )


def _choice(request: ViewedRequest, record: Record) -> ReportChoice:
    """Return what the address asks for; a patient gets the words for patients."""
    asked = request.GET
    is_for_patient = record.is_for_patient or asked.get("for") == "patient"
    named = [Part(each) for each in asked.getlist("parts") if each in set(Part)]
    return ReportChoice(
        view=replace(chosen_view(request, record), is_same_method=False),
        audience=Audience.PATIENT if is_for_patient else Audience.CLINICIAN,
        is_summary=asked.get("part") == "summary",
        parts=frozenset(named if "parts" in asked else Part),
        paper=PAPERS.get(asked.get("paper", ""), Paper.A4),
        is_archival=asked.get("standard") == "archive",
    )


def _file(written: _Written, kind: str) -> HttpResponse:
    """Return a file whose name says what it is, not whose."""
    record, choice, report = written
    with measuring.rendering("report"):
        content = report_pdf(report, paper=choice.paper, is_archival=choice.is_archival)
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{kind}-{record.today.isoformat()}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
