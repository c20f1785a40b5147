"""
Words made safe for the page: clean, drawable, bounded, and never turned around.

Typst gets the words as data and cannot run them; what is left is what a page cannot
take: controls, letters that no face has, words wider than their column, and numbers
that a right-to-left line would mirror.
"""

import dataclasses
import re
from collections.abc import Mapping
from enum import Enum
from typing import Any

from tracker.charts.typography import (
    LEFT_TO_RIGHT_ISOLATE,
    POP_ISOLATE,
    clean,
    drawable,
    in_line,
    is_right_to_left,
)
from tracker.reports.values import Direction

LONGEST_WORDS = 2_000  # a laboratory's comment; names and labels are stored shorter
# Where a line may break inside a run that offers no other place.
_MAY_BREAK = "\N{ZERO WIDTH SPACE}"
_ENDLESS = re.compile(r"[^\s-]{25,}|[^\sA-Za-z-]{16,}")
_PIECE = 12


def printable(words: str, direction: Direction) -> str:
    """Return the words as a page can take them."""
    shown = drawable(clean(words, LONGEST_WORDS)).strip()
    if shown.isascii() and direction == "ltr":
        return _ENDLESS.sub(_with_breaks, shown)
    turned = in_line(shown, direction)
    if direction == "rtl" and shown and not is_right_to_left(shown):
        turned = f"{LEFT_TO_RIGHT_ISOLATE}{shown}{POP_ISOLATE}"
    return _ENDLESS.sub(_with_breaks, turned)


def _with_breaks(found: re.Match[str]) -> str:
    run = found[0]
    pieces = (run[start : start + _PIECE] for start in range(0, len(run), _PIECE))
    return _MAY_BREAK.join(pieces)


def data_of(value: Any, direction: Direction) -> Any:  # noqa: ANN401 - any value of a report
    """Return a value of a report as plain data, every word of it printable."""
    match value:
        case Enum():
            return value.value
        case str():
            return printable(value, direction)
        case tuple() | list():
            return [data_of(each, direction) for each in value]
        case Mapping():
            return {key: data_of(each, direction) for key, each in value.items()}
        case _ if dataclasses.is_dataclass(value):
            return {
                field.name: data_of(getattr(value, field.name), direction)
                for field in dataclasses.fields(value)
            }
        case _:
            return value
