"""People who are signed in, for tests of pages."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Clinic, Patient, User
from tests.access.signing_in import sign_in
from tests.factories import a_clinic, a_clinician, a_consent, a_patient, owner_of

SignedIn = Callable[[User], Client]


@pytest.fixture
def signed_in(db: None) -> SignedIn:
    """Give a client of somebody who signed in as people do."""
    del db

    def browser_of(user: User) -> Client:
        client = Client()
        sign_in(client, user)
        return client

    return browser_of


@pytest.fixture
def anna(db: None) -> Patient:
    """Anna Example, who has a record of her own."""
    del db
    return a_patient("Anna Example")


@pytest.fixture
def clinic(db: None) -> Clinic:
    """The clinic that Anna let in."""
    del db
    return a_clinic("Harbour Clinic")


@pytest.fixture
def osei(anna: Patient, clinic: Clinic) -> User:
    """Dr Osei of that clinic, who sees all of Anna's record."""
    clinician = a_clinician(clinic, "Dr Osei")
    a_consent(anna, clinic)
    return clinician


@pytest.fixture
def annas(anna: Patient, signed_in: SignedIn) -> Client:
    """Anna's browser."""
    return signed_in(owner_of(anna))


@pytest.fixture
def oseis(osei: User, signed_in: SignedIn) -> Client:
    """Dr Osei's browser."""
    return signed_in(osei)


@pytest.fixture
def strangers(signed_in: SignedIn) -> Client:
    """The browser of somebody with a record of his own, and no business in Anna's."""
    return signed_in(owner_of(a_patient("Bob Birch")))


def is_somebody_waiting() -> bool:
    """Say whether a connection waits for a lock; also within a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])
