"""
The cast: who they are stands in the comments, and every test relies on it.

Made as the owner, through the services that the product itself uses.
"""

import functools
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import encrypt
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts import queries
from accounts.domain.care import CareBasis
from accounts.domain.roles import Role
from accounts.models import (
    AccessRequest,
    CareGrant,
    Clinic,
    Consent,
    FailureCount,
    Patient,
    ShareLink,
    User,
)
from accounts.services import access_requests, care, enrolment, share_links
from accounts.services import consent as consents
from accounts.services.share_links import Secrets

NOW = datetime.now(UTC)  # noqa: TID251 - policies ask the database's clock
FOUR_WORDS = "seven quiet otters paddle"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@dataclass(frozen=True)
class Cast:
    """Everybody, by their part."""

    record: Patient  # Alice's
    other_record: Patient  # Bob's
    owner: User  # Alice, who owns the record
    other_patient: User  # Bob, who has a record of his own and no business in hers
    consented: User  # Dr Carol of the harbour clinic: sees all of it
    partial: User  # Dr Dan of the hill clinic: supplements alone
    revoked: User  # Dr Erin of the river clinic: was let in, and is no more
    expired: User  # Dr Finn of the lake clinic: his time has run out
    elsewhere: User  # Dr Gwen of the wood clinic: never let in
    admin: User  # Hana, admin of the harbour clinic, and no clinician
    carer: User  # Ida, who looks after Alice's record and has none of her own
    former_carer: User  # Jon, who did, until Alice ended it
    harbour: Clinic
    hill: Clinic
    river: Clinic
    lake: Clinic
    wood: Clinic
    harbour_consent: Consent
    share_link: ShareLink  # Alice's, for Dr Weber abroad: results from 2021, health
    secrets: Secrets  # what opens it
    request: AccessRequest  # Dr Gwen asks Alice to be let in

    def people(self) -> dict[str, User]:
        """Return everybody who can sign in, by their part."""
        parts = (
            "owner",
            "other_patient",
            "consented",
            "partial",
            "revoked",
            "expired",
            "elsewhere",
            "admin",
            "carer",
            "former_carer",
        )
        return {part: getattr(self, part) for part in parts}


def assemble() -> Cast:
    """Put the cast on the stage."""
    alice, record = _patient("Alice Ashby", "alice@example.org")
    bob, other_record = _patient("Bob Birch", "bob@example.org")
    clinics = {
        name: _clinic(name) for name in ("harbour", "hill", "river", "lake", "wood")
    }
    carol = _member("Dr Carol Cole", clinics["harbour"])
    hana = _member("Hana Holt", clinics["harbour"], role=Role.CLINIC_ADMIN)
    harbour_consent = _let_in(record, clinics["harbour"])
    _let_in(record, clinics["hill"], results=False, health=False)
    _let_in(record, clinics["river"], revoked=True)
    _let_in(record, clinics["lake"], ends_at=NOW - timedelta(seconds=1))
    secrets = _link_for_dr_weber(record, alice)
    ida = _carer("Ida Ives", record)
    jon = _carer("Jon Jay", record)
    care.end(
        grant=CareGrant.objects.get(carer=jon),
        by=queries.viewer_for(alice),
        at=NOW - timedelta(days=1),
    )
    gwen = _member("Dr Gwen Gray", clinics["wood"])
    request = _request_by(gwen, clinics["wood"], alice)
    FailureCount.objects.all().delete()  # nobody on the stage has tried anything yet
    return Cast(
        record=record,
        carer=ida,
        former_carer=jon,
        other_record=other_record,
        owner=alice,
        other_patient=bob,
        consented=carol,
        partial=_member("Dr Dan Dale", clinics["hill"]),
        revoked=_member("Dr Erin East", clinics["river"]),
        expired=_member("Dr Finn Ford", clinics["lake"]),
        elsewhere=gwen,
        admin=hana,
        harbour_consent=harbour_consent,
        share_link=ShareLink.objects.get(),
        secrets=secrets,
        request=request,
        **clinics,
    )


def person(name: str, email: str) -> User:
    """Make somebody who can sign in with the four words."""
    user = enrolment.create_person(email=email, name=name, password=None)
    user.password = _hashed()
    user.save()
    return user


@functools.cache
def _hashed() -> str:
    """Hash once for the whole run: it is slow by design."""
    return make_password(FOUR_WORDS)


def _patient(name: str, email: str) -> tuple[User, Patient]:
    user = person(name, email)
    record = enrolment.open_own_record(
        user=user,
        name=name,
        born_on=date(1980, 5, 17),
        hemisphere="north",
        preferred_unit="nmol/L",
        by=queries.viewer_for(user),
        at=NOW - timedelta(days=400),
    )
    return user, record


def _carer(name: str, record: Patient) -> User:
    """Let somebody accept the code that the record's owner made for them."""
    user = person(name, f"{name.lower().replace(' ', '.')}@example.org")
    owner = queries.viewer_for(User.objects.get(patient=record))
    with transaction.atomic():
        with queries.viewing(owner):
            code = care.give(
                patient=record,
                clinic=None,
                carer_name=name,
                basis=CareBasis.ASKED,
                basis_note="",
                last_day=None,
                by=owner,
                at=NOW - timedelta(hours=1),
            )
        with queries.viewing(queries.viewer_for(user)):
            care.accept(
                code=code,
                born_on=date(1980, 5, 17),
                by=queries.viewer_for(user),
                at=NOW,
            )
    return user


def _clinic(name: str) -> Clinic:
    return enrolment.create_clinic(
        name=f"The {name} clinic",
        phone="020 7946 0018",
        out_of_hours_line="",
        preferred_unit="nmol/L",
        at=NOW - timedelta(days=500),
    )


def _member(name: str, clinic: Clinic, *, role: Role = Role.CLINICIAN) -> User:
    email = f"{name.lower().replace(' ', '.')}@example.org"
    user = person(name, email)
    enrolment.add_member(
        clinic=clinic, user=user, role=role, at=NOW - timedelta(days=450)
    )
    set_up_second_factor(user)
    return user


def set_up_second_factor(user: User) -> Authenticator:
    """Give somebody an authenticator app, with the seed that tests know."""
    return TOTP(
        Authenticator.objects.create(
            user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt(SEED)}
        )
    ).instance


def _let_in(
    record: Patient,
    clinic: Clinic,
    *,
    results: bool = True,
    health: bool = True,
    ends_at: datetime | None = None,
    revoked: bool = False,
) -> Consent:
    by = queries.viewer_for(User.objects.get(patient=record))
    given = consents.give(
        patient=record,
        clinic=clinic,
        results=results,
        supplements=True,
        health=health,
        results_from=None,
        ends_at=ends_at,
        by=by,
        at=NOW - timedelta(days=300),
    )
    if revoked:
        consents.revoke(consent=given, by=by, at=NOW - timedelta(days=1))
    return given


def _link_for_dr_weber(record: Patient, alice: User) -> Secrets:
    return share_links.make(
        link_id=uuid4(),
        patient=record,
        recipient="Dr Weber",
        results=True,
        supplements=False,
        health=True,
        results_from=date(2021, 1, 1),
        expires_at=NOW + timedelta(days=30),
        most_openings=5,
        by=queries.viewer_for(alice),
        at=NOW - timedelta(days=2),
    )


def _request_by(user: User, clinic: Clinic, patient: User) -> AccessRequest:
    access_requests.ask_by_mail(
        clinic=clinic,
        email=patient.email,
        by=queries.viewer_for(user),
        at=NOW - timedelta(days=1),
    )
    return AccessRequest.objects.get()


def absent() -> UUID:
    """Return the id of nobody."""
    return UUID("00000000-0000-4000-8000-000000000000")
