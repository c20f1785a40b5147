"""Giving and taking back a clinic's sight of a record."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from accounts.domain.audit import Action
from accounts.domain.scopes import ConsentBasis
from accounts.domain.viewers import Viewer
from accounts.models import Clinic, Consent, Patient
from accounts.services import auditing, record_changes


class ConsentRefused(ValueError):
    """The consent cannot be given so; the sentence says why."""


@transaction.atomic
def give(
    *,
    patient: Patient,
    clinic: Clinic,
    results: bool,
    supplements: bool,
    health: bool,
    results_from: date | None,
    ends_at: datetime | None,
    by: Viewer,
    at: datetime,
) -> Consent:
    """Let a clinic see parts of the record, from now until an end or a revocation."""
    Patient.objects.select_for_update().get(pk=patient.pk)
    open_ones = Consent.objects.filter(patient=patient, clinic=clinic, revoked_at=None)
    # Whether it began is not asked: one given a moment ago, in another tab, counts too.
    if open_ones.filter(Q(ends_at=None) | Q(ends_at__gt=at)).exists():
        message = "This clinic can see your record already. Take that back first."
        raise ConsentRefused(message)
    open_ones.update(revoked_at=at)
    consent = Consent.objects.create(
        patient=patient,
        clinic=clinic,
        basis=ConsentBasis.PATIENT.value,
        shares_results=results,
        shares_supplements=supplements,
        shares_health=health,
        results_from=results_from,
        starts_at=at,
        ends_at=ends_at,
        given_by_id=by.id,
    )
    _record(consent, Action.GRANTED, by=by, at=at)
    record_changes.tell([patient.pk], by=by, at=at)
    return consent


@transaction.atomic
def revoke(*, consent: Consent, by: Viewer, at: datetime) -> None:
    """End a consent now; the clinic's next request sees nothing."""
    changed = Consent.objects.filter(pk=consent.pk, revoked_at=None).update(
        revoked_at=at
    )
    if changed:
        _record(consent, Action.REVOKED, by=by, at=at)
        record_changes.tell([consent.patient_id], by=by, at=at)


def _record(consent: Consent, action: Action, *, by: Viewer, at: datetime) -> None:
    auditing.record(
        viewer=by,
        action=action,
        object_label="consent",
        object_id=consent.pk,
        patient_id=consent.patient_id,
        at=at,
    )
