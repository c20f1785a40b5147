"""Reports and charts in the patient's language, with numbers that do not turn."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import queries
from accounts.models import Patient, User
from accounts.services import languages
from labs.domain.health import HealthTopic
from labs.domain.language import Wording, breaches_in
from labs.domain.language_ar import ARABIC
from labs.domain.language_de import GERMAN
from tests.factories import (
    a_health_fact,
    a_period,
    a_result,
    a_target,
    an_entry,
    owner_of,
)
from tests.integration.labs.spoken_pages import words_of
from tests.pdf_reading import sentences_of, squeezed, text_of
from tests.unit.tracker.test_translated_wording import fixed_texts
from tracker.reports import visit_report
from tracker.reports.typesetting import TEMPLATES, typeset

WORDINGS: dict[str, Wording] = {"de": GERMAN, "ar": ARABIC}
NOT_REVIEWED = "This translation has not been clinically reviewed."
ISOLATES = dict.fromkeys(range(0x2066, 0x206A))


@pytest.fixture
def filled(anna: Patient, osei: User) -> Patient:
    a_target(anna, osei, low="30", high="50")
    a_result(anna, an_entry("<4", laboratory="Hill Laboratory"))
    a_result(anna, an_entry("28.5", interval_text="30-100 ng/mL"))
    a_period(anna)
    return anna


def speak(user: User, language: str) -> None:
    languages.choose(language, by=queries.viewer_for(user))


def report(browser: Client, patient: Patient, **asked: str) -> str:
    answer = browser.get(reverse("report_pdf", args=[patient.pk]), asked)
    assert answer.status_code == 200
    return text_of(answer.content)


def test_a_patients_report_is_in_the_patients_language_whoever_prints_it(
    annas: Client, oseis: Client, filled: Patient
) -> None:
    speak(owner_of(filled), "de")

    own, clinics = report(annas, filled), report(oseis, filled, **{"for": "patient"})
    for_clinician = report(oseis, filled)

    for words in (own, clinics):
        assert squeezed("12. März 2026") in words
        assert squeezed("unterhalb") in words
        assert squeezed(NOT_REVIEWED) in words
    assert squeezed("12 March 2026") in for_clinician
    assert squeezed("clinically reviewed") not in for_clinician


def test_numbers_stand_in_an_arabic_report_as_they_were_printed(
    annas: Client, filled: Patient
) -> None:
    speak(owner_of(filled), "ar")

    words = report(annas, filled)

    for printed in ("<4ng/mL", "28.5"):
        assert printed in words
    for turned in ("4>", "4<", "100-30", "%(", ")s"):
        assert turned not in words
    assert squeezed(NOT_REVIEWED) in words


@pytest.mark.parametrize("language", WORDINGS)
def test_a_patients_pages_say_facts_in_every_language(
    annas: Client, filled: Patient, language: str
) -> None:
    speak(owner_of(filled), language)
    exempt = fixed_texts(language)
    pages = [reverse(name) for name in ("glossary", "records")]
    pages += [
        reverse(name, args=[filled.pk])
        for name in (
            *("patient", "health", "matrix", "intakes", "sharing", "looks"),
            *("result_add", "supplement_add", "report_text"),
        )
    ]
    pages += [
        reverse("result", args=[filled.pk, result.pk])
        for result in filled.results.all()
    ]

    found = {}
    for page in pages:
        answer = annas.get(page)
        assert answer.status_code == 200, page
        words = words_of(answer).translate(ISOLATES)
        said = breaches_in(words, WORDINGS[language], exempt=exempt)
        if said:
            found[page] = said

    assert found == {}


PDFS = ("report_pdf", "anticoagulation_pdf")
SAID = {
    "report_pdf": "Dies vergleicht Zahlen. Es ist keine Diagnose.",
    "anticoagulation_pdf": "Produkte, deren Vitamin K nicht bekannt ist",
}


@pytest.mark.parametrize("name", PDFS)
def test_the_pdf_itself_says_facts_in_german(
    annas: Client, filled: Patient, name: str
) -> None:
    speak(owner_of(filled), "de")
    a_health_fact(filled, HealthTopic.VITAMIN_K_ANTAGONIST, detail="warfarin")

    answer = annas.get(reverse(name, args=[filled.pk]))
    words = sentences_of(answer.content).translate(ISOLATES)

    assert SAID[name] in words
    assert breaches_in(words, GERMAN, exempt=fixed_texts("de")) == ()


# Right-to-left words lie in a PDF as their shapes are drawn: no reader gives sentences
# back. All that can be printed is what the template is handed: it has no words.
@pytest.mark.parametrize("language", WORDINGS)
@pytest.mark.parametrize("name", PDFS)
def test_all_that_a_pdf_is_made_of_says_facts_in_every_language(
    annas: Client,
    filled: Patient,
    language: str,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    speak(owner_of(filled), language)
    a_health_fact(filled, HealthTopic.VITAMIN_K_ANTAGONIST, detail="warfarin")
    handed: list[str] = []

    def kept(
        template: str,
        data: Mapping[str, object],
        *,
        pictures: Mapping[str, str],
        **how: Any,  # noqa: ANN401
    ) -> bytes:
        handed.extend(words_in(data["report"]))
        handed.extend(re.sub(r"<[^>]+>", "\n", each) for each in pictures.values())
        return typeset(template, data, pictures=pictures, **how)

    monkeypatch.setattr(visit_report, "typeset", kept)
    assert annas.get(reverse(name, args=[filled.pk])).status_code == 200

    words = "\n".join(handed).translate(ISOLATES)
    assert len(words) > LEAST_WORDS
    exempt = fixed_texts(language)
    assert breaches_in(words, WORDINGS[language], exempt=exempt) == ()


LEAST_WORDS = 1_000  # of a page with anything on it


def words_in(value: object) -> Iterator[str]:
    """Yield every text in a report's data, each a sentence or more of its own."""
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from words_in(each)
        case list():
            for each in value:
                yield from words_in(each)
        case _:
            pass


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.typ")), ids=str)
def test_a_template_has_no_words_of_its_own(template: Path) -> None:
    code = re.sub(r"(?m)//.*$", "", template.read_text("utf-8"))
    sentences = [
        words
        for words in re.findall(r'"([^"]*)"', code)
        if re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", words)
    ]

    assert sentences == []
    assert not re.search(r"(?<![\w(])\[[^\]#<]*[A-Za-z]{3}", code)


def test_an_arabic_chart_keeps_its_time_from_left_to_right(
    annas: Client, filled: Patient
) -> None:
    speak(owner_of(filled), "ar")
    page = annas.get(reverse("patient", args=[filled.pk])).content.decode()
    chart = page[page.index("data-first=") :]
    chart = chart[: chart.index("</svg>")]
    points = re.findall(r'class="chart-point[^>]*>', chart)
    places = {
        year: float(x)
        for x, year in re.findall(
            r'<text x="([0-9.]+)"[^>]*>(20[0-9]{2})</text>', chart
        )
    }

    assert points
    assert "\u2066" in chart  # its numbers are isolated
    in_time = [places[year] for year in sorted(places)]
    assert len(in_time) > 1
    assert in_time == sorted(in_time)
