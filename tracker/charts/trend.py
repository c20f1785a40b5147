"""
The trend chart: values in, bytes out.

``compose`` lays the picture out once; page, file, PNG and PDF are that picture
through different pens, so screen and paper never disagree. Same input, same
bytes; nothing is kept between two calls, so threads need no care.
"""

from datetime import date

from tracker.charts.axes import TimeAxis
from tracker.charts.header import lay_header
from tracker.charts.legend import lay_legend
from tracker.charts.painter import paint_pdf, paint_png
from tracker.charts.placing import Box
from tracker.charts.results import (
    LOOKS,
    Results,
    draw_intervals,
    draw_line,
    label_latest,
    label_limits,
    marks,
    placed_results,
    position_words,
)
from tracker.charts.scales import (
    draw_value_scales,
    lay_scales,
    lay_time_scale,
    other_scale_width,
)
from tracker.charts.scene import Anchor, Days, Rect, Scene
from tracker.charts.sheet import Sheet, sizes_for
from tracker.charts.strip import lay_strip
from tracker.charts.style import (
    LARGEST_WIDTH,
    NARROW_BELOW,
    SMALLEST_WIDTH,
    WIDE,
    Ink,
)
from tracker.charts.svg import write_svg
from tracker.charts.targets import Band, bands, draw_bands, name_bands
from tracker.charts.typography import LONGEST_DETAIL, clean, width_of, wrapped
from tracker.charts.values import (
    Boundary,
    DatedEvent,
    SupplementBar,
    TargetStep,
    TrendChart,
    TrendPoint,
    Words,
)

__all__ = [
    "LOOKS",
    "Boundary",
    "DatedEvent",
    "SupplementBar",
    "TargetStep",
    "TrendChart",
    "TrendPoint",
    "Words",
    "compose",
    "times_of",
    "trend_pdf",
    "trend_png",
    "trend_svg",
]

MOST_NOTE_LINES = 16
LONGEST_NOTE = 1_200
_BRACKET_GAP = 10.0


def trend_svg(chart: TrendChart, *, inline: bool, width: int = WIDE) -> str:
    """
    Return the chart as SVG.

    ``inline`` is for the page: colours are custom properties, results can be
    focused and carry their words; no style attribute, no style element. Else
    it is a file that stands alone, in literal colours.
    """
    scene = compose(chart, width=width, described=inline)
    return write_svg(scene, inline=inline)


def trend_pdf(chart: TrendChart, *, width: int = WIDE) -> bytes:
    """Return the chart as a one-page vector PDF with its fonts embedded."""
    return paint_pdf(compose(chart, width=width))


def trend_png(chart: TrendChart, *, scale: float = 2, width: int = WIDE) -> bytes:
    """Return the chart as PNG, ``scale`` pixels to each unit of its width."""
    return paint_png(compose(chart, width=width), scale=scale)


def compose(chart: TrendChart, *, width: int = WIDE, described: bool = False) -> Scene:
    """Lay the chart out; ``described`` gives each mark its words."""
    width = min(max(width, SMALLEST_WIDTH), LARGEST_WIDTH)
    sizes = sizes_for(width, len(chart.points))
    sheet = Sheet(chart, float(width), sizes, narrow=width < NARROW_BELOW)
    lay_header(sheet)
    lay_scales(sheet)
    results = placed_results(sheet)
    unnamed = _draw_plot(sheet, results)
    _lay_below(sheet, unnamed)
    lay_legend(sheet, results)
    _write_notes(sheet)
    return Scene(
        width=sheet.width,
        height=round(sheet.y + sizes.margin),
        title=clean(chart.title),
        description=_description(chart, results),
        items=[
            *sheet.background,
            *sheet.bands,
            *sheet.grid,
            *sheet.lines,
            *sheet.texts,
        ],
        marks=marks(sheet, results, described=described),
        days=_days(sheet) if described else None,
    )


def _days(sheet: Sheet) -> Days:
    times = sheet.times
    first, last = map(date.fromordinal, (times.first_day, times.last_day))
    return Days(first.isoformat(), last.isoformat(), times.left, times.right)


def times_of(chart: TrendChart, *, width: int = WIDE) -> TimeAxis:
    """Return where the chart's days lie, for what is drawn on the same days."""
    width = min(max(width, SMALLEST_WIDTH), LARGEST_WIDTH)
    sizes = sizes_for(width, len(chart.points))
    sheet = Sheet(chart, float(width), sizes, narrow=width < NARROW_BELOW)
    lay_scales(sheet)
    return sheet.times


def _draw_plot(sheet: Sheet, results: Results) -> list[Band]:
    found = bands(sheet)
    sheet.has_band = bool(found)
    draw_bands(sheet, found)
    draw_intervals(sheet, results)
    draw_value_scales(sheet)
    draw_line(sheet, results)
    label_latest(sheet, results)
    label_limits(sheet, results)
    if not results.points:
        _write_empty(sheet)
    beside = sheet.plot.right + other_scale_width(sheet, sheet.values) + _BRACKET_GAP
    return name_bands(sheet, found, beside)


def _write_empty(sheet: Sheet) -> None:
    """Say on a card of its own why there is nothing to see."""
    plot, size = sheet.plot, sheet.sizes.body + 1
    words = clean(sheet.chart.empty_words, LONGEST_DETAIL)
    lines = wrapped(words, size, (plot.right - plot.left) * 0.75, 4)
    if not lines:
        return
    middle, centre = (plot.left + plot.right) / 2, (plot.top + plot.bottom) / 2
    half = max(width_of(line, size) for line in lines) / 2 + size
    height = size * (1.45 * len(lines) + 1)
    top = centre - height / 2
    sheet.drawn.add_box(Box(middle - half, top, middle + half, top + height))
    sheet.lines.append(Rect(middle - half, top, 2 * half, height, Ink.PAPER, 6))
    for number, line in enumerate(lines):
        y = top + size * (1.6 + 1.45 * number)
        sheet.write(middle, y, line, size=size, ink=Ink.INK, anchor="middle")


def _lay_below(sheet: Sheet, unnamed: list[Band]) -> None:
    ticks = lay_time_scale(sheet)
    strip_top = sheet.y
    lay_strip(sheet)
    _shade_seasons(sheet, sheet.plot.top, sheet.plot.bottom)
    if sheet.y > strip_top:
        top = strip_top + sheet.sizes.line * 1.4 + 6
        _continue_grid(sheet, ticks, top)
        _shade_seasons(sheet, top, sheet.y)
    _list_targets(sheet, unnamed)


def _continue_grid(sheet: Sheet, ticks: list[float], top: float) -> None:
    for x in ticks:
        sheet.rule(x, top, x, sheet.y, Ink.RULE)


def _shade_seasons(sheet: Sheet, top: float, bottom: float) -> None:
    x = sheet.times.x_in_view
    for starts_on, ends_on, _ in sheet.chart.shading:
        left, right = x(starts_on), x(ends_on) + sheet.times.per_day
        right = min(right, sheet.plot.right)
        if right > left:
            sheet.background.append(sheet.block(left, top, right, bottom, Ink.SEASON))


def _list_targets(sheet: Sheet, unnamed: list[Band]) -> None:
    size = sheet.sizes.note
    sheet.y += 6 if unnamed else 0
    for band in reversed(unnamed):
        words = " · ".join(band.lines)
        for line in wrapped(words, size, sheet.right - sheet.left, 2):
            sheet.y += sheet.sizes.line
            sheet.write(
                sheet.right if sheet.mirrored else sheet.left,
                sheet.y,
                line,
                size=size,
                ink=Ink.TARGET,
                anchor="end" if sheet.mirrored else "start",
            )


def _write_notes(sheet: Sheet) -> None:
    size = sheet.sizes.note
    for note in sheet.chart.notes:
        sheet.y += sheet.sizes.line * 0.5
        words = clean(note, LONGEST_NOTE)
        for line in wrapped(words, size, sheet.right - sheet.left, MOST_NOTE_LINES):
            sheet.y += sheet.sizes.line
            x = sheet.right if sheet.mirrored else sheet.left
            anchor: Anchor = "end" if sheet.mirrored else "start"
            sheet.write(x, sheet.y, line, size=size, anchor=anchor)


def _description(chart: TrendChart, results: Results) -> str:
    if chart.description:
        return clean(chart.description, LONGEST_DETAIL)
    parts = [chart.subtitle]
    if results.points:
        latest = results.points[-1]
        position = position_words(chart.words)[latest.position]
        parts.append(
            f"{chart.words.latest}: {latest.label} {chart.unit}, "
            f"{latest.collected_on.isoformat()}, {position}"
        )
    else:
        parts.append(chart.empty_words)
    parts.append(chart.hidden_words)
    return clean(". ".join(part for part in parts if part), LONGEST_DETAIL)
