"""The log of intakes: what was taken or skipped on which day, with its amounts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.db import transaction

from accounts.domain.audit import Action
from accounts.domain.viewers import Viewer
from accounts.services import auditing
from labs.domain.intakes import Intake as LoggedIntake
from labs.domain.intakes import LoggedPeriod, Outcome
from labs.domain.logbook import (
    NOTHING_LEFT_TO_LOG,
    LogRefused,
    days_to_fill,
    free_rounds,
    next_round,
)
from labs.domain.supplements import AmountUnit, Ingredient, Period, Substance
from labs.models import Intake
from labs.services.judging import period_of
from labs.services.sending import SentAgain, lock_form

if TYPE_CHECKING:
    from accounts.models import Patient
    from labs.models import RecordedPlan, SupplementPeriod


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """Who logs, when, and the id that makes one tap count once."""

    by: Viewer
    at: datetime
    entry_id: UUID


def intake_of(row: Intake) -> LoggedIntake:
    """Return a stored intake with the amounts as they were that day."""
    return LoggedIntake(
        on=row.on_day,
        outcome=Outcome(row.outcome),
        servings=row.servings,
        ingredients=tuple(map(_ingredient, row.ingredients)),
    )


def _ingredient(kept: Mapping[str, str]) -> Ingredient:
    return Ingredient(
        Substance(kept["substance"]),
        Decimal(kept["amount"]) if kept["amount"] else None,
        AmountUnit(kept["unit"]) if kept["unit"] else None,
    )


def _kept(ingredient: Ingredient) -> dict[str, str]:
    return {
        "substance": ingredient.substance.value,
        "amount": str(ingredient.amount) if ingredient.amount is not None else "",
        "unit": ingredient.unit.value if ingredient.unit else "",
    }


def logged_periods(
    periods: "Iterable[SupplementPeriod]", intakes: Iterable[Intake]
) -> list[LoggedPeriod]:
    """Return each period with what was logged for it."""
    by_period: dict[UUID, list[LoggedIntake]] = defaultdict(list)
    for row in intakes:
        by_period[row.period_id].append(intake_of(row))
    return [
        LoggedPeriod(period_of(row), tuple(by_period.get(row.pk, ())))
        for row in periods
    ]


def has_recorded_plan(
    periods: "Iterable[SupplementPeriod]",
    plans: "Iterable[RecordedPlan]",
    patient: "Patient",
) -> bool:
    """Whether a clinician recorded a plan, or somebody else one of the periods."""
    if any(plan.ended_at is None for plan in plans):
        return True
    return any(
        row.entered_by_id is None or row.entered_by_id != patient.user_id
        for row in periods
    )


# Logging ------------------------------------------------------------------------------


@transaction.atomic
def log(
    *,
    period: "SupplementPeriod",
    outcome: Outcome,
    day: date,
    today: date,
    entry: LogEntry,
) -> None:
    """
    Log one intake of a day; the same entry again logs nothing new.

    Raises LogRefused where the day is not of the period, was paused, or is full, and
    SentAgain where the entry comes back with another day or outcome, or was undone.
    """
    lock_form(entry.entry_id)
    stored = list(Intake.objects.filter(period=period, entry_id=entry.entry_id))
    if stored:
        _check_same(stored, day, outcome)
        return
    value = period_of(period)
    logged = _rounds(period, [day])[day]
    number = next_round(value, day, logged=logged, today=today)
    _store(period, value, outcome, [(day, number)], entry)


@transaction.atomic
def log_week(*, period: "SupplementPeriod", today: date, entry: LogEntry) -> None:
    """Log as taken whatever of the last week is not logged yet."""
    lock_form(entry.entry_id)
    if _is_stored(period, entry):
        return
    value = period_of(period)
    open_rounds = week_left(value, _rounds(period, days_to_fill(value, today)), today)
    if not open_rounds:
        raise LogRefused.because(NOTHING_LEFT_TO_LOG)
    _store(period, value, Outcome.TAKEN, open_rounds, entry)


def week_left(
    period: Period, logged: Mapping[date, Collection[int]], today: date
) -> list[tuple[date, int]]:
    """Return the days and rounds of the last week that nobody logged."""
    return [
        (day, number)
        for day in days_to_fill(period, today)
        for number in free_rounds(period.schedule, logged.get(day, ()))
    ]


def _check_same(stored: list[Intake], day: date, outcome: Outcome) -> None:
    said = {(row.on_day, row.outcome, row.undone_at) for row in stored}
    if said != {(day, outcome.value, None)}:
        raise SentAgain(stored)


def _is_stored(period: "SupplementPeriod", entry: LogEntry) -> bool:
    return Intake.objects.filter(period=period, entry_id=entry.entry_id).exists()


def _rounds(
    period: "SupplementPeriod", days: Sequence[date]
) -> defaultdict[date, set[int]]:
    """Return the rounds that are logged of these days."""
    found: defaultdict[date, set[int]] = defaultdict(set)
    rows = Intake.objects.filter(period=period, on_day__in=days, undone_at=None)
    for day, number in rows.values_list("on_day", "round"):
        found[day].add(number)
    return found


def _store(
    period: "SupplementPeriod",
    value: Period,
    outcome: Outcome,
    rounds: Iterable[tuple[date, int]],
    entry: LogEntry,
) -> None:
    """Store the intakes with what one serving holds by the label as it stands now."""
    ingredients = [_kept(each) for each in value.product.one_serving()]
    intakes = [
        Intake(
            id=uuid5(entry.entry_id, f"{day.isoformat()} {number}"),
            patient_id=period.patient_id,
            period=period,
            on_day=day,
            round=number,
            outcome=outcome.value,
            servings=period.servings,
            ingredients=ingredients,
            entry_id=entry.entry_id,
            logged_by_id=entry.by.id,
            logged_by_name=entry.by.name,
            logged_at=entry.at,
        )
        for day, number in rounds
    ]
    # Another tab may have logged the same round at this moment: it counts once.
    Intake.objects.bulk_create(intakes, ignore_conflicts=True)
    _audit(period.patient_id, entry.entry_id, Action.CREATED, by=entry.by, at=entry.at)


# Undoing ------------------------------------------------------------------------------


@transaction.atomic
def undo(*, intakes: Collection[Intake], by: Viewer, at: datetime) -> None:
    """Mark intakes as undone; they stay in the log, and count no more."""
    rows = Intake.objects.filter(pk__in=[each.pk for each in intakes], undone_at=None)
    undone = rows.update(undone_at=at, undone_by_name=by.name)
    if undone:
        first = next(iter(intakes))
        _audit(first.patient_id, first.entry_id, Action.VOIDED, by=by, at=at)


def can_undo(intake: Intake, viewer: Viewer, patient: "Patient") -> bool:
    """Whether the viewer logged it, or is the patient whose log it is."""
    is_own_record = patient.user_id is not None and patient.user_id == viewer.id
    return is_own_record or intake.logged_by_id == viewer.id


def _audit(
    patient_id: UUID, entry_id: UUID, action: Action, *, by: Viewer, at: datetime
) -> None:
    auditing.record(
        viewer=by,
        action=action,
        object_label="intake",
        object_id=entry_id,
        patient_id=patient_id,
        at=at,
    )
