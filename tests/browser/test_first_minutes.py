"""From nothing to the first result on a chart, as a new person meets it."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from labs.models import HealthFact, LabResult
from tests.browser.conftest import OpenPage
from tests.browser.pictures import keep
from tests.browser.test_first_result import days_ago
from tests.integration.accounts.mails import delivered

pytestmark = [pytest.mark.functional, pytest.mark.django_db(transaction=True)]


PASSWORD = "seven quiet otters paddle"


def open_an_account(page: Page) -> None:
    """Sign up, follow the link out of the mail, and sign in."""
    page.goto("/account/signup/")
    page.get_by_label("name", exact=False).first.fill("Ida Ivory")
    page.get_by_label("E-mail address").fill("ida@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Open the account").click()
    expect(page.get_by_role("button", name="Open the account")).to_have_count(0)
    (sent,) = delivered()
    found = re.search(r"https?://\S+confirm-email\S+", str(sent.body))
    assert found is not None
    page.goto(found[0].removeprefix(settings.SITE_ORIGIN))
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("E-mail address").fill("ida@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def answer_the_first_questions(page: Page) -> None:
    """Open the record, pass over the health facts, and choose to type a result."""
    expect(page.get_by_text("Step 1 of 3")).to_be_visible()
    page.get_by_label("Date of birth").fill("1975-02-28")
    page.get_by_label("North of the tropics").check()
    page.get_by_label("ng/mL").check()
    keep(page, "start-1-record", whole=True)
    page.get_by_role("button", name="Open the record").click()
    expect(page.get_by_text("Step 2 of 3")).to_be_visible()
    keep(page, "start-2-health")
    page.get_by_role("link", name="Skip this for now").first.click()
    expect(page.get_by_text("Step 3 of 3")).to_be_visible()
    keep(page, "start-3-result")
    page.get_by_role("link", name="Type it from the report").click()


def test_a_new_person_signs_up_and_sees_a_first_result_charted(
    open_page: OpenPage, complaints: list[str]
) -> None:
    page = open_page()

    open_an_account(page)
    answer_the_first_questions(page)
    page.get_by_label("Date the sample was taken").fill(days_ago(20))
    page.get_by_label("25-hydroxyvitamin D (total").check()
    page.get_by_label("Result", exact=True).fill("28")
    page.get_by_label("ng/mL").check()
    page.get_by_role("button", name="Check before saving").click()
    page.get_by_role("button", name="Save the result").click()

    expect(page.locator(".chart-wide .chart-point")).to_have_count(1)
    keep(page, "first-result")
    assert LabResult.objects.get().value_text == "28"
    assert not HealthFact.objects.exists()
    assert complaints == []


def test_the_example_record_can_be_looked_round_in_before_signing_up(
    open_page: OpenPage, complaints: list[str]
) -> None:
    page = open_page()
    page.goto("/account/signup/")
    page.get_by_role("link", name="Look round an example record").click()

    expect(page.get_by_text("This person does not exist")).to_be_visible()
    keep(page, "example-record", whole=True)
    page.get_by_role("link", name="ng/mL", exact=True).click()
    expect(page.locator(".value-large")).to_contain_text("ng/mL")
    page.wait_for_load_state()  # the script that listens comes with the page
    page.locator(".chart-wide .chart-point").last.dispatch_event("pointerover")
    expect(page.locator("#chart-detail")).to_contain_text("66 nmol/L")
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    keep(page, "example-record-phone", whole=True)
    assert complaints == []
