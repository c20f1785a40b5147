"""The worklist through programs: whom to look at, reviews, notes and next tests."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts import queries
from accounts.domain.tokens import READS_ALL, TokenScope
from accounts.models import AuditEvent, Clinic, Patient, User
from accounts.services import consent as consents
from accounts.services.consent import Terms
from labs.models import ClinicNote, RetestPlan, Review
from tests.access.characters import absent
from tests.factories import (
    LONG_AGO,
    a_clinic,
    a_clinician,
    a_consent,
    a_patient,
    a_result,
    a_target,
    an_entry,
    owner_of,
)
from tests.integration.api.conftest import MakeProgram, Program

TODAY = timezone.localdate


def result(patient: Patient, value: str, *, days_ago: int = 3, flag: str = "") -> None:
    day = TODAY() - timedelta(days=days_ago)
    entry = an_entry(value, collected_on=day, laboratory_flag=flag)
    a_result(patient, entry, at=timezone.now())


def of(clinic: Clinic, below: str = "worklist") -> str:
    return f"/api/v1/clinics/{clinic.pk}/{below}"


def about(patient: Patient, below: str) -> str:
    return f"/api/v1/patients/{patient.pk}/{below}"


def rows(program: Program, clinic: Clinic, query: str = "") -> list[dict[str, Any]]:
    answer = program.get(of(clinic) + query)
    assert answer.status_code == 200, answer.content
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def seen(*listed: dict[str, Any]) -> dict[str, Any]:
    kept = ("patient_id", "stamp")
    return {"rows": [{name: row[name] for name in kept} for row in listed]}


@pytest.fixture
def ben(clinic: Clinic) -> Patient:
    person = a_patient("Ben Birch")
    a_consent(person, clinic)
    return person


def test_a_row_says_whom_to_look_at_and_why(
    anna: Patient, osei: User, clinic: Clinic, oseis_program: Program
) -> None:
    a_target(anna, osei)
    result(anna, "21.0")

    (row,) = rows(oseis_program, clinic)

    assert (row["patient_id"], row["name"]) == (str(anna.pk), "Anna Example")
    assert [each["reason"] for each in row["reasons"]] == ["below", "not_reviewed"]
    latest = row["latest"]
    assert latest["value"] == {
        "as_reported": "21.0",
        "number": "21.0",
        "comparator": None,
        "unit": "ng/mL",
        "unit_as_reported": "ng/mL",
        "converted": {"number": "52", "comparator": None, "unit": "nmol/L"},
    }
    assert latest["flag"]["position"] == "below"
    assert latest["flag"]["range"] == {
        "low": "30",
        "high": "50",
        "unit": "ng/mL",
        "set_by": "Dr Osei",
    }
    assert "not a diagnosis" in latest["flag"]["compares_numbers"]
    assert row["shares"] == {"results": True, "supplements": True, "health": True}
    event = AuditEvent.objects.filter(object_label="worklist").get()
    assert (event.channel, event.through) == ("api", "phone app")


def test_the_gravest_comes_first_and_filters_choose(
    anna: Patient, ben: Patient, osei: User, clinic: Clinic, oseis_program: Program
) -> None:
    a_target(anna, osei)
    result(anna, "21")
    result(ben, "31", flag="HH")

    names = [each["name"] for each in rows(oseis_program, clinic)]
    by_name = [each["name"] for each in rows(oseis_program, clinic, "?order=name")]
    below = [each["name"] for each in rows(oseis_program, clinic, "?reason=below")]
    free = rows(oseis_program, clinic, "?without_target=true")

    assert names == ["Ben Birch", "Anna Example"]
    assert by_name == ["Anna Example", "Ben Birch"]
    assert below == ["Anna Example"]
    assert [each["name"] for each in free] == ["Ben Birch"]


def test_what_a_program_writes_moves_the_row(
    anna: Patient, clinic: Clinic, annas_program: Program, oseis_program: Program
) -> None:
    """A result, its correction, a range of before, and a withdrawal."""

    def latest() -> tuple[str | None, list[str]]:
        (row,) = rows(oseis_program, clinic)
        value = row["latest"] and row["latest"]["value"]["as_reported"]
        return value, [each["reason"] for each in row["reasons"]]

    sent = {
        "measurand": "total",
        "value": "61",
        "unit": "ng/mL",
        "collected_on": (TODAY() - timedelta(days=9)).isoformat(),
    }
    place = annas_program.post(about(anna, "results"), sent)["Location"]
    entered = latest()
    correction = {**sent, "value": "21", "reason": "Read wrongly"}
    annas_program.post(f"{place}/corrections", correction, if_match="*")
    corrected = latest()
    a_range = {
        "seen": 0,
        "unit": "ng/mL",
        "low": "30",
        "high": "50",
        "starts_on": (TODAY() - timedelta(days=40)).isoformat(),
        "reason": "Agreed at the visit.",
    }
    oseis_program.post(about(anna, "ranges"), a_range)
    judged = latest()
    annas_program.post(f"{place}/withdrawal", {"reason": "Not hers"}, if_match="*")

    assert entered == ("61", ["not_reviewed"])
    assert corrected == ("21", ["not_reviewed"])
    assert judged == ("21", ["below", "not_reviewed"])
    assert latest() == (None, [])


@pytest.mark.parametrize("order", ["gravity", "name", "longest", "newest"])
def test_pages_hold_every_row_once(
    anna: Patient, ben: Patient, clinic: Clinic, oseis_program: Program, order: str
) -> None:
    for number in range(3):
        a_consent(a_patient(f"Cy {number}"), clinic)
    result(anna, "21")
    result(ben, "31", days_ago=9)
    place, found = of(clinic) + f"?limit=2&order={order}", []
    while place:
        told = oseis_program.get(place).json()
        found += [each["patient_id"] for each in told["items"]]
        place = told["next"]

    assert len(found) == len(set(found)) == 5


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("reason=no", "?reason"),
        ("flag=odd", "?flag"),
        ("tested_from=2024-13-45", "?tested_from"),
        ("order=up", "?order"),
        ("cursor=x", "?cursor"),
        (f"cursor={absent()}", "?cursor"),
        ("tag=%00", "?tag"),
        ("limit=0", "?limit"),
        ("q=Anna", "?q"),
        ("template=x", "?template"),
        ("without_target=yes", "?without_target"),
    ],
)
def test_what_cannot_be_asked_is_named(
    anna: Patient, clinic: Clinic, oseis_program: Program, query: str, place: str
) -> None:
    del anna
    answer = oseis_program.get(f"{of(clinic)}?{query}")

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [place]


def test_a_row_is_reviewed_as_it_was_seen_and_taken_back(
    anna: Patient, clinic: Clinic, oseis_program: Program
) -> None:
    result(anna, "21")
    (row,) = rows(oseis_program, clinic)

    done = oseis_program.post(of(clinic, "reviews"), seen(row))

    assert done.status_code == 200, done.content
    assert done.json()["reviewed"] == [str(anna.pk)]
    assert rows(oseis_program, clinic)[0]["reasons"] == []
    (told,) = oseis_program.get(about(anna, "reviews")).json()["items"]
    assert (told["reviewed_by"], told["clinic"]) == ("Dr Osei", "Harbour Clinic")

    entry = done.json()["entry_id"]
    undone = oseis_program.post(of(clinic, f"reviews/{entry}/undoing"))

    assert undone.json() == {"reopened": [str(anna.pk)]}
    assert rows(oseis_program, clinic)[0]["reasons"] != []
    again = oseis_program.post(of(clinic, f"reviews/{entry}/undoing"))
    assert again.status_code == 404


def test_a_review_is_not_told_again_where_somebody_shares_less_by_then(
    anna: Patient, ben: Patient, clinic: Clinic, oseis_program: Program
) -> None:
    result(anna, "21")
    result(ben, "22")
    body = seen(*rows(oseis_program, clinic))
    place = of(clinic, "reviews")
    first = oseis_program.post(place, body, idempotency_key="k")
    same = oseis_program.post(place, body, idempotency_key="k")
    ben.consents.update(revoked_at=timezone.now())

    again = oseis_program.post(place, body, idempotency_key="k")

    assert len(first.json()["reviewed"]) == 2
    assert same.content == first.content
    assert again.status_code == 409
    assert str(ben.pk) not in again.content.decode()


@pytest.mark.parametrize("narrower", ["no results", "a later day"])
def test_reviews_are_told_to_who_sees_the_result(
    anna: Patient, clinic: Clinic, oseis_program: Program, narrower: str
) -> None:
    result(anna, "21")
    oseis_program.post(of(clinic, "reviews"), seen(*rows(oseis_program, clinic)))
    before = oseis_program.get(about(anna, "reviews")).json()["items"]

    if narrower == "no results":
        anna.consents.update(shares_results=False)
    else:
        anna.consents.update(results_from=TODAY())

    assert len(before) == 1
    assert oseis_program.get(about(anna, "reviews")).json()["items"] == []


def test_what_came_in_since_is_not_reviewed_unseen(
    anna: Patient, ben: Patient, clinic: Clinic, oseis_program: Program
) -> None:
    result(anna, "21")
    result(ben, "31", flag="HH")
    listed = rows(oseis_program, clinic)
    result(anna, "22", days_ago=1)

    told = oseis_program.post(of(clinic, "reviews"), seen(*listed)).json()

    assert told["reviewed"] == []
    assert {each["why"] for each in told["refused"]} == {"changed", "one_by_one"}
    assert not Review.objects.exists()


def test_what_is_shared_no_more_is_neither_told_nor_reviewed(
    anna: Patient, clinic: Clinic, oseis_program: Program
) -> None:
    result(anna, "21")
    listed = rows(oseis_program, clinic)
    consents.change(
        consent=anna.consents.get(),
        terms=Terms(
            results=False,
            supplements=True,
            health=True,
            results_from=None,
            ends_at=None,
        ),
        by=queries.viewer_for(owner_of(anna)),
        at=LONG_AGO,  # a row is seen from then on, and a test is one transaction
    )

    told = oseis_program.post(of(clinic, "reviews"), seen(*listed))
    (row,) = rows(oseis_program, clinic)

    assert told.json()["reviewed"] == []
    assert (row["latest"], row["shares"]["results"]) == (None, False)
    assert not Review.objects.exists()


def test_a_patient_named_twice_or_of_nobody_is_told(
    anna: Patient, clinic: Clinic, oseis_program: Program
) -> None:
    result(anna, "21")
    (row,) = rows(oseis_program, clinic)

    twice = oseis_program.post(of(clinic, "reviews"), seen(row, row))
    other = {"patient_id": str(absent()), "stamp": "x"}
    nobody = oseis_program.post(of(clinic, "reviews"), seen(other))

    assert twice.json()["errors"][0]["pointer"] == "#/rows/1/patient_id"
    assert nobody.json()["refused"] == [
        {"patient_id": str(absent()), "why": "not_there"}
    ]


def test_a_review_sent_again_counts_once(
    anna: Patient, clinic: Clinic, oseis_program: Program
) -> None:
    result(anna, "21")
    body = seen(*rows(oseis_program, clinic))

    one, again = (
        oseis_program.post(of(clinic, "reviews"), body, idempotency_key="one")
        for _ in range(2)
    )

    assert one.content == again.content
    assert Review.objects.count() == 1


# Notes --------------------------------------------------------------------------------


def test_a_note_is_read_by_whom_it_is_for(
    anna: Patient, annas_program: Program, oseis_program: Program
) -> None:
    sent = {"text": "", "audience": ""}
    for audience in ("patient", "clinic"):
        sent = {"text": f"For the {audience}.", "audience": audience}
        answer = oseis_program.post(about(anna, "notes"), sent)
        assert answer.status_code == 201, answer.content
        assert answer.json()["written_by"] == "Dr Osei"

    hers = annas_program.get(about(anna, "notes")).json()["items"]
    his = oseis_program.get(about(anna, "notes")).json()["items"]

    assert [each["text"] for each in hers] == ["For the patient."]
    assert len(his) == 2
    assert annas_program.post(about(anna, "notes"), sent).status_code == 403
    assert ClinicNote.objects.count() == 2


# Next tests ---------------------------------------------------------------------------


def test_the_next_test_is_asked_for_replaced_and_taken_back(
    anna: Patient, annas_program: Program, oseis_program: Program
) -> None:
    place = about(anna, "retests")
    day = (TODAY() + timedelta(days=90)).isoformat()
    first = oseis_program.post(place, {"replaces": None, "due_on": day})
    assert first.status_code == 201, first.content
    assert (first.json()["next_on"], first.json()["set_by"]) == (day, "Dr Osei")

    late = oseis_program.post(place, {"replaces": None, "every_months": 6})
    assert late.status_code == 409
    assert late.json()["current"]["id"] == first.json()["id"]

    sent = {"replaces": first.json()["id"], "every_months": 6}
    second = oseis_program.post(place, sent)
    assert second.status_code == 201, second.content
    assert [each["every_months"] for each in annas_program.get(place).json()] == [6]

    ending = f"{place}/{second.json()['id']}/ending"
    assert annas_program.post(ending).status_code == 403
    assert oseis_program.post(ending).status_code == 204
    assert oseis_program.post(ending).status_code == 404
    assert oseis_program.get(place).json() == []
    assert RetestPlan.objects.count() == 2


@pytest.mark.parametrize(
    "sent",
    [
        {"replaces": None},
        {"replaces": None, "due_on": "2020-01-01"},
        {"replaces": None, "due_on": "2099-01-01", "every_months": 3},
        {"replaces": None, "every_months": 61},
        {"replaces": None, "every_months": "6"},
        {"due_on": "2099-01-01"},
        {"replaces": "x", "due_on": "2099-01-01"},
    ],
)
def test_a_plan_that_cannot_be_kept_is_refused(
    anna: Patient, oseis_program: Program, sent: dict[str, Any]
) -> None:
    answer = oseis_program.post(about(anna, "retests"), sent)

    assert answer.status_code == 422, answer.content
    assert not RetestPlan.objects.exists()


def test_a_test_that_was_done_leaves_no_day(
    anna: Patient, oseis_program: Program
) -> None:
    place = about(anna, "retests")
    day = (TODAY() + timedelta(days=20)).isoformat()
    oseis_program.post(place, {"replaces": None, "due_on": day})
    result(anna, "33", days_ago=0)

    assert [each["next_on"] for each in oseis_program.get(place).json()] == [None]


# Who ----------------------------------------------------------------------------------


def test_another_clinics_list_is_not_there(
    anna: Patient, clinic: Clinic, annas_program: Program, program_of: MakeProgram
) -> None:
    result(anna, "21")
    other = program_of(a_clinician(a_clinic("Other"), "Dr Elsewhere"))

    for program in (annas_program, other):
        assert program.get(of(clinic)).status_code == 404
        assert program.post(of(clinic, "reviews"), {}).status_code == 404


@pytest.mark.parametrize("missing", sorted({TokenScope.READ_REVIEWS, *READS_ALL}))
def test_a_list_tells_of_every_part_and_wants_them_all(
    osei: User, clinic: Clinic, program_of: MakeProgram, missing: TokenScope
) -> None:
    scopes = frozenset({TokenScope.READ_REVIEWS, *READS_ALL}) - {missing}

    answer = program_of(osei, scopes).get(of(clinic))

    assert (answer.status_code, answer.json()["scope"]) == (403, missing)


def test_a_patient_finds_no_clinics_and_a_clinician_their_own(
    clinic: Clinic, annas_program: Program, oseis_program: Program
) -> None:
    a_clinic("Other")

    assert annas_program.get("/api/v1/clinics").json()["items"] == []
    assert [each["id"] for each in oseis_program.get("/api/v1/clinics").json()["items"]]
    (told,) = oseis_program.get("/api/v1/clinics").json()["items"]
    assert told["name"] == clinic.name


def test_what_a_patient_may_read_of_it(anna: Patient, program_of: MakeProgram) -> None:
    program = program_of(owner_of(anna), frozenset({TokenScope.READ_REVIEWS}))

    assert program.get(about(anna, "reviews")).json()["scope"] == "results:read"
    assert program.get(about(anna, "notes")).json()["items"] == []
    assert program.get(about(anna, "retests")).json()["scope"] == "results:read"
