"""A clock that jumps, to and fro, opens nothing that is shut and makes nothing fail."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import queries
from accounts.domain.tokens import MOST_USES
from accounts.models import ApiToken, AuditEvent, Clinic, Consent, Patient, User
from accounts.services import consent as consents
from accounts.services import sealing
from labs.models import LabResult
from tests.access.signing_in import moved_on
from tests.factories import a_clinician, a_consent, a_result, owner_of
from tests.integration.api.conftest import Program, a_key
from tests.integration.conftest import SignedIn
from tests.integration.labs.test_entering_results import address, confirmed

pytestmark = pytest.mark.django_db
BACK_AND_FORTH = [{"days": -2.0}, {"days": 400.0}]


def home(patient: Patient) -> str:
    return f"/patients/{patient.pk}/"


def may_look(browser: Client, patient: Patient) -> bool:
    return browser.get(home(patient)).status_code == 200


def test_a_session_of_before_a_clock_was_set_back_is_over_for_good(
    annas: Client, anna: Patient
) -> None:
    assert may_look(annas, anna)

    with moved_on(minutes=-6):
        assert not may_look(annas, anna)

    assert not may_look(annas, anna)


def test_clocks_of_two_machines_that_differ_a_little_end_nothing(
    annas: Client, anna: Patient
) -> None:
    assert may_look(annas, anna)

    with moved_on(minutes=-4):
        assert may_look(annas, anna)


def test_a_session_that_a_jump_ended_does_not_come_back_with_the_clock(
    annas: Client, oseis: Client, anna: Patient
) -> None:
    assert may_look(annas, anna)
    assert may_look(oseis, anna)

    with moved_on(minutes=61):
        assert not may_look(annas, anna)
        assert not may_look(oseis, anna)

    assert not may_look(annas, anna)
    assert not may_look(oseis, anna)


def test_a_consent_that_ended_stays_shut_when_the_sites_clock_goes_back(
    anna: Patient, clinic: Clinic, signed_in: SignedIn
) -> None:
    """The database has a clock of its own, and both must agree."""
    a_consent(anna, clinic)
    clinician = a_clinician(clinic, "Dr Osei")
    now = timezone.now()
    Consent.objects.update(
        starts_at=now - timedelta(days=3), ends_at=now - timedelta(hours=1)
    )

    with moved_on(days=-1):
        assert not may_look(signed_in(clinician), anna)


@pytest.mark.parametrize("jump", BACK_AND_FORTH)
def test_what_was_taken_back_stays_so_whatever_the_clock_says(
    anna: Patient, osei: User, signed_in: SignedIn, jump: dict[str, float]
) -> None:
    key = Program(a_key(osei, lasts=timedelta(days=500)))
    consents.revoke(
        consent=Consent.objects.get(),
        by=queries.viewer_for(owner_of(anna)),
        at=timezone.now(),
    )

    with moved_on(**jump):
        assert not may_look(signed_in(osei), anna)
        answer = key.get(f"/api/v1/patients/{anna.pk}/results")

    assert answer.status_code == 404


def test_a_key_does_not_wait_for_the_time_that_a_clock_had_come_to(
    anna: Patient,
) -> None:
    program = Program(a_key(owner_of(anna)))
    path = f"/api/v1/patients/{anna.pk}/results"
    later = timezone.now() + timedelta(days=1)
    ApiToken.objects.update(window_began_at=later, window_uses=MOST_USES + 1)

    assert program.get(path).status_code == 200
    assert ApiToken.objects.get().window_uses == 1


@pytest.mark.parametrize("jump", BACK_AND_FORTH)
def test_pages_and_writes_go_on_and_the_trail_seals_in_its_own_order(
    anna: Patient, signed_in: SignedIn, jump: dict[str, float]
) -> None:
    a_result(anna)
    sealing.seal()
    before = AuditEvent.objects.count()

    with moved_on(**jump):
        browser = signed_in(owner_of(anna))
        for page in ("", "results/new/", "report/", "import/"):
            assert browser.get(home(anna) + page).status_code == 200, page
        taken = browser.post(address(anna), confirmed(collected_on="2025-03-12"))
        jumped = sealing.seal()
    a_result(anna)
    last = sealing.seal()

    assert taken.status_code == 302
    assert LabResult.objects.count() == 3
    assert AuditEvent.objects.count() > before
    assert jumped is not None
    assert last is not None
    assert last.number == jumped.number + 1
    assert sealing.faults() == []
