"""Reading a record by mouse and keyboard, and typing with doubts, in a browser."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Patient
from labs.models import LabResult
from tests.browser.conftest import OpenPage
from tests.browser.test_first_result import fill_in_a_report, sign_in
from tests.factories import a_patient, a_result, an_entry, owner_of

pytestmark = [pytest.mark.functional, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def reader(transactional_db: None) -> Patient:
    """Anna, with one old and two recent results."""
    del transactional_db
    patient = a_patient("Anna Example")
    today = timezone.localdate()
    for value, days in (("20", 900), ("24", 300), ("28", 40)):
        a_result(patient, an_entry(value, collected_on=today - timedelta(days=days)))
    return patient


def test_a_range_button_changes_the_chart_alone_and_counts_what_is_hidden(
    open_page: OpenPage, reader: Patient, complaints: list[str]
) -> None:
    page = open_page()
    sign_in(page, owner_of(reader))

    page.locator("#results").evaluate("node => { node.dataset.kept = 'yes'; }")
    page.get_by_role("link", name="1 year").click()

    expect(page.get_by_text("1 result hidden").first).to_be_visible()
    expect(page.locator(".chart-wide .chart-point")).to_have_count(2)
    expect(page.locator("#results[data-kept=yes]")).to_have_count(1)
    expect(page.get_by_role("link", name="1 year")).to_have_attribute(
        "aria-current", "true"
    )
    assert "range=1y" in page.url
    assert complaints == []


def test_arrow_keys_walk_along_the_results_and_read_them_out(
    open_page: OpenPage, reader: Patient, complaints: list[str]
) -> None:
    page = open_page()
    sign_in(page, owner_of(reader))
    words = page.locator("#chart-detail")

    page.locator(".chart-wide .chart-point[tabindex='0']").focus()
    expect(words).to_contain_text("28 ng/mL")
    page.keyboard.press("ArrowLeft")
    expect(words).to_contain_text("24 ng/mL")
    page.keyboard.press("Home")
    expect(words).to_contain_text("20 ng/mL")
    page.keyboard.press("End")
    expect(words).to_contain_text("28 ng/mL")

    assert complaints == []


def test_another_unit_is_read_without_a_change_of_what_is_stored(
    open_page: OpenPage, reader: Patient
) -> None:
    page = open_page()
    sign_in(page, owner_of(reader))

    page.get_by_role("link", name="nmol/L", exact=True).click()

    expect(page.locator(".value-large")).to_have_text("70 nmol/L")
    expect(page.get_by_text("Converted. Reported as")).to_contain_text("28 ng/mL")
    assert set(LabResult.objects.values_list("unit", flat=True)) == {"ng/mL"}


def test_an_error_takes_the_focus_and_leads_to_its_field(
    open_page: OpenPage, reader: Patient
) -> None:
    page = open_page()
    sign_in(page, owner_of(reader))

    page.get_by_role("link", name="Add a result").first.click()
    page.get_by_role("button", name="Check before saving").click()

    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="Date the sample was taken").click()
    expect(page.get_by_label("Date the sample was taken")).to_be_focused()


def test_a_doubtful_unit_is_asked_about_and_kept_for_review_when_nobody_is_sure(
    open_page: OpenPage, reader: Patient, complaints: list[str]
) -> None:
    page = open_page()
    sign_in(page, owner_of(reader))

    fill_in_a_report(page)
    page.get_by_label("nmol/L").check()
    page.get_by_role("button", name="Check before saving").click()
    expect(
        page.get_by_text("Which unit is printed next to the number?")
    ).to_be_visible()
    page.get_by_label("Not sure, keep for review").check()
    page.get_by_role("button", name="Save the result").click()

    expect(page.locator("tr.is-new")).to_contain_text("28 nmol/L")
    stored = LabResult.objects.get(unit="nmol/L")
    assert stored.held_because
    assert complaints == []
