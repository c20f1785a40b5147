"""Files of a document a line: read as they pass by, and never otherwise than whole."""

import json
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from labs.domain.units import Unit
from labs.formats import fhir
from labs.formats.fhir import FhirLines, has_lines, read_fhir
from labs.formats.parsed import FileRefused, Refusal
from labs.formats.told_twice import once_as_they_pass
from tests.unit.labs.formats.fhir_bodies import Body, example, observation

MEDICINE = {
    "resourceType": "MedicationStatement",
    "status": "active",
    "medicationCodeableConcept": {"text": "Cholecalciferol 1000 IU"},
}


def lines(*bodies: Body) -> bytes:
    return "\n".join(json.dumps(body) for body in bodies).encode()


def many(count: int) -> bytes:
    def bodies() -> Iterator[Body]:
        for number in range(count):
            yield observation(id=f"o{number}", valueQuantity=amount(number))

    return lines(*bodies())


def amount(number: int) -> Body:
    return {"value": 10 + number % 90, "unit": "ng/mL"}


def in_nmol(number: int) -> Body:
    quantity = {"value": number, "unit": "nmol/L"}
    return observation(id=f"m{number}", valueQuantity=quantity)


@pytest.mark.parametrize(
    "data",
    [
        example("lines.ndjson"),
        many(30),
        lines(observation(), observation(), MEDICINE),
        lines(MEDICINE, observation(status="no such status")),
        lines(MEDICINE, MEDICINE),
        lines(observation(), MEDICINE, in_nmol(70), observation(id="o3")),
        lines(observation(), observation(status="registered"), in_nmol(28)),
    ],
)
def test_what_is_read_in_passing_is_what_is_read_whole(data: bytes) -> None:
    whole, passing = read_fhir(data), FhirLines(data)

    rows = list(passing.rows)

    assert [row for row in rows if isinstance(row, Refusal)] == list(whole.refused)
    assert {row for row in rows if not isinstance(row, Refusal)} == {
        *whole.results,
        *whole.companions,
    }
    assert passing.warnings == whole.warnings
    assert passing.supplements == (*whole.supplements, *whole.medicines)
    assert passing.format == whole.format


def test_what_is_said_of_the_whole_may_be_asked_before_the_rows() -> None:
    passing = FhirLines(lines(MEDICINE, observation(), observation()))

    assert [line.name for line in passing.supplements] == ["Cholecalciferol 1000 IU"]
    assert "read once: 1" in passing.warnings[-1]
    assert len(list(passing.rows)) == len(list(passing.rows)) == 1


def test_memory_does_not_grow_with_the_rows() -> None:
    peaks = []
    assert len(list(FhirLines(many(1600)).rows)) == 1600  # what is kept once, is kept
    for count in (200, 1600):
        passing = FhirLines(many(count))
        tracemalloc.start()
        read = sum(1 for _ in passing.rows)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert read == count

    # A result and its texts are more than 1 kB; two hashes of it, and their place in a
    # set that doubles as it grows, are not a third of that.
    assert peaks[1] - peaks[0] < 1400 * 330


def test_a_file_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fhir, "MAX_JSON_LINES_BYTES", 10)

    with pytest.raises(FileRefused, match="is larger than"):
        FhirLines(many(2))


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": 1}\n{"a": 2}',
        b'\xef\xbb\xbf\r\n{"a": 1}\r\n\r\n{"a": 2}\r\n',
        b'[{"a": 1}]\n[{"a": 2}]',
    ],
)
def test_a_document_a_line_is_known_by_its_first_two(data: bytes) -> None:
    assert has_lines(data)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":\n 1}\n{"a": 2}',
        b'{"a": 1}',
        b'{"a": 1}\n',
        b'{"a": 1}\nrest',
        b"",
        b"\n\n",
    ],
)
def test_other_files_are_read_as_one_document(data: bytes) -> None:
    assert not has_lines(data)


def test_no_more_rows_wait_for_a_second_value_than_are_allowed() -> None:
    (one,) = read_fhir(lines(observation())).results
    second = replace(one, value_text="70", value=Decimal(70), unit=Unit.NMOL_PER_L)
    between = Refusal("line 2", "It is refused.")

    near = list(once_as_they_pass([one, between, second], most=2))
    far = list(once_as_they_pass([one, between, between, second], most=2))

    assert [type(row) for row in near] == [type(one), Refusal]
    assert far == [one, between, between, second]
