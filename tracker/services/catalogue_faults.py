"""What is wrong with a catalogue, fault by fault, each with the place to look at."""

import re
from collections.abc import Iterable, Iterator

import polib

from tracker.services import catalogues
from tracker.services.catalogues import Message

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")
_TAG = re.compile(r"</?[a-z]+")
_LETTERS = re.compile(r"[A-Za-z]{2,}")
# A form for exactly none, one or two may say its number as a word, or not at all.
NUMBER_IN_WORDS = 3


def faults(language: str, messages: Iterable[Message]) -> list[str]:
    """Return everything that is wrong with a language's catalogue, in sentences."""
    catalogue = catalogues.opened(language)
    found = [
        *_against_sources(catalogue, list(messages)),
        *(fault for entry in catalogue for fault in _of_entry(entry, language)),
    ]
    return [f"{language}: {fault}" for fault in found]


def _against_sources(catalogue: polib.POFile, messages: list[Message]) -> Iterator[str]:
    known = {catalogues.key_of(entry): entry for entry in catalogue}
    for message in messages:
        entry = known.pop(message.key, None)
        where = ", ".join(message.places)
        if entry is None:
            yield f"“{message.words}” ({where}) is not in the catalogue"
        elif (entry.msgid_plural or "") != message.plural:
            yield f"“{message.words}” ({where}) has another plural in the catalogue"
    for _context, words in known:
        yield f"“{words}” is in no source any more"


def _of_entry(entry: polib.POEntry, language: str) -> Iterator[str]:
    where = f"“{entry.msgid}” ({', '.join(place for place, _ in entry.occurrences)})"
    if entry.obsolete:
        yield f"{where} is obsolete"
    elif entry.fuzzy:
        yield f"{where} is a guess (fuzzy)"
    elif not entry.translated():
        yield f"{where} is not translated"
    elif entry.msgid_plural:
        yield from (f"{where} {fault}" for fault in _of_forms(entry, language))
    else:
        yield from (f"{where} {fault}" for fault in _of_words(entry))


def _of_words(entry: polib.POEntry) -> Iterator[str]:
    if _placeholders(entry.msgid) != _placeholders(entry.msgstr):
        yield "has other placeholders in its translation"
    if sorted(_TAG.findall(entry.msgid)) != sorted(_TAG.findall(entry.msgstr)):
        yield "has other tags in its translation"
    if _edges(entry.msgid) != _edges(entry.msgstr):
        yield "begins or ends with other line breaks in its translation"


def _of_forms(entry: polib.POEntry, language: str) -> Iterator[str]:
    forms = entry.msgstr_plural
    if len(forms) != catalogues.forms_of(language):
        yield f"has {len(forms)} plural forms"
    wanted = _placeholders(entry.msgid_plural)
    for number, words in forms.items():
        missing, more = wanted - _placeholders(words), _placeholders(words) - wanted
        may_miss = 1 if int(number) < NUMBER_IN_WORDS else 0
        if more or len(missing) > may_miss:
            yield f"has other placeholders in form {number}"


def _placeholders(words: str) -> set[str]:
    return set(_PLACEHOLDER.findall(words))


def _edges(words: str) -> tuple[bool, bool]:
    # Spaces may differ: in Arabic "and" is written to the word behind it.
    return words.startswith("\n"), words.endswith("\n")


def left_in_english(language: str) -> list[str]:
    """Return the messages whose translation is the English text itself."""
    return [
        entry.msgid
        for entry in catalogues.opened(language)
        if entry.msgstr == entry.msgid
        and _LETTERS.search(_PLACEHOLDER.sub("", _TAG.sub("", entry.msgid)))
    ]
