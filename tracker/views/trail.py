"""Who looked at the record, as a file for the patient."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import presenters, queries
from accounts.domain.audit import Action, Channel
from accounts.policies import check_can_read_who_looked
from accounts.services import auditing
from accounts.services.requests import ViewedRequest
from accounts.views.fresh import recently_signed_in
from tracker.services.trail import trail_csv


@login_required
@recently_signed_in
@require_safe
def table(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Return the whole trail as CSV; this download is its newest line next time."""
    at = timezone.now()
    patient = queries.patient_for(request.viewer, patient_id, at=at)
    check_can_read_who_looked(request.viewer, patient, at=at)
    own_id = request.viewer.id_or_none
    events = queries.looks_at(patient).iterator()
    content = trail_csv(presenters.look(event, own_id=own_id) for event in events)
    auditing.record(
        viewer=request.viewer,
        action=Action.EXPORTED,
        object_label="audit trail",
        object_id=patient.pk,
        patient_id=patient.pk,
        channel=Channel.EXPORT,
        ip_address=request.META.get("REMOTE_ADDR") or None,
        at=at,
    )
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    day = timezone.localdate(at).isoformat()
    response["Content-Disposition"] = f'attachment; filename="who-looked-{day}.csv"'
    return response
