"""Results through the addresses for programs: the same rules as on the pages."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEvent, Clinic, Patient, User
from labs.domain.health import HealthTopic
from labs.models import LabResult
from tests.factories import (
    a_consent,
    a_health_fact,
    a_patient,
    a_result,
    a_target,
    an_entry,
    owner_of,
)
from tests.integration.api.conftest import Program, a_key

LIST_QUERIES = 21
SENT: dict[str, Any] = {
    "measurand": "total",
    "value": "28.0",
    "unit": "ng/mL",
    "collected_on": "2026-03-12",
    "laboratory": "Harbour Laboratory",
}


def at(patient: Patient, below: str = "") -> str:
    return f"/api/v1/patients/{patient.pk}/results{below}"


def test_a_value_carries_everything_that_it_is_judged_by(
    anna: Patient, osei: User, annas_program: Program
) -> None:
    a_target(anna, osei)
    a_result(anna, an_entry("28.0"))

    (result,) = annas_program.get(at(anna)).json()["items"]

    assert result["value"] == {
        "as_reported": "28.0",
        "number": "28.0",
        "comparator": None,
        "unit": "ng/mL",
        "unit_as_reported": "ng/mL",
        "converted": {"number": "70", "comparator": None, "unit": "nmol/L"},
    }
    assert result["collected_on"] == "2026-03-12"
    flag = result["flag"]
    assert (flag["position"], flag["basis"]) == ("below", "target_then")
    assert (flag["range"]["low"], flag["range"]["set_by"]) == ("30", "Dr Osei")
    assert flag["sentences"][0].startswith("28.0 ng/mL on 12 March 2026.")
    assert "not a diagnosis" in flag["compares_numbers"]


def test_an_entered_result_is_stored_as_typed(
    anna: Patient, annas_program: Program
) -> None:
    answer = annas_program.post(at(anna), {**SENT, "value": "<4"})

    assert answer.status_code == 201, answer.content
    row = LabResult.objects.get()
    assert (row.value_text, row.comparator, row.source) == (
        "<4",
        "<",
        "typed_by_patient",
    )
    assert answer["Location"] == at(anna, f"/{row.chain}")
    assert annas_program.get(answer["Location"])["ETag"] == answer["ETag"]


def test_a_line_about_calcium_travels_with_the_flag(
    anna: Patient, annas_program: Program
) -> None:
    a_health_fact(anna, HealthTopic.SARCOIDOSIS)
    a_result(anna)

    (result,) = annas_program.get(at(anna)).json()["items"]

    assert any("sarcoidosis" in line for line in result["flag"]["beside"])


def test_the_questions_of_the_page_are_asked_here_too(
    anna: Patient, annas_program: Program
) -> None:
    a_result(anna, an_entry("70", "nmol/L", collected_on=date(2026, 1, 5)))
    sent = {**SENT, "value": "28", "unit": "nmol/L"}

    asked = annas_program.post(at(anna), sent)

    assert asked.status_code == 409
    assert asked.json()["type"] == "urn:calcidiol:problem:questions"
    (question,) = asked.json()["questions"]
    assert question["question"] == "unit_against_history"
    assert "Which unit is printed next to the number?" in question["sentence"]
    assert {each["answer"] for each in question["choices"]} == {
        "nmol/L",
        "ng/mL",
        "hold",
    }
    assert LabResult.objects.count() == 1

    answers = {"unit_against_history": "ng/mL"}
    taken = annas_program.post(at(anna), {**sent, "answers": answers})

    assert taken.status_code == 201
    row = LabResult.objects.get(pk=taken.json()["version_id"])
    assert (row.unit, row.answers) == ("ng/mL", answers)


def test_who_is_not_sure_has_the_result_held(
    anna: Patient, annas_program: Program
) -> None:
    a_result(anna, an_entry("70", "nmol/L", collected_on=date(2026, 1, 5)))
    answers = {"unit_against_history": "hold"}
    sent = {**SENT, "value": "28", "unit": "nmol/L", "answers": answers}

    result = annas_program.post(at(anna), sent).json()

    assert result["held_because"]
    assert (result["flag"]["position"], result["flag"]["reason"]) == (
        "not_compared",
        "held",
    )


def test_a_double_is_not_added(anna: Patient, annas_program: Program) -> None:
    a_result(anna, an_entry("28.0"))
    assert annas_program.post(at(anna), SENT).status_code == 409

    answered = {**SENT, "answers": {"duplicate": "same"}}

    assert annas_program.post(at(anna), answered).status_code == 409
    assert LabResult.objects.count() == 1


def test_a_request_sent_again_counts_once(
    anna: Patient, annas_program: Program
) -> None:
    first = annas_program.post(at(anna), SENT, idempotency_key="one")
    again = annas_program.post(at(anna), SENT, idempotency_key="one")
    other = annas_program.post(at(anna), {**SENT, "value": "29"}, idempotency_key="one")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert (again["ETag"], again["Location"]) == (first["ETag"], first["Location"])
    assert again["Idempotency-Replayed"] == "true"
    assert other.status_code == 422
    assert other.json()["type"] == "urn:calcidiol:problem:key-used"
    assert LabResult.objects.count() == 1


def test_what_was_refused_may_be_sent_again_with_what_was_missing(
    anna: Patient, annas_program: Program
) -> None:
    a_result(anna, an_entry("28.0"))
    refused = annas_program.post(at(anna), SENT, idempotency_key="one")
    answered = {**SENT, "answers": {"duplicate": "different"}}

    taken = annas_program.post(at(anna), answered, idempotency_key="one")

    assert (refused.status_code, taken.status_code) == (409, 201)


def test_an_answer_is_not_given_again_to_who_may_not_see_it_any_more(
    anna: Patient, oseis_program: Program
) -> None:
    assert oseis_program.post(at(anna), SENT, idempotency_key="k").status_code == 201
    anna.consents.update(revoked_at=timezone.now())

    assert oseis_program.post(at(anna), SENT, idempotency_key="k").status_code == 404


@pytest.mark.parametrize(
    "narrower", [{"shares_health": False}, {"results_from": date(2026, 6, 1)}]
)
def test_an_answer_is_not_told_again_where_less_is_shared_by_then(
    anna: Patient, oseis_program: Program, narrower: dict[str, Any]
) -> None:
    a_health_fact(anna, HealthTopic.SARCOIDOSIS)
    first = oseis_program.post(at(anna), SENT, idempotency_key="k")
    anna.consents.update(**narrower)

    again = oseis_program.post(at(anna), SENT, idempotency_key="k")

    assert first.status_code == 201
    assert "arcoidosis" in first.content.decode()
    assert again.status_code == 409
    assert again.json()["type"] == "urn:calcidiol:problem:not-told-again"
    assert "Location" not in again
    for word in ("arcoidosis", "28.0", first.json()["id"]):
        assert word not in again.content.decode()
    assert LabResult.objects.count() == 1


def test_that_an_answer_was_told_again_is_on_the_trail(
    anna: Patient, oseis_program: Program
) -> None:
    oseis_program.post(at(anna), SENT, idempotency_key="k")
    before = AuditEvent.objects.filter(patient_id=anna.pk).count()

    again = oseis_program.post(at(anna), SENT, idempotency_key="k")

    assert again["Idempotency-Replayed"] == "true"
    events = AuditEvent.objects.filter(patient_id=anna.pk)
    assert events.count() == before + 1
    assert events.latest("at").action == "read"


def test_a_key_used_about_somebody_who_shares_no_more_is_refused(
    anna: Patient, clinic: Clinic, oseis_program: Program
) -> None:
    ben = a_patient("Ben Birch")
    a_consent(ben, clinic)
    first = oseis_program.post(at(anna), SENT, idempotency_key="k")
    anna.consents.update(revoked_at=timezone.now())

    other = oseis_program.post(at(ben), SENT, idempotency_key="k")

    assert (first.status_code, other.status_code) == (201, 422)
    assert other.json()["type"] == "urn:calcidiol:problem:key-used"
    assert first.json()["id"] not in other.content.decode()
    assert not LabResult.objects.filter(patient=ben).exists()


@pytest.mark.parametrize("key", ["", "x" * 256, "schlüssel"])
def test_a_key_of_a_request_is_plain_and_short(
    anna: Patient, annas_program: Program, key: str
) -> None:
    answer = annas_program.post(at(anna), SENT, idempotency_key=key)

    assert answer.status_code == 422
    assert not LabResult.objects.exists()


def test_of_two_requests_at_once_one_counts(
    transactional_db: None, anna: Patient
) -> None:
    del transactional_db
    secret = a_key(owner_of(anna))
    gate = Barrier(2)

    def send(_: int) -> int:
        gate.wait()
        answer = Program(secret).post(at(anna), SENT, idempotency_key="one")
        connection.close()
        return answer.status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(send, range(2)))

    assert statuses == [201, 201]
    assert LabResult.objects.count() == 1


def test_a_correction_names_the_version_it_saw(
    anna: Patient, annas_program: Program
) -> None:
    row = a_result(anna, an_entry("82"))
    place = at(anna, f"/{row.chain}")
    sent = {**SENT, "value": "28", "reason": "typed wrongly"}
    seen = annas_program.get(place)["ETag"]

    unsaid = annas_program.post(f"{place}/corrections", sent)
    taken = annas_program.post(f"{place}/corrections", sent, if_match=seen)
    late = annas_program.post(
        f"{place}/corrections", {**sent, "value": "29"}, if_match=seen
    )

    assert unsaid.status_code == 428
    assert taken.status_code == 201, taken.content
    assert (taken.json()["version"], taken.json()["id"]) == (2, str(row.chain))
    assert late.status_code == 412
    assert late.json()["current"]["value"]["as_reported"] == "28"
    assert late["ETag"] == taken["ETag"]
    told = annas_program.get(f"{place}/versions").json()
    assert [each["value"]["as_reported"] for each in told] == ["28", "82"]


def test_what_a_refusal_shows_of_a_record_is_on_its_trail(
    anna: Patient, oseis_program: Program
) -> None:
    row = a_result(anna, an_entry("82"))
    reads = AuditEvent.objects.filter(patient_id=anna.pk, action="read", channel="api")
    before = reads.count()

    late = oseis_program.post(
        at(anna, f"/{row.chain}/withdrawal"), {"reason": "x"}, if_match='"other"'
    )
    assert late.json()["current"]["value"]["as_reported"] == "82"
    assert reads.count() == before + 1

    asked = oseis_program.post(at(anna), {**SENT, "value": "82", "unit": "ng/mL"})
    assert asked.json()["questions"]
    assert reads.count() == before + 2

    refused = oseis_program.post(at(anna), {**SENT, "value": "many"})
    assert refused.status_code == 422
    assert reads.count() == before + 2


def test_a_withdrawn_result_stays_in_the_history(
    anna: Patient, annas_program: Program
) -> None:
    row = a_result(anna)
    place = at(anna, f"/{row.chain}")
    reason = {"reason": "somebody else's"}

    gone = annas_program.post(f"{place}/withdrawal", reason, if_match="*")
    again = annas_program.post(f"{place}/withdrawal", reason, if_match="*")

    assert (gone.status_code, gone.json()["status"]) == (201, "entered-in-error")
    assert again.status_code == 409
    assert len(annas_program.get(f"{place}/versions").json()) == 2


def test_a_held_result_is_released_by_a_clinicians_program_alone(
    anna: Patient, annas_program: Program, oseis_program: Program
) -> None:
    told = annas_program.post(at(anna), {**SENT, "measurand": "unspecified"}).json()
    place = at(anna, f"/{told['id']}/corrections")

    by_anna = annas_program.post(place, {**SENT, "reason": "Total"}, if_match="*")
    mended = {**SENT, "laboratory": "Harbour", "reason": "Its name"}
    by_osei = oseis_program.post(place, mended, if_match="*")
    settled = {**mended, "reason": "The report prints 25-OH vitamin D"}
    settled["confirms"] = True
    refused = annas_program.post(place, settled, if_match="*")
    confirmed = oseis_program.post(place, settled, if_match="*")

    assert by_anna.json()["measurand"] == "total"
    assert told["held_because"] == by_anna.json()["held_because"] != ""
    assert by_osei.json()["held_because"] == told["held_because"]
    assert refused.status_code == 403
    assert confirmed.json()["held_because"] == ""
    reason = LabResult.objects.get(version=4).version_reason
    assert reason.startswith("Confirmed by what the report prints.")
    sources = [by_anna.json()["source"], confirmed.json()["source"]]
    assert sources == ["typed_by_patient", "typed_by_clinic"]


def test_only_what_was_held_and_is_held_no_more_is_told_as_confirmed(
    anna: Patient, oseis_program: Program
) -> None:
    told = oseis_program.post(at(anna), {**SENT, "measurand": "unspecified"}).json()
    place = at(anna, f"/{told['id']}/corrections")
    said = {"confirms": True, "measurand": "unspecified"}

    for change in (
        {**said, "laboratory": "Harbour", "reason": "Its name"},
        {**said, "measurand": "total", "reason": "As printed"},
        {"confirms": True, "laboratory": "Quay", "reason": "Its name again"},
    ):
        answer = oseis_program.post(place, {**SENT, **change}, if_match="*")
        assert answer.status_code == 201, answer.json()

    reasons = LabResult.objects.order_by("version").values_list("version_reason")
    assert [reason for (reason,) in reasons] == [
        "",
        "Its name",
        "Confirmed by what the report prints. As printed",
        "Its name again",
    ]


def test_a_correction_of_nothing_is_refused(
    anna: Patient, annas_program: Program
) -> None:
    row = a_result(
        anna,
        an_entry("28.0", laboratory="Harbour Laboratory", method="", specimen=""),
    )
    place = at(anna, f"/{row.chain}/corrections")

    answer = annas_program.post(place, {**SENT, "reason": "x"}, if_match="*")

    assert answer.status_code == 422
    assert "Nothing differs" in answer.json()["errors"][0]["detail"]


def test_of_many_each_is_taken_or_refused_by_itself(
    anna: Patient, annas_program: Program
) -> None:
    items = [
        SENT,
        SENT,
        {**SENT, "value": "x"},
        {**SENT, "colour": "red"},
        {**SENT, "value": "31", "collected_on": "2026-05-01"},
    ]

    told = annas_program.post(at(anna, "/batch"), {"items": items}).json()["items"]

    assert [each["status"] for each in told] == [201, 409, 422, 422, 201]
    assert told[3]["problem"]["errors"][0]["pointer"] == "#/colour"
    assert LabResult.objects.count() == 2


def test_pages_hold_every_result_once(anna: Patient, annas_program: Program) -> None:
    days = [date(2026, 1, 1) + timedelta(days=each // 2) for each in range(7)]
    for day in days:
        a_result(anna, an_entry("28", collected_on=day))
    place, seen = at(anna) + "?limit=2", []
    while place:
        told = annas_program.get(place).json()
        seen += [each["id"] for each in told["items"]]
        place = told["next"]

    assert len(seen) == len(set(seen)) == 7


def test_results_are_chosen_by_test_and_day(
    anna: Patient, annas_program: Program
) -> None:
    for day in (date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)):
        a_result(anna, an_entry(collected_on=day))
    asked = at(anna) + "?since=2026-01-15&until=2026-02-15&measurand=total"

    told = annas_program.get(asked).json()["items"]

    assert [each["collected_on"] for each in told] == ["2026-02-01"]


def test_the_queries_of_a_page_do_not_grow_with_it(
    anna: Patient,
    oseis_program: Program,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(3):
        a_result(anna, an_entry(collected_on=date(2026, 1, 1 + number)))
    oseis_program.get(at(anna))
    with django_assert_num_queries(LIST_QUERIES) as few:
        oseis_program.get(at(anna))
    for number in range(20):
        a_result(anna, an_entry(collected_on=date(2026, 2, 1 + number)))

    with django_assert_num_queries(LIST_QUERIES):
        oseis_program.get(at(anna))
    assert not any("count(" in each["sql"].lower() for each in few.captured_queries)


def test_a_program_asks_for_a_few_fields_alone(
    anna: Patient, osei: User, annas_program: Program
) -> None:
    a_target(anna, osei)
    a_result(anna)

    (few,) = annas_program.get(at(anna) + "?fields=value,collected_on").json()["items"]
    (judged,) = annas_program.get(at(anna) + "?fields=flag").json()["items"]

    assert set(few) == {"id", "value", "collected_on"}
    assert few["value"]["unit"] == "ng/mL"
    assert judged["flag"]["position"] == "below"


@pytest.mark.parametrize("names", ["colour", "value,value", "value,", "", "flag.words"])
def test_a_field_that_is_not_there_cannot_be_asked_for(
    anna: Patient, annas_program: Program, names: str
) -> None:
    answer = annas_program.get(f"{at(anna)}?fields={names}")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "?fields"


def test_a_program_reads_that_earlier_results_are_not_shared_with_it(
    anna: Patient, oseis_program: Program, annas_program: Program
) -> None:
    anna.consents.update(results_from=date(2026, 1, 1))
    place = f"/api/v1/patients/{anna.pk}/precautions"
    words = "Results before 1 January 2026 are not shared with you."

    assert words in oseis_program.get(place).json()["not_checked"]
    assert words not in annas_program.get(place).json()["not_checked"]


def test_what_was_corrected_to_a_day_out_of_sight_is_told_no_more(
    anna: Patient, oseis_program: Program, annas_program: Program
) -> None:
    anna.consents.update(results_from=date(2026, 1, 1))
    row = a_result(anna, an_entry("28.41"))
    place = at(anna, f"/{row.chain}")
    seen = oseis_program.get(place)["ETag"]
    sent = {**SENT, "value": "17.93", "reason": "Wrong year."}
    moved = annas_program.post(
        f"{place}/corrections", {**sent, "collected_on": "2025-03-12"}, if_match=seen
    )
    assert moved.status_code == 201, moved.content

    told = oseis_program.get(at(anna)).json()["items"]
    reads = [oseis_program.get(place + end) for end in ("", "/versions")]
    writes = [
        oseis_program.post(f"{place}/corrections", sent, if_match=seen),
        oseis_program.post(f"{place}/withdrawal", {"reason": "Mine"}, if_match=seen),
    ]

    assert told == []
    assert [each.status_code for each in reads] == [404, 404]
    assert [each.status_code for each in writes] == [409, 409]
    for answer in [*reads, *writes]:
        assert "no longer holds" in answer.json()["detail"]
        assert "17.93" not in answer.content.decode()
    assert annas_program.get(place).json()["value"]["as_reported"] == "17.93"
