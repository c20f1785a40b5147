"""
Finds every message of the sources, for the catalogues.

Python is read by Babel. A template is first turned into something that reads like
Python, by Django's own hand, so that both find what the site will ask for.
"""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation.template import templatize

from tracker.services.catalogues import Message

APPS = ("accounts", "labs", "tracker")
ONE = (1,)
ONE_AND_MANY = (1, 2)
NAMED = ((1, "c"), 2)
NAMED_ONE_AND_MANY = ((1, "c"), 2, 3)
KEYWORDS = {
    **dict.fromkeys(("_", "_lazy", "_noop", "N_", "gettext", "gettext_lazy"), ONE),
    "gettext_noop": ONE,
    **dict.fromkeys(("ngettext", "ngettext_lazy"), ONE_AND_MANY),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), NAMED),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), NAMED_ONE_AND_MANY),
}
Found = tuple[str, str, str]


def messages() -> list[Message]:
    """Return every message once, with the files that it stands in."""
    places: dict[tuple[str, str], set[str]] = {}
    plurals: dict[tuple[str, str], str] = {}
    for place, (context, words, plural) in _found():
        key = (context, words)
        places.setdefault(key, set()).add(place)
        plurals[key] = plurals.get(key) or plural
    return sorted(
        Message(words, context, plurals[context, words], tuple(sorted(where)))
        for (context, words), where in places.items()
    )


def _found() -> Iterator[tuple[str, Found]]:
    base = Path(settings.BASE_DIR)
    for path in _sources(base):
        place = path.relative_to(base).as_posix()
        text = path.read_text(encoding="utf-8")
        read = text if path.suffix == ".py" else _like_python(text, place)
        for found in _read(read):
            yield place, found


def _sources(base: Path) -> Iterator[Path]:
    for app in APPS:
        for path in sorted((base / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path
    for path in sorted((base / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            yield path


def _like_python(text: str, place: str) -> str:
    """Return a template's messages as calls; an indent would mean something."""
    lines = templatize(text, origin=place).splitlines()
    return "\n".join(line.strip() for line in lines)


def _read(text: str) -> Iterator[Found]:
    source = io.BytesIO(text.encode())
    for _line, words, _comments, context in extract("python", source, KEYWORDS):
        one, many = words if isinstance(words, tuple) else (words, "")
        yield context or "", one, many
