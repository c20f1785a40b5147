"""
Where the latest values of a clinic's patients lie, a row for each position.

Every position has the same scale of values and the same scale of counts, one row under
the other: shape and place tell them apart in grey print. A count of few people could
point at a person; such a column is hollow and bears no number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from labs.domain.flags import Position
from tracker.charts.axes import number, round_step
from tracker.charts.page import Direction, Page, page_of
from tracker.charts.results import LOOKS
from tracker.charts.scene import Marks, Rect, Scene, Stroke
from tracker.charts.style import WIDE, Ink
from tracker.charts.svg import write_svg
from tracker.charts.typography import clean, width_of

MOST_COLUMNS = 20
COLUMN_ROOM = 78.0
_MARK = 5.0
_TO_COUNT, _GAP = 4.0, 1.5
_LABEL_SHARE = 0.19


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionRow:
    """The latest values that stand at one position, in the chart's unit."""

    position: Position
    words: str
    values: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """
    What the overview shows: a row for each position that is to be seen.

    ``fewest`` is the smallest count that may be told; ``few_words`` names what is
    below it ("fewer than 5"). ``count_words`` is a template with ``%(n)s``, and
    ``some_hidden_words`` the one for a row with hollow columns.
    """

    title: str
    unit: str
    rows: tuple[PositionRow, ...]
    fewest: int
    subtitle: str = ""
    description: str = ""
    axis_words: str = "Latest 25(OH)D, %(unit)s"
    count_words: str = "%(n)s people"
    some_hidden_words: str = "%(n)s people or more"
    few_words: str = "fewer than %(n)s in a column"
    empty_words: str = ""
    notes: tuple[str, ...] = ()
    decimal_mark: str = "."
    direction: Direction = "ltr"


class Column(NamedTuple):
    """One column: from a value up to the next, and how many; None for few people."""

    starts_at: float
    ends_before: float
    people: int | None


class _Scale(NamedTuple):
    left: float
    right: float
    step: float
    columns: int
    highest_count: int
    fewest: int

    def x(self, column: int) -> float:
        return self.left + (self.right - self.left) * column / self.columns


def distribution_svg(
    chart: Distribution, *, inline: bool = True, width: int = WIDE
) -> str:
    """Return the distribution as SVG."""
    return write_svg(compose_distribution(chart, width=width), inline=inline)


def compose_distribution(chart: Distribution, *, width: int = WIDE) -> Scene:
    """Lay the distribution out."""
    page = page_of(width, chart.direction)
    page.head(chart.title, chart.subtitle)
    rows = [row for row in chart.rows if row.values]
    if rows:
        _lay_rows(page, chart, rows)
    else:
        page.paragraph(chart.empty_words, first=page.sizes.line * 2)
    for note in chart.notes:
        page.y += page.sizes.line * 0.4
        page.paragraph(note)
    return page.scene(chart.title, chart.description)


def columns_of(chart: Distribution) -> dict[Position, tuple[Column, ...]]:
    """Return the numbers of the picture, for the table that stands beside it."""
    rows = [row for row in chart.rows if row.values]
    if not rows:
        return {}
    step, columns = _steps(rows)
    return {
        row.position: tuple(
            Column(n * step, (n + 1) * step, _told(count, chart.fewest))
            for n, count in enumerate(_counts(row.values, step, columns))
            if count
        )
        for row in rows
    }


def _told(count: int, fewest: int) -> int | None:
    return count if count >= fewest else None


def _steps(rows: Sequence[PositionRow]) -> tuple[float, int]:
    highest = max(float(value) for row in rows for value in row.values) or 1.0
    step = round_step(highest, MOST_COLUMNS)
    return step, int(highest / step) + 1


def _counts(values: Sequence[Decimal], step: float, columns: int) -> list[int]:
    counts = [0] * columns
    for value in values:
        counts[int(float(value) / step + 1e-9)] += 1
    return counts


# Drawing ------------------------------------------------------------------------------


def _lay_rows(page: Page, chart: Distribution, rows: Sequence[PositionRow]) -> None:
    step, columns = _steps(rows)
    counted = [_counts(row.values, step, columns) for row in rows]
    left = page.left if page.is_narrow else page.left + page.width * _LABEL_SHARE
    highest = max(map(max, counted))
    highest = max(highest, chart.fewest)
    scale = _Scale(left, page.right, step, columns, highest, chart.fewest)
    page.y += page.sizes.line * 0.6
    for row, counts in zip(rows, counted, strict=True):
        _lay_row(page, chart, row, counts, scale)
    _write_values(page, chart, scale)
    if any(0 < count < chart.fewest for counts in counted for count in counts):
        _explain_hollow(page, chart)


def _lay_row(
    page: Page,
    chart: Distribution,
    row: PositionRow,
    counts: Sequence[int],
    scale: _Scale,
) -> None:
    size, line = page.sizes.note, page.sizes.line
    shape, ink = LOOKS[row.position]
    top = page.y
    room_above = COLUMN_ROOM * max(counts) / scale.highest_count
    needed = room_above + size + 2 * _TO_COUNT
    head = line * 2.2
    height = head + needed if page.is_narrow else max(head, needed)
    page.y = top + height + line * 0.6
    label_y = top + line if page.is_narrow else page.y - line * 1.3
    mark = (page.left + _MARK, label_y - size * 0.36)
    page.marks.append(Marks(shape, _MARK, ink, False, (mark,)))  # noqa: FBT003
    words_x = page.left + _MARK * 2 + 8
    room = (page.right if page.is_narrow else scale.left) - words_x - 10
    page.write(words_x, label_y, row.words, size=size, ink=Ink.INK, room=room)
    count_y = label_y + line * 0.95
    page.write(words_x, count_y, _counted(chart, counts), size=size, room=room)
    for column, count in enumerate(counts):
        if count:
            _draw_column(page, scale, column, count, ink)
    page.rule(scale.left, page.y, scale.right, page.y, Ink.AXIS)


def _counted(chart: Distribution, counts: Sequence[int]) -> str:
    """Return how many people are told of; a hidden column stays uncounted."""
    told = sum(count for count in counts if count >= chart.fewest)
    if all(count >= chart.fewest for count in counts if count):
        return chart.count_words % {"n": told}
    if not told:
        return chart.few_words % {"n": chart.fewest}
    return chart.some_hidden_words % {"n": told}


def _draw_column(page: Page, scale: _Scale, column: int, count: int, ink: Ink) -> None:
    left, right = scale.x(column) + _GAP, scale.x(column + 1) - _GAP
    is_told = count >= scale.fewest
    shown = count if is_told else scale.fewest - 1
    top = page.y - COLUMN_ROOM * shown / scale.highest_count
    if not is_told:
        around = ((left, page.y), (left, top), (right, top), (right, page.y))
        page.items.append(Stroke(around, ink, 1.2, (2.0, 2.5)))
        return
    page.items.append(Rect(left, top, right - left, page.y - top, ink))
    size = page.sizes.note
    words = str(count)
    if width_of(words, size) <= right - left + 2 * _GAP + 2:
        middle = (left + right) / 2
        page.write(
            middle, top - _TO_COUNT, words, size=size, ink=Ink.INK, anchor="middle"
        )


def _write_values(page: Page, chart: Distribution, scale: _Scale) -> None:
    size = page.sizes.tick
    decimals = 1 if scale.step % 1 else 0
    page.y += size + 5
    for column, words in _value_words(chart, scale, decimals, size):
        page.write(
            scale.x(column), page.y, words, size=size, ink=Ink.INK, anchor="middle"
        )
    page.y += page.sizes.line * 1.15
    axis = chart.axis_words % {"unit": chart.unit}
    page.write(scale.right, page.y, axis, size=page.sizes.note, anchor="end")


def _value_words(
    chart: Distribution, scale: _Scale, decimals: int, size: float
) -> Iterator[tuple[int, str]]:
    widest = width_of(
        number(scale.columns * scale.step, decimals, chart.decimal_mark), size
    )
    apart = scale.x(1) - scale.x(0)
    every = max(1, round((widest + 14) / apart + 0.5))
    for column in range(0, scale.columns + 1, every):
        yield column, number(column * scale.step, decimals, chart.decimal_mark)


def _explain_hollow(page: Page, chart: Distribution) -> None:
    page.y += page.sizes.line * 1.2
    x, y, size = page.left, page.y, page.sizes.note
    around = ((x + 1, y), (x + 1, y - 11), (x + 12, y - 11), (x + 12, y))
    page.items.append(Stroke(around, Ink.MUTED, 1.2, (2.0, 2.5)))
    words = clean(chart.few_words % {"n": chart.fewest})
    page.write(x + 21, y, words, size=size, room=page.right - x - 21)
