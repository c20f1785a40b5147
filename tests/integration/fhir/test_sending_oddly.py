"""Transactions that say something odd, or come twice: refused by place, not doubled."""

from typing import Any

import pytest

from accounts.models import AuditEvent, Patient
from labs.models import LabResult, SupplementPeriod
from tests.access.characters import absent
from tests.factories import a_patient, a_result, an_entry
from tests.integration.api.conftest import Program
from tests.integration.fhir.test_reading import validated
from tests.integration.fhir.test_sending import (
    FHIR,
    observation,
    post,
    sent,
    statement,
)


def refusal(answer: Any) -> tuple[int, str]:  # noqa: ANN401
    """Return the status of a refusal, and the place that it names."""
    outcome = validated(answer.json())
    (place,) = outcome["issue"][-1]["expression"]
    return answer.status_code, str(place)


def test_a_transaction_under_one_key_counts_once(
    anna: Patient, annas_program: Program
) -> None:
    body = sent(statement(anna))

    first = annas_program.post("/fhir/", body, content_type=FHIR, idempotency_key="a")
    again = annas_program.post("/fhir/", body, content_type=FHIR, idempotency_key="a")
    other = annas_program.post(
        "/fhir/", sent(observation(anna)), content_type=FHIR, idempotency_key="a"
    )

    assert first.status_code == again.status_code == 200
    assert again.json() == first.json()
    assert again["Content-Type"] == FHIR
    assert again["Idempotency-Replayed"] == "true"
    assert SupplementPeriod.objects.count() == 1
    assert other.status_code == 422
    assert validated(other.json())["issue"][0]["code"] == "duplicate"
    assert not LabResult.objects.exists()


def test_a_condition_on_the_id_is_minded(anna: Patient, annas_program: Program) -> None:
    here = a_result(anna, an_entry("31"))
    body = observation(anna, effectiveDateTime="2026-02-01")

    known = post(annas_program, sent(body, condition=f"_id={here.chain}")).json()
    none = post(annas_program, sent(body, condition=f"_id={absent()}")).json()

    (first,) = known["entry"]
    assert first["response"]["status"] == "200 OK"
    assert first["response"]["location"].endswith(str(here.chain))
    (second,) = none["entry"]
    assert second["response"]["status"] == "201 Created"


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ("_count=1", 400),
        ("_include=Observation:patient", 400),
        ("_format=json", 400),
        ("?code=62292-8", 400),
        ("code=%00", 400),
        ("code=", 400),
        ("date=soon", 400),
        (7, 422),
        ({"code": "62292-8"}, 422),
        (["code=62292-8"], 422),
    ],
)
def test_a_condition_that_cannot_be_meant_is_refused_by_its_place(
    anna: Patient, annas_program: Program, condition: object, status: int
) -> None:
    body = sent(observation(anna))
    body["entry"][0]["request"]["ifNoneExist"] = condition

    answer = post(annas_program, body)

    assert refusal(answer) == (status, "Bundle.entry[0].request.ifNoneExist")
    assert not LabResult.objects.exists()


@pytest.mark.parametrize("condition", ["", "patient={id}", "subject=Patient/{id}"])
def test_a_condition_that_every_result_meets_is_refused(
    anna: Patient, annas_program: Program, condition: str
) -> None:
    a_result(anna, an_entry("31"))
    body = sent(observation(anna, effectiveDateTime="2026-02-01"))
    body["entry"][0]["request"]["ifNoneExist"] = condition.format(id=anna.pk)

    place = "Bundle.entry[0].request.ifNoneExist"
    assert refusal(post(annas_program, body)) == (422, place)
    assert LabResult.objects.count() == 1


def test_a_day_in_other_digits_is_refused_by_its_place(
    anna: Patient, annas_program: Program
) -> None:
    wide = "2026-03-01".translate({0x30 + digit: 0xFF10 + digit for digit in range(10)})

    answer = post(annas_program, sent(observation(anna, effectiveDateTime=wide)))

    assert refusal(answer) == (422, "Bundle.entry[0]")
    assert "digits 0 to 9" in answer.content.decode()
    assert not LabResult.objects.exists()


def test_a_value_that_is_sent_in_two_units_is_one_result(
    anna: Patient, annas_program: Program
) -> None:
    code = {"coding": [{"system": "http://loinc.org", "code": "68438-1"}]}
    for molar, status, stored in ((28.5, 422, 0), (71.1, 200, 1)):
        quantity = {"value": molar, "unit": "nmol/L"}
        parts = [{"code": code, "valueQuantity": quantity}]
        answer = post(annas_program, sent(observation(anna, component=parts)))
        assert answer.status_code == status, answer.content
        assert LabResult.objects.count() == stored


def often(frequency: float, period: float) -> list[dict[str, Any]]:
    repeat = {"frequency": frequency, "period": period, "periodUnit": "d"}
    return [{"timing": {"repeat": repeat}}]


@pytest.mark.parametrize(
    "more",
    [
        {"dosage": often(99_999, 1)},
        {"dosage": often(1, 9_999)},
        {"modifierExtension": [{"url": "http://x", "valueBoolean": True}]},
        {"implicitRules": "http://x"},
        {
            "dosage": [
                {**often(1, 1)[0], "modifierExtension": [{"url": "http://not-taken"}]}
            ]
        },
        {"effectivePeriod": {"start": "2026-W11-4"}},
        {"effectivePeriod": {"start": "٢٠٢٦-01-05"}},
        {"contained": [{"resourceType": "Medication", "ingredient": "D3"}]},
    ],
)
def test_a_supplement_that_cannot_be_read_whole_is_refused(
    anna: Patient, annas_program: Program, more: dict[str, Any]
) -> None:
    answer = post(annas_program, sent(statement(anna, **more)))

    assert refusal(answer) == (422, "Bundle.entry[0]"), answer.content
    assert not SupplementPeriod.objects.exists()


def test_somebody_elses_subject_is_refused_by_its_place_as_an_absent_one(
    anna: Patient, annas_program: Program
) -> None:
    other = a_patient("Ben Birch")
    nobody = {"reference": f"Patient/{absent()}"}

    foreign = post(annas_program, sent(observation(anna), observation(other)))
    none = post(
        annas_program, sent(observation(anna), observation(anna, subject=nobody))
    )

    assert refusal(foreign) == (404, "Bundle.entry[1].resource.subject")
    assert foreign.json() == none.json()
    assert AuditEvent.objects.filter(action="denied").count() == 2
    assert not LabResult.objects.exists()


def test_a_body_of_another_version_is_refused(
    anna: Patient, annas_program: Program
) -> None:
    for version, status in (("5.0", 415), ("4.0", 200)):
        kind = f"{FHIR}; fhirVersion={version}"
        answer = annas_program.post(
            "/fhir/", sent(observation(anna)), content_type=kind
        )
        assert answer.status_code == status
