"""What clinicians do with a list of patients, in a real browser and by its keys."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts import queries
from accounts.models import Clinic, Patient, User
from accounts.services.second_factor import code_now
from labs.models import Review, Target
from tests.access.characters import FOUR_WORDS
from tests.browser.conftest import OpenPage, a_listed_patient
from tests.browser.looking import press_keys
from tests.browser.pictures import keep
from tests.browser.signed_in import page_of
from tests.factories import (
    a_clinician,
    a_person,
)
from tracker.models import Job
from tracker.services import job_kinds, jobs

pytestmark = [pytest.mark.functional, pytest.mark.django_db(transaction=True)]

CURRENT = ".worklist-row[aria-current]"


@pytest.fixture
def people(clinic: Clinic, osei: User) -> list[Patient]:
    """Three who are below their range by more and more."""
    values = {"Anna Example": "28", "Ben Birch": "21", "Cleo Fir": "9"}
    return [
        a_listed_patient(clinic, osei, name, value) for name, value in values.items()
    ]


def test_the_worklist_is_worked_through_by_keys_alone(
    open_page: OpenPage, people: list[Patient], osei: User, complaints: list[str]
) -> None:
    page = page_of(open_page, osei)
    expect(page.locator(".worklist-row")).to_have_count(len(people))
    names = page.locator(".worklist-row th a").all_inner_texts()

    press_keys(page, "j")
    expect(page.locator(CURRENT)).to_contain_text(names[0])
    press_keys(page, "j")
    expect(page.locator(CURRENT)).to_contain_text(names[1])
    press_keys(page, "k")
    expect(page.locator(CURRENT)).to_contain_text(names[0])
    press_keys(page, "Enter")
    expect(page.locator("#panel h2")).to_have_text(names[0])
    keep(page, "worklist-with-panel")

    page.locator(".worklist-row").first.focus()
    press_keys(page, "r")
    expect(page.get_by_text("Marked as reviewed.")).to_be_visible()
    assert Review.objects.count() == 1
    press_keys(page, "u")
    expect(page.get_by_text("Marked as reviewed.")).to_have_count(0)
    assert not Review.objects.filter(undone_at=None).exists()

    press_keys(page, "j")
    press_keys(page, "t")
    expect(page.get_by_role("button", name="Check the range")).to_be_visible()
    assert complaints == []


def fill_in_a_range(page: Page, patient: Patient, low: str) -> None:
    page.goto(f"/patients/{patient.pk}/targets/new/")
    page.get_by_label("From", exact=False).first.fill(low)
    page.get_by_label("To (optional)", exact=True).fill("50")
    page.get_by_label("ng/mL").check()
    page.get_by_label("Reason").fill("Agreed at the visit.")
    page.get_by_label("In force from").fill(timezone.localdate().isoformat())
    page.get_by_role("button", name="Check the range").click()


def test_of_two_clinicians_the_second_sees_what_the_first_one_set(
    open_page: OpenPage,
    clinic: Clinic,
    people: list[Patient],
    osei: User,
    complaints: list[str],
) -> None:
    anna = people[0]
    oseis = page_of(open_page, osei)
    larkins = page_of(open_page, a_clinician(clinic, "Dr Larkin"))

    fill_in_a_range(oseis, anna, "30")
    fill_in_a_range(larkins, anna, "35")
    oseis.get_by_role("button", name="Set the range").click()
    expect(oseis.get_by_text("The range is set.")).to_be_visible()
    larkins.get_by_role("button", name="Set the range").click()

    expect(
        larkins.get_by_role("heading", name="Another range was set in the meantime")
    ).to_be_visible()
    keep(larkins, "target-conflict")
    assert Target.objects.filter(patient=anna).latest("number").low == 30
    larkins.get_by_role("button", name="Check mine again").click()
    larkins.get_by_role("button", name="Set the range").click()
    expect(larkins.get_by_text("The range is set.")).to_be_visible()
    assert Target.objects.filter(patient=anna).latest("number").low == 35
    assert not [line for line in complaints if "409" not in line]


@pytest.mark.usefixtures("people")
def test_reports_for_several_people_show_how_far_they_are_and_come_as_one_file(
    open_page: OpenPage, osei: User, complaints: list[str]
) -> None:
    page = page_of(open_page, osei)
    page.goto("/reports/")
    page.get_by_label("Everybody whom the search means").check()
    page.get_by_role("button", name="Make the reports").click()
    expect(page.locator("progress.job-bar")).to_be_visible()
    keep(page, "batch-in-progress")

    job = Job.objects.get()
    jobs.run(job.pk, by=queries.viewer_for(osei), works=job_kinds.WORKS)

    expect(page.locator("progress.job-bar")).to_have_count(0)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download the").click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF")
    job.refresh_from_db()
    assert job.done == job.total > 0
    assert complaints == []


def test_an_authenticator_app_is_set_up_and_asked_for_at_the_next_sign_in(
    open_page: OpenPage, transactional_db: None, complaints: list[str]
) -> None:
    del transactional_db
    user = a_person("Robin Ash")
    page = open_page()
    page.goto("/account/login/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(FOUR_WORDS)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.goto("/account/2fa/totp/activate/")
    page.get_by_label("Password", exact=True).fill(FOUR_WORDS)
    page.get_by_role("button", name="Go on").click()
    seed = page.locator("code.key").inner_text()
    page.get_by_label("code").fill(code_now(seed))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    keep(page, "recovery-codes")

    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(FOUR_WORDS)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_label("code")).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)
    assert complaints == []
