"""What a page looks like on paper: whole, and without what only a screen needs."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from accounts import queries
from accounts.models import Clinic, User
from accounts.services import languages
from tests.browser.conftest import OpenPage, a_listed_patient
from tests.browser.looking import too_wide
from tests.browser.signed_in import page_of
from tests.factories import owner_of

pytestmark = [pytest.mark.functional, pytest.mark.django_db(transaction=True)]

# A4 within its margins, in pixels of CSS.
PAPER: ViewportSize = {"width": 673, "height": 1000}


def on_paper(page: Page, address: str) -> Page:
    """Lay a page out as it is printed."""
    page.set_viewport_size(PAPER)
    page.goto(address)
    page.emulate_media(media="print")
    return page


def test_the_list_of_patients_is_whole(
    open_page: OpenPage, clinic: Clinic, osei: User
) -> None:
    name = "Maximiliane-Katharina Example-Longfellow of Upper Example"
    a_listed_patient(clinic, osei, name, "128.5")

    page = on_paper(page_of(open_page, osei), "/patients/")

    assert too_wide(page) == []
    expect(page.get_by_text("30 to 50 ng/mL")).to_be_visible()
    expect(page.get_by_role("link", name="Reports for several people")).to_be_hidden()
    expect(page.get_by_role("searchbox")).to_be_hidden()


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_a_record_is_whole_and_shows_no_closed_part(
    open_page: OpenPage, clinic: Clinic, osei: User, language: str
) -> None:
    patient = a_listed_patient(clinic, osei, "Anna Example", "28")
    languages.choose(language, by=queries.viewer_for(owner_of(patient)))

    page = on_paper(page_of(open_page, owner_of(patient)), f"/patients/{patient.pk}/")

    assert too_wide(page) == []
    expect(page.locator(".standing-latest summary").first).to_be_hidden()
    expect(page.locator(".target-range").first).to_be_visible()
