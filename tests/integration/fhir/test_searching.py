"""Searches that say something odd: nobody gets more than was meant, and none fails."""

from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from accounts.domain.tokens import TokenScope
from accounts.models import AuditEvent, Clinic, Patient, User
from tests.access.permissions import FHIR_KINDS
from tests.factories import a_consent, a_patient, a_result, an_entry, owner_of
from tests.integration.api.conftest import MakeProgram, Program
from tests.integration.fhir.test_reading import resources, validated

ENTERED = datetime(2026, 6, 15, 10, 30, 20, 500_000, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def record(anna: Patient) -> Patient:
    """Anna's results of three days, all of them entered in one second."""
    for day in (date(2020, 3, 1), date(2024, 3, 1), date(2026, 3, 1)):
        a_result(anna, an_entry("28", collected_on=day), at=ENTERED)
    return anna


def ask(program: Program, patient: Patient, **more: object) -> Any:  # noqa: ANN401
    query = urlencode({"patient": patient.pk, **more}, doseq=True)
    return program.get(f"/fhir/Observation?{query}")


def days(program: Program, patient: Patient, **more: object) -> list[str]:
    answer = ask(program, patient, **more)
    assert answer.status_code == 200, answer.content
    return [each["effectiveDateTime"][:4] for each in resources(answer.json())]


def place(answer: Any) -> str:  # noqa: ANN401
    """Return the place that a refused search names."""
    outcome = validated(answer.json())
    assert answer.status_code == 400, answer.content
    (found,) = outcome["issue"][-1]["expression"]
    return str(found)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (["ge2024-01-01", "ge2020-01-01"], ["2026", "2024"]),
        (["le2024-12-31", "le2026-12-31"], ["2024", "2020"]),
        (["sa2024-03-01"], ["2026"]),
        (["eb2024-03"], ["2020"]),
        (["2024-03"], ["2024"]),
        (["gt2024", "lt2026"], []),
        (["9999-12"], []),
        (["le9999-12"], ["2026", "2024", "2020"]),
    ],
)
def test_every_value_of_a_day_has_to_hold(
    record: Patient, annas_program: Program, asked: list[str], found: list[str]
) -> None:
    assert days(annas_program, record, date=asked) == found


@pytest.mark.parametrize(
    ("asked", "many"),
    [
        ("2026-06-15", 3),
        ("eq2026-06", 3),
        ("2026", 3),
        ("2026-06-14", 0),
        ("ge2026-06-15", 3),
        ("le2026-06-15", 3),
        ("gt2026-06-15", 0),
        ("lt2026-06-15", 0),
        ("sa2026-06-14", 3),
        ("eb2026-06-16", 3),
        ("2026-06-15T10:30:20Z", 3),
        ("2026-06-15T10:30:21Z", 0),
        ("gt2026-06-15T10:30:20Z", 3),
        ("ge2026-06-15T12:30:20.5+02:00", 3),
        ("ge2026-06-15T12:30:21+02:00", 0),
        ("ge2026-06-15T12:30:20 02:00", 3),
        ("le9999-12-31T23:59:59-14:00", 3),
        ("ge0001-01-01T00:00:00+14:00", 3),
    ],
)
def test_a_moment_is_meant_as_finely_as_it_is_written(
    record: Patient, annas_program: Program, asked: str, many: int
) -> None:
    found = days(annas_program, record, _lastUpdated=asked)

    assert len(found) == many


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("code", "\0"),
        ("status", "\0"),
        ("code", ","),
        ("code", ""),
        ("status", ""),
        ("code", "http://loinc.org|"),
        ("_lastUpdated", "ne2026-01-01"),
        ("_lastUpdated", "ap2026-01-01"),
        ("_lastUpdated", "٢٠٢٦-01-01"),
        ("_lastUpdated", "eq9999-12-31T23:59:59Z"),
        ("_lastUpdated", "2026-13"),
        ("date", "ne2026"),
        ("date", "0000"),
        ("_cursor", "x"),
        ("_cursor", "\0"),
        ("_count", "-1"),
        ("_count", "0.0"),
        ("_summary", "true"),
        ("_sort", "code"),
        ("_sort", "date,status"),
        ("_sort", "date,-date"),
        ("_sort", "--date"),
        ("_sort", "-"),
        ("_sort", "\0"),
        ("_sort", ","),
        ("_sort:exact", "date"),
        ("identifier", "\0"),
        ("identifier", "|"),
        ("identifier", "http://x|"),
        ("_count", "٣"),
        ("subject.name", "Anna"),
        ("code:text", "vitamin"),
        ("_revinclude", "Provenance:target"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_name(
    record: Patient, annas_program: Program, name: str, value: str
) -> None:
    answer = ask(annas_program, record, **{name: value})

    assert place(answer) == f"?{name}"


def test_a_number_of_a_clinic_with_an_odd_sign_is_refused(
    annas_program: Program,
) -> None:
    assert place(annas_program.get("/fhir/Patient?identifier=%00")) == "?identifier"
    assert annas_program.get("/fhir/Patient?birthdate=9999-12").status_code == 200


def test_more_rows_than_a_page_has_are_a_whole_page(
    record: Patient, annas_program: Program
) -> None:
    assert len(days(annas_program, record, _count=99_999)) == 3


def test_two_names_of_one_patient_must_mean_the_same(
    record: Patient, annas_program: Program
) -> None:
    other = a_patient("Ben Birch")

    same = ask(annas_program, record, subject=f"Patient/{record.pk}")
    unlike = ask(annas_program, record, subject=f"Patient/{other.pk}")

    assert same.status_code == 200
    assert place(unlike) == "?patient"


@pytest.mark.parametrize("name", ["_id", "_count", "_cursor", "_total", "start"])
def test_what_narrows_nothing_is_refused_where_one_is_read(
    record: Patient, annas_program: Program, name: str
) -> None:
    (first, *_more) = resources(ask(annas_program, record).json())
    for path in (f"Observation/{first['id']}", f"Patient/{record.pk}/$everything"):
        answer = annas_program.get(f"/fhir/{path}?{name}=1")
        assert place(answer) == f"?{name}"


# How it is told -----------------------------------------------------------------------


def test_a_result_tells_its_version_and_when_it_was_made(
    record: Patient, annas_program: Program
) -> None:
    (first, *_more) = resources(ask(annas_program, record).json())

    answer = annas_program.get(f"/fhir/Observation/{first['id']}")

    assert answer["ETag"] == 'W/"1"'
    assert answer["Last-Modified"] == "Mon, 15 Jun 2026 10:30:20 GMT"


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("*/*", 200),
        ("application/fhir+json; fhirVersion=4.0", 200),
        ('application/fhir+json; fhirVersion="4.0"', 200),
        ("application/fhir+json; fhirVersion=5.0", 406),
        ("application/fhir+json; fhirVersion=5.0, application/json", 200),
        ("application/xml", 406),
        ("application/fhir+xml", 406),
    ],
)
def test_another_version_or_form_is_not_acceptable(
    record: Patient, annas_program: Program, accept: str, status: int
) -> None:
    answer = annas_program.get(f"/fhir/Patient/{record.pk}", accept=accept)

    assert answer.status_code == status
    validated(answer.json())


# By a form ----------------------------------------------------------------------------


def by_form(program: Program, kind: str, query: str, **headers: str) -> Any:  # noqa: ANN401
    headers = {"content_type": FORM, **headers}
    return program.post(f"/fhir/{kind}/_search", query.encode(), **headers)


@pytest.mark.parametrize("kind", FHIR_KINDS)
def test_a_form_finds_what_the_address_finds(
    record: Patient, annas_program: Program, kind: str
) -> None:
    query = "_count=2" if kind == "Patient" else f"patient={record.pk}&_count=2"

    told = by_form(annas_program, kind, query)

    assert told.status_code == 200, told.content
    plain = annas_program.get(f"/fhir/{kind}?{query}").json()
    if kind not in {"AuditEvent", "DiagnosticReport"}:  # the one look, or its moment
        assert told.json() == plain
    resources(told.json())
    (link, *_more) = told.json()["link"]
    assert "_search" not in link["url"]


def test_a_form_and_an_address_are_one_search(
    record: Patient, annas_program: Program
) -> None:
    path = f"/fhir/Observation/_search?patient={record.pk}&date=ge2024"
    told = annas_program.post(path, b"date=lt2026", content_type=FORM)

    assert [each["effectiveDateTime"] for each in resources(told.json())] == [
        "2024-03-01"
    ]
    looks = AuditEvent.objects.filter(patient_id=record.pk, object_label="result")
    assert looks.filter(action="read", through="phone app").count() == 1


def test_a_form_is_refused_as_the_address_is(
    record: Patient, annas_program: Program, program_of: MakeProgram
) -> None:
    other = a_patient("Ben Birch")
    mine = f"patient={record.pk}"

    assert place(by_form(annas_program, "Observation", f"{mine}&colour=red")) == (
        "?colour"
    )
    foreign = by_form(annas_program, "Observation", f"patient={other.pk}")
    assert foreign.status_code == 404
    sevens = f"{FORM}; charset=utf-7"
    for kind in ("application/json", sevens, "text/plain"):
        refused = by_form(annas_program, "Observation", mine, content_type=kind)
        assert refused.status_code == 415
        assert "application/x-www-form-urlencoded" in refused.content.decode()
    lacks = program_of(owner_of(record), frozenset({TokenScope.READ_HEALTH}))
    assert by_form(lacks, "Observation", mine).status_code == 403
    reads = program_of(owner_of(record), frozenset({TokenScope.READ_RESULTS}))
    assert by_form(reads, "Observation", mine).status_code == 200
    assert annas_program.get("/fhir/Observation/_search").status_code == 405
    assert Client().post("/fhir/Observation/_search").status_code == 401


# Pages --------------------------------------------------------------------------------


def test_a_row_that_is_added_meanwhile_moves_no_page(
    record: Patient, annas_program: Program
) -> None:
    first = ask(annas_program, record, _count=1).json()
    a_result(record, an_entry("29", collected_on=date(2026, 9, 1)))

    found = resources(first)
    following = first
    while links := [each for each in following["link"] if each["relation"] == "next"]:
        path = links[0]["url"].partition("/fhir")[2]
        following = annas_program.get(f"/fhir{path}").json()
        found += resources(following)

    assert [each["effectiveDateTime"][:4] for each in found] == ["2026", "2024", "2020"]


def test_a_cursor_of_another_record_opens_nothing_of_it(
    record: Patient, clinic: Clinic, program_of: MakeProgram, osei: User
) -> None:
    ben = a_patient("Ben Birch")
    a_consent(ben, clinic)
    a_result(ben, an_entry("31", collected_on=date(2019, 1, 1)))
    his = program_of(osei)
    (link,) = [
        each
        for each in ask(his, record, _count=1).json()["link"]
        if each["relation"] == "next"
    ]
    cursor = link["url"].partition("_cursor=")[2]

    told = his.get(f"/fhir/Observation?patient={ben.pk}&_cursor={cursor}").json()

    people = {each["subject"]["reference"] for each in resources(told)}
    assert people == {f"Patient/{ben.pk}"}
