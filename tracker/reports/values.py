"""
What a report is made from: finished words, in the order in which they are read.

A caller has already judged every value, translated every word and spelled every date.
Nothing here looks anything up, and nothing here knows how a page is set.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from labs.domain.flags import Position

Direction = Literal["ltr", "rtl"]


class Paper(StrEnum):
    """The sheet that a report is printed on."""

    A4 = "a4"
    LETTER = "us-letter"


class Tone(StrEnum):
    """How loud a line is."""

    PLAIN = "plain"
    STRONG = "strong"
    MUTED = "muted"
    STRUCK = "struck"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of words; with a position it starts with the mark of the chart."""

    words: str
    tone: Tone = Tone.PLAIN
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Whose report it is; `number` is what the clinic knows the person by."""

    name: str
    born: str
    number: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """One thing in large type, with what belongs to it."""

    title: str
    headline: str = ""
    unit: str = ""
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """Words that must not be overlooked, and what they are about."""

    about: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as SVG files, the largest shape first, and the same in a sentence."""

    shapes: tuple[str, ...]
    description: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of a list: a head, and lines below it."""

    head: str
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """A short list of the summary; `remarks` stand below it."""

    title: str
    entries: tuple[Entry, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column and its share of the width."""

    words: str
    share: int
    is_number: bool = False


Cell = tuple[Line, ...]
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, a cell for each column."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the full report; `terms` are words with their explanation."""

    title: str
    paragraphs: tuple[str, ...] = ()
    table: Table | None = None
    terms: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()
    lines_to_write_on: int = 0
    picture: Picture | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """
    What every page carries.

    `made` is the moment in words and `made_at` the same for the file's own record; no
    other word of a report depends on when it was made. `page` is a template with
    ``%(page)s`` and ``%(pages)s``; `content` names the fingerprint, ``%(mark)s``.
    """

    language: str
    direction: Direction
    title: str
    audience: str
    person: Person
    purpose: str
    made: str
    made_at: datetime
    version: str
    page: str
    content: str
    letters_missing: str = ""
    """What is said where the face of the file lacks letters of the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report: the summary of page 1, and the sections that follow it."""

    frame: Frame
    panels: tuple[Panel, ...] = ()
    notices: tuple[Notice, ...] = ()
    picture: Picture | None = None
    listings: tuple[Listing, ...] = ()
    remark: str = ""
    sections: tuple[Section, ...] = ()
