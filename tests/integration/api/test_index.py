"""The index of the addresses: what a key or a session may ask, and nobody's data."""

import re

import pytest
from django.test import Client

from accounts.domain.tokens import TokenScope
from accounts.models import Patient, User
from tests.factories import owner_of
from tests.integration.api.conftest import InASession, MakeProgram, Program
from tests.integration.api.stored import description

ADDRESS = "/api/v1/"


def methods(program: Program) -> dict[str, list[str]]:
    told = program.get(ADDRESS).json()["addresses"]
    return {each["address"]: each["methods"] for each in told}


def test_it_names_every_address_that_is_described(
    osei: User,
    oseis_program: Program,
    annas_program: Program,
    annas_session: InASession,
) -> None:
    del osei
    described = {
        (path, method.upper())
        for path, told in description()["paths"].items()
        for method in told
    }

    told = {
        (address, method)
        for program in (oseis_program, annas_program, annas_session)
        for address, takes in methods(program).items()
        for method in takes
    }

    assert told == described


def test_it_leaves_out_what_the_key_does_not_open(
    anna: Patient, program_of: MakeProgram
) -> None:
    scopes = frozenset({TokenScope.READ_RESULTS})
    program = program_of(owner_of(anna), scopes)

    told = methods(program)

    below = "/api/v1/patients/{patient_id}"
    assert told[f"{below}/results"] == ["GET"]
    assert f"{below}/periods" not in told
    assert f"{below}/consents" not in told
    assert program.get(ADDRESS).json()["scopes"] == ["results:read"]


def test_only_who_treats_is_told_of_clinics_and_only_patients_of_consents(
    anna: Patient, annas_program: Program, oseis_program: Program
) -> None:
    del anna
    hers, his = methods(annas_program), methods(oseis_program)

    assert not any("{clinic_id}" in each for each in hers)
    assert "/api/v1/clinics/{clinic_id}/worklist" in his
    assert "/api/v1/patients/{patient_id}/consents" in hers
    assert "/api/v1/patients/{patient_id}/consents" not in his


def test_a_key_is_not_told_of_what_is_done_in_a_session_alone(
    annas_program: Program, annas_session: InASession
) -> None:
    below = "/api/v1/patients/{patient_id}/consents"

    assert methods(annas_session)[below] == ["GET", "POST"]
    assert methods(annas_program)[below] == ["GET"]
    assert f"{below}/{{consent_id}}/change" not in methods(annas_program)
    assert f"{below}/{{consent_id}}/ending" in methods(annas_program)


def test_it_names_nobody(anna: Patient, annas_program: Program) -> None:
    told = annas_program.get(ADDRESS).content.decode()

    assert anna.name not in told
    assert str(anna.pk) not in told
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", told)


def test_a_session_needs_no_key_and_nobody_is_told_nothing(anna: Patient) -> None:
    browser = Client()
    assert browser.get(ADDRESS).status_code == 401

    browser.force_login(owner_of(anna))
    told = browser.get(ADDRESS)

    assert told.status_code == 200
    assert told.json()["scopes"] is None
    assert told.json()["description"] == "/api/v1/schema"


@pytest.mark.django_db
def test_the_description_comes_under_plain_names_too(client: Client) -> None:
    for accept, kind in (
        ("application/json", "application/json"),
        ("application/yaml", "application/yaml"),
        ("*/*", "application/vnd.oai.openapi+json"),
    ):
        answer = client.get("/api/v1/schema", headers={"accept": accept})
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith(kind)
