"""What the first look at one's record costs, counted as it is sent."""

import gzip
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Response, expect

from tests.browser.conftest import OpenPage
from tests.browser.test_first_result import sign_in
from tests.factories import (
    a_clinic,
    a_clinician,
    a_consent,
    a_patient,
    a_period,
    a_result,
    a_target,
    an_entry,
    owner_of,
)

pytestmark = [pytest.mark.functional, pytest.mark.django_db(transaction=True)]

LARGEST_FIRST_LOAD = 150_000
LARGEST_SCRIPTS = 40_000
RESULTS = 30


def served(answer: Response) -> int:
    """Count what is sent: pages as they are, files of the site as they are kept."""
    body = answer.body()
    return len(gzip.compress(body) if "/static/" in answer.url else body)


def test_the_first_look_at_a_full_record_stays_light(open_page: OpenPage) -> None:
    patient = a_patient("Anna Example")
    clinic = a_clinic("Harbour Clinic")
    a_consent(patient, clinic)
    a_target(patient, a_clinician(clinic))
    a_period(patient)
    for number in range(RESULTS):
        taken = timezone.localdate() - timedelta(days=60 * number + 20)
        a_result(patient, an_entry(str(20 + number), collected_on=taken))
    signed_in = open_page()
    sign_in(signed_in, owner_of(patient))
    page = open_page()
    page.context.add_cookies(  # nothing is cached yet
        [
            {"name": each["name"], "value": each["value"], "url": open_page.url}
            for each in signed_in.context.cookies()
        ]
    )
    sent: list[Response] = []
    page.on("response", lambda answer: sent.append(answer))  # noqa: PLW0108

    page.goto(f"/patients/{patient.pk}/", wait_until="networkidle")
    expect(page.locator(".chart-wide .chart-point").first).to_be_visible()

    sizes = {answer.url: served(answer) for answer in sent if answer.ok}
    own = {url: size for url, size in sizes.items() if "/tracker/js/" in url}
    assert len(sizes) > 5
    assert sum(sizes.values()) < LARGEST_FIRST_LOAD, sizes
    assert sum(own.values()) < LARGEST_SCRIPTS, own
