"""Acknowledging a precaution through a program, as on the page."""

from accounts.domain.tokens import READS_ALL, TokenScope
from accounts.models import AuditEvent, Patient, User
from labs.domain.health import HealthTopic
from labs.models import Acknowledgement
from tests.factories import a_health_fact, a_patient, owner_of
from tests.integration.api.conftest import MakeProgram, Program


def precautions(patient: Patient, below: str = "") -> str:
    return f"/api/v1/patients/{patient.pk}/precautions{below}"


def first_subject(program: Program, patient: Patient) -> str:
    told = program.get(precautions(patient)).json()["matched"]
    return str(told[0]["subject"])


def test_who_read_it_stands_beside_the_precaution_which_stays(
    anna: Patient, oseis_program: Program, annas_program: Program
) -> None:
    a_health_fact(anna, HealthTopic.SARCOIDOSIS)
    subject = first_subject(oseis_program, anna)
    address = precautions(anna, "/acknowledgements")
    body = {"subject": subject, "reason": "Talked about it."}

    answer = oseis_program.post(address, body, idempotency_key="one")
    again = oseis_program.post(address, body, idempotency_key="one")

    assert answer.status_code == 201, answer.content
    assert again.json() == answer.json()
    (stored,) = Acknowledgement.objects.all()
    assert (stored.acknowledged_by_name, stored.reason) == (
        "Dr Osei",
        "Talked about it.",
    )
    for program in (oseis_program, annas_program):
        (told, *_more) = program.get(precautions(anna)).json()["matched"]
        (who,) = told["acknowledged"]
        assert (who["by"], who["reason"]) == ("Dr Osei", "Talked about it.")
    event = AuditEvent.objects.get(object_label="acknowledgement")
    assert (event.action, event.through) == ("created", "phone app")


def test_words_that_have_changed_since_are_refused_and_told(
    anna: Patient, oseis_program: Program
) -> None:
    a_health_fact(anna, HealthTopic.SARCOIDOSIS)
    body = {"subject": "0" * 64, "reason": "Talked about it."}

    answer = oseis_program.post(precautions(anna, "/acknowledgements"), body)

    assert answer.status_code == 409
    told = answer.json()
    assert told["type"] == "urn:calcidiol:problem:conflict"
    assert told["current"]["matched"][0]["subject"]
    assert not Acknowledgement.objects.exists()


def test_it_wants_a_reason_and_nothing_else(
    anna: Patient, oseis_program: Program
) -> None:
    a_health_fact(anna, HealthTopic.SARCOIDOSIS)
    subject = first_subject(oseis_program, anna)
    address = precautions(anna, "/acknowledgements")

    for more, place in (
        ({"reason": ""}, "#/reason"),
        ({"reason": "x" * 201}, "#/reason"),
        ({"reason": "Told.", "acknowledged_by_name": "Dr Else"}, None),
        ({"reason": "Told.", "subject": 7}, "#/subject"),
    ):
        answer = oseis_program.post(address, {"subject": subject, **more})
        assert answer.status_code == 422
        places = [each["pointer"] for each in answer.json()["errors"]]
        assert places == [place or "#/acknowledged_by_name"]
    assert not Acknowledgement.objects.exists()


def test_a_key_that_reads_acknowledges_nothing_nor_does_a_stranger(
    anna: Patient, osei: User, program_of: MakeProgram
) -> None:
    a_health_fact(anna, HealthTopic.SARCOIDOSIS)
    reads = program_of(osei, READS_ALL)
    part = program_of(osei, frozenset({TokenScope.READ_HEALTH}))
    stranger = program_of(owner_of(a_patient("Ben Birch")))
    body = {"subject": first_subject(reads, anna), "reason": "Told."}
    address = precautions(anna, "/acknowledgements")

    lacks = reads.post(address, body)

    assert (lacks.status_code, lacks.json()["scope"]) == (403, "health:write")
    (told, *_more) = part.get(precautions(anna)).json()["matched"]
    assert told["acknowledged"] is None  # not opened is not nobody
    assert stranger.post(address, body).status_code == 404
    assert not Acknowledgement.objects.exists()
