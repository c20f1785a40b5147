"""The page of one patient: the patient's home, and what a clinician opens."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.models import AuditEvent, Clinic, Patient, User
from labs.domain.health import HealthTopic
from labs.domain.measurements import ResultStatus
from labs.domain.quantities import Measurand
from labs.domain.supplements import Substance
from labs.models import LabResult
from labs.services.supplementing import IngredientEntry
from tests.factories import (
    a_clinic,
    a_clinician,
    a_consent,
    a_health_fact,
    a_period,
    a_result,
    a_target,
    an_entry,
)
from tests.integration.conftest import SignedIn

QUERIES_OF_THE_PATIENT = 36
QUERIES_OF_A_CLINICIAN = 39


def page_of(client: Client, patient: Patient, query: str = "") -> str:
    answer = client.get(f"/patients/{patient.pk}/{query}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def days_ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


# What stands there --------------------------------------------------------------------


def test_an_empty_record_says_what_will_be_here_and_offers_the_next_step(
    annas: Client, anna: Patient
) -> None:
    page = page_of(annas, anna)

    assert "Your results will stand here" in page
    assert "Add the first result" in page
    head = page.partition('class="patient-actions')[2].partition("</div>")[0]
    assert "Add a result" not in head  # the same form, and one step is the next
    assert "No clinician has set a range for you here." in page
    assert "No clinic can see this. This message does not alert anyone." in page
    assert "Nothing is recorded." in page
    # No axes without a mark, and no picture of them to download.
    assert "<svg" not in page.partition("<main")[2]
    assert "Reports to take along" in page


def test_what_is_taken_is_drawn_before_the_first_result(
    annas: Client, anna: Patient
) -> None:
    a_period(anna)

    assert 'id="trend"' in page_of(annas, anna)


def test_the_latest_result_stands_large_with_position_and_basis(
    annas: Client, anna: Patient, osei: User
) -> None:
    a_target(anna, osei)
    a_result(anna, an_entry("40", collected_on=date(2025, 9, 1)))
    a_result(anna, an_entry("28"))

    page = page_of(annas, anna)

    assert "Latest result · 12 March 2026" in page
    assert "28 ng/mL on 12 March 2026. This is below the range Dr Osei set" in page
    assert "30 to 50 ng/mL, Dr Osei" in page
    assert page.count("This compares numbers. It is not a diagnosis.") == 1


def test_the_table_holds_the_same_results_as_the_chart(
    annas: Client, anna: Patient
) -> None:
    for number in range(1, 5):
        entry = an_entry(f"{number}0", collected_on=days_ago(number * 60))
        a_result(anna, entry)

    page = page_of(annas, anna)
    wide_chart = page.split("chart chart-wide")[1].split("</svg>")[0]
    drawn = re.findall(r'class="chart-point"[^>]*data-result="([^"]+)"', wide_chart)
    listed = re.findall(r'<tr role="row" data-result="([^"]+)"', page)

    assert len(drawn) == 4
    assert sorted(drawn) == sorted(listed)


def test_a_result_out_of_the_window_is_counted_as_hidden(
    annas: Client, anna: Patient
) -> None:
    a_result(anna, an_entry("20", collected_on=days_ago(500)))
    a_result(anna, an_entry("28", collected_on=days_ago(30)))

    assert "1 result hidden" in page_of(annas, anna, "?range=1y")
    assert "hidden</p>" not in page_of(annas, anna, "?range=all")


def test_another_unit_changes_what_is_shown_and_nothing_that_is_stored(
    annas: Client, anna: Patient, osei: User
) -> None:
    a_target(anna, osei)
    a_result(anna, an_entry("28"))
    before = list(LabResult.objects.values())

    page = page_of(annas, anna, "?unit=nmol")

    assert '70 <span class="unit">nmol/L</span>' in page
    assert '28 <span class="unit">ng/mL</span>' in page
    assert "Below the range" in page
    assert list(LabResult.objects.values()) == before


@pytest.mark.parametrize("query", ["?range=9y", "?unit=mg", "?rows=many", "?range="])
def test_an_address_that_makes_no_sense_shows_the_usual_page(
    annas: Client, anna: Patient, query: str
) -> None:
    a_result(anna)

    assert "Latest result" in page_of(annas, anna, query)


def test_a_range_button_fetches_the_chart_alone(annas: Client, anna: Patient) -> None:
    a_result(anna)

    answer = annas.get(
        f"/patients/{anna.pk}/?range=1y",
        headers={"HX-Request": "true", "HX-Target": "trend"},
    )

    part = answer.content.decode()
    assert part.lstrip().startswith("<section")
    assert "<html" not in part


def test_a_preliminary_result_is_shown_and_not_compared(
    annas: Client, anna: Patient, osei: User
) -> None:
    a_target(anna, osei)
    a_result(anna, an_entry("28", status=ResultStatus.PRELIMINARY))

    page = page_of(annas, anna)

    assert "The laboratory calls this result preliminary." in page
    assert "flag-below" not in page


def test_what_the_laboratory_printed_stands_apart_in_quotes(
    annas: Client, anna: Patient
) -> None:
    a_result(anna, an_entry("28", interval_text="30-100 ng/mL", laboratory_flag="L"))

    page = page_of(annas, anna)

    assert "<bdi>30-100 ng/mL</bdi>" in page
    assert "<bdi>L</bdi>" in page


def test_companions_stand_in_a_table_and_a_chart_of_their_own(
    annas: Client, anna: Patient
) -> None:
    entry = an_entry("2.35", "mmol/L", measurand=Measurand.CALCIUM)
    a_result(anna, entry)

    page = page_of(annas, anna)

    assert "Other tests" in page
    assert "Calcium, total" in page
    trend, others = page.split('<figure class="chart-sheet"')[1:3]
    assert "chart-point" not in trend
    assert 'data-value="2.35 mmol/L"' in others


def test_high_calcium_keeps_a_vitamin_d_result_from_reassuring(
    annas: Client, anna: Patient, osei: User
) -> None:
    a_target(anna, osei)
    a_result(anna, an_entry("40"))
    a_result(
        anna,
        an_entry("2.80", "mmol/L", measurand=Measurand.CALCIUM, laboratory_flag="H"),
    )

    page = page_of(annas, anna)

    assert "so this result says nothing about your calcium" in page


def test_a_held_result_says_in_the_table_why_it_is_not_compared(
    annas: Client, anna: Patient, osei: User
) -> None:
    a_target(anna, osei)
    a_result(anna, an_entry("28", held_because="The unit is in doubt."))

    table = page_of(annas, anna).split('id="results"')[1]

    assert "Not compared" in table
    assert "The unit is in doubt." in table


def test_supplements_stand_as_recorded_now_and_before(
    annas: Client, anna: Patient
) -> None:
    a_period(anna, name="Sunny D3")
    a_period(anna, name="Old drops", ends_on=date(2025, 12, 1))

    page = page_of(annas, anna)

    now, before = page.split("Not now")
    assert "Sunny D3" in now
    assert "1,000 international units (25 mcg)" in now
    assert "Old drops" in before
    assert "Amounts as stated on the label." in page


def test_who_is_watching_stands_there_with_phone_and_line(
    annas: Client, anna: Patient, clinic: Clinic
) -> None:
    a_consent(anna, clinic)

    page = page_of(annas, anna)

    assert "Harbour Clinic" in page
    assert "020 5550 0100" in page
    assert 'Out of hours: <span class="number">020 5550 0199</span>' in page
    assert "No clinic can see this." not in page


def test_no_end_of_a_line_parts_a_number_to_call(
    annas: Client, anna: Patient, clinic: Clinic
) -> None:
    a_consent(anna, clinic)

    page = annas.get(f"/patients/{anna.pk}/report/").content.decode()

    assert '<span class="number">020 5550 0100</span>' in page
    assert '; out of hours: <span class="number">020 5550 0199</span>' in page


def test_names_and_values_are_not_in_the_title(annas: Client, anna: Patient) -> None:
    a_result(anna)

    title = re.findall(r"<title>(.*?)</title>", page_of(annas, anna))[0]

    assert title == "My record · Calcidiol"


# Urgent -------------------------------------------------------------------------------


def test_an_alert_limit_reached_lately_names_limit_clinic_and_line(
    annas: Client, anna: Patient, osei: User
) -> None:
    a_target(anna, osei, alert_high="100", urgency="today")
    entry = an_entry("155", collected_on=days_ago(3), laboratory_flag="HH")
    a_result(anna, entry)

    page = page_of(annas, anna)

    assert "155 ng/mL is above the alert limit Dr Osei set (100 ng/mL)." in page
    assert "Contact Dr Osei&#x27;s clinic today: 020 5550 0100." in page
    assert "If it is closed, call 020 5550 0199." in page
    assert "marked this result as critical (&#x27;HH&#x27;)" in page
    assert page.count("Get urgent help if you are confused") == 1


def test_vitamin_k_beside_warfarin_stands_above_everything_on_both_sides(
    annas: Client, oseis: Client, anna: Patient
) -> None:
    mk7 = (IngredientEntry(substance=Substance.MK7),)
    a_period(anna, name="Bone care", ingredients=mk7, vitamin_k="listed")
    a_health_fact(anna, HealthTopic.VITAMIN_K_ANTAGONIST, detail="warfarin")

    patients, clinicians = page_of(annas, anna), page_of(oseis, anna)

    urgent = patients.split('class="standing"')[0]
    assert "Bone care" in urgent
    assert "This product lists vitamin K2, and you told us that you take" in urgent
    assert "Tell the clinic that checks your INR today" in urgent
    assert "Bone care" in clinicians.split('class="standing"')[0]


def test_an_old_alert_is_one_calm_line(
    annas: Client, anna: Patient, osei: User
) -> None:
    a_target(anna, osei, alert_high="100", urgency="today")
    a_result(anna, an_entry("155", collected_on=date(2025, 5, 4)))

    page = page_of(annas, anna)

    assert "This is a result from 4 May 2025. It was above the limit" in page
    assert "Get urgent help" not in page


# Who sees what ------------------------------------------------------------------------


def test_the_clinician_sees_the_same_record_with_number_and_another_main_step(
    oseis: Client, anna: Patient, osei: User
) -> None:
    a_target(anna, osei)
    a_result(anna)

    page = page_of(oseis, anna)

    assert "Anna Example" in page
    assert "Below the range" in page
    assert "Set a range" in page
    assert "Change who can see them" not in page


def test_the_patient_is_offered_no_range_to_set(annas: Client, anna: Patient) -> None:
    assert "Set a range" not in page_of(annas, anna)


def test_a_part_that_is_not_shared_says_so_and_is_not_empty(
    anna: Patient, clinic: Clinic, signed_in: SignedIn
) -> None:
    a_result(anna)
    a_period(anna)
    a_consent(anna, clinic, results=False, supplements=False, health=False)
    client = signed_in(a_clinician(clinic, "Dr Partial"))

    page = page_of(client, anna)

    assert page.count("Not shared with you: not checked here.") >= 3
    assert "28 <span" not in page
    assert "Sunny D3" not in page
    assert "<svg xmlns" not in page


def test_results_from_before_the_shared_day_are_said_to_be_missing(
    anna: Patient, clinic: Clinic, signed_in: SignedIn
) -> None:
    a_result(anna, an_entry("28", collected_on=date(2025, 1, 1)))
    a_consent(anna, clinic, results_from=date(2026, 1, 1))
    client = signed_in(a_clinician(clinic, "Dr Late"))

    page = page_of(client, anna)

    assert "Results before 1 January 2026 are not shared with you." in page
    assert "28 <span" not in page


def test_a_stranger_finds_nothing_and_the_attempt_is_noted(
    strangers: Client, anna: Patient
) -> None:
    answer = strangers.get(f"/patients/{anna.pk}/")

    assert answer.status_code == 404
    assert AuditEvent.objects.filter(action="denied", patient_id=anna.pk).exists()


def test_each_look_is_noted_once(oseis: Client, anna: Patient, osei: User) -> None:
    page_of(oseis, anna)

    looks = AuditEvent.objects.filter(patient_id=anna.pk, action="read")
    assert [look.actor_id for look in looks] == [osei.pk]


# How much it costs --------------------------------------------------------------------


def fill(patient: Patient, clinician: User, results: int) -> None:
    for number in range(results):
        a_result(patient, an_entry("28", collected_on=days_ago(10 + 20 * number)))
        a_period(patient, name=f"Product {number}")
        a_target(patient, clinician, starts_on=days_ago(3 * number))


@pytest.mark.parametrize("results", [1, 12])
def test_the_patients_page_asks_the_database_as_often_for_any_record(
    annas: Client,
    anna: Patient,
    osei: User,
    results: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    fill(anna, osei, results)

    with django_assert_num_queries(QUERIES_OF_THE_PATIENT):
        page_of(annas, anna)


@pytest.mark.parametrize("results", [1, 12])
def test_the_clinicians_page_asks_the_database_as_often_for_any_record(
    oseis: Client,
    anna: Patient,
    osei: User,
    results: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    fill(anna, osei, results)

    with django_assert_num_queries(QUERIES_OF_A_CLINICIAN):
        page_of(oseis, anna)


def test_a_long_record_shows_its_newest_rows_and_offers_the_rest(
    annas: Client, anna: Patient
) -> None:
    for number in range(101):
        a_result(anna, an_entry("28", collected_on=days_ago(10 * number)))

    first, every = page_of(annas, anna), page_of(annas, anna, "?rows=all")

    assert first.count("cell-day") == 100
    assert "Show all 101 results in the table" in first
    assert every.count("cell-day") == 101


def test_two_clinics_that_watch_are_both_named(
    annas: Client, anna: Patient, clinic: Clinic
) -> None:
    a_consent(anna, clinic)
    a_consent(anna, a_clinic("Hillside Practice"))

    page = page_of(annas, anna)

    assert "Harbour Clinic" in page
    assert "Hillside Practice" in page
