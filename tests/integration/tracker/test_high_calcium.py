"""A high calcium is said where it is read, and keeps the flag from reassuring."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Patient, User
from labs.domain.health import HealthTopic
from labs.domain.quantities import Measurand
from labs.models import LabResult
from tests.factories import a_health_fact, a_result, a_target, an_entry

HIGH = "Your calcium result of 12 March 2026 is above the interval the laboratory"
MARKED = "The laboratory marked your calcium result of 12 March 2026 as high"
NOT_COMPARED = "The range is for 25-hydroxyvitamin D"
FOR_CLINICIANS = "25-hydroxyvitamin D, low or within a range, says nothing about"


def a_calcium(patient: Patient, value: str = "2.80", **known: str) -> LabResult:
    entry = an_entry(
        value,
        "mmol/L",
        measurand=Measurand.CALCIUM,
        interval_text=known.get("interval_text", "2.20-2.60 mmol/L"),
        interval_high=None if "laboratory_flag" in known else Decimal("2.60"),
        laboratory_flag=known.get("laboratory_flag", ""),
    )
    return a_result(patient, entry)


def words_of(client: Client, patient: Patient, result: LabResult | None = None) -> str:
    address = f"/patients/{patient.pk}/"
    if result is not None:
        address += f"results/{result.pk}/"
    return " ".join(client.get(address).content.decode().split())


def test_a_high_calcium_says_so_on_its_own_page_once(
    annas: Client, anna: Patient, osei: User
) -> None:
    a_target(anna, osei)
    page = words_of(annas, anna, a_calcium(anna))

    assert page.count(HIGH) == 1
    assert "Get urgent help if you are confused" in page
    assert "High by its own report" in page
    assert NOT_COMPARED not in page
    assert "Not compared" not in page


def test_an_earlier_high_calcium_still_says_so_on_its_own_page(
    annas: Client, anna: Patient
) -> None:
    high = a_calcium(anna)
    later = an_entry(
        "2.40",
        "mmol/L",
        measurand=Measurand.CALCIUM,
        collected_on=date(2026, 4, 1),
        interval_high=Decimal("2.60"),
    )
    within = a_result(anna, later)

    assert HIGH in words_of(annas, anna, high)
    assert HIGH not in words_of(annas, anna, within)


def test_a_calcium_marked_high_without_an_interval_quotes_the_mark(
    annas: Client, anna: Patient
) -> None:
    result = a_calcium(anna, interval_text="", laboratory_flag="H")

    assert MARKED in words_of(annas, anna, result)


@pytest.mark.parametrize("value", ["2.60", "2.35"])
def test_a_calcium_within_its_interval_is_not_called_high(
    annas: Client, anna: Patient, value: str
) -> None:
    page = words_of(annas, anna, a_calcium(anna, value))

    assert "High by its own report" not in page
    assert NOT_COMPARED in page


def test_a_high_calcium_stands_above_chart_and_latest_result(
    annas: Client, anna: Patient, osei: User
) -> None:
    a_target(anna, osei)
    a_result(anna, an_entry("40"))
    a_calcium(anna)

    page = words_of(annas, anna)

    assert page.count(HIGH) == 1
    assert page.index(HIGH) < page.index("standing-latest") < page.index("<svg")


def test_a_clinician_reads_the_line_beside_the_flag_in_a_clinicians_words(
    oseis: Client, anna: Patient, osei: User
) -> None:
    a_target(anna, osei)
    result = a_result(anna, an_entry("40"))
    a_calcium(anna)

    for page in (words_of(oseis, anna), words_of(oseis, anna, result)):
        assert FOR_CLINICIANS in page
        assert "Your record holds" not in page


def test_a_clinician_is_told_which_words_are_the_patients(
    oseis: Client, annas: Client, anna: Patient
) -> None:
    result = a_result(anna, an_entry("40"))
    for page in ("", f"results/{result.pk}/"):
        address = f"/patients/{anna.pk}/{page}"
        clinicians = oseis.get(address).content.decode()
        patients = annas.get(address).content.decode()

        words = "No clinician has set a range for you here, so we do not compare"
        heading = clinicians.index("What the patient reads")
        assert heading < clinicians.index(words)
        assert words in patients
        assert "What the patient reads" not in patients


def test_sarcoidosis_travels_with_the_flag(
    annas: Client, anna: Patient, osei: User
) -> None:
    a_target(anna, osei)
    result = a_result(anna, an_entry("40"))
    a_health_fact(anna, HealthTopic.SARCOIDOSIS)

    for page in (words_of(annas, anna), words_of(annas, anna, result)):
        before = page.index("so this result says nothing about your calcium")
        assert page.index("Within the range") < before
