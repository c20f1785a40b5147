"""
Marking that a clinician has looked, and taking it back.

A review is of what was open when the page was drawn: what came in since is not reviewed
unseen. Reviewed says that somebody saw it, never that it is well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from accounts.domain.audit import Action
from accounts.domain.viewers import Viewer
from accounts.services import auditing
from labs.models import ClinicNote, LabResult, Review, WorklistRow
from labs.services import summarising

if TYPE_CHECKING:
    from accounts.models import Clinic, Patient


class Why(StrEnum):
    """Why a row was not reviewed."""

    NOT_THERE = "not_there"
    CHANGED = "changed"
    ONE_BY_ONE = "one_by_one"


@dataclass(frozen=True, slots=True)
class Seen:
    """A patient and the mark of what was open when somebody looked."""

    patient_id: UUID
    stamp: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who was reviewed, and who was not and why."""

    reviewed: tuple[UUID, ...]
    refused: tuple[tuple[UUID, Why], ...]


@transaction.atomic
def mark_reviewed(
    seen: Sequence[Seen],
    *,
    clinic: "Clinic",
    entry_id: UUID,
    by: Viewer,
    at: datetime,
) -> Outcome:
    """
    Review what is open of these patients; the same `entry_id` again adds nothing.

    Of several at once, critical, alert, corrected and vitamin K rows are left out:
    they are looked at one by one.
    """
    if Review.objects.filter(entry_id=entry_id, clinic=clinic).exists():
        return Outcome(tuple(each.patient_id for each in seen), ())
    ids = [each.patient_id for each in seen]
    summarising.lock(ids, by=by)
    rows = {
        row.patient_id: row
        for row in WorklistRow.objects.filter(clinic=clinic, patient__in=ids)
    }
    refused = []
    for each in seen:
        why = _why_not(rows.get(each.patient_id), each, is_alone=len(seen) == 1)
        if why is not None:
            refused.append((each.patient_id, why))
            continue
        _review(rows[each.patient_id], clinic, entry_id, by=by, at=at)
    kept_out = {patient_id for patient_id, _why in refused}
    reviewed = tuple(each for each in ids if each not in kept_out)
    summarising.refresh(reviewed, by=by, at=at)
    return Outcome(reviewed, tuple(refused))


def _why_not(row: WorklistRow | None, seen: Seen, *, is_alone: bool) -> Why | None:
    if row is None:
        return Why.NOT_THERE
    if row.stamp != seen.stamp:
        return Why.CHANGED
    return Why.ONE_BY_ONE if row.is_one_by_one and not is_alone else None


def _review(
    row: WorklistRow, clinic: "Clinic", entry_id: UUID, *, by: Viewer, at: datetime
) -> None:
    whose = _whose(row)
    results: list[tuple[UUID | None, str]] = [
        (UUID(each), "") for each in row.facts["open"]
    ]
    words = [(None, each) for each in row.facts["subjects"]]
    for result_id, subject in (*results, *words):
        Review.objects.create(
            patient_id=whose.get(result_id, row.patient_id),
            clinic=clinic,
            clinic_name=clinic.name,
            entry_id=entry_id,
            reviewed_by_id=by.id,
            reviewed_by_name=by.name,
            reviewed_at=at,
            result_id=result_id,
            subject=subject,
        )
    for patient_id in sorted({row.patient_id, *whose.values()}):
        _audit("review", entry_id, patient_id, Action.CREATED, by=by, at=at)


def _whose(row: WorklistRow) -> dict[UUID | None, UUID]:
    """Return in which of a row's joined records each open result stands."""
    if not row.facts.get("joined"):
        return {}
    found = LabResult.objects.filter(pk__in=row.facts["open"])
    return dict(found.values_list("pk", "patient_id"))


@transaction.atomic
def undo(
    entry_id: UUID, *, clinic: "Clinic", by: Viewer, at: datetime
) -> tuple[UUID, ...]:
    """Take back one marking; the rows stand as before. Return whose they are."""
    reviews = Review.objects.filter(entry_id=entry_id, clinic=clinic, undone_at=None)
    patients = sorted(set(reviews.values_list("patient_id", flat=True)))
    summarising.lock(patients, by=by)
    reviews.update(undone_at=at, undone_by_name=by.name)
    for patient_id in patients:
        _audit("review", entry_id, patient_id, Action.CHANGED, by=by, at=at)
    summarising.refresh(patients, by=by, at=at)
    return tuple(patients)


@transaction.atomic
def write_note(
    *,
    patient: "Patient",
    clinic: "Clinic",
    text: str,
    is_for_patient: bool,
    entry_id: UUID,
    by: Viewer,
    at: datetime,
) -> None:
    """Keep a clinician's words as written; the same `entry_id` again adds nothing."""
    if ClinicNote.objects.filter(pk=entry_id, patient=patient).exists():
        return
    ClinicNote.objects.create(
        id=entry_id,
        patient=patient,
        clinic=clinic,
        clinic_name=clinic.name,
        is_for_patient=is_for_patient,
        text=text,
        written_by_id=by.id,
        written_by_name=by.name,
        written_at=at,
    )
    _audit("note", entry_id, patient.pk, Action.CREATED, by=by, at=at)


def _audit(
    label: str,
    object_id: UUID,
    patient_id: UUID,
    action: Action,
    *,
    by: Viewer,
    at: datetime,
) -> None:
    auditing.record(
        viewer=by,
        action=action,
        object_label=label,
        object_id=object_id,
        patient_id=patient_id,
        at=at,
    )
