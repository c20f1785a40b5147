"""The trend chart as a file: exactly what the page shows, with whose it is."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import queries
from accounts.domain.audit import Action, Channel
from accounts.domain.scopes import Scope
from accounts.services import auditing, replicas
from accounts.services.requests import ViewedRequest
from tracker.presenters import chart_file, in_sight_since
from tracker.services import chart_records
from tracker.views.patients import asked_by


@login_required
@require_safe
def svg(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Return the chart as a picture that stands alone."""
    return _file(request, patient_id, kind="svg", content_type="image/svg+xml")


@login_required
@require_safe
def pdf(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Return the chart as a vector PDF."""
    return _file(request, patient_id, kind="pdf", content_type="application/pdf")


@login_required
@require_safe
def png(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Return the chart as a picture of dots."""
    return _file(request, patient_id, kind="png", content_type="image/png")


def _file(
    request: ViewedRequest, patient_id: UUID, *, kind: str, content_type: str
) -> HttpResponse:
    at = timezone.now()
    viewer = request.viewer
    patient = queries.patient_for(viewer, patient_id, at=at, scope=Scope.RESULTS)
    noted = auditing.record(
        viewer=viewer,
        action=Action.EXPORTED,
        object_label="chart",
        object_id=patient.pk,
        patient_id=patient.pk,
        channel=Channel.PDF if kind == "pdf" else Channel.CHART,
        ip_address=request.META.get("REMOTE_ADDR") or None,
        at=at,
    )
    asked, today = asked_by(request), timezone.localdate(at)
    read = replicas.read(
        lambda: chart_records.unjudged_of(
            patient,
            viewer=viewer,
            at=at,
            today=today,
            since=in_sight_since(asked, today=today),
        ),
        viewer=viewer,
        noted=noted,
    )
    content = chart_file(read, asked, kind=kind, at=at)
    response = HttpResponse(content, content_type=content_type)
    # The name says what it is, not whose: files lie about in download folders.
    name = f"vitamin-d-trend-{today.isoformat()}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
