"""
Every page that the resolver knows, held against WCAG 2.2 AA in a real browser.

A new page is looked at without anybody thinking of it: as its owner, as a clinician, as
somebody whose record is empty, or as who else may read it.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from playwright.sync_api import Error, Page

from accounts.models import Patient
from labs.domain.quantities import Measurand
from tests.access import records
from tests.access.characters import Cast, assemble
from tests.access.crawling import path_of
from tests.access.permissions import OK, TABLE
from tests.access.test_matrix import Address, _has_just_signed_in, _ids, addresses
from tests.browser.conftest import OpenPage
from tests.browser.looking import wrong_with
from tests.factories import a_result, an_entry

pytestmark = [pytest.mark.functional, pytest.mark.django_db(transaction=True)]

ONE_OF = ("owner", "consented", "admin", "elsewhere", "anonymous", "share_link_holder")
NO_PAGE = "/no/such/page/"
# Drawn by the viewer that the description comes with; and a message as it is sent.
NOT_OURS = {"api_docs", "mail"}
FEWEST_PAGES = 90  # an empty walk would prove nothing


def test_every_page_keeps_to_the_rules_in_light_dark_and_at_400_percent(
    open_page: OpenPage, complaints: list[str]
) -> None:
    cast = assemble()
    records.fill(cast)
    fill_out(cast.record)
    wrong, seen = [], 0

    for walk in walks(cast):
        page = opened_as(walk.part, cast, open_page)
        for path in walk.paths:
            complaints.clear()  # of a file that the browser tried to show
            if not is_a_page(page, path):
                # Its last complaint comes before the next page.
                page.goto("about:blank")
                continue
            seen += 1
            found = [*wrong_with(page), *(complaints if path != NO_PAGE else ())]
            wrong += [f"{walk.part} {path} {line}" for line in found]

    assert not wrong, "\n".join(wrong)
    assert seen > FEWEST_PAGES


@dataclass(frozen=True)
class Walk:
    """Somebody, and where they go."""

    part: str
    paths: list[str]


def walks(cast: Cast) -> Iterator[Walk]:
    """Yield who looks at which pages; together they see every one."""
    ids = _ids(cast)
    empty = {**ids, "patient_id": cast.other_record.pk}
    parts: dict[str, list[str]] = {"anonymous": [NO_PAGE]}
    for address in addresses():
        for part in viewers_of(address):
            path = path_of(address, empty if part == "other_patient" else ids)
            parts.setdefault(part, []).append(path)
    for part, paths in parts.items():
        yield Walk(part, paths)


def viewers_of(address: Address) -> set[str]:
    """Return who looks: one who may, and at a record its clinician and an empty one."""
    read = TABLE[address.name].read
    if address.name in NOT_OURS:
        return set()
    if address.takes == ("patient_id",):
        wanted = {part for part in ("owner", "consented") if read[part] == OK}
        return wanted | ({"other_patient"} if "owner" in wanted else set())
    allowed = [part for part in ONE_OF if read[part] == OK]
    return set(allowed[:1])


def opened_as(part: str, cast: Cast, open_page: OpenPage) -> Page:
    """Return a page of somebody who has just signed in."""
    client = Client()
    if part == "share_link_holder":
        client.post("/shared/", asdict(cast.secrets))
    elif part != "anonymous":
        user = cast.people()[part]
        client.force_login(user)
        _has_just_signed_in(client, str(user.pk))
    page = open_page()
    # Colours that are still on their way are nobody's colours.
    page.emulate_media(reduced_motion="reduce")
    page.context.add_cookies(
        [
            {"name": name, "value": cookie.value, "url": open_page.url}
            for name, cookie in client.cookies.items()
        ]
    )
    return page


def is_a_page(page: Page, path: str) -> bool:
    """Open it; files to keep and answers to programs are no pages."""
    try:
        answer = page.goto(path)
    except Error as error:
        if "Download is starting" in error.message or "ERR_ABORTED" in error.message:
            return False
        raise
    assert answer is not None
    return answer.headers.get("content-type", "").startswith("text/html")


def fill_out(record: Patient) -> None:
    """Add what shows chart, flags, a held value and an alert as they are."""
    for value, day in (
        ("18", date(2024, 11, 3)),
        ("<20", date(2025, 3, 12)),
        ("155", date(2025, 9, 1)),
    ):
        a_result(record, an_entry(value, collected_on=day))
    a_result(record, an_entry("31", held_because="unit"))
    a_result(
        record,
        an_entry(
            "2.9",
            "mmol/L",
            measurand=Measurand.CALCIUM,
            interval_text="2.20-2.60",
            interval_high=Decimal("2.60"),
            laboratory_flag="HH",
        ),
    )
