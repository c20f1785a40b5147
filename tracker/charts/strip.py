"""
The supplement strip under the time axis: lanes of periods, as logged.

It shares the days with the plot and has no scale of amounts, so it suggests no
dose and no response.
"""

from collections.abc import Sequence
from typing import NamedTuple

from tracker.charts.scene import Rect, Stroke
from tracker.charts.sheet import Sheet
from tracker.charts.style import Ink
from tracker.charts.typography import clean, shortened, width_of
from tracker.charts.values import SupplementBar

MOST_ROWS_OF_A_LANE = 4
_BAR, _ROW, _BETWEEN_LANES = 20.0, 24.0, 5.0
_INSET = 6.0
_SHORTEST = 3.0
_FEWEST_LETTERS = 4


class _Placed(NamedTuple):
    bar: SupplementBar
    left: float
    right: float
    row: int


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
        room = sheet.plot.left - sheet.left - 10
        label = shortened(clean(name), sheet.sizes.note, room)
        y = sheet.y + _BAR / 2 + sheet.sizes.note * 0.36
        sheet.write(sheet.plot.left - 10, y, label, size=sheet.sizes.note, anchor="end")
    rows = _in_rows(sheet, bars)
    for row in rows:
        for number, placed in enumerate(row):
            _draw_bar(sheet, placed, row[number + 1 :])
        sheet.y += _ROW
    sheet.y += _BETWEEN_LANES


def _in_rows(sheet: Sheet, bars: list[SupplementBar]) -> list[list[_Placed]]:
    rows: list[list[_Placed]] = []
    for bar in sorted(bars, key=lambda one: one.starts_on):
        left = sheet.times.x_in_view(bar.starts_on)
        right = max(_end(sheet, bar), left + _SHORTEST)
        number = next(
            (n for n, row in enumerate(rows) if row[-1].right <= left + 0.5), None
        )
        if number is None:
            rows.append([])
            number = len(rows) - 1
        rows[number].append(_Placed(bar, left, right, number))
    return rows


def _end(sheet: Sheet, bar: SupplementBar) -> float:
    if bar.ends_on is None:
        return sheet.times.right
    return min(sheet.times.x(bar.ends_on) + sheet.times.per_day, sheet.times.right)


def _draw_bar(sheet: Sheet, placed: _Placed, later: Sequence[_Placed]) -> None:
    top, width = sheet.y, placed.right - placed.left
    sheet.lines.append(Rect(placed.left, top, width, _BAR, Ink.BAR, radius=3))
    _draw_ticks(sheet, placed)
    if placed.bar.starts_on.toordinal() >= sheet.times.first_day:
        _edge(sheet, placed.left + 0.75)
    if placed.bar.ends_on is not None and placed.right < sheet.times.right:
        _edge(sheet, placed.right - 0.75)
    _write_words(sheet, placed, later)


def _edge(sheet: Sheet, x: float) -> None:
    spots = ((x, sheet.y), (x, sheet.y + _BAR))
    sheet.lines.append(Stroke(spots, Ink.BAR_EDGE, 1.5))


def _draw_ticks(sheet: Sheet, placed: _Placed) -> None:
    for day in placed.bar.bolus:
        x = sheet.times.x(day)
        if sheet.times.left <= x <= sheet.times.right:
            spots = ((x, sheet.y - 2), (x, sheet.y + _BAR + 2))
            sheet.lines.append(Stroke(spots, Ink.INK, 2.0))


def _write_words(sheet: Sheet, placed: _Placed, later: Sequence[_Placed]) -> None:
    size = sheet.sizes.note
    words = clean(placed.bar.words)
    inside = placed.right - placed.left - 2 * _INSET
    limit = later[0].left if later else sheet.right
    after = limit - placed.right - 2 * _INSET
    x = placed.left + _INSET
    if width_of(words, size) > inside:
        room = max(inside, after)
        x = x if inside >= after else placed.right + _INSET
        words = shortened(words, size, room)
    if len(words) >= _FEWEST_LETTERS:
        y = sheet.y + _BAR / 2 + size * 0.36
        sheet.write(x, y, words, size=size, ink=Ink.INK)
