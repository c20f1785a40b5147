"""The chart in a real browser: its theme, its policy, pointing, dragging, no script."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Patient
from tests.browser.conftest import OpenPage
from tests.browser.test_first_result import sign_in
from tests.factories import a_patient, a_result, an_entry, owner_of
from tracker.charts.style import DARK, LIGHT, Ink

pytestmark = [pytest.mark.functional, pytest.mark.django_db(transaction=True)]

FILL = "node => getComputedStyle(node).fill"
REPORTS = """() => { window.refused = 0;
  addEventListener('securitypolicyviolation', () => { window.refused += 1; }); }"""


@pytest.fixture
def reader(transactional_db: None) -> Patient:
    """Anna, with three results and no range."""
    del transactional_db
    patient = a_patient("Anna Example")
    today = timezone.localdate()
    for value, days in (("20", 900), ("24", 300), ("28", 40)):
        a_result(patient, an_entry(value, collected_on=today - timedelta(days=days)))
    return patient


def as_rgb(colour: str) -> str:
    red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


def test_a_mark_has_the_colour_of_the_theme_and_the_policy_refuses_nothing(
    open_page: OpenPage, reader: Patient, complaints: list[str]
) -> None:
    page = open_page()
    page.add_init_script(f"({REPORTS})()")
    sign_in(page, owner_of(reader))
    mark = page.locator(".chart-wide .chart-point > path:last-child").first

    page.emulate_media(color_scheme="light")
    assert mark.evaluate(FILL) == as_rgb(LIGHT[Ink.UNSURE])
    page.emulate_media(color_scheme="dark")
    assert mark.evaluate(FILL) == as_rgb(DARK[Ink.UNSURE])

    assert page.evaluate("window.refused") == 0
    assert complaints == []


def test_pointing_and_touching_tell_the_exact_result(
    open_page: OpenPage, reader: Patient, complaints: list[str]
) -> None:
    page = open_page()
    sign_in(page, owner_of(reader))
    words = page.locator("#chart-detail")

    page.locator(".chart-wide .chart-point").nth(1).hover()
    for part in ("24 ng/mL", "Harbour Laboratory", "LC-MS/MS", "no range"):
        expect(words).to_contain_text(part, ignore_case=True)
    page.locator(".chart-wide .chart-point").nth(2).dispatch_event("pointerover")
    expect(words).to_contain_text("28 ng/mL")

    assert complaints == []


def test_dragging_across_the_plot_shows_those_days_and_counts_the_rest(
    open_page: OpenPage, reader: Patient, complaints: list[str]
) -> None:
    page = open_page()
    sign_in(page, owner_of(reader))
    chart = page.locator(".chart-wide[data-first]").first
    box = chart.bounding_box()
    assert box is not None
    point = chart.locator(".chart-point").nth(1).bounding_box()
    assert point is not None

    middle = box["y"] + box["height"] / 3
    page.mouse.move(point["x"] - 60, middle)
    page.mouse.down()
    page.mouse.move(point["x"], middle, steps=4)
    expect(page.locator(".chart-veil")).to_be_visible()
    page.mouse.move(point["x"] + 60, middle, steps=4)
    page.mouse.up()

    expect(page.get_by_text("2 results hidden").first).to_be_visible()
    expect(page.locator(".chart-wide .chart-point")).to_have_count(1)
    assert "from=" in page.url
    link = page.get_by_role("link", name="PDF", exact=True).first
    assert "from=" in (link.get_attribute("href") or "")
    assert complaints == []


def test_without_a_script_the_days_are_chosen_in_the_form(
    open_page: OpenPage, reader: Patient
) -> None:
    page = open_page(scripts=False)
    sign_in(page, owner_of(reader))
    today = timezone.localdate()

    page.locator("#chart-from").fill((today - timedelta(days=400)).isoformat())
    page.locator("#chart-to").fill((today - timedelta(days=100)).isoformat())
    page.get_by_role("button", name="Show these days").click()

    expect(page.get_by_text("2 results hidden").first).to_be_visible()
    expect(page.locator(".chart-wide .chart-point")).to_have_count(1)
    page.get_by_role("link", name="All", exact=True).click()
    expect(page.locator(".chart-wide .chart-point")).to_have_count(3)


@pytest.mark.parametrize("width", [320, 360, 1280, 2560])
def test_the_page_never_scrolls_sideways_and_one_chart_is_shown(
    open_page: OpenPage, reader: Patient, width: int
) -> None:
    page = open_page()
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, owner_of(reader))

    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    expect(page.locator("svg[data-first]:visible")).to_have_count(1)
