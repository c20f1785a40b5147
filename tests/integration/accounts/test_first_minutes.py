"""A new person is asked little, can pass over each step, and ends at a first result."""

from datetime import date

import pytest
from django.test import Client

from accounts.models import Patient, User
from labs.domain.health import HealthAnswer
from labs.models import HealthFact
from tests.factories import a_patient, a_person, owner_of
from tests.integration.conftest import SignedIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def ida() -> User:
    return a_person("Ida Ivory")


@pytest.fixture
def idas(ida: User, signed_in: SignedIn) -> Client:
    return signed_in(ida)


def test_a_record_is_opened_with_a_name_a_birth_date_and_where_winter_falls(
    idas: Client, ida: User
) -> None:
    answer = idas.post(
        "/record/new/",
        {"name": "Ida Ivory", "born_on": "1975-02-28", "hemisphere": "unknown"},
    )

    record = Patient.objects.get(user=ida)
    assert (record.hemisphere, record.preferred_unit) == ("unknown", "")
    assert record.born_on == date(1975, 2, 28)
    assert answer["Location"] == f"/patients/{record.pk}/start/health/"


def test_health_questions_can_be_passed_over_and_count_as_not_asked(
    signed_in: SignedIn,
) -> None:
    patient = a_patient("Anna Example")
    annas = signed_in(owner_of(patient))

    page = annas.get(f"/patients/{patient.pk}/start/health/").content.decode()

    assert "Step 2 of 3" in page
    assert f'href="/patients/{patient.pk}/start/result/"' in page
    assert not HealthFact.objects.exists()
    record = annas.get(f"/patients/{patient.pk}/").content.decode()
    assert "You have not answered the questions about medicines and conditions" in (
        " ".join(record.split())
    )


def test_answers_are_kept_and_lead_on_to_the_first_result(signed_in: SignedIn) -> None:
    patient = a_patient("Anna Example")
    annas = signed_in(owner_of(patient))
    path = f"/patients/{patient.pk}/start/health/"
    entry_id = annas.get(path).context["form"]["entry_id"].value()

    answer = annas.post(
        path,
        {
            "entry_id": entry_id,
            "answer_vitamin_k_antagonist": "yes",
            "detail_vitamin_k_antagonist": "warfarin",
        },
    )

    assert answer["Location"] == f"/patients/{patient.pk}/start/result/"
    fact = HealthFact.objects.get()
    assert (fact.answer, fact.detail) == (HealthAnswer.YES.value, "warfarin")


def test_saving_without_an_answer_says_that_one_is_missing(signed_in: SignedIn) -> None:
    patient = a_patient("Anna Example")
    annas = signed_in(owner_of(patient))
    path = f"/patients/{patient.pk}/start/health/"

    answer = annas.post(
        path, {"entry_id": annas.get(path).context["form"].initial["entry_id"]}
    )

    assert answer.status_code == 422
    assert "Answer at least one question." in answer.content.decode()
    assert "Skip this for now" in answer.content.decode()


def test_the_last_step_offers_to_type_to_upload_and_to_look_round(
    signed_in: SignedIn,
) -> None:
    patient = a_patient("Anna Example")
    page = (
        signed_in(owner_of(patient))
        .get(f"/patients/{patient.pk}/start/result/")
        .content.decode()
    )

    for path in (
        f"/patients/{patient.pk}/results/new/",
        f"/patients/{patient.pk}/import/",
        "/example/",
        f"/patients/{patient.pk}/",
    ):
        assert f'href="{path}"' in page


def test_an_empty_record_says_what_will_be_here_and_the_one_next_step(
    signed_in: SignedIn,
) -> None:
    patient = a_patient("Anna Example")
    page = signed_in(owner_of(patient)).get(f"/patients/{patient.pk}/").content.decode()

    assert "Your results will stand here" in page
    assert "Add the first result" in page
    assert 'href="/example/"' in page
