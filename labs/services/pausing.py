"""Pauses of a period, and a changed amount, which is a period of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from accounts.domain.audit import Action
from accounts.domain.viewers import Viewer
from accounts.services import auditing
from labs.domain.pauses import (
    check_can_change,
    check_can_pause,
    check_can_resume,
)
from labs.domain.schedules import Schedule
from labs.models import SupplementPause, SupplementPeriod
from labs.services import summarising
from labs.services.judging import period_of, schedule_of
from labs.services.sending import SentAgain, lock_form

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedAmount:
    """How a product is taken from a day on."""

    servings: Decimal
    schedule: Schedule
    starts_on: date
    reason: str = ""
    advised_by: str = ""


@transaction.atomic
def pause(
    *,
    period: SupplementPeriod,
    starts_on: date,
    reason: str,
    by: Viewer,
    at: datetime,
    entry_id: UUID,
) -> None:
    """
    Write that a product is not taken from a day on; its period goes on.

    Raises SentAgain where the same form comes back with something else in it.
    """
    lock_form(entry_id)
    stored = SupplementPause.objects.filter(pk=entry_id, period=period).first()
    if stored is not None:
        if (stored.starts_on, stored.reason) != (starts_on, reason):
            raise SentAgain(stored)
        return
    check_can_pause(period_of(period), starts_on)
    SupplementPause.objects.create(
        id=entry_id,
        patient_id=period.patient_id,
        period=period,
        starts_on=starts_on,
        reason=reason,
        entered_by_id=by.id_or_none,
        entered_by_name=by.name,
        entered_at=at,
    )
    _audit(period, "pause", entry_id, Action.CREATED, by=by, at=at)
    summarising.refresh([period.patient_id], by=by, at=at)


@transaction.atomic
def resume(
    *, period: SupplementPeriod, taken_again_on: date, by: Viewer, at: datetime
) -> None:
    """Write the first day again: the pause ends on the day before."""
    check_can_resume(period_of(period), taken_again_on)
    open_pause = period.pauses.get(ends_on=None)
    open_pause.ends_on = taken_again_on - ONE_DAY
    open_pause.save(update_fields=["ends_on"])
    _audit(period, "pause", open_pause.pk, Action.CHANGED, by=by, at=at)
    summarising.refresh([period.patient_id], by=by, at=at)


@transaction.atomic
def change_amount(
    *,
    period: SupplementPeriod,
    change: ChangedAmount,
    by: Viewer,
    at: datetime,
    entry_id: UUID,
    answers: Mapping[str, str] | None = None,
) -> SupplementPeriod:
    """
    End the period on the day before, and begin one of the same product.

    `answers` are what was said of amounts and days that looked like a slip.
    Raises SentAgain where the same form comes back with something else in it.
    """
    lock_form(entry_id)
    stored = SupplementPeriod.objects.filter(
        pk=entry_id, patient_id=period.patient_id
    ).first()
    if stored is not None:
        if change_of(stored) != change:
            raise SentAgain(stored)
        return stored
    check_can_change(period_of(period), change.starts_on)
    last_day = period.ends_on
    period.ends_on = change.starts_on - ONE_DAY
    period.save(update_fields=["ends_on"])
    _audit(period, "supplement period", period.pk, Action.CHANGED, by=by, at=at)
    changed = SupplementPeriod.objects.create(
        id=entry_id,
        patient_id=period.patient_id,
        product_id=period.product_id,
        servings=change.servings,
        schedule=change.schedule.kind.value,
        schedule_count=change.schedule.count,
        weekdays=sorted(change.schedule.weekdays),
        starts_on=change.starts_on,
        ends_on=last_day,
        reason=change.reason,
        advised_by=change.advised_by,
        answers=dict(answers) if answers else None,
        entered_by_id=by.id_or_none,
        entered_by_name=by.name,
        entered_at=at,
    )
    _audit(changed, "supplement period", changed.pk, Action.CREATED, by=by, at=at)
    summarising.refresh([period.patient_id], by=by, at=at)
    return changed


def change_of(row: SupplementPeriod) -> ChangedAmount:
    """Return a stored change as somebody writes it."""
    return ChangedAmount(
        servings=row.servings,
        schedule=schedule_of(row),
        starts_on=row.starts_on,
        reason=row.reason,
        advised_by=row.advised_by,
    )


def _audit(
    period: SupplementPeriod,
    label: str,
    object_id: UUID,
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
        patient_id=period.patient_id,
        at=at,
    )
