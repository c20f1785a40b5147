"""Whatever is sent, no page falls over, and nothing is changed by what no form asks."""

import re
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from lxml import html

from accounts.models import Patient, User
from tests.access import records
from tests.access.characters import Cast
from tests.access.crawling import Opened, crawl
from tests.access.test_matrix import _has_just_signed_in, _ids

NAMES = ("range", "unit", "rows", "page", "q", "for", "part", "paper", "next", "sort")
HOSTILE = (
    "' OR 1=1; DROP TABLE accounts_patient --",
    "nul\0byte",
    "x" * 5_000,
)
# What no form asks for: keys of models, and of what decides about rights.
UNASKED = {
    "id": "00000000-0000-4000-8000-000000000000",
    "patient": "00000000-0000-4000-8000-000000000000",
    "patient_id": "00000000-0000-4000-8000-000000000000",
    "user": "00000000-0000-4000-8000-000000000000",
    "user_id": "00000000-0000-4000-8000-000000000000",
    "is_staff": "on",
    "is_superuser": "on",
    "is_active": "",
    "entered_by_id": "00000000-0000-4000-8000-000000000000",
    "source": "imported_file",
    "created_at": "1999-01-01",
}
FEWEST_FORMS = 12


@pytest.fixture
def stage(cast: Cast) -> Cast:
    records.fill(cast)
    return cast


def browser_of(part: str, stage: Cast) -> Client:
    browser = Client(raise_request_exception=False)
    user = stage.people()[part]
    browser.force_login(user)
    _has_just_signed_in(browser, str(user.pk))
    return browser


def pages_of(browser: Client, stage: Cast) -> list[Opened]:
    return [page for page in crawl(browser, _ids(stage)) if page.is_page]


@pytest.mark.parametrize("part", ["owner", "consented"])
def test_no_page_falls_over_whatever_stands_in_its_address(
    stage: Cast, part: str
) -> None:
    browser = browser_of(part, stage)
    fallen = []
    for page in pages_of(browser, stage):
        for words in HOSTILE:
            answer = browser.get(page.path, dict.fromkeys(NAMES, words))
            if answer.status_code >= 500:
                fallen.append((page.name, words[:20]))

    assert fallen == []


@pytest.mark.parametrize(
    "path",
    [
        "/patients/%00/",
        "/patients/" + "9" * 200 + "/",
        "/patients/..%2f..%2fetc%2fpasswd/",
        "/account/confirm-email/" + "x" * 3_000 + "/",
        "/account/password/reset/key/" + "x" * 200 + "-y/",
        "/static/..%2f..%2fmanage.py",
        "/shared/%ff%fe/",
    ],
)
@pytest.mark.django_db
def test_an_address_that_makes_no_sense_is_refused_and_never_falls_over(
    path: str,
) -> None:
    answer = Client(raise_request_exception=False).get(path)

    assert answer.status_code in {200, 302, 400, 404}
    assert b"Traceback" not in answer.content


@pytest.mark.parametrize("part", ["owner", "consented", "admin"])
def test_no_form_falls_over_or_takes_what_it_did_not_ask_for(
    stage: Cast, part: str
) -> None:
    """Each form of each page is sent with hostile words, and with keys of no field."""
    browser = browser_of(part, stage)
    before = rights()
    forms = {form for page in pages_of(browser, stage) for form in forms_on(page)}
    fallen = []
    for action, names in sorted(forms):
        for values in (*(dict.fromkeys(names, word) for word in HOSTILE), UNASKED):
            with transaction.atomic():
                answer = browser.post(action, {**values, **UNASKED})
                if answer.status_code >= 500:
                    fallen.append((action, str(values)[:60]))
                if rights() != before:
                    fallen.append((action, "took a right"))
                transaction.set_rollback(True)

    assert len(forms) >= (FEWEST_FORMS if part != "admin" else 3)
    assert fallen == []


def forms_on(page: Opened) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield where each form goes and what it asks; signing out is left to others."""
    for form in html.fromstring(page.text).forms:
        action = re.sub(r"[?#].*", "", form.action or page.path)
        if form.method == "POST" and "logout" not in action:
            names = sorted(name for name in form.fields if name)
            yield action, tuple(set(names) - {"csrfmiddlewaretoken"})


def rights() -> list[object]:
    return [
        list(User.objects.order_by("pk").values_list("pk", "is_staff", "is_superuser")),
        list(Patient.objects.order_by("pk").values_list("pk", "user_id")),
    ]
