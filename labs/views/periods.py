"""Which period a page of supplements is about."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404

from accounts.services import auditing
from accounts.services.requests import ViewedRequest
from labs import queries

if TYPE_CHECKING:
    from accounts.models import Patient
    from labs.models import SupplementPeriod


def period_or_404(
    request: ViewedRequest, patient: "Patient", period_id: UUID, at: datetime
) -> "SupplementPeriod":
    """Return one of this patient's periods; another one's is not there."""
    periods = queries.periods_of(patient, viewer=request.viewer, at=at)
    row = periods.filter(pk=period_id).first()
    if row is None:
        raise Http404
    return row


def note_period_shown(
    request: ViewedRequest, patient: "Patient", row: "SupplementPeriod", at: datetime
) -> None:
    """Write that a page showed a product, and what to be careful about with it."""
    auditing.look(
        viewer=request.viewer,
        object_label="supplement period",
        object_id=row.pk,
        patient_id=patient.pk,
        at=at,
    )
