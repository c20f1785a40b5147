"""
An invented record as the pages know records, made of values and stored nowhere.

It goes through the same rules, charts and words as anybody's, and so shows what they
will see. Nothing of it can meet a real record: there is no row of it in any table.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from accounts.domain.scopes import Scope
from accounts.domain.viewers import Viewer, ViewerKind
from accounts.models import Patient
from labs.domain.health import HealthProfile
from labs.domain.schedules import Schedule
from labs.domain.supplements import Ingredient, Period, Product
from labs.domain.units import parse_unit
from labs.models import LabResult, ResultSource, Target
from labs.services import cautioning, judging, recording
from tracker.demo.cast import Range, Sample, Taking
from tracker.demo.example import CLINIC, CLINICIAN, EXAMPLE
from tracker.services.dashboards import Record
from tracker.services.demo import entry_of

NAMES = UUID("6f1c6e0e-0b7b-4b43-9d64-0d9f3f0f2a11")
READER = Viewer(ViewerKind.USER, uuid5(NAMES, EXAMPLE.name), EXAMPLE.name)


def record(*, at: datetime, today: date) -> Record:
    """Return the example as its own person would read it; asks no table."""
    patient = Patient(
        id=uuid5(NAMES, "record"),
        name=EXAMPLE.name,
        born_on=today.replace(year=today.year - EXAMPLE.years_old, day=1),
        user_id=READER.id,
        hemisphere=EXAMPLE.hemisphere.value,
        preferred_unit=EXAMPLE.unit,
        created_at=at,
    )
    target_rows = [
        _target(planned, number, patient, at=at, today=today)
        for number, planned in enumerate(EXAMPLE.ranges, 1)
    ]
    rows = [_result(each, patient, at=at, today=today) for each in EXAMPLE.samples]
    results = judging.judged(
        sorted(rows, key=lambda row: row.collected_on, reverse=True),
        [judging.target_of(row) for row in target_rows],
        today=today,
        born_on=patient.born_on,
    )
    shared = cautioning.Shared(results=results, periods=[], health=HealthProfile())
    return Record(
        patient=patient,
        viewer=READER,
        today=today,
        scopes=frozenset(Scope),
        results=results,
        target_rows=target_rows,
        period_rows=[],
        periods=[],
        intakes=[],
        plans=[],
        watching=[],
        clinic=None,
        precautions=cautioning.report_for(shared, today=today, born_on=None),
        acknowledged=[],
        shared_from=None,
    )


def periods(*, today: date) -> list[Period]:
    """Return what the example recorded as taken, for the strip under its chart."""
    return [_period(each, today) for each in EXAMPLE.taking]


def _result(
    sample: Sample, patient: Patient, *, at: datetime, today: date
) -> LabResult:
    return recording.draft(
        patient=patient,
        entry=entry_of(sample, today),
        entry_id=uuid5(NAMES, f"result {sample.days_ago}"),
        source=ResultSource.TYPED_BY_PATIENT,
        answers={},
        by=READER,
        at=at,
    )


def _target(
    planned: Range, number: int, patient: Patient, *, at: datetime, today: date
) -> Target:
    return Target(
        id=uuid5(NAMES, f"target {number}"),
        patient=patient,
        number=number,
        low=Decimal(planned.low) if planned.low else None,
        high=Decimal(planned.high) if planned.high else None,
        unit=parse_unit(planned.unit).value,
        starts_on=today - timedelta(days=planned.days_ago),
        reason=planned.reason,
        clinic_name=CLINIC,
        set_by_id=READER.id,
        set_by_name=CLINICIAN,
        set_at=at - timedelta(days=planned.days_ago),
    )


def _period(taking: Taking, today: date) -> Period:
    ended = taking.ends_days_ago
    return Period(
        product=Product(
            name=taking.name,
            ingredients=tuple(
                Ingredient(substance, Decimal(amount), unit)
                for substance, amount, unit in taking.ingredients
            ),
            vitamin_k=taking.vitamin_k,
        ),
        servings=Decimal(1),
        schedule=Schedule(taking.schedule),
        starts_on=today - timedelta(days=taking.days_ago),
        ends_on=None if ended is None else today - timedelta(days=ended),
    )
