"""
Catalogues of translations: found in the sources, filled by people, compiled to be read.

A catalogue is `locale/<language>/LC_MESSAGES/django.po`; what is read while the site
runs is compiled from it, here, in Python alone, where it is missing or older. English
is the language of the sources and has no catalogue.
"""

import gettext
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polib
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from labs.domain.sentences import N_

SOURCE_LANGUAGE = "en-gb"
DOMAIN = "django"
REVIEWER = "X-Clinical-Reviewer"
NOT_REVIEWED = N_("This translation has not been clinically reviewed.")
PLURAL_FORMS = {
    "de": "nplurals=2; plural=(n != 1);",
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : "
    "n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5;",
}
Words = str | list[str]


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """A message of the sources: its words, and the files in which it stands."""

    words: str
    context: str = ""
    plural: str = ""
    places: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from every other message of a catalogue."""
        return self.context, self.words


class CatalogueRefused(ValueError):
    """Translations that cannot be put in; says which and why."""


def languages() -> list[str]:
    """Return the languages that need a catalogue."""
    return [code for code, _name in settings.LANGUAGES if code != SOURCE_LANGUAGE]


def path_of(language: str) -> Path:
    """Return where a language's catalogue stands."""
    folder = Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES"
    return folder / f"{DOMAIN}.po"


def opened(language: str) -> polib.POFile:
    """Return a language's catalogue; an empty one where there is none yet."""
    path = path_of(language)
    if path.exists():
        # Nothing is wrapped: a change of one word is a change of one line.
        return polib.pofile(str(path), wrapwidth=0)
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.metadata = {
        "Project-Id-Version": "Calcidiol",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURAL_FORMS[language],
        REVIEWER: "",
    }
    return catalogue


# Filling ------------------------------------------------------------------------------


def update(language: str, messages: Iterable[Message]) -> polib.POFile:
    """
    Bring a catalogue up to the sources and save it.

    What is new comes in without a translation, what is gone goes out, and nothing is
    guessed from what looks alike.
    """
    before = {key_of(entry): entry for entry in opened(language)}
    catalogue = opened(language)
    catalogue.clear()
    for message in sorted(messages):
        catalogue.append(_entry(message, before.get(message.key), language))
    _save(catalogue, language)
    return catalogue


def key_of(entry: polib.POEntry) -> tuple[str, str]:
    """Return what tells an entry from every other one, as `Message.key` does."""
    return entry.msgctxt or "", entry.msgid


def _entry(
    message: Message, before: polib.POEntry | None, language: str
) -> polib.POEntry:
    entry = polib.POEntry(
        msgid=message.words,
        msgctxt=message.context or None,
        occurrences=[(place, "") for place in message.places],
        flags=["python-format"] if "%" in message.words else [],
    )
    if message.plural:
        entry.msgid_plural = message.plural
        entry.msgstr_plural = dict.fromkeys(range(forms_of(language)), "")
    if before is None or bool(before.msgid_plural) != bool(message.plural):
        return entry
    entry.tcomment = before.tcomment
    if message.plural:
        entry.msgstr_plural = before.msgstr_plural
    else:
        entry.msgstr = before.msgstr
    return entry


def forms_of(language: str) -> int:
    """
    Return how many forms a plural has.

    >>> forms_of("ar")
    6
    """
    return int(PLURAL_FORMS[language].removeprefix("nplurals=").partition(";")[0])


def _save(catalogue: polib.POFile, language: str) -> None:
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))


def missing(language: str) -> list[dict[str, Words]]:
    """Return what waits for a translation, with empty places for it."""
    return [
        _form_to_fill(entry)
        for entry in opened(language)
        if not entry.translated() or entry.fuzzy
    ]


def _form_to_fill(entry: polib.POEntry) -> dict[str, Words]:
    form: dict[str, Words] = {"id": entry.msgid}
    if entry.msgctxt:
        form["context"] = entry.msgctxt
    if entry.msgid_plural:
        form["plural"] = entry.msgid_plural
    form["where"] = [place for place, _line in entry.occurrences]
    form["words"] = [""] * len(entry.msgstr_plural) if entry.msgid_plural else ""
    return form


def merge(language: str, filled: Iterable[Mapping[str, Words]]) -> int:
    """
    Put translations in and save; return how many.

    Raises CatalogueRefused where one names no message of the catalogue or has not the
    forms that the language needs: nothing is saved then.
    """
    catalogue = opened(language)
    entries = {key_of(entry): entry for entry in catalogue}
    count = 0
    for form in filled:
        words = form.get("words")
        if not words or not all(words):
            continue
        key = (str(form.get("context", "")), str(form.get("id", "")))
        if key not in entries:
            message = f"{language} has no message “{key[1]}”."
            raise CatalogueRefused(message)
        _fill(entries[key], words, language)
        count += 1
    _save(catalogue, language)
    return count


def _fill(entry: polib.POEntry, words: Words, language: str) -> None:
    if bool(entry.msgid_plural) != isinstance(words, list):
        wanted = "a list of forms" if entry.msgid_plural else "one text"
        message = f"“{entry.msgid}” needs {wanted}."
        raise CatalogueRefused(message)
    if not isinstance(words, list):
        entry.msgstr = words
        return
    if len(words) != forms_of(language):
        message = f"“{entry.msgid}” needs {forms_of(language)} forms."
        raise CatalogueRefused(message)
    entry.msgstr_plural = dict(enumerate(words))


# Compiling ----------------------------------------------------------------------------


def compile_all(*, only_stale: bool = False) -> list[str]:
    """Compile every catalogue, or those that changed since; return their languages."""
    done = []
    for language in languages():
        path = path_of(language)
        if path.exists() and not (only_stale and _is_fresh(path)):
            _compile(path)
            done.append(language)
    return done


def compile_stale() -> None:
    """
    Have what is read at hand, whoever starts the site and however it came there.

    Raises ImproperlyConfigured where nothing is compiled and nothing can be written.
    """
    try:
        compile_all(only_stale=True)
    except OSError as error:
        if all(_compiled(path_of(language)).exists() for language in languages()):
            return  # an image that cannot be written holds what was compiled into it
        message = (
            f"The translations are not compiled and {error.filename} cannot be "
            "written. Run `manage.py catalogues compile` where the site is built."
        )
        raise ImproperlyConfigured(message) from error


def _compiled(path: Path) -> Path:
    return path.with_suffix(".mo")


def _is_fresh(path: Path) -> bool:
    compiled = _compiled(path)
    return compiled.exists() and compiled.stat().st_mtime > path.stat().st_mtime


def _compile(path: Path) -> None:
    """Write it whole or not at all: others may be reading."""
    content = polib.pofile(str(path)).to_binary()
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(name).chmod(0o644)
    Path(name).replace(_compiled(path))


# Signing ------------------------------------------------------------------------------


@cache
def clinical_reviewer(language: str) -> str:
    """Return the clinician who read a language's words; nothing where nobody did."""
    if not (path := _compiled(path_of(language))).exists():
        return ""
    with path.open("rb") as file:
        headers = gettext.GNUTranslations(file).info()
    return headers.get(REVIEWER.lower(), "").strip()


def not_reviewed_words() -> tuple[str, ...]:
    """Return what a page says while no clinician signed its words; in English, too."""
    language = get_language() or SOURCE_LANGUAGE
    if language not in languages() or clinical_reviewer(language):
        return ()
    return tuple(dict.fromkeys((_(NOT_REVIEWED), NOT_REVIEWED)))
