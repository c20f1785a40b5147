"""What patients do with a record, in a real browser: precautions, sharing, files."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Patient, ShareLink, User
from labs.domain.health import HealthTopic
from labs.models import LabResult
from tests.browser.conftest import OpenPage
from tests.browser.pictures import keep
from tests.browser.signed_in import page_of
from tests.browser.test_first_result import days_ago
from tests.factories import (
    a_clinic,
    a_clinician,
    a_consent,
    a_health_fact,
    a_patient,
    a_period,
    a_result,
    a_target,
    an_entry,
    owner_of,
)

pytestmark = [pytest.mark.functional, pytest.mark.django_db(transaction=True)]

VALUES = ("28", "34.1", "37.2", "31.0", "24.6", "19.8")
DARK, LIGHT = 60, 190  # of 255
DIRECTION = """node => getComputedStyle(node.querySelector("bdi, [dir]") ?? node)
  .direction"""
FILE = """date,test,value,unit,laboratory
2026-01-15,25-OH vitamin D,28.0,ng/mL,North Lab
2026-02-15,25-OH vitamin D,<4,ng/mL,North Lab
2026-02-16,25-OH vitamin D,many,ng/mL,North Lab
"""


@pytest.fixture
def anna(transactional_db: None) -> Patient:
    del transactional_db
    return a_patient("Anna Example")


def describe_a_product_with_vitamin_k2(page: Page) -> None:
    page.get_by_label("Product").fill("Sunny D3 + K2")
    page.get_by_label("Yes, it is on the label").check()
    page.get_by_label("Substance").first.select_option("MK-7")
    page.get_by_label("Amount (optional)", exact=True).first.fill("75")
    page.locator("select[name=line-0-unit]").select_option("ug")
    page.get_by_label("Servings each time").fill("1")
    page.get_by_label("How often").select_option("daily")
    page.get_by_label("From", exact=True).fill(days_ago(3))


def test_vitamin_k_meets_warfarin_before_and_after_the_product_is_saved(
    open_page: OpenPage, anna: Patient, complaints: list[str]
) -> None:
    a_health_fact(anna, HealthTopic.VITAMIN_K_ANTAGONIST, detail="warfarin")
    page = page_of(open_page, owner_of(anna))

    page.get_by_role("link", name="Add a supplement").click()
    describe_a_product_with_vitamin_k2(page)
    page.get_by_role("button", name="Check the supplement").click()

    warning = page.get_by_text("Vitamin K can make warfarin work less strongly").first
    expect(warning).to_be_visible()
    keep(page, "supplement-with-precaution")
    page.get_by_role("button", name="Save as printed").click()
    expect(page.get_by_text("The supplement is saved.")).to_be_visible()
    expect(page.locator(".alert").first).to_contain_text("checks your INR")
    keep(page, "record-with-precaution")
    assert complaints == []


def test_a_link_with_its_pin_opens_a_report_until_it_is_taken_back(
    open_page: OpenPage, anna: Patient, complaints: list[str]
) -> None:
    a_result(anna, an_entry("28", collected_on=timezone.localdate() - timedelta(40)))
    hers, theirs = page_of(open_page, owner_of(anna)), open_page()

    hers.goto(f"/patients/{anna.pk}/sharing/links/new/")
    hers.get_by_label("Who will read it").fill("Dr Abroad")
    hers.get_by_label("Results and their chart").check()
    hers.get_by_label("Last day").fill(days_ago(-7))
    hers.get_by_role("button", name="Make the link").click()
    link, pin = (hers.locator("code.key").nth(n).inner_text() for n in (0, 1))
    theirs.goto(link.removeprefix(settings.SITE_ORIGIN))
    theirs.get_by_label("PIN").fill(pin)
    theirs.get_by_role("button", name="Open the report").click()

    expect(theirs.get_by_text("Read-only summary for Dr Abroad")).to_be_visible()
    expect(theirs.get_by_text("28 ng/mL").first).to_be_visible()
    keep(theirs, "shared-report")
    assert str(anna.pk) not in theirs.url
    hers.goto(f"/patients/{anna.pk}/sharing/")
    hers.get_by_role("button", name="Take back link 1 for Dr Abroad").click()
    expect(hers.get_by_text("opens nothing any more.")).to_be_visible()
    theirs.reload()
    expect(theirs.get_by_text("28 ng/mL")).to_have_count(0)
    assert ShareLink.objects.get().openings == 1
    assert complaints == []


def test_a_file_is_read_shown_saved_and_taken_back(
    open_page: OpenPage, anna: Patient, tmp_path: Path, complaints: list[str]
) -> None:
    file = tmp_path / "results.csv"
    file.write_text(FILE)
    page = page_of(open_page, owner_of(anna))

    page.goto(f"/patients/{anna.pk}/import/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_role("heading", name="Will be added: 2")).to_be_visible()
    expect(page.get_by_text("<4 ng/mL").first).to_be_visible()
    keep(page, "import-preview", whole=True)
    assert not LabResult.objects.exists()
    page.get_by_role("button", name="Save these results").click()
    expect(page.get_by_role("heading", name="Were added: 2")).to_be_visible()
    assert LabResult.objects.count() == 2
    page.get_by_role("button", name="Take this import back").click()
    expect(page.get_by_text("2 results were taken back.")).to_be_visible()

    page.goto(f"/patients/{anna.pk}/")
    expect(page.locator("#results tbody tr:not(.is-withdrawn)")).to_have_count(0)
    assert set(LabResult.objects.values_list("status", flat=True)) >= {
        "entered-in-error"
    }
    assert complaints == []


def test_the_dark_record_has_dark_paper_and_light_ink(
    open_page: OpenPage, anna: Patient, complaints: list[str]
) -> None:
    fill(anna)
    page = page_of(open_page, owner_of(anna))
    expect(page.locator(".chart-wide .chart-point")).to_have_count(len(VALUES))
    keep(page, "record-light")

    page.emulate_media(color_scheme="dark")

    paper, ink = page.evaluate(
        "() => [getComputedStyle(document.body).backgroundColor,"
        " getComputedStyle(document.body).color]"
    )
    assert brightness(paper) < DARK
    assert brightness(ink) > LIGHT
    keep(page, "record-dark")
    assert complaints == []


def test_language_and_unit_are_switched_and_stay_with_the_account(
    open_page: OpenPage, anna: Patient, complaints: list[str]
) -> None:
    fill(anna)
    page = page_of(open_page, owner_of(anna))
    expect(page.locator(".value-large")).to_contain_text("28 ng/mL")

    page.goto(f"/patients/{anna.pk}/preferences/")
    page.get_by_label("nmol/L", exact=True).check()
    page.get_by_label("العربية").check()
    page.get_by_role("button", name="Show it so").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator(".value-large")).to_contain_text(re.compile(r"70\W+nmol/L"))
    assert page.locator(".value-large").evaluate(DIRECTION) == "ltr"
    keep(page, "record-arabic")

    elsewhere = page_of(open_page, owner_of(anna))
    expect(elsewhere.locator("html[lang=ar]")).to_have_count(1)
    expect(elsewhere.locator(".value-large")).to_contain_text(
        re.compile(r"70\W+nmol/L")
    )
    address = elsewhere.url
    elsewhere.get_by_role("button", name="Deutsch").click()
    expect(elsewhere.locator("html[lang=de][dir=ltr]")).to_have_count(1)
    assert elsewhere.url == address
    expect(
        elsewhere.get_by_role("link", name="Ein Ergebnis hinzufügen").first
    ).to_be_visible()
    keep(elsewhere, "record-german")

    page.reload()
    expect(page.locator("html[lang=de]")).to_have_count(1)
    assert User.objects.get(patient=anna).language == "de"
    assert complaints == []


def fill(patient: Patient) -> None:
    """Give the record what a picture of it shows: a range, results, a supplement."""
    today = timezone.localdate()
    clinic = a_clinic("Harbour Clinic")
    a_consent(patient, clinic)
    a_target(
        patient, a_clinician(clinic, "Dr Osei"), starts_on=today - timedelta(days=1100)
    )
    for number, value in enumerate(VALUES):
        day = today - timedelta(days=25 + 190 * number)
        a_result(
            patient, an_entry(value, collected_on=day, interval_text="20-50 ng/mL")
        )
    a_period(patient, starts_on=today - timedelta(days=700))


def brightness(colour: str) -> float:
    numbers = colour.partition("(")[2].rstrip(")").split(",")[:3]
    return sum(map(float, numbers)) / 3
