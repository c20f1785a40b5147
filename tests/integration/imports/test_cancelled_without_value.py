"""What a laboratory takes back without a value is the next version of what it means."""

import json
from collections.abc import Callable

import pytest

from accounts.models import AuditEvent, Clinic, Patient
from accounts.queries import viewer_for_clinic, viewing
from labs.domain.worklist import LookReason
from labs.models import ImportBatch, ImportRow, LabResult
from labs.services import uploading
from labs.services.withdrawing import REASONS
from tests.integration.imports.conftest import (
    CALCIUM,
    EVENING,
    EVENING_OF_SAMPLES,
    MORNING,
    Bring,
    bring_file,
    bring_message,
    line,
    message_of,
    reasons,
)

SENT_AGAIN = "it is not certain which"
NO_MATCH = "No result of this test, day and laboratory is here"


def standing() -> list[tuple[str, str]]:
    """Return the sample and the value of what holds now."""
    rows = LabResult.objects.latest_versions().shown().order_by("accession")
    return [(row.accession, row.value_text) for row in rows]


def looked_at(clinic: Clinic, data: bytes, *, create: bool = False) -> ImportBatch:
    """Return a file whose preview was drawn."""
    viewer = viewer_for_clinic(clinic)
    with viewing(viewer):
        batch = uploading.receive(
            data=data,
            file_name="f",
            by=viewer,
            at=EVENING_OF_SAMPLES,
            clinic=clinic,
            create_patients=create,
        )
        uploading.look(batch=batch, by=viewer, at=EVENING_OF_SAMPLES)
    batch.refresh_from_db()
    return batch


def row_of(batch: ImportBatch) -> tuple[str, str]:
    """Return what becomes of a file's one row, and what is said of it."""
    row = ImportRow.objects.get(batch=batch)
    return row.kind, row.why


@pytest.mark.parametrize("before", ["P", "F", "C"])
@pytest.mark.parametrize(
    ("status", "value", "stored"),
    [
        ("X", "", "cancelled"),
        ("X", "TNP", "cancelled"),
        ("C", "Test not performed", "cancelled"),
        ("D", "", "entered-in-error"),
        ("W", "", "entered-in-error"),
    ],
)
def test_it_takes_back_the_result_of_its_sample(
    clinic: Clinic, before: str, status: str, value: str, stored: str
) -> None:
    bring_message(clinic, "155", status=before, flag="HH")
    assert LookReason.ALERT in reasons(clinic)

    outcome = bring_message(clinic, value, status=status)

    first, second = LabResult.objects.order_by("version")
    assert (outcome.added, outcome.corrected, outcome.refused) == (1, 1, ())
    assert (second.chain, second.version) == (first.chain, 2)
    assert (second.value_text, second.status) == ("155", stored)
    assert second.version_reason in REASONS.values()
    assert value in second.comment
    assert standing() == []
    assert LookReason.ALERT not in reasons(clinic)
    assert AuditEvent.objects.filter(action="voided", object_id=second.pk).exists()


def test_a_final_result_without_a_value_takes_nothing_back(clinic: Clinic) -> None:
    bring_message(clinic, "155", status="P")

    outcome = bring_message(clinic, "TNP", status="F")

    assert standing() == [(MORNING, "155")]
    assert "the test was not done" in outcome.refused[0].why


def test_the_same_message_again_adds_nothing(clinic: Clinic) -> None:
    bring_message(clinic, "12", status="P")
    bring_message(clinic, "", status="X")

    again = bring_message(clinic, "", status="X")

    assert (again.added, again.already_here, again.refused) == (0, 1, ())
    assert LabResult.objects.count() == 2


def test_the_same_message_again_takes_back_no_later_result(clinic: Clinic) -> None:
    """The laboratory measured the sample anew, and the old message came twice."""
    bring_message(clinic, "12", status="P")
    bring_message(clinic, "", status="X")
    bring_message(clinic, "31", status="F")

    again = bring_message(clinic, "", status="X")

    assert standing() == [(MORNING, "31")]
    assert SENT_AGAIN in again.refused[0].why


def test_another_sample_stays(clinic: Clinic) -> None:
    bring_message(clinic, "155", sample=MORNING)
    bring_message(clinic, "31", sample=EVENING)

    bring_message(clinic, "", sample=EVENING, status="X")

    assert standing() == [(MORNING, "155")]


def test_of_two_results_and_no_sample_none_is_taken_back(clinic: Clinic) -> None:
    bring_message(clinic, "155", sample=MORNING)
    bring_message(clinic, "31", sample=EVENING)

    outcome = bring_message(clinic, "", sample="", status="X")

    (refused,) = outcome.refused
    assert len(standing()) == 2
    assert "155 ng/mL of 2026-06-01 from 'HARBOUR', sample 'A100'" in refused.why
    assert "31 ng/mL of 2026-06-01 from 'HARBOUR', sample 'B200'" in refused.why


def test_another_test_stays(clinic: Clinic) -> None:
    bring_message(clinic, "155")

    outcome = bring_message(clinic, "", status="X", test=CALCIUM)

    assert standing() == [(MORNING, "155")]
    assert NO_MATCH in outcome.refused[0].why


def test_what_names_no_laboratory_is_not_taken_back_unasked(
    clinic: Clinic, bring: Bring
) -> None:
    bring(line(day="2026-06-01", laboratory=""))

    outcome = bring_message(clinic, "", status="X")

    assert standing() == [("", "28.0")]
    assert "28.0 ng/mL of 2026-06-01" in outcome.refused[0].why


def test_nobody_is_created_for_it(clinic: Clinic) -> None:
    outcome = bring_message(clinic, "", status="X")

    assert (outcome.added, outcome.people_created) == (0, 0)
    assert not Patient.objects.exists()
    assert "No patient of this clinic" in outcome.refused[0].why


def test_it_takes_back_what_the_same_file_brings(clinic: Clinic) -> None:
    both = message_of("155", status="P") + message_of("", status="X")

    outcome = bring_file(clinic, both)

    assert (outcome.added, outcome.corrected) == (2, 1)
    assert standing() == []


def test_a_later_row_of_the_same_table_is_not_taken_back(clinic: Clinic) -> None:
    """The product's own table is read row by row, and what takes back comes last."""
    header, cancelled = of_template("cancelled").decode().splitlines()
    measured = cancelled.replace(",,,62292-8", ",31,ng/mL,62292-8")
    rows = (header, cancelled, measured.replace("cancelled", "final"))

    batch = looked_at(clinic, table(*rows), create=True)
    outcome = bring_file(clinic, table(*rows))

    assert standing() == [(MORNING, "31")]
    assert "comes further on in the file" in outcome.refused[0].why
    assert [row.kind for row in ImportRow.objects.filter(batch=batch)] == [
        "added",
        "refused",
    ]
    assert (batch.added, batch.refused) == (1, 1)


def test_a_test_message_takes_nothing_back(clinic: Clinic) -> None:
    bring_message(clinic, "155")
    tried = message_of("", status="X").replace(b"|P|2.5.1", b"|T|2.5.1")

    outcome = bring_file(clinic, tried)

    assert standing() == [(MORNING, "155")]
    assert len(outcome.refused) == 1


def test_the_preview_says_what_it_takes_back(clinic: Clinic) -> None:
    bring_message(clinic, "155", status="P")

    batch = looked_at(clinic, message_of("", status="X"))

    kind, why = row_of(batch)
    assert kind == "added"
    assert why == (
        "The laboratory cancelled this result. It matches 155 ng/mL of 2026-06-01 from "
        "'HARBOUR', sample 'A100': that value counts no longer and stays in the "
        "history."
    )
    assert standing() == [(MORNING, "155")]
    viewer = viewer_for_clinic(clinic)
    with viewing(viewer):
        uploading.save(
            batch=batch, is_confirmed=False, by=viewer, at=EVENING_OF_SAMPLES
        )
    assert standing() == []
    assert row_of(batch)[0] == "added"


def test_the_preview_says_that_nothing_matches(clinic: Clinic) -> None:
    bring_message(clinic, "155", test=CALCIUM)

    batch = looked_at(clinic, message_of("", status="X"))

    kind, why = row_of(batch)
    assert (kind, batch.added) == ("refused", 0)
    assert NO_MATCH in why


def test_taking_the_import_back_lets_the_result_stand_again(clinic: Clinic) -> None:
    bring_message(clinic, "12", status="P")
    outcome = bring_message(clinic, "", status="X")
    batch = ImportBatch.objects.get(pk=outcome.batch_id)

    viewer = viewer_for_clinic(clinic)
    with viewing(viewer):
        uploading.undo(batch=batch, by=viewer, at=EVENING_OF_SAMPLES)

    assert standing() == [(MORNING, "12")]
    assert LabResult.objects.latest_versions().get().status == "preliminary"


# The other formats --------------------------------------------------------------------


def observation(status: str, extra: dict[str, object]) -> bytes:
    """Return a FHIR observation of the same sample."""
    patient = {
        "resourceType": "Patient",
        "id": "p",
        "identifier": [{"value": "7"}],
        "name": [{"family": "Alder", "given": ["Ada"]}],
        "birthDate": "1980-02-03",
    }
    resource = {
        "resourceType": "Observation",
        "contained": [patient],
        "subject": {"reference": "#p"},
        "status": status,
        "code": {"coding": [{"system": "http://loinc.org", "code": "62292-8"}]},
        "effectiveDateTime": "2026-06-01",
        "performer": [{"display": "HARBOUR"}],
        "identifier": [{"type": {"coding": [{"code": "ACSN"}]}, "value": MORNING}],
        **extra,
    }
    return json.dumps(resource).encode()


def of_fhir(status: str) -> bytes:
    """Return a FHIR observation that says why it has no value."""
    return observation(status, {"dataAbsentReason": {"text": "Sample haemolysed"}})


def of_bare_fhir(status: str) -> bytes:
    """Return a FHIR observation that says nothing of its value."""
    return observation(status, {})


def of_template(status: str) -> bytes:
    """Return the product's own table."""
    return table(
        "patient_id,patient_name,born_on,collected_on,value,unit,loinc,laboratory,"
        "status,accession",
        f"7,Ada Alder,1980-02-03,2026-06-01,,,62292-8,HARBOUR,{status},{MORNING}",
    )


def of_table(status: str) -> bytes:
    """Return a laboratory's own table."""
    return table(
        "Patient ID;Name;Date of birth;Collection date;Test;Result;Unit;Lab;Status;"
        "Accession number",
        f"7;Ada Alder;1980-02-03;2026-06-01;25-OH Vitamin D;;ng/mL;HARBOUR;{status};"
        f"{MORNING}",
    )


def table(*lines: str) -> bytes:
    """Return lines as a file."""
    return "\n".join((*lines, "")).encode()


def of_document(status: str) -> bytes:
    """Return a C-CDA document."""
    code = {"entered-in-error": "nullified"}.get(status, status)
    return f"""<?xml version="1.0"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
 <recordTarget><patientRole><id extension="7" root="1.2.3"/><patient>
  <name><given>Ada</given><family>Alder</family></name>
  <birthTime value="19800203"/></patient></patientRole></recordTarget>
 <component><structuredBody><component><section>
  <code code="30954-2" codeSystem="2.16.840.1.113883.6.1"/>
  <entry><organizer classCode="BATTERY" moodCode="EVN"><component>
   <observation classCode="OBS" moodCode="EVN">
    <code code="62292-8" codeSystem="2.16.840.1.113883.6.1"/>
    <statusCode code="{code}"/><effectiveTime value="20260601"/>
    <value nullFlavor="NA"/>
    <specimen><specimenRole><id extension="{MORNING}"/></specimenRole></specimen>
    <performer><assignedEntity><representedOrganization><name>HARBOUR</name>
    </representedOrganization></assignedEntity></performer>
   </observation></component></organizer></entry>
 </section></component></structuredBody></component>
</ClinicalDocument>""".encode()


@pytest.mark.parametrize("status", ["cancelled", "entered-in-error"])
@pytest.mark.parametrize(
    "told", [of_fhir, of_bare_fhir, of_template, of_table, of_document]
)
def test_each_format_takes_back_without_a_value(
    clinic: Clinic, told: Callable[[str], bytes], status: str
) -> None:
    bring_message(clinic, "155", status="P")

    outcomes = [bring_file(clinic, told(status)) for _ in range(2)]

    assert [each.refused for each in outcomes] == [(), ()]
    assert [each.added for each in outcomes] == [1, 0]
    assert [each.already_here for each in outcomes] == [0, 1]
    newest = LabResult.objects.latest_versions().get()
    assert (newest.value_text, newest.status) == ("155", status)
