"""When a clinician asks for the next test; nothing here proposes one."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts.domain.audit import Action
from accounts.domain.viewers import Viewer
from accounts.queries import joined_to
from accounts.services import auditing
from labs.domain.retests import RetestPlan as Planned
from labs.models import RetestPlan
from labs.services import summarising

if TYPE_CHECKING:
    from accounts.models import Clinic, Patient


@transaction.atomic
def plan(
    *,
    patient: "Patient",
    clinic: "Clinic",
    due_on: date | None,
    every_months: int | None,
    by: Viewer,
    at: datetime,
) -> None:
    """
    Ask for the next test on a day, or every so many months; it replaces the last plan.

    Raises RetestRefused where it cannot be kept. The same plan again adds nothing.
    """
    set_on = timezone.localdate(at)
    Planned(set_on, due_on, every_months)
    summarising.lock([patient.pk], by=by)
    before = _in_force(patient, clinic)
    asked = [(each.due_on, each.every_months) for each in before]
    if asked == [(due_on, every_months)]:
        return
    for each in before:
        _end(each, by=by, at=at)
    made = RetestPlan.objects.create(
        patient=patient,
        clinic=clinic,
        clinic_name=clinic.name,
        due_on=due_on,
        every_months=every_months,
        set_on=set_on,
        set_by_id=by.id,
        set_by_name=by.name,
        set_at=at,
    )
    _audit(made, Action.CREATED, by=by, at=at)
    summarising.refresh([patient.pk], by=by, at=at)


@transaction.atomic
def end(*, patient: "Patient", clinic: "Clinic", by: Viewer, at: datetime) -> None:
    """Take the plan back, if there is one."""
    summarising.lock([patient.pk], by=by)
    before = _in_force(patient, clinic)
    for each in before:
        _end(each, by=by, at=at)
    if before:
        summarising.refresh([patient.pk], by=by, at=at)


def _in_force(patient: "Patient", clinic: "Clinic") -> list[RetestPlan]:
    """Return the clinic's plan; of joined records there may be one in each."""
    records = [patient.pk, *joined_to(patient)]
    plans = RetestPlan.objects.filter(patient__in=records, clinic=clinic, ended_at=None)
    return list(plans.order_by("set_at", "pk"))


def _end(row: RetestPlan, *, by: Viewer, at: datetime) -> None:
    row.ended_at, row.ended_by_name = at, by.name
    row.save(update_fields=["ended_at", "ended_by_name"])
    _audit(row, Action.CHANGED, by=by, at=at)


def _audit(row: RetestPlan, action: Action, *, by: Viewer, at: datetime) -> None:
    auditing.record(
        viewer=by,
        action=action,
        object_label="retest plan",
        object_id=row.pk,
        patient_id=row.patient_id,
        at=at,
    )
