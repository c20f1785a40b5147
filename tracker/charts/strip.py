"""
The supplement strip under the time axis: lanes of periods, as logged.

It shares the days with the plot and has no scale of amounts, so it suggests no
dose and no response.
"""

from typing import NamedTuple

from tracker.charts.scene import Rect, Stroke
from tracker.charts.sheet import Sheet
from tracker.charts.style import Ink
from tracker.charts.typography import clean, shortened, width_of
from tracker.charts.values import SupplementBar

MOST_ROWS_OF_A_LANE = 4
_BAR, _ROW, _BETWEEN_LANES = 20.0, 24.0, 5.0
_INSET = 6.0
FROM_PLOT = 9.0
_SHORTEST = 3.0


class _Placed(NamedTuple):
    bar: SupplementBar
    left: float
    right: float
    words: str
    width: float

    @property
    def needed(self) -> float:
        """Return the right edge of the bar with its words."""
        inside = self.left + self.width + 2 * _INSET
        if inside <= self.right and not self.bar.bolus:
            return self.right
        return self.right + self.width + 2 * _INSET


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
        previous = [sheet.plot.left, *(placed.right for placed in row)]
        following = [*(placed.left for placed in row[1:]), sheet.right]
        for placed, before, after in zip(row, previous, following, strict=False):
            _draw_bar(sheet, placed, before, after)
        sheet.y += _ROW
    sheet.y += _BETWEEN_LANES


def _in_rows(sheet: Sheet, bars: list[SupplementBar]) -> list[list[_Placed]]:
    """Return rows in which no bar, with its words, reaches the next one."""
    rows: list[list[_Placed]] = []
    for bar in sorted(bars, key=lambda one: one.starts_on):
        placed = _placed(sheet, bar)
        free = (row for row in rows if row[-1].needed <= placed.left)
        row = next(free, None)
        if row is None and len(rows) >= MOST_ROWS_OF_A_LANE:
            row = next((r for r in rows if r[-1].right <= placed.left), None)
        if row is None:
            row = []
            rows.append(row)
        row.append(placed)
    return rows


def _placed(sheet: Sheet, bar: SupplementBar) -> _Placed:
    left = sheet.times.x_in_view(bar.starts_on)
    right = max(_end(sheet, bar), left + _SHORTEST)
    words = clean(bar.words)
    return _Placed(bar, left, right, words, width_of(words, sheet.sizes.note))


def _end(sheet: Sheet, bar: SupplementBar) -> float:
    if bar.ends_on is None:
        return sheet.times.right
    return min(sheet.times.x(bar.ends_on) + sheet.times.per_day, sheet.times.right)


def _draw_bar(sheet: Sheet, placed: _Placed, before: float, after: float) -> None:
    bar, times = placed.bar, sheet.times
    width = placed.right - placed.left
    x, words = _place_words(sheet, placed, before, after)
    sheet.lines.append(Rect(placed.left, sheet.y, width, _BAR, Ink.BAR, radius=2))
    if bar.starts_on.toordinal() >= times.first_day:
        _upright(sheet, placed.left + 0.75, Ink.BAR_EDGE, 1.5)
    runs_over = x < placed.right < x + width_of(words, sheet.sizes.note)
    if bar.ends_on and placed.right < times.right and not runs_over:
        _upright(sheet, placed.right - 0.75, Ink.BAR_EDGE, 1.5)
    for day in bar.bolus:
        if times.left <= times.x(day) <= times.right:
            _upright(sheet, times.x(day), Ink.INK, 2.0, beyond=2.0)
    y = sheet.y + _BAR / 2 + sheet.sizes.note * 0.36
    sheet.write(x, y, words, size=sheet.sizes.note, ink=Ink.INK)


def _upright(
    sheet: Sheet, x: float, ink: Ink, width: float, beyond: float = 0.0
) -> None:
    spots = ((x, sheet.y - beyond), (x, sheet.y + _BAR + beyond))
    sheet.lines.append(Stroke(spots, ink, width))


def _place_words(
    sheet: Sheet, placed: _Placed, before: float, after: float
) -> tuple[float, str]:
    """Put the words in the bar, after it, before it, or across its free row."""
    width, size = placed.width, sheet.sizes.note
    inside = placed.left + _INSET
    if inside + width + _INSET <= placed.right and not placed.bar.bolus:
        return inside, placed.words
    if placed.right + _INSET + width <= after:
        return placed.right + _INSET, placed.words
    if placed.left - before >= width + 2 * _INSET:
        return placed.left - _INSET - width, placed.words
    words = shortened(placed.words, size, after - before - 2 * _INSET)
    last = after - _INSET - width_of(words, size)
    return max(min(inside, last), before + _INSET), words
