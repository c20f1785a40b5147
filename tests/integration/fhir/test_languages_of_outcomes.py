"""What FHIR is refused with is said in the program's language; its code stays."""

from typing import Any

from accounts.domain.tokens import TokenScope
from accounts.models import Patient
from tests.factories import a_patient, a_result, an_entry, owner_of
from tests.integration.api.conftest import MakeProgram, Program
from tests.integration.api.test_every_error import is_arabic
from tests.integration.fhir.test_sending import FHIR, observation, sent, statement

SEARCHES = (
    "Observation",
    "Observation?patient={id}&colour=red",
    "Observation?patient={id}&patient={id}",
    "Observation?patient=Patient/me",
    "Observation?patient={id}&_count=-1",
    "Observation?patient={id}&_sort=code",
    "Observation/{other}/_history",
    "Observation?patient={id}&_total=all",
    "Observation?patient={id}&_summary=text",
    "Observation?patient={id}&date=soon",
    "Observation?patient={id}&date=2026-02-31",
    "Observation?patient={id}&_lastUpdated=soon",
    "Observation?patient={id}&_lastUpdated=ge2026-02-31T00:00:00Z",
    "Observation?patient={id}&code=http://loinc.org|",
    "Observation?patient={id}&code=%00",
    "Observation?patient={id}&code=",
    "Observation?patient={id}&_include=Observation:encounter",
    "Observation?patient={id}&_cursor=x",
    "Observation?patient={id}&_format=xml",
    "Observation?patient={other}",
    "Patient/{other}",
    "Consent/{other}",
    "nowhere",
)


def bodies(anna: Patient, other: Patient) -> list[Any]:
    never = statement(anna, effectivePeriod={})
    return [
        b"{",
        b'{"a": 1, "a": 2}',
        {"resourceType": "Bundle", "type": "batch"},
        {"resourceType": "Bundle", "type": "transaction", "entry": []},
        {"resourceType": "Bundle", "type": "transaction", "entry": ["x"]},
        {"resourceType": "Bundle", "type": "transaction", "entry": [{}]},
        sent({"resourceType": "Condition"}),
        sent(observation(anna, subject={"reference": "Patient/me"})),
        sent(observation(other)),
        sent(observation(anna), condition="patient=" + str(other.pk)),
        sent(observation(anna, valueQuantity={"value": 2.8, "unit": "nmol/L"})),
        sent(never),
        sent(statement(anna, effectivePeriod={"start": "soon-is-it"})),
        sent(statement(anna, dosage=[{"text": "daily"}])),
        sent(statement(anna, medicationCodeableConcept={})),
        sent(statement(anna, modifierExtension=[{"url": "http://x"}])),
        sent(observation(anna), condition="_count=1"),
        sent(observation(anna), condition="date=soon"),
    ]


def outcome(program: Program, ask: Any, language: str) -> dict[str, Any]:  # noqa: ANN401
    program.language = language
    answer = ask(program)
    assert answer.status_code >= 400
    assert answer["Content-Language"].startswith(language)
    told: dict[str, Any] = answer.json()
    assert told["resourceType"] == "OperationOutcome"
    return told


def check_is_spoken(program: Program, ask: Any, what: object) -> None:  # noqa: ANN401
    english, german, arabic = (
        outcome(program, ask, language)["issue"] for language in ("en", "de", "ar")
    )
    codes = [each["code"] for each in english]
    assert codes == [each["code"] for each in german]
    assert codes == [each["code"] for each in arabic]
    for one, two, three in zip(english, german, arabic, strict=True):
        assert one["diagnostics"] != two["diagnostics"], what
        assert is_arabic(three["diagnostics"]), what


def test_every_refusal_of_a_search_is_said_in_the_programs_language(
    anna: Patient, annas_program: Program
) -> None:
    a_result(anna, an_entry("28"))
    other = a_patient("Ben Example")
    for search in SEARCHES:
        path = "/fhir/" + search.format(id=anna.pk, other=other.pk)
        check_is_spoken(annas_program, lambda each, p=path: each.get(p), search)


def test_every_refusal_of_a_transaction_is_said_in_the_programs_language(
    anna: Patient, annas_program: Program
) -> None:
    other = a_patient("Ben Example")
    for body in bodies(anna, other):
        check_is_spoken(
            annas_program,
            lambda each, b=body: each.post("/fhir/", b, content_type=FHIR),
            body,
        )


def test_what_a_key_lacks_is_said_in_the_programs_language(
    anna: Patient, program_of: MakeProgram
) -> None:
    program = program_of(owner_of(anna), frozenset({TokenScope.READ_SUPPLEMENTS}))
    for path in (f"/fhir/Observation?patient={anna.pk}", "/fhir/nowhere"):
        check_is_spoken(program, lambda each, p=path: each.get(p), path)
    body = sent(observation(anna))
    check_is_spoken(
        program, lambda each: each.post("/fhir/", body, content_type=FHIR), body
    )
