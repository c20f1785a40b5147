"""The list on screen and on paper, with and without scripts, in a real browser."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Clinic, Patient, User
from labs.models import Review, Target
from tests.browser.conftest import OpenPage, a_listed_patient
from tests.browser.looking import press_keys
from tests.browser.signed_in import page_of

pytestmark = [pytest.mark.functional, pytest.mark.django_db(transaction=True)]

ROWS = ".worklist-row"
MARKED = "Marked as reviewed."


@pytest.fixture
def people(clinic: Clinic, osei: User) -> list[Patient]:
    """Two within their range, whose result nobody has looked at."""
    return [
        a_listed_patient(clinic, osei, name, "28", low="20")
        for name in ("Anna Example", "Ben Birch")
    ]


@pytest.mark.usefixtures("people")
def test_the_list_narrows_as_one_types(
    open_page: OpenPage, osei: User, complaints: list[str]
) -> None:
    page = page_of(open_page, osei)
    expect(page.locator(ROWS)).to_have_count(2)

    page.get_by_label("Name, number or birth date").press_sequentially("bir")

    expect(page.locator(ROWS)).to_have_count(1)
    expect(page.locator(ROWS)).to_contain_text("Ben Birch")
    assert "bir" not in page.url
    assert complaints == []


def test_the_list_is_worked_through_without_scripts(
    open_page: OpenPage, people: list[Patient], osei: User
) -> None:
    page = page_of(open_page, osei, scripts=False)
    page.get_by_label("Name, number or birth date").fill("anna")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(ROWS)).to_have_count(1)

    page.locator(ROWS).get_by_role("link", name="Anna Example").click()
    expect(page.get_by_role("link", name="Back to the list")).to_be_visible()
    page.get_by_role("button", name="Mark reviewed").click()
    expect(page.get_by_text(MARKED)).to_be_visible()
    assert Review.objects.get().patient == people[0]
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_text("The review is taken back.")).to_be_visible()
    assert Review.objects.get().undone_at is not None


@pytest.mark.usefixtures("people")
def test_the_list_is_printed_whole_and_alone(
    open_page: OpenPage, osei: User, complaints: list[str]
) -> None:
    page = page_of(open_page, osei)
    page.add_init_script("window.print = () => { window.isPrinted = true; }")
    page.get_by_text("More for the chosen ones").click()
    page.get_by_role("link", name="Print this list").click()

    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.isPrinted")
    expect(page.get_by_text("2 patients")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(ROWS)).to_have_count(2)
    expect(page.locator(ROWS).first).to_be_visible()
    page.locator(".cell-why").first.evaluate(
        "cell => cell.innerHTML += `<b class='reason is-grave'>Late</b>`"
    )
    grave = page.locator(".reason.is-grave").first
    expect(grave).to_have_css("color", "rgb(0, 0, 0)")
    expect(grave).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    for hidden in page.get_by_role("button").all():
        expect(hidden).to_be_hidden()
    expect(page.get_by_role("navigation")).to_have_count(0)
    assert complaints == []


def test_a_range_set_from_the_list_is_undone_right_away(
    open_page: OpenPage, people: list[Patient], osei: User, complaints: list[str]
) -> None:
    page = page_of(open_page, osei)
    page.get_by_role("link", name="Name").click()  # in the order of names
    page.wait_for_url("**/worklist/?*order=name*")
    press_keys(page, "j")
    expect(page.locator(f"{ROWS}[aria-current]")).to_have_count(1)
    press_keys(page, "t")
    page.wait_for_url("**/targets/**")
    page.get_by_label("From", exact=False).first.fill("30")
    page.get_by_label("To (optional)", exact=True).fill("50")
    page.get_by_label("ng/mL").check()
    page.get_by_label("Reason").fill("Agreed at the visit.")
    page.get_by_label("In force from").fill(timezone.localdate().isoformat())
    page.get_by_role("button", name="Check the range").click()
    page.get_by_role("button", name="Set the range").click()
    expect(page.get_by_text("The range is set.")).to_be_visible()

    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_text("The range is taken back.")).to_be_visible()
    taken = Target.objects.filter(patient=people[0]).latest("number")
    assert taken.withdrawn_by_name == osei.name
    assert taken.low == 30
    page.goto("/worklist/?order=name")
    expect(page.locator(ROWS).first).not_to_contain_text("Below the range")
    assert complaints == []
