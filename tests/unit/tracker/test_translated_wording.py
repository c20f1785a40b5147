"""The words of every catalogue say facts, as the English ones do."""

import re
from collections.abc import Iterator

import polib
import pytest

from labs.domain import vitamin_k
from labs.domain.language import SAFETY_TEXTS, Wording, breaches_in
from labs.domain.language_ar import ARABIC
from labs.domain.language_de import GERMAN
from tracker.services import catalogues

WORDINGS: dict[str, Wording] = {"de": GERMAN, "ar": ARABIC}
# The fixed texts, which the rules allow exactly as they stand.
FIXED = (*SAFETY_TEXTS, vitamin_k.ALREADY_TAKING)


def words_of(entry: polib.POEntry) -> Iterator[str]:
    if entry.msgid_plural:
        yield from entry.msgstr_plural.values()
    else:
        yield entry.msgstr


def fixed_texts(language: str) -> list[str]:
    """Return the translations of the fixed texts, as patterns."""
    catalogue = {entry.msgid: entry.msgstr for entry in catalogues.opened(language)}
    return [
        re.sub(r"%\\\(\w+\\\)s", ".{1,60}?", re.escape(catalogue[text]))
        for text in FIXED
        if catalogue.get(text)
    ]


def test_every_language_has_its_list() -> None:
    assert set(catalogues.languages()) == set(WORDINGS)


@pytest.mark.parametrize("language", WORDINGS)
def test_no_translation_advises_or_judges(language: str) -> None:
    exempt = fixed_texts(language)

    found = [
        (each.rule.name, entry.msgid, each.sentence)
        for entry in catalogues.opened(language)
        for words in words_of(entry)
        for each in breaches_in(words, WORDINGS[language], exempt=exempt)
    ]

    assert found == []
