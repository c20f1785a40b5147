"""What the reader's own system asks for: less motion, own colours, paper."""

import io
import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from accounts.models import Patient
from tests.browser.conftest import OpenPage
from tests.browser.test_first_result import sign_in
from tests.factories import a_patient, a_result, an_entry, owner_of

pytestmark = [pytest.mark.functional, pytest.mark.django_db(transaction=True)]

MOVING = """() => [...document.querySelectorAll("*")].filter(each => {
  const looks = getComputedStyle(each);
  return looks.transitionDuration.split(", ").some(time => time !== "0s")
    || looks.animationName !== "none" || looks.scrollBehavior === "smooth";
}).length"""
SHAPES = """() => [...document.querySelectorAll(".flag")].map(flag => {
  const shape = flag.querySelector(".shape :first-child");
  const looks = getComputedStyle(shape);
  const paint = looks.fill === "none" ? looks.stroke : looks.fill;
  return { words: flag.innerText.trim(),
    form: `${shape.tagName} ${shape.getAttribute("d")} ${shape.getAttribute("r")}`,
    seen: paint !== getComputedStyle(document.body).backgroundColor
      && shape.getBoundingClientRect().width > 4 };
})"""


@pytest.fixture
def reader(transactional_db: None) -> Patient:
    del transactional_db
    patient = a_patient("Anna Example")
    a_result(patient, an_entry("28"))
    return patient


def test_nothing_moves_where_less_motion_is_asked_for(
    open_page: OpenPage, reader: Patient
) -> None:
    page = open_page()
    page.emulate_media(reduced_motion="reduce")
    sign_in(page, owner_of(reader))

    for path in ("", "results/new/", "sharing/"):
        page.goto(f"/patients/{reader.pk}/{path}")
        assert page.evaluate(MOVING) == 0, path


def test_flags_stay_apart_in_the_reader_s_own_colours(open_page: OpenPage) -> None:
    page = open_page()
    page.emulate_media(forced_colors="active")
    page.goto("/styleguide/")

    flags = page.evaluate(SHAPES)

    forms = {flag["words"]: flag["form"] for flag in flags}
    compared = ("Below the range", "Within the range", "Above the range", "Cannot tell")
    assert len({forms[words] for words in compared}) == len(compared)
    assert all(flag["seen"] for flag in flags)


def test_the_chart_is_named_and_its_points_read_themselves_out(
    open_page: OpenPage, reader: Patient
) -> None:
    page = open_page()
    sign_in(page, owner_of(reader))

    chart = page.locator(".chart-wide")
    picture = chart.locator("> [role=img]").first
    expect(picture).to_have_accessible_name("25-hydroxyvitamin D")
    expect(picture.locator("> desc")).to_contain_text("1 result")
    point = chart.locator(".chart-point").first
    expect(point).to_have_accessible_name(re.compile("28 ng/mL · 12 March 2026"))


def test_paper_holds_the_content_and_no_buttons(
    open_page: OpenPage, reader: Patient
) -> None:
    page = open_page()
    sign_in(page, owner_of(reader))
    page.emulate_media(media="print", color_scheme="dark")

    expect(page.get_by_role("heading", name="Anna Example")).to_be_visible()
    expect(page.locator(".chart-wide")).to_be_visible()
    for hidden in (".site-nav", ".segments", ".button >> nth=0", ".skip-link"):
        expect(page.locator(hidden).first).to_be_hidden()
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(255, 255, 255)"


def test_no_heading_ends_a_sheet_and_no_row_is_lost_whatever_the_paper(
    open_page: OpenPage, reader: Patient
) -> None:
    days = [date(2026, 3, 12) - timedelta(weeks=each) for each in range(1, 16)]
    for day in days:
        a_result(reader, an_entry("28", collected_on=day))
    page = open_page()
    sign_in(page, owner_of(reader))
    headings = set(page.locator("main").get_by_role("heading").all_inner_texts())
    assert "Results" in headings

    for millimetres in range(200, 300, 16):
        paper = page.pdf(width="210mm", height=f"{millimetres}mm")
        sheets = [each.extract_text() for each in PdfReader(io.BytesIO(paper)).pages]

        assert len(sheets) > 1
        for sheet in sheets:
            assert sheet.strip().splitlines()[-1].strip() not in headings
        written = "\n".join(sheets)
        assert all(f"{day:%-d %b %Y}" in written for day in days)
