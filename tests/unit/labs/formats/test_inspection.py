"""What the inspection of a file says."""

import bz2
import gzip
import io
import json
import lzma
import tarfile
from pathlib import Path

import pytest

from labs.formats.detect import looks_like
from labs.formats.inspection import inspect
from tests.unit.labs.formats.examples import ALL, example

ANALYSER = "a message of a laboratory's analyser (ASTM, HPRIM)"


def test_a_file_of_results_is_one_object() -> None:
    found = inspect(example("american_portal.csv"), "portal.csv")

    assert list(found) == [
        "file",
        "format",
        "results",
        "companions",
        "supplements",
        "warnings",
        "refused",
    ]
    assert found["file"] == "portal.csv"
    assert found["format"] == "CSV, separated by commas, UTF-8"
    assert found["results"][1] == {
        "date": "2025-01-09",
        "value": "150",
        "comparator": ">",
        "unit": "ng/mL",
        "loinc": "62292-8",
        "local_code": None,
        "display": "Vitamin D, 25-Hydroxy, Total",
        "measurand": "total",
        "status": "Corrected",
        "patient": "Rivera, Sam",
    }
    assert found["companions"][0]["measurand"] == "calcium"


def test_a_value_keeps_its_decimals_and_has_a_point() -> None:
    found = inspect(example("german_semicolons.csv"), "")

    assert [row["value"] for row in found["results"]] == ["32.5", "4.0", "71.0"]


def test_what_is_kept_for_review_is_said() -> None:
    found = inspect(example("hard_rows.csv"), "")

    assert any("line 5: kept for review." in said for said in found["warnings"])
    assert {"where": "line 11", "why": "The value is empty."} in found["refused"]


def test_a_list_of_medicines_has_supplements_and_no_results() -> None:
    found = inspect(example("medicines.csv"), "")

    assert found["results"] == []
    assert found["supplements"][0] == {
        "date": "2023-05-01",
        "until": None,
        "name": "Vitamin D3 2000 iu",
        "sig": "1 tablet daily",
        "patient": "1001",
    }


def test_a_question_is_a_refusal_of_the_file() -> None:
    found = inspect(example("ambiguous_dates.csv"), "")

    assert found["format"] == "CSV"
    assert found["refused"][0]["where"] == "file"
    assert "date_order = dmy or mdy" in found["refused"][0]["why"]
    answered = inspect(example("ambiguous_dates.csv"), "", date_order="dmy")
    assert [row["date"] for row in answered["results"]] == ["2024-04-03", "2024-06-05"]


@pytest.mark.parametrize(
    ("data", "kind"),
    [(b"%PDF-1.7 ...", "a PDF document"), (b"\x89PNG\r\n", "a picture (PNG)")],
)
def test_what_is_only_kept_is_refused_with_what_to_do(data: bytes, kind: str) -> None:
    (refused,) = inspect(data, "results.pdf")["refused"]

    assert refused["why"].startswith(f"This looks like {kind}. Values are never read")


def _in_a_tar(name: str, data: bytes) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return written.getvalue()


TAR = _in_a_tar("a.csv", b"date,value")


@pytest.mark.parametrize(
    "data",
    [
        TAR,
        gzip.compress(TAR),
        bz2.compress(TAR),
        lzma.compress(TAR),
        b"7z\xbc\xaf\x27\x1c\0\4",
        b"Rar!\x1a\x07\x01\0",
    ],
)
def test_archives_of_other_kinds_are_named_with_what_to_do(data: bytes) -> None:
    (refused,) = inspect(data, "results")["refused"]

    assert refused["why"].startswith("This looks like an archive of another kind (tar,")
    assert refused["why"].endswith(
        "Take the file out of the archive and upload it alone."
    )


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"PK\x03\x04....[Content_Types].xml....word/document.xml", "a Word document"),
        (b"H|\\^&||PSWD|Maglumi|||||Lis||P|E1394-97|20240509", ANALYSER),
        (b"H|~^\\&|A||LAB|||ORU", ANALYSER),
        (b"01380008220\r\n0128100", "a German laboratory file (LDT, GDT)"),
        (b"UNA:+.? 'UNB+UNOC:3", "an EDIFACT message"),
        (b"UNB+UNOC:3+LAB", "an EDIFACT message"),
        (b"\0\0\0\x18ftypheic....", "a picture (HEIC)"),
        (b"<!doctype html><html>", "a web page (HTML)"),
        (b"HEADER RECORD*******LIBRARY HEADER", "a SAS transport file (XPORT)"),
    ],
)
def test_a_format_that_is_not_read_yet_is_refused_by_name(
    data: bytes, kind: str
) -> None:
    found = inspect(data, "results.csv")

    assert found["format"] == kind
    assert found["refused"] == [
        {
            "where": "file",
            "why": f"This looks like {kind}. This format is not read yet; "
            "enter the values by hand, as the report prints them.",
        }
    ]


def test_fhir_in_xml_that_is_cut_off_is_refused() -> None:
    found = inspect(b'<Bundle xmlns="http://hl7.org/fhir">', "bundle.xml")

    assert found["format"] == "XML (FHIR)"
    assert "damaged or cut off" in found["refused"][0]["why"]


def test_a_compressed_table_is_read_and_one_cut_off_is_refused() -> None:
    table = b"date,test,value,unit\n2026-03-12,25-OH-D,27,ng/mL\n"
    packed = gzip.compress(table)

    assert inspect(packed, "a.csv.gz")["results"][0]["value"] == "27"
    assert inspect(packed + packed[:0], "a.csv.gz")["results"]
    for broken in (packed[:-4], packed[:12], packed + b"rest", gzip.compress(packed)):
        (refused,) = inspect(broken, "a.csv.gz")["refused"]
        assert refused["why"].endswith(("cut off.", "is not opened."))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"PK\x03\x04....export.xml", "a ZIP archive"),
        (b"PK\x05\x06", "a ZIP archive"),
        (b'\xef\xbb\xbf {"resourceType": "Bundle"', "JSON (FHIR)"),
        (b'[{"a": 1}]', "JSON"),
        (b"[[[", "JSON"),
        (b"[1, 2]", ""),
    ],
)
def test_archives_and_json_are_told_by_their_first_characters(
    data: bytes, kind: str
) -> None:
    assert looks_like(data) == kind


@pytest.mark.parametrize("data", [b"", b"\n \r\n", b"\0\0\0\0"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert inspect(data, "")["refused"][0]["why"] == "The file is empty."


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_no_example_looks_like_another_format(path: Path) -> None:
    data = path.read_bytes()

    assert looks_like(data) == ""
    assert json.loads(json.dumps(inspect(data, path.name)))["file"] == path.name


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04....[Content_Types].xml",
        b"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
        b"\xd0\xcf\x11\xe0....",
    ],
)
def test_a_spreadsheet_is_to_be_saved_as_csv(data: bytes) -> None:
    (refused,) = inspect(data, "")["refused"]

    assert "Save the sheet with the results as CSV" in refused["why"]


def test_the_file_of_a_phone_without_its_records_is_refused_with_what_to_take() -> None:
    data = b"<?xml version='1.0'?><!DOCTYPE HealthData [<!ELEMENT x ANY>]><HealthData/>"
    (refused,) = inspect(data, "export.xml")["refused"]

    assert "Take the whole export.zip" in refused["why"]


def test_running_text_is_refused_as_such() -> None:
    data = b"25-OH Vitamin D: 27 ng/mL (30-100)\nCollected 1 March 2026\n"
    (refused,) = inspect(data, "portal.txt")["refused"]

    assert refused["why"].startswith("The file is text without columns")
