"""Whole journeys without a pointer: the focus is always somewhere, and can be seen."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Consent
from labs.models import LabResult
from tests.browser.conftest import OpenPage
from tests.browser.looking import press_keys
from tests.browser.test_first_result import sign_in
from tests.factories import (
    a_clinic,
    a_clinician,
    a_consent,
    a_patient,
    a_result,
    a_target,
    an_entry,
    owner_of,
)

pytestmark = [pytest.mark.functional, pytest.mark.django_db(transaction=True)]

MOST_STEPS = 90
NAME = """() => { const at = document.activeElement;
  return [at.labels?.[0]?.innerText, at.getAttribute("aria-label"), at.innerText]
    .filter(Boolean).join(" "); }"""
IS_SEEN = """() => { const at = document.activeElement;
  const ring = at.querySelector(".chart-hit");
  if (ring) return getComputedStyle(ring).stroke !== "none";
  const looks = getComputedStyle(at.closest(".choice") ?? at);
  return at !== document.body && looks.outlineStyle !== "none"; }"""


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus is called so; each stop can be seen."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        assert page.evaluate(IS_SEEN), page.evaluate("document.activeElement.outerHTML")
        if words in page.evaluate(NAME):
            return
    pytest.fail(f"Tab does not reach {words!r}.")


def press(page: Page, words: str, key: str = "Enter") -> None:
    tab_to(page, words)
    page.keyboard.press(key)


def go(page: Page, words: str) -> None:
    """Press what leads to another page, and wait for that."""
    tab_to(page, words)  # on a busy machine this takes as long as a page
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, words: str, text: str) -> None:
    tab_to(page, words)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def add_a_result(page: Page) -> None:
    go(page, "Add a result")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    tab_to(page, "Date the sample was taken")
    page.keyboard.type("05052025")  # day and month alike, whichever comes first
    press(page, "25-hydroxyvitamin D (total", "Space")
    write(page, "Result", "82")
    press(page, "ng/mL", "Space")
    go(page, "Check before saving")
    go(page, "Save the result")
    expect(page.get_by_text("The result is saved.")).to_be_visible()


def correct_it(page: Page) -> None:
    go(page, "5 May 2025")
    go(page, "Correct")
    write(page, "Result", "28")
    write(page, "Why it is corrected", "Typed wrongly")
    go(page, "Check the correction")
    go(page, "Save the correction")
    expect(page.locator(".value-large")).to_have_text("28 ng/mL")


def share_it(page: Page) -> None:
    go(page, "Sharing")
    go(page, "Let a clinic see your record")
    tab_to(page, "Clinic or clinician")
    page.keyboard.type("Harbour")
    press(page, "Results and their chart", "Space")
    go(page, "Share")
    expect(page.get_by_role("heading", name="Harbour Clinic")).to_be_visible()


def test_a_result_is_added_corrected_and_shared_by_keyboard(
    open_page: OpenPage, complaints: list[str]
) -> None:
    patient = a_patient("Anna Example")
    a_clinic("Harbour Clinic")
    page = open_page()
    sign_in(page, owner_of(patient))

    add_a_result(page)
    correct_it(page)
    share_it(page)

    assert LabResult.objects.count() == 2
    assert Consent.objects.get().shares_results
    assert complaints == []


def test_the_worklist_is_worked_through_by_keys_and_the_focus_comes_back(
    open_page: OpenPage, complaints: list[str]
) -> None:
    clinic = a_clinic("Harbour Clinic")
    osei = a_clinician(clinic, "Dr Osei")
    for name in ("Anna Example", "Bea Example", "Cleo Example"):
        patient = a_patient(name)
        a_consent(patient, clinic)
        a_target(patient, osei)
        taken = timezone.localdate() - timedelta(days=20)
        a_result(patient, an_entry("20", collected_on=taken), at=timezone.now())
    page = open_page()
    sign_in(page, osei)
    rows = page.locator(".worklist-row")
    expect(rows).to_have_count(3)

    press_keys(page, "j")
    press_keys(page, "j")
    second = rows.nth(1)
    expect(second).to_be_focused()
    press_keys(page, "Enter")
    panel = page.locator("#panel")
    expect(panel).to_be_focused()
    expect(panel.get_by_role("button", name="Mark reviewed")).to_be_visible()
    press_keys(page, "Escape")
    expect(second).to_be_focused()
    expect(panel).to_be_empty()

    press_keys(page, "r")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    expect(page.locator(".worklist-row[aria-current]")).to_be_focused()
    press_keys(page, "u")
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    assert complaints == []


def test_a_dialog_opens_by_keyboard_and_gives_the_focus_back(
    open_page: OpenPage,
) -> None:
    page = open_page()
    page.goto("/styleguide/")
    opener = page.get_by_role("button", name="Keys", exact=True)
    dialog = page.get_by_role("dialog", name="Keys of the worklist")

    opener.focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_first_tab_leads_past_the_navigation_and_a_swap_keeps_the_focus(
    open_page: OpenPage, complaints: list[str]
) -> None:
    patient = a_patient("Anna Example")
    for days in (900, 40):
        taken = timezone.localdate() - timedelta(days=days)
        a_result(patient, an_entry("28", collected_on=taken))
    page = open_page()
    sign_in(page, owner_of(patient))
    page.goto(f"/patients/{patient.pk}/")

    page.keyboard.press("Tab")
    assert "Skip to the content" in page.evaluate(NAME)
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    press(page, "1 year")
    expect(page.get_by_text("1 result hidden").first).to_be_visible()

    expect(page.get_by_role("link", name="1 year")).to_be_focused()
    assert complaints == []


def test_an_error_takes_the_focus_and_its_link_goes_to_the_field(
    open_page: OpenPage,
) -> None:
    patient = a_patient("Anna Example")
    page = open_page()
    sign_in(page, owner_of(patient))
    page.goto(f"/patients/{patient.pk}/results/new/")

    go(page, "Check before saving")
    expect(page.locator(".error-summary")).to_be_focused()
    press(page, "Result:")

    field = page.get_by_label("Result", exact=True)
    expect(field).to_be_focused()
    assert field.get_attribute("aria-invalid") == "true"
    described = (field.get_attribute("aria-describedby") or "").split()
    words = [page.locator(f"#{each}").inner_text() for each in described]
    assert any("Type the number as printed" in line for line in words)
