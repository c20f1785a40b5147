"""The same record in the words of who reads it, complete on every page."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from django.test import Client
from django.utils import timezone

from accounts.models import Patient, User
from labs.domain.health import HealthTopic
from labs.domain.quantities import Measurand
from labs.models import LabResult
from tests.factories import a_health_fact, a_result, a_target, an_entry
from tests.integration.labs.spoken_pages import flowing

TODAY = timezone.localdate
ANOTHER_TEST = "1,25-dihydroxyvitamin D is a different test."
PARTLY = "Some of the questions about medicines and conditions are not answered"


def high_calcium(patient: Patient, day: date) -> LabResult:
    entry = an_entry(
        "10.3",
        "mg/dL",
        measurand=Measurand.CALCIUM,
        collected_on=day,
        interval_text="8.6-10.2",
        interval_high=Decimal("10.2"),
    )
    return a_result(patient, entry, at=timezone.now())


def dihydroxy(patient: Patient) -> LabResult:
    entry = an_entry("60", "pg/mL", measurand=Measurand.DIHYDROXY, collected_on=TODAY())
    return a_result(patient, entry, at=timezone.now())


def panel_of(browser: Client, patient: Patient) -> str:
    return flowing(browser.get(f"/worklist/{patient.pk}/"))


def home_of(browser: Client, patient: Patient) -> str:
    return flowing(browser.get(f"/patients/{patient.pk}/"))


def test_who_answered_some_of_the_questions_has_answered_some(
    annas: Client, oseis: Client, anna: Patient
) -> None:
    a_health_fact(anna, HealthTopic.VITAMIN_K_ANTAGONIST, detail="Warfarin")

    pages = [home_of(annas, anna), panel_of(oseis, anna), home_of(oseis, anna)]

    assert all(PARTLY in page for page in pages)
    assert not any("The patient has not answered" in page for page in pages)


def test_a_clinician_is_not_spoken_to_as_the_patient_on_a_result(
    annas: Client, oseis: Client, anna: Patient
) -> None:
    place = f"/patients/{anna.pk}/results/{a_result(anna).pk}/"

    hers, theirs = flowing(annas.get(place)), flowing(oseis.get(place))

    assert "You have not answered the questions" in hers
    assert "Answer the questions" in hers
    assert "The patient has not answered the questions" in theirs
    assert "You have not answered" not in theirs
    assert "Answer the questions" not in theirs


def test_a_range_that_another_one_followed_says_until_when_it_held(
    annas: Client, anna: Patient, osei: User
) -> None:
    a_target(anna, osei, starts_on=date(2022, 10, 21))
    a_target(anna, osei, low="40", high="60", starts_on=date(2024, 12, 29))

    page = home_of(annas, anna)

    assert "In force from 21 October 2022 until 28 December 2024" in page
    assert "In force from 29 December 2024 until" not in page


def test_another_test_never_stands_without_its_sentence(
    annas: Client, oseis: Client, anna: Patient
) -> None:
    dihydroxy(anna)

    assert ANOTHER_TEST in home_of(annas, anna)
    assert ANOTHER_TEST in panel_of(oseis, anna)


def test_a_calcium_outside_can_be_checked_where_it_is_a_reason(
    oseis: Client, anna: Patient
) -> None:
    day = TODAY() - timedelta(days=700)
    high_calcium(anna, day)
    spoken = f"{day.day} {day:%B} {day.year}"

    page = panel_of(oseis, anna)
    listed = flowing(oseis.get("/worklist/"))

    assert "10.3 mg/dL (≤ 10.2)" in listed
    assert str(day.year) in listed.split("10.3 mg/dL (≤ 10.2)", 1)[1][:30]
    assert "10.3 mg/dL (≤ 10.2)" in page
    assert "above its interval" in page
    assert "8.6-10.2" in page
    assert f"calcium 10.3 mg/dL on {spoken}, its own interval '8.6-10.2'" in page


def test_a_held_calcium_is_not_judged_by_an_interval_that_may_not_be_its_own(
    annas: Client, oseis: Client, anna: Patient
) -> None:
    entry = an_entry(
        "2.95",
        "mmol/L",
        measurand=Measurand.CALCIUM,
        collected_on=TODAY(),
        interval_text="8.5-10.5 mg/dL",
        interval_high=Decimal("10.5"),
        held_because="The interval is in another unit.",
    )
    entry = replace(entry, interval_low=Decimal("8.5"))
    held = a_result(anna, entry, at=timezone.now())

    pages = [
        home_of(annas, anna),
        panel_of(oseis, anna),
        flowing(oseis.get(f"/patients/{anna.pk}/results/{held.pk}/")),
    ]

    assert not any("below its interval" in page for page in pages)
    assert not any("above its interval" in page for page in pages)
    assert not any("below the interval" in page for page in pages)
    assert all("is held for review, so it has not been checked" in p for p in pages[:2])


def test_an_inr_is_named_once(annas: Client, anna: Patient) -> None:
    entry = an_entry("2.4", "INR", measurand=Measurand.INR, collected_on=TODAY())
    a_result(anna, entry)

    page = home_of(annas, anna)
    matrix = flowing(annas.get(f"/patients/{anna.pk}/results/matrix/"))

    assert "2.4 INR" in page
    assert "INR INR" not in page
    assert "INR INR" not in matrix
