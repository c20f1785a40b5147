"""Files made to harm, through the real page: a sentence each, and nothing saved."""

import gzip
import io
import json
import struct
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Patient
from labs.models import ImportBatch, ImportFile, ImportRow, LabResult
from tests.integration.imports.test_uploads import page_of, upload

OBSERVATION = json.dumps(
    {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "62292-8"}]},
        "effectiveDateTime": "2026-03-12",
        "valueQuantity": {"value": 27, "unit": "ng/mL"},
    }
)
TABLE = "date,test,value,unit\n2026-03-12,25-OH-D,27,ng/mL\n"
CDA = '<?xml version="1.0"?>{}<ClinicalDocument xmlns="urn:hl7-org:v3">{}'
MEBIBYTE = 1024 * 1024


def a_zip(**members: bytes | str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return target.getvalue()


def a_bomb() -> bytes:
    """A zip whose one member unpacks to 64 MB of a table's blank lines."""
    return a_zip(**{"results.json": b"[{}," + b" " * (64 * MEBIBYTE) + b"{}]"})


def many_bombs() -> bytes:
    body = b"[{}," + b" " * (31 * MEBIBYTE) + b"{}]"
    return a_zip(**{f"{number}.json": body for number in range(9)})


def a_lying_zip() -> bytes:
    """A zip that claims a small size for a large member."""
    data = bytearray(a_bomb())
    for mark, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = data.find(mark) + place
        data[start : start + 4] = struct.pack("<I", 100)
    return bytes(data)


def laughs(levels: int = 9) -> str:
    lines = ['<!ENTITY l0 "ha">']
    for level in range(1, levels + 1):
        again = f"&l{level - 1};" * 10
        lines.append(f'<!ENTITY l{level} "{again}">')
    return f"<!DOCTYPE lolz [{''.join(lines)}]>"


HOSTILE: dict[str, tuple[bytes, str]] = {
    "zip bomb": (a_bomb(), "larger than 32 MB"),
    "many members": (many_bombs(), "more than 256 MB when it is unpacked"),
    "zip that lies about sizes": (a_lying_zip(), "damaged or cut off"),
    "zip slip": (a_zip(**{"..__..__etc__passwd": TABLE}), "leads out of it"),
    "absolute name": (a_zip(__etc__passwd=TABLE), "leads out of it"),
    "zip in a zip": (a_zip(**{"in.zip": a_zip(a=TABLE)}), "is not opened"),
    "zip cut off": (a_zip(**{"a.json": OBSERVATION})[:-30], "damaged or cut off"),
    "gzip cut off": (gzip.compress(TABLE.encode())[:-6], "damaged or cut off"),
    "gzip bomb": (gzip.compress(b" " * (300 * MEBIBYTE)), "more than 256 MB"),
    "gzip in gzip": (gzip.compress(gzip.compress(TABLE.encode())), "is not opened"),
    "NUL": (TABLE.replace("27", "2\0007").encode(), "binary file"),
    "only NUL": (b"\0" * 5_000, "The file is empty."),
    "lone surrogate": (
        OBSERVATION.replace("final", "\\ud800").encode(),
        "control characters",
    ),
    "half of UTF-16": (TABLE.encode("utf-16")[:-1], "damaged or cut off"),
    "mixed encodings": (
        TABLE.encode() + "é è ê à ç\n".encode() + "é".encode("latin-1"),
        "mixes encodings",
    ),
    "deep JSON": (b"[" * 100_000 + b"]" * 100_000, "nested more than 64"),
    "deep XML": (
        (
            CDA.format("", "<a>" * 5_000 + "</a>" * 5_000) + "</ClinicalDocument>"
        ).encode(),
        "more than 64 deep",
    ),
    "billion laughs": (
        (CDA.format(laughs(), "&l9;") + "</ClinicalDocument>").encode(),
        "document type (DOCTYPE)",
    ),
    "XXE": (
        (
            CDA.format('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;")
            + "</ClinicalDocument>"
        ).encode(),
        "document type (DOCTYPE)",
    ),
    "1e400": (OBSERVATION.replace("27", "1e400").encode(), "1e400"),
    "NaN": (OBSERVATION.replace("27", "NaN").encode(), "NaN, which is no number"),
    "Infinity": (OBSERVATION.replace("27", "-Infinity").encode(), "no number"),
    "key twice": (
        OBSERVATION.replace('"status"', '"status": "final", "status"').encode(),
        "stands twice",
    ),
    "JSON cut off": (OBSERVATION[:-5].encode(), "cut off"),
    "XML cut off": (CDA.format("", "<component>").encode(), "damaged or cut off"),
    "HL7 cut off": (b"MSH|", "MSH, is damaged or cut off"),
    "quote never closed": (
        (TABLE + '"2026-03-12,25-OH-D').encode(),
        "a quote is opened and never closed",
    ),
    "long row": ((TABLE + "x" * 1_200_000).encode(), "longer than"),
    "many columns": ((",".join(["a"] * 60_000) + "\n1\n").encode(), "columns"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_a_sentence_and_saves_nothing(
    annas: Client, anna: Patient, name: str
) -> None:
    data, said = HOSTILE[name]
    answer = upload(annas, anna, data)
    page = page_of(answer).replace("&#x27;", "'").replace("&quot;", '"')

    assert answer.status_code in {200, 422}
    assert said in page
    assert "Save these results" not in page
    assert "Traceback" not in page
    assert not LabResult.objects.exists()
    assert not ImportRow.objects.exclude(kind="refused").exists()


def test_200_mb_are_refused_before_anything_is_kept(
    annas: Client, anna: Patient
) -> None:
    file = SimpleUploadedFile("results.csv", b"x" * (65 * MEBIBYTE))
    answer = annas.post(f"/patients/{anna.pk}/import/", {"file": file}, follow=True)

    assert answer.status_code == 422
    assert "larger than 64 MB" in answer.content.decode()
    assert not ImportBatch.objects.exists()
    assert not ImportFile.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-8-sig"])
def test_utf_16_without_a_mark_is_read_like_any_other(
    annas: Client, anna: Patient, encoding: str
) -> None:
    page = page_of(upload(annas, anna, TABLE.encode(encoding)))

    assert "Will be added: 1" in page
    assert not LabResult.objects.exists()
