"""Files that programs bring in: seen first, saved whole, taken back."""

from typing import Any

import pytest
from django.utils import timezone

from accounts import queries
from accounts.domain.tokens import TokenScope
from accounts.models import AuditEvent, Clinic, Patient, PatientNumber, User
from labs.models import ImportBatch, LabResult
from tests.access.characters import absent
from tests.factories import a_clinician, a_patient, owner_of
from tests.integration.api.conftest import MakeProgram, Program
from tests.integration.imports.test_uploads import HEADER, TWO
from tracker.models import Job
from tracker.services import importing_files, job_kinds, jobs

FOR_PEOPLE = (
    "patient_id,name,born_on,date,test,value,unit,laboratory\n"
    "N1,New Person,1990-01-02,2026-01-15,25-OH vitamin D,28.0,ng/mL,North Lab\n"
)
IMPORTS = frozenset(
    {
        TokenScope.READ_IMPORTS,
        TokenScope.WRITE_IMPORTS,
        TokenScope.READ_RESULTS,
        TokenScope.WRITE_RESULTS,
    }
)


def of(patient: Patient) -> str:
    return f"/api/v1/patients/{patient.pk}/imports"


def of_clinic(clinic: Clinic) -> str:
    return f"/api/v1/clinics/{clinic.pk}/imports"


def brought(program: Program, patient: Patient, text: str = TWO) -> dict[str, Any]:
    answer = program.upload(of(patient), text)
    assert answer.status_code == 201, answer.content
    told: dict[str, Any] = answer.json()
    told["at"], told["etag"] = answer["Location"], answer["ETag"]
    return told


def test_a_file_is_seen_first_then_saved_whole_then_taken_back(
    anna: Patient, program_of: MakeProgram
) -> None:
    program = program_of(owner_of(anna), IMPORTS)

    seen = brought(program, anna)
    rows = program.get(seen["at"] + "/rows").json()["items"]

    assert (seen["state"], seen["added"], seen["can_save"]) == ("read", 2, True)
    assert [each["kind"] for each in rows] == ["added", "added"]
    assert "28.0 ng/mL" in rows[0]["what"]
    assert not LabResult.objects.exists()

    saved = program.post(seen["at"] + "/saving", {}, if_match=seen["etag"])
    assert saved.status_code == 200, saved.content
    assert saved.json()["state"] == "saved"
    assert LabResult.objects.count() == 2

    undone = program.post(seen["at"] + "/undoing", if_match=saved["ETag"])
    assert undone.json() == {"taken_back": 2, "kept": 0, "not_shared": 0}
    shown = LabResult.objects.filter(patient=anna).latest_versions().shown()
    assert not shown.exists()


def test_what_was_seen_otherwise_is_not_saved(
    anna: Patient, annas_program: Program
) -> None:
    seen = brought(annas_program, anna)

    unsaid = annas_program.post(seen["at"] + "/saving", {})
    other = annas_program.post(seen["at"] + "/saving", {}, if_match='"other"')

    assert (unsaid.status_code, other.status_code) == (428, 412)
    assert other.json()["current"]["added"] == 2
    assert not LabResult.objects.exists()


def test_a_question_about_the_file_is_answered(
    anna: Patient, annas_program: Program
) -> None:
    text = HEADER + "03/04/2026,25-OH vitamin D,28.0,ng/mL,North Lab\n"
    asked = brought(annas_program, anna, text)

    assert asked["state"] == "asked"
    assert {each["answer"] for each in asked["question"]["choices"]} >= {"dmy", "mdy"}

    told = annas_program.post(
        asked["at"] + "/answers", {"date_order": "dmy"}, if_match=asked["etag"]
    )

    assert told.json()["state"] == "read"
    rows = annas_program.get(asked["at"] + "/rows?kind=added").json()["items"]
    assert rows[0]["what"].startswith("03/04/2026")
    assert rows[0]["understood"]["collected_on"] == "2026-04-03"


def test_the_unit_of_a_file_is_answered(anna: Patient, annas_program: Program) -> None:
    asked = brought(annas_program, anna, "Date,Vitamin D 25-OH\n2026-01-15,28\n")
    assert asked["question"]["kind"] == "unit"

    told = annas_program.post(
        asked["at"] + "/answers", {"unit": "nmol/L"}, if_match=asked["etag"]
    )

    assert told.json()["state"] == "read"
    rows = annas_program.get(asked["at"] + "/rows?kind=added").json()["items"]
    assert rows[0]["understood"]["unit"] == "nmol/L"


def test_a_column_that_is_not_there_and_a_person_not_offered_are_refused(
    anna: Patient, annas_program: Program
) -> None:
    seen = brought(annas_program, anna)
    place, mark = seen["at"] + "/answers", seen["etag"]

    column = annas_program.post(place, {"columns": {"colour": "value"}}, if_match=mark)
    people = annas_program.post(place, {"people": {"x": str(absent())}}, if_match=mark)

    assert column.json()["errors"][0]["pointer"] == "#/columns/colour"
    assert people.json()["errors"][0]["pointer"] == "#/people/x"


def test_what_a_column_holds_can_be_said(anna: Patient, annas_program: Program) -> None:
    text = "when,test,how much,unit\n2026-01-15,25-OH vitamin D,28.0,ng/mL\n"
    asked = brought(annas_program, anna, text)
    assert asked["question"]["kind"] == "columns"
    said = {"when": "collected_on", "how much": "value"}
    roles = {each["name"]: each["role"] for each in asked["columns"]}
    assert set(said) <= set(roles)

    told = annas_program.post(
        asked["at"] + "/answers", {"columns": said}, if_match=asked["etag"]
    )

    assert told.status_code == 200, told.content
    assert told.json()["added"] == 1


def test_a_file_about_somebody_else_is_confirmed_first(
    anna: Patient, annas_program: Program
) -> None:
    text = (
        "patient_name,date,test,value,unit\n"
        "Bo Other,2026-01-15,25-OH vitamin D,28,ng/mL\n"
    )
    seen = brought(annas_program, anna, text)
    place = seen["at"] + "/saving"

    refused = annas_program.post(place, {}, if_match=seen["etag"])
    taken = annas_program.post(place, {"is_confirmed": True}, if_match=seen["etag"])

    assert "Bo Other" in seen["other_person"]
    assert refused.status_code == 409
    assert taken.status_code == 200
    assert LabResult.objects.count() == 1


def test_what_is_no_file_of_results_is_refused_and_forgotten(
    anna: Patient, annas_program: Program
) -> None:
    answer = annas_program.upload(of(anna), b"\x00\x01\x02", "x.bin")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/file"
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"colour": "red"}, "#/colour"),
        ({"create_patients": "true"}, "#/create_patients"),
    ],
)
def test_a_field_that_is_not_known_is_named(
    anna: Patient, annas_program: Program, fields: dict[str, str], place: str
) -> None:
    answer = annas_program.upload(of(anna), TWO, **fields)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == place


def test_refused_rows_come_back_as_a_table(
    anna: Patient, annas_program: Program
) -> None:
    text = TWO + "2026-03-01,25-OH vitamin D,30,,North Lab\n"
    seen = brought(annas_program, anna, text)

    answer = annas_program.get(seen["at"] + "/refused.csv", accept="text/csv")

    assert seen["refused"] == 1
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "refused_because" in answer.content.decode()


def test_a_file_that_is_not_saved_can_be_forgotten_and_a_saved_one_not(
    anna: Patient, annas_program: Program
) -> None:
    one, other = brought(annas_program, anna), brought(annas_program, anna)
    annas_program.post(other["at"] + "/saving", {}, if_match=other["etag"])

    gone = annas_program.post(one["at"] + "/discarding")
    kept = annas_program.post(other["at"] + "/discarding")

    assert (gone.status_code, kept.status_code) == (204, 409)
    assert annas_program.get(one["at"]).status_code == 404


def test_saving_twice_and_taking_back_twice_are_conflicts(
    anna: Patient, annas_program: Program
) -> None:
    seen = brought(annas_program, anna)
    saves, undoes = seen["at"] + "/saving", seen["at"] + "/undoing"
    annas_program.post(saves, {}, if_match="*")
    assert annas_program.post(saves, {}, if_match="*").status_code == 409
    annas_program.post(undoes, if_match="*")
    assert annas_program.post(undoes, if_match="*").status_code == 409


def test_a_file_sent_again_under_one_key_comes_once(
    anna: Patient, annas_program: Program
) -> None:
    one = annas_program.upload(of(anna), TWO, key="one")
    again = annas_program.upload(of(anna), TWO, key="one")
    other = annas_program.upload(of(anna), HEADER, key="one")

    assert one.content == again.content
    assert again["Idempotency-Replayed"] == "true"
    assert other.status_code == 422
    assert ImportBatch.objects.count() == 1


# Of a clinic --------------------------------------------------------------------------


def test_a_clinics_file_is_of_many_people(
    clinic: Clinic, oseis_program: Program, anna: Patient
) -> None:
    PatientNumber.objects.create(clinic=clinic, patient=anna, number="A1")
    text = FOR_PEOPLE + FOR_PEOPLE.splitlines()[1].replace(
        "N1,New Person,1990-01-02", "A1,Anna Example,1978-05-03"
    )
    known = oseis_program.upload(of_clinic(clinic), text)
    seen = oseis_program.upload(of_clinic(clinic), text, create_patients="true")

    assert (known.json()["added"], known.json()["refused"]) == (1, 1)
    assert (seen.json()["added"], seen.json()["people_created"]) == (2, 1)

    place = seen["Location"] + "/saving"
    saved = oseis_program.post(place, {}, if_match=seen["ETag"])

    assert saved.status_code == 200, saved.content
    assert set(LabResult.objects.values_list("patient__name", flat=True)) == {
        "Anna Example",
        "New Person",
    }
    events = AuditEvent.objects.filter(action="imported", patient_id=anna.pk)
    assert {(each.channel, each.through) for each in events} == {("api", "phone app")}


def test_rows_say_as_what_they_are_understood_and_nothing_of_who_does_not_share(
    clinic: Clinic, oseis_program: Program, anna: Patient
) -> None:
    PatientNumber.objects.create(clinic=clinic, patient=anna, number="A1")
    text = FOR_PEOPLE.replace("N1,New Person,1990-01-02", "A1,Anna Example,1978-05-03")
    place = oseis_program.upload(of_clinic(clinic), text)["Location"] + "/rows"
    reads = AuditEvent.objects.filter(object_label="import", action="read")

    (row,) = oseis_program.get(place).json()["items"]

    assert row["patient_id"] == str(anna.pk)
    assert "Anna Example" in row["who"]
    assert row["understood"] == {
        "measurand": "total",
        "value": "28.0",
        "comparator": "",
        "unit": "ng/mL",
        "collected_on": "2026-01-15",
        "status": "not-stated",
    }
    assert reads.filter(patient_id=anna.pk, channel="api").count() == 1

    anna.consents.update(revoked_at=timezone.now())
    hidden = oseis_program.get(place)

    assert hidden.json()["items"] == [
        {
            **dict.fromkeys(row, ""),
            "kind": row["kind"],
            "where": row["where"],
            "why": "Not shared with you.",
            "patient_id": None,
            "understood": None,
        }
    ]
    assert reads.filter(patient_id=anna.pk).count() == 1


def test_a_large_file_is_read_and_saved_in_the_background(
    clinic: Clinic,
    oseis_program: Program,
    osei: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importing_files, "LARGE_BYTES", 10)
    viewer = queries.viewer_for(osei)
    seen = oseis_program.upload(of_clinic(clinic), FOR_PEOPLE, create_patients="true")
    assert seen.json()["state"] == "asked"
    jobs.run(Job.objects.get().pk, by=viewer, works=job_kinds.WORKS)
    read = oseis_program.get(seen["Location"])
    assert read.json()["state"] == "read"

    saved = oseis_program.post(seen["Location"] + "/saving", {}, if_match=read["ETag"])

    assert saved.status_code == 202
    job = Job.objects.get(pk=saved.json()["job_id"])
    jobs.run(job.pk, by=viewer, works=job_kinds.WORKS)
    assert LabResult.objects.count() == 1


def test_a_file_is_not_there_for_others(
    anna: Patient, annas_program: Program, program_of: MakeProgram, clinic: Clinic
) -> None:
    seen = brought(annas_program, anna)
    bob = program_of(owner_of(a_patient("Bob Birch")))
    other = program_of(a_clinician(clinic, "Dr Elsewhere"))
    anna.consents.update(revoked_at=timezone.now())

    for program in (bob, other):
        foreign, none = (
            program.get(f"/api/v1/imports/{each}") for each in (seen["id"], absent())
        )
        assert foreign.status_code == none.status_code == 404
        assert foreign.content == none.content
    assert bob.get(of_clinic(clinic)).status_code == 404
    assert bob.upload(of_clinic(clinic), TWO).status_code == 404


def test_lists_go_page_by_page(anna: Patient, annas_program: Program) -> None:
    for _ in range(3):
        brought(annas_program, anna)
    place, seen = of(anna) + "?limit=2", []
    while place:
        told = annas_program.get(place).json()
        seen += [each["id"] for each in told["items"]]
        place = told["next"]

    assert len(seen) == len(set(seen)) == 3


@pytest.mark.parametrize(
    ("scopes", "lacks"),
    [
        (frozenset({TokenScope.READ_RESULTS}), "imports:read"),
        (frozenset({TokenScope.WRITE_RESULTS}), "imports:read"),
    ],
)
def test_a_key_of_results_reads_no_files(
    anna: Patient,
    program_of: MakeProgram,
    scopes: frozenset[TokenScope],
    lacks: str,
) -> None:
    program = program_of(owner_of(anna), scopes)

    answer = program.get(of(anna))

    assert answer.status_code == 403
    assert answer.json()["scope"] == lacks
    assert program.upload(of(anna), TWO).status_code == 403
