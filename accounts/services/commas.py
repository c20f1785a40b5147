"""Words one after another, parted as the reader's language parts them."""

from collections.abc import Iterable

from django.utils.translation import get_language

COMMA = ", "
COMMAS = {"ar": "\N{ARABIC COMMA} "}


def comma() -> str:
    """Return the comma of the language that is spoken now, with its blank."""
    language = (get_language() or "").partition("-")[0]
    return COMMAS.get(language, COMMA)


def parted(parts: Iterable[str]) -> str:
    """Return what is not empty of some words, with commas between."""
    return comma().join(filter(None, parts))
