"""
What a worklist row is drawn from: people and results, within one clinic's consent.

The functions of the database that answer here check the consent once for each patient
(labs.migrations.0015); everything else is read under the row-level policies. Records of
one person that were joined are drawn as one: of each what its own consent shares.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef

from accounts.models import Consent
from labs.domain.alerts import is_fresh
from labs.domain.laboratories import NOTHING_KNOWN, Laboratories
from labs.domain.measurements import Comparator, Measurement, ResultStatus
from labs.domain.plausibility import DATES_IN_DOUBT
from labs.domain.quantities import Measurand
from labs.domain.units import Unit
from labs.domain.worklist import CORRECTED, VOID, ListedResult
from labs.models import LabResult, Review


class Person(NamedTuple):
    """A patient as the consent of one clinic shows them."""

    patient_id: UUID
    owner_id: UUID | None
    name: str
    born_on: date | None
    number: str
    shares_results: bool
    shares_supplements: bool
    shares_health: bool
    results_from: date | None
    starts_at: datetime
    ends_at: datetime | None
    has_background: bool
    tags: list[str]
    reviewed_by: str | None
    reviewed_at: datetime | None
    kept_id: UUID
    """The record that this one is read with; its own, where it was not joined."""


# A row that is read in another's, while that one goes on without an end.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


Row = TypeVar("Row")


class Listed(NamedTuple):
    """Whom a row is about: a record, or the records of one person as one of them."""

    person: Person
    records: tuple[Person, ...]
    under: UUID | None = None
    changes_at: datetime | None = None
    """When a consent begins that changes what is read together."""

    @property
    def key(self) -> UUID:
        """The patient of the row."""
        return self.person.patient_id

    @property
    def ids(self) -> tuple[UUID, ...]:
        """The records, the kept one first."""
        return tuple(each.patient_id for each in self.records)

    def of_all(
        self,
        rows: Mapping[UUID, list[Row]],
        order: Callable[[Row], tuple[Any, ...]] | None = None,
    ) -> list[Row]:
        """Return the rows of all records, in the order in which one has them."""
        found = [row for one in self.ids for row in rows.get(one, ())]
        return sorted(found, key=order) if order and len(self.ids) > 1 else found

    @property
    def joined(self) -> tuple[Person, ...]:
        """The records that were joined to it."""
        return self.records[1:]


def listed_of(people: Sequence[Person], now: datetime) -> Iterator[Listed]:
    """
    Yield whom the rows are about: one for each record, and a kept one for all it reads.

    Only consents that have begun let records be read together. A joined record's own
    row begins where the row ends in which it is read.
    """
    families: dict[UUID, list[Person]] = defaultdict(list)
    for person in people:
        families[person.kept_id].append(person)
    for kept_id, family in families.items():
        begun = [each for each in family if each.starts_at <= now]
        later = [each.starts_at for each in family if each not in begun]
        changes_at = min(later) if later and len(family) > 1 else None
        together = sorted(begun, key=lambda each: each.patient_id != kept_id)
        is_kept_there = bool(together) and together[0].patient_id == kept_id
        whole = _as_one(together) if is_kept_there else None
        for person in family:
            if whole is None or person not in begun:
                yield Listed(person, (person,), None, changes_at)
            elif person.patient_id == kept_id:
                yield Listed(whole, tuple(together), None, changes_at)
            else:
                hidden = person._replace(starts_at=whole.ends_at or NEVER)
                yield Listed(hidden, (person,), kept_id, changes_at)


def _as_one(records: Sequence[Person]) -> Person:
    """Return the records of one person as the first of them, with what any shares."""
    kept = records[0]
    if len(records) == 1:
        return kept
    ends = [each.ends_at for each in records if each.ends_at is not None]
    seen = [each for each in records if each.reviewed_at is not None]
    last = max(seen, key=lambda each: each.reviewed_at or NEVER, default=kept)
    return kept._replace(
        number=next((each.number for each in records if each.number), ""),
        shares_results=any(each.shares_results for each in records),
        shares_supplements=any(each.shares_supplements for each in records),
        shares_health=any(each.shares_health for each in records),
        starts_at=max(each.starts_at for each in records),
        ends_at=min(ends, default=None),
        has_background=any(each.has_background for each in records),
        tags=sorted({tag for each in records for tag in each.tags}),
        reviewed_by=last.reviewed_by,
        reviewed_at=last.reviewed_at,
    )


class ResultLine(NamedTuple):
    """A result that the list looks at, as it stands in the table."""

    patient_id: UUID
    id: UUID
    measurand: str
    value_text: str
    value: Decimal
    comparator: str
    unit_text: str
    unit: str
    collected_on: date
    reported_on: date | None
    came_on: date
    laboratory: str
    method: str
    specimen: str
    interval_low: Decimal | None
    interval_high: Decimal | None
    laboratory_flag: str
    status: str
    held_because: str
    version: int
    is_series: bool
    place: int
    is_reviewed: bool
    trail: str | None
    says_what_is_known: bool = False
    was_old_when_shared: bool = False

    @property
    def is_held(self) -> bool:
        """Whether somebody has to confirm it first: its unit, its day or its test."""
        return bool(self.held_because) or self.measurand == Measurand.UNSPECIFIED

    def listed(self, laboratories: Laboratories = NOTHING_KNOWN) -> ListedResult:
        """Return the result as the rules of the list look at it."""
        return ListedResult(
            measurement=Measurement(
                text=self.value_text,
                value=self.value,
                comparator=Comparator(self.comparator) if self.comparator else None,
                unit=Unit(self.unit),
                measurand=Measurand(self.measurand),
            ),
            collected_on=self.collected_on,
            reported_on=self.reported_on,
            came_on=self.came_on,
            status=ResultStatus(self.status),
            flag=self.laboratory_flag,
            low=self.interval_low,
            high=self.interval_high,
            is_held=self.is_held,
            is_later_version=self.version > 1,
            is_reviewed=self.is_reviewed,
            is_total_confirmed=laboratories.reports_total_as_d3(self.laboratory),
            says_what_is_known=self.says_what_is_known,
            was_old_when_shared=self.was_old_when_shared,
        )


def people_of(clinic_id: UUID, patient_ids: list[UUID]) -> list[Person]:
    """Return those whose consent for this clinic is in force, with who is joined."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM app.worklist_families(%s, %s)", [clinic_id, patient_ids]
        )
        return [Person(*row) for row in cursor]


def lines_of(
    clinic_id: UUID, patient_ids: list[UUID]
) -> Mapping[UUID, list[ResultLine]]:
    """Return the results that the list looks at, by patient, the newest last."""
    found: dict[UUID, list[ResultLine]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM app.worklist_results(%s, %s, %s)",
            [clinic_id, patient_ids, sorted(DATES_IN_DOUBT)],
        )
        lines = [ResultLine(*row) for row in cursor]
    known = _old_and_the_same(lines)
    for line in lines:
        is_known = line.id in known
        found[line.patient_id].append(line._replace(says_what_is_known=is_known))
    return found


def changed_since_review(
    clinic_id: UUID, patient_ids: Sequence[UUID]
) -> Mapping[UUID, list[LabResult]]:
    """Return what is now of results that were reviewed as they were before."""
    seen = Review.objects.filter(clinic=clinic_id, undone_at=None)
    before = seen.filter(
        result__chain=OuterRef("chain"), result__version__lt=OuterRef("version")
    )
    newest = LabResult.objects.filter(patient__in=patient_ids, version__gt=1)
    changed = newest.latest_versions().filter(
        Exists(before), ~Exists(seen.filter(result=OuterRef("pk")))
    )
    found: dict[UUID, list[LabResult]] = defaultdict(list)
    for row in changed.order_by("collected_on", "id"):
        found[row.patient_id].append(row)
    return found


def told_late(
    lines: Mapping[UUID, Sequence[ResultLine]],
    people: Sequence[Person],
    clinic_id: UUID,
) -> dict[UUID, list[ResultLine]]:
    """
    Mark what was here, and old, when this clinic was first let into the results.

    By its first consent: who changes what they share makes nothing old that was new.
    """
    since = {each.patient_id: _day_of(each.starts_at) for each in people}
    late = {one for one, found in lines.items() if _any_old(found, since[one])}
    if late:
        earlier = Consent.objects.filter(
            clinic=clinic_id, patient__in=late, shares_results=True
        )
        for one, starts_at in earlier.values_list("patient_id", "starts_at"):
            since[one] = min(since[one], _day_of(starts_at))
    return {
        one: [
            line._replace(was_old_when_shared=_was_old(line, since[one]))
            if one in late
            else line
            for line in found
        ]
        for one, found in lines.items()
    }


def _day_of(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _any_old(lines: Sequence[ResultLine], day: date) -> bool:
    return any(_was_old(line, day) for line in lines)


def _was_old(line: ResultLine, day: date) -> bool:
    is_here = line.came_on < day
    return is_here and not is_fresh(line.collected_on, line.reported_on, day)


def lines_together(
    several: Sequence[Sequence[ResultLine]], entered: Mapping[UUID, datetime]
) -> list[ResultLine]:
    """Return the results of several records as those of one, the newest last."""
    if len(several) == 1:
        return list(several[0])
    lines = sorted(
        (line for each in several for line in each),
        key=lambda line: (
            line.collected_on,
            line.measurand == Measurand.TOTAL,
            entered[line.id],
            -line.id.int,
        ),
    )
    points = [point for line in lines if line.trail for point in json.loads(line.trail)]
    trail = json.dumps(sorted(points, key=lambda point: point[0])[-LONGEST_TRAIL:])
    last = max(
        (place for place, line in enumerate(lines) if line.is_series), default=-1
    )
    return [
        line._replace(trail=trail if place == last else None)
        for place, line in enumerate(lines)
    ]


def entered_at_of(
    several: Sequence[Listed], lines: Mapping[UUID, Sequence[ResultLine]]
) -> Mapping[UUID, datetime]:
    """Return when results were entered that stand in one row of several records."""
    joined = {one for each in several if each.joined for one in each.ids}
    ids = [line.id for one in joined for line in lines.get(one, ())]
    if not ids:
        return {}
    return dict(LabResult.objects.filter(pk__in=ids).values_list("pk", "entered_at"))


LONGEST_TRAIL = 12  # as app.worklist_results gives of one record


def _old_and_the_same(lines: Sequence[ResultLine]) -> frozenset[UUID]:
    """
    Return the later versions that bring nothing urgent.

    In value, unit and marks they are the same as all before them, of a sample that was
    old when each of them came in. Where a version before is not shared with the clinic,
    the newest one is news.
    """
    asked = {
        line.id: line
        for line in lines
        if line.version > 1
        and ResultStatus(line.status) not in CORRECTED
        and not is_fresh(line.collected_on, line.reported_on, line.came_on)
    }
    if not asked:
        return frozenset()
    newest = LabResult.objects.filter(pk__in=asked).values_list("chain", "pk")
    by_chain = dict(newest)
    before: dict[UUID, list[LabResult]] = defaultdict(list)
    for row in LabResult.objects.filter(chain__in=by_chain).exclude(pk__in=asked):
        before[by_chain[row.chain]].append(row)
    return frozenset(
        each
        for each, line in asked.items()
        if len(before[each]) == line.version - 1
        and all(_is_old_and_the_same(row, line) for row in before[each])
    )


def _is_old_and_the_same(row: LabResult, line: ResultLine) -> bool:
    if row.status in {status.value for status in VOID}:
        return True
    came_on = row.entered_at.astimezone(UTC).date()
    return not is_fresh(row.collected_on, row.reported_on, came_on) and all(
        getattr(row, name) == getattr(line, name) for name in SAID
    )


SAID = ("value", "comparator", "unit", "measurand", "status", "laboratory_flag")


def batches(ids: Sequence[UUID], size: int = 1000) -> Iterator[list[UUID]]:
    """Yield the ids, so many at a time."""
    for start in range(0, len(ids), size):
        yield list(ids[start : start + size])
