"""
What people wrote stays text on every page, and leaves for nowhere else.

The words are planted into every text of the database and looked for: as elements of
pages and charts, in logs, mails, addresses, titles, the shared cache and sessions.
"""

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import asdict

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from lxml import etree, html

from accounts.models import OutgoingMail, ShareLink
from tests.access import records
from tests.access.characters import Cast
from tests.access.crawling import Opened, crawl
from tests.access.planting import CODES, WORD, plant, planted_columns
from tests.access.test_matrix import _has_just_signed_in, _ids
from tests.integration.accounts.mails import delivered
from tracker.logs import JsonLines, WithoutWords

SEEN_BY = ("owner", "consented", "admin")
FEWEST_PAGES = 20


@pytest.fixture
def stage(cast: Cast) -> Cast:
    records.fill(cast)
    plant()
    return cast


@pytest.fixture(params=[JsonLines, WithoutWords])
def logged(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """All that is logged, as the site writes it on a server and on an own machine."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(request.param())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def opened_by(part: str, stage: Cast) -> list[Opened]:
    browser = Client(raise_request_exception=False)
    user = stage.people()[part]
    browser.force_login(user)
    _has_just_signed_in(browser, str(user.pk))
    return list(crawl(browser, _ids(stage)))


def opened_by_link(stage: Cast) -> list[Opened]:
    browser = Client(raise_request_exception=False)
    browser.post("/shared/", asdict(stage.secrets))
    return [page for page in crawl(browser, _ids(stage)) if "share" in page.name]


def test_every_text_of_every_table_is_planted_or_is_a_code() -> None:
    planted = planted_columns()

    assert sum(map(len, planted.values())) > 50
    for table, columns in CODES.items():
        assert not columns & planted.get(table, {}).keys(), table


@pytest.mark.parametrize("part", SEEN_BY)
def test_what_people_wrote_is_text_on_every_page_and_chart(
    stage: Cast, part: str
) -> None:
    opened = opened_by(part, stage)

    assert [page.path for page in opened if page.answer.status_code >= 500] == []
    assert [page.name for page in opened if not says_what_it_is(page)] == []
    assert [page.name for page in opened if became_markup(page)] == []
    if part != "admin":
        assert sum(page.is_page for page in opened) >= FEWEST_PAGES
        assert sum(WORD in page.text for page in opened) >= FEWEST_PAGES // 2


def test_what_people_wrote_is_text_behind_a_share_link(stage: Cast) -> None:
    ShareLink.objects.update(results_from=None)
    opened = opened_by_link(stage)

    assert any(page.name == "share_report" and WORD in page.text for page in opened)
    assert [page.name for page in opened if became_markup(page)] == []


def says_what_it_is(page: Opened) -> bool:
    """Return whether what was sent is named, with its letters where it is text."""
    kind = page.answer.headers.get("Content-Type", "")
    return not page.answer.content or (
        "charset=utf-8" in kind if kind.startswith("text/") else "/" in kind
    )


def title_of(page: Opened) -> str:
    """Return the browser's title; a chart has titles of its own further down."""
    found = re.search(r"(?s)<title>(.*?)</title>", page.text.partition("</head>")[0])
    return found[1] if found else ""


def became_markup(page: Opened) -> bool:
    """Return whether the planted word is an element's name, or an attribute's."""
    kind = page.answer.headers.get("Content-Type", "")
    if page.answer.status_code != 200 or WORD not in page.text:
        return False
    if kind.startswith("text/html"):
        tree: etree._Element = html.fromstring(page.text)
    elif "svg" in kind or "xml" in kind:
        tree = etree.fromstring(page.answer.content)
    else:
        return False
    return any(
        WORD in str(node.tag).lower()
        or any(WORD in str(name).lower() for name in node.attrib)
        for node in tree.iter()
    )


@pytest.mark.django_db
def test_the_search_would_find_a_word_that_became_markup() -> None:
    answer = Client().get("/account/login/")
    answer.content = f'<p title=""><b {WORD}>x</b>'.encode()

    assert became_markup(Opened("x", "/", answer))  # type: ignore[arg-type]


@pytest.mark.urls("tests.access.urls_that_fail")
def test_nothing_that_people_wrote_leaves_for_logs_mails_addresses_or_titles(
    stage: Cast, logged: io.StringIO
) -> None:
    OutgoingMail.objects.all().delete()  # planted there by hand, written by no page
    opened = [page for part in SEEN_BY for page in opened_by(part, stage)]
    opened += opened_by_link(stage)

    assert any(page.answer.status_code == 500 for page in opened)
    assert "RuntimeError" in logged.getvalue()
    assert WORD not in logged.getvalue()
    assert "Ashby" not in logged.getvalue()
    assert [page.path for page in opened if WORD in page.path] == []
    told = [page.name for page in opened if WORD in str(page.answer.headers)]
    # A person's own file, under its own name.
    assert set(told) <= {"report_file", "api_report_file"}
    titles = [title_of(page) for page in opened if page.is_page]
    assert any("Calcidiol" in title for title in titles)
    assert [title for title in titles if WORD in title] == []
    assert [m.subject for m in delivered() if WORD in m.subject] == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM shared_cache WHERE value ~ %s", [WORD])
        assert cursor.fetchone() == (0,)
    assert WORD not in "".join(str(s.get_decoded()) for s in Session.objects.all())
