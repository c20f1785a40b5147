"""In which order a search tells its matches, on every page, and refuses the others."""

import base64
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEvent, Clinic, Patient, User
from tests.access.permissions import FHIR_KINDS
from tests.factories import (
    a_consent,
    a_patient,
    a_period,
    a_result,
    a_target,
    an_entry,
)
from tests.integration.api.conftest import Program
from tests.integration.fhir.test_reading import resources
from tests.integration.fhir.test_searching import ask, place
from tracker.fhir.capability import KINDS, statement

FIRST = datetime(2026, 6, 15, 10, 30, tzinfo=UTC)
# The value of each result, by the day of its sample and when it was entered.
ENTERED = {
    "21": (date(2026, 3, 1), FIRST),
    "22": (date(2024, 3, 1), FIRST + timedelta(hours=2)),
    "23": (date(2026, 3, 1), FIRST + timedelta(hours=1)),
    "24": (date(2025, 3, 1), FIRST + timedelta(hours=2)),
}


@pytest.fixture
def record(anna: Patient) -> Patient:
    """Results of which two share a day, and two a moment."""
    for value, (day, at) in ENTERED.items():
        a_result(anna, an_entry(value, collected_on=day), at=at)
    return anna


def values(found: list[dict[str, Any]]) -> list[str]:
    return [str(each["valueQuantity"]["value"]) for each in found]


def page_by_page(program: Program, patient: Patient, **more: object) -> list[str]:
    """Return what every page tells, one result a page."""
    bundle = ask(program, patient, _count=1, **more).json()
    found = values(resources(bundle))
    while links := [each for each in bundle["link"] if each["relation"] == "next"]:
        path = links[0]["url"].partition("/fhir")[2]
        bundle = program.get(f"/fhir{path}").json()
        found += values(resources(bundle))
    return found


ORDERS = {
    "date": ["22", "24", "23", "21"],
    "-date": ["23", "21", "24", "22"],
    "_lastUpdated": ["21", "23", "24", "22"],
    "-_lastUpdated": ["24", "22", "23", "21"],
    "date,_lastUpdated": ["22", "24", "21", "23"],
    "_lastUpdated,date": ["21", "23", "22", "24"],
}


@pytest.mark.parametrize("asked", ORDERS)
def test_results_come_in_the_order_asked_for_on_one_page_and_on_many(
    record: Patient, annas_program: Program, asked: str
) -> None:
    whole = values(resources(ask(annas_program, record, _sort=asked).json()))

    assert whole == ORDERS[asked]
    assert page_by_page(annas_program, record, _sort=asked) == ORDERS[asked]


def test_without_an_order_the_newest_day_is_first(
    record: Patient, annas_program: Program
) -> None:
    plain = values(resources(ask(annas_program, record).json()))

    assert plain == ORDERS["-date"]


def test_pages_in_order_count_nothing_and_the_address_says_the_order(
    record: Patient, annas_program: Program
) -> None:
    with CaptureQueriesContext(connection) as captured:
        bundle = ask(annas_program, record, _sort="-_lastUpdated", _count=2).json()

    asked = " ".join(str(each["sql"]) for each in captured.captured_queries)
    assert "count(" not in asked.lower()
    assert "total" not in bundle
    assert all("_sort=-_lastUpdated" in each["url"] for each in bundle["link"])


@pytest.mark.parametrize("cursor", ["WyIyMDI2LTAzLTAxIl0", "x" * 700, "%00"])
def test_a_cursor_of_no_such_page_is_refused(
    record: Patient, annas_program: Program, cursor: str
) -> None:
    answer = ask(annas_program, record, _sort="_lastUpdated", _cursor=cursor)

    assert place(answer) == "?_cursor"


def test_a_cursor_whose_moment_has_no_zone_is_refused(
    record: Patient, annas_program: Program
) -> None:
    """A day would be taken for its midnight somewhere."""
    held = json.dumps(["2026-03-01", str(record.pk)])
    cursor = base64.urlsafe_b64encode(held.encode()).decode()

    answer = annas_program.get(f"/fhir/Provenance?patient={record.pk}&_cursor={cursor}")

    assert place(answer) == "?_cursor"


def test_a_cursor_of_another_order_is_refused(
    record: Patient, annas_program: Program
) -> None:
    by_day = ask(annas_program, record, _count=1).json()["link"][1]["url"]
    cursor = by_day.partition("_cursor=")[2].partition("&")[0]

    answer = ask(annas_program, record, _sort="_lastUpdated", _cursor=cursor)

    assert place(answer) == "?_cursor"


def test_every_order_that_is_stated_is_taken_by_its_kind_and_no_other(
    anna: Patient, osei: User, annas_program: Program
) -> None:
    a_target(anna, osei)
    a_result(anna)
    for number in range(3):
        a_period(anna, name=f"Product {number}")
    stated: Any = statement()
    for kind, told in zip(KINDS, stated["rest"][0]["resource"], strict=True):
        own = "" if kind.kind == "Patient" else f"patient={anna.pk}&"
        assert ("_sort" in told.get("documentation", "")) == bool(kind.sorts)
        for word in kind.sorts:
            assert word in told["documentation"]
            for asked in (word, f"-{word}"):
                path = f"/fhir/{kind.kind}?{own}_sort={asked}"
                answer = annas_program.get(path)
                assert answer.status_code == 200, (path, answer.content)
                assert resources(answer.json()), path
        wrong = annas_program.get(f"/fhir/{kind.kind}?{own}_sort=colour")
        assert place(wrong) == "?_sort"
    assert {kind.kind for kind in KINDS} == set(FHIR_KINDS)


def test_what_is_taken_and_who_looked_come_in_the_order_asked_for(
    anna: Patient, annas_program: Program
) -> None:
    for number, day in enumerate((date(2026, 1, 5), date(2025, 1, 5))):
        a_period(anna, name=f"Product {number}", starts_on=day)

    def told(query: str) -> list[Any]:
        return resources(annas_program.get(f"/fhir/{query}").json())

    path = f"MedicationStatement?patient={anna.pk}&_sort="
    days = [each["effectivePeriod"]["start"] for each in told(f"{path}effective")]
    back = [each["effectivePeriod"]["start"] for each in told(f"{path}-effective")]
    moments = [
        each["recorded"] for each in told(f"AuditEvent?patient={anna.pk}&_sort=date")
    ]

    assert days == ["2025-01-05", "2026-01-05"]
    assert back == days[::-1]
    assert len(moments) > 1
    assert moments == sorted(moments)
    assert AuditEvent.objects.filter(at__lte=timezone.now()).count() > len(moments)


def people_page_by_page(program: Program, asked: str) -> list[str]:
    """Return the names of everybody, one a page, of which no cursor holds one."""
    found, path = [], f"/fhir/Patient?_sort={asked}&_count=1"
    while path:
        bundle = program.get(path).json()
        found += [each["name"][0]["text"] for each in resources(bundle)]
        links = {each["relation"]: each["url"] for each in bundle["link"]}
        held = links.get("next", "").partition("_cursor=")[2]
        cursor = base64.urlsafe_b64decode(held + "=" * (-len(held) % 4))
        assert found[-1].encode() not in cursor
        path = "/fhir" + links["next"].partition("/fhir")[2] if held else ""
    return found


@pytest.mark.parametrize(
    ("asked", "first"), [("name", "Anna Example"), ("-name", "Zoe Zimmer")]
)
def test_people_come_by_name_and_no_name_stands_in_an_address(
    clinic: Clinic, oseis_program: Program, asked: str, first: str
) -> None:
    for name in ("Zoe Zimmer", "Bea Brand"):
        a_consent(a_patient(name), clinic)

    found = people_page_by_page(oseis_program, asked)

    assert found[0] == first
    assert found == sorted(found, reverse=asked.startswith("-"))
    assert len(found) == len(set(found)) > 2


# Two share a day, and two have none; what a sort leaves open is by name.
BORN = {
    "Ada Old": date(1931, 5, 6),
    "Bea Young": date(2001, 7, 8),
    "Cid Young": date(2001, 7, 8),
    "Dee Unknown": None,
    "Eve Unknown": None,
}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("birthdate", "ABCDE"),
        ("-birthdate", "BCADE"),
        ("birthdate,-name", "ACBED"),
        ("-birthdate,-name", "CBAED"),
        ("-name,birthdate", "EDCBA"),
    ],
)
def test_people_come_by_birth_date_and_who_has_none_comes_last(
    clinic: Clinic, oseis_program: Program, asked: str, expected: str
) -> None:
    for name, born_on in BORN.items():
        patient = a_patient(name)
        Patient.objects.filter(pk=patient.pk).update(born_on=born_on)
        a_consent(patient, clinic)

    found = people_page_by_page(oseis_program, asked)

    assert [name[0] for name in found if name in BORN] == list(expected)
