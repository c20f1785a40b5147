"""A clinic's own words for a patient, through programs."""

import pytest

from accounts.domain.tokens import TokenScope
from accounts.models import AuditEvent, Clinic, Patient, User
from labs.models import PatientTag, WorklistRow
from tests.factories import a_clinic, a_clinician, a_consent
from tests.integration.api.conftest import MakeProgram, Program


def tags(patient: Patient, below: str = "") -> str:
    return f"/api/v1/patients/{patient.pk}/tags{below}"


def words(program: Program, patient: Patient) -> list[str]:
    return [each["word"] for each in program.get(tags(patient)).json()]


def test_a_word_stands_on_the_list_until_it_is_taken_off(
    anna: Patient, oseis_program: Program
) -> None:
    row = WorklistRow.objects.get(patient=anna)

    answer = oseis_program.post(tags(anna), {"word": " Bone clinic "})

    assert answer.status_code == 200, answer.content
    assert answer.json()[0]["clinic"] == "Harbour Clinic"
    assert words(oseis_program, anna) == ["Bone clinic"]
    row.refresh_from_db()
    assert row.tags == ["Bone clinic"]
    for _ in range(2):  # the same again changes nothing
        off = oseis_program.post(tags(anna, "/removal"), {"word": "Bone clinic"})
        assert (off.status_code, off.json()) == (200, [])
    row.refresh_from_db()
    assert row.tags == []
    events = AuditEvent.objects.filter(object_label="tag", action="changed")
    assert list(events.values_list("through", flat=True)) == ["phone app"] * 2


def test_put_on_twice_it_stands_once(anna: Patient, oseis_program: Program) -> None:
    for _ in range(2):
        assert oseis_program.post(tags(anna), {"word": "x"}).status_code == 200

    assert PatientTag.objects.count() == 1
    assert AuditEvent.objects.filter(object_label="tag", action="changed").count() == 1


def test_neither_the_patient_nor_another_clinic_reads_it(
    anna: Patient,
    annas_program: Program,
    oseis_program: Program,
    program_of: MakeProgram,
) -> None:
    oseis_program.post(tags(anna), {"word": "x"})
    wood = a_clinic("Wood Clinic")
    gwen = a_clinician(wood, "Dr Gwen")
    a_consent(anna, wood)

    assert annas_program.get(tags(anna)).status_code == 403
    assert annas_program.post(tags(anna), {"word": "y"}).status_code == 403
    assert words(program_of(gwen), anna) == []
    assert PatientTag.objects.count() == 1


def test_who_works_in_several_clinics_says_for_which(
    anna: Patient, osei: User, clinic: Clinic, oseis_program: Program
) -> None:
    second = a_clinic("Second Clinic")
    a_clinician(second, "Dr Else")
    osei.memberships.create(
        clinic=second, role="clinician", created_at=clinic.created_at
    )
    a_consent(anna, second)

    unsaid = oseis_program.post(tags(anna), {"word": "x"})
    said = oseis_program.post(tags(anna), {"word": "x", "clinic": str(second.pk)})

    assert unsaid.json()["errors"][0]["pointer"] == "#/clinic"
    assert [each["clinic"] for each in said.json()] == ["Second Clinic"]


@pytest.mark.parametrize("body", [{}, {"word": " "}, {"word": "x" * 41}, {"word": 7}])
def test_a_word_is_wanted(
    anna: Patient, oseis_program: Program, body: dict[str, object]
) -> None:
    answer = oseis_program.post(tags(anna), body)

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["#/word"]
    assert not PatientTag.objects.exists()


def test_a_key_that_reads_writes_none(
    anna: Patient, osei: User, program_of: MakeProgram
) -> None:
    reads = program_of(osei, frozenset({TokenScope.READ_REVIEWS}))

    answer = reads.post(tags(anna), {"word": "x"})

    assert (answer.status_code, answer.json()["scope"]) == (403, "reviews:write")
    assert reads.get(tags(anna)).json() == []
