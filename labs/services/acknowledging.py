"""Acknowledging a precaution: a name and a reason that stay beside its words."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from accounts.domain.audit import Action
from accounts.domain.viewers import Viewer
from accounts.services import auditing
from labs.domain.acknowledgements import (
    NEEDS_A_REASON,
    AcknowledgementRefused,
    DrawnFrom,
    drawn_from,
    match_with,
    subject_of,
)
from labs.domain.precaution_catalogue import CATALOGUE_VERSION
from labs.domain.precautions import PrecautionReport
from labs.models import Acknowledgement
from labs.services import summarising
from labs.services.sending import SentAgain, lock_form

if TYPE_CHECKING:
    from accounts.models import Patient


@transaction.atomic
def acknowledge(
    *,
    patient: "Patient",
    report: PrecautionReport,
    subject: str,
    reason: str,
    by: Viewer,
    at: datetime,
    entry_id: UUID,
) -> None:
    """
    Store who has read a precaution, and what was done about it.

    The same `entry_id` again stores nothing new. Raises AcknowledgementRefused where
    the words have changed since they were shown, or nothing was written, and SentAgain
    where the form comes back with something else in it.
    """
    lock_form(entry_id)
    stored = Acknowledgement.objects.filter(pk=entry_id, patient=patient).first()
    if stored is not None:
        if (stored.subject, stored.reason) != (subject, reason.strip()):
            raise SentAgain(stored)
        return
    if not reason.strip():
        raise AcknowledgementRefused.because(NEEDS_A_REASON)
    match = match_with(subject, report)
    parts = drawn_from(match, report)
    Acknowledgement.objects.create(
        id=entry_id,
        patient=patient,
        precaution=match.precaution.id,
        subject=subject_of(match),
        catalogue_version=CATALOGUE_VERSION,
        tells_of_health=DrawnFrom.HEALTH in parts,
        tells_of_supplements=DrawnFrom.SUPPLEMENTS in parts,
        tells_of_results=DrawnFrom.RESULTS in parts,
        reason=reason.strip(),
        acknowledged_by_id=by.id,
        acknowledged_by_name=by.name,
        acknowledged_at=at,
    )
    auditing.record(
        viewer=by,
        action=Action.CREATED,
        object_label="acknowledgement",
        object_id=entry_id,
        patient_id=patient.pk,
        at=at,
    )
    summarising.refresh([patient.pk], by=by, at=at)
