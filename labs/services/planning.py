"""A clinician's recorded plan: writing it down, and that it no longer holds."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.domain.audit import Action
from accounts.domain.viewers import Viewer
from accounts.models import Clinic, Patient
from accounts.services import auditing
from labs.models import RecordedPlan
from labs.services.sending import SentAgain, lock_form


@transaction.atomic
def record_plan(
    *,
    patient: Patient,
    clinic: Clinic,
    text: str,
    by: Viewer,
    at: datetime,
    entry_id: UUID,
) -> None:
    """
    Keep a clinician's words as they were written.

    The same `entry_id` again stores nothing new; raises SentAgain where it comes back
    with other words.
    """
    lock_form(entry_id)
    stored = RecordedPlan.objects.filter(pk=entry_id, patient=patient).first()
    if stored is not None:
        if stored.text != text:
            raise SentAgain(stored)
        return
    plan = RecordedPlan.objects.create(
        id=entry_id,
        patient=patient,
        clinic=clinic,
        clinic_name=clinic.name,
        text=text,
        recorded_by_id=by.id,
        recorded_by_name=by.name,
        recorded_at=at,
    )
    _audit(plan, Action.CREATED, by=by, at=at)


@transaction.atomic
def end_plan(*, plan: RecordedPlan, by: Viewer, at: datetime) -> None:
    """Write that a plan no longer holds; its words stay. A second time adds nothing."""
    open_plan = RecordedPlan.objects.filter(pk=plan.pk, ended_at=None)
    if open_plan.update(ended_at=at, ended_by_name=by.name):
        _audit(plan, Action.CHANGED, by=by, at=at)


def _audit(plan: RecordedPlan, action: Action, *, by: Viewer, at: datetime) -> None:
    auditing.record(
        viewer=by,
        action=action,
        object_label="plan",
        object_id=plan.pk,
        patient_id=plan.patient_id,
        at=at,
    )
