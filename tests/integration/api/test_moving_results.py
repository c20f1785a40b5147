"""A result goes to the person to whom it belongs, and back, through programs."""

import pytest

from accounts.domain.tokens import TokenScope
from accounts.models import AuditEvent, Clinic, Patient, User
from labs.models import LabResult, ReportFile, ResultMove
from tests.factories import a_consent, a_patient, a_result, owner_of
from tests.integration.api.conftest import MakeProgram, Program
from tests.unit.labs.formats.test_documents import a_pdf

WHY = "Two people of one name."


@pytest.fixture
def bob(clinic: Clinic) -> Patient:
    """Bob Birch, who let the same clinic in."""
    bob = a_patient("Bob Birch")
    a_consent(bob, clinic)
    return bob


@pytest.fixture
def stray(anna: Patient) -> LabResult:
    """A result of Bob's in Anna's record."""
    return a_result(anna)


def result_place(row: LabResult, below: str = "") -> str:
    return f"/api/v1/patients/{row.patient_id}/results/{row.chain}{below}"


def moved(program: Program, row: LabResult, to: Patient) -> ResultMove:
    mark = program.get(result_place(row))["ETag"]
    body = {"to": str(to.pk), "reason": WHY}
    answer = program.post(result_place(row, "/moves"), body, if_match=mark)
    assert answer.status_code == 201, answer.content
    return ResultMove.objects.get(pk=answer.json()["id"])


def undoing(patient: Patient, move: ResultMove) -> str:
    return f"/api/v1/patients/{patient.pk}/moves/{move.pk}/undoing"


def results_of(program: Program, patient: Patient) -> list[tuple[str, str]]:
    told = program.get(f"/api/v1/patients/{patient.pk}/results").json()["items"]
    return [(each["value"]["as_reported"], each["status"]) for each in told]


def test_it_is_withdrawn_here_filed_there_and_both_are_told(
    stray: LabResult, anna: Patient, bob: Patient, oseis_program: Program
) -> None:
    oseis_program.upload(result_place(stray, "/files"), a_pdf(1))

    move = moved(oseis_program, stray, bob)

    assert move.to_patient_id == bob.pk
    filed = LabResult.objects.get(chain=move.to_chain)
    assert filed.value_text == stray.value_text
    assert ReportFile.objects.get().patient_id == bob.pk
    told = [
        oseis_program.get(result_place(row, "/moves")).json() for row in (stray, filed)
    ]
    assert told[0] == told[1]
    assert told[0][0]["reason"] == WHY
    whose = AuditEvent.objects.filter(through="phone app").exclude(action="read")
    assert set(whose.values_list("patient_id", flat=True)) == {anna.pk, bob.pk}


def test_it_goes_back_once(
    stray: LabResult, anna: Patient, bob: Patient, oseis_program: Program
) -> None:
    before = results_of(oseis_program, anna)
    move = moved(oseis_program, stray, bob)

    answer = oseis_program.post(undoing(bob, move))
    again = oseis_program.post(undoing(bob, move))

    assert answer.status_code == 200, answer.content
    assert answer.json()["undone_by"] == "Dr Osei"
    assert results_of(oseis_program, anna) == before
    assert again.status_code == 409
    assert "undone already" in again.json()["detail"]


def test_a_result_that_was_corrected_since_does_not_go_back_by_itself(
    stray: LabResult, bob: Patient, oseis_program: Program
) -> None:
    move = moved(oseis_program, stray, bob)
    filed = LabResult.objects.get(chain=move.to_chain)
    place = result_place(filed, "/withdrawal")
    oseis_program.post(place, {"reason": "Typed wrongly."}, if_match="*")

    answer = oseis_program.post(undoing(bob, move))

    assert answer.status_code == 409
    move.refresh_from_db()
    assert move.undone_at is None


def test_it_goes_to_nobody_whose_results_are_not_seen(
    stray: LabResult, anna: Patient, osei: User, oseis_program: Program
) -> None:
    del osei
    stranger = a_patient("Cleo Cox")
    place = result_place(stray, "/moves")
    for to in (str(stranger.pk), str(stray.pk)):
        answer = oseis_program.post(place, {"to": to, "reason": WHY}, if_match="*")
        assert answer.status_code == 422
        assert [each["pointer"] for each in answer.json()["errors"]] == ["#/to"]
    same = oseis_program.post(place, {"to": str(anna.pk), "reason": WHY}, if_match="*")
    assert same.status_code == 409
    assert not ResultMove.objects.exists()
    assert AuditEvent.objects.filter(action="denied").exists()


def test_it_names_the_version_that_was_seen(
    stray: LabResult, bob: Patient, oseis_program: Program
) -> None:
    body = {"to": str(bob.pk), "reason": WHY}
    place = result_place(stray, "/moves")

    assert oseis_program.post(place, body).status_code == 428
    assert oseis_program.post(place, body, if_match='"x"').status_code == 412
    no_reason = oseis_program.post(place, {**body, "reason": ""}, if_match="*")
    assert no_reason.json()["errors"][0]["pointer"] == "#/reason"
    assert not ResultMove.objects.exists()


def test_who_sees_one_of_the_two_records_learns_of_no_move(
    stray: LabResult,
    bob: Patient,
    oseis_program: Program,
    program_of: MakeProgram,
) -> None:
    move = moved(oseis_program, stray, bob)
    bobs = program_of(owner_of(bob))
    filed = LabResult.objects.get(chain=move.to_chain)

    assert bobs.get(result_place(filed, "/moves")).json() == []
    assert bobs.post(undoing(bob, move)).status_code == 404


def test_a_key_that_reads_moves_nothing(
    stray: LabResult, bob: Patient, osei: User, program_of: MakeProgram
) -> None:
    reads = program_of(osei, frozenset({TokenScope.READ_RESULTS}))
    body = {"to": str(bob.pk), "reason": WHY}

    answer = reads.post(result_place(stray, "/moves"), body, if_match="*")

    assert (answer.status_code, answer.json()["scope"]) == (403, "results:write")
    assert reads.get(result_place(stray, "/moves")).json() == []
