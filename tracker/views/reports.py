"""Reports to take along: a PDF, the same as text, and the sheet for the INR clinic."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import queries
from accounts.domain.audit import Action, Channel
from accounts.domain.scopes import Scope
from accounts.services import auditing
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

PAPERS = {"a4": Paper.A4, "letter": Paper.LETTER}


@login_required
@require_safe
def pdf(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Return the visit report as PDF."""
    at = timezone.now()
    record = _record(request, patient_id, Scope.RECORD, at)
    choice = _choice(request, record)
    report = reporting.visit_report(record, choice, at=at)
    _note(request, record, "report", Channel.PDF, at)
    content = _set(report, choice)
    return _file(content, f"visit-report-{record.today.isoformat()}.pdf")


@login_required
@require_safe
def text(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Return the visit report as plain text, to be copied."""
    at = timezone.now()
    record = _record(request, patient_id, Scope.RECORD, at)
    report = reporting.visit_report(record, _choice(request, record), at=at)
    _note(request, record, "report", Channel.PAGE, at)
    return HttpResponse(report_text(report), content_type="text/plain; charset=utf-8")


@login_required
@require_safe
def anticoagulation(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Return the sheet for the clinic that checks the INR."""
    at = timezone.now()
    record = _record(request, patient_id, Scope.SUPPLEMENTS, at)
    choice = _choice(request, record)
    sheet = reporting.anticoagulation_sheet(record, choice, at=at)
    _note(request, record, "report", Channel.PDF, at)
    content = _set(sheet, choice)
    return _file(content, f"vitamin-k-sheet-{record.today.isoformat()}.pdf")


@login_required
@require_safe
def choose(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Show what can be chosen of a report; the form leads to the file itself."""
    at = timezone.now()
    record = _record(request, patient_id, Scope.RECORD, at)
    choice = _choice(request, record)
    context = {
        "page": report_form(record, choice),
        "person": person_words(record.patient),
    }
    return render(request, "tracker/report.html", context)


def _set(report: Report, choice: ReportChoice) -> bytes:
    with measuring.rendering("report"):
        return report_pdf(report, paper=choice.paper, is_archival=choice.is_archival)


def _record(
    request: ViewedRequest, patient_id: UUID, scope: Scope, at: datetime
) -> Record:
    patient = queries.patient_for(request.viewer, patient_id, at=at, scope=scope)
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


def _note(
    request: ViewedRequest, record: Record, label: str, channel: Channel, at: datetime
) -> None:
    auditing.record(
        viewer=request.viewer,
        action=Action.EXPORTED,
        object_label=label,
        object_id=record.patient.pk,
        patient_id=record.patient.pk,
        channel=channel,
        ip_address=request.META.get("REMOTE_ADDR") or None,
        at=at,
    )


def _file(content: bytes, name: str) -> HttpResponse:
    """Return a file whose name says what it is, not whose."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
