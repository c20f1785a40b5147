"""Readers of one kind understand one text alike, and refuse alike what is ambiguous."""

import json
from collections.abc import Callable
from dataclasses import replace
from html import escape

import pytest

from accounts.api.problems import ProblemRaised
from labs.api.parsing import read_json
from labs.formats.inspection import read_file
from labs.formats.parsed import FileRefused, ParsedFile
from tests.unit.labs.formats.fhir_bodies import Body, bundle, observation

AMBIGUOUS = {
    "a key twice": b'{"resourceType": "Observation", "id": "a", "id": "b"}',
    "a key twice, escaped": b'{"resourceType": "Observation", "\\u0069d": 1, "id": 2}',
    "a key twice, deep": b'{"resourceType": "Observation", "code": {"a": 1, "a": 1}}',
    "no number": b'{"resourceType": "Observation", "id": NaN}',
    "endless": b'{"resourceType": "Observation", "id": -Infinity}',
    "a comma too many": b'{"resourceType": "Observation",}',
    "a comment": b'{"resourceType": "Observation" /* so */}',
    "deep": b'{"resourceType": "Observation", "a": ' + b"[" * 500 + b"]" * 500 + b"}",
    "cut off": b'{"resourceType": "Observation", "id": "o',
    "a leading zero": b'{"resourceType": "Observation", "a": 01}',
}


def as_lines(body: Body) -> bytes:
    """Write a document a line, beside one that holds nothing of interest."""
    other = {"resourceType": "Organization", "name": "Harbour Laboratory"}
    return "\n".join(map(json.dumps, (body, other))).encode()


def as_bundle(body: Body) -> bytes:
    return json.dumps(bundle(body)).encode()


def as_document(body: Body) -> bytes:
    return json.dumps(body).encode()


def as_xml(body: Body) -> bytes:
    return _element("Observation", body, ' xmlns="http://hl7.org/fhir"').encode()


def _element(name: str, value: object, more: str = "") -> str:
    if isinstance(value, list):
        return "".join(_element(name, each) for each in value)
    if isinstance(value, dict):
        inner = "".join(
            _element(key, each) for key, each in value.items() if key != "resourceType"
        )
        return f"<{name}{more}>{inner}</{name}>"
    return f'<{name} value="{escape(str(value))}"/>'


BODIES: dict[str, Body] = {
    "plain": observation(),
    "a comparator": observation(
        valueQuantity={"value": 4.5, "comparator": "<", "unit": "ng/mL"}
    ),
    "another unit": observation(valueQuantity={"value": 1e2, "unit": "nmol/L"}),
    "a range and a comment": observation(
        referenceRange=[
            {
                "low": {"value": 30, "unit": "ng/mL"},
                "high": {"value": 100, "unit": "ng/mL"},
            }
        ],
        note=[{"text": 'Seen <twice> & "kept"'}],
    ),
    "a text for a value": observation(valueQuantity=None, valueString="28 ng/mL"),
    "withdrawn": observation(status="entered-in-error"),
    "without a day": observation(effectiveDateTime=None),
    "without a unit": observation(valueQuantity={"value": 28}),
    "another test": observation(code={"text": "Ferritin"}),
    "a huge number": observation(valueQuantity={"value": 10**30, "unit": "ng/mL"}),
}


def understood(parsed: ParsedFile) -> tuple[object, ...]:
    """Return what a file was understood to hold, whatever the place in it is called."""
    return (
        [replace(row, where="") for row in (*parsed.results, *parsed.companions)],
        [each.why for each in parsed.refused],
    )


@pytest.mark.parametrize("named", BODIES)
@pytest.mark.parametrize("written", [as_document, as_lines, as_xml])
def test_one_resource_is_understood_alike_in_every_spelling_of_fhir(
    named: str, written: Callable[[Body], bytes]
) -> None:
    expected = understood(read_file(as_bundle(BODIES[named])))

    assert understood(read_file(written(BODIES[named]))) == expected


def test_what_is_compared_is_no_empty_list() -> None:
    read = {name: read_file(as_bundle(body)) for name, body in BODIES.items()}

    assert sum(len(each.results) for each in read.values()) > 4
    assert sum(len(each.refused) for each in read.values()) > 1


@pytest.mark.parametrize("named", AMBIGUOUS)
def test_what_json_leaves_open_is_refused_by_files_and_programs_alike(
    named: str,
) -> None:
    data = AMBIGUOUS[named]

    with pytest.raises(FileRefused) as by_files:
        read_file(data)
    with pytest.raises(ProblemRaised) as by_programs:
        read_json(data)

    assert by_programs.value.problem.detail == str(by_files.value)


def test_documents_behind_each_other_are_read_in_a_file_and_refused_of_a_program() -> (
    None
):
    two = as_document(BODIES["plain"]) + b" " + as_document(BODIES["another test"])

    assert len(read_file(two).results) == 1
    with pytest.raises(ProblemRaised):
        read_json(two)
