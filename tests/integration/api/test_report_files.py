"""Reports beside a result through a program: as on the pages, with the same rules."""

import pytest

from accounts.domain.tokens import TokenScope
from accounts.models import AuditEvent, Patient, User
from labs.models import LabResult, ReportFile
from labs.services import attaching
from tests.factories import a_result, owner_of
from tests.integration.api.conftest import MakeProgram, Program
from tests.unit.labs.formats.test_documents import PLACE, a_pdf, a_picture


@pytest.fixture
def result(anna: Patient) -> LabResult:
    return a_result(anna)


def files_of(result: LabResult) -> str:
    return f"/api/v1/patients/{result.patient_id}/results/{result.chain}/files"


def file_place(file: ReportFile, below: str = "") -> str:
    return f"/api/v1/patients/{file.patient_id}/files/{file.pk}{below}"


def attached(program: Program, result: LabResult) -> ReportFile:
    answer = program.upload(files_of(result), a_pdf(2), "report.pdf")
    assert answer.status_code == 201, answer.content
    return ReportFile.objects.get(pk=answer.json()["id"])


def test_what_is_attached_is_listed_and_fetched_as_it_came(
    result: LabResult, annas_program: Program, osei: User, oseis_program: Program
) -> None:
    del osei
    content = a_pdf(2)

    answer = annas_program.upload(files_of(result), content, role="supplement")

    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["role"], told["pages"], told["removed_at"]) == ("supplement", 2, None)
    assert oseis_program.get(files_of(result)).json() == [told]
    file = ReportFile.objects.get()
    fetched = oseis_program.get(file_place(file), accept="*/*")
    assert fetched.content == content
    assert fetched["Content-Type"] == "application/pdf"
    assert fetched["Content-Disposition"].startswith("attachment")
    events = AuditEvent.objects.filter(object_label="report file")
    assert set(events.values_list("action", "through")) == {
        ("created", "phone app"),
        ("read", "phone app"),
    }


def test_sent_again_it_is_attached_once_also_under_another_name(
    result: LabResult, annas_program: Program
) -> None:
    content = a_pdf(2)

    first = annas_program.upload(files_of(result), content, "a.pdf", key="one")
    again = annas_program.upload(files_of(result), content, "a.pdf", key="one")
    other = annas_program.upload(files_of(result), content, "b.pdf")

    assert first.json() == again.json() == other.json()
    assert ReportFile.objects.count() == 1


def test_where_a_camera_was_is_not_kept(
    result: LabResult, annas_program: Program
) -> None:
    annas_program.upload(files_of(result), a_picture(), "photo.jpg")

    assert PLACE not in bytes(ReportFile.objects.get().content)


@pytest.mark.parametrize(
    ("content", "fields", "place"),
    [
        (b"<html>", {}, "#/file"),
        (b"", {}, "#/file"),
        (b"%PDF-1.7\n", {}, "#/file"),
        (a_pdf(1), {"role": "photo"}, "#/role"),
        (a_pdf(1), {"sha256": "0"}, "#/sha256"),
    ],
)
def test_what_is_no_report_is_refused_by_its_place(
    result: LabResult,
    annas_program: Program,
    content: bytes,
    fields: dict[str, str],
    place: str,
) -> None:
    answer = annas_program.upload(files_of(result), content, **fields)

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [place]
    assert not ReportFile.objects.exists()


def test_a_result_takes_no_more_files_than_on_the_page(
    result: LabResult, annas_program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    attached(annas_program, result)
    monkeypatch.setattr(attaching, "MOST_FILES", 1)

    answer = annas_program.upload(files_of(result), a_pdf(3))

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/file"
    assert ReportFile.objects.count() == 1


def test_what_is_removed_stays_named_and_is_opened_by_nobody(
    result: LabResult, annas_program: Program
) -> None:
    file = attached(annas_program, result)

    answer = annas_program.post(file_place(file, "/removal"), {"reason": "Not mine."})

    assert answer.status_code == 200, answer.content
    assert answer.json()["removed_because"] == "Not mine."
    assert annas_program.get(files_of(result)).json() == [answer.json()]
    assert annas_program.get(file_place(file), accept="*/*").status_code == 404
    again = annas_program.post(file_place(file, "/removal"), {"reason": "Not mine."})
    assert again.status_code == 404
    event = AuditEvent.objects.get(object_label="report file", action="voided")
    assert event.through == "phone app"


def test_who_did_not_attach_it_removes_nothing(
    result: LabResult, annas_program: Program, osei: User, oseis_program: Program
) -> None:
    del osei
    file = attached(annas_program, result)

    answer = oseis_program.post(file_place(file, "/removal"), {"reason": "Wrong."})

    assert answer.status_code == 403
    assert annas_program.get(file_place(file), accept="*/*").status_code == 200


def test_a_key_that_reads_attaches_and_removes_nothing(
    result: LabResult, annas_program: Program, program_of: MakeProgram
) -> None:
    file = attached(annas_program, result)
    reads = program_of(owner_of(result.patient), frozenset({TokenScope.READ_RESULTS}))

    for answer in (
        reads.upload(files_of(result), a_pdf(3)),
        reads.post(file_place(file, "/removal"), {"reason": "Not mine."}),
    ):
        assert (answer.status_code, answer.json()["scope"]) == (403, "results:write")
    assert reads.get(file_place(file), accept="*/*").status_code == 200
    assert ReportFile.objects.filter(withdrawn_at=None).count() == 1
