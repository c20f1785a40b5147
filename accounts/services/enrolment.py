"""How people, clinics and patients come to be."""

from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.domain.audit import Action
from accounts.domain.roles import Role
from accounts.domain.scopes import ConsentBasis
from accounts.domain.viewers import Viewer
from accounts.models import Clinic, Consent, Membership, Patient, PatientNumber, User
from accounts.services import auditing, record_changes


@transaction.atomic
def create_person(*, email: str, name: str, password: str | None) -> User:
    """Make somebody who can sign in, with an address that counts as verified."""
    user = User.objects.create_user(email, name=name, password=password)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


@transaction.atomic
def create_clinic(
    *, name: str, phone: str, out_of_hours_line: str, preferred_unit: str, at: datetime
) -> Clinic:
    """Make a clinic, with nobody in it yet."""
    return Clinic.objects.create(
        name=name,
        phone=phone,
        out_of_hours_line=out_of_hours_line,
        preferred_unit=preferred_unit,
        created_at=at,
    )


@transaction.atomic
def add_member(*, clinic: Clinic, user: User, role: Role, at: datetime) -> Membership:
    """Give a person a part in a clinic."""
    return Membership.objects.create(
        clinic=clinic, user=user, role=role.value, created_at=at
    )


@transaction.atomic
def found_clinic(
    *,
    name: str,
    phone: str,
    out_of_hours_line: str,
    preferred_unit: str,
    admin_name: str,
    admin_email: str,
    is_clinician: bool,
    at: datetime,
) -> Clinic:
    """Make a clinic with its first admin, who has no password yet."""
    clinic = create_clinic(
        name=name,
        phone=phone,
        out_of_hours_line=out_of_hours_line,
        preferred_unit=preferred_unit,
        at=at,
    )
    admin = create_person(email=admin_email, name=admin_name, password=None)
    add_member(clinic=clinic, user=admin, role=Role.CLINIC_ADMIN, at=at)
    if is_clinician:
        add_member(clinic=clinic, user=admin, role=Role.CLINICIAN, at=at)
    return clinic


@transaction.atomic
def open_own_record(
    *,
    user: User,
    name: str,
    born_on: date,
    hemisphere: str,
    preferred_unit: str,
    by: Viewer,
    at: datetime,
) -> Patient:
    """Open a record that belongs to the person who signed in."""
    patient = Patient.objects.create(
        name=name,
        born_on=born_on,
        user=user,
        hemisphere=hemisphere,
        preferred_unit=preferred_unit,
        created_at=at,
    )
    auditing.record(
        viewer=by,
        action=Action.CREATED,
        object_label="patient",
        object_id=patient.pk,
        patient_id=patient.pk,
        at=at,
    )
    return patient


@transaction.atomic
def change_preferences(
    *, patient: Patient, hemisphere: str, preferred_unit: str, by: Viewer, at: datetime
) -> None:
    """Keep how a record is shown to its person; what it holds stays as it is."""
    patient.hemisphere = hemisphere
    patient.preferred_unit = preferred_unit
    patient.save(update_fields=["hemisphere", "preferred_unit"])
    auditing.record(
        viewer=by,
        action=Action.CHANGED,
        object_label="patient",
        object_id=patient.pk,
        patient_id=patient.pk,
        at=at,
    )


@transaction.atomic
def open_record_of(
    viewer: Viewer,
    *,
    name: str,
    born_on: date,
    hemisphere: str,
    preferred_unit: str,
    at: datetime,
) -> Patient:
    """Open the viewer's own record, or return it where a second click found it open."""
    user = User.objects.select_for_update().get(pk=viewer.id)
    existing = Patient.objects.filter(user=user).first()
    return existing or open_own_record(
        user=user,
        name=name,
        born_on=born_on,
        hemisphere=hemisphere,
        preferred_unit=preferred_unit,
        by=viewer,
        at=at,
    )


@transaction.atomic
def open_clinic_record(
    *,
    clinic: Clinic,
    number: str,
    name: str,
    born_on: date,
    hemisphere: str,
    by: Viewer,
    at: datetime,
) -> Patient:
    """Open a record that a clinic keeps, until the patient claims it."""
    patient = Patient.objects.create(
        name=name, born_on=born_on, hemisphere=hemisphere, created_at=at
    )
    Consent.objects.create(
        patient=patient,
        clinic=clinic,
        basis=ConsentBasis.CLINIC_RECORD.value,
        starts_at=at,
    )
    PatientNumber.objects.create(clinic=clinic, patient=patient, number=number)
    auditing.record(
        viewer=by,
        action=Action.CREATED,
        object_label="patient",
        object_id=patient.pk,
        patient_id=patient.pk,
        at=at,
    )
    record_changes.tell([patient.pk], by=by, at=at)
    return patient
