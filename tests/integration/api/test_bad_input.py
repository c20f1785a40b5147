"""What cannot be taken is refused by name, and nothing is stored of it."""

import json
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Patient
from labs.models import LabResult
from tests.access.characters import absent
from tests.factories import a_patient, a_result, owner_of
from tests.integration.api.conftest import Program
from tests.integration.api.test_results import SENT, at

VALID = json.dumps(SENT)
MALFORMED = [
    b"",
    b"{",
    b"[" * 200_000,
    b'{"a":' * 40 + b"1" + b"}" * 40,
    b'{"value": NaN}',
    b'{"value": Infinity}',
    b'{"unit": "ng/mL", "unit": "nmol/L"}',
    b"\xef\xbb\xbf{}",
    VALID.encode("utf-16"),
    b'{"note": "\xff"}',
    b'{"note": "a\nb"}',
    b"{}{}",
    b"\x00",
]


@pytest.mark.parametrize("body", MALFORMED, ids=lambda body: repr(body[:12]))
def test_a_body_that_cannot_be_read_is_refused(
    anna: Patient, annas_program: Program, body: bytes
) -> None:
    answer = annas_program.post(at(anna), body)

    assert answer.status_code in {400, 422}
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["title"]
    assert not LabResult.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("value", 28, "text in quotes"),
        ("value", "٢٨", "digits"),
        ("value", "\N{FULLWIDTH DIGIT TWO}8", "digits"),
        ("value", "-3", ""),
        ("value", "28,0", ""),
        ("value", "1" * 41, "40"),
        ("value", "2.12345678", "6 digits"),
        ("value", None, "null"),
        ("value", ["28"], "text in quotes"),
        ("unit", "ng/dL", "Choose one of"),
        ("unit", "mmol/L", ""),
        ("unit", 1, "Choose one of"),
        ("measurand", "vitamin D", "Choose one of"),
        ("comparator", "~", "Choose one of"),
        ("collected_on", "12/03/2026", "YYYY-MM-DD"),
        ("collected_on", "٢٠٢٦-٠٣-١٢", "YYYY-MM-DD"),
        ("collected_on", "2026-02-30", "YYYY-MM-DD"),
        ("collected_on", "1066-10-14", "1900"),
        ("collected_on", "2999-01-01", "future"),
        ("collected_on", 20260312, "YYYY-MM-DD"),
        ("laboratory", "x" * 121, "120"),
        ("note", "x" * 2001, "2000"),
        ("note", "a\u0000b", "NUL"),
        ("note", "\ud800", "half a pair"),
        ("specimen", "hair", "Choose one of"),
        ("status", "entered-in-error", "Choose one of"),
        ("answers", {"duplicate": "maybe"}, "Choose one of"),
        ("answers", {"colour": "red"}, "not known"),
        ("patient_id", str(absent()), "not known"),
        ("version", 7, "not known"),
        ("source", "imported_file", "not known"),
        ("entered_by", "Dr Osei", "not known"),
        ("held_because", "", "not known"),
    ],
)
def test_a_field_that_cannot_be_taken_is_named(
    anna: Patient, annas_program: Program, field: str, value: object, words: str
) -> None:
    answer = annas_program.post(at(anna), {**SENT, field: value})

    assert answer.status_code == 422, answer.content
    told = answer.json()
    assert told["type"] == "urn:calcidiol:problem:invalid"
    faults = {each["pointer"].split("/")[1]: each["detail"] for each in told["errors"]}
    assert words in faults[field]
    assert not LabResult.objects.exists()


def test_every_missing_field_is_named_at_once(
    anna: Patient, annas_program: Program
) -> None:
    told = annas_program.post(at(anna), {}).json()

    assert {each["pointer"] for each in told["errors"]} == {
        "#/measurand",
        "#/value",
        "#/unit",
        "#/collected_on",
    }


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("limit=0", "?limit"),
        ("limit=101", "?limit"),
        ("limit=٣", "?limit"),
        ("limit=1e1", "?limit"),
        ("limit=1&limit=2", "?limit"),
        ("cursor=x", "?cursor"),
        ("cursor=WzFd", "?cursor"),
        ("since=yesterday", "?since"),
        ("order=value", "?order"),
        ("patient_id=1", "?patient_id"),
    ],
)
def test_what_an_address_asks_is_checked_too(
    anna: Patient, annas_program: Program, asked: str, place: str
) -> None:
    answer = annas_program.get(f"{at(anna)}?{asked}")

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [place]


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_another_kind_of_body_is_refused(
    anna: Patient, annas_program: Program, kind: str
) -> None:
    answer = annas_program.post(at(anna), b"value=28", content_type=kind)

    assert answer.status_code == 415


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "latin-1"])
def test_another_charset_is_refused(
    anna: Patient, annas_program: Program, charset: str
) -> None:
    kind = f"application/json; charset={charset}"

    assert annas_program.post(at(anna), SENT, content_type=kind).status_code == 415


def test_a_large_body_is_refused(anna: Patient, annas_program: Program) -> None:
    body = json.dumps({**SENT, "note": "x" * 1_100_000}).encode()

    assert annas_program.post(at(anna), body).status_code == 413
    assert annas_program.post(at(anna), body, idempotency_key="k").status_code == 413


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE"])
def test_another_method_is_refused_and_the_right_ones_named(
    anna: Patient, annas_program: Program, method: str
) -> None:
    answer = annas_program.send(method, at(anna), None)

    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, POST"


def test_a_form_that_is_not_offered_is_refused(
    anna: Patient, annas_program: Program
) -> None:
    answer = annas_program.get(at(anna), accept="text/html")

    assert answer.status_code == 406
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v2/patients", "/api/"])
def test_an_address_that_is_not_there_is_a_problem_too(
    client: Client, db: None, path: str
) -> None:
    del db
    answer = client.get(path)

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_a_foreign_record_and_none_look_the_same(annas_program: Program) -> None:
    foreign = annas_program.get(at(a_patient("Bob Birch")))
    none = annas_program.get(f"/api/v1/patients/{absent()}/results")

    assert foreign.status_code == none.status_code == 404
    assert foreign.content == none.content


def test_somebody_elses_result_is_not_found_under_ones_own_record(
    anna: Patient, annas_program: Program
) -> None:
    theirs = a_result(a_patient("Bob Birch"))

    foreign = annas_program.get(at(anna, f"/{theirs.chain}"))
    none = annas_program.get(at(anna, f"/{absent()}"))

    assert foreign.status_code == none.status_code == 404
    assert foreign.content == none.content


def test_what_nobody_foresaw_is_a_problem_without_a_reason(
    anna: Patient, annas_program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall_over(*_: object, **__: object) -> None:
        message = "Anna Example 28 ng/mL"
        raise RuntimeError(message)

    monkeypatch.setattr("labs.api.results.recording.record", fall_over)
    annas_program.client.raise_request_exception = False

    answer = annas_program.post(at(anna), SENT)

    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:calcidiol:problem:failed"
    assert "Anna" not in answer.content.decode()


def test_a_database_that_went_away_is_no_claim_that_nothing_was_changed(
    anna: Patient, annas_program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_the_connection(*_: object, **__: object) -> None:
        message = "told to the program in its own words"
        raise RuntimeError(message) from OperationalError()

    monkeypatch.setattr("labs.api.results.recording.record", lose_the_connection)
    annas_program.client.raise_request_exception = False

    answer = annas_program.post(at(anna), SENT)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "not certain" in answer.json()["detail"]


Json: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*SENT, "answers", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    body=Json
    | st.builds(
        lambda more: {**SENT, **more},
        st.dictionaries(
            st.sampled_from([*SENT, "note", "answers", "comparator"]), Json, max_size=2
        ),
    )
)
def test_whatever_is_sent_is_answered(
    anna: Patient, annas_program: Program, body: object
) -> None:
    sent = json.dumps(body).encode()

    assert annas_program.post(at(anna), sent).status_code in {201, 400, 409, 422, 429}


def test_an_owner_is_who_stores(anna: Patient, annas_program: Program) -> None:
    annas_program.post(at(anna), SENT)

    row = LabResult.objects.get()
    assert row.entered_by_id == owner_of(anna).pk
