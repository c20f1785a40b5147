"""How many match, and what a search does with parameters that are not known."""

from typing import Any

import pytest

from accounts.models import AuditEvent, Patient
from labs.models import LabResult
from tests.access.permissions import FHIR_KINDS
from tests.factories import a_patient, a_result, an_entry
from tests.integration.api.conftest import Program
from tests.integration.fhir.test_reading import resources, validated
from tests.integration.fhir.test_searching import ask, by_form, place, record
from tests.integration.fhir.test_sending import observation, post, sent

__all__ = ["record"]
LENIENT = {"prefer": "handling=lenient"}


# How many -----------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["_count=0", "_summary=count", "_count=00&_total=none"])
@pytest.mark.parametrize(
    ("more", "total"), [("", 3), ("&date=ge2024", 2), ("&status=cancelled", 0)]
)
def test_the_number_of_matches_is_given_alone(
    record: Patient, annas_program: Program, how: str, more: str, total: int
) -> None:
    path = f"/fhir/Observation?patient={record.pk}&{how}{more}"

    bundle = validated(annas_program.get(path).json())

    assert (bundle["type"], bundle["total"]) == ("searchset", total)
    assert "entry" not in bundle
    (link,) = bundle["link"]
    assert link["relation"] == "self"
    assert how.partition("&")[0] in link["url"]


def test_what_is_included_comes_with_no_number(
    record: Patient, annas_program: Program
) -> None:
    bundle = ask(annas_program, record, _count=0, _include="Observation:patient")

    assert "entry" not in validated(bundle.json())


@pytest.mark.parametrize("kind", FHIR_KINDS)
def test_every_kind_tells_its_number_by_a_form_too(
    record: Patient, annas_program: Program, kind: str
) -> None:
    mine = "" if kind == "Patient" else f"patient={record.pk}&"

    bundle = by_form(annas_program, kind, f"{mine}_summary=count").json()

    validated(bundle)
    assert "entry" not in bundle
    every = annas_program.get(f"/fhir/{kind}?{mine}_total=accurate").json()
    told = 1 if kind == "AuditEvent" else 0  # the look of the number itself
    assert bundle["total"] == every["total"] - told


def test_a_number_is_a_look_and_only_of_what_is_seen(
    record: Patient, annas_program: Program
) -> None:
    other = a_patient("Ben Birch")
    a_result(other, an_entry("31"))

    foreign = ask(annas_program, other, _count=0)
    ask(annas_program, record, _count=0)

    assert foreign.status_code == 404
    looks = AuditEvent.objects.filter(through="phone app", action="read")
    assert [each.patient_id for each in looks] == [record.pk]


def test_a_page_is_still_counted_only_where_that_is_asked(
    record: Patient, annas_program: Program
) -> None:
    assert "total" not in ask(annas_program, record, _count=1).json()
    assert "total" not in ask(annas_program, record, _summary="false").json()


# What is not known --------------------------------------------------------------------


def outcomes(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    entries = validated(bundle).get("entry", [])
    return [
        validated(each["resource"])
        for each in entries
        if each["search"]["mode"] == "outcome"
    ]


@pytest.mark.parametrize(
    "prefer",
    [
        "handling=lenient",
        'return=minimal; x=1, HANDLING="lenient"; y',
        "respond-async,handling = lenient",
    ],
)
def test_who_is_lenient_is_told_what_was_passed_over(
    record: Patient, annas_program: Program, prefer: str
) -> None:
    query = f"patient={record.pk}&colour=red&_elements=id&date=ge2024&_count=1"

    answer = annas_program.get(f"/fhir/Observation?{query}", prefer=prefer)

    assert answer.status_code == 200, answer.content
    assert answer["Preference-Applied"] == "handling=lenient"
    bundle = answer.json()
    (outcome,) = outcomes(bundle)
    (issue,) = outcome["issue"]
    assert (issue["severity"], issue["code"]) == ("warning", "not-supported")
    assert "'colour', '_elements'" in issue["diagnostics"]
    links = {each["relation"]: each["url"] for each in bundle["link"]}
    assert set(links) == {"self", "next"}
    for url in links.values():
        assert "date=ge2024" in url
        assert "colour" not in url
        assert "_elements" not in url
    # What is linked is asked without the header.
    following = annas_program.get("/fhir" + links["next"].partition("/fhir")[2])
    assert len(resources(following.json())) == 1


@pytest.mark.parametrize(
    "prefer",
    ["", "handling=strict", "handling=soft", "handling=strict,handling=lenient"],
)
def test_who_is_not_lenient_is_refused(
    record: Patient, annas_program: Program, prefer: str
) -> None:
    path = f"/fhir/Observation?patient={record.pk}&colour=red"

    assert place(annas_program.get(path, prefer=prefer)) == "?colour"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("code:text", "vitamin"),
        ("subject.name", "Anna"),
        ("_include:iterate", "Observation:patient"),
        ("date", "soon"),
        ("_sort", "colour"),
        ("_summary", "text"),
        ("_count", "many"),
        ("code", ""),
        ("_cursor", "x"),
    ],
)
def test_what_is_known_is_minded_by_the_lenient_too(
    record: Patient, annas_program: Program, name: str, value: str
) -> None:
    path = f"/fhir/Observation?patient={record.pk}&{name}={value}"

    assert place(annas_program.get(path, **LENIENT)) == f"?{name}"


def test_the_lenient_name_one_patient_and_read_what_is_theirs(
    record: Patient, annas_program: Program
) -> None:
    other = a_patient("Ben Birch")

    nobody = annas_program.get("/fhir/Observation?colour=red", **LENIENT)
    foreign = annas_program.get(
        f"/fhir/Observation?patient={other.pk}&colour=red", **LENIENT
    )
    people = annas_program.get("/fhir/Patient?name=Ben", **LENIENT).json()

    assert place(nobody) == "?patient"
    assert foreign.status_code == 404
    assert len(outcomes(people)) == 1
    found = [each for each in resources(people) if each["resourceType"] == "Patient"]
    assert [each["id"] for each in found] == [str(record.pk)]


def test_a_number_for_the_lenient_says_what_it_left_out(
    record: Patient, annas_program: Program
) -> None:
    path = f"/fhir/Observation?patient={record.pk}&_count=0&colour=red"

    bundle = annas_program.get(path, **LENIENT).json()

    assert bundle["total"] == 3
    assert [each["search"]["mode"] for each in bundle["entry"]] == ["outcome"]
    assert len(outcomes(bundle)) == 1


@pytest.mark.parametrize("name", ["%00", "%ed%a0%80", "%E2%80%A8", "a" * 3_000, "😀"])
def test_an_odd_name_is_repeated_in_one_short_line(
    record: Patient, annas_program: Program, name: str
) -> None:
    many = "&".join(f"{name}{number}=x" for number in range(40))
    path = f"/fhir/Observation?patient={record.pk}&{many}"

    answer = annas_program.get(path, **LENIENT)

    (outcome,) = outcomes(answer.json())
    words = outcome["issue"][0]["diagnostics"]
    assert len(words) < 1_000
    assert words.isprintable() or "\ufffd" in words


def test_one_that_is_read_and_a_condition_are_never_lenient(
    record: Patient, annas_program: Program
) -> None:
    chain = LabResult.objects.filter(patient=record)[0].chain
    read = annas_program.get(f"/fhir/Observation/{chain}?colour=red", **LENIENT)
    body = sent(observation(record), condition="colour=red")
    made = annas_program.post(
        "/fhir/", body, content_type="application/fhir+json", **LENIENT
    )

    assert place(read) == "?colour"
    assert made.status_code == 400
    assert LabResult.objects.count() == 3


# By the number of the sample ----------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("A-1", ["28"]),
        ("|A-1", ["28"]),
        ("A-1,B 2", ["28", "29"]),
        (r"C\,3\|x", ["30"]),
        ("A", []),
        ("a-1", []),
        ("http://laboratory.example|A-1", []),
        ("'; DROP TABLE labs_labresult; --", []),
    ],
)
def test_results_are_found_by_the_number_of_the_sample(
    anna: Patient, annas_program: Program, asked: str, found: list[str]
) -> None:
    for value, number in (("28", "A-1"), ("29", "B 2"), ("30", "C,3|x"), ("31", "")):
        a_result(anna, an_entry(value, accession=number))

    told = resources(ask(annas_program, anna, identifier=asked).json())

    assert sorted(str(each["valueQuantity"]["value"]) for each in told) == found


def test_a_result_is_sent_once_by_the_number_of_its_sample(
    anna: Patient, annas_program: Program
) -> None:
    number = {"type": {"coding": [{"code": "ACSN"}]}, "value": "L-77"}
    body = sent(observation(anna, identifier=[number]), condition="identifier=L-77")

    first, again = post(annas_program, body), post(annas_program, body)

    told = [each.json()["entry"][0]["response"]["status"] for each in (first, again)]
    assert told == ["201 Created", "200 OK"]
    assert LabResult.objects.get().accession == "L-77"
