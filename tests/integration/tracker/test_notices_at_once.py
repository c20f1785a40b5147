"""
Several workers at the same moment: each person is told once, whoever comes first.

Each worker looks as the web's role, as in use: under the row-level policies.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts import queries
from accounts.models import Clinic, OutgoingMail, Patient, User
from labs.models import ReminderSent, ResultSource, UrgentNotice
from labs.services import recording, retesting
from tests.factories import (
    a_clinic,
    a_clinician,
    a_consent,
    a_patient,
    a_result,
    a_target,
    an_entry,
    owner_of,
)
from tests.integration.accounts.test_many_at_once import at_once
from tests.integration.tracker.test_notices import choose, monday_of_a_digest, noon
from tracker.database import WEB_ROLE
from tracker.services import notifying

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS = 4
NOW = timezone.now
TODAY = timezone.localdate


@pytest.fixture
def clinic() -> Clinic:
    return a_clinic("Harbour Clinic")


@pytest.fixture
def osei(clinic: Clinic) -> User:
    return a_clinician(clinic, "Dr Osei")


@pytest.fixture
def people(clinic: Clinic, osei: User) -> list[Patient]:
    """Three who want every message, and whose next test is asked for."""
    found = [a_patient(name) for name in ("Anna Example", "Ben Birch", "Cleo Fir")]
    for patient in found:
        a_consent(patient, clinic)
        choose(patient)
        retesting.plan(
            patient=patient,
            clinic=clinic,
            due_on=TODAY() + timedelta(days=3),
            every_months=None,
            by=queries.viewer_for(osei),
            at=NOW(),
        )
    return found


def by_workers(work: Callable[[], int]) -> list[int]:
    """Let several workers do it at one moment, each on a connection of its own."""

    def as_web(_worker: int) -> int:
        connection.settings_dict = {**connection.settings_dict, "USER": WEB_ROLE}
        return work()

    return at_once(as_web, WORKERS)


def told() -> list[str]:
    return sorted(OutgoingMail.objects.values_list("recipient", flat=True))


def owners(people: list[Patient]) -> list[str]:
    return sorted(owner_of(each).email for each in people)


def test_each_person_is_reminded_once(people: list[Patient]) -> None:
    counts = by_workers(lambda: notifying.remind(at=noon()))

    assert sum(counts) == len(people)
    assert told() == owners(people)
    assert ReminderSent.objects.count() == len(people)


def test_each_person_is_told_of_a_new_result_once(
    people: list[Patient], osei: User
) -> None:
    for patient in people:
        recording.record(
            patient=patient,
            entry=an_entry("31"),
            source=ResultSource.TYPED_BY_CLINIC,
            answers={},
            by=queries.viewer_for(osei),
            at=NOW(),
        )

    counts = by_workers(lambda: notifying.tell_of_results(at=NOW()))

    assert sum(counts) == len(people)
    assert told() == owners(people)


def test_a_clinic_is_told_of_an_urgent_row_once(
    people: list[Patient], osei: User
) -> None:
    for patient in people:
        a_target(patient, osei, alert_high="100", urgency="today")
        a_result(patient, an_entry("155", collected_on=TODAY()), at=NOW())

    by_workers(lambda: notifying.tell_urgent(at=NOW()))

    assert told() == [osei.email]
    assert UrgentNotice.objects.count() == len(people)


def test_a_digest_comes_once(clinic: Clinic, osei: User) -> None:
    monday = monday_of_a_digest(clinic, osei)

    counts = by_workers(lambda: notifying.send_digests(at=monday))

    assert sum(counts) == 1
    assert told() == [osei.email]
