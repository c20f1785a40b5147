"""
The supplement strip under the time axis: lanes of periods, as logged.

It shares the days with the plot and has no scale of amounts, so it suggests no
dose and no response.
"""

from collections.abc import Iterator
from typing import NamedTuple

from tracker.charts.scene import Rect, Stroke
from tracker.charts.sheet import Sheet
from tracker.charts.style import Ink
from tracker.charts.typography import clean, shortened, width_of
from tracker.charts.values import SupplementBar

MOST_ROWS_OF_A_LANE = 8
_BAR, _ROW, _BETWEEN_LANES = 20.0, 24.0, 5.0
_THIN_BAR, _THIN_ROW, _WORDS_ABOVE = 8.0, 13.0, 15.0
_INSET = 6.0
FROM_PLOT = 9.0
_SHORTEST = 3.0


class _Placed(NamedTuple):
    """A bar and its words in a row; the two together cover ``start`` to ``end``."""

    bar: SupplementBar
    left: float
    right: float
    words: str
    words_at: float
    start: float
    end: float


def lanes(sheet: Sheet) -> dict[str, list[SupplementBar]]:
    """Return the bars in view by lane, in the order in which lanes first come."""
    found: dict[str, list[SupplementBar]] = {}
    times = sheet.times
    for bar in sheet.chart.bars:
        begins, ends = times.x(bar.starts_on), _end(sheet, bar)
        if begins <= times.right and ends >= times.left:
            found.setdefault(bar.lane, []).append(bar)
    return found


def lane_label_width(sheet: Sheet) -> float:
    """Return how wide the lanes' names stand beside the strip."""
    if sheet.narrow:
        return 0.0
    names = {clean(bar.lane) for bar in sheet.chart.bars}
    return max((width_of(name, sheet.sizes.note) for name in names), default=0.0)


def lay_strip(sheet: Sheet) -> None:
    """Draw the strip from the sheet's y down."""
    found = lanes(sheet)
    if not found:
        return
    sheet.y += sheet.sizes.line * 1.4
    sheet.write(
        sheet.right if sheet.mirrored else sheet.left,
        sheet.y,
        clean(sheet.chart.words.supplements),
        size=sheet.sizes.note,
        anchor="end" if sheet.mirrored else "start",
    )
    sheet.y += 8
    for name, bars in found.items():
        _lay_lane(sheet, name, bars)


def _lay_lane(sheet: Sheet, name: str, bars: list[SupplementBar]) -> None:
    if sheet.narrow:
        sheet.y += sheet.sizes.note
        sheet.write(sheet.left, sheet.y, clean(name), size=sheet.sizes.note)
        sheet.y += 4
    else:
        room = sheet.plot.left - sheet.left - FROM_PLOT + 1
        label = shortened(clean(name), sheet.sizes.note, room)
        y = sheet.y + _BAR / 2 + sheet.sizes.note * 0.36
        sheet.write(
            sheet.plot.left - FROM_PLOT, y, label, size=sheet.sizes.note, anchor="end"
        )
    for row in _in_rows(sheet, bars):
        if sheet.narrow:
            sheet.y += _WORDS_ABOVE
        for placed in row:
            _draw_bar(sheet, placed)
        sheet.y += _THIN_ROW if sheet.narrow else _ROW
    sheet.y += _BETWEEN_LANES


def _in_rows(sheet: Sheet, bars: list[SupplementBar]) -> list[list[_Placed]]:
    """
    Return rows in which neither bars nor words meet.

    A bar for which no row has room begins one; beyond the last row it takes any place
    that is free and goes without words, which the table has.
    """
    rows: list[list[_Placed]] = []
    for bar in sorted(bars, key=lambda one: one.starts_on):
        fits = ((row, _placed(sheet, bar, row[-1].end)) for row in rows)
        found = next(((row, placed) for row, placed in fits if placed), None)
        if found:
            found[0].append(found[1])
        elif len(rows) < MOST_ROWS_OF_A_LANE:
            rows.append([_alone(sheet, bar)])
        else:
            _add_wordless(sheet, bar, rows)
    return rows


def _placed(sheet: Sheet, bar: SupplementBar, taken: float) -> _Placed | None:
    """Place a bar with its whole words behind what is taken; None without room."""
    left, right = _span(sheet, bar)
    words = clean(bar.words)
    width = width_of(words, sheet.sizes.note)
    for at in _places_of_words(sheet, bar, (left, right), width):
        start, end = min(left, at), max(right, at + width)
        is_free = start >= taken + (_INSET if taken > sheet.plot.left else 0.0)
        if is_free and end <= sheet.right:
            return _Placed(bar, left, right, words, at, start, end + _INSET)
    return None


def _places_of_words(
    sheet: Sheet, bar: SupplementBar, span: tuple[float, float], width: float
) -> Iterator[float]:
    """Yield where words may begin: over a thin bar; else in it, after it, before it."""
    left, right = span
    if sheet.narrow:
        yield max(min(left, sheet.right - width), sheet.left)
        return
    if left + width + 2 * _INSET <= right and not bar.bolus:
        yield left + _INSET
    yield right + _INSET
    yield left - _INSET - width


def _alone(sheet: Sheet, bar: SupplementBar) -> _Placed:
    """Place a bar in a row of its own; words too long for it are cut, never across."""
    first = sheet.left if sheet.narrow else sheet.plot.left
    placed = _placed(sheet, bar, first)
    if placed:
        return placed
    left, right = _span(sheet, bar)
    size, words = sheet.sizes.note, clean(bar.words)
    if sheet.narrow:
        words = shortened(words, size, sheet.right - sheet.left)
        return _Placed(bar, left, right, words, sheet.left, sheet.left, sheet.right)
    before, after = left - first - _INSET, sheet.right - right - _INSET
    words = shortened(words, size, max(before, after))
    width = width_of(words, size)
    at = right + _INSET if after >= before else left - _INSET - width
    start, end = min(left, at), max(right, at + width)
    return _Placed(bar, left, right, words, at, start, end + _INSET)


def _add_wordless(sheet: Sheet, bar: SupplementBar, rows: list[list[_Placed]]) -> None:
    left, right = _span(sheet, bar)
    bare = _Placed(bar, left, right, "", left, left, right)
    for row in rows:
        if row[-1].end <= left:
            row.append(bare)
            return
    rows.append([bare])


def _span(sheet: Sheet, bar: SupplementBar) -> tuple[float, float]:
    left = sheet.times.x_in_view(bar.starts_on)
    return left, max(_end(sheet, bar), left + _SHORTEST)


def _end(sheet: Sheet, bar: SupplementBar) -> float:
    if bar.ends_on is None:
        return sheet.times.right
    return min(sheet.times.x(bar.ends_on) + sheet.times.per_day, sheet.times.right)


def _draw_bar(sheet: Sheet, placed: _Placed) -> None:
    bar, times = placed.bar, sheet.times
    width, height = placed.right - placed.left, _height(sheet)
    sheet.lines.append(Rect(placed.left, sheet.y, width, height, Ink.BAR, radius=2))
    if bar.starts_on.toordinal() >= times.first_day:
        _upright(sheet, placed.left + 0.75, Ink.BAR_EDGE, 1.5)
    if bar.ends_on and placed.right < times.right:
        _upright(sheet, placed.right - 0.75, Ink.BAR_EDGE, 1.5)
    for day in bar.bolus:
        if times.left <= times.x(day) <= times.right:
            _upright(sheet, times.x(day), Ink.INK, 2.0, beyond=2.0)
    size = sheet.sizes.note
    y = sheet.y - 4 if sheet.narrow else sheet.y + height / 2 + size * 0.36
    if placed.words:
        sheet.write(placed.words_at, y, placed.words, size=size, ink=Ink.INK)


def _height(sheet: Sheet) -> float:
    return _THIN_BAR if sheet.narrow else _BAR


def _upright(
    sheet: Sheet, x: float, ink: Ink, width: float, beyond: float = 0.0
) -> None:
    spots = ((x, sheet.y - beyond), (x, sheet.y + _height(sheet) + beyond))
    sheet.lines.append(Stroke(spots, ink, width))
