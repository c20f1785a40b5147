"""Somebody opens a record of their own through a program, as on the page."""

import pytest

from accounts.domain.tokens import TokenScope
from accounts.models import AuditEvent, Patient, User
from tests.access.characters import person
from tests.integration.api.conftest import MakeProgram, Program

PATIENTS = "/api/v1/patients"
SENT = {"name": "Cleo Cox", "born_on": "1980-03-12", "hemisphere": "north"}


@pytest.fixture
def cleo(db: None) -> User:
    """Cleo Cox, who has no record yet."""
    del db
    return person("Cleo Cox", "cleo@example.org")


@pytest.fixture
def cleos(cleo: User, program_of: MakeProgram) -> Program:
    """A program that may do no more than this."""
    return program_of(cleo, frozenset({TokenScope.OPEN_RECORD}))


def test_the_record_is_the_persons_own_and_stands_in_the_trail(
    cleo: User, cleos: Program
) -> None:
    answer = cleos.post(PATIENTS, {**SENT, "preferred_unit": "nmol/L"})

    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert told["is_own"]
    assert told["preferred_unit"] == "nmol/L"
    record = Patient.objects.get(user=cleo)
    assert (str(record.pk), record.name) == (told["id"], "Cleo Cox")
    read = cleos.get(answer["Location"])
    assert (read.json(), read["ETag"]) == (told, answer["ETag"])
    event = AuditEvent.objects.get(action="created", object_label="patient")
    assert (event.patient_id, event.through) == (record.pk, "phone app")


def test_sent_again_it_is_opened_once(cleos: Program) -> None:
    first, again = (cleos.post(PATIENTS, SENT, idempotency_key="one") for _ in range(2))
    other = cleos.post(PATIENTS, SENT)

    assert first.json() == again.json()
    assert other.status_code == 409
    assert other.json()["current"]["id"] == first.json()["id"]
    assert Patient.objects.count() == 1


@pytest.mark.parametrize(
    ("chosen", "place"),
    [
        ({"born_on": "2015-03-12"}, "#/born_on"),  # a clinic opens a child's
        ({"born_on": "2999-01-01"}, "#/born_on"),
        ({"name": " "}, "#/name"),
        ({"hemisphere": "west"}, "#/hemisphere"),
        ({"preferred_unit": "mg/dL"}, "#/preferred_unit"),
        ({"user": "x"}, "#/user"),
    ],
)
def test_what_the_page_would_refuse_is_refused_by_its_place(
    cleos: Program, chosen: dict[str, str], place: str
) -> None:
    answer = cleos.post(PATIENTS, {**SENT, **chosen})

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [place]
    assert not Patient.objects.exists()


def test_another_key_opens_none(cleo: User, program_of: MakeProgram) -> None:
    others = frozenset(TokenScope) - {TokenScope.OPEN_RECORD}

    answer = program_of(cleo, others).post(PATIENTS, SENT)

    assert (answer.status_code, answer.json()["scope"]) == (403, "record:open")
    assert not Patient.objects.exists()
