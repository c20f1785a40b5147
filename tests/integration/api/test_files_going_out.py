"""Files that leave through programs: the same files, jobs and trail as on the pages."""

import io
import json
import zipfile

import pytest
from django.test import Client
from django.utils import timezone

from accounts import queries
from accounts.domain.tokens import READS_ALL, TokenScope
from accounts.models import ApiToken, AuditEvent, Clinic, Patient, User
from tests.access.characters import absent
from tests.factories import a_confirmed_export, a_patient, a_result, owner_of
from tests.integration.api.conftest import MakeProgram, Program
from tracker.models import Job
from tracker.services import job_kinds, jobs

EXPORTS = frozenset({TokenScope.READ_EXPORTS, *READS_ALL})


def of(patient: Patient, name: str) -> str:
    return f"/api/v1/patients/{patient.pk}/export/{name}"


WHY = {"reason": "We move to another program."}


def finished(user: User) -> Job:
    job = Job.objects.latest("asked_at")
    if job.kind == "clinic-export" and job.is_open:
        a_confirmed_export(job)
    jobs.run(job.pk, by=queries.viewer_for(user), works=job_kinds.WORKS)
    job.refresh_from_db()
    return job


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("results.csv", "text/csv; charset=utf-8"),
        ("record.fhir.json", "application/fhir+json"),
        ("record.json", "application/json"),
        ("record.zip", "application/zip"),
    ],
)
def test_a_record_is_taken_along_as_on_the_page(
    anna: Patient, program_of: MakeProgram, annas: Client, name: str, media: str
) -> None:
    a_result(anna)
    program = program_of(owner_of(anna), EXPORTS)

    answer = program.get(of(anna, name), accept="*/*")

    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == media
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    event = AuditEvent.objects.get(action="exported", patient_id=anna.pk)
    assert (event.channel, event.through) == ("api", "phone app")
    if name == "results.csv":
        assert answer.content == annas.get(f"/patients/{anna.pk}/export/{name}").content


def test_what_a_key_does_not_open_is_named_in_the_file(
    anna: Patient, program_of: MakeProgram
) -> None:
    a_result(anna)
    program = program_of(owner_of(anna), EXPORTS)

    told = json.loads(program.get(of(anna, "record.json"), accept="*/*").content)
    packed = program.get(of(anna, "record.zip"), accept="*/*").content

    closed = {
        "labs_review",
        "labs_importbatch",
        "labs_importfile",
        "accounts_sharelink",
    }
    assert closed <= set(told["not_opened_by_key"])
    assert "accounts_auditevent" in told["not_opened_by_key"]
    assert not closed & told.keys()
    assert len(told["labs_labresult"]) == 1
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert "not_opened_by_key" in json.loads(archive.read("record.json"))


@pytest.mark.parametrize("name", ["record.fhir.json", "record.json", "record.zip"])
@pytest.mark.parametrize("missing", sorted({TokenScope.READ_EXPORTS, *READS_ALL}))
def test_a_key_that_lacks_a_part_takes_no_whole_record(
    anna: Patient, program_of: MakeProgram, name: str, missing: TokenScope
) -> None:
    # Past the form, which brings along what a file tells of.
    program = program_of(owner_of(anna), EXPORTS)
    ApiToken.objects.update(scopes=sorted(each for each in EXPORTS if each != missing))

    answer = program.get(of(anna, name), accept="*/*")

    assert (answer.status_code, answer.json()["scope"]) == (403, missing)


def test_a_session_shows_again_who_it_is(anna: Patient, annas: Client) -> None:
    assert annas.get(of(anna, "record.json")).status_code == 200
    session = annas.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 16 * 60
    session.save()

    answer = annas.get(of(anna, "record.json"))

    assert answer.status_code == 403
    assert "who you are" in answer.json()["detail"]


# A clinic's ---------------------------------------------------------------------------


def test_a_clinics_export_is_begun_watched_and_fetched(
    anna: Patient, clinic: Clinic, osei: User, oseis_program: Program
) -> None:
    a_result(anna)
    begun = oseis_program.post(f"/api/v1/clinics/{clinic.pk}/exports", WHY)

    assert begun.status_code == 202, begun.content
    place = begun["Location"]
    assert oseis_program.get(place).json()["state"] == "waiting"
    assert oseis_program.get(place + "/file", accept="*/*").status_code == 409

    finished(osei)
    told = oseis_program.get(place).json()
    file = oseis_program.get(place + "/file", accept="*/*")

    assert (told["state"], told["has_file"]) == ("done", True)
    assert told["sentences"] == ["1 patient's record was written."]
    lines = [json.loads(line) for line in file.content.splitlines()]
    assert {each["resourceType"] for each in lines} >= {"Patient", "Observation"}
    event = AuditEvent.objects.get(action="exported", patient_id=anna.pk)
    assert (event.object_label, event.channel) == ("file", "api")


def test_an_export_asked_for_twice_under_one_key_is_one(
    anna: Patient, clinic: Clinic, oseis_program: Program
) -> None:
    del anna
    place = f"/api/v1/clinics/{clinic.pk}/exports"

    one, again = (
        oseis_program.post(place, WHY, idempotency_key="one") for _ in range(2)
    )

    assert one.content == again.content
    assert Job.objects.count() == 1


def test_reports_of_several_people_come_as_one_file(
    anna: Patient, clinic: Clinic, osei: User, oseis_program: Program
) -> None:
    a_result(anna)
    stranger = a_patient("Bob Birch")
    sent = {"patients": [str(anna.pk), str(stranger.pk)], "form": "one"}

    begun = oseis_program.post(f"/api/v1/clinics/{clinic.pk}/reports", sent)
    finished(osei)
    file = oseis_program.get(begun["Location"] + "/file", accept="*/*")

    assert begun.status_code == 202, begun.content
    assert file["Content-Type"] == "application/pdf"
    assert file.content.startswith(b"%PDF")
    assert oseis_program.get(begun["Location"]).json()["sentences"] == [
        "1 report was made."
    ]


def test_reports_of_nobody_that_is_seen_are_refused(
    clinic: Clinic, oseis_program: Program
) -> None:
    sent = {"patients": [str(absent())]}

    answer = oseis_program.post(f"/api/v1/clinics/{clinic.pk}/reports", sent)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/patients"


def test_work_is_cancelled_once(
    anna: Patient, clinic: Clinic, osei: User, oseis_program: Program
) -> None:
    del anna
    begun = oseis_program.post(f"/api/v1/clinics/{clinic.pk}/exports", WHY)
    place = begun["Location"] + "/cancellation"

    ended = oseis_program.post(place)
    finished(osei)

    assert (ended.status_code, ended.json()["is_ending"]) == (202, True)
    assert oseis_program.get(begun["Location"]).json()["state"] == "cancelled"
    assert oseis_program.post(place).status_code == 409
    assert oseis_program.get(begun["Location"] + "/file").status_code == 404


def test_what_ended_with_the_consent_is_handed_out_no_more(
    anna: Patient, clinic: Clinic, osei: User, oseis_program: Program
) -> None:
    a_result(anna)
    begun = oseis_program.post(f"/api/v1/clinics/{clinic.pk}/exports", WHY)
    finished(osei)
    anna.consents.update(revoked_at=timezone.now())

    assert oseis_program.get(begun["Location"]).json()["has_file"] is False
    file = oseis_program.get(begun["Location"] + "/file", accept="*/*")
    assert file.status_code == 404


def test_nobody_else_sees_what_somebody_asked_for(
    anna: Patient, clinic: Clinic, oseis_program: Program, annas_program: Program
) -> None:
    del anna
    begun = oseis_program.post(f"/api/v1/clinics/{clinic.pk}/exports", WHY)

    assert len(oseis_program.get("/api/v1/jobs").json()["items"]) == 1
    assert annas_program.get("/api/v1/jobs").json()["items"] == []
    assert annas_program.get(begun["Location"]).status_code == 404
    assert annas_program.post(begun["Location"] + "/cancellation").status_code == 404
    place = f"/api/v1/clinics/{clinic.pk}/exports"
    assert annas_program.post(place, WHY).status_code == 404


def test_a_key_of_files_that_come_in_sees_no_files_that_go_out(
    clinic: Clinic, osei: User, oseis_program: Program, program_of: MakeProgram
) -> None:
    begun = oseis_program.post(f"/api/v1/clinics/{clinic.pk}/exports", WHY)
    other = program_of(osei, frozenset({TokenScope.WRITE_IMPORTS}))

    assert other.get("/api/v1/jobs").json()["items"] == []
    assert other.get(begun["Location"]).status_code == 404
    none = program_of(osei, frozenset({TokenScope.READ_RESULTS}))
    assert none.get("/api/v1/jobs").json()["scope"] == "exports:read"
