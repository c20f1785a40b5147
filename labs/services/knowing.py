"""Writing down what a clinic knows of laboratories; its lists are judged anew by it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from accounts.domain.audit import Action
from accounts.domain.viewers import Viewer
from accounts.services import auditing
from labs.domain.change import check_imprecision
from labs.domain.comparability import folded
from labs.domain.laboratories import LaboratoryFactKind
from labs.models import LaboratoryKnowledge
from labs.services import summarising

if TYPE_CHECKING:
    from accounts.models import Clinic


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """One thing to be written down about a laboratory."""

    kind: LaboratoryFactKind
    laboratory: str
    method: str = ""
    other_name: str = ""
    cva: Decimal | None = None
    source: str = ""


@transaction.atomic
def write_down(
    *, clinic: "Clinic", knowledge: Knowledge, by: Viewer, at: datetime, entry_id: UUID
) -> LaboratoryKnowledge:
    """
    Keep what a clinic knows; the same `entry_id` again gives what was kept before.

    Raises ImprecisionRefused for a coefficient that no laboratory can have.
    """
    if knowledge.cva is not None:
        check_imprecision(knowledge.cva)
    kept = LaboratoryKnowledge.objects.filter(pk=entry_id, clinic=clinic).first()
    if kept is not None:
        return kept
    row = LaboratoryKnowledge(
        id=entry_id,
        clinic=clinic,
        kind=knowledge.kind.value,
        laboratory=knowledge.laboratory,
        laboratory_folded=folded(knowledge.laboratory),
        method=knowledge.method,
        method_folded=folded(knowledge.method),
        other_name=knowledge.other_name,
        cva=knowledge.cva,
        source=knowledge.source,
        entered_by_id=by.id,
        entered_by_name=by.name,
        entered_at=at,
    )
    row.save(force_insert=True)
    _audit(row, Action.CREATED, by=by, at=at)
    summarising.refresh_for_laboratories(clinic.pk, by=by, at=at)
    return row


@transaction.atomic
def end(*, row: LaboratoryKnowledge, by: Viewer, at: datetime) -> None:
    """Write that something no longer holds; what stood stays readable."""
    ended = LaboratoryKnowledge(
        clinic_id=row.clinic_id,
        kind=row.kind,
        laboratory=row.laboratory,
        laboratory_folded=row.laboratory_folded,
        method=row.method,
        method_folded=row.method_folded,
        other_name=row.other_name,
        cva=row.cva,
        source=row.source,
        is_over=True,
        entered_by_id=by.id,
        entered_by_name=by.name,
        entered_at=at,
    )
    ended.save(force_insert=True)
    _audit(ended, Action.CHANGED, by=by, at=at)
    summarising.refresh_for_laboratories(row.clinic_id, by=by, at=at)


def _audit(
    row: LaboratoryKnowledge, action: Action, *, by: Viewer, at: datetime
) -> None:
    auditing.record(
        viewer=by,
        action=action,
        object_label="laboratory",
        object_id=row.pk,
        at=at,
    )
