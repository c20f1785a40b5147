"""
People, clinics, consents, results, supplements and ranges, ready-made for tests.

Each is made by the services that the product itself uses; a test names what it cares
about and leaves the rest to the factory.
"""

import itertools
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from accounts import queries
from accounts.domain.roles import Role
from accounts.domain.scopes import Scope
from accounts.models import Clinic, Consent, Patient, User
from accounts.services import consent as consents
from accounts.services import enrolment
from labs.domain.health import HealthTopic
from labs.domain.measurements import ResultStatus, parse_reported_number
from labs.domain.quantities import Measurand
from labs.domain.schedules import ScheduleKind
from labs.domain.supplements import AmountUnit, Substance
from labs.domain.units import Unit, parse_unit
from labs.models import (
    HealthFact,
    LabResult,
    ResultSource,
    SupplementPeriod,
    Target,
)
from labs.services import recording, supplementing, targeting
from labs.services.recording import Entry
from labs.services.supplementing import IngredientEntry, PeriodEntry
from labs.services.targeting import TargetEntry
from tests.access.characters import person, set_up_second_factor
from tracker.models import ExportRequest, Job
from tracker.services import export_requests

LONG_AGO = datetime(2020, 1, 1, 9, tzinfo=UTC)

_numbers = itertools.count(1)


def a_person(name: str = "Robin Ash") -> User:
    """Make somebody who can sign in with four words (tests.access.signing_in)."""
    return person(name, f"person{next(_numbers)}@example.org")


def a_patient(
    name: str = "Anna Example",
    *,
    born_on: date = date(1978, 5, 3),
    hemisphere: str = "north",
    preferred_unit: str = "",
    at: datetime = LONG_AGO,
) -> Patient:
    """Make a patient with a login and a record of their own."""
    user = a_person(name)
    return enrolment.open_own_record(
        user=user,
        name=name,
        born_on=born_on,
        hemisphere=hemisphere,
        preferred_unit=preferred_unit,
        by=queries.viewer_for(user),
        at=at,
    )


def a_clinic(name: str = "", *, phone: str = "020 5550 0100") -> Clinic:
    """Make a clinic with nobody in it yet."""
    return enrolment.create_clinic(
        name=name or f"Clinic {next(_numbers)}",
        phone=phone,
        out_of_hours_line="020 5550 0199",
        preferred_unit="ng/mL",
        at=LONG_AGO,
    )


def a_clinician(clinic: Clinic, name: str = "Dr Osei") -> User:
    """Make somebody who works in the clinic, with a second step to sign in."""
    user = a_person(name)
    set_up_second_factor(user)
    enrolment.add_member(clinic=clinic, user=user, role=Role.CLINICIAN, at=LONG_AGO)
    return user


def a_consent(
    patient: Patient,
    clinic: Clinic,
    *,
    results: bool = True,
    supplements: bool = True,
    health: bool = True,
    results_from: date | None = None,
    ends_at: datetime | None = None,
    at: datetime = LONG_AGO,
) -> Consent:
    """Let a clinic see the record."""
    return consents.give(
        patient=patient,
        clinic=clinic,
        results=results,
        supplements=supplements,
        health=health,
        results_from=results_from,
        ends_at=ends_at,
        by=queries.viewer_for(owner_of(patient)),
        at=at,
    )


def owner_of(patient: Patient) -> User:
    """Return the login of a patient who has one."""
    user = patient.user
    assert user is not None
    return user


def an_entry(
    value: str = "28",
    unit: str = "ng/mL",
    *,
    collected_on: date = date(2026, 3, 12),
    measurand: Measurand = Measurand.TOTAL,
    laboratory: str = "Harbour Laboratory",
    method: str = "LC-MS/MS",
    specimen: str = "serum",
    interval_text: str = "",
    interval_high: Decimal | None = None,
    laboratory_flag: str = "",
    status: ResultStatus = ResultStatus.FINAL,
    held_because: str = "",
    accession: str = "",
) -> Entry:
    """Return a result as it stands on a report."""
    number = parse_reported_number(value)
    return Entry(
        measurand=measurand,
        value_text=value,
        value=number.value,
        comparator=number.comparator,
        unit_text=unit,
        unit=parse_unit(unit),
        collected_on=collected_on,
        laboratory=laboratory,
        method=method,
        specimen=specimen,
        interval_text=interval_text,
        interval_high=interval_high,
        laboratory_flag=laboratory_flag,
        status=status,
        held_because=held_because,
        accession=accession,
    )


def a_result(
    patient: Patient, entry: Entry | None = None, *, at: datetime = LONG_AGO
) -> LabResult:
    """Store a result that the patient typed."""
    return recording.record(
        patient=patient,
        entry=entry or an_entry(),
        source=ResultSource.TYPED_BY_PATIENT,
        answers={},
        by=queries.viewer_for(owner_of(patient)),
        at=at,
    )


def a_target(
    patient: Patient,
    clinician: User,
    *,
    low: str | None = "30",
    high: str | None = "50",
    unit: Unit = Unit.NG_PER_ML,
    starts_on: date = date(2025, 3, 1),
    ends_on: date | None = None,
    alert_low: str | None = None,
    alert_high: str | None = None,
    urgency: str = "",
    reason: str = "Agreed at the visit.",
    at: datetime = LONG_AGO,
) -> Target:
    """Set a range, after those that are set already."""
    membership = clinician.memberships.select_related("clinic").get()
    entry = TargetEntry(
        low=Decimal(low) if low else None,
        high=Decimal(high) if high else None,
        unit=unit,
        starts_on=starts_on,
        ends_on=ends_on,
        alert_low=Decimal(alert_low) if alert_low else None,
        alert_high=Decimal(alert_high) if alert_high else None,
        urgency=urgency,
        reason=reason,
    )
    by = queries.viewer_for(clinician)
    joined = queries.records_of(patient, viewer=by, at=at, scope=Scope.RESULTS)
    return targeting.set_target(
        patient=patient,
        clinic=membership.clinic,
        entry=entry,
        seen=targeting.seen_of(
            Target.objects.filter(patient__in={patient.pk, *joined})
        ),
        by=by,
        at=at,
    )


def a_period(
    patient: Patient,
    *,
    name: str = "Sunny D3",
    ingredients: tuple[IngredientEntry, ...] | None = None,
    vitamin_k: str = "none",
    schedule: ScheduleKind = ScheduleKind.DAILY,
    starts_on: date = date(2025, 11, 1),
    ends_on: date | None = None,
    at: datetime = LONG_AGO,
) -> SupplementPeriod:
    """Record a supplement; vitamin D3, 1,000 international units, unless told else."""
    d3 = IngredientEntry(
        substance=Substance.D3,
        amount=Decimal(1000),
        unit=AmountUnit.IU,
        amount_text="1000",
    )
    entry = PeriodEntry(
        name=name,
        vitamin_k=vitamin_k,
        ingredients=(d3,) if ingredients is None else ingredients,
        servings=Decimal(1),
        schedule=schedule,
        starts_on=starts_on,
        ends_on=ends_on,
        serving="capsule",
    )
    return supplementing.start_period(
        patient=patient,
        entry=entry,
        by=queries.viewer_for(owner_of(patient)),
        at=at,
        entry_id=uuid4(),
    )


def a_health_fact(
    patient: Patient, topic: HealthTopic, *, detail: str = "", answer: str = "yes"
) -> HealthFact:
    """Store the patient's own answer to a health question, asked on 1 January 2026."""
    return supplementing.state_health_fact(
        patient=patient,
        topic=topic.value,
        answer=answer,
        detail=detail,
        asked_on=date(2026, 1, 1),
        by=queries.viewer_for(owner_of(patient)),
        at=LONG_AGO,
    )


def an_admin(clinic: Clinic, name: str = "Hana Holt") -> User:
    """Make somebody who runs the clinic and treats nobody, with a second step."""
    user = a_person(name)
    set_up_second_factor(user)
    enrolment.add_member(clinic=clinic, user=user, role=Role.CLINIC_ADMIN, at=LONG_AGO)
    return user


def a_confirmed_export(job: Job) -> Job:
    """Let somebody who runs the clinic confirm an export that a clinician asked for."""
    asked = ExportRequest.objects.select_related("clinic").get(job=job)
    admin = an_admin(asked.clinic, f"Admin {next(_numbers)}")
    viewer = queries.viewer_for(admin)
    with transaction.atomic(), queries.viewing(viewer):
        export_requests.confirm(request=asked, by=viewer, at=timezone.now())
    job.refresh_from_db()
    return job
