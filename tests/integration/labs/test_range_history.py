"""Every range that was ever set: who, when, what changed, why, and what followed."""

from datetime import date, timedelta
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from accounts.models import Clinic, Patient, User
from labs.domain.worklist import LookReason
from labs.models import WorklistRow
from tests.factories import a_clinic, a_clinician, a_consent, a_target
from tests.integration.labs.spoken_pages import flowing

NOW = timezone.now


def history(client: Client, patient: Patient) -> str:
    return flowing(client.get(f"/patients/{patient.pk}/targets/"))


def test_patient_and_clinician_read_who_set_what_when_and_why(
    annas: Client, oseis: Client, osei: User, anna: Patient
) -> None:
    a_target(anna, osei, low="20", high="40", reason="First visit.")
    a_target(
        anna,
        osei,
        low="30",
        high="50",
        alert_high="100",
        urgency="today",
        starts_on=date(2026, 1, 1),
        reason="After the winter.",
        at=NOW() - timedelta(days=3),
    )

    for client in (annas, oseis):
        page = history(client, anna)
        for words in (
            "“First visit.”",
            "“After the winter.”",
            "Set by Dr Osei on",
            "Harbour Clinic",
            "In force now",
            "Followed from 1 January 2026 on by the range that Dr Osei,",
            "lower limit: 20 ng/mL, now 30 ng/mL",
            "upper limit: 40 ng/mL, now 50 ng/mL",
            "alert at or above: none, now 100 ng/mL",
            "in force from: 1 March 2025, now 1 January 2026",
        ):
            assert words in page
        assert page.index("After the winter") < page.index("First visit")


def test_another_clinics_range_is_told_to_the_earlier_author(
    oseis: Client, osei: User, anna: Patient, clinic: Clinic
) -> None:
    a_target(anna, osei)
    other = a_clinic("City Clinic")
    a_consent(anna, other)

    a_target(
        anna,
        a_clinician(other, "Dr Else"),
        low="40",
        high="60",
        starts_on=date(2026, 1, 1),
        at=NOW() - timedelta(days=1),
    )

    row = WorklistRow.objects.get(patient=anna, clinic=clinic)
    assert LookReason.TARGET_CHANGED in row.reasons
    page = history(oseis, anna)
    assert "by the range that Dr Else, City Clinic, set on" in page
    assert "clinic: Harbour Clinic, now City Clinic" in page
    sent = {"row": f"{anna.pk}:{row.stamp}", "entry_id": uuid4(), "view": ""}
    oseis.post("/worklist/review/", sent)
    row.refresh_from_db()
    assert LookReason.TARGET_CHANGED not in row.reasons, "it was seen"


def test_a_range_that_ended_and_one_that_begins_later_are_told(
    annas: Client, osei: User, anna: Patient
) -> None:
    a_target(anna, osei, ends_on=date(2025, 6, 1))
    a_target(
        anna,
        osei,
        starts_on=timezone.localdate() + timedelta(days=40),
        at=NOW() - timedelta(days=1),
    )

    page = history(annas, anna)

    assert "Ended on 1 June 2025" in page
    assert "Begins on" in page


def test_a_stranger_finds_no_history(strangers: Client, anna: Patient) -> None:
    assert strangers.get(f"/patients/{anna.pk}/targets/").status_code == 404


def test_without_a_range_the_page_says_so(annas: Client, anna: Patient) -> None:
    assert "No clinician has set a range here." in history(annas, anna)
