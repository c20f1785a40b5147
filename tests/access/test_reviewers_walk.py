"""
What somebody who tries every door tries at every address that the resolver knows.

Who may open what stands in the table of permissions; this is about the ways around it:
other hosts, other methods, links that lead away, and what stays behind in a cache.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.access.characters import FOUR_WORDS, Cast
from tests.access.crawling import path_of
from tests.access.signing_in import sign_in
from tests.access.test_matrix import Address, addresses

EVIL = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "https:evil.example",
    "javascript:alert(1)",
    "\thttps://evil.example/",
)
NAMES_OF_A_PLACE = ("next", "redirect", "return", "url", "back", "to", "return_to")
# Kept by browsers on purpose: what installs the site, alike for everybody.
FOR_EVERYBODY = {"app_manifest", "service_worker", "offline", "app_icon"}
METHODS = ("TRACE", "CONNECT", "PROPFIND", "BREW")
# A void link of a mail says so before it looks at the method.
SAYS_IT_IS_VOID = {"account_reset_password_from_key"}
REFUSED = {302, 400, 403, 404, 405}
FEWEST = 150  # an empty walk would prove nothing


@pytest.fixture
def ids(cast: Cast) -> dict[str, object]:
    return {
        "patient_id": cast.record.pk,
        "clinic_id": cast.harbour.pk,
        "app_label": "accounts",
    }


@pytest.fixture
def alices(cast: Cast) -> Client:
    browser = Client()
    sign_in(browser, cast.owner)
    return browser


def walk(ids: Mapping[str, object]) -> list[tuple[Address, str]]:
    found = [(address, path_of(address, ids)) for address in addresses()]
    assert len(found) > FEWEST
    return found


def leads_away(location: str) -> bool:
    """Say whether a browser would leave the site, reading as loosely as they do."""
    parts = urlsplit(location.strip().replace("\\", "/"))
    return parts.scheme not in {"", "http"} or parts.netloc not in {"", "testserver"}


def test_no_address_leads_to_another_site_whatever_it_is_told(
    alices: Client, ids: dict[str, object]
) -> None:
    led = 0
    for address, path in walk(ids):
        for number, browser in enumerate((alices, Client())):
            evil = EVIL[(len(path) + number) % len(EVIL)]
            told = dict.fromkeys(NAMES_OF_A_PLACE, evil)
            answer = browser.get(
                path, told, headers={"referer": "https://evil.example"}
            )
            location = answer.headers.get("Location", "")
            led += bool(location)
            assert not leads_away(location), (address.name, location)
    assert led > FEWEST  # whoever is not signed in is led to the sign-in


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize(
    "path", ["/account/login/", "/account/logout/", "/account/reauthenticate/"]
)
def test_no_form_of_signing_in_leads_to_another_site(
    cast: Cast, alices: Client, path: str, evil: str
) -> None:
    browser = Client() if path == "/account/login/" else alices
    words = {"login": cast.owner.email, "password": FOUR_WORDS}

    answer = browser.post(f"{path}?next={evil}", {**words, "next": evil})

    assert not leads_away(answer.headers.get("Location", ""))


def test_no_header_turns_one_method_into_another(
    alices: Client, ids: dict[str, object]
) -> None:
    """What only a POST may do is refused to a GET, whatever it says it is."""
    refused = 0
    for address, path in walk(ids):
        plain = alices.get(path)
        for method in ("POST", "DELETE"):
            dressed = alices.get(
                path,
                {"_method": method},
                headers={
                    "x-http-method-override": method,
                    "x-http-method": method,
                    "x-method-override": method,
                },
            )
            assert (plain.status_code == 405) == (dressed.status_code == 405), (
                address.name
            )
        refused += plain.status_code == 405
    assert refused > 20


def test_a_method_that_nobody_offers_opens_nothing(
    alices: Client, ids: dict[str, object]
) -> None:
    for number, (address, path) in enumerate(walk(ids)):
        answer = alices.generic(METHODS[number % len(METHODS)], path)

        if address.name in SAYS_IT_IS_VOID and answer.status_code == 200:
            continue
        assert answer.status_code in REFUSED, address.name


def test_no_address_answers_for_another_host(ids: dict[str, object]) -> None:
    for address, path in walk(ids):
        answer = Client().get(
            path, headers={"host": "evil.example", "x-forwarded-host": "evil.example"}
        )

        assert answer.status_code == 400, address.name
        assert b"evil.example" not in answer.content, address.name


def test_nothing_about_anybody_stays_in_a_cache(
    alices: Client, ids: dict[str, object]
) -> None:
    seen = 0
    for address, path in walk(ids):
        answer = alices.get(path)
        if answer.status_code != 200 or address.name in FOR_EVERYBODY:
            continue
        kept = answer.headers["Cache-Control"]
        assert "no-store" in kept, (address.name, kept)
        assert "public" not in kept, (address.name, kept)
        seen += 1
    assert seen > 30
