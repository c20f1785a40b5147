"""Who lets one clinician in stands in that clinician's list, and in no clinic's."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts import queries
from accounts.models import Clinic, Patient, User
from accounts.services import consent as consents
from labs.models import WorklistRow
from tests.factories import a_clinician, a_patient, a_result, an_entry, owner_of
from tests.integration.conftest import SignedIn


@pytest.fixture
def bela(clinic: Clinic, osei: User) -> Patient:
    """Bela, who let Dr Osei in, and nobody else of the harbour clinic."""
    bela = a_patient("Bela Birch")
    consents.give(
        patient=bela,
        clinic=clinic,
        clinician_id=osei.pk,
        clinician_name=osei.name,
        results=True,
        supplements=True,
        health=True,
        results_from=None,
        ends_at=None,
        by=queries.viewer_for(owner_of(bela)),
        at=datetime(2025, 1, 1, tzinfo=UTC),
    )
    a_result(bela, an_entry("8"))
    return bela


def test_the_named_clinician_finds_and_opens_the_record_and_a_colleague_does_not(
    bela: Patient, clinic: Clinic, oseis: Client, signed_in: SignedIn
) -> None:
    ivos = signed_in(a_clinician(clinic, "Dr Ivo"))

    for browser, is_there in ((oseis, True), (ivos, False)):
        listed = browser.get("/patients/").content.decode()
        found = browser.post("/patients/", {"q": "Bela"}).content.decode()
        opened = browser.get(f"/patients/{bela.pk}/").status_code
        assert ("Bela Birch" in listed, "Bela Birch" in found) == (is_there, is_there)
        assert opened == (200 if is_there else 404)


def test_no_list_of_the_whole_clinic_has_a_row_of_theirs(
    bela: Patient, clinic: Clinic, oseis: Client, signed_in: SignedIn
) -> None:
    ivos = signed_in(a_clinician(clinic, "Dr Ivo"))
    assert not WorklistRow.objects.filter(patient=bela).exists()
    call_command("rebuild_worklist", verbosity=0)
    assert not WorklistRow.objects.filter(patient=bela).exists()

    for browser in (oseis, ivos):
        assert "Bela Birch" not in browser.get("/worklist/").content.decode()


def test_who_lets_the_whole_clinic_in_later_gets_a_row_and_loses_it_again(
    bela: Patient, clinic: Clinic, oseis: Client
) -> None:
    by = queries.viewer_for(owner_of(bela))
    given = consents.give(
        patient=bela,
        clinic=clinic,
        results=True,
        supplements=False,
        health=False,
        results_from=None,
        ends_at=None,
        by=by,
        at=timezone.now() - timedelta(minutes=5),
    )
    assert WorklistRow.objects.filter(patient=bela, clinic=clinic).exists()
    assert "Bela Birch" in oseis.get("/worklist/").content.decode()

    consents.revoke(consent=given, by=by, at=timezone.now())

    assert not WorklistRow.objects.filter(patient=bela).exists()
    assert oseis.get(f"/patients/{bela.pk}/").status_code == 200
