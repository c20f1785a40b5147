"""Giving, changing and taking back a clinic's or a clinician's sight of a record."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.domain.audit import Action
from accounts.domain.scopes import ConsentBasis
from accounts.domain.viewers import Viewer
from accounts.domain.words import N_
from accounts.models import Clinic, Consent, Patient
from accounts.queries import Grantee
from accounts.services import auditing, record_changes

OPEN_ALREADY = N_("Your record is open there already. Change or take back that first.")


class ConsentRefused(ValueError):
    """The consent cannot be given so; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is shared, from which day of collection on, and until when."""

    results: bool
    supplements: bool
    health: bool
    results_from: date | None
    ends_at: datetime | None


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
    clinician_id: UUID | None = None,
    clinician_name: str = "",
) -> Consent:
    """
    Let a clinic see parts of the record, from now until an end or a revocation.

    Where a clinician is named, it is that clinician alone.
    """
    Patient.objects.select_for_update().get(pk=patient.pk)
    open_ones = Consent.objects.filter(
        patient=patient, clinic=clinic, clinician_id=clinician_id, revoked_at=None
    )
    # Whether it began is not asked: one given a moment ago, in another tab, counts too.
    if open_ones.filter(Q(ends_at=None) | Q(ends_at__gt=at)).exists():
        raise ConsentRefused(_(OPEN_ALREADY))
    open_ones.update(revoked_at=at)
    consent = Consent(
        patient=patient,
        clinic=clinic,
        clinician_id=clinician_id,
        clinician_name=clinician_name,
    )
    terms = Terms(results, supplements, health, results_from, ends_at)
    _save(consent, terms, by=by, at=at)
    _record(consent, Action.GRANTED, by=by, at=at)
    record_changes.tell([patient.pk], by=by, at=at)
    return consent


def let_in(
    grantee: Grantee, terms: Terms, *, patient: Patient, by: Viewer, at: datetime
) -> Consent:
    """Let a clinic in, or one clinician of it, on these terms."""
    return give(
        patient=patient,
        clinic=grantee.clinic,
        clinician_id=grantee.clinician_id,
        clinician_name=grantee.clinician_name,
        results=terms.results,
        supplements=terms.supplements,
        health=terms.health,
        results_from=terms.results_from,
        ends_at=terms.ends_at,
        by=by,
        at=at,
    )


@transaction.atomic
def change(*, consent: Consent, terms: Terms, by: Viewer, at: datetime) -> Consent:
    """
    Put other terms in the place of a consent's, from now on.

    The old one ends and stays in the history: what was shared when can be told. Raises
    ConsentRefused where it has ended or was changed in the meantime.
    """
    Patient.objects.select_for_update().get(pk=consent.patient_id)
    holds = Consent.objects.in_force(at).filter(pk=consent.pk)
    if not holds.update(revoked_at=at):
        message = _("This was changed or taken back in the meantime. Look at it again.")
        raise ConsentRefused(message)
    changed = Consent(
        patient_id=consent.patient_id,
        clinic_id=consent.clinic_id,
        clinician_id=consent.clinician_id,
        clinician_name=consent.clinician_name,
    )
    _save(changed, terms, by=by, at=at)
    _record(changed, Action.CHANGED, by=by, at=at)
    record_changes.tell([changed.patient_id], by=by, at=at)
    return changed


def _save(consent: Consent, terms: Terms, *, by: Viewer, at: datetime) -> None:
    consent.basis = ConsentBasis.PATIENT.value
    consent.shares_results = terms.results
    consent.shares_supplements = terms.supplements
    consent.shares_health = terms.health
    consent.results_from = terms.results_from
    consent.starts_at, consent.ends_at = at, terms.ends_at
    consent.given_by_id = by.id
    consent.save(force_insert=True)


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
