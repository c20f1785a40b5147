"""
Every message of the sources is translated, in every language, and fits.

What fails here names the place. Commands that mend it: CONTRIBUTING.md, "Translating".
"""

import re

import pytest

from labs.domain import sentences
from tracker.services import catalogue_faults, catalogues, extraction
from tracker.services.catalogues import Message

# Words that both languages write alike: units, signs, names of months and substances.
ALIKE = {
    "de": {
        *("%(number)s mL", "%(number)s mg", "25(OH)D, %(part)s", "25(OH)D, %(unit)s"),
        *("Albumin", "April", "August", "Barcode", "Barcode %(digits)s", "Biotin"),
        *("Ca", "Calcifediol", "Calcium", "Code", "INR", "IU", "Immunoassay"),
        *("In %(unit)s", "Link", "Magnesium", "Mg", "Name", "November", "PDF", "PIN"),
        *("PTH", "Passkeys", "September", "Spray", "Status", "Test", "Version"),
        *("Version %(number)s: %(entered)s.", "Vitamin D", "Vitamin K", "eGFR"),
        *("mL", "mcg", "mg", "Digoxin", "Fluorescein", "Orlistat", "Rifampicin"),
        "%(test)s, in %(unit)s",
    },
    "ar": {
        *("%(number)s mL", "%(number)s mcg", "%(number)s mg", "ALP", "Ca", "INR"),
        *("IU", "Mg", "PDF", "PTH", "eGFR", "mL", "mcg", "mg"),
    },
}


@pytest.fixture(scope="module")
def messages() -> list[Message]:
    return extraction.messages()


@pytest.mark.parametrize("language", ALIKE)
def test_every_message_is_translated_and_fits(
    language: str, messages: list[Message]
) -> None:
    assert catalogue_faults.faults(language, messages) == []


@pytest.mark.parametrize("language", ALIKE)
def test_nothing_is_left_in_english(language: str) -> None:
    left = set(catalogue_faults.left_in_english(language))

    assert left - ALIKE[language] == set()


def test_every_language_is_checked() -> None:
    assert set(catalogues.languages()) == set(ALIKE)


@pytest.mark.parametrize("language", ALIKE)
def test_every_sentence_of_the_rules_is_translated(language: str) -> None:
    catalogue = {entry.msgid: entry.msgstr for entry in catalogues.opened(language)}
    fixed = [
        text
        for name, text in vars(sentences).items()
        if name.isupper() and isinstance(text, str) and len(text.split()) > 3
    ]

    assert len(fixed) > 50
    assert [text for text in fixed if not catalogue.get(text)] == []


def numbers_of(text: str) -> set[str]:
    """Return the numbers that a text has of its own, beside its blanks."""
    plain = re.sub(
        r"\bone\b", "1", re.sub(r"%\(\w+\)\w", "", text), flags=re.IGNORECASE
    )
    return set(re.findall(r"\d+", plain))


@pytest.mark.parametrize("language", ALIKE)
def test_no_translation_names_a_number_that_its_message_does_not(language: str) -> None:
    """So that what is proven of amounts in English holds in every language."""
    added = {}
    for entry in catalogues.opened(language):
        own = numbers_of(f"{entry.msgid} {entry.msgid_plural}")
        words = [entry.msgstr, *entry.msgstr_plural.values()]
        added[entry.msgid] = set().union(*map(numbers_of, words)) - own

    assert len(added) > 2000
    assert {text: numbers for text, numbers in added.items() if numbers} == {}


@pytest.mark.parametrize("language", ALIKE)
def test_every_catalogue_has_a_place_for_its_clinical_reviewer(language: str) -> None:
    assert catalogues.REVIEWER in catalogues.opened(language).metadata
