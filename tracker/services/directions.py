"""
Pages in which no number turns around, whatever is written beside it.

In a line that runs from right to left, "<4" would read "4>" and "30-50" would read
"50-30"; beside a name in Arabic letters the same happens on an English page. Numbers
with their signs and units, codes and Latin names are therefore isolated, by the same
rule as in charts and reports. Signs that turn lines around are taken out of what
people typed: on a page they could only deceive.
"""

import html
import re
from collections.abc import Iterator

from tracker.charts.typography import (
    LEFT_TO_RIGHT_ISOLATE,
    POP_ISOLATE,
    in_line,
)

_TAG = re.compile(
    r"(<!--.*?-->|<(?:[a-zA-Z/!](?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>)", re.DOTALL
)
_NAME = re.compile(r"<(/?)([a-zA-Z]+)")
_RIGHT_TO_LEFT_SIGNS = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_TURNING_SIGNS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_RIGHT_TO_LEFT = re.compile(f"[{_RIGHT_TO_LEFT_SIGNS}]")
_TURNING = re.compile(f"[{_TURNING_SIGNS}]")
_EITHER = re.compile(f"[{_RIGHT_TO_LEFT_SIGNS}{_TURNING_SIGNS}]")
# Punctuation at either end, and a bracket that opens there, belong to the line around.
_LATIN = re.compile(r"([\s,;:|·]*)(.*?)([\s,;:|·(\[]*)", re.DOTALL)
_TO_KEEP = re.compile(r"[^\W_]|[<>≤≥]")
OFFERED = ">\u0627\u0644\u0639\u0631\u0628\u064a\u0629<"
# Nothing in these is a line of the page; a drawing has isolated its words itself.
LEFT_ALONE = frozenset({"script", "style", "textarea", "title", "svg"})


def needs_care(page: str, direction: str) -> bool:
    """Say whether anything on a page could turn around."""
    if direction == "rtl":
        return True
    # Every page offers Arabic by its own name, in an element of its own.
    return _EITHER.search(page.replace(OFFERED, "")) is not None


def with_isolates(page: str, direction: str) -> str:
    """Return a page whose numbers stand as they were written."""
    return "".join(_pieces(page, direction))


def _pieces(page: str, direction: str) -> Iterator[str]:
    inside = ""
    for number, piece in enumerate(_TAG.split(page)):
        if number % 2:
            inside = _inside(inside, piece)
            yield piece
        elif inside or not piece.strip():
            yield piece
        else:
            yield _kept(piece, direction)


def _inside(inside: str, tag: str) -> str:
    """Return the element that is left alone and that what follows stands in."""
    found = _NAME.match(tag)
    if found is None:
        return inside
    closes, name = found[1], found[2].lower()
    if inside:
        return "" if closes and name == inside else inside
    is_open = not closes and not tag.endswith("/>")
    return name if is_open and name in LEFT_ALONE else ""


def _isolated_alone(words: str) -> str:
    found = _LATIN.fullmatch(words)
    before, run, after = found.groups() if found else ("", words, "")
    return f"{before}{LEFT_TO_RIGHT_ISOLATE}{run}{POP_ISOLATE}{after}"


def _kept(piece: str, direction: str) -> str:
    words = _TURNING.sub("", html.unescape(piece))
    inner = words.strip()
    if not _TO_KEEP.search(inner):
        return html.escape(words, quote=False)
    before, _, after = words.partition(inner)
    if _RIGHT_TO_LEFT.search(inner):
        inner = in_line(inner, direction)
    elif direction == "rtl":
        inner = _isolated_alone(inner)
    return html.escape(f"{before}{inner}{after}", quote=False)
