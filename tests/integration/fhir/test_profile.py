"""
What the US Core laboratory result profile wants, asserted element by element.

And what the CapabilityStatement says is what the router serves: no more, no less.
"""

from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from fhirpy import SyncFHIRClient
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import Patient, User
from accounts.queries import viewer_for
from labs.domain.measurements import ResultStatus
from labs.services import recording
from tests.access.characters import absent
from tests.access.permissions import FHIR_KINDS
from tests.factories import a_patient, a_period, a_result, a_target, an_entry, owner_of
from tests.integration.api.conftest import Program, a_key
from tests.integration.fhir.test_reading import resources, search, validated
from tracker.fhir import urls
from tracker.fhir.capability import statement

LABORATORY = "http://terminology.hl7.org/CodeSystem/observation-category"
LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
# The value set that the profile binds `status` to, as this product uses it.
STATUSES = {
    "registered",
    "preliminary",
    "final",
    "amended",
    "corrected",
    "cancelled",
    "entered-in-error",
    "unknown",
}
# Codes that LOINC gives to what is stored here by name.
KNOWN_CODES = {"1989-3", "62292-8", "49054-0", "35365-6", "68438-1"}


ABSENT = {
    "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
    "valueCode": "unknown",
}


def of_every_kind(anna: Patient) -> str:
    """Store results of every status, unit and comparator; return the held one's id."""
    for number, status in enumerate((ResultStatus.PRELIMINARY, ResultStatus.FINAL)):
        day = date(2026, 1, 1 + number)
        a_result(anna, an_entry("28.0", collected_on=day, status=status))
    a_result(anna, an_entry("<4.0", "nmol/L", collected_on=date(2026, 2, 1)))
    a_result(anna, an_entry(">150", collected_on=date(2026, 2, 2)))
    entry = an_entry("31", collected_on=date(2026, 2, 3), held_because="in doubt")
    held = str(a_result(anna, entry).chain)
    gone = a_result(anna, an_entry("29", collected_on=date(2026, 2, 4)))
    recording.mark_entered_in_error(
        result=gone,
        reason="x",
        by=viewer_for(owner_of(anna)),
        at=gone.entered_at,
    )
    return held


def test_every_must_support_element_of_a_laboratory_result_is_there(
    anna: Patient, annas_program: Program
) -> None:
    held = of_every_kind(anna)

    found = resources(search(annas_program, "Observation", anna))

    assert len(found) >= 5
    for each in found:
        assert each["resourceType"] == "Observation"
        assert each["status"] in STATUSES
        categories = [code for c in each["category"] for code in c["coding"]]
        systems = {(code["system"], code["code"]) for code in categories}
        assert (LABORATORY, "laboratory") in systems
        if each["id"] == held:  # its unit is in doubt, and with it the code
            assert each["code"] == {"extension": [ABSENT]}
        else:
            codes = {c["code"] for c in each["code"]["coding"] if c["system"] == LOINC}
            assert codes & KNOWN_CODES, each["code"]
        assert each["subject"]["reference"] == f"Patient/{anna.pk}"
        assert date.fromisoformat(each["effectiveDateTime"][:10]).year == 2026
        assert ("valueQuantity" in each) != ("dataAbsentReason" in each)
        if "valueQuantity" in each:
            quantity = each["valueQuantity"]
            assert quantity["system"] == UCUM
            assert quantity["code"] in {"ng/mL", "nmol/L"}
            assert quantity["unit"]
            assert isinstance(quantity["value"], int | float)
            assert quantity.get("comparator") in {None, "<", ">", "<=", ">="}
        assert "profile" not in each["meta"] or any(
            "us-core-observation-lab" in profile for profile in each["meta"]["profile"]
        )


def test_the_statement_says_what_the_router_serves(
    anna: Patient, osei: User, annas_program: Program
) -> None:
    a_target(anna, osei)
    a_result(anna)
    a_period(anna)
    stated: Any = statement()
    told = stated["rest"][0]["resource"]
    names = {str(each.name) for each in urls.urlpatterns}

    kinds = {each["type"] for each in told}
    assert names == {
        "fhir",
        "fhir_metadata",
        "fhir_everything",
        "fhir_Observation_history",
        "fhir_Observation_version",
        *(f"fhir_{kind}" for kind in kinds),
        *(f"fhir_{kind}_read" for kind in kinds),
        *(f"fhir_{kind}_search" for kind in kinds),
    }
    for each in told:
        served(annas_program, anna, each)


def served(program: Program, anna: Patient, told: dict[str, Any]) -> None:
    """Assert that one kind takes what is told of it, and refuses all else."""
    kind = told["type"]
    own = "" if kind == "Patient" else f"patient=Patient/{anna.pk}&"
    values = {"date": "ge2020-01-01", "reference": str(anna.pk), "token": "x"}
    for parameter in told["searchParam"]:
        name = parameter["name"]
        value = str(absent()) if name == "_id" else values[parameter["type"]]
        if name in {"patient", "subject"}:
            path = f"/fhir/{kind}?{name}={anna.pk}"
        else:
            path = f"/fhir/{kind}?{own}{name}={value}"
        answer = program.get(path)
        words = answer.content.decode()
        assert "not known" not in words, (kind, name, words[:300])
        assert answer.status_code in {200, 400}, (kind, name, words[:300])
    assert program.get(f"/fhir/{kind}?{own}colour=red").status_code == 400
    assert program.post(f"/fhir/{kind}", {}).status_code == 405
    for method in ("PUT", "PATCH", "DELETE"):
        place = f"/fhir/{kind}/{absent()}"
        assert program.send(method, place, {}).status_code == 405


@pytest.mark.parametrize("kind", FHIR_KINDS)
def test_what_is_somebody_elses_looks_absent_by_its_id(
    kind: str, anna: Patient, osei: User, annas_program: Program
) -> None:
    a_target(anna, osei)
    a_result(anna)
    a_period(anna)
    annas_program.get(f"/fhir/Observation?patient={anna.pk}")
    bob = Program(a_key(owner_of(a_patient("Bob Birch"))))
    query = "" if kind == "Patient" else f"?patient={anna.pk}"
    (mine, *_more) = resources(annas_program.get(f"/fhir/{kind}{query}").json())

    foreign = bob.get(f"/fhir/{kind}/{mine['id']}")
    none = bob.get(f"/fhir/{kind}/{absent()}")

    assert foreign.status_code == none.status_code == 404
    assert foreign.json() == none.json()
    assert validated(foreign.json())["resourceType"] == "OperationOutcome"


def test_a_client_of_others_searches_every_kind(
    live_server: LiveServer, settings: Settings, anna: Patient, osei: User
) -> None:
    settings.SITE_ORIGIN = live_server.url
    a_target(anna, osei)
    for number in range(5):
        day = date(2026, 1, 1 + number)
        a_result(anna, an_entry(f"{20 + number}.50", collected_on=day))
        a_period(anna, name=f"Product {number}")
    key = a_key(owner_of(anna))
    client = SyncFHIRClient(f"{live_server.url}/fhir", authorization=f"Bearer {key}")

    for kind in FHIR_KINDS[1:]:
        found = (
            client.resources(kind)
            .search(patient=f"Patient/{anna.pk}")
            .limit(2)
            .fetch_all()
        )
        ids = [each["id"] for each in found]
        assert ids, kind
        assert len(set(ids)) == len(ids), kind
        assert client.reference(kind, ids[0]).to_resource()["id"] == ids[0]
    assert len(client.resources("Patient").fetch_all()) == 1
    bundle = (
        client.resources("Observation")
        .search(patient=f"Patient/{anna.pk}")
        .include("Observation", "patient")
        .limit(2)
        .fetch_raw()
    )
    modes = [each["search"]["mode"] for each in bundle["entry"]]
    assert modes == ["match", "match", "include"]
    everything = client.reference("Patient", str(anna.pk)).execute(
        "$everything", method="get"
    )
    assert {"Patient", "Observation", "Goal", "MedicationStatement"} <= {
        each["resource"]["resourceType"] for each in everything["entry"]
    }


HOSTILE = (
    "\0",
    "\\",
    r"\,",
    "||x",
    "'",
    "9" * 400,
    "-1",
    "x" * 4_000,
    "😀",
    "9999-12-31",
)
RESULTS_ALONE = ("_id", "_count", "_cursor", "_total", "_format", "_summary", "_sort")


@pytest.mark.parametrize("kind", ["Patient", "Observation", "Provenance", "AuditEvent"])
def test_no_value_of_a_stated_parameter_makes_a_search_fail(
    anna: Patient, annas_program: Program, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr("accounts.services.tokens.MOST_USES", 10_000)
    a_result(anna)
    stated: Any = statement()
    (told,) = [x for x in stated["rest"][0]["resource"] if x["type"] == kind]
    names = {each["name"] for each in told["searchParam"]} | {*RESULTS_ALONE}
    own = {} if kind == "Patient" else {"patient": str(anna.pk)}
    wrong = []
    for name in sorted(names - {"patient", "subject"}):
        for value in HOSTILE:
            query = urlencode({**own, name: value})
            answer = annas_program.get(f"/fhir/{kind}?{query}")
            if answer.status_code not in {200, 400, 406}:
                wrong.append((name, value, answer.status_code))
    assert wrong == []
