"""
A clinic's templates of ranges: made, changed and retired; none sets anything.

A row is never edited: a change retires it and makes the next one, so that every range
that was set from it still names the words it was set from.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from accounts.domain.audit import Action
from accounts.domain.viewers import Viewer
from accounts.domain.words import N_
from accounts.models import Clinic
from accounts.services import auditing
from labs.domain.units import Unit
from labs.models import TargetTemplate
from labs.services.sending import lock_form

NAME_TAKEN = N_("Another template of the clinic has this name.")
CHANGED_MEANWHILE = N_(
    "This template was changed or retired by somebody else meanwhile. Yours is not "
    "saved: compare it with the list."
)


class NameTaken(RuntimeError):
    """The clinic has another template of this name."""


class NotNewest(RuntimeError):
    """Somebody else changed or retired the template first; nothing was saved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateEntry:
    """A template as a clinician writes it."""

    name: str
    source: str
    low: Decimal | None
    high: Decimal | None
    alert_low: Decimal | None
    alert_high: Decimal | None
    urgency: str
    unit: Unit


@transaction.atomic
def make(
    *, clinic: Clinic, entry: TemplateEntry, entry_id: UUID, by: Viewer, at: datetime
) -> TargetTemplate:
    """
    Keep a template; the same `entry_id` again gives what was kept before.

    Raises NameTaken where the clinic has another one of that name.
    """
    lock_form(entry_id)
    kept = TargetTemplate.objects.filter(pk=entry_id, clinic=clinic).first()
    if kept is not None:
        return kept
    _lock_names(clinic)
    offered = TargetTemplate.objects.filter(clinic=clinic, retired_at=None)
    if offered.filter(name=entry.name).exists():
        raise NameTaken
    row = TargetTemplate.objects.create(
        id=entry_id,
        clinic=clinic,
        name=entry.name,
        low=entry.low,
        high=entry.high,
        alert_low=entry.alert_low,
        alert_high=entry.alert_high,
        urgency=entry.urgency,
        unit=entry.unit.value,
        source=entry.source,
        made_by_name=by.name,
        made_at=at,
    )
    _audit(row, Action.CREATED, by=by, at=at)
    return row


@transaction.atomic
def change(
    *,
    row: TargetTemplate,
    entry: TemplateEntry,
    entry_id: UUID,
    by: Viewer,
    at: datetime,
) -> TargetTemplate:
    """
    Put the next version in the place of a template.

    Raises NotNewest where it was changed or retired meanwhile, and NameTaken.
    """
    lock_form(entry_id)
    kept = TargetTemplate.objects.filter(pk=entry_id, clinic=row.clinic_id).first()
    if kept is not None:
        return kept
    retire(row=row, by=by, at=at)
    return make(clinic=row.clinic, entry=entry, entry_id=entry_id, by=by, at=at)


@transaction.atomic
def retire(*, row: TargetTemplate, by: Viewer, at: datetime) -> None:
    """Offer a template no longer; ranges set from it stay. Raises NotNewest."""
    _lock_names(row.clinic)
    offered = TargetTemplate.objects.filter(pk=row.pk, retired_at=None)
    if not offered.update(retired_at=at, retired_by_name=by.name):
        raise NotNewest
    _audit(row, Action.CHANGED, by=by, at=at)


def _lock_names(clinic: Clinic) -> None:
    """Let one writer at a time look at the names of a clinic's templates."""
    lock_form(clinic.pk)


def _audit(row: TargetTemplate, action: Action, *, by: Viewer, at: datetime) -> None:
    auditing.record(
        viewer=by,
        action=action,
        object_label="range template",
        object_id=row.pk,
        at=at,
    )
