"""
One range for several people: looked at first, set for all or for nobody, taken back.

The people are bound when they are looked at: each with the place of the newest range
that stood there, in whichever of the records that are read as one. Where another one
was set since, or somebody ended a consent, nothing is set for anybody and the list is
shown again.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from accounts.domain.viewers import Viewer
from accounts.models import Clinic, Patient
from labs import queries
from labs.domain.targets import Target, following, target_in_force
from labs.models import LabResult, WorklistRow
from labs.models import Target as TargetRow
from labs.services import judging, summarising, targeting, worklisting
from labs.services.sending import lock_form
from labs.services.targeting import TargetConflict, TargetEntry

if TYPE_CHECKING:
    from labs.models.result import LabResultQuerySet

MOST_TOGETHER = 200


@dataclass(frozen=True, slots=True)
class Bound:
    """A person, and the place of the newest range when they were looked at."""

    patient_id: UUID
    seen: int


@dataclass(frozen=True, slots=True)
class Looked:
    """What a range would mean for one person."""

    row: WorklistRow
    is_allowed: bool
    seen: int = 0
    now: TargetRow | None = None
    judges: int = 0
    is_of_another_clinic: bool = False
    follows: TargetRow | None = None
    """The range that begins later and counts from then on, the first of them."""


class SetMeanwhile(RuntimeError):
    """For some of them it cannot be set as it was looked at; nothing was set."""

    def __init__(self, patient_ids: frozenset[UUID]) -> None:
        """Keep for whom."""
        super().__init__("A range was set, or a consent ended, in the meantime.")
        self.patient_ids = patient_ids


def look_at(
    patient_ids: Sequence[UUID],
    *,
    clinic: Clinic,
    planned: Target,
    today: date,
) -> list[Looked]:
    """Return each person on the clinic's list with what the range would mean."""
    rows = worklisting.rows_for(clinic, list(patient_ids))
    records = {
        row.patient_id: records_in(row) for row in rows if row.facts["shares"][0]
    }
    every = [each for ids in records.values() for each in ids]
    ranges = queries.every_range_by_patient(every)
    results = _results_by_patient(every)
    found = []
    for row in sorted(rows, key=lambda each: (each.name_key, each.patient_id)):
        if not row.facts["shares"][0]:
            found.append(Looked(row, is_allowed=False))
            continue
        ids = records[row.patient_id]
        theirs = [each for one in ids for each in ranges.get(one, ())]
        theirs.sort(key=lambda each: (each.starts_on, each.set_at, each.number))
        standing = [each for each in theirs if each.withdrawn_at is None]
        values = {judging.target_of(each): each for each in standing}
        in_force = target_in_force(values, today)
        now = values[in_force] if in_force else None
        found.append(
            Looked(
                row,
                is_allowed=True,
                seen=targeting.seen_of(theirs),
                now=now,
                judges=judging.judged_by(
                    planned,
                    list(values),
                    [each for one in ids for each in results.get(one, ())],
                ),
                is_of_another_clinic=now is not None and now.clinic_id != clinic.pk,
                follows=next(
                    (values[each] for each in following(planned, values)), None
                ),
            )
        )
    return found


def records_in(row: WorklistRow) -> list[UUID]:
    """Return the records that a row shows as one; mostly the one."""
    joined = (UUID(each["id"]) for each in row.facts.get("joined", ()))
    return [row.patient_id, *joined]


def _results_by_patient(patient_ids: list[UUID]) -> Mapping[UUID, list[LabResult]]:
    found: dict[UUID, list[LabResult]] = defaultdict(list)
    rows: LabResultQuerySet = LabResult.objects.filter(patient__in=patient_ids)
    for row in rows.of_25ohd().latest_versions().shown():
        found[row.patient_id].append(row)
    return found


@transaction.atomic
def set_for_all(
    bound: Sequence[Bound],
    *,
    clinic: Clinic,
    entry: TargetEntry,
    entry_id: UUID,
    by: Viewer,
    at: datetime,
) -> None:
    """
    Set one range for all of these people; the same `entry_id` again sets nothing new.

    Raises SetMeanwhile where it cannot be set for all, and then sets none.
    """
    lock_form(entry_id)
    if TargetRow.objects.filter(together=entry_id, clinic=clinic).exists():
        return
    wanted = {each.patient_id: each.seen for each in bound}
    records = _records(clinic, list(wanted))
    targeting.take_turns({each for ids in records.values() for each in ids})
    people = Patient.objects.in_bulk(list(records))
    lost = wanted.keys() - people.keys()
    for patient_id, patient in sorted(people.items()):
        try:
            targeting.store(
                patient=patient,
                records=records[patient_id],
                clinic=clinic,
                entry=entry,
                seen=wanted[patient_id],
                together=entry_id,
                by=by,
                at=at,
            )
        except TargetConflict:
            lost = lost | {patient_id}
    if lost:
        raise SetMeanwhile(frozenset(lost))
    summarising.refresh(people, by=by, at=at)


def _records(clinic: Clinic, patient_ids: list[UUID]) -> Mapping[UUID, list[UUID]]:
    """Return those whose results this clinic may see now, each with all records."""
    rows = worklisting.rows_for(clinic, patient_ids)
    return {row.patient_id: records_in(row) for row in rows if row.facts["shares"][0]}


def rows_set_together(entry_id: UUID, *, clinic: Clinic) -> list[TargetRow]:
    """Return the ranges of one setting that this clinic may still see, by name."""
    rows = TargetRow.objects.filter(together=entry_id, clinic=clinic)
    return list(rows.select_related("patient").order_by("patient__name", "patient_id"))


@transaction.atomic
def take_back(
    entry_id: UUID, *, clinic: Clinic, by: Viewer, at: datetime
) -> tuple[UUID, ...]:
    """
    Take back what was set together; each row stays, and says who took it back when.

    Whoever ended the consent since is left as they are. Return whose it was.
    """
    lock_form(entry_id)
    rows = [
        row
        for row in rows_set_together(entry_id, clinic=clinic)
        if row.withdrawn_at is None
    ]
    done = tuple(
        row.patient_id for row in rows if targeting.withdraw(row, by=by, at=at)
    )
    summarising.refresh(done, by=by, at=at)
    return done
