"""One result tells a program what its page tells a person, by the same rules."""

import html
from datetime import date
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from accounts.domain.tokens import TokenScope
from accounts.models import Clinic, Patient, User
from accounts.queries import viewer_for
from labs.domain.laboratories import LaboratoryFactKind
from labs.domain.quantities import Measurand
from labs.domain.units import Unit
from labs.models import LabResult
from labs.services import attaching, knowing
from tests.factories import a_result, a_target, an_entry, owner_of
from tests.integration.api.conftest import MakeProgram, Program
from tests.integration.api.test_results import SENT, at


def page_of(browser: Client, row: LabResult) -> str:
    answer = browser.get(f"/patients/{row.patient_id}/results/{row.pk}/")
    assert answer.status_code == 200
    return " ".join(html.unescape(answer.content.decode()).split())


def told_of(program: Program, row: LabResult) -> dict[str, Any]:
    answer = program.get(at(row.patient, f"/{row.chain}"))
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    return told


def test_the_answers_of_an_entry_are_told_wherever_the_result_is(
    anna: Patient, annas_program: Program
) -> None:
    a_result(anna, an_entry("70", unit=Unit.NMOL_PER_L, collected_on=date(2026, 1, 5)))
    answers = {"unit_against_history": "ng/mL"}
    body = {**SENT, "value": "28", "unit": "nmol/L", "answers": answers}

    made = annas_program.post(at(anna), body)

    assert made.status_code == 201, made.content
    place = at(anna, f"/{made.json()['id']}")
    (listed,) = [
        each
        for each in annas_program.get(at(anna) + "?fields=answers").json()["items"]
        if each["id"] == made.json()["id"]
    ]
    assert made.json()["answers"] == listed["answers"] == answers
    assert annas_program.get(place).json()["answers"] == answers
    (version,) = annas_program.get(place + "/versions").json()
    assert version["answers"] == answers


def test_what_the_page_says_beside_the_one_before_is_told(
    anna: Patient, osei: User, oseis: Client, oseis_program: Program
) -> None:
    a_target(anna, osei)
    before = a_result(anna, an_entry("20.0", collected_on=date(2025, 9, 1)))
    row = a_result(
        anna, an_entry("75", unit=Unit.NMOL_PER_L, collected_on=date(2026, 3, 12))
    )
    attaching.mark_checked(result=row, by=viewer_for(osei), at=timezone.now())

    told, page = told_of(oseis_program, row), page_of(oseis, row)

    assert told["before"]["version_id"] == str(before.pk)
    assert told["before"]["collected_on"] == "2025-09-01"
    assert told["compared_in"]
    assert [each["checked_by"] for each in told["checks"]] == ["Dr Osei"]
    said = [told["compared_in"], *told["change"]]
    if not told["change"]:
        said += [*told["before"]["boundary"], *told["before"]["not_stated"]]
    assert len(said) > 1
    assert [each for each in said if each not in page] == []


def test_the_first_result_has_none_before(
    anna: Patient, annas_program: Program
) -> None:
    told = told_of(annas_program, a_result(anna, an_entry("28")))

    assert told["before"] is None
    assert told["change"] == told["checks"] == []
    assert told["compared_in"] == told["total_confirmed"] == ""
    assert told["change_not_checked"] is False


def test_a_withdrawn_result_is_read_with_what_is_said_of_it(
    anna: Patient, annas_program: Program
) -> None:
    a_result(anna, an_entry("20.0", collected_on=date(2025, 9, 1)))
    row = a_result(anna, an_entry("28"))
    place = at(anna, f"/{row.chain}")
    gone = annas_program.post(
        f"{place}/withdrawal", {"reason": "It is somebody else's."}, if_match="*"
    )
    assert gone.status_code == 201

    assert told_of(annas_program, row)["status"] == "entered-in-error"


def test_a_key_for_results_alone_says_that_a_part_was_not_looked_at(
    anna: Patient, program_of: MakeProgram
) -> None:
    a_result(anna, an_entry("20.0", method="LC-MS/MS", collected_on=date(2025, 9, 1)))
    row = a_result(anna, an_entry("28.0", method="LC-MS/MS"))
    reads = program_of(owner_of(anna), frozenset({TokenScope.READ_RESULTS}))

    told = told_of(reads, row)

    assert told["change_not_checked"] is bool(told["change"])


def test_a_d3_code_that_is_confirmed_as_the_total_is_judged_as_on_the_page(
    anna: Patient,
    osei: User,
    clinic: Clinic,
    oseis: Client,
    oseis_program: Program,
) -> None:
    a_target(anna, osei)
    entry = an_entry("28.0", measurand=Measurand.D3, laboratory="HL Diagnostics")
    row = a_result(anna, entry)
    assert told_of(oseis_program, row)["flag"]["position"] == "cannot_tell"

    knowing.write_down(
        clinic=clinic,
        knowledge=knowing.Knowledge(
            kind=LaboratoryFactKind.D3_IS_TOTAL, laboratory="HL Diagnostics"
        ),
        by=viewer_for(osei),
        at=timezone.now(),
        entry_id=uuid4(),
    )
    told = told_of(oseis_program, row)

    assert told["flag"]["position"] == "below"
    assert told["total_confirmed"] in page_of(oseis, row)
    (listed,) = oseis_program.get(at(anna)).json()["items"]
    assert listed["flag"] == told["flag"]
    found = oseis_program.get(f"/fhir/Observation/{row.chain}").json()
    assert "interpretation" in found or "referenceRange" in found


def test_a_clinicians_program_is_not_spoken_to_as_the_patient(
    anna: Patient, annas_program: Program, oseis_program: Program
) -> None:
    row = a_result(anna, an_entry("21"))

    to_anna, to_osei = (
        told_of(program, row)["flag"]["sentences"][0]
        for program in (annas_program, oseis_program)
    )

    assert to_anna.startswith("No clinician has set a range for you here")
    assert to_osei.startswith("No clinician has set a range for this patient here")
