"""Dated notes of a record: written, ended, withdrawn; never changed, never removed."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from accounts.domain.audit import Action
from accounts.domain.viewers import Viewer
from accounts.services import auditing
from labs.domain.events import EventKind, NotedEvent, check_end, check_event
from labs.models import NotedEvent as NotedEventRow

if TYPE_CHECKING:
    from accounts.models import Patient


@transaction.atomic
def note(
    *,
    patient: "Patient",
    event: NotedEvent,
    today: date,
    by: Viewer,
    at: datetime,
    entry_id: UUID,
) -> None:
    """Write a note down; the same entry sent twice is one. Raises EventRefused."""
    if NotedEventRow.objects.filter(pk=entry_id, patient=patient).exists():
        return
    check_event(event, today=today)
    row = NotedEventRow.objects.create(
        id=entry_id,
        patient=patient,
        kind=event.kind.value,
        words=event.words.strip(),
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        entered_by_id=by.id,
        entered_by_name=by.name,
        entered_at=at,
    )
    _audit(row, Action.CREATED, by=by, at=at)


@transaction.atomic
def end(
    *, event: NotedEventRow, ends_on: date, today: date, by: Viewer, at: datetime
) -> None:
    """Write the last day of what was noted. Raises EventRefused."""
    check_end(event.starts_on, ends_on, today=today)
    standing = NotedEventRow.objects.filter(pk=event.pk, withdrawn_at=None)
    if standing.update(ends_on=ends_on):
        _audit(event, Action.CHANGED, by=by, at=at)


@transaction.atomic
def withdraw(*, event: NotedEventRow, by: Viewer, at: datetime) -> None:
    """Take a note back: it leaves chart and report, and the list says so."""
    standing = NotedEventRow.objects.filter(pk=event.pk, withdrawn_at=None)
    if standing.update(withdrawn_at=at, withdrawn_by_name=by.name):
        _audit(event, Action.VOIDED, by=by, at=at)


def can_change(event: NotedEventRow, viewer: Viewer, patient: "Patient") -> bool:
    """Whether the viewer wrote it, or is the patient whose record it is."""
    is_own_record = patient.user_id is not None and patient.user_id == viewer.id
    is_author = event.entered_by_id == viewer.id
    return event.withdrawn_at is None and (is_own_record or is_author)


def value_of(row: NotedEventRow) -> NotedEvent:
    """Return a stored note as a value of the rules."""
    return NotedEvent(
        kind=EventKind(row.kind),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        words=row.words,
    )


def _audit(row: NotedEventRow, action: Action, *, by: Viewer, at: datetime) -> None:
    auditing.record(
        viewer=by,
        action=action,
        object_label="noted event",
        object_id=row.pk,
        patient_id=row.patient_id,
        at=at,
    )
