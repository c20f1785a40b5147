"""The first admin of a clinic chooses a password by e-mail; none is given out."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import Clinic, User
from tests.integration.accounts.mails import delivered

pytestmark = pytest.mark.django_db
ADMIN = ("--admin-name", "Hana Holt", "--admin-email", "hana@example.org")


def create(*more: str) -> str:
    said = StringIO()
    call_command("create_clinic", "The harbour clinic", *ADMIN, *more, stdout=said)
    return said.getvalue()


def roles() -> set[str]:
    return set(
        User.objects.get(email="hana@example.org").memberships.values_list(
            "role", flat=True
        )
    )


def test_the_admin_of_a_new_clinic_has_no_password_and_sees_no_patients() -> None:
    said = create("--phone", "020 7946 0018", "--unit", "ng/mL")

    clinic = Clinic.objects.get()
    assert (clinic.phone, clinic.preferred_unit) == ("020 7946 0018", "ng/mL")
    assert roles() == {"clinic_admin"}
    assert not User.objects.get().has_usable_password()
    assert "Forgotten password" in said


def test_an_admin_who_treats_patients_has_both_parts() -> None:
    create("--also-clinician")

    assert roles() == {"clinic_admin", "clinician"}


def test_the_admin_chooses_a_password_and_must_then_set_up_a_second_step(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    create()
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/account/password/reset/", {"email": "hana@example.org"})
    path = str(delivered()[0].body).split("http://localhost:8000", 1)[1].split()[0]
    words = {"password1": "eleven brave teapots", "password2": "eleven brave teapots"}

    client.post(client.get(path)["Location"], words)
    client.post(
        "/account/login/",
        {"login": "hana@example.org", "password": words["password1"]},
    )

    assert client.get("/")["Location"] == "/account/2fa/"


def test_a_clinic_that_exists_is_refused_and_nothing_half_made() -> None:
    create()

    with pytest.raises(CommandError, match="There is a clinic of this name"):
        call_command(
            "create_clinic",
            "The harbour clinic",
            "--admin-name",
            "Ida Ivory",
            "--admin-email",
            "ida@example.org",
        )

    assert not User.objects.filter(email="ida@example.org").exists()
