"""A real browser, where there is one; REQUIRE_BROWSER=1 makes its absence a failure."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import Clinic, Patient, User
from tests.factories import (
    a_clinic,
    a_clinician,
    a_consent,
    a_patient,
    a_result,
    a_target,
    an_entry,
)

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
# A page that comes is not waited for; one that does not is told after this long.
PATIENCE_MS = 300_000
expect.set_options(timeout=PATIENCE_MS)

# The browser's driver keeps an event loop in this thread, which Django takes for an
# asynchronous program; the tests themselves wait for each step.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once for the run."""
    if not CHROMIUM.exists():
        message = f"There is no browser at {CHROMIUM}: apt-get install chromium."
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=list(FLAGS), timeout=PATIENCE_MS
        )
        yield chromium
        chromium.close()


@pytest.fixture
def clinic(transactional_db: None) -> Clinic:
    del transactional_db
    return a_clinic("Harbour Clinic")


@pytest.fixture
def osei(clinic: Clinic) -> User:
    return a_clinician(clinic, "Dr Osei")


def a_listed_patient(
    clinic: Clinic, clinician: User, name: str, value: str, *, low: str = "30"
) -> Patient:
    """Somebody of the clinic with a range since years and a result of this week."""
    today = timezone.localdate()
    patient = a_patient(name)
    a_consent(patient, clinic)
    a_target(patient, clinician, low=low, starts_on=today - timedelta(days=900))
    entry = an_entry(value, collected_on=today - timedelta(days=3))
    a_result(patient, entry, at=timezone.now())
    return patient


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complains about: blocked content, broken scripts."""
    return []


@pytest.fixture
def open_page(
    browser: Browser, live_server: LiveServer, complaints: list[str]
) -> Iterator["OpenPage"]:
    """Give pages, each with cookies of its own."""
    opener = OpenPage(browser, live_server.url, complaints)
    yield opener
    opener.close()


class OpenPage:
    """Opens pages of people who do not share a browser."""

    def __init__(self, browser: Browser, url: str, complaints: list[str]) -> None:
        self.browser = browser
        self.url = url
        self.complaints = complaints
        self.pages: list[Page] = []

    def __call__(self, *, scripts: bool = True) -> Page:
        context = self.browser.new_context(
            base_url=self.url,
            locale="en-GB",
            viewport={"width": 1280, "height": 900},
            java_script_enabled=scripts,
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda line: (
                self.complaints.append(line.text)
                if line.type in {"error", "warning"}
                else None
            ),
        )
        self.pages.append(page)
        return page

    def close(self) -> None:
        for page in self.pages:
            page.context.close()
