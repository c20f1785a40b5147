"""The panel beside the list and the page it is by itself, in a real browser."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Dialog, Locator, Page, Route, expect

from accounts.models import Clinic, Patient, User
from labs.models import ClinicNote, RetestPlan
from tests.browser.conftest import OpenPage, a_listed_patient
from tests.browser.looking import press_keys
from tests.browser.signed_in import page_of

pytestmark = [pytest.mark.functional, pytest.mark.django_db(transaction=True)]

ROWS = ".worklist-row"
SESSION = settings.SESSION_COOKIE_NAME
WORDS = "Ring her on Monday."
KEPT = "The note is kept, with your name and the date."
UNSENT = "No answer came, so this may not be saved."


@pytest.fixture
def people(clinic: Clinic, osei: User) -> list[Patient]:
    """Two within their range, whose result nobody has looked at."""
    return [
        a_listed_patient(clinic, osei, name, "28", low="20")
        for name in ("Anna Example", "Ben Birch")
    ]


def open_panel(page: Page, name: str) -> Locator:
    page.locator(ROWS).get_by_role("link", name=name).click()
    expect(page.locator("#panel h2")).to_have_text(name)
    return page.locator("#panel")


def write(part: Page | Locator) -> None:
    part.get_by_label("Note", exact=True).fill(WORDS)
    part.get_by_label("Clinicians of this clinic only").check()


def sign(part: Page | Locator) -> None:
    part.get_by_role("button", name="Sign and keep the note").click()


def test_a_note_a_test_and_a_tag_are_kept_on_the_panels_own_page(
    open_page: OpenPage, people: list[Patient], osei: User, complaints: list[str]
) -> None:
    page = page_of(open_page, osei)
    page.goto(f"/worklist/{people[0].pk}/")
    due_on = timezone.localdate() + timedelta(days=90)

    write(page)
    sign(page)
    expect(page.get_by_text(KEPT)).to_be_visible()
    page.get_by_label("On or about").fill(due_on.isoformat())
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_text("The next test is asked for")).to_be_visible()
    page.get_by_label("Tag").fill("hip")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("button", name="Take off the tag hip")).to_be_visible()

    assert ClinicNote.objects.get().text == WORDS
    assert RetestPlan.objects.get().due_on == due_on
    assert complaints == []


@pytest.mark.usefixtures("people")
def test_what_gets_no_answer_is_told_and_nothing_typed_is_lost(
    open_page: OpenPage, osei: User
) -> None:
    def broken(route: Route) -> None:
        route.fulfill(status=500, body="")

    page = page_of(open_page, osei)
    panel = open_panel(page, "Anna Example")
    write(panel)
    note = panel.get_by_label("Note", exact=True)

    for answer in (lambda route: route.abort(), broken):
        page.route("**/note/**", answer)
        sign(panel)
        expect(panel.get_by_text(UNSENT)).to_be_in_viewport()
        expect(note).to_have_value(WORDS)
        page.unroute("**/note/**")
        panel.get_by_text(UNSENT).evaluate("told => told.remove()")
    kept = {each["name"]: each["value"] for each in page.context.cookies()}[SESSION]
    page.context.clear_cookies(name=SESSION)
    sign(panel)  # signed out meanwhile
    expect(panel.get_by_text(UNSENT)).to_be_visible()
    expect(note).to_have_value(WORDS)
    assert not ClinicNote.objects.exists()

    page.context.add_cookies([{"name": SESSION, "value": kept, "url": page.url}])
    sign(panel)
    expect(panel.get_by_text(KEPT)).to_be_visible()
    expect(page.get_by_text(UNSENT)).to_have_count(0)
    assert ClinicNote.objects.get().text == WORDS


@pytest.mark.usefixtures("people")
def test_a_note_begun_waits_while_the_panel_shows_something_else(
    open_page: OpenPage, osei: User, complaints: list[str]
) -> None:
    page = page_of(open_page, osei)
    panel = open_panel(page, "Anna Example")
    note = panel.get_by_label("Note", exact=True)
    write(panel)

    panel.get_by_label("Or every so many months").fill("6")
    panel.get_by_role("button", name="Ask for it").click()
    expect(panel.get_by_text("The next test is asked for")).to_be_visible()
    expect(note).to_have_value(WORDS)
    open_panel(page, "Ben Birch")
    expect(note).to_have_value("")
    open_panel(page, "Anna Example")

    expect(note).to_have_value(WORDS)
    expect(panel.get_by_label("Clinicians of this clinic only")).to_be_checked()
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    panel.get_by_role("button", name="Mark reviewed").click()
    expect(page.get_by_text("Marked as reviewed.")).to_be_visible()
    assert asked == ["beforeunload"]
    assert complaints == []


@pytest.mark.usefixtures("people")
def test_a_row_opens_beside_the_list_and_nothing_else_moves(
    open_page: OpenPage, osei: User, complaints: list[str]
) -> None:
    page = page_of(open_page, osei)
    cells = page.locator(f"{ROWS} :is(th, td), .worklist-table thead th")
    places = "cells => cells.map(each => JSON.stringify(each.getBoundingClientRect()))"
    before = cells.evaluate_all(places)

    panel = open_panel(page, "Anna Example")

    assert cells.evaluate_all(places) == before
    expect(panel.locator(".panel-chart svg")).to_be_visible()
    last = page.locator(".cell-reviewed").first.get_by_role("button")
    last.focus()  # what the panel stands over comes out as one goes there
    edge = last.evaluate("button => button.getBoundingClientRect().right")
    assert edge <= panel.evaluate("panel => panel.getBoundingClientRect().left")
    assert complaints == []


@pytest.mark.usefixtures("people")
def test_on_a_phone_the_panel_begins_with_who_it_is(
    open_page: OpenPage, osei: User
) -> None:
    page = page_of(open_page, osei)
    page.set_viewport_size({"width": 360, "height": 700})

    panel = open_panel(page, "Ben Birch")

    expect(panel.get_by_role("heading", name="Ben Birch")).to_be_in_viewport()
    expect(panel.locator(".panel-chart svg")).to_be_visible()


@pytest.mark.usefixtures("people")
def test_an_undo_keeps_the_row_that_was_chosen(
    open_page: OpenPage, osei: User, complaints: list[str]
) -> None:
    page = page_of(open_page, osei)
    expect(page.locator(ROWS)).to_have_count(2)
    press_keys(page, "j")
    press_keys(page, "r")
    expect(page.get_by_text("Marked as reviewed.")).to_be_visible()
    chosen = page.locator(f"{ROWS}[aria-current]")
    expect(chosen).to_be_focused()
    name = chosen.locator("th a").inner_text()

    press_keys(page, "u")
    expect(page.get_by_text("The review is taken back.")).to_be_visible()
    expect(chosen.locator("th a")).to_have_text(name)
    address = chosen.get_attribute("data-target")
    press_keys(page, "t")

    page.wait_for_url(f"**{address}")
    assert complaints == []
