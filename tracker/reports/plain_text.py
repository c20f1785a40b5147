"""
A report as plain text, to be copied into a practice's record.

The same words in the same order as the PDF; a row of a table is a line.
"""

import re
from collections.abc import Iterator

from tracker.charts.typography import clean
from tracker.reports.printable import LONGEST_WORDS
from tracker.reports.values import (
    Cell,
    Entry,
    Frame,
    Line,
    Listing,
    Notice,
    Panel,
    Report,
    Section,
    Table,
)
from tracker.reports.visit_report import short_mark

_BETWEEN_CELLS = " | "
_BETWEEN_LINES = "; "
EMPTY = "\N{EN DASH}"
_LOOSE_ENDS = re.compile(r"[ \t]+$", re.MULTILINE)


def report_text(report: Report) -> str:
    """Return the report as text of one block a part, an empty line between two."""
    parts = (
        _opening(report.frame),
        *map(_panel, report.panels),
        [report.remark],
        *map(_notice, report.notices),
        *map(_listing, report.listings),
        *map(_section, report.sections),
        _closing(report),
    )
    blocks = ("\n".join(filter(None, map(_cleaned, part))) for part in parts)
    return _LOOSE_ENDS.sub("", "\n\n".join(filter(None, blocks))) + "\n"


def _cleaned(words: str) -> str:
    return clean(words, LONGEST_WORDS)


def _opening(frame: Frame) -> Iterator[str]:
    person = frame.person
    yield frame.title
    yield " · ".join(
        filter(None, (person.name, person.born, person.more, person.number))
    )
    yield frame.audience


def _panel(panel: Panel) -> Iterator[str]:
    yield panel.title
    yield f"{panel.headline} {panel.unit}".strip()
    yield from _words(panel.lines)


def _notice(notice: Notice) -> Iterator[str]:
    yield notice.about
    yield from notice.lines


def _listing(listing: Listing) -> Iterator[str]:
    yield listing.title
    for entry in listing.entries:
        yield from _entry(entry)
    yield from listing.remarks


def _entry(entry: Entry) -> Iterator[str]:
    words = _words(entry.lines)
    if entry.head:
        yield f"- {entry.head}"
        yield from (f"  {line}" for line in words)
        return
    yield from (f"- {line}" for line in words)


def _section(section: Section) -> Iterator[str]:
    yield section.title
    yield from section.paragraphs
    if section.table is not None:
        yield from _table(section.table)
    yield from (f"{word}: {meaning}" for word, meaning in section.terms)
    yield from section.remarks


def _table(table: Table) -> Iterator[str]:
    yield _BETWEEN_CELLS.join(column.words for column in table.columns)
    for row in table.rows:
        yield _BETWEEN_CELLS.join(map(_cell, row))


def _cell(cell: Cell) -> str:
    return _BETWEEN_LINES.join(_words(cell)) or EMPTY


def _words(lines: tuple[Line, ...]) -> list[str]:
    return [line.words for line in lines if line.words]


def _closing(report: Report) -> Iterator[str]:
    frame = report.frame
    yield frame.purpose
    mark = frame.content.replace("%(mark)s", short_mark(report))
    yield " · ".join(
        filter(
            None,
            (frame.person.name, frame.person.number, frame.made, frame.version, mark),
        )
    )
