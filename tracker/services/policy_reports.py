"""
What browsers report of the content policy: counted, and told to the log by pattern.

Anybody can send such a report, and a browser writes the address of a patient's page
into it. So little of it is believed, and less is kept: which rule, on which kind of
page, and whether the thing was inline, our own or from elsewhere. Never an address, a
referrer or a sample.
"""

import hashlib
import logging
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.cache import cache
from django.urls import Resolver404, resolve

from labs.formats.parsed import FileRefused
from labs.formats.strict_json import Json, JsonNumber, parse_json
from tracker.services import measuring

MOST_BYTES = 16_384
MOST_OF_AN_ADDRESS = 10  # in a minute
MOST_OF_ALL = 60  # in a minute
A_MINUTE = 60
ENVELOPE = "csp-report"
# As the standard names them (W3C, Content Security Policy Level 3, section 5.3).
TEXTS = frozenset(
    {
        "document-uri",
        "referrer",
        "blocked-uri",
        "effective-directive",
        "violated-directive",
        "original-policy",
        "disposition",
        "source-file",
        "script-sample",
    }
)
NUMBERS = frozenset({"status-code", "line-number", "column-number"})
NEEDED = frozenset({"document-uri", "blocked-uri", "effective-directive"})
RULES = frozenset(
    {
        *("default-src", "script-src", "script-src-elem", "script-src-attr"),
        *("style-src", "style-src-elem", "style-src-attr", "img-src", "font-src"),
        *("connect-src", "manifest-src", "worker-src", "form-action", "base-uri"),
        *("frame-ancestors", "frame-src", "child-src", "object-src", "media-src"),
    }
)
# What stands in place of an address where there is none.
WORDS = {"": "none", "inline": "inline", "eval": "eval", "self": "own", "data": "data"}

log = logging.getLogger("tracker.policy_reports")


class ReportRefused(ValueError):
    """What came is no report of a page of ours."""


@dataclass(frozen=True, slots=True)
class Report:
    """What is kept of a report."""

    rule: str
    page: str
    blocked: str


def may_take(address: str) -> bool:
    """
    Take a place for a report in this minute; false where there is none left.

    A place is taken by adding it to the cache that all workers share, which one alone
    can do; so what is kept there stays small, however many ask.
    """
    who = hashlib.sha256(address.encode()).hexdigest()[:32]
    of_all = [f"policy-report:{number}" for number in range(MOST_OF_ALL)]
    own = [f"policy-report:{who}:{number}" for number in range(MOST_OF_AN_ADDRESS)]
    taken = cache.get_many([*own, *of_all])
    return _take(own, taken) and _take(of_all, taken)


def _take(places: list[str], taken: dict[str, int]) -> bool:
    free = (place for place in places if place not in taken)
    return any(cache.add(place, 1, timeout=A_MINUTE) for place in free)


def read(body: bytes, *, origin: str) -> Report:
    """Return what is kept of a report; raise ReportRefused for anything else."""
    texts = _texts_of(_parsed(body))
    if texts["effective-directive"] not in RULES:
        raise ReportRefused
    return Report(
        rule=texts["effective-directive"],
        page=_page(texts["document-uri"], origin),
        blocked=_blocked(texts["blocked-uri"], origin),
    )


def note(report: Report) -> None:
    """Count it, and tell the log."""
    measuring.policy_broken(report.rule, report.page)
    told = {"rule": report.rule, "page": report.page, "blocked": report.blocked}
    log.warning("content policy", extra={"told": told})


def _parsed(body: bytes) -> Json:
    if len(body) > MOST_BYTES:
        raise ReportRefused
    try:
        document = parse_json(body)
    except (FileRefused, RecursionError) as error:
        raise ReportRefused from error
    if document.warnings:  # it could be read in two ways
        raise ReportRefused
    return document.value


def _texts_of(sent: Json) -> dict[str, str]:
    """Return the texts of a report that has all that one needs, and nothing else."""
    if not isinstance(sent, dict) or sent.keys() != {ENVELOPE}:
        raise ReportRefused
    told = sent[ENVELOPE]
    if not isinstance(told, dict):
        raise ReportRefused
    texts = {name: it for name, it in told.items() if isinstance(it, str)}
    numbers = {name for name, it in told.items() if isinstance(it, JsonNumber)}
    is_whole = NEEDED <= texts.keys() <= TEXTS and numbers <= NUMBERS
    if not is_whole or len(texts) + len(numbers) != len(told):
        raise ReportRefused
    return texts


def _page(address: str, origin: str) -> str:
    """Return the name of an address of ours; ids and what was searched stay out."""
    if _origin_of(address) != origin:
        raise ReportRefused
    try:
        return resolve(urlsplit(address).path).view_name or "(none)"
    except Resolver404:
        return "(none)"


def _blocked(address: str, origin: str) -> str:
    if address in WORDS:
        return WORDS[address]
    if _origin_of(address) == origin:
        return "own"
    return "elsewhere"


def _origin_of(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"
