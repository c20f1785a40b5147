"""
The notes above the plot: boundaries of comparison and dated events.

They stand outside the plot, so that no note ever covers a result. A boundary
goes down through the plot as a dotted line; an event stays a small tick.
"""

from collections.abc import Sequence
from typing import NamedTuple

from tracker.charts.sheet import Sheet
from tracker.charts.style import Ink
from tracker.charts.typography import clean, shortened, width_of
from tracker.charts.values import Boundary, DatedEvent

MOST_ROWS = 4
_FROM_STEM = 5.0
_BETWEEN = 12.0


class _Note(NamedTuple):
    x: float
    left: float
    right: float
    words: str
    is_boundary: bool

    @property
    def words_stand_left(self) -> bool:
        return self.left < self.x

    def fits(self, row: int, placed: Sequence[tuple["_Note", int]]) -> bool:
        """Say whether in this row neither words nor stems would cross."""
        for other, other_row in placed:
            if other_row == row and self._meets(other):
                return False
            if other_row < row and other.left < self.x < other.right:
                return False
            if other_row > row and self.left < other.x < self.right:
                return False
        return True

    def _meets(self, other: "_Note") -> bool:
        return self.left < other.right and other.left < self.right


def lay_notes(sheet: Sheet) -> list[tuple[float, float]]:
    """
    Write the notes, from the sheet's y down, in as many rows as they need.

    Returns for each boundary where its line begins. Notes for which no row is
    left keep their tick or line and lose their words.
    """
    placed, wordless = _arranged(_notes(sheet))
    rows = max((row + 1 for _, row in placed), default=0)
    bottom = sheet.y + rows * sheet.sizes.line + (_FROM_STEM if rows else 0)
    for note, row in placed:
        _write(sheet, note, bottom - _FROM_STEM - row * sheet.sizes.line)
    stems = [(n, bottom - 4 - row * sheet.sizes.line - 11) for n, row in placed]
    stems += [(note, bottom - 6) for note in wordless]
    for note, top in stems:
        if not note.is_boundary:
            sheet.rule(note.x, top, note.x, bottom, Ink.NOTE, width=1.5)
    sheet.y = bottom
    return sorted((note.x, top) for note, top in stems if note.is_boundary)


def _arranged(notes: list[_Note]) -> tuple[list[tuple[_Note, int]], list[_Note]]:
    placed: list[tuple[_Note, int]] = []
    wordless: list[_Note] = []
    for note in notes:
        row = next((n for n in range(MOST_ROWS) if note.fits(n, placed)), None)
        if row is None:
            wordless.append(note)
        else:
            placed.append((note, row))
    return placed, wordless


def _notes(sheet: Sheet) -> list[_Note]:
    chart, times = sheet.chart, sheet.times
    dated: list[Boundary | DatedEvent] = [*chart.boundaries, *chart.events]
    notes = [
        _note(sheet, times.x(one.on), one)
        for one in dated
        if times.left <= times.x(one.on) <= times.right
    ]
    return sorted(notes, key=lambda note: -note.x)


def _note(sheet: Sheet, x: float, dated: Boundary | DatedEvent) -> _Note:
    size = sheet.sizes.note
    words = clean(dated.words)
    to_the_right = sheet.right - x - _FROM_STEM
    to_the_left = x - _FROM_STEM - sheet.left
    width = width_of(words, size)
    is_boundary = isinstance(dated, Boundary)
    if width <= to_the_right or to_the_right >= to_the_left:
        words = shortened(words, size, to_the_right)
        right = x + _FROM_STEM + width_of(words, size) + _BETWEEN
        return _Note(x, x, right, words, is_boundary)
    words = shortened(words, size, to_the_left)
    left = x - _FROM_STEM - width_of(words, size)
    return _Note(x, left - _BETWEEN, x, words, is_boundary)


def _write(sheet: Sheet, note: _Note, y: float) -> None:
    shift = -_FROM_STEM if note.words_stand_left else _FROM_STEM
    sheet.write(
        note.x + shift,
        y,
        note.words,
        size=sheet.sizes.note,
        anchor="end" if note.words_stand_left else "start",
    )
