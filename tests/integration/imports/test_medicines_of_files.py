"""Medicines that a file names: gone through one by one, never taken silently."""

import html
import json
import re
from http import HTTPStatus

from django.test import Client

from accounts.models import AuditEvent, Clinic, Patient
from labs.models import HealthFact, SupplementPeriod
from tests.factories import a_consent, a_patient
from tests.integration.imports.test_uploads import act, page_of, upload, upload_to

NAMES = (
    ("Vitamin D3 2000 IU capsule", "2024-01-05", ""),
    ("Warfarin 5 mg tablet", "2023-02-01", ""),
    ("Amoxicillin 500 mg", "2024-02-01", "2024-02-08"),
)


def a_bundle() -> str:
    result = {
        "resourceType": "Observation",
        "id": "o",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "62292-8"}]},
        "effectiveDateTime": "2026-03-12",
        "valueQuantity": {"value": 27, "unit": "ng/mL"},
    }
    medicines = [
        {
            "resourceType": "MedicationStatement",
            "id": f"m{number}",
            "status": "active",
            "medicationCodeableConcept": {"text": name},
            "effectivePeriod": {"start": start, **({"end": end} if end else {})},
        }
        for number, (name, start, end) in enumerate(NAMES)
    ]
    entries = [{"resource": each} for each in (result, *medicines)]
    return json.dumps(
        {"resourceType": "Bundle", "type": "collection", "entry": entries}
    )


def test_a_files_medicines_are_gone_through_and_none_is_taken_silently(
    annas: Client, anna: Patient
) -> None:
    answer = upload(annas, anna, a_bundle())
    page = page_of(answer)

    assert "Supplements that the file names" in page
    assert "Warfarin 5 mg tablet" in page
    assert "Amoxicillin" not in page
    assert "Others are not listed and not checked here." in page
    act(annas, "save")
    assert not SupplementPeriod.objects.exists()
    assert not HealthFact.objects.exists()

    found = re.search(r'name="text" value="([^"]*)"', answer.content.decode())
    assert found
    listed = annas.post(
        f"/patients/{anna.pk}/medicines/list/", {"text": html.unescape(found[1])}
    )
    shown = listed.content.decode()
    assert "Vitamin D3 2000 IU capsule" in shown
    assert "Warfarin 5 mg tablet" in shown
    assert not SupplementPeriod.objects.exists()
    assert not HealthFact.objects.exists()


def test_a_clinics_file_of_many_people_offers_no_list(
    annas: Client, anna: Patient
) -> None:
    table = "date,test,value,unit\n2026-01-15,25OHD,28,ng/mL\n"

    assert "Go through them one by one" not in page_of(upload(annas, anna, table))


def of_patients(*names: tuple[str, str, str]) -> str:
    """Return a clinic's bundle: each patient's result and one medicine of theirs."""
    entries: list[dict[str, object]] = []
    for number, (name, born, medicine) in enumerate(names):
        who = {"reference": f"Patient/p{number}"}
        entries += (
            {
                "resourceType": "Patient",
                "id": f"p{number}",
                "name": [{"text": name}],
                "birthDate": born,
            },
            {
                "resourceType": "Observation",
                "id": f"o{number}",
                "status": "final",
                "code": {"coding": [{"system": "http://loinc.org", "code": "62292-8"}]},
                "subject": who,
                "effectiveDateTime": "2026-03-12",
                "valueQuantity": {"value": 27, "unit": "ng/mL"},
            },
            {
                "resourceType": "MedicationStatement",
                "id": f"m{number}",
                "status": "active",
                "subject": who,
                "medicationCodeableConcept": {"text": medicine},
            },
        )
    return json.dumps(
        {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [{"resource": each} for each in entries],
        }
    )


def lists_in(page: str) -> dict[str, str]:
    """Return the lists that a page offers, by the record that they lead to."""
    found = re.findall(
        r'action="/patients/([^/]+)/medicines/list/".*?name="text" value="([^"]*)"',
        page,
    )
    return {patient: html.unescape(text) for patient, text in found}


def test_a_clinics_file_offers_each_patients_own_list(
    oseis: Client, anna: Patient, clinic: Clinic
) -> None:
    cleo = a_patient("Cleo Cedar")
    a_consent(cleo, clinic)
    hidden = a_patient("Hidden Hazel")
    a_consent(hidden, clinic, supplements=False)
    people = [
        (anna, "Warfarin 5 mg tablet"),
        (cleo, "Vitamin D3 2000 IU capsule"),
        (hidden, "Vitamin K2 100 mcg"),
    ]
    text = of_patients(
        *((one.name, str(one.born_on), medicine) for one, medicine in people),
        ("Nobody Known", "1950-01-02", "Vitamin D3 1000 IU"),
    )

    lists = lists_in(page_of(upload_to(oseis, clinic, text)))

    assert set(lists) == {str(anna.pk), str(cleo.pk)}
    assert "Warfarin" in lists[str(anna.pk)]
    assert "Vitamin" not in lists[str(anna.pk)]
    assert "Vitamin D3 2000 IU capsule" in lists[str(cleo.pk)]
    for patient_id, table in lists.items():
        answer = oseis.post(f"/patients/{patient_id}/medicines/list/", {"text": table})
        assert answer.status_code == HTTPStatus.OK
    assert not SupplementPeriod.objects.exists()
    read = AuditEvent.objects.filter(object_label="import", action="read")
    assert {anna.pk, cleo.pk} <= set(read.values_list("patient_id", flat=True))
