"""
What a worklist row is drawn from: people and results, within one clinic's consent.

The functions of the database that answer here check the consent once for each patient
(labs.migrations.0015); everything else is read under the row-level policies.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from labs.domain.alerts import is_fresh
from labs.domain.laboratories import NOTHING_KNOWN, Laboratories
from labs.domain.measurements import Comparator, Measurement, ResultStatus
from labs.domain.plausibility import DATES_IN_DOUBT
from labs.domain.quantities import Measurand
from labs.domain.units import Unit
from labs.domain.worklist import CORRECTED, VOID, ListedResult
from labs.models import LabResult


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
        )


def people_of(clinic_id: UUID, patient_ids: list[UUID]) -> list[Person]:
    """Return those of the patients whose consent for this clinic is in force."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM app.worklist_people(%s, %s)", [clinic_id, patient_ids]
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
