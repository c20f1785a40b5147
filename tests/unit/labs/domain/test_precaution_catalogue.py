"""The catalogue is complete, speaks by the rules, and is what the page shows."""

import re
from pathlib import Path

import pytest

from labs.domain.health import HealthTopic
from labs.domain.language import violations
from labs.domain.precaution_catalogue import (
    CATALOGUE,
    PRECAUTIONS,
    Finding,
    Precaution,
)
from labs.domain.precaution_page import render_catalogue

PAGE = Path(__file__).parents[4] / "docs" / "precautions.md"
OF_THE_ARTICLE = [
    "vitamin-k-with-antagonist",
    "vitamin-k-with-other-blood-thinner",
    "vitamin-k-in-product",
    "kidney-disease",
    "kidney-stones",
    "high-blood-calcium",
    "calcium-result-high",
    "calcium-result-high-earlier",
    "sarcoidosis",
    "granulomatous-disease",
    "pregnancy-or-breastfeeding",
    "anticonvulsants",
    "steroid-tablets",
]
each_row = pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.id)


def test_the_page_is_what_the_code_renders() -> None:
    assert PAGE.read_text(encoding="utf-8") == render_catalogue(), (
        "write labs.domain.precaution_page.render_catalogue() to docs/precautions.md"
    )


def test_the_page_shows_every_row_and_every_word() -> None:
    page = render_catalogue()

    for row in CATALOGUE:
        assert f"## {row.id}\n" in page
        assert row.clinician in page
        assert row.patient in page


def test_ids_are_unique_and_can_stand_in_an_address() -> None:
    assert len(PRECAUTIONS) == len(CATALOGUE)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row.id) for row in CATALOGUE)


def test_the_rows_of_the_article_come_first() -> None:
    assert [row.id for row in CATALOGUE if row.is_in_article] == OF_THE_ARTICLE
    assert [row.id for row in CATALOGUE][: len(OF_THE_ARTICLE)] == OF_THE_ARTICLE


def test_every_topic_and_every_finding_is_looked_at_by_a_row() -> None:
    topics = {topic for row in CATALOGUE for topic in row.topics}
    findings = {finding for row in CATALOGUE for finding in row.findings}

    assert topics == set(HealthTopic)
    assert findings == set(Finding)


@each_row
def test_every_row_fires_on_something_and_names_its_source(row: Precaution) -> None:
    assert row.topics or row.findings or row.substances or row.meets_vitamin_k
    assert row.trigger
    assert row.clinician
    assert row.source
    assert row.acts_on


@each_row
def test_every_row_speaks_by_the_language_rules(row: Precaution) -> None:
    for words in (row.patient, row.clinician, row.beside_result):
        assert violations(words) == ()


@each_row
def test_a_row_says_starting_stopping_or_changing_or_none_of_them(
    row: Precaution,
) -> None:
    for words in (row.patient, row.beside_result):
        rest = words.replace("before starting, stopping or changing", "")
        assert not re.search(r"\b(?:starting|stopping|changing)\b", rest)


def test_statins_binders_and_minors_are_for_clinicians_only() -> None:
    only = {row.id for row in CATALOGUE if row.is_for_clinicians_only}

    assert only == {"statins", "aluminium-binders", "under-18"}
    assert [row.id for row in CATALOGUE if row.is_for_minors] == ["under-18"]
