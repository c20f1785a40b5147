"""What a laboratory corrected is said where it is read, not in the history alone."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts import queries
from accounts.models import Clinic, Patient, User
from labs.domain.alerts import FRESH_FOR
from labs.domain.measurements import ResultStatus
from labs.models import LabResult, WorklistRow
from labs.services import recording
from tests.factories import a_result, a_target, an_entry, owner_of

SAID = "The laboratory corrected this result on"
OLD_SAMPLE = date(2024, 3, 12)


def corrected(
    patient: Patient,
    value: str,
    *,
    status: ResultStatus = ResultStatus.CORRECTED,
    at: datetime,
) -> LabResult:
    """82 ng/mL in 2024, and what it became."""
    return recording.correct(
        result=a_result(patient, an_entry("82", collected_on=OLD_SAMPLE)),
        entry=an_entry(value, collected_on=OLD_SAMPLE, status=status),
        reason="The laboratory sent a corrected report",
        by=queries.viewer_for(owner_of(patient)),
        at=at,
    )


def words_of(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


@pytest.mark.parametrize("status", [ResultStatus.CORRECTED, ResultStatus.AMENDED])
def test_a_recent_correction_stands_on_the_record_and_on_the_result(
    annas: Client, anna: Patient, status: ResultStatus
) -> None:
    result = corrected(anna, "28", status=status, at=timezone.now())

    record = words_of(annas, f"/patients/{anna.pk}/")
    page = words_of(annas, f"/patients/{anna.pk}/results/{result.pk}/")

    for shown in (record, page):
        assert SAID in shown
        assert "It was 82 ng/mL and is now 28 ng/mL." in shown
    assert record.index(SAID) < record.index("standing-latest")


def test_an_old_correction_stays_on_the_page_of_its_result(
    annas: Client, anna: Patient
) -> None:
    at = timezone.now() - FRESH_FOR - timedelta(days=1)
    result = corrected(anna, "28", at=at)

    assert SAID not in words_of(annas, f"/patients/{anna.pk}/")
    assert SAID in words_of(annas, f"/patients/{anna.pk}/results/{result.pk}/")


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("28", ResultStatus.FINAL),
        ("28", ResultStatus.ENTERED_IN_ERROR),
        ("82", ResultStatus.CORRECTED),
    ],
)
def test_only_a_value_that_the_laboratory_changed_is_called_corrected(
    annas: Client, anna: Patient, value: str, status: ResultStatus
) -> None:
    at = timezone.now()
    result = corrected(anna, value, status=status, at=at)

    assert SAID not in words_of(annas, f"/patients/{anna.pk}/")
    assert SAID not in words_of(annas, f"/patients/{anna.pk}/results/{result.pk}/")


def test_the_day_is_the_one_on_which_the_correction_came(
    annas: Client, anna: Patient
) -> None:
    result = corrected(anna, "28", at=datetime(2026, 3, 14, 12, tzinfo=UTC))

    page = words_of(annas, f"/patients/{anna.pk}/results/{result.pk}/")

    assert f"{SAID} 14 March 2026." in page
    assert page.count(SAID) == 1


LISTED = "list to look at again."


def test_whose_list_it_is_on_is_said_while_it_is_true(
    annas: Client, oseis: Client, anna: Patient, osei: User, clinic: Clinic
) -> None:
    result = corrected(anna, "28", at=timezone.now())
    addresses = f"/patients/{anna.pk}/", f"/patients/{anna.pk}/results/{result.pk}/"

    by_clinic = [words_of(annas, each) for each in addresses]
    a_target(anna, osei, starts_on=OLD_SAMPLE)
    by_author = [words_of(annas, each) for each in addresses]
    row = WorklistRow.objects.get(patient=anna, clinic=clinic)
    seen = {"row": f"{anna.pk}:{row.stamp}", "entry_id": uuid4(), "view": ""}
    oseis.post("/worklist/review/", seen)
    reviewed = [words_of(annas, each) for each in addresses]

    assert all("It is on Harbour Clinic&#x27;s " + LISTED in page for page in by_clinic)
    assert all("It is on Dr Osei&#x27;s " + LISTED in page for page in by_author)
    assert not any(LISTED in page for page in reviewed)


def test_without_a_clinic_that_sees_it_no_list_is_named(
    annas: Client, anna: Patient
) -> None:
    result = corrected(anna, "28", at=timezone.now())

    assert LISTED not in words_of(annas, f"/patients/{anna.pk}/")
    assert LISTED not in words_of(annas, f"/patients/{anna.pk}/results/{result.pk}/")


def review(client: Client, patient: Patient, clinic: Clinic) -> None:
    row = WorklistRow.objects.get(patient=patient, clinic=clinic)
    sent = {"row": f"{patient.pk}:{row.stamp}", "entry_id": uuid4(), "view": ""}
    client.post("/worklist/review/", sent)


@pytest.mark.parametrize("is_withdrawn", [True, False])
def test_what_was_reviewed_and_holds_no_longer_stands_on_top_until_it_is_seen_anew(
    oseis: Client, anna: Patient, clinic: Clinic, *, is_withdrawn: bool
) -> None:
    """However it came to hold no longer, and however long ago (hazard H12)."""
    day = timezone.localdate() - timedelta(days=90)
    entry = an_entry("155", collected_on=day)
    row = a_result(anna, entry, at=timezone.now() - timedelta(days=80))
    review(oseis, anna, clinic)
    by, at = queries.viewer_for(owner_of(anna)), timezone.now() - timedelta(days=60)
    page = f"/patients/{anna.pk}/"
    assert "Reviewed before" not in words_of(oseis, page)

    if is_withdrawn:
        recording.mark_entered_in_error(result=row, reason="Not hers", by=by, at=at)
        said = "Reviewed before, withdrawn since: 25-hydroxyvitamin D, total 155 ng/mL"
    else:
        after = an_entry("28", collected_on=day, status=ResultStatus.CORRECTED)
        recording.correct(result=row, entry=after, reason="Slip", by=by, at=at)
        said = (
            "Reviewed before, changed since: 25-hydroxyvitamin D, total, now 28 ng/mL"
        )

    assert said in words_of(oseis, page)
    assert said in words_of(oseis, "/worklist/")
    assert WorklistRow.objects.get(patient=anna, clinic=clinic).is_one_by_one
    review(oseis, anna, clinic)
    assert "Reviewed before" not in words_of(oseis, page)
    assert "Reviewed before" not in words_of(oseis, "/worklist/")
