"""From nothing to an own record: open an account, confirm, sign in, open the record."""

import re
from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts import queries
from accounts.models import AuditEvent, Patient, User
from tests.integration.accounts.mails import delivered

FOUR_WORDS = "seven quiet otters paddle"


@pytest.fixture
def signed_up(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> User:
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(
            "/account/signup/",
            {"name": "Ida Ivory", "email": "ida@example.org", "password1": FOUR_WORDS},
        )
    assert answer.status_code == 302
    return User.objects.get(email="ida@example.org")


def link_in_mail() -> str:
    found = re.search(r"http://localhost:8000(/\S+)", str(delivered()[-1].body))
    assert found is not None
    return found.group(1)


@pytest.mark.django_db
def test_an_account_is_usable_after_its_address_is_confirmed(
    client: Client, signed_up: User
) -> None:
    assert signed_up.name == "Ida Ivory"
    assert "_auth_user_id" not in client.session
    client.post(link_in_mail())

    client.post("/account/login/", {"login": "ida@example.org", "password": FOUR_WORDS})

    assert client.session["_auth_user_id"] == str(signed_up.pk)


@pytest.mark.django_db
def test_an_unconfirmed_address_cannot_sign_in(client: Client, signed_up: User) -> None:
    answer = client.post(
        "/account/login/", {"login": signed_up.email, "password": FOUR_WORDS}
    )

    assert answer["Location"] == "/account/confirm-email/"
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_a_new_person_opens_one_own_record_however_often_they_click(
    client: Client, signed_up: User
) -> None:
    client.force_login(signed_up)
    answers = {
        "name": "Ida Ivory",
        "born_on": "1975-02-28",
        "hemisphere": "south",
        "preferred_unit": "nmol/L",
    }

    client.post("/record/new/", answers)
    client.post("/record/new/", answers)

    record = Patient.objects.get(user=signed_up)
    assert (record.born_on, record.hemisphere) == (date(1975, 2, 28), "south")
    assert (
        AuditEvent.objects.filter(patient_id=record.pk, action="created").count() == 1
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("born_on", "sentence"),
    [("2999-01-01", "This day has not come yet"), ("1080-05-17", "before 1900")],
)
def test_a_birth_date_that_cannot_be_is_refused_in_words(
    client: Client, signed_up: User, born_on: str, sentence: str
) -> None:
    client.force_login(signed_up)

    page = client.post("/record/new/", {"name": "Ida", "born_on": born_on})

    assert sentence in page.content.decode()
    assert queries.own_patient(queries.viewer_for(signed_up)) is None


@pytest.mark.django_db
def test_sign_up_refuses_the_persons_own_name_as_password(client: Client) -> None:
    page = client.post(
        "/account/signup/",
        {
            "name": "Ida Ivory",
            "email": "i@example.org",
            "password1": "black and ivory keys",
        },
    )

    assert "“ivory”" in page.content.decode()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_mails_say_nothing_but_what_to_do(signed_up: User) -> None:
    message = delivered()[-1]

    assert message.to == [signed_up.email]
    assert "Ida" not in f"{message.subject}{message.body}"


@pytest.mark.django_db
def test_a_host_header_cannot_change_the_link_in_a_mail(
    client: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    signed_up: User,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            "/account/password/reset/",
            {"email": signed_up.email},
            headers={"host": "127.0.0.1", "x-forwarded-host": "evil.example"},
        )

    assert "http://localhost:8000/account/password/reset/key/" in delivered()[-1].body
    refused = client.get("/account/login/", headers={"host": "evil.example"})
    assert refused.status_code == 400
