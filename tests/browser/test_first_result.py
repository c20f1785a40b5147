"""The journey that the product is for, in a real browser."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.services.second_factor import code_now
from labs.models import LabResult, SupplementPeriod, Target
from tests.access.characters import FOUR_WORDS, SEED
from tests.browser.conftest import OpenPage
from tests.factories import (
    a_clinic,
    a_clinician,
    a_consent,
    a_patient,
    a_result,
    an_entry,
    owner_of,
)

pytestmark = [pytest.mark.functional, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, user: User) -> None:
    """Sign in, and wait for all of the page that comes: its scripts listen then."""
    page.goto("/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(FOUR_WORDS)
    page.get_by_role("button", name="Sign in", exact=True).click()
    if user.memberships.exists():
        page.get_by_label("code").fill(code_now(SEED))
        page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.wait_for_load_state()


def days_ago(days: int) -> str:
    return (timezone.localdate() - timedelta(days=days)).isoformat()


def fill_in_a_report(page: Page) -> None:
    with page.expect_navigation():  # what is typed before its scripts is not read back
        page.get_by_role("link", name="Add a result").first.click()
    page.get_by_label("Date the sample was taken").fill(days_ago(20))
    page.get_by_label("Laboratory (optional)", exact=True).fill("Harbour Laboratory")
    page.get_by_label("25-hydroxyvitamin D (total").check()
    page.get_by_label("Result", exact=True).fill("28")
    page.get_by_label("ng/mL").check()


def read_a_row_back(page: Page) -> None:
    """Type another test of the report, see it read back, and take it away again."""
    page.get_by_text("Other tests of the same report").click()
    row = page.locator("tr", has=page.locator("#id_also-calcium-value"))
    line = row.locator("+ tr .echo")
    page.locator("#id_also-calcium-value").fill("2.45")
    page.locator("#id_also-calcium-unit").select_option("mmol/L")
    expect(line).to_have_text("Calcium, total: 2.45 mmol/L")
    page.locator("#id_also-D3-value").fill("28")
    page.locator("#id_also-D3-unit").select_option("ng/mL")
    expect(page.locator("tr:has(#id_also-D3-value) + tr .echo")).to_contain_text(
        "28 ng/mL is about 70 nmol/L."
    )
    for test in ("calcium", "D3"):
        page.locator(f"#id_also-{test}-value").fill("")
    expect(line).to_have_text("")


def log_a_result(page: Page) -> None:
    fill_in_a_report(page)
    expect(page.locator("#echo")).to_have_text(
        "28 ng/mL is about 70 nmol/L. Your report may print one or both."
    )
    read_a_row_back(page)
    page.get_by_label("The laboratory's own interval").fill("30-100 ng/mL")
    page.get_by_label("The laboratory's own flag").fill("L")
    page.get_by_role("button", name="Check before saving").click()
    expect(page.get_by_text("28 ng/mL is about 70 nmol/L.")).to_be_visible()
    page.get_by_role("button", name="Save the result").click()
    expect(page.get_by_text("The result is saved.")).to_be_visible()


def log_a_supplement(page: Page) -> None:
    page.get_by_role("link", name="Add a supplement").click()
    page.get_by_label("Product").fill("Sunny D3")
    page.get_by_label("No, I read the label").check()
    page.get_by_label("Substance").first.select_option("D3")
    page.get_by_label("Amount (optional)", exact=True).first.fill("1000")
    page.locator("select[name=line-0-unit]").select_option("[iU]")
    page.get_by_label("Servings each time").fill("1")
    page.get_by_label("How often").select_option("daily")
    page.get_by_label("From", exact=True).fill(days_ago(100))
    page.get_by_role("button", name="Check the supplement").click()
    expect(page.get_by_text("1,000 international units (25 mcg)")).to_be_visible()
    page.get_by_role("button", name="Save as printed").click()
    expect(page.get_by_text("The supplement is saved.")).to_be_visible()


def set_a_range(page: Page, patient_name: str) -> None:
    page.get_by_role("link", name=patient_name).click()
    page.get_by_role("link", name="Set a range").click()
    page.get_by_label("From", exact=False).first.fill("30")
    page.get_by_label("To (optional)", exact=True).fill("50")
    page.get_by_label("ng/mL").check()
    page.get_by_label("Reason").fill("Agreed at the visit.")
    page.get_by_label("In force from").fill(days_ago(200))
    page.get_by_role("button", name="Check the range").click()
    expect(page.get_by_text("It will judge 1 result")).to_be_visible()
    page.get_by_role("button", name="Set the range").click()
    expect(page.get_by_text("The range is set.")).to_be_visible()


def expect_the_record(page: Page) -> None:
    """Look for the chart, the flag with its basis, and the table of the numbers."""
    expect(page.locator(".flag-below").first).to_contain_text("Below the range")
    expect(page.get_by_text("This is below the range Dr Osei set on")).to_be_visible()
    expect(page.locator(".chart-wide .chart-point")).to_have_count(1)
    expect(page.locator("#results tbody tr")).to_have_count(1)
    expect(page.locator("#results tbody tr")).to_contain_text("28 ng/mL")
    expect(
        page.get_by_text("This compares numbers. It is not a diagnosis.")
    ).to_have_count(1)


def download_the_chart(page: Page) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("link", name="PDF", exact=True).click()
    return waiting.value.path().read_bytes()


def test_a_first_result_reaches_chart_table_and_pdf_of_patient_and_clinician(
    open_page: OpenPage, complaints: list[str]
) -> None:
    patient = a_patient("Anna Example")
    clinic = a_clinic("Harbour Clinic")
    clinician = a_clinician(clinic, "Dr Osei")
    a_consent(patient, clinic)
    hers, theirs = open_page(), open_page()

    sign_in(hers, owner_of(patient))
    log_a_result(hers)
    log_a_supplement(hers)
    sign_in(theirs, clinician)
    set_a_range(theirs, "Anna Example")
    hers.reload()

    for page in (hers, theirs):
        expect_the_record(page)
        assert download_the_chart(page).startswith(b"%PDF")
    assert LabResult.objects.get().value_text == "28"
    assert SupplementPeriod.objects.count() == 1
    assert Target.objects.get().set_by_name == "Dr Osei"
    assert complaints == []


def test_everything_can_be_entered_without_a_script(open_page: OpenPage) -> None:
    patient = a_patient("Anna Example")
    page = open_page(scripts=False)

    sign_in(page, owner_of(patient))
    fill_in_a_report(page)
    page.get_by_role("button", name="Check before saving").click()
    expect(page.get_by_text("28 ng/mL is about 70 nmol/L.")).to_be_visible()
    page.get_by_role("button", name="Save the result").click()
    log_a_supplement(page)
    page.get_by_role("link", name="1 year").click()

    expect(page.locator(".chart-wide .chart-point")).to_have_count(1)
    assert LabResult.objects.get().value_text == "28"
    assert SupplementPeriod.objects.count() == 1


def test_a_correction_is_a_new_version_and_the_old_one_stays_readable(
    open_page: OpenPage, complaints: list[str]
) -> None:
    patient = a_patient("Anna Example")
    first = a_result(patient, an_entry("82", "ng/mL"))
    page = open_page()

    sign_in(page, owner_of(patient))
    page.get_by_role("link", name="12 Mar 2026").click()
    page.get_by_role("link", name="Correct").click()
    page.get_by_label("Result", exact=True).fill("28")
    page.get_by_label("Why it is corrected").fill("Typed wrongly")
    page.get_by_role("button", name="Check the correction").click()
    page.get_by_role("button", name="Save the correction").click()

    expect(page.locator(".value-large")).to_have_text("28 ng/mL")
    expect(page.locator("#versions tbody tr")).to_have_count(2)
    page.goto(f"/patients/{patient.pk}/results/{first.pk}/")
    expect(page.locator(".value-large")).to_have_text("82 ng/mL")
    expect(page.get_by_text("This is an earlier version.")).to_be_visible()
    assert complaints == []
