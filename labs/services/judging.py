"""
Stored rows as values of the rules, and each result with where it stands.

Nothing here writes, and nothing here is worded: presenters do that.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from accounts.domain.viewers import Viewer
from accounts.models import Patient
from accounts.queries import is_carer_of
from labs.domain import plausibility
from labs.domain.ages import is_minor
from labs.domain.flags import Flag, Ranges, judge, judge_by
from labs.domain.health import HealthAnswer, HealthProfile, HealthTopic, TopicAnswer
from labs.domain.laboratories import NOTHING_KNOWN, Laboratories
from labs.domain.measurements import Comparator, Measurement, ResultStatus
from labs.domain.quantities import HYDROXYVITAMIN_D, Measurand
from labs.domain.schedules import Pause, Schedule, ScheduleKind
from labs.domain.supplements import (
    AmountBasis,
    AmountUnit,
    DosageForm,
    Ingredient,
    Period,
    Product,
    Substance,
    VitaminKContent,
)
from labs.domain.targets import Target, Urgency, plain, target_in_force
from labs.domain.units import Unit
from labs.models import (
    HealthFact,
    LabResult,
    ResultSource,
    SupplementIngredient,
    SupplementPeriod,
    SupplementProduct,
)
from labs.models import Target as TargetRow
from labs.services.entries import Entry

WITHDRAWN = frozenset({ResultStatus.ENTERED_IN_ERROR, ResultStatus.CANCELLED})
# By the words that rows keep: an enum asked by its value takes ten times as long, and
# each result of a long record is asked for them many times.
STATUSES = {each.value: each for each in ResultStatus}
COMPARATORS = {"": None, **{each.value: each for each in Comparator}}
UNITS = {each.value: each for each in Unit}
MEASURANDS = {each.value: each for each in Measurand}
# Of anybody's results: laboratories print the same few thousand values again and again.
REMEMBERED_VALUES = 10_000


class Judged(NamedTuple):
    """A stored result, its value, and where it stands on its day and today."""

    row: LabResult
    measurement: Measurement
    flag: Flag

    @property
    def is_withdrawn(self) -> bool:
        return self.status in WITHDRAWN

    @property
    def has_day_in_doubt(self) -> bool:
        """Whether no sample can have been taken on its day: it has no place in time."""
        return self.row.held_because in plausibility.DATES_IN_DOUBT

    @property
    def laboratory(self) -> str:
        return self.row.laboratory

    @property
    def method(self) -> str:
        return self.row.method

    @property
    def specimen(self) -> str:
        return self.row.specimen

    @property
    def measurand(self) -> Measurand:
        return self.measurement.measurand

    @property
    def is_25ohd(self) -> bool:
        return self.measurement.measurand in HYDROXYVITAMIN_D

    @property
    def status(self) -> ResultStatus:
        return STATUSES[self.row.status]


def in_time(judged: Judged) -> tuple[date, bool, datetime, int]:
    """
    Order by day; of one day the total comes last, because it is what is shown.

    Of equals the same one comes last as in every list of patients: the smallest id.
    """
    row = judged.row
    is_total = judged.measurand is Measurand.TOTAL
    return row.collected_on, is_total, row.entered_at, -row.pk.int


def measurement_of(row: LabResult) -> Measurement:
    """Return the value of a stored result, its text exactly as reported."""
    return _measurement(
        row.value_text, str(row.value), row.comparator, row.unit, row.measurand
    )


@lru_cache(REMEMBERED_VALUES)
def _measurement(
    text: str, value: str, comparator: str, unit: str, measurand: str
) -> Measurement:
    return Measurement(
        text=text,
        value=Decimal(value),
        comparator=COMPARATORS[comparator],
        unit=UNITS[unit],
        measurand=MEASURANDS[measurand],
    )


def target_of(row: TargetRow) -> Target:
    """Return the range that a stored row holds."""
    return Target(
        low=plain(row.low) if row.low is not None else None,
        high=plain(row.high) if row.high is not None else None,
        unit=Unit(row.unit),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        set_by=row.set_by_name,
        set_at=row.set_at,
        reason=row.reason,
        alert_low=row.alert_low,
        alert_high=row.alert_high,
        urgency=Urgency(row.urgency) if row.urgency else None,
        clinic=row.clinic_name,
    )


def judged(
    rows: Iterable[LabResult],
    targets: Sequence[Target],
    *,
    today: date,
    born_on: date | None,
    laboratories: Laboratories = NOTHING_KNOWN,
) -> list[Judged]:
    """Return each result with its flag, in the order given."""
    found = []
    ranges = Ranges(targets, today)
    for row in rows:
        measurement = measurement_of(row)
        only_part = measurement.measurand is Measurand.D3
        flag = judge_by(
            ranges,
            measurement,
            collected_on=row.collected_on,
            status=STATUSES[row.status],
            held=bool(row.held_because),
            laboratory_total_confirmed=only_part
            and laboratories.reports_total_as_d3(row.laboratory),
            born_on=born_on,
        )
        found.append(Judged(row, measurement, flag))
    return found


def judged_by(new: Target, others: Sequence[Target], rows: Iterable[LabResult]) -> int:
    """Return how many of these results the new range would judge."""
    every = [*others, new]
    return sum(target_in_force(every, row.collected_on) is new for row in rows)


def product_of(row: SupplementProduct) -> Product:
    """Return a stored product as its label was written down."""
    return Product(
        name=row.name,
        ingredients=tuple(ingredient_of(each) for each in row.ingredients.all()),
        vitamin_k=VitaminKContent(row.vitamin_k),
        dosage_form=DosageForm(row.dosage_form),
        basis=AmountBasis(row.basis),
        units_per_serving=row.units_per_serving,
    )


def ingredient_of(row: SupplementIngredient) -> Ingredient:
    """Return one line of a stored label."""
    unit = AmountUnit(row.unit) if row.unit else None
    return Ingredient(Substance(row.substance), row.amount, unit, row.form)


def period_of(row: SupplementPeriod) -> Period:
    """Return a stored period with its product."""
    return Period(
        product=product_of(row.product),
        servings=row.servings,
        schedule=schedule_of(row),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        pauses=tuple(Pause(each.starts_on, each.ends_on) for each in row.pauses.all()),
    )


def schedule_of(row: SupplementPeriod) -> Schedule:
    """Return the schedule of a stored period."""
    return Schedule(
        ScheduleKind(row.schedule), row.schedule_count, frozenset(row.weekdays)
    )


def profile_of(rows: Iterable[HealthFact]) -> HealthProfile:
    """Return the health answers that were given, in the order of the rows."""
    return HealthProfile(
        tuple(
            TopicAnswer(
                HealthTopic(row.topic),
                HealthAnswer(row.answer),
                asked_on=row.asked_on,
                detail=row.detail,
                ended_on=row.ended_on,
            )
            for row in rows
        )
    )


def entry_to_question(entry: Entry) -> plausibility.Entry:
    """Return an entry as the questions look at it."""
    measurement = Measurement(
        entry.value_text, entry.value, entry.comparator, entry.unit, entry.measurand
    )
    return plausibility.Entry(
        measurement, entry.collected_on, entry.laboratory, entry.interval_text
    )


def history_of(rows: Iterable[LabResult]) -> list[plausibility.Entry]:
    """Return what is here already, as the questions look at it."""
    return [
        plausibility.Entry(
            measurement_of(row), row.collected_on, row.laboratory, row.interval_text
        )
        for row in rows
    ]


REMEMBERED_ROWS = 60  # the last reports of anybody who types


def remembered_of(rows: Iterable[LabResult]) -> tuple[str, dict[Measurand, Unit]]:
    """Return the laboratory of the last entry, and the last unit of each test."""
    last = list(islice(rows, REMEMBERED_ROWS))
    units: dict[Measurand, Unit] = {}
    for row in last:
        units.setdefault(Measurand(row.measurand), Unit(row.unit))
    return last[0].laboratory if last else "", units


def typed_by(viewer: Viewer, patient: Patient) -> ResultSource:
    """Return who types: the patient, a carer, or somebody of a clinic."""
    if patient.user_id is not None and patient.user_id == viewer.id:
        return ResultSource.TYPED_BY_PATIENT
    if is_carer_of(viewer, patient):
        return ResultSource.TYPED_BY_CARER
    return ResultSource.TYPED_BY_CLINIC


def judged_today(
    result: Judged,
    targets: Sequence[Target],
    *,
    today: date,
    born_on: date | None,
    laboratories: Laboratories = NOTHING_KNOWN,
) -> Flag | None:
    """
    Return where a result stands by today's range; None where none is in force.

    A child's sample is judged by it only where it was in force on that day already.
    """
    now = target_in_force(targets, today)
    if now is None:
        return None
    day = result.row.collected_on
    is_childs = born_on is not None and is_minor(born_on, on=day)
    return judge(
        result.measurement,
        [now],
        collected_on=day if is_childs else today,
        today=today,
        status=result.status,
        held=bool(result.row.held_because),
        laboratory_total_confirmed=laboratories.reports_total_as_d3(result.laboratory),
        born_on=born_on,
    )
