"""Versions of a result: each as it was, to whoever sees it, and noted as a look."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from accounts.domain.tokens import TokenScope
from accounts.models import AuditEvent, Patient, User
from accounts.queries import viewer_for
from labs.models import LabResult
from labs.services import recording
from tests.access.characters import absent
from tests.factories import a_patient, a_result, a_target, an_entry, owner_of
from tests.integration.api.conftest import MakeProgram, Program, a_key
from tests.integration.fhir.test_reading import resources, validated
from tests.integration.fhir.test_searching import place
from tracker.fhir.capability import statement

ENTERED = datetime(2026, 6, 15, 10, 30, 20, tzinfo=UTC)
LATER = datetime(2026, 6, 16, 9, 0, 5, tzinfo=UTC)
DAY = date(2026, 3, 1)


@pytest.fixture
def result(anna: Patient, osei: User) -> LabResult:
    """A result within a range, of which two versions are kept; the second holds."""
    a_target(anna, osei)
    first = a_result(anna, an_entry("82.0", collected_on=DAY), at=ENTERED)
    return corrected(first, value="28.0")


def corrected(row: LabResult, value: str, day: date = DAY) -> LabResult:
    return recording.correct(
        result=row,
        entry=an_entry(value, collected_on=day),
        answers={},
        reason="Two digits were swapped.",
        by=viewer_for(owner_of(row.patient)),
        at=LATER,
    )


def at(chain: UUID, version: object = "") -> str:
    path = f"/fhir/Observation/{chain}/_history"
    return f"{path}/{version}" if version else path


def value(resource: dict[str, Any]) -> str:
    return str(resource["valueQuantity"]["value"])


# One version --------------------------------------------------------------------------


def test_the_version_that_holds_is_what_is_read(
    result: LabResult, annas_program: Program
) -> None:
    read = annas_program.get(f"/fhir/Observation/{result.chain}")

    answer = annas_program.get(at(result.chain, 2))

    assert answer.json() == read.json()
    assert validated(answer.json())["meta"]["versionId"] == "2"
    for name in ("ETag", "Last-Modified", "Content-Type"):
        assert answer[name] == read[name]
    assert answer["ETag"] == 'W/"2"'


def test_an_older_version_is_told_as_it_was_and_no_range_judges_it(
    result: LabResult, annas_program: Program
) -> None:
    answer = annas_program.get(at(result.chain, 1))

    told = validated(answer.json())
    assert (told["id"], value(told)) == (str(result.chain), "82.0")
    assert told["meta"]["versionId"] == "1"
    assert told["meta"]["lastUpdated"].startswith("2026-06-15T10:30:20")
    assert (answer["ETag"], answer["Last-Modified"]) == (
        'W/"1"',
        "Mon, 15 Jun 2026 10:30:20 GMT",
    )
    assert "Dr Osei" not in answer.content.decode()
    assert "Dr Osei" in annas_program.get(at(result.chain, 2)).content.decode()


@pytest.mark.parametrize(
    "version", ["0", "3", "9" * 30, "9" * 5_000, "-1", "1.0", "x", "%00", "٢", "1/x"]
)
def test_a_version_that_is_not_there_looks_absent(
    result: LabResult, annas_program: Program, version: str
) -> None:
    answer = annas_program.get(at(result.chain, version))

    assert answer.status_code == 404
    assert validated(answer.json())["issue"][0]["code"] == "not-found"


# All of them --------------------------------------------------------------------------


def test_the_history_tells_every_version_the_newest_first(
    result: LabResult, annas_program: Program
) -> None:
    bundle = annas_program.get(at(result.chain)).json()

    told = resources(bundle)
    assert (bundle["type"], bundle["total"]) == ("history", 2)
    assert [value(each) for each in told] == ["28.0", "82.0"]
    assert [each["meta"]["versionId"] for each in told] == ["2", "1"]
    asked = [each["request"] for each in bundle["entry"]]
    assert asked == [
        {"method": "PUT", "url": f"Observation/{result.chain}"},
        {"method": "POST", "url": "Observation"},
    ]
    answered = [each["response"] for each in bundle["entry"]]
    assert [each["etag"] for each in answered] == ['W/"2"', 'W/"1"']
    assert [each["status"] for each in answered] == ["200", "201"]
    (link,) = bundle["link"]
    assert link["url"].endswith(at(result.chain))
    # Each is what it is by its number.
    for each in told:
        number = each["meta"]["versionId"]
        assert annas_program.get(at(result.chain, number)).json() == each


def test_a_long_history_comes_in_pages_that_count_every_version(
    result: LabResult, annas_program: Program
) -> None:
    corrected(result, value="29.0")
    told, path, links = [], f"{at(result.chain)}?_count=2", dict[str, str]()
    for length in (2, 1):
        bundle = annas_program.get(path).json()
        page = resources(bundle)
        assert (len(page), bundle["total"]) == (length, 3)
        told += page
        links = {each["relation"]: each["url"] for each in bundle["link"]}
        path = "/fhir" + links.get("next", "").partition("/fhir")[2]

    assert [value(each) for each in told] == ["29.0", "28.0", "82.0"]
    assert set(links) == {"self"}
    # An older version on a later page is as it is by its number.
    older = annas_program.get(at(result.chain, 1)).json()
    assert older == told[-1]


@pytest.mark.parametrize("asked", ["_count=0", "_summary=count"])
def test_how_many_versions_there_are_is_told_without_any(
    result: LabResult, annas_program: Program, asked: str
) -> None:
    bundle = annas_program.get(f"{at(result.chain)}?{asked}").json()

    assert (bundle["total"], [each["relation"] for each in bundle["link"]]) == (
        2,
        ["self"],
    )
    assert "entry" not in validated(bundle)


@pytest.mark.parametrize("cursor", ["x", "W10", "x" * 700, "WyJhIl0"])
def test_a_cursor_of_no_history_is_refused(
    result: LabResult, annas_program: Program, cursor: str
) -> None:
    answer = annas_program.get(f"{at(result.chain)}?_cursor={cursor}")

    assert place(answer) == "?_cursor"


def test_what_was_withdrawn_is_a_version_that_says_so(
    result: LabResult, annas_program: Program
) -> None:
    recording.mark_entered_in_error(
        result=result,
        reason="Somebody else's.",
        by=viewer_for(owner_of(result.patient)),
        at=timezone.now(),
    )

    told = resources(annas_program.get(at(result.chain)).json())

    statuses = [each["status"] for each in told]
    assert statuses == ["entered-in-error", "final", "final"]
    assert [value(each) for each in told] == ["28.0", "28.0", "82.0"]
    assert [each["meta"]["versionId"] for each in told] == ["3", "2", "1"]


# Who sees them ------------------------------------------------------------------------


def every_path(chain: UUID) -> tuple[str, ...]:
    return at(chain), at(chain, 1), at(chain, 2)


def test_a_version_is_seen_where_the_result_is(
    result: LabResult, oseis_program: Program, program_of: MakeProgram
) -> None:
    bob = Program(a_key(owner_of(a_patient("Bob Birch"))))
    lacks = program_of(
        owner_of(result.patient), frozenset({TokenScope.READ_SUPPLEMENTS})
    )
    for path, none in zip(every_path(result.chain), every_path(absent()), strict=True):
        assert oseis_program.get(path).status_code == 200
        assert lacks.get(path).status_code == 403
        foreign = bob.get(path)
        assert foreign.status_code == 404
        assert foreign.json() == bob.get(none).json()


@pytest.mark.parametrize("terms", [{"shares_results": False}, {"revoked_at": ENTERED}])
def test_no_version_is_seen_where_results_are_not_shared(
    result: LabResult, oseis_program: Program, terms: dict[str, Any]
) -> None:
    result.patient.consents.update(**terms)

    for path in every_path(result.chain):
        assert oseis_program.get(path).status_code == 404


def test_a_version_of_a_day_that_is_not_shared_is_not_told(
    anna: Patient, annas_program: Program, oseis_program: Program
) -> None:
    """It was entered for 2025 first, and put right to a day that is shared."""
    anna.consents.update(results_from=date(2026, 1, 1))
    first = a_result(anna, an_entry("17.93", collected_on=date(2025, 3, 1)))
    corrected(first, value="28.0")

    history = oseis_program.get(at(first.chain))

    assert [value(each) for each in resources(history.json())] == ["28.0"]
    assert history.json()["total"] == 1
    assert "17.93" not in history.content.decode()
    assert oseis_program.get(at(first.chain, 1)).status_code == 404
    assert oseis_program.get(at(first.chain, 2)).status_code == 200
    assert annas_program.get(at(first.chain, 1)).status_code == 200


def test_where_the_version_that_holds_is_out_of_sight_none_is_told(
    anna: Patient, annas_program: Program, oseis_program: Program
) -> None:
    anna.consents.update(results_from=date(2026, 1, 1))
    first = a_result(anna, an_entry("28.41", collected_on=DAY))
    corrected(first, value="17.93", day=date(2025, 3, 1))

    for path in every_path(first.chain):
        answer = oseis_program.get(path)
        assert answer.status_code == 404
        words = validated(answer.json())["issue"][0]["diagnostics"]
        assert "no longer holds" in words
        assert "28.41" not in answer.content.decode()
        assert "17.93" not in answer.content.decode()
        assert annas_program.get(path).status_code == 200


def test_each_look_at_a_version_stands_in_the_trail(
    result: LabResult, annas_program: Program
) -> None:
    for path in every_path(result.chain):
        annas_program.get(path)
    annas_program.get(at(result.chain, 7))
    annas_program.get(at(absent()))

    looks = AuditEvent.objects.filter(through="phone app", action="read")
    assert {each.object_label for each in looks} == {"result"}
    first, second = LabResult.objects.filter(chain=result.chain).order_by("version")
    assert [each.object_id for each in looks.order_by("at")] == [
        str(result.chain),
        str(first.pk),
        str(second.pk),
    ]
    assert {each.patient_id for each in looks} == {result.patient_id}


# What is offered ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["_count", "_since", "_at", "_sort", "patient"])
def test_what_narrows_a_history_is_refused_by_its_name(
    result: LabResult, annas_program: Program, name: str
) -> None:
    takes = {at(result.chain): {"_count"}, at(result.chain, 1): set[str]()}
    for path, known in takes.items():
        answer = annas_program.get(f"{path}?{name}=2026")
        assert name in known or place(answer) == f"?{name}"
        assert annas_program.get(f"{path}?_format=json").status_code == 200


def test_versions_are_only_read_and_only_of_results(
    result: LabResult, annas_program: Program
) -> None:
    for path in every_path(result.chain):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert annas_program.send(method, path, {}).status_code == 405
    for kind in ("Patient", "Goal", "Consent"):
        path = f"/fhir/{kind}/{result.patient_id}/_history"
        assert annas_program.get(path).status_code == 404
        assert annas_program.get(f"{path}/1").status_code == 404


def test_the_statement_says_of_which_kind_versions_are_read() -> None:
    stated: Any = statement()
    of_versions = {
        each["type"]
        for each in stated["rest"][0]["resource"]
        if {"code": "vread"} in each["interaction"]
        and {"code": "history-instance"} in each["interaction"]
        and each["readHistory"]
        and each["versioning"] == "versioned"
    }
    assert of_versions == {"Observation"}
    spoken = str(stated)
    assert spoken.count("vread") == spoken.count("history-instance") == 1
