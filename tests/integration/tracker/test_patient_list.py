"""A clinic's list of patients, and where people start."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.models import AuditEvent, Clinic, Patient, PatientNumber, User
from accounts.services.days import dated, dated_short
from tests.factories import (
    a_clinician,
    a_consent,
    a_patient,
    a_person,
    a_result,
    a_target,
    an_entry,
)
from tests.integration.conftest import SignedIn
from tracker.services.finding import days_in

QUERIES_OF_THE_LIST = 24


def page_of(client: Client) -> str:
    return " ".join(client.get("/patients/").content.decode().split())


def search(client: Client, words: str) -> str:
    return " ".join(client.post("/patients/", {"q": words}).content.decode().split())


# Where people start -------------------------------------------------------------------


def test_a_patient_starts_at_the_own_record(annas: Client, anna: Patient) -> None:
    assert annas.get("/")["Location"] == f"/patients/{anna.pk}/"


def test_a_clinician_starts_at_the_list(oseis: Client) -> None:
    assert oseis.get("/")["Location"] == "/worklist/"


def test_somebody_new_is_led_to_open_a_record(signed_in: SignedIn) -> None:
    assert signed_in(a_person()).get("/")["Location"] == "/record/new/"


# The list -----------------------------------------------------------------------------


def test_a_line_holds_what_a_clinician_looks_for(
    oseis: Client, anna: Patient, osei: User, clinic: Clinic
) -> None:
    a_target(anna, osei)
    PatientNumber.objects.create(clinic=clinic, patient=anna, number="HC-0001")
    today = timezone.localdate()
    a_result(anna, an_entry("40", collected_on=today - timedelta(days=400)))
    a_result(anna, an_entry("28", collected_on=today - timedelta(days=40)))

    page = page_of(oseis)

    assert "Anna Example" in page
    assert "3 May 1978" in page
    assert "HC-0001" in page
    assert '28 <span class="unit">ng/mL</span>' in page
    assert "Below the range" in page
    assert "40 days" in page
    assert "30 to 50 ng/mL" in page


def test_the_version_that_holds_is_the_one_that_is_listed(
    oseis: Client, annas: Client, anna: Patient
) -> None:
    wrong = a_result(anna, an_entry("82"))
    annas.post(f"/patients/{anna.pk}/results/{wrong.pk}/void/", {"reason": "Not hers"})

    assert "82 <span" not in page_of(oseis)


def test_people_of_other_clinics_are_not_listed(oseis: Client, anna: Patient) -> None:
    a_patient("Bob Birch")

    page = page_of(oseis)

    assert anna.name in page
    assert "Bob Birch" not in page
    assert "1 patient<" in page


def test_a_record_without_results_shared_says_so(
    anna: Patient, clinic: Clinic, signed_in: SignedIn
) -> None:
    a_result(anna)
    a_consent(anna, clinic, results=False)

    page = page_of(signed_in(a_clinician(clinic, "Dr Partial")))

    assert "Not shared with you" in page
    assert "28 <span" not in page


def test_a_clinic_without_patients_reads_how_they_come(
    clinic: Clinic, signed_in: SignedIn
) -> None:
    page = page_of(signed_in(a_clinician(clinic)))

    assert "Nobody shares a record with your clinic yet." in page


@pytest.mark.parametrize(
    "words", ["anna", "EXAMPLE", "exa ann", "HC-00", "03/05/1978", "1978-05-03"]
)
def test_people_are_found_by_name_number_and_birth_date(
    oseis: Client, anna: Patient, clinic: Clinic, words: str
) -> None:
    PatientNumber.objects.create(clinic=clinic, patient=anna, number="HC-0001")
    bob = a_patient("Bob Birch", born_on=date(1980, 1, 1))
    a_consent(bob, clinic)

    page = search(oseis, words)

    assert "Anna Example" in page
    assert "Bob Birch" not in page


@pytest.mark.parametrize("words", ["nobody", "%%", "1978-13-45", "a\0b", "x" * 500])
def test_a_search_that_finds_nobody_says_what_to_try(oseis: Client, words: str) -> None:
    assert "Nobody who shares a record with you matches this." in search(oseis, words)


def test_what_leads_elsewhere_is_not_printed_with_the_list(oseis: Client) -> None:
    page = page_of(oseis)

    assert '<form class="search no-print"' in page
    assert '<p class="no-print"><a href="/reports/">' in page


def test_a_search_leaves_no_name_in_an_address(oseis: Client) -> None:
    assert 'method="post" action="/patients/"' in page_of(oseis)


def test_a_search_by_script_gets_the_list_alone(oseis: Client) -> None:
    answer = oseis.post(
        "/patients/",
        {"q": "anna"},
        headers={"HX-Request": "true", "HX-Target": "patients"},
    )

    assert answer.content.decode().lstrip().startswith("<section")


def test_a_patient_sees_no_list(annas: Client) -> None:
    answer = annas.get("/patients/")

    assert answer.status_code == 403
    assert "Only people who work in a clinic" in answer.content.decode()


def test_more_people_than_a_page_holds_are_paged(oseis: Client, clinic: Clinic) -> None:
    for number in range(51):
        a_consent(a_patient(f"Person {number:02}"), clinic)

    first = page_of(oseis)
    second = oseis.get("/patients/?page=2").content.decode()

    assert "Page 1 of 2" in first
    assert "Person 50" not in first
    assert "Person 50" in second


@pytest.mark.parametrize("people", [1, 8])
def test_the_list_asks_the_database_as_often_for_any_number_of_people(
    oseis: Client,
    clinic: Clinic,
    osei: User,
    people: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(people):
        patient = a_patient(f"Person {number}")
        a_consent(patient, clinic)
        a_result(patient)
        a_target(patient, osei)

    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        page_of(oseis)


@pytest.mark.parametrize(
    ("path", "label"), [("/patients/", "patient list"), ("/worklist/", "worklist")]
)
def test_who_looks_at_a_list_stands_in_the_trail(
    oseis: Client, osei: User, path: str, label: str
) -> None:
    oseis.get(path)

    read = AuditEvent.objects.get(object_label=label)
    assert (read.actor_id, read.action, read.patient_id) == (osei.pk, "read", None)


@pytest.mark.parametrize("language", ["en", "en-gb", "de", "ar"])
def test_a_birth_date_is_found_as_the_pages_print_it(language: str) -> None:
    with override(language):
        for month in range(1, 13):
            day = date(1967, month, 1)
            for printed in (dated(day), f"\u2068{dated_short(day)}\u2069"):
                assert day in days_in(printed), printed
        assert days_in("Nov 1967") == days_in("1 Xov 1967") == ()
        assert days_in("31 June 1967") == days_in("1 Ju 1967") == ()
        assert days_in("1 November 196") == days_in("1 November 196700000000") == ()


def test_a_birth_date_is_typed_with_other_figures_and_without_marks() -> None:
    day = (date(1967, 4, 1),)
    with override("ar"):
        assert days_in("\u0661 أبريل ١٩٦٧") == days_in("\u0661 ابريل ١٩٦٧") == day
        assert days_in("1 April 1967") == day
    with override("de"):
        assert days_in("1. Marz 1967") == days_in("1. mär 1967") == (date(1967, 3, 1),)


def test_a_birth_date_in_words_finds_the_person(oseis: Client, clinic: Clinic) -> None:
    ida = a_patient("Ida Storm", born_on=date(1967, 11, 1))
    a_consent(ida, clinic)

    for address in ("/patients/", "/worklist/"):
        answer = oseis.post(address, {"q": "1 November 1967"}).content.decode()
        assert "Ida Storm" in answer
        answer = oseis.post(address, {"q": "2 November 1967"}).content.decode()
        assert "Ida Storm" not in answer
