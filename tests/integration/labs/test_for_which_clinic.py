"""A clinician of several clinics says for which: no record bears a wrong name."""

from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.domain.roles import Role
from accounts.models import Clinic, Patient, User
from accounts.services import enrolment
from labs.domain.health import HealthTopic
from labs.models import HealthConfirmation, RecordedPlan, Target
from tests.factories import LONG_AGO, a_clinic, a_consent, a_health_fact
from tests.integration.api.conftest import Program, a_key
from tests.integration.conftest import SignedIn

RANGE = {
    "seen": "0",
    "low": "75",
    "high": "125",
    "unit": "nmol/L",
    "starts_on": "2025-01-01",
    "reason": "agreed at the visit",
    "confirmed": "yes",
}


@pytest.fixture
def hill(anna: Patient, osei: User) -> Clinic:
    """The second clinic of Dr Osei, which Anna let in, too."""
    hill = a_clinic("Hill Clinic")
    enrolment.add_member(clinic=hill, user=osei, role=Role.CLINICIAN, at=LONG_AGO)
    a_consent(anna, hill)
    return hill


def place(patient: Patient, page: str, clinic: Clinic | None = None) -> str:
    chosen = f"?clinic={clinic.pk}" if clinic else ""
    return f"/patients/{patient.pk}/{page}{chosen}"


def is_asked(answer: HttpResponse) -> bool:
    return "For which clinic do you do this?" in answer.content.decode()


def test_who_sees_a_person_through_one_clinic_is_not_asked(
    oseis: Client, anna: Patient, clinic: Clinic
) -> None:
    assert not is_asked(oseis.get(place(anna, "targets/new/")))  # type: ignore[arg-type]

    oseis.post(place(anna, "targets/new/"), RANGE)

    assert Target.objects.get().clinic_name == clinic.name


def test_a_range_bears_the_name_of_the_clinic_that_was_chosen(
    oseis: Client, anna: Patient, hill: Clinic, clinic: Clinic
) -> None:
    path = place(anna, "targets/new/")
    asked = oseis.get(path).content.decode()
    assert "Harbour Clinic" in asked
    assert "Hill Clinic" in asked

    unsaid = oseis.post(path, RANGE)
    assert unsaid.status_code == 422
    assert 'name="low" value="75"' in unsaid.content.decode()  # nothing typed is lost
    foreign = oseis.post(place(anna, "targets/new/", a_clinic("Wood Clinic")), RANGE)
    assert foreign.status_code == 422
    assert not Target.objects.exists()

    oseis.post(place(anna, "targets/new/", hill), RANGE)
    oseis.post(place(anna, "targets/new/", clinic), RANGE | {"seen": "1"})

    names = Target.objects.order_by("number").values_list("clinic_name", flat=True)
    assert list(names) == ["Hill Clinic", "Harbour Clinic"]


def test_a_clinic_that_sees_no_results_sets_no_range(
    anna: Patient, osei: User, signed_in: SignedIn
) -> None:
    """Of two clinics one sees supplements alone, and is the first by name and day."""
    first = a_clinic("A Clinic")
    enrolment.add_member(clinic=first, user=osei, role=Role.CLINICIAN, at=LONG_AGO)
    a_consent(anna, first, results=False, health=False)
    oseis = signed_in(osei)

    oseis.post(place(anna, "targets/new/"), RANGE)

    assert Target.objects.get().clinic_name == "Harbour Clinic"


def test_a_plan_and_a_confirmed_answer_bear_the_name_that_was_chosen(
    oseis: Client, anna: Patient, hill: Clinic
) -> None:
    plan = {"text": "Test again in spring.", "entry_id": str(uuid4())}
    assert oseis.post(place(anna, "plans/new/"), plan).status_code == 422
    oseis.post(place(anna, "plans/new/", hill), plan)
    assert RecordedPlan.objects.get().clinic_name == "Hill Clinic"

    fact = a_health_fact(anna, HealthTopic.KIDNEY_STONES)
    confirm = f"health/{fact.pk}/confirm/"
    assert oseis.post(place(anna, confirm)).status_code == 422
    oseis.post(place(anna, confirm, hill))
    assert HealthConfirmation.objects.get().clinic_name == "Hill Clinic"


def test_a_program_says_it_too(osei: User, anna: Patient, hill: Clinic) -> None:
    program = Program(a_key(osei))
    path = f"/api/v1/patients/{anna.pk}/ranges"
    body = {
        "seen": 0,
        "unit": "nmol/L",
        "low": "75",
        "starts_on": "2025-01-01",
        "reason": "agreed at the visit",
    }

    unsaid = program.post(path, body, idempotency_key=str(uuid4()))
    assert unsaid.status_code == 422
    assert unsaid.json()["errors"][0]["pointer"].endswith("clinic")
    said = program.post(
        path, body | {"clinic": str(hill.pk)}, idempotency_key=str(uuid4())
    )
    assert said.status_code == 201
    assert said.json()["clinic"] == "Hill Clinic"
