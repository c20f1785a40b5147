"""A passkey is added and signs in by itself, under the strict content policy."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.access.characters import FOUR_WORDS, person
from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.functional, pytest.mark.django_db(transaction=True)]
SENSOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def ida(live_server: LiveServer, settings: Settings) -> User:
    settings.SITE_ORIGIN = live_server.url
    return person("Ida Ivory", "ida@example.org")


def have_a_fingerprint_sensor(page: Page) -> None:
    """Give the browser an authenticator that always agrees."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": SENSOR})


def test_a_passkey_signs_in_without_a_password(
    open_page: OpenPage, ida: User, complaints: list[str]
) -> None:
    page = open_page()
    have_a_fingerprint_sensor(page)
    page.goto("/account/login/")
    page.get_by_label("E-mail address").fill(ida.email)
    page.get_by_label("Password", exact=True).fill(FOUR_WORDS)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Security").click()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password", exact=True).fill(FOUR_WORDS)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Passwordless").check()
    page.wait_for_load_state()  # the buttons of passkeys need their scripts
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)
    page.wait_for_load_state()
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    assert complaints == []
