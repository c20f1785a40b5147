"""
What no body may hold is refused by name, at every address that takes one.

The addresses and their fields come from the description itself, so that none can be
forgotten; each body is tried with a key that opens everything, and by somebody who is
signed in where no key is taken.
"""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from pytest_django import DjangoDbBlocker

from accounts.services import tokens
from tests.factories import owner_of
from tests.integration.api.conftest import InASession, Program, a_key
from tests.integration.api.stored import Stored, a_stage, description

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as HttpResponse

JSON = "application/json"
DESCRIBED = description()
LONG = "x" * 5000


def shape_of(described: dict[str, Any]) -> dict[str, Any]:
    """Return a shape with its reference followed."""
    if "$ref" in described:
        name = described["$ref"].rpartition("/")[2]
        found: dict[str, Any] = DESCRIBED["components"]["schemas"][name]
        return found
    if "allOf" in described or "oneOf" in described:
        inner = (described.get("allOf") or described["oneOf"])[0]
        return shape_of(inner)
    return described


def bodies() -> list[tuple[str, str, dict[str, Any]]]:
    """Return each operation that takes JSON, with its address and its fields."""
    found = []
    for path, methods in DESCRIBED["paths"].items():
        content = methods.get("post", {}).get("requestBody", {}).get("content", {})
        if JSON in content:
            fields = shape_of(content[JSON]["schema"])["properties"]
            found.append((methods["post"]["operationId"], path, fields))
    return found


TAKING = bodies()
FOR_PEOPLE = {
    methods["post"]["operationId"]
    for methods in DESCRIBED["paths"].values()
    if methods.get("post", {}).get("security") == [{"session": []}]
}
NAMES = [name for name, _path, _fields in TAKING]
MALFORMED: dict[str, bytes] = {
    "no JSON": b"{",
    "deep": b"[" * 100_000,
    "deep objects": b'{"a":' * 40 + b"1" + b"}" * 40,
    "not a number": b'{"note": NaN}',
    "endless": b'{"note": -Infinity}',
    "equal keys": b'{"reason": "a", "reason": "b"}',
    "mark of order": b"\xef\xbb\xbf{}",
    "UTF-16": '{"reason": "a"}'.encode("utf-16"),
    "no UTF-8": b'{"reason": "\xff"}',
    "raw line end": b'{"reason": "a\nb"}',
    "two bodies": b"{}{}",
    "NUL alone": b"\x00",
    "a comment": b"{/**/}",
    "a comma too many": b'{"reason": "a",}',
}
UNTAKABLE: dict[str, object] = {
    "a list": [],
    "a text": "{}",
    "a number": 7,
    "NUL": {"reason": "a\x00b"},
    "half a pair": {"reason": "\ud800"},
    "NUL in a name": {"rea\x00son": "a"},
    "a field that is not known": {"colour": "red"},
    "a field of Python": {"__class__": "x", "pk": 1, "id": 1},
    "a long number": {"reason": 10**400},
}


class Stage:
    """Ids of all that an address names, a clinician's key for all, and Anna."""

    def __init__(self, stored: Stored, program: Program, anna: Program) -> None:
        self.stored, self.program, self.anna = stored, program, anna

    def asking(self, name: str) -> Program:
        """Return who asks an operation."""
        return self.anna if name in FOR_PEOPLE else self.program


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """Set it once for all bodies."""
    del django_db_setup
    with a_stage(django_db_blocker) as staged, pytest.MonkeyPatch.context() as patch:
        anna, osei, stored = staged
        patch.setattr(tokens, "MOST_USES", 10_000)
        yield Stage(stored, Program(a_key(osei)), InASession(owner_of(anna)))


pytestmark = pytest.mark.django_db


def send(program: Program, path: str, body: object, **headers: str) -> "HttpResponse":
    return program.post(path, body, **{"if_match": "*", **headers})


def is_told(answer: "HttpResponse", *statuses: int) -> None:
    assert answer.status_code in statuses, answer.content[:300]
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]


@pytest.mark.parametrize(("name", "path", "fields"), TAKING, ids=NAMES)
def test_what_cannot_be_read_is_refused_everywhere(
    name: str, path: str, fields: object, stage: Stage
) -> None:
    del fields
    program, place = stage.asking(name), stage.stored.path(path)
    for what, body in MALFORMED.items():
        answer = send(program, place, body)
        assert answer.status_code in {400, 422}, what
        is_told(answer, 400, 422)
    for charset in ("utf-7", "utf-16", "latin-1", "idna"):
        kind = f"application/json; charset={charset}"
        is_told(send(program, place, b"{}", content_type=kind), 415)
    seven = json.dumps({"reason": "+ADw-script+AD4-"}).encode()
    assert send(program, place, seven).status_code < 500


@pytest.mark.parametrize(("name", "path", "fields"), TAKING, ids=NAMES)
def test_what_cannot_be_taken_is_refused_everywhere(
    name: str, path: str, fields: object, stage: Stage
) -> None:
    del fields
    program, place = stage.asking(name), stage.stored.path(path)
    for what, body in UNTAKABLE.items():
        answer = send(program, place, json.dumps(body).encode())
        assert answer.status_code == 422, (what, answer.content[:300])
        is_told(answer, 422)
        assert answer.json()["errors"], what
    named = send(program, place, {"colour": "red"}).json()["errors"]
    if name != "results_create_many":  # it has one field, and says what goes into it
        assert "#/colour" in {each["pointer"] for each in named}


def wrong_for(described: dict[str, Any]) -> list[object]:
    """Return values of another type than a field has."""
    kinds = described.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    if "enum" in described or "string" in kinds:
        return [7, True, ["x"], {"x": "x"}, LONG, "\x00", "\ud800"]
    if "integer" in kinds:
        return [
            "7",
            "\N{ARABIC-INDIC DIGIT SEVEN}",
            1.5,
            True,
            [7],
            {},
            10**12,
            -(10**12),
        ]
    if "boolean" in kinds:
        return ["true", 1, 0, [True], {}]
    if "array" in kinds:
        return ["x", 7, {}, [None] * 3, [[[]]], [LONG]]
    return ["x", 7, [], [{}], {"x": LONG}, {"\x00": "x"}]


@pytest.mark.parametrize(("name", "path", "fields"), TAKING, ids=NAMES)
def test_a_field_of_another_type_is_named(
    name: str, path: str, fields: dict[str, Any], stage: Stage
) -> None:
    program, place = stage.asking(name), stage.stored.path(path)
    wrong = []
    for field, described in fields.items():
        for value in wrong_for(shape_of(described)):
            if name == "results_create_many" and isinstance(value, list):
                continue  # each item is told of in its own outcome
            answer = send(program, place, json.dumps({field: value}).encode())
            told = answer.json().get("errors", [])
            is_named = any(each["pointer"].startswith(f"#/{field}") for each in told)
            if answer.status_code != 422 or not is_named:
                wrong.append((field, str(value)[:20], answer.content[:200]))
    assert wrong == []


FHIR = {**MALFORMED, **{k: json.dumps(v).encode() for k, v in UNTAKABLE.items()}}


@pytest.mark.parametrize("what", sorted(FHIR))
def test_health_systems_are_told_in_their_own_form(what: str, stage: Stage) -> None:
    answer = stage.program.post(
        "/fhir/", FHIR[what], content_type="application/fhir+json"
    )

    assert answer.status_code in {400, 422}, answer.content[:300]
    assert answer["Content-Type"].startswith("application/fhir+json")
    told = answer.json()
    assert told["resourceType"] == "OperationOutcome"
    assert told["issue"][0]["severity"] == "error"
