"""What came encoded twice is decoded once, and stands on the page as it was meant."""

import json
from collections.abc import Callable
from html import escape
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Patient
from labs.formats.cells import split_value
from labs.models import ImportBatch, LabResult
from tests.factories import owner_of
from tests.integration.api.conftest import Program, a_key
from tests.integration.labs.test_entering_results import address, confirmed
from tests.unit.labs.formats import ccda_documents, fhir_bodies, hl7v2_messages

# Each piece is once more encoded in one of the spellings that are read here.
WORDS = r'&lt;b&gt; &amp;amp; %41 %2541 \u0041 \T\ \X41\ ""q"" =3D &#65; +'


def as_table(words: str) -> bytes:
    cell = words.replace('"', '""')
    head = "date,test,value,unit,comment\n"
    return f'{head}2026-03-12,25-OH vitamin D,28,ng/mL,"{cell}"\n'.encode()


def as_hl7(words: str) -> bytes:
    raw = words.replace("\\", "\\E\\").replace("&", "\\T\\")
    sent = hl7v2_messages.message(hl7v2_messages.result_segment("28"), f"NTE|1||{raw}")
    return sent.replace(b"Doe^Jo||19700131", b"Example^Anna||19780503")


def body(words: str) -> fhir_bodies.Body:
    return fhir_bodies.observation(
        subject={"display": "Anna Example"}, note=[{"text": words}]
    )


def as_fhir(words: str) -> bytes:
    return json.dumps(body(words)).replace("A", "\\u0041").encode()


def as_lines(words: str) -> bytes:
    return b"\n".join([as_fhir(words), b"{}"])


def as_fhir_xml(words: str) -> bytes:
    return f"""<Observation xmlns="http://hl7.org/fhir"><id value="o"/>
        <status value="final"/><code><coding><system value="http://loinc.org"/>
        <code value="62292-8"/></coding></code><subject><display value="Anna Example"/>
        </subject><effectiveDateTime value="2026-03-12"/><valueQuantity>
        <value value="28"/><unit value="ng/mL"/></valueQuantity>
        <note><text value="{escape(words)}"/></note></Observation>""".encode()


def as_ccda(words: str) -> bytes:
    remark = f"<text>{escape(words)}</text>"
    observation = ccda_documents.observation(more=remark)
    return ccda_documents.document(ccda_documents.section(observation))


@pytest.mark.parametrize(
    "encoded", [as_table, as_hl7, as_fhir, as_lines, as_fhir_xml, as_ccda]
)
def test_what_a_file_encodes_twice_is_decoded_once_and_shown_as_it_is(
    annas: Client, anna: Patient, encoded: Callable[[str], bytes]
) -> None:
    file = SimpleUploadedFile("a %41 &amp;lt;.dat", encoded(WORDS))
    looked = annas.post(f"/patients/{anna.pk}/import/", {"file": file}, follow=True)
    batch = ImportBatch.objects.get()

    annas.post(f"/imports/{batch.pk}/save/", {"is_confirmed": "yes"})

    (row,) = LabResult.objects.all()
    assert row.comment == WORDS
    assert is_shown_once(annas, row, WORDS)
    assert batch.file_name == "a %41 &lt;.dat"
    assert escape(batch.file_name) in looked.content.decode()


def test_what_a_form_encodes_twice_is_decoded_once_and_shown_as_it_is(
    annas: Client, anna: Patient
) -> None:
    sent = urlencode(confirmed(note=WORDS))

    annas.post(address(anna), sent, content_type="application/x-www-form-urlencoded")

    (row,) = LabResult.objects.all()
    assert row.note == WORDS
    assert is_shown_once(annas, row, WORDS)


def test_what_a_program_encodes_twice_is_decoded_once_and_shown_as_it_is(
    annas: Client, anna: Patient
) -> None:
    program = Program(a_key(owner_of(anna)))
    sent = {"measurand": "total", "value": "28", "unit": "ng/mL", "note": WORDS}
    path = f"/api/v1/patients/{anna.pk}/results"

    answer = program.post(path, {**sent, "collected_on": "2026-03-12"})

    assert answer.status_code == 201, answer.content
    (row,) = LabResult.objects.all()
    assert row.note == WORDS
    assert program.get(answer["Location"]).json()["note"] == WORDS
    assert is_shown_once(annas, row, WORDS)


def test_a_comparator_that_a_table_encodes_twice_is_no_comparator() -> None:
    assert split_value("&lt;4").number_text == "<4"
    assert "<" not in split_value("&amp;lt;4").number_text


def is_shown_once(browser: Client, row: LabResult, words: str) -> bool:
    page = browser.get(f"/patients/{row.patient_id}/results/{row.pk}/").content.decode()
    return escape(words) in page
