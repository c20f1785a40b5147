"""Medicines that a file names: gone through one by one, never taken silently."""

import html
import json
import re

from django.test import Client

from accounts.models import Patient
from labs.models import HealthFact, SupplementPeriod
from tests.integration.imports.test_uploads import act, page_of, upload

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
