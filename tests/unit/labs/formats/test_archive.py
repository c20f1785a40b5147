"""Archives of portals and phones: read within limits, never unpacked to a disk."""

import io
import json
import zipfile
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labs.formats import archive
from labs.formats.inspection import inspect, read_file
from labs.formats.limits import MAX_MEMBER_BYTES
from labs.formats.parsed import FileRefused, ParsedFile, PatientClue, QuestionAsked
from tests.unit.labs.formats.fhir_bodies import Body, example, observation

PATIENT: Body = {
    "resourceType": "Patient",
    "id": "p",
    "name": [{"family": "Osei", "given": ["Ama"]}],
    "birthDate": "1980-05-06",
}
RECORDS = "apple_health_export/clinical-records"
PLAIN = json.dumps(observation()).encode()


def packed(
    members: Mapping[str, bytes | Body], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as bundle:
        for name, content in members.items():
            body = content if isinstance(content, bytes) else json.dumps(content)
            bundle.writestr(name, body)
    return file.getvalue()


def why(data: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        read_file(data)
    return str(refused.value)


def test_a_phones_export_gives_the_clinical_records_of_several_files_together() -> None:
    data = packed(
        {
            "apple_health_export/export.xml": b"<HealthData/>",
            f"{RECORDS}/Patient-1.json": PATIENT,
            f"{RECORDS}/Observation-1.json": observation(
                subject={"reference": "Patient/p"}
            ),
            f"{RECORDS}/Observation-2.json": example("dstu2_observation.json"),
            f"{RECORDS}/Observation-3.json": b'{"resourceType": "Observation"',
        }
    )

    parsed = read_file(data)

    assert parsed.format == "Apple Health export, FHIR JSON"
    first, second = parsed.results
    assert first.patient.name == "Ama Osei"
    assert first.where == f"{RECORDS}/Observation-1.json, Observation/o1"
    assert second.patient == PatientClue("Patient/T9", "Lee, Ana")
    assert [part.where for part in parsed.refused] == [f"{RECORDS}/Observation-3.json"]


def test_an_export_without_clinical_records_says_what_is_missing() -> None:
    data = packed({"apple_health_export/export.xml": b"<HealthData/>"})

    assert "holds no clinical records" in why(data)


def test_files_of_several_formats_are_read_by_their_content() -> None:
    message = (
        b"MSH|^~\\&|LAB|L|APP|A|20240301||ORU^R01|1|P|2.5\r"
        b"PID|1||77||Osei^Ama||19800506|F\r"
        b"OBR|1|||62292-8^25-OH Vit D^LN|||20240301\r"
        b"OBX|1|NM|62292-8^25-OH Vit D^LN||28|ng/mL|||||F|||20240301\r"
    )
    data = packed(
        {
            "a/results.txt": message,
            "a/list.ndjson": example("lines.ndjson"),
            "readme.pdf": b"%PDF-1.7",
            "__MACOSX/._results.txt": b"\0\5\x16\7",
            ".DS_Store": b"\0",
            "a/": b"",
        }
    )

    parsed = read_file(data)

    places = [row.where.split(", ")[0] for row in parsed.results]
    assert places == ["a/list.ndjson"] * 3 + ["a/results.txt"]
    (line,) = parsed.refused
    assert line.where == "a/list.ndjson, line 6"
    assert any("'readme.pdf'" in said for said in parsed.warnings)


def test_a_portals_package_reads_its_document_and_not_its_stylesheet() -> None:
    document = b"""<?xml version="1.0"?>
<ClinicalDocument xmlns="urn:hl7-org:v3"><title>Summary</title></ClinicalDocument>"""
    data = packed(
        {
            "INDEX.HTM": b"<html></html>",
            "IHE_XDM/SUBSET01/METADATA.XML": b"<SubmitObjectsRequest/>",
            "IHE_XDM/SUBSET01/STYLE.XSL": b"<stylesheet/>",
            "IHE_XDM/SUBSET01/DOC0001.XML": document,
        }
    )

    found = inspect(data, "package.zip")

    assert found["format"] == "ZIP archive, XML (C-CDA)"
    assert any("3 files of the archive were not read" in w for w in found["warnings"])


def test_a_member_that_is_damaged_is_refused_and_the_others_are_read() -> None:
    data = packed({"a.json": PLAIN, "b.json": json.dumps(PATIENT).encode()}, 0)
    damaged = data.replace(b"Osei", b"Xsei", 1)

    parsed = read_file(damaged)

    assert len(parsed.results) == 1
    (refused,) = parsed.refused
    assert (refused.where, refused.why) == (
        "b.json",
        "The archive is damaged or cut off.",
    )


@pytest.mark.parametrize(
    "name",
    [
        "../results.json",
        "a/../../results.json",
        "/etc/results.json",
        "..\\results.json",
        "C:\\results.json",
    ],
)
def test_a_name_that_leads_out_of_the_archive_is_refused(name: str) -> None:
    assert "leads out of it" in why(packed({"ok.json": PLAIN, name: PLAIN}))


def test_an_archive_in_an_archive_stays_shut() -> None:
    inner = packed({"observation.json": PLAIN})

    parsed = read_file(packed({"inner.zip": inner, "b.json": PLAIN}))

    assert len(parsed.results) == 1
    (refused,) = parsed.refused
    assert refused.where == "inner.zip"
    assert refused.why == "An archive inside an archive is not opened."


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_one_name_twice_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as bundle:
        bundle.writestr("a.json", PLAIN)
        bundle.writestr("a.json", PLAIN)

    assert "the name 'a.json' twice" in why(file.getvalue())


def test_a_member_with_a_password_is_refused_by_name() -> None:
    data = bytearray(packed({"a.json": PLAIN}))
    data[6] |= 1  # the flags in the member's own head
    data[data.index(b"PK\x01\x02") + 8] |= 1  # and in the directory

    (refused,) = read_file(bytes(data)).refused

    assert (refused.where, refused.why) == ("a.json", "It is locked with a password.")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member_that_is_packed_otherwise_is_refused_by_name(method: int) -> None:
    (refused,) = read_file(packed({"a.json": PLAIN}, method)).refused

    assert refused.why == "It is packed in a way that is not read here."


def test_a_member_that_unpacks_to_too_much_is_refused_by_name() -> None:
    bomb = b'{"a": "' + b"x" * MAX_MEMBER_BYTES + b'"}'

    parsed = read_file(packed({"bomb.json": bomb, "b.json": PLAIN}))

    assert len(parsed.results) == 1
    assert [part.why for part in parsed.refused] == ["It is larger than 32 MB."]


def test_a_member_that_claims_to_be_small_is_not_read_further() -> None:
    bomb = b'{"a": "' + b"x" * 100_000 + b'"}'
    data = packed({"bomb.json": bomb})
    size = len(bomb).to_bytes(4, "little")
    lying = data.replace(size, (50).to_bytes(4, "little"))

    (refused,) = read_file(lying).refused

    assert refused.why == "The archive is damaged or cut off."


def test_all_members_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    data = packed({f"{n}.json": PLAIN for n in range(3)})
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 3 * len(PLAIN))

    assert len(read_file(data).results) == 1  # the same result, three times
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 3 * len(PLAIN) - 1)
    assert "when it is unpacked" in why(data)


def test_the_number_of_members_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    data = packed({f"{n}.json": PLAIN for n in range(4)})
    monkeypatch.setattr(archive, "MAX_ARCHIVE_MEMBERS", 4)

    assert len(read_file(data).results) == 1
    monkeypatch.setattr(archive, "MAX_ARCHIVE_MEMBERS", 3)
    assert "more than 3 files" in why(data)


def test_the_archive_itself_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    data = packed({"a.json": PLAIN})
    monkeypatch.setattr(archive, "MAX_ARCHIVE_BYTES", len(data))

    assert len(read_file(data).results) == 1
    monkeypatch.setattr(archive, "MAX_ARCHIVE_BYTES", len(data) - 1)
    assert "The archive is larger than" in why(data)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({}, "It has: nothing"),
        ({"a.pdf": b"%PDF", "b.png": b"\x89PNG"}, "It has: 'a.pdf', 'b.png'"),
    ],
)
def test_an_archive_with_nothing_to_read_names_what_it_has(
    members: dict[str, bytes], reason: str
) -> None:
    assert reason in why(packed(members))


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
def test_an_archive_that_is_cut_off_is_refused(part: float) -> None:
    data = packed({"a.json": PLAIN})

    assert "damaged or cut off" in why(data[: int(len(data) * part)])


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(st.integers(0, 600), st.integers(0, 6), st.binary(max_size=6)),
        min_size=1,
        max_size=4,
    )
)
def test_changed_archives_are_a_reading_or_a_refusal(
    changes: list[tuple[int, int, bytes]],
) -> None:
    data = packed({"a.json": PLAIN, "b.ndjson": example("lines.ndjson")})
    for place, length, replacement in changes:
        data = data[:place] + replacement + data[place + length :]

    found = inspect(b"PK\x03\x04" + data[4:], "changed.zip")

    assert found["results"] or found["refused"] or found["warnings"]


def test_reading_is_a_parsed_file() -> None:
    assert isinstance(read_file(packed({"a.json": PLAIN})), ParsedFile)


TABLE = b"Date,Test,Result,Units\n03/04/2026,25-OH-D,27,ng/mL\n"


def test_a_table_alone_in_an_archive_is_read_with_the_answers_for_it() -> None:
    data = packed({"labs/Results.CSV": TABLE, "report.pdf": b"%PDF-1.7"})

    with pytest.raises(QuestionAsked, match="date_order"):
        read_file(data)
    parsed = read_file(data, date_order="dmy")

    assert [row.collected_on.isoformat() for row in parsed.results] == ["2026-04-03"]
    assert parsed.results[0].where == "labs/Results.CSV, line 2"
    assert any("'report.pdf'" in warning for warning in parsed.warnings)


def test_a_table_beside_records_is_left_and_named() -> None:
    parsed = read_file(packed({"a.json": PLAIN, "b.csv": TABLE}))

    assert len(parsed.results) == 1
    assert any("'b.csv'" in warning for warning in parsed.warnings)


def test_a_question_about_columns_cannot_be_answered_inside_an_archive() -> None:
    table = b"Date,Test,Result,Value,Unit\n2026-04-03,25-OH-D,27,28,ng/mL\n"
    (refused,) = read_file(packed({"a.csv": table})).refused

    assert refused.where == "a.csv"
    assert refused.why.endswith("upload it alone.")
