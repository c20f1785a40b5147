"""The latest result and the range of many patients at once, in a few queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.domain.scopes import Scope
from accounts.domain.viewers import Viewer
from accounts.models import Patient
from accounts.queries import patients_visible_to
from labs.domain.laboratories import NOTHING_KNOWN, Laboratories
from labs.domain.plausibility import DATES_IN_DOUBT
from labs.domain.quantities import Measurand
from labs.domain.targets import Target, target_in_force
from labs.models import LabResult
from labs.models import Target as TargetRow
from labs.services.judging import Judged, judged, target_of
from labs.services.laboratories import laboratories_by_patient

if TYPE_CHECKING:
    from labs.models.result import LabResultQuerySet


@dataclass(frozen=True, slots=True)
class Overview:
    """One patient in a list; None for a result that is not there or not shared."""

    patient: Patient
    is_shared: bool
    latest: Judged | None
    target: Target | None


def overviews(
    patients: Iterable[Patient], *, viewer: Viewer, at: datetime, today: date
) -> list[Overview]:
    """Return the patients in their order, each with the latest result and range."""
    people = list(patients)
    visible = patients_visible_to(viewer=viewer, at=at, scope=Scope.RESULTS)
    shared = set(
        visible.filter(pk__in=[each.pk for each in people]).values_list("pk", flat=True)
    )
    latest = _latest_by_patient(shared)
    targets = _targets_by_patient(shared)
    laboratories = _laboratories_of(latest.values())
    found = []
    for patient in people:
        ranges = targets.get(patient.pk, [])
        row = latest.get(patient.pk)
        rows = [row] if row else []
        result = judged(
            rows,
            ranges,
            today=today,
            born_on=patient.born_on,
            laboratories=laboratories.get(patient.pk, NOTHING_KNOWN),
        )
        found.append(
            Overview(
                patient=patient,
                is_shared=patient.pk in shared,
                latest=result[0] if result else None,
                target=target_in_force(ranges, today),
            )
        )
    return found


def _latest_by_patient(patient_ids: Iterable[UUID]) -> Mapping[UUID, LabResult]:
    results: LabResultQuerySet = LabResult.objects.filter(patient__in=patient_ids)
    newest = (
        results.of_25ohd()
        .latest_versions()
        .shown()
        .exclude(held_because__in=DATES_IN_DOUBT)
        .order_by("patient_id", "-collected_on", "-measurand", "-entered_at", "id")
        .distinct("patient_id")
    )
    return {row.patient_id: row for row in newest}


def _laboratories_of(rows: Iterable[LabResult]) -> Mapping[UUID, Laboratories]:
    """Return what is known of laboratories, where a D3-coded result asks for it."""
    asking = {row.patient_id for row in rows if row.measurand == Measurand.D3}
    return laboratories_by_patient(asking) if asking else {}


def _targets_by_patient(patient_ids: Iterable[UUID]) -> Mapping[UUID, list[Target]]:
    found: dict[UUID, list[Target]] = defaultdict(list)
    rows = TargetRow.objects.filter(patient__in=patient_ids, withdrawn_at=None)
    for row in rows.order_by("patient_id", "starts_on", "number"):
        found[row.patient_id].append(target_of(row))
    return found
