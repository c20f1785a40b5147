"""
The demo: a clinic of 2,000 invented people and a cast of hard cases.

The 2,000 go through the product's own bulk import, the cast through the services that
the pages use. Passwords are random and stand in one file that its owner alone reads.
"""

import json
import os
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from accounts.domain.roles import Role
from accounts.domain.viewers import Viewer
from accounts.models import Clinic, Patient, User
from accounts.queries import viewer_for, viewer_for_clinic, viewing
from accounts.services import consent, enrolment, second_factor
from labs.domain.events import NotedEvent
from labs.domain.measurements import ResultStatus, parse_reported_number
from labs.domain.targets import Urgency
from labs.domain.units import Unit, parse_unit
from labs.models import ResultSource
from labs.services import (
    importing,
    noting,
    range_templates,
    recording,
    retesting,
    supplementing,
    tagging,
    targeting,
)
from tracker.demo import population
from tracker.demo.cast import (
    CAST,
    ROUTINE,
    ROUTINE_HIGH,
    ROUTINE_LOW,
    Noted,
    Person,
    Range,
    Retest,
    Sample,
    Taking,
)

DEMO_CLINIC = "Harbour Clinic"
OTHER_CLINIC = "Hillside Practice"
PEOPLE = 2000
RESULTS_EACH = 6
SEED = 25
EVERY_HOW_MANY = 3
ROUTINE_TEMPLATE = UUID("6d1f4d0e-52c7-4d0b-9d52-1d25e1b0c0de")
Progress = Callable[[str], None]
Bar = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Account:
    """A sign-in of the demo."""

    role: str
    name: str
    email: str
    password: str
    totp_secret: str = ""


STAFF = (
    ("clinician", "Dr Amara Osei", "osei@demo.example", Role.CLINICIAN, DEMO_CLINIC),
    ("clinician", "Dr Ben Larkin", "larkin@demo.example", Role.CLINICIAN, DEMO_CLINIC),
    (
        "clinic_admin",
        "Priya Menon",
        "menon@demo.example",
        Role.CLINIC_ADMIN,
        DEMO_CLINIC,
    ),
    ("clinician", "Dr Runa Falk", "falk@demo.example", Role.CLINICIAN, OTHER_CLINIC),
)


def is_loaded() -> bool:
    """Return whether the demo was loaded before."""
    return Clinic.objects.filter(name=DEMO_CLINIC).exists()


def silent(*_: object) -> None:
    """Say nothing of how far it is."""


@transaction.atomic
def load(
    *, at: datetime, people: int = PEOPLE, say: Progress, bar: Bar = silent
) -> None:
    """Load the whole demo, or nothing of it."""
    clinics = _clinics(at)
    accounts = _staff(clinics, at)
    _routine_template(clinics[DEMO_CLINIC], at)
    accounts += _cast(clinics, at, say)
    _population(clinics[DEMO_CLINIC], at, people, say)
    _set_population_ranges(clinics[DEMO_CLINIC], at, say, bar)
    _write_accounts(accounts)


def _clinics(at: datetime) -> dict[str, Clinic]:
    return {
        name: enrolment.create_clinic(
            name=name,
            phone=phone,
            out_of_hours_line=line,
            preferred_unit=Unit.NG_PER_ML.value,
            at=at,
        )
        for name, phone, line in (
            (DEMO_CLINIC, "020 5550 0100", "020 5550 0199"),
            (OTHER_CLINIC, "020 5550 0200", ""),
        )
    }


def _staff(clinics: dict[str, Clinic], at: datetime) -> list[Account]:
    accounts = []
    for role, name, email, membership, clinic in STAFF:
        user, account = _account(role, name, email)
        enrolment.add_member(clinic=clinics[clinic], user=user, role=membership, at=at)
        seed = second_factor.set_up_app(user)
        accounts.append(replace(account, totp_secret=seed))
    return accounts


def _routine_template(clinic: Clinic, at: datetime) -> None:
    """Let the clinic keep the range that it sets for most people as a template."""
    clinician = viewer_for(User.objects.get(email=STAFF[0][2]))
    with viewing(clinician):
        range_templates.make(
            clinic=clinic,
            entry=range_templates.TemplateEntry(
                name="The clinic's protocol",
                source="Protocol of Harbour Clinic, invented for the demo",
                low=Decimal(ROUTINE_LOW),
                high=Decimal(ROUTINE_HIGH),
                alert_low=None,
                alert_high=None,
                urgency="",
                unit=parse_unit(ROUTINE.unit),
            ),
            entry_id=ROUTINE_TEMPLATE,
            by=clinician,
            at=at,
        )


def _account(role: str, name: str, email: str) -> tuple[User, Account]:
    password = secrets.token_urlsafe(15)
    user = enrolment.create_person(email=email, name=name, password=password)
    return user, Account(role, name, email, password)


def _cast(clinics: dict[str, Clinic], at: datetime, say: Progress) -> list[Account]:
    clinician = User.objects.get(email=STAFF[0][2])
    elsewhere = viewer_for(User.objects.get(email=STAFF[3][2]))
    accounts = []
    for person in CAST:
        say(f"{person.name}: {person.shows}")
        user, account = _account("patient", person.name, person.email)
        accounts.append(account)
        patient = _play(person, user, clinics[DEMO_CLINIC], clinician, at)
        if person.range_elsewhere is not None:
            other, number = clinics[OTHER_CLINIC], len(person.ranges)
            _let_in_elsewhere(patient, user, other, at=at)
            with viewing(elsewhere):
                _set_range(
                    person.range_elsewhere, number, patient, other, by=elsewhere, at=at
                )
    return accounts


def _play(
    person: Person, user: User, clinic: Clinic, clinician: User, at: datetime
) -> Patient:
    """Let one of the cast enter everything, and the clinician set the ranges."""
    today = at.date()
    patient_viewer, clinician_viewer = viewer_for(user), viewer_for(clinician)
    with viewing(patient_viewer):
        patient = enrolment.open_own_record(
            user=user,
            name=person.name,
            born_on=today.replace(year=today.year - person.years_old, day=1),
            hemisphere=person.hemisphere.value,
            preferred_unit=person.unit,
            by=patient_viewer,
            at=at,
        )
        if person.shares:
            _let_in(patient, clinic, by=patient_viewer, at=at)
        _enter_all(person, patient, by=patient_viewer, at=at)
    with viewing(clinician_viewer):
        for number, planned in enumerate(person.ranges):
            _set_range(planned, number, patient, clinic, by=clinician_viewer, at=at)
        if person.retest is not None:
            _ask_for_test(person.retest, patient, clinic, by=clinician_viewer, at=at)
        for word in person.tags:
            tagging.tag(
                patient=patient,
                clinic=clinic,
                word=word,
                is_on=True,
                by=clinician_viewer,
                at=at,
            )
    return patient


def _let_in(patient: Patient, clinic: Clinic, *, by: Viewer, at: datetime) -> None:
    consent.give(
        patient=patient,
        clinic=clinic,
        results=True,
        supplements=True,
        health=True,
        results_from=None,
        ends_at=None,
        by=by,
        at=at,
    )


def _ask_for_test(
    asked: Retest, patient: Patient, clinic: Clinic, *, by: Viewer, at: datetime
) -> None:
    retesting.plan(
        patient=patient,
        clinic=clinic,
        due_on=at.date() - timedelta(days=asked.due_days_ago),
        every_months=None,
        by=by,
        at=at - timedelta(days=asked.asked_days_ago),
    )


def _let_in_elsewhere(
    patient: Patient, owner: User, clinic: Clinic, *, at: datetime
) -> None:
    viewer = viewer_for(owner)
    with viewing(viewer):
        _let_in(patient, clinic, by=viewer, at=at)


def _enter_all(person: Person, patient: Patient, *, by: Viewer, at: datetime) -> None:
    for sample in person.samples:
        _enter(sample, patient, by=by, at=at)
    for taking in person.taking:
        _take(taking, patient, by=by, at=at)
    for noted in person.noted:
        _note(noted, patient, by=by, at=at)
    answers = [(topic, "yes", detail) for topic, detail in person.has]
    answers += [(topic, "no", "") for topic in person.has_not]
    for topic, answer, detail in answers:
        supplementing.state_health_fact(
            patient=patient,
            topic=topic.value,
            answer=answer,
            detail=detail,
            asked_on=at.date(),
            by=by,
            at=at,
        )


def _note(noted: Noted, patient: Patient, *, by: Viewer, at: datetime) -> None:
    today = at.date()
    ends = noted.ends_days_ago
    noting.note(
        patient=patient,
        event=NotedEvent(
            kind=noted.kind,
            words=noted.words,
            starts_on=today - timedelta(days=noted.days_ago),
            ends_on=None if ends is None else today - timedelta(days=ends),
        ),
        today=today,
        by=by,
        at=at,
        entry_id=uuid4(),
    )


def _enter(sample: Sample, patient: Patient, *, by: Viewer, at: datetime) -> None:
    entry = entry_of(sample, at.date())
    result = recording.record(
        patient=patient,
        entry=entry,
        source=ResultSource.TYPED_BY_PATIENT,
        answers={},
        by=by,
        at=at - timedelta(days=sample.came_days_ago),
    )
    if sample.corrected_to:
        corrected = parse_reported_number(sample.corrected_to)
        recording.correct(
            result=result,
            entry=replace(
                entry,
                value_text=sample.corrected_to,
                value=corrected.value,
                laboratory_flag="",
                status=ResultStatus.CORRECTED,
            ),
            reason="The laboratory sent a corrected report",
            by=by,
            at=at,
        )
    if sample.withdrawn_because:
        recording.mark_entered_in_error(
            result=result, reason=sample.withdrawn_because, by=by, at=at
        )


def entry_of(sample: Sample, today: date) -> recording.Entry:
    """Return a result of the cast as it stands on a report."""
    number = parse_reported_number(sample.value)
    low, _, high = sample.interval.partition("-")
    laboratory, method = sample.source
    return recording.Entry(
        measurand=sample.measurand,
        value_text=sample.value,
        value=number.value,
        comparator=number.comparator,
        unit_text=sample.unit,
        unit=parse_unit(sample.unit),
        collected_on=today - timedelta(days=sample.days_ago),
        laboratory=laboratory,
        method=method,
        specimen="serum",
        interval_text=f"{sample.interval} {sample.unit}",
        interval_low=Decimal(low),
        interval_high=Decimal(high),
        laboratory_flag=sample.flag,
        held_because=sample.held_because,
        status=ResultStatus(sample.status),
    )


def _take(taking: Taking, patient: Patient, *, by: Viewer, at: datetime) -> None:
    today = at.date()
    ended = taking.ends_days_ago
    supplementing.start_period(
        patient=patient,
        entry=supplementing.PeriodEntry(
            name=taking.name,
            vitamin_k=taking.vitamin_k.value,
            ingredients=tuple(
                supplementing.IngredientEntry(
                    substance=substance,
                    amount=Decimal(amount),
                    unit=unit,
                    amount_text=amount,
                )
                for substance, amount, unit in taking.ingredients
            ),
            servings=Decimal(1),
            schedule=taking.schedule,
            starts_on=today - timedelta(days=taking.days_ago),
            ends_on=None if ended is None else today - timedelta(days=ended),
            serving="1 capsule",
        ),
        by=by,
        at=at,
        entry_id=uuid4(),
    )


def _set_range(
    planned: Range,
    number: int,
    patient: Patient,
    clinic: Clinic,
    *,
    by: Viewer,
    at: datetime,
) -> None:
    today = at.date()
    ended = planned.ends_days_ago
    targeting.set_target(
        patient=patient,
        clinic=clinic,
        entry=targeting.TargetEntry(
            low=None if planned.low is None else Decimal(planned.low),
            high=None if planned.high is None else Decimal(planned.high),
            unit=parse_unit(planned.unit),
            starts_on=today - timedelta(days=planned.days_ago),
            ends_on=None if ended is None else today - timedelta(days=ended),
            reason=planned.reason,
            alert_high=None
            if planned.alert_high is None
            else Decimal(planned.alert_high),
            urgency=Urgency.TODAY.value if planned.alert_high else "",
            template=ROUTINE_TEMPLATE,  # kept where the limits are its own
        ),
        seen=number,
        by=by,
        at=at - timedelta(days=planned.days_ago),
    )


def _population(clinic: Clinic, at: datetime, people: int, say: Progress) -> None:
    table = population.as_csv(
        people=people, results_each=RESULTS_EACH, until=at.date(), seed=SEED
    )
    folder = Path(settings.VAR_DIR) / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "clinic_results.csv"
    path.write_text(table, encoding="utf-8")
    viewer = viewer_for_clinic(clinic)
    with viewing(viewer):
        outcome = importing.import_table(
            data=path.read_bytes(),
            file_name=path.name,
            clinic=clinic,
            create_patients=True,
            by=viewer,
            at=at,
            say=say,
        )
    say(f"{outcome.people_created} people with {outcome.added} results came in by CSV")


def _set_population_ranges(
    clinic: Clinic, at: datetime, say: Progress, bar: Bar
) -> None:
    """Let the second clinician set the clinic's usual range for every third person."""
    clinician = viewer_for(User.objects.get(email=STAFF[1][2]))
    numbered = Patient.objects.filter(numbers__clinic=clinic).order_by(
        "numbers__number"
    )
    chosen = numbered[::EVERY_HOW_MANY]
    with viewing(clinician):
        for number, patient in enumerate(chosen, start=1):
            _set_range(ROUTINE, 0, patient, clinic, by=clinician, at=at)
            bar(number, len(chosen))
    say(f"{len(chosen)} of them have a range set by {clinician.name}")


def _write_accounts(accounts: list[Account]) -> None:
    """Write the sign-ins, readable by their owner alone from the first byte."""
    path = Path(settings.VAR_DIR) / "demo_accounts.json"
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump([asdict(account) for account in accounts], file, indent=2)
