"""Setting a range: dated, authored, with a reason; the one before stays."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from accounts.domain.audit import Action
from accounts.domain.scopes import Scope
from accounts.domain.viewers import Viewer
from accounts.models import Clinic, Patient
from accounts.queries import records_of
from accounts.services import auditing
from accounts.services.turns import Turn, take_turn
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

    def __init__(self, newest: Target, seen: int) -> None:
        """Keep the range that was set last, and what whoever sees it has seen."""
        super().__init__("Somebody else set a range in the meantime.")
        self.newest = newest
        self.seen = seen


def places(rows: Iterable[Target]) -> Mapping[UUID, int]:
    """
    Return the place of each range among all that were ever set for a person, from 1.

    Each record counts its own. Where two are read as one, they are counted as one
    sequence, so that a range set in either is no secret to who sets one in the other.
    """
    every = list(rows)
    if len({row.patient_id for row in every}) == 1:
        return {row.pk: row.number for row in every}
    every.sort(key=lambda row: (row.set_at, row.number, row.pk))
    return {row.pk: place for place, row in enumerate(every, 1)}


def seen_of(rows: Iterable[Target]) -> int:
    """Return what somebody has seen who looked at all of these; 0 for none."""
    return max(places(rows).values(), default=0)


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
    Set a range; `seen` is the place of the last range its author saw (0 for none).

    Raises TargetConflict when another one was set since.
    """
    target = store(
        patient=patient,
        records=records_of(patient, viewer=by, at=at, scope=Scope.RESULTS),
        clinic=clinic,
        entry=entry,
        seen=seen,
        by=by,
        at=at,
    )
    summarising.refresh([patient.pk], by=by, at=at)
    return target


def store(
    *,
    patient: Patient,
    records: Iterable[UUID],
    clinic: Clinic,
    entry: TargetEntry,
    seen: int,
    by: Viewer,
    at: datetime,
    together: UUID | None = None,
) -> Target:
    """
    Keep a range; whoever calls draws the lists anew, once for everybody.

    Raises TargetConflict when another one was set since `seen`. One that was set and
    taken back since stands in nobody's way.
    """
    rows = _rows_locked({patient.pk, *records})
    place = places(rows)
    standing = [row for row in rows if row.withdrawn_at is None]
    last = max(standing, key=lambda row: place[row.pk], default=None)
    if last is not None and seen not in {place[last.pk], seen_of(rows)}:
        raise TargetConflict(last, place[last.pk])
    own = (row.number for row in rows if row.patient_id == patient.pk)
    newest = max(own, default=0)
    template = template_used(clinic, entry)
    target = Target.objects.create(
        patient=patient,
        number=newest + 1,
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
        together=together,
    )
    _audit(target, Action.CREATED, by=by, at=at)
    return target


def last_of(rows: Iterable[Target], clinics: Iterable[Clinic]) -> Target | None:
    """
    Return the range that was set last and stands, if one of these clinics set it.

    `rows` are those of all records that are read as one: a range that was set since in
    the other one came after it, too.
    """
    every = list(rows)
    place = places(every)
    standing = [row for row in every if row.withdrawn_at is None]
    last = max(standing, key=lambda row: place[row.pk], default=None)
    ids = {clinic.pk for clinic in clinics}
    return last if last is not None and last.clinic_id in ids else None


@transaction.atomic
def take_back(
    target_id: UUID,
    *,
    patient: Patient,
    clinics: Sequence[Clinic],
    by: Viewer,
    at: datetime,
) -> bool:
    """
    Take the last range back; the row stays, and says who took it back when.

    The one before holds again, where its days say so. The same again changes nothing.
    False where another range was set since, which whoever undoes has not seen, in
    whichever of the records that are read as one.
    """
    records = records_of(patient, viewer=by, at=at, scope=Scope.RESULTS)
    rows = _rows_locked({patient.pk, *records})
    row = next((each for each in rows if each.pk == target_id), None)
    if row is None:
        return False
    if row.withdrawn_at is None:
        if last_of(rows, clinics) != row or not withdraw(row, by=by, at=at):
            return False
        summarising.refresh([row.patient_id], by=by, at=at)
    return True


def withdraw(row: Target, *, by: Viewer, at: datetime) -> bool:
    """Write that a range was taken back; False where it may not or was before."""
    standing = Target.objects.filter(pk=row.pk, withdrawn_at=None)
    if not standing.update(withdrawn_at=at, withdrawn_by_name=by.name):
        return False
    _audit(row, Action.CHANGED, by=by, at=at)
    return True


def take_turns(patient_ids: Iterable[UUID]) -> None:
    """Wait for whoever sets a range for one of them; all ask in the same order."""
    for patient_id in sorted(patient_ids):
        take_turn(Turn.RANGES, patient_id)


def _rows_locked(patient_ids: Collection[UUID]) -> list[Target]:
    take_turns(patient_ids)
    return list(Target.objects.filter(patient__in=patient_ids))


def _audit(row: Target, action: Action, *, by: Viewer, at: datetime) -> None:
    auditing.record(
        viewer=by,
        action=action,
        object_label="target",
        object_id=row.pk,
        patient_id=row.patient_id,
        at=at,
    )
