"""All tests of a record, one row for each day of collection."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Patient, User
from labs.domain.measurements import ResultStatus
from labs.domain.quantities import Measurand
from tests.factories import a_result, a_target, an_entry
from tests.integration.labs.spoken_pages import flowing

DAY, EARLIER = date(2026, 3, 12), date(2025, 9, 1)


def page_of(client: Client, patient: Patient) -> str:
    return flowing(client.get(f"/patients/{patient.pk}/results/matrix/"))


@pytest.fixture
def filled(anna: Patient) -> Patient:
    a_result(anna, an_entry("28", collected_on=DAY))
    a_result(anna, an_entry("70", "nmol/L", collected_on=EARLIER))
    calcium = an_entry(
        "2.71",
        "mmol/L",
        collected_on=DAY,
        measurand=Measurand.CALCIUM,
        interval_text="2.20-2.60",
        interval_high=Decimal("2.60"),
    )
    a_result(anna, calcium)
    a_result(
        anna,
        an_entry("6.1", "pmol/L", collected_on=EARLIER, measurand=Measurand.PTH),
    )
    return anna


def test_each_day_is_one_row_and_each_test_one_column(
    annas: Client, filled: Patient
) -> None:
    page = page_of(annas, filled)

    assert page.index("25(OH)D, total") < page.index("Calcium") < page.index("PTH")
    assert page.index("12 Mar 2026") < page.index("1 Sep 2025")
    assert page.count("12 Mar 2026") == 1


def test_a_unit_that_all_reports_share_stands_in_the_head_alone(
    annas: Client, filled: Patient
) -> None:
    page = page_of(annas, filled)

    assert page.count("mmol/L") == 1
    assert "28 ng/mL" in page
    assert "70 nmol/L" in page


def test_vitamin_d_stands_against_the_range_and_calcium_against_its_own_interval(
    annas: Client, osei: User, filled: Patient
) -> None:
    a_target(filled, osei)

    page = page_of(annas, filled)

    assert "Below the range" in page
    assert "above its interval" in page
    assert page.count("its interval") == 1  # PTH came without one: nothing is said


def test_other_tests_stand_in_series_of_their_own_with_the_sentence_why(
    annas: Client, filled: Patient
) -> None:
    other = an_entry("45", "pg/mL", measurand=Measurand.DIHYDROXY)
    a_result(filled, other)

    page = page_of(annas, filled)

    table, series = page.split("1,25-dihydroxyvitamin D 1,25-dihydroxyvitamin D is")
    assert "45 pg/mL" in series
    assert "45 pg/mL" not in table
    assert "a different test." in series


def test_a_series_of_its_own_is_read_as_cards_on_a_phone(
    annas: Client, filled: Patient
) -> None:
    a_result(filled, an_entry("45", "pg/mL", measurand=Measurand.DIHYDROXY))

    page = annas.get(f"/patients/{filled.pk}/results/matrix/").content.decode()

    assert '<table class="table stacked" role="table"' in page
    assert 'data-label="As reported"' in page


def test_withdrawn_results_are_left_out_and_doubtful_ones_say_so(
    annas: Client, anna: Patient
) -> None:
    a_result(anna, an_entry("99", status=ResultStatus.ENTERED_IN_ERROR))
    a_result(anna, an_entry("31", held_because="Not sure"))
    a_result(anna, an_entry("32", status=ResultStatus.PRELIMINARY, method=""))

    page = page_of(annas, anna)

    assert "99" not in page
    assert "kept for review" in page
    assert "preliminary" in page


def test_values_of_several_samples_of_one_day_say_which_sample_each_is(
    annas: Client, anna: Patient
) -> None:
    high, low = an_entry("155"), an_entry("28")
    a_result(anna, replace(high, accession="A100"))
    a_result(anna, low)
    calcium = an_entry("2.40", "mmol/L", measurand=Measurand.CALCIUM)
    a_result(anna, replace(calcium, accession="B200"))
    time = an_entry("6.1", "pmol/L", measurand=Measurand.PTH)
    a_result(anna, replace(time, collected_time_text="08:00"))
    a_result(anna, replace(an_entry("40", collected_on=EARLIER), accession="C300"))

    page = page_of(annas, anna)

    assert re.search(r"155 \S+ .{0,60}Number of the sample: A100", page)
    assert re.search(r"\b28 .{0,60}Number of the sample: not stated", page)
    assert re.search(r"2\.40 .{0,60}Number of the sample: B200", page)
    assert re.search(r"6\.1 .{0,60}Sample taken: 08:00", page)
    assert "C300" not in page  # the only one of its day needs no telling apart


def test_an_empty_record_has_an_empty_page(annas: Client, anna: Patient) -> None:
    assert "No results yet." in page_of(annas, anna)


def test_the_number_of_queries_does_not_grow_with_the_record(
    annas: Client, filled: Patient
) -> None:
    page_of(annas, filled)
    with CaptureQueriesContext(connection) as few:
        page_of(annas, filled)
    for month in range(1, 13):
        a_result(filled, an_entry("30", collected_on=date(2024, month, 3)))

    with CaptureQueriesContext(connection) as many:
        page_of(annas, filled)

    assert len(many) == len(few)
