"""No word of a page is written past the catalogues, on any page of anybody."""

import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from accounts.models import Patient, User
from labs.domain.health import HealthTopic
from labs.domain.measurements import ResultStatus
from tests.access.crawling import crawl
from tests.factories import a_health_fact, a_period, a_result, a_target, an_entry
from tests.integration.labs.spoken_pages import words_of
from tracker.services import catalogues, extraction

PSEUDO = "tlh"
OPENING, CLOSING = "\u27e6", "\u27e7"
_INNERMOST = re.compile(f"{OPENING}[^{OPENING}{CLOSING}]*{CLOSING}")
_WORD = re.compile(r"[A-Za-z]{2,}[A-Za-z/.()-]*")
# What is a name, a unit, a code or somebody's own words in every language.
NOT_OURS = re.compile(
    r"Calcidiol|English|Deutsch|Anna|Example|Osei|Dr|Harbour|Clinic|Laboratory|"
    r"ng/mL|nmol/L|LC-MS/MS|mcg|IU|UTC|PDF|PNG|CSV|FHIR|JSON|ZIP|PIN|INR|A4|Letter|"
    r"MK-?[47]|phylloquinone|Sunny|capsule|Agreed at the visit|"
    # A laboratory's units, and the names of months, which Django translates.
    r"[munp]?(?:mol|g)/d?L|mmol/|mg/|mL/min/?|pg/mL|U/L|dL|mL|mg|Mar(?:ch)?|May|Jan|Nov"
)
# Every zone of time in the world by its name in the tables of zones.
LISTS_OF_NAMES = frozenset({"messages_choose"})


@pytest.fixture
def pseudo(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """A language in which every message stands in brackets."""
    catalogue = polib.POFile()
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for message in extraction.messages():
        entry = polib.POEntry(msgid=message.words, msgctxt=message.context or None)
        if message.plural:
            entry.msgid_plural = message.plural
            forms = (message.words, message.plural)
            entry.msgstr_plural = dict(enumerate(map(bracketed, forms)))
        else:
            entry.msgstr = bracketed(message.words)
        catalogue.append(entry)
    folder = tmp_path / PSEUDO / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.mo").write_bytes(catalogue.to_binary())
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGES = [*settings.LANGUAGES, (PSEUDO, "English")]
    with translation.override(PSEUDO):
        yield


def bracketed(words: str) -> str:
    inner = words.strip()
    before, _, after = words.partition(inner)
    return f"{before}{OPENING}{inner}{CLOSING}{after}"


def left_over(words: str) -> list[str]:
    """Return the words that stand in no bracket and are nobody's own."""
    count = 1
    while count:
        words, count = _INNERMOST.subn(" ", words)
    found = _WORD.findall(NOT_OURS.sub(" ", words))
    return list(dict.fromkeys(found))


@pytest.mark.usefixtures("pseudo")
def test_every_word_of_every_page_comes_from_a_catalogue(
    annas: Client, oseis: Client, anna: Patient, osei: User
) -> None:
    target = a_target(anna, osei)
    result = a_result(anna, an_entry("28"))
    a_result(anna, an_entry("<4", status=ResultStatus.PRELIMINARY))
    period = a_period(anna)
    a_health_fact(anna, HealthTopic.PREGNANCY)
    ids = {
        "patient_id": anna.pk,
        "result_id": result.pk,
        "target_id": target.pk,
        "period_id": period.pk,
    }
    found = {}
    for browser, about in ((annas, "patient_id"), (oseis, "result_id")):
        browser.get("/", follow=True)  # what signing in said, it said in English
        browser.cookies["language"] = PSEUDO
        for opened in crawl(browser, ids, about=about):
            if opened.is_page and opened.name not in LISTS_OF_NAMES:
                said = words_of(opened.answer).replace(catalogues.NOT_REVIEWED, "")
                if words := left_over(said):
                    found[opened.path] = words

    assert found == {}
