"""Setting a range: dated, authored, with a reason; the one before stays."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction

from accounts.domain.audit import Action
from accounts.domain.viewers import Viewer
from accounts.models import Clinic, Patient
from accounts.services import auditing
from labs.domain.units import Unit
from labs.models import Target, TargetTemplate
from labs.services import summarising


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetEntry:
    """A range as a clinician writes it; at least one bound."""

    low: Decimal | None
    high: Decimal | None
    unit: Unit
    starts_on: date
    reason: str
    ends_on: date | None = None
    review_on: date | None = None
    alert_low: Decimal | None = None
    alert_high: Decimal | None = None
    urgency: str = ""
    template: UUID | None = None
    """What filled the limits in; it counts where they still are its limits."""


def entry_of(row: Target) -> TargetEntry:
    """Return a stored range as its clinician wrote it."""
    return TargetEntry(
        low=row.low,
        high=row.high,
        unit=Unit(row.unit),
        starts_on=row.starts_on,
        reason=row.reason,
        ends_on=row.ends_on,
        review_on=row.review_on,
        alert_low=row.alert_low,
        alert_high=row.alert_high,
        urgency=row.urgency,
        template=row.template_id,
    )


def template_used(clinic: Clinic, entry: TargetEntry) -> TargetTemplate | None:
    """Return the clinic's template with these very limits; None for any other."""
    if entry.template is None:
        return None
    offered = TargetTemplate.objects.filter(clinic=clinic, retired_at=None)
    row = offered.filter(pk=entry.template).first()
    return row if row is not None and _limits(row) == _limits(entry) else None


def _limits(of: TargetTemplate | TargetEntry) -> tuple[object, ...]:
    unit = of.unit.value if isinstance(of.unit, Unit) else of.unit
    return (of.low, of.high, of.alert_low, of.alert_high, of.urgency, unit)


class TargetConflict(RuntimeError):
    """Somebody else set a range in the meantime; both are shown."""

    def __init__(self, newest: Target) -> None:
        """Keep the range that was set last."""
        super().__init__("Somebody else set a range in the meantime.")
        self.newest = newest


@transaction.atomic
def set_target(
    *,
    patient: Patient,
    clinic: Clinic,
    entry: TargetEntry,
    seen: int,
    by: Viewer,
    at: datetime,
) -> Target:
    """
    Set a range; `seen` is the number of the last range its author saw (0 for none).

    Raises TargetConflict when another one was set since.
    """
    newest = _newest_locked(patient)
    if newest is not None and newest.number != seen:
        raise TargetConflict(newest)
    template = template_used(clinic, entry)
    target = Target.objects.create(
        patient=patient,
        number=seen + 1,
        low=entry.low,
        high=entry.high,
        alert_low=entry.alert_low,
        alert_high=entry.alert_high,
        urgency=entry.urgency,
        unit=entry.unit.value,
        starts_on=entry.starts_on,
        ends_on=entry.ends_on,
        review_on=entry.review_on,
        reason=entry.reason,
        template=template,
        source=template.source if template else "",
        clinic=clinic,
        clinic_name=clinic.name,
        set_by_id=by.id,
        set_by_name=by.name,
        set_at=at,
    )
    auditing.record(
        viewer=by,
        action=Action.CREATED,
        object_label="target",
        object_id=target.pk,
        patient_id=patient.pk,
        at=at,
    )
    summarising.refresh([patient.pk], by=by, at=at)
    return target


def _newest_locked(patient: Patient) -> Target | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [str(patient.pk)]
        )
    return Target.objects.filter(patient=patient).order_by("-number").first()
