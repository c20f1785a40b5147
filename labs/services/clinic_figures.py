"""
What a clinic's overview counts: latest values against ranges, months, coverage.

The latest values come from the rows of the worklist, which hold what each consent
shares; the months from the results themselves, without a name.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db.models import Count, Q

from accounts.links import link
from labs.domain.change import months_after
from labs.domain.flags import Basis, Position, judge
from labs.domain.laboratories import NOTHING_KNOWN
from labs.domain.measurements import Comparator, Measurement, ResultStatus
from labs.domain.quantities import Measurand
from labs.domain.targets import Target
from labs.domain.units import Unit
from labs.models import WorklistRow
from labs.queries import every_range_by_patient
from labs.services.judging import target_of
from labs.services.laboratories import laboratories_by_patient

if TYPE_CHECKING:
    from accounts.models import Clinic

MONTHS_SHOWN = 12
PLACED = (Position.BELOW, Position.WITHIN, Position.ABOVE)


class Group(StrEnum):
    """Where a patient stands; each patient is in one group."""

    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"
    NOT_PLACED = "not_placed"
    NO_RANGE = "no_range"


class Month(NamedTuple):
    """Results of a month that were compared with the range of their own day."""

    first_day: date
    within: int
    compared: int


@dataclass(frozen=True, slots=True)
class ClinicFigures:
    """The counts; values are in ng/mL, by group, of placed patients alone."""

    clinic: "Clinic"
    today: date
    groups: Counter[Group]
    values: list[tuple[Group, Decimal]]
    not_tested: int
    tested_since: date
    months: list[Month]

    @property
    def total(self) -> int:
        return sum(self.groups.values())


def figures_of(clinic: "Clinic", *, today: date) -> ClinicFigures:
    """Count what the clinic may see, in three queries and those of its laboratories."""
    since = months_after(today, -MONTHS_SHOWN)
    groups: Counter[Group] = Counter()
    values: list[tuple[Group, Decimal]] = []
    not_tested = 0
    late = Q(latest_on=None) | Q(latest_on__lt=since)
    rows = WorklistRow.objects.filter(clinic=clinic).order_by()
    counted = rows.values_list("flag", "latest_ng", "has_target").annotate(
        number=Count("pk"), late=Count("pk", filter=late)
    )
    for flag, value, has_target, number, number_late in counted.iterator():
        group = _group_of(flag, has_target=has_target)
        groups[group] += number
        not_tested += number_late
        if value is not None and group.value in {each.value for each in PLACED}:
            values += [(group, value)] * number
    return ClinicFigures(
        clinic=clinic,
        today=today,
        groups=groups,
        values=values,
        not_tested=not_tested,
        tested_since=since,
        months=_months(clinic, today),
    )


def _group_of(flag: str, *, has_target: bool) -> Group:
    if not has_target:
        return Group.NO_RANGE
    return Group(flag) if flag in {each.value for each in PLACED} else Group.NOT_PLACED


# Months -------------------------------------------------------------------------------


class _Line(NamedTuple):
    patient_id: UUID
    born_on: date | None
    measurand: str
    value_text: str
    value: Decimal
    comparator: str
    unit: str
    collected_on: date
    laboratory: str
    status: str
    is_held: bool


def _months(clinic: "Clinic", today: date) -> list[Month]:
    """Return the months, the oldest first, also those in which nothing was compared."""
    this_month = today.replace(day=1)
    first = months_after(this_month, 1 - MONTHS_SHOWN)
    compared: Counter[date] = Counter()
    within: Counter[date] = Counter()
    for day, position in _placed(clinic, first, today):
        month = day.replace(day=1)
        compared[month] += 1
        within[month] += position is Position.WITHIN
    days = (months_after(first, number) for number in range(MONTHS_SHOWN))
    return [Month(day, within[day], compared[day]) for day in days]


def _placed(
    clinic: "Clinic", since: date, today: date
) -> Iterator[tuple[date, Position]]:
    """Yield each compared result: a part beside its total is none of its own."""
    lines = _lines(clinic, since)
    ranges = {
        patient_id: [target_of(row) for row in rows if row.withdrawn_at is None]
        for patient_id, rows in every_range_by_patient(
            {line.patient_id for line in lines}
        ).items()
    }
    asking = {line.patient_id for line in lines if line.measurand == Measurand.D3.value}
    laboratories = laboratories_by_patient(asking) if asking else {}
    totals: set[tuple[UUID, date]] = set()
    for line in lines:
        key = (line.patient_id, line.collected_on)
        if line.measurand == Measurand.TOTAL.value:
            totals.add(key)
        elif key in totals:
            continue
        known = laboratories.get(line.patient_id, NOTHING_KNOWN)
        is_total = known.reports_total_as_d3(line.laboratory)
        position = _position(line, ranges.get(line.patient_id, []), today, is_total)
        if position is not None:
            yield line.collected_on, position


def _position(
    line: _Line,
    ranges: list[Target],
    today: date,
    is_total: bool,  # noqa: FBT001
) -> Position | None:
    """Return where a result stood by the range of its own day; None for nowhere."""
    flag = judge(
        Measurement(
            text=line.value_text,
            value=line.value,
            comparator=Comparator(line.comparator) if line.comparator else None,
            unit=Unit(line.unit),
            measurand=Measurand(line.measurand),
        ),
        ranges,
        collected_on=line.collected_on,
        today=today,
        status=ResultStatus(line.status),
        held=line.is_held,
        laboratory_total_confirmed=is_total,
        born_on=line.born_on,
    )
    is_placed = flag.basis is Basis.TARGET_THEN and flag.position in PLACED
    return flag.position if is_placed else None


def _lines(clinic: "Clinic", since: date) -> list[_Line]:
    with link().cursor() as cursor:
        cursor.execute("SELECT * FROM app.clinic_results(%s, %s)", [clinic.pk, since])
        return [_Line(*row) for row in cursor]
