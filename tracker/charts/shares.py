"""
The share of compared results that were within their range, month by month.

A dot on a track from nothing to all, with both counts in words beside it: a share
without its count says little. A month with few results is told as that and
has no dot; one with few of them within, or few outside, tells how many were compared
and no more.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from tracker.charts.page import Direction, Page, page_of
from tracker.charts.scene import Marks, Scene, Shape, Stroke
from tracker.charts.style import WIDE, Ink
from tracker.charts.svg import write_svg
from tracker.charts.typography import clean, width_of

QUARTERS = (0, 25, 50, 75, 100)
_ROW, _MARK = 23.0, 5.2
_BETWEEN = 14.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthShare:
    """A month: how many results were compared with a range, how many were within."""

    words: str
    within: int
    compared: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthShares:
    """
    What the overview shows, oldest month first.

    ``count_words`` is a template with ``%(within)s``, ``%(compared)s`` and
    ``%(share)s``; ``few_words`` one with ``%(n)s``, the fewest results that are told.
    """

    title: str
    months: tuple[MonthShare, ...]
    fewest: int
    subtitle: str = ""
    description: str = ""
    axis_words: str = "Share within the range set for each person"
    count_words: str = "%(within)s of %(compared)s · %(share)s%%"
    few_words: str = "fewer than %(n)s compared"
    some_few_words: str = "%(compared)s compared, share hidden"
    none_words: str = "none compared"
    empty_words: str = ""
    notes: tuple[str, ...] = ()
    direction: Direction = "ltr"


def shares_svg(chart: MonthShares, *, inline: bool = True, width: int = WIDE) -> str:
    """Return the months as SVG."""
    return write_svg(compose_shares(chart, width=width), inline=inline)


def compose_shares(chart: MonthShares, *, width: int = WIDE) -> Scene:
    """Lay the months out, one row each."""
    page = page_of(width, chart.direction)
    page.head(chart.title, chart.subtitle)
    if any(month.compared for month in chart.months):
        _lay_months(page, chart)
    else:
        page.paragraph(chart.empty_words, first=page.sizes.line * 2)
    for note in chart.notes:
        page.y += page.sizes.line * 0.4
        page.paragraph(note)
    return page.scene(chart.title, chart.description)


def month_words(chart: MonthShares, month: MonthShare) -> str:
    """Return what is told of a month, in the picture and in the table beside it."""
    if not month.compared:
        return chart.none_words
    if month.compared < chart.fewest:
        return chart.few_words % {"n": chart.fewest}
    if not is_told(chart, month):
        return chart.some_few_words % {"compared": month.compared}
    return chart.count_words % {
        "within": month.within,
        "compared": month.compared,
        "share": percent(month),
    }


def is_told(chart: MonthShares, month: MonthShare) -> bool:
    """Say whether neither side of a month is so small that it tells of few people."""
    sides = (month.within, month.compared - month.within)
    return month.compared >= chart.fewest and not any(
        0 < side < chart.fewest for side in sides
    )


def percent(month: MonthShare) -> int:
    """Return the share in whole percent, half up."""
    share = Decimal(100 * month.within) / month.compared
    return int(share.quantize(Decimal(1), ROUND_HALF_UP))


def _lay_months(page: Page, chart: MonthShares) -> None:
    size = page.sizes.note
    names = max(width_of(clean(month.words), size) for month in chart.months)
    told = [month_words(chart, month) for month in chart.months]
    counts = max(width_of(clean(words), size) for words in told)
    left = page.left + min(names, page.width * 0.3) + _BETWEEN
    right = page.right - min(counts, page.width * 0.42) - _BETWEEN
    _write_scale(page, left, right)
    top = page.y
    for month, words in zip(chart.months, told, strict=True):
        _lay_month(page, chart, month, words, (left, right))
    for quarter in QUARTERS:
        x = left + (right - left) * quarter / 100
        page.items.insert(0, Stroke(((x, top), (x, page.y)), Ink.RULE))
    page.paragraph(chart.axis_words, first=page.sizes.line * 1.1)


def _write_scale(page: Page, left: float, right: float) -> None:
    page.y += page.sizes.line * 1.5
    for quarter in QUARTERS[:: 2 if page.is_narrow else 1]:
        x = left + (right - left) * quarter / 100
        page.write(
            x, page.y, f"{quarter}%", size=page.sizes.note, ink=Ink.INK, anchor="middle"
        )
    page.y += 7


def _lay_month(
    page: Page,
    chart: MonthShares,
    month: MonthShare,
    words: str,
    track: tuple[float, float],
) -> None:
    left, right = track
    page.y += _ROW
    size, middle = page.sizes.note, page.y - _ROW / 2
    baseline = middle + size * 0.36
    page.write(
        page.left,
        baseline,
        month.words,
        size=size,
        ink=Ink.INK,
        room=left - page.left - _BETWEEN / 2,
    )
    page.rule(left, middle, right, middle, Ink.AXIS)
    is_shown = bool(month.compared) and is_told(chart, month)
    if is_shown:
        spot = (left + (right - left) * month.within / month.compared, middle)
        page.marks.append(Marks(Shape.CIRCLE, _MARK, Ink.WITHIN, False, (spot,)))  # noqa: FBT003
    page.write(
        page.right,
        baseline,
        words,
        size=size,
        ink=Ink.INK if is_shown else Ink.MUTED,
        anchor="end",
        room=page.right - right - _BETWEEN / 2,
    )
