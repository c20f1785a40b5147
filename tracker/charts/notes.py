"""
The notes above the plot: boundaries of comparison and dated events.

They stand outside the plot, so that no note ever covers a result. A boundary
goes down through the plot as a dotted line; an event stays a small tick. The
headings of the scales share the lowest row where there is room.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from tracker.charts.scene import Rect
from tracker.charts.sheet import Sheet
from tracker.charts.style import Ink
from tracker.charts.typography import clean, shortened, width_of
from tracker.charts.values import Boundary, DatedEvent

MOST_ROWS = 5
MOST_NOTES = 60
_FROM_STEM = 5.0
_ABOVE_PLOT = 11.0
_BETWEEN = 12.0
_SPAN_OVER_PLOT = 4.0


class Heading(NamedTuple):
    """Words above a scale and where they begin."""

    left: float
    words: str
    ink: Ink


class _Note(NamedTuple):
    x: float
    words: str
    width: float
    is_boundary: bool
    end: float | None = None


class _Place(NamedTuple):
    """Where the words of a note stand; the stem goes down from the row."""

    x: float
    left: float
    right: float
    row: int

    def crosses(self, other: "_Place") -> bool:
        """Say whether words meet words, or a stem goes through words."""
        if self.row == other.row:
            return self.covers(other)
        upper, lower = (self, other) if self.row > other.row else (other, self)
        return lower.left - 2 < upper.x < lower.right + 2

    def covers(self, other: "_Place") -> bool:
        """Say whether words meet words."""
        return (
            self.row == other.row
            and self.left < other.right + _BETWEEN
            and other.left < self.right + _BETWEEN
        )


_Arrangement = list[tuple[_Note, _Place | None]]


def lay_notes(sheet: Sheet, headings: Sequence[Heading]) -> list[tuple[float, float]]:
    """
    Write headings and notes, from the sheet's y down, in as many rows as needed.

    Returns for each boundary where its line begins. Notes for which no row is
    left keep their tick or line and lose their words.
    """
    line = sheet.sizes.line
    arranged, is_shared = _best(sheet, headings)
    rows = 1 + max((place.row for _, place in arranged if place), default=-1)
    height = line * (max(rows, 1) if is_shared else rows + 1)
    bottom = sheet.y + height + _ABOVE_PLOT
    heading_y = bottom - _ABOVE_PLOT - (0 if is_shared else rows * line)
    for heading in headings:
        sheet.write(
            heading.left,
            heading_y - 2,
            heading.words,
            size=sheet.sizes.tick,
            ink=heading.ink,
        )
    sheet.y = bottom
    stems = [_draw(sheet, note, place) for note, place in arranged]
    return [
        (note.x, top)
        for (note, _), top in zip(arranged, stems, strict=True)
        if note.is_boundary
    ]


def _best(sheet: Sheet, headings: Sequence[Heading]) -> tuple[_Arrangement, bool]:
    """Return the arrangement with the fewest faults, and if headings share it."""
    notes = _notes(sheet)
    size = sheet.sizes.tick
    fixed = [
        _Place(one.left, one.left, one.left + width_of(one.words, size), 0)
        for one in headings
    ]
    tries = [
        (_arranged(sheet, notes, places, backwards=backwards), bool(places))
        for places in (fixed, [])
        for backwards in (True, False)
    ]
    return min(tries, key=lambda one: _faults(one[0]))


def _faults(arranged: _Arrangement) -> tuple[int, int]:
    """Count the notes without words, then the stems that go through words."""
    places = [place for _, place in arranged if place]
    crossings = sum(one.crosses(other) for one, other in combinations(places, 2))
    return len(arranged) - len(places), crossings


def _notes(sheet: Sheet) -> list[_Note]:
    dated: list[Boundary | DatedEvent] = [*sheet.chart.boundaries, *sheet.chart.events]
    times, size = sheet.times, sheet.sizes.note
    room = sheet.right - sheet.plot.left
    notes = []
    for one in dated:
        x, end = _reach(sheet, one)
        if times.left <= x <= times.right:
            words = _fitting(sheet, one, size, room)
            width = width_of(words, size)
            notes.append(_Note(x, words, width, isinstance(one, Boundary), end))
    return sorted(notes, key=lambda note: note.x)


def _fitting(sheet: Sheet, one: Boundary | DatedEvent, size: float, room: float) -> str:
    """Return words of one line; what a boundary says last is never what is cut off."""
    words = clean(one.words)
    if isinstance(one, Boundary) and width_of(words, size) > room:
        words = clean(sheet.chart.words.not_compared)
    return shortened(words, size, room)


def _reach(sheet: Sheet, one: Boundary | DatedEvent) -> tuple[float, float | None]:
    """Return where a note begins, and where it ends if it is of several days."""
    times = sheet.times
    x = times.x(one.on)
    if isinstance(one, Boundary) or one.until is None or one.until <= one.on:
        return x, None
    end = min(times.x(one.until) + times.per_day, times.right)
    return (max(x, times.left) if end > times.left else x), end


def _arranged(
    sheet: Sheet, notes: list[_Note], fixed: list[_Place], *, backwards: bool
) -> _Arrangement:
    """Place as many notes as cross nothing, then more that cross a stem only."""
    taken = list(fixed)
    found: dict[int, _Place] = {}
    order = list(range(len(notes)))[:MOST_NOTES]
    order = order[::-1] if backwards else order
    for meets in (_Place.crosses, _Place.covers):
        for number in order:
            if number in found or not notes[number].words:
                continue
            for place in _places(sheet, notes[number], to_the_left=not backwards):
                if not any(meets(place, other) for other in taken) and not any(
                    place.crosses(other) for other in fixed
                ):
                    found[number] = place
                    taken.append(place)
                    break
    return [(note, found.get(number)) for number, note in enumerate(notes)]


def _places(sheet: Sheet, note: _Note, *, to_the_left: bool) -> Iterator[_Place]:
    beside = note.x + _FROM_STEM
    before = note.x - _FROM_STEM - note.width
    over = min(note.x - note.width / 2, sheet.right - note.width)
    preferred = (before, beside) if to_the_left else (beside, before)
    for row in range(MOST_ROWS):
        for left in (*preferred, max(over, sheet.plot.left)):
            right = left + note.width
            if left >= sheet.plot.left and right <= sheet.right + 1:
                yield _Place(note.x, left, right, row)


def _draw(sheet: Sheet, note: _Note, place: _Place | None) -> float:
    """Write the words, draw an event's tick; return where the stem begins."""
    row_bottom = sheet.y - _ABOVE_PLOT
    top = row_bottom - 1
    if place:
        baseline = row_bottom - 2 - place.row * sheet.sizes.line
        is_beside = not place.left < note.x < place.right
        top = baseline - sheet.sizes.note + 1 if is_beside else baseline + 4
        height = sheet.sizes.note + 2
        back = Rect(place.left, baseline + 3 - height, note.width, height, Ink.PAPER)
        sheet.lines.append(back)
        sheet.write(place.left, baseline, note.words, size=sheet.sizes.note)
    if not note.is_boundary:
        sheet.rule(note.x, top, note.x, sheet.y, Ink.NOTE, width=1.5)
    if note.end is not None:
        foot = sheet.y - _SPAN_OVER_PLOT
        sheet.rule(note.x, foot, note.end, foot, Ink.NOTE, width=1.5)
        sheet.rule(note.end, foot - 3, note.end, foot + 3, Ink.NOTE, width=1.5)
    return top
