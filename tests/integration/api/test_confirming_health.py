"""That a clinician found a health answer to be so, through programs."""

from accounts.models import AuditEvent, Patient
from labs.domain.health import HealthTopic
from labs.models import HealthConfirmation
from tests.factories import a_health_fact
from tests.integration.api.conftest import Program

TOPIC = HealthTopic.SARCOIDOSIS


def health(patient: Patient, below: str = "") -> str:
    return f"/api/v1/patients/{patient.pk}/health{below}"


def answer_id(program: Program, patient: Patient) -> str:
    topics = {each["topic"]: each for each in program.get(health(patient)).json()}
    return str(topics[TOPIC.value]["answer_id"])


def test_it_is_confirmed_once_with_the_clinicians_name(
    anna: Patient, oseis_program: Program, annas_program: Program
) -> None:
    a_health_fact(anna, TOPIC)
    place = health(anna, f"/{answer_id(oseis_program, anna)}/confirmation")

    first, again = (oseis_program.post(place, {}) for _ in range(2))

    assert first.status_code == 200, first.content
    assert first.json() == again.json()
    assert (first.json()["topic"], first.json()["confirmed_by"]) == (
        TOPIC.value,
        ["Dr Osei"],
    )
    assert first.json() in annas_program.get(health(anna)).json()
    assert HealthConfirmation.objects.count() == 1
    events = AuditEvent.objects.filter(object_label="health fact", action="changed")
    assert [each.through for each in events] == ["phone app"]


def test_an_answer_that_a_later_one_replaced_is_not_there(
    anna: Patient, oseis_program: Program, annas_program: Program
) -> None:
    older = a_health_fact(anna, TOPIC)
    body = {"answers": [{"topic": TOPIC.value, "answer": "unknown"}]}
    annas_program.post(health(anna), body)

    answer = oseis_program.post(health(anna, f"/{older.pk}/confirmation"), {})

    assert answer.status_code == 404
    assert answer_id(oseis_program, anna) != str(older.pk)
    assert not HealthConfirmation.objects.exists()


def test_the_patient_confirms_nothing(anna: Patient, annas_program: Program) -> None:
    fact = a_health_fact(anna, TOPIC)

    answer = annas_program.post(health(anna, f"/{fact.pk}/confirmation"), {})

    assert answer.status_code == 403
    assert not HealthConfirmation.objects.exists()


def test_where_nothing_was_answered_there_is_nothing_to_confirm(
    anna: Patient, oseis_program: Program
) -> None:
    assert answer_id(oseis_program, anna) == "None"

    answer = oseis_program.post(health(anna, f"/{anna.pk}/confirmation"), {})

    assert answer.status_code == 404
