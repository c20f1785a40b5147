"""A transaction creates all that it holds, or nothing of it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import queries
from accounts.api.problems import ProblemRaised
from accounts.domain.tokens import TokenScope
from accounts.models import AuditEvent, Clinic, Patient, User
from labs.api.parsing import read_json
from labs.domain.plausibility import latest_day
from labs.models import LabResult, SupplementPeriod, WorklistRow
from labs.services import summarising
from tests.factories import a_consent, a_patient, a_result, an_entry, owner_of
from tests.integration.api.conftest import MakeProgram, Program
from tests.integration.fhir.test_reading import validated
from tests.unit.labs.formats.test_readers_agree import AMBIGUOUS
from tracker.fhir.sending import SUBSTANCES

FHIR = "application/fhir+json"


def observation(patient: Patient, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "62292-8"}]},
        "subject": {"reference": f"Patient/{patient.pk}"},
        "effectiveDateTime": "2026-03-12",
        "valueQuantity": {
            "value": 28.5,
            "unit": "ng/mL",
            "system": "http://unitsofmeasure.org",
            "code": "ng/mL",
        },
        **more,
    }


def statement(patient: Patient, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "resourceType": "MedicationStatement",
        "status": "active",
        "medicationCodeableConcept": {"text": "Sunny D3"},
        "subject": {"reference": f"Patient/{patient.pk}"},
        "effectivePeriod": {"start": "2026-01-05"},
        "dosage": [
            {"timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}
        ],
        **more,
    }


def sent(*resources: dict[str, Any], condition: str = "") -> dict[str, Any]:
    extra = {"ifNoneExist": condition} if condition else {}
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                "resource": each,
                "request": {"method": "POST", "url": each["resourceType"], **extra},
            }
            for each in resources
        ],
    }


def post(program: Program, body: object) -> Any:  # noqa: ANN401
    return program.post("/fhir/", body, content_type=FHIR)


def test_results_and_supplements_are_created_together(
    anna: Patient, annas_program: Program
) -> None:
    answer = post(annas_program, sent(observation(anna), statement(anna)))

    assert answer.status_code == 200, answer.content
    told = validated(answer.json())
    statuses = [each["response"]["status"] for each in told["entry"]]
    assert statuses == ["201 Created", "201 Created"]
    row = LabResult.objects.get()
    assert (row.value_text, row.unit, row.source) == (
        "28.5",
        "ng/mL",
        "typed_by_patient",
    )
    period = SupplementPeriod.objects.get()
    assert (period.product.name, period.schedule) == ("Sunny D3", "daily")
    assert period.product.vitamin_k == "unknown"


def test_one_wrong_entry_undoes_all(anna: Patient, annas_program: Program) -> None:
    wrong = observation(anna, valueQuantity={"value": 1, "unit": "parrots"})

    answer = post(annas_program, sent(observation(anna), wrong))

    assert answer.status_code == 422
    outcome = validated(answer.json())
    assert "Bundle.entry[1]" in outcome["issue"][0]["diagnostics"]
    assert not LabResult.objects.exists()


def test_what_a_page_would_ask_is_no_silent_yes(
    anna: Patient, annas_program: Program
) -> None:
    a_result(anna, an_entry("28.5"))

    answer = post(annas_program, sent(observation(anna)))

    assert answer.status_code == 409
    assert "has to be answered first" in answer.json()["issue"][0]["diagnostics"]
    assert LabResult.objects.count() == 1


def test_what_is_here_already_is_not_created_again(
    anna: Patient, annas_program: Program
) -> None:
    condition = f"patient={anna.pk}&code=62292-8&date=2026-03-12"
    body = sent(observation(anna), condition=condition)

    first, again = post(annas_program, body), post(annas_program, body)

    assert first.json()["entry"][0]["response"]["status"] == "201 Created"
    assert again.json()["entry"][0]["response"] == {
        "status": "200 OK",
        "location": first.json()["entry"][0]["response"]["location"],
    }
    assert LabResult.objects.count() == 1


def test_what_a_program_is_told_is_here_already(
    program_of: MakeProgram, osei: User, anna: Patient
) -> None:
    row = a_result(anna)
    body = sent(observation(anna), condition="date=2026-03-12")

    answer = post(program_of(osei), body)

    assert str(row.chain) in answer.content.decode()
    event = AuditEvent.objects.get(patient_id=anna.pk, action="read")
    assert (event.object_label, event.object_id) == ("result", str(row.chain))
    assert (event.channel, event.through) == ("api", "phone app")


def test_a_condition_that_several_meet_is_refused(
    anna: Patient, annas_program: Program
) -> None:
    for day in (date(2026, 1, 1), date(2026, 2, 1)):
        a_result(anna, an_entry(collected_on=day))

    answer = post(annas_program, sent(observation(anna), condition="code=62292-8"))

    assert answer.status_code == 412


@pytest.mark.parametrize(
    "broken",
    [
        {"resourceType": "Bundle", "type": "batch", "entry": []},
        {"resourceType": "Bundle", "type": "transaction"},
        {"resourceType": "Bundle", "type": "transaction", "entry": ["x"]},
        {"resourceType": "Bundle", "type": "transaction", "entry": [{}]},
        {"resourceType": "Patient"},
        [],
    ],
)
def test_what_is_no_transaction_is_refused(
    annas_program: Program, broken: object
) -> None:
    answer = post(annas_program, broken)

    assert answer.status_code in {400, 422}
    assert validated(answer.json())["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    "change",
    [
        {"subject": {}},
        {"subject": {"reference": "Patient/x"}},
        {"effectivePeriod": {}},
        {"effectivePeriod": {"start": "2026"}},
        {"effectivePeriod": {"start": "2026-01-05", "end": "2026-02"}},
        {"effectivePeriod": {"start": "2026-01-05", "end": "2026-02-01T08:00:00Z"}},
        {"dosage": []},
        {"dosage": [{"text": "1 daily"}]},
        {"medicationCodeableConcept": {}},
    ],
)
def test_a_supplement_that_is_not_coded_is_refused(
    anna: Patient, annas_program: Program, change: dict[str, Any]
) -> None:
    answer = post(annas_program, sent(statement(anna, **change)))

    assert answer.status_code == 422
    assert not SupplementPeriod.objects.exists()


@pytest.mark.parametrize(
    "status",
    [
        "completed",  # and no day on which it ended
        "stopped",
        "entered-in-error",
        "intended",
        "on-hold",
        "unknown",
        "not-taken",
        "",
        None,
        ["active"],
    ],
)
def test_what_is_not_surely_taken_opens_no_period(
    anna: Patient, annas_program: Program, status: object
) -> None:
    body = sent(observation(anna), statement(anna, status=status))

    answer = post(annas_program, body)

    assert answer.status_code == 422
    issue = validated(answer.json())["issue"][0]
    assert "Bundle.entry[1]: MedicationStatement.status" in issue["diagnostics"]
    assert not SupplementPeriod.objects.exists()
    assert not LabResult.objects.exists()


@pytest.mark.parametrize("status", ["completed", "stopped"])
def test_what_has_ended_is_taken_with_its_last_day(
    anna: Patient, annas_program: Program, status: str
) -> None:
    today = timezone.localdate()
    for ends_on, code in ((today + timedelta(days=1), 422), (today, 200)):
        days = {"start": "2026-01-05", "end": ends_on.isoformat()}
        body = sent(statement(anna, status=status, effectivePeriod=days))

        assert post(annas_program, body).status_code == code

    assert SupplementPeriod.objects.get().ends_on == today


def labelled(patient: Patient, amount: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a statement about a product whose label is sent along."""
    line = {
        "itemCodeableConcept": {"coding": [{"system": SUBSTANCES, "code": "D3"}]},
        "strength": {
            "numerator": {"value": int(amount), "unit": "[iU]"},
            "denominator": {"value": 1},
        },
    }
    label = {
        "resourceType": "Medication",
        "id": "m",
        "code": {"text": "Strong D3"},
        "ingredient": [line],
    }
    body = statement(
        patient, contained=[label], medicationReference={"reference": "#m"}, **more
    )
    del body["medicationCodeableConcept"]
    return body


def test_what_a_page_would_ask_about_a_label_is_no_silent_yes(
    anna: Patient, annas_program: Program
) -> None:
    tomorrow = (latest_day(timezone.now()) + timedelta(days=1)).isoformat()
    slips = [
        (labelled(anna, "50000"), "50,000"),
        (labelled(anna, "1000", effectivePeriod={"start": tomorrow}), "not come yet"),
    ]
    for slip, words in slips:
        answer = post(annas_program, sent(labelled(anna, "1000"), slip))

        assert answer.status_code == 409
        issue = validated(answer.json())["issue"][0]
        assert "Bundle.entry[1]: This has to be answered first" in issue["diagnostics"]
        assert words in issue["diagnostics"]
    assert not SupplementPeriod.objects.exists()

    assert post(annas_program, sent(labelled(anna, "1000"))).status_code == 200


def test_a_first_day_before_birth_is_refused(
    anna: Patient, annas_program: Program
) -> None:
    body = sent(statement(anna, effectivePeriod={"start": "1890-01-05"}))

    answer = post(annas_program, body)

    assert answer.status_code == 422
    assert "before the date of birth" in answer.json()["issue"][0]["diagnostics"]
    assert not SupplementPeriod.objects.exists()


def test_somebody_elses_record_is_not_written(annas_program: Program) -> None:
    bob = a_patient("Bob Birch")

    assert post(annas_program, sent(observation(bob))).status_code == 404
    assert not LabResult.objects.exists()


def test_a_key_that_reads_sends_nothing(anna: Patient, program_of: MakeProgram) -> None:
    program = program_of(owner_of(anna), frozenset({TokenScope.READ_RESULTS}))

    assert post(program, sent(observation(anna))).status_code == 403


def test_another_kind_of_body_is_refused(annas_program: Program) -> None:
    answer = annas_program.post("/fhir/", b"<Bundle/>", content_type="application/xml")

    assert answer.status_code == 415


@pytest.mark.parametrize("named", AMBIGUOUS)
def test_what_json_leaves_open_is_refused_in_the_words_of_the_other_address(
    annas_program: Program, named: str
) -> None:
    with pytest.raises(ProblemRaised) as elsewhere:
        read_json(AMBIGUOUS[named])

    answer = post(annas_program, AMBIGUOUS[named])

    assert answer.status_code == 400
    (issue,) = answer.json()["issue"]
    assert issue["diagnostics"] == elsewhere.value.problem.detail


@pytest.mark.parametrize("sign", ["\0", "\ud800"])
def test_a_sign_that_no_text_has_is_refused_and_nothing_is_stored(
    anna: Patient, annas_program: Program, sign: str
) -> None:
    for wrong in (
        observation(anna, note=[{"text": f"a{sign}b"}]),
        statement(anna, medicationCodeableConcept={"text": f"D3{sign}"}),
    ):
        answer = post(annas_program, sent(wrong))

        assert answer.status_code in {400, 422}, answer.content
    assert not LabResult.objects.exists()
    assert not SupplementPeriod.objects.exists()


# Taken back ---------------------------------------------------------------------------


def without_value(patient: Patient, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return an observation that a laboratory takes back, as it is mostly sent."""
    told = observation(patient, status="cancelled") | more
    del told["valueQuantity"]
    return told | {"dataAbsentReason": {"text": "Sample haemolysed"}}


@pytest.mark.parametrize("status", ["cancelled", "entered-in-error"])
@pytest.mark.parametrize("repeats_value", [False, True])
def test_what_is_taken_back_is_the_next_version(
    anna: Patient, annas_program: Program, status: str, *, repeats_value: bool
) -> None:
    stored = a_result(anna, an_entry("28.5"))
    told = observation if repeats_value else without_value
    body = told(anna, status=status, performer=[{"display": stored.laboratory}])

    answers = [post(annas_program, sent(body)) for _ in range(2)]

    assert [each.status_code for each in answers] == [200, 200], answers[0].content
    newest = LabResult.objects.latest_versions().get()
    assert (newest.chain, newest.version) == (stored.chain, 2)
    assert (newest.value_text, newest.status) == ("28.5", status)
    assert str(stored.chain) in answers[0].json()["entry"][0]["response"]["location"]


def test_what_takes_nothing_back_is_refused(
    anna: Patient, annas_program: Program
) -> None:
    answer = post(annas_program, sent(without_value(anna)))

    assert answer.status_code == 422
    assert "is here that it takes back" in answer.json()["issue"][0]["diagnostics"]
    assert not LabResult.objects.exists()


def test_another_value_is_not_taken_back(anna: Patient, annas_program: Program) -> None:
    stored = a_result(anna, an_entry("31.0"))
    laboratory = [{"display": stored.laboratory}]
    body = observation(anna, status="cancelled", performer=laboratory)

    answer = post(annas_program, sent(body))

    assert answer.status_code == 422
    assert "it is not certain which" in answer.json()["issue"][0]["diagnostics"]
    assert LabResult.objects.latest_versions().shown().get() == stored


def test_what_is_held_takes_nothing_back(anna: Patient, annas_program: Program) -> None:
    """It says that it is about somebody else: a person is asked."""
    stored = a_result(anna, an_entry("28.5"))
    laboratory = [{"display": stored.laboratory}]
    about = {"focus": [{"reference": "Patient/fetus"}], "performer": laboratory}

    with_value = post(
        annas_program, sent(observation(anna, status="cancelled", **about))
    )
    bare = post(annas_program, sent(without_value(anna, **about)))

    assert (with_value.status_code, bare.status_code) == (409, 422)
    assert LabResult.objects.get() == stored


def test_the_records_of_a_transaction_are_locked_in_one_go(
    anna: Patient, clinic: Clinic, oseis_program: Program
) -> None:
    """In whatever order they stand: two transactions never wait for each other."""
    ben = a_patient("Ben Sample", born_on=date(1970, 1, 2))
    a_consent(ben, clinic)

    with CaptureQueriesContext(connection) as captured:
        answer = post(oseis_program, sent(observation(anna), observation(ben)))

    asked = [str(each["sql"]) for each in captured.captured_queries]
    locked = next(each for each in asked if "app.lock_for_worklist" in each)
    assert answer.status_code == 200, answer.content
    assert all(each.pk.hex in locked for each in (anna, ben))


def test_a_transaction_draws_the_list_of_what_it_takes_back(
    anna: Patient, osei: User, clinic: Clinic, annas_program: Program
) -> None:
    """Dr Osei's clinic is the one that sees her."""
    del osei
    stored = a_result(anna, an_entry("28.5"))
    summarising.refresh(
        [anna.pk], by=queries.viewer_for(owner_of(anna)), at=timezone.now()
    )
    row = WorklistRow.objects.filter(patient=anna, clinic=clinic)
    assert row.get().facts["latest"]["id"] == str(stored.pk)

    body = without_value(anna, performer=[{"display": stored.laboratory}])
    assert post(annas_program, sent(body)).status_code == 200

    assert row.get().facts["latest"] is None
