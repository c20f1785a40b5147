"""Files that leave through programs: the same files, jobs and trail as on the pages."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import timezone

from accounts import queries
from accounts.domain.tokens import READS_ALL, TokenScope
from accounts.models import ApiToken, AuditEvent, Clinic, Consent, Patient, User
from accounts.services import consent as consents
from accounts.services.consent import Terms
from tests.access.characters import absent
from tests.factories import a_confirmed_export, a_patient, a_result, an_entry, owner_of
from tests.integration.api.conftest import MakeProgram, Program
from tests.integration.conftest import SignedIn
from tracker.models import Job, JobFile
from tracker.services import job_kinds, jobs

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as HttpResponse

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


# What is said of a day that is not shared any more -----------------------------------

TERMS = Terms(
    results=True, supplements=True, health=True, results_from=None, ends_at=None
)


def share_from(day: date | None, patient: Patient) -> None:
    consents.change(
        consent=Consent.objects.get(patient=patient, revoked_at=None),
        terms=replace(TERMS, results_from=day),
        by=queries.viewer_for(owner_of(patient)),
        at=timezone.now(),
    )


@pytest.fixture(params=["exports", "reports"])
def kind(request: pytest.FixtureRequest) -> str:
    """What is asked for of a clinic, and makes files."""
    return str(request.param)


@dataclass(frozen=True)
class Making:
    """Makes a file of Anna's record for Dr Osei, and asks for it in both ways."""

    program: Program
    browser: Client
    ask: Callable[[], "HttpResponse"]
    user: User

    def make(self) -> Job:
        begun = self.ask()
        assert begun.status_code == 202, begun.content
        return finished(self.user)

    def answers_for(self, job: Job) -> set[int]:
        file = self.program.get(f"/api/v1/jobs/{job.pk}/file", accept="*/*")
        return {
            file.status_code,
            self.browser.get(f"/jobs/{job.pk}/file/").status_code,
        }


@pytest.fixture
def making(
    anna: Patient, osei: User, signed_in: SignedIn, program_of: MakeProgram, kind: str
) -> Making:
    program, clinic = program_of(osei), Clinic.objects.get()
    asked = WHY if kind == "exports" else {"patients": [str(anna.pk)]}
    place = f"/api/v1/clinics/{clinic.pk}/{kind}"
    return Making(program, signed_in(osei), lambda: program.post(place, asked), osei)


def test_a_file_of_every_day_closes_once_results_are_shared_from_a_day(
    anna: Patient, making: Making
) -> None:
    a_result(anna, an_entry("11.7", collected_on=date(2019, 1, 15)))
    job = making.make()
    assert making.answers_for(job) == {200}

    share_from(date(2019, 1, 16), anna)

    assert making.answers_for(job) == {404}


def test_a_file_from_before_files_knew_their_days_is_taken_to_tell_them_all(
    anna: Patient, making: Making
) -> None:
    a_result(anna)
    job = making.make()
    JobFile.objects.update(results_from=None)
    assert making.answers_for(job) == {200}

    share_from(date(1900, 1, 1), anna)

    assert making.answers_for(job) == {404}


def test_a_file_of_some_days_is_open_as_long_as_they_all_are_shared(
    anna: Patient, making: Making
) -> None:
    a_result(anna)
    share_from(date(2026, 1, 10), anna)
    job = making.make()

    for day, answer in (
        (date(2026, 1, 10), 200),
        (date(2026, 1, 11), 404),
        (date(2026, 1, 9), 200),
        (None, 200),
    ):
        share_from(day, anna)
        assert making.answers_for(job) == {answer}, day


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
