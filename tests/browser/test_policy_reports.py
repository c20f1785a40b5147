"""What Chromium stops by the content policy arrives, and tells of nobody."""

import json
import logging
import time

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.test_first_result import sign_in
from tests.factories import a_patient, owner_of
from tracker.logs import JsonLines

pytestmark = [pytest.mark.functional, pytest.mark.django_db(transaction=True)]

LOGGER = "tracker.policy_reports"
LONGEST_WAIT = 120
INJECTED = """() => {
  const script = document.createElement("script");
  script.textContent = "window.ran = 'Anna 25-hydroxy'";
  document.body.append(script);
  const picture = document.createElement("img");
  picture.src = "https://elsewhere.example/Anna.png";
  document.body.append(picture);
}"""


def wait_for(page: Page, logged: pytest.LogCaptureFixture, number: int) -> list[str]:
    """Return the lines once there are so many; the browser sends them by itself."""
    ends = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < ends:
        lines = [
            JsonLines().format(each) for each in logged.records if each.name == LOGGER
        ]
        if len(lines) >= number:
            return lines
        page.wait_for_timeout(100)
    message = "No report came."
    raise AssertionError(message)


def test_what_the_browser_stops_is_reported_without_an_address(
    open_page: OpenPage,
    complaints: list[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, LOGGER)
    anna = a_patient("Anna Example")
    page = open_page()
    sign_in(page, owner_of(anna))
    page.goto(f"/patients/{anna.pk}/sharing/")
    assert complaints == []

    page.evaluate(INJECTED)
    lines = wait_for(page, caplog, 2)

    assert page.evaluate("window.ran") is None
    told = sorted((json.loads(line) for line in lines), key=lambda it: it["rule"])
    shown = [(it["rule"], it["page"], it["blocked"]) for it in told]
    assert shown == [
        ("img-src", "sharing", "elsewhere"),
        ("script-src-elem", "sharing", "inline"),
    ]
    for line in lines:
        for word in ("Anna", "hydroxy", "elsewhere.example", str(anna.pk)):
            assert word not in line
