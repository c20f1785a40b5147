"""
How fast the trend chart is made, against pyplot and against a bare string.

Ours and the reference draw the same picture from the same values: seasons,
band, line, marks by position, supplement bars, labels, legend. Both outputs
are checked before anything is timed; rounds are interleaved, medians count.
"""

import gc
import io
import math
import random
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from operator import mul

import matplotlib as mpl
import matplotlib.pyplot as plt  # noqa: TID251  # the reference to beat
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from labs.domain.flags import Position
from tracker.charts.trend import (
    Boundary,
    DatedEvent,
    SupplementBar,
    TargetStep,
    TrendChart,
    TrendPoint,
    compose,
    trend_pdf,
    trend_png,
    trend_svg,
)

Row = dict[str, str | float]

ROUNDS = 9
THREADS, RENDERS = 8, 200
ROUND_MILLISECONDS = 250.0
_FIRST_DAY = date(2006, 1, 1)
_WIDE_INCHES = 10.0
_LOOKS = {
    Position.BELOW: ("v", "#b4540a", "below target"),
    Position.WITHIN: ("o", "#1d6a87", "within target"),
    Position.ABOVE: ("^", "#8a1c7c", "above target"),
}


def rows() -> Iterator[Row]:
    """Yield one row for each named comparison."""
    few, many = sample(30), sample(3_000)
    check(few)
    check(many)
    yield against_pyplot(
        "chart.svg.30",
        lambda: trend_svg(few, inline=True),
        lambda: by_pyplot(few, "svg"),
        "inline for the page, every result focusable with its words",
    )
    yield against_pyplot(
        "chart.svg.3000",
        lambda: trend_svg(many, inline=False),
        lambda: by_pyplot(many, "svg"),
        "file; every result drawn, none thinned out",
    )
    yield against_pyplot(
        "chart.png.30",
        lambda: trend_png(few, scale=1),
        lambda: by_pyplot(few, "png"),
        "1000 pixels wide, both",
    )
    yield against_pyplot(
        "chart.pdf.30",
        lambda: trend_pdf(few),
        lambda: by_pyplot(few, "pdf"),
        "vector, fonts embedded, both",
    )
    yield compared(
        "chart.vs_handmade",
        lambda: trend_svg(few, inline=False),
        lambda: by_hand(few),
        "hand-written string of the same marks, no layout",
    )
    yield in_threads()


def in_threads() -> Row:
    """Time many renders in threads against the same in turn; raise for a wrong byte."""
    charts = [
        replace(sample(30), patient_line=f"Patient {number}")
        for number in range(THREADS)
    ]
    serial = [trend_svg(chart, inline=True) for chart in charts]
    start = time.perf_counter()
    in_turn = [trend_svg(chart, inline=True) for chart in charts * RENDERS]
    middle = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as threads:
        made = list(threads.map(partial(trend_svg, inline=True), charts * RENDERS))
    end = time.perf_counter()
    wrong = sum(one != other for one, other in zip(made, in_turn, strict=True))
    if wrong or in_turn != serial * RENDERS:
        raise ValueError(f"{wrong} renders in threads differ from those in turn")
    return {
        "name": "chart.threads",
        "ours": round(end - middle, 3),
        "reference": round(middle - start, 3),
        "unit": "s",
        "speedup": round((middle - start) / (end - middle), 3),
        "note": f"{THREADS} threads x {RENDERS} renders, every byte as in turn",
    }


def sample(results: int) -> TrendChart:
    """Return a trend of so many results with all that surrounds it."""
    years = 5 if results < 1_000 else 20
    last_day = _FIRST_DAY + timedelta(days=365 * years)
    return TrendChart(
        title="25-hydroxyvitamin D",
        subtitle=f"{results} results, 2006 to {last_day.year} · serum, total",
        patient_line="Anna Example · born 3 May 1978 · 0001",
        unit="nmol/L",
        other_unit="ng/mL",
        other_unit_factor=1 / Decimal("2.496"),
        points=tuple(_points(results, years)),
        targets=(
            TargetStep(
                low=Decimal(50),
                high=Decimal(110),
                starts_on=date(2006, 9, 1),
                lines=("Target 50 to 110", "Dr Osei", "1 Sep 2006"),
            ),
        ),
        boundaries=(Boundary(on=date(2009, 1, 1), words="other laboratory"),),
        bars=tuple(_bars()),
        events=(DatedEvent(on=date(2008, 8, 1), words="holiday in the sun"),),
        shading=tuple(
            (date(year, 12, 1), date(year + 1, 2, 28), "winter")
            for year in range(2005, last_day.year)
        ),
        shading_words="December to February",
        starts_on=_FIRST_DAY,
        ends_on=last_day,
    )


def _points(results: int, years: int) -> Iterator[TrendPoint]:
    noise = random.Random(7)  # noqa: S311  # a fixed sample, not a secret
    for number in range(results):
        day = _FIRST_DAY + timedelta(days=number * years * 365 // results)
        season = math.sin(number / results * years * 2 * math.pi)
        value = max(round(75 + 30 * season + noise.gauss(0, 12)), 5)
        yield TrendPoint(
            collected_on=day,
            value=Decimal(value),
            position=_position(value),
            label=str(value),
            detail=f"{value} nmol/L on {day}, City Laboratory, LC-MS/MS",
            segment=int(day >= date(2009, 1, 1)),
            result_id=str(number),
            laboratory="City Laboratory",
        )


def _position(value: int) -> Position:
    if value < 50:
        return Position.BELOW
    return Position.ABOVE if value > 110 else Position.WITHIN


def _bars() -> Iterator[SupplementBar]:
    for lane, first, last, words in (
        ("D3", date(2007, 1, 1), None, "D3 25 mcg daily, as logged"),
        ("K2", date(2007, 6, 1), date(2009, 2, 1), "K2 (MK-7) 100 mcg daily"),
        ("calcium", date(2008, 2, 1), date(2009, 9, 1), "Calcium 500 mg daily"),
    ):
        yield SupplementBar(lane=lane, starts_on=first, ends_on=last, words=words)


def check(chart: TrendChart) -> None:
    """Hold that both sides draw every result, or raise."""
    drawn = sum(len(run.spots) for run in compose(chart).marks)
    if drawn != len(chart.points):
        raise ValueError(f"{drawn} of {len(chart.points)} results drawn")
    if trend_svg(chart, inline=True).count('chart-point"') != len(chart.points):
        raise ValueError("the page's chart lacks a result")
    reference = by_pyplot(chart, "svg").count(b"<use ")
    if reference < len(chart.points):
        raise ValueError(f"the reference draws {reference} marks only")
    for made in (trend_png(chart, scale=1), by_pyplot(chart, "png")):
        if not made.startswith(b"\x89PNG"):
            raise ValueError("no PNG")
    for made in (trend_pdf(chart), by_pyplot(chart, "pdf")):
        if not made.startswith(b"%PDF") or b"/Font" not in made:
            raise ValueError("no PDF with text")


def against_pyplot(
    name: str, ours: Callable[[], object], reference: Callable[[], object], note: str
) -> Row:
    return compared(name, ours, reference, f"pyplot + tight_layout; {note}")


def compared(
    name: str, ours: Callable[[], object], reference: Callable[[], object], note: str
) -> Row:
    """Time both in turns, each for about as long, and return the medians."""
    sides = [(call, _repeats(call)) for call in (ours, reference)]
    rounds = [[_milliseconds(*side) for side in sides] for _ in range(ROUNDS)]
    own, other = (statistics.median(side) for side in zip(*rounds, strict=True))
    return {
        "name": name,
        "ours": round(own, 3),
        "reference": round(other, 3),
        "unit": "ms",
        "speedup": round(other / own, 3),
        "note": note,
    }


def _repeats(call: Callable[[], object]) -> int:
    """Return how often to call it in one round; warms it up."""
    call()
    return max(1, round(ROUND_MILLISECONDS / _milliseconds(call, 1)))


def _milliseconds(call: Callable[[], object], repeats: int) -> float:
    gc.collect()  # neither side pays for what the other left behind
    start = time.perf_counter()
    for _ in range(repeats):
        call()
    return (time.perf_counter() - start) * 1_000 / repeats


def by_pyplot(chart: TrendChart, kind: str) -> bytes:
    """Draw the chart the way most people would, with matplotlib's own settings."""
    with mpl.rc_context({"text.hinting": mpl.rcParamsDefault["text.hinting"]}):
        return _by_pyplot(chart, kind)


def _by_pyplot(chart: TrendChart, kind: str) -> bytes:
    height = compose(chart).height / 100
    mpl.use("Agg")
    figure, (plot, strip) = plt.subplots(
        2,
        1,
        sharex=True,
        figsize=(_WIDE_INCHES, height),
        height_ratios=(5, 1.2),
    )
    _plot_results(plot, chart)
    _plot_ticks(plot, strip, chart)
    _plot_strip(strip, chart)
    figure.suptitle(chart.title, x=0.02, ha="left", weight="bold", size=15)
    figure.text(0.98, 0.97, chart.patient_line, ha="right", size=9)
    figure.text(0.02, 0.92, chart.subtitle, size=9)
    figure.tight_layout()
    return _saved(figure, kind)


def _saved(figure: Figure, kind: str) -> bytes:
    written = io.BytesIO()
    figure.savefig(written, format=kind, dpi=100)
    plt.close(figure)
    return written.getvalue()


def _plot_results(plot: Axes, chart: TrendChart) -> None:
    for starts_on, ends_on, _ in chart.shading:
        plot.axvspan(_day(starts_on), _day(ends_on), color="#f2f4f8", zorder=0)
    for target in chart.targets:
        start, end = _day(target.starts_on), _day(chart.ends_on)
        low, high = float(target.low or 0), float(target.high or 0)
        plot.fill_between(
            [start, end], low, high, color="#e0eef4", label="target range"
        )
        plot.hlines([low, high], start, end, color="#1d6a87")
        plot.annotate("\n".join(target.lines), (end, (low + high) / 2))
    for boundary in chart.boundaries:
        plot.axvline(_day(boundary.on), linestyle=":", color="#5d6b79")
        _annotate_above(plot, boundary.words, boundary.on)
    for event in chart.events:
        _annotate_above(plot, event.words, event.on)
    _plot_marks(plot, chart)
    plot.set_ylabel(f"25(OH)D, {chart.unit}")
    plot.set_ylim(bottom=0)
    plot.grid(axis="y", color="#e6eaee")
    factor = float(chart.other_unit_factor or 1)
    other = plot.secondary_yaxis(
        "right", functions=(partial(mul, factor), partial(mul, 1 / factor))
    )
    other.set_ylabel(chart.other_unit or "")


def _annotate_above(plot: Axes, words: str, day: date) -> None:
    place = ("data", "axes fraction")
    plot.annotate(words, (_day(day), 1.02), xycoords=place, size=8)


def _plot_ticks(plot: Axes, strip: Axes, chart: TrendChart) -> None:
    """Write the same ticks as ours: a picture with fewer words is another one."""
    step = 20
    highest = max(float(point.value) for point in chart.points)
    plot.set_yticks(range(0, int(highest) + step, step))
    years = range(chart.starts_on.year, chart.ends_on.year + 1)
    months = (1, 7) if len(years) < 10 else (1,)
    days = [date(year, month, 1) for year in years for month in months]
    words = [f"{day:%b}\n{day.year}" if len(months) > 1 else day.year for day in days]
    strip.set_xticks([_day(day) for day in days], [str(word) for word in words])


def _plot_marks(plot: Axes, chart: TrendChart) -> None:
    for segment in sorted({point.segment for point in chart.points}):
        joined = [point for point in chart.points if point.segment == segment]
        plot.plot(
            [_day(point.collected_on) for point in joined],
            [float(point.value) for point in joined],
            color="#43525f",
        )
    for position, (marker, colour, words) in _LOOKS.items():
        placed = [point for point in chart.points if point.position is position]
        plot.plot(
            [_day(point.collected_on) for point in placed],
            [float(point.value) for point in placed],
            marker,
            color=colour,
            markeredgecolor="white",
            label=words,
        )
    latest = chart.points[-1]
    at = (_day(latest.collected_on), float(latest.value))
    plot.annotate(latest.label, at, size=18, weight="bold")
    plot.plot([], [], "s", color="#f2f4f8", label=chart.shading_words)
    plot.plot([], [], "|", color="#5d6b79", label=chart.words.event)
    plot.legend(ncols=4, loc="lower left", fontsize=8)


def _plot_strip(strip: Axes, chart: TrendChart) -> None:
    for row, bar in enumerate(chart.bars):
        start, end = _day(bar.starts_on), _day(bar.ends_on or chart.ends_on)
        strip.barh(row, end - start, left=start, color="#dde3ea")
        strip.annotate(bar.words, (start, row), size=8, va="center")
    strip.set_yticks(range(len(chart.bars)), [bar.lane for bar in chart.bars])
    strip.xaxis_date()
    strip.set_xlabel("Collection date")


def _day(day: date) -> float:
    return float((day - date(1970, 1, 1)).days)


def by_hand(chart: TrendChart) -> str:
    """Write the picture's marks as a bare string, with no layout at all."""
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 600">']
    first, last = chart.starts_on.toordinal(), chart.ends_on.toordinal()
    scale = 760 / (last - first)
    for starts_on, ends_on, _ in chart.shading:
        x, end = (max(d.toordinal() - first, 0) * scale for d in (starts_on, ends_on))
        parts.append(f'<rect x="{x:.1f}" y="100" width="{end - x:.1f}" height="330"/>')
    spots = [
        ((p.collected_on.toordinal() - first) * scale + 50, 430 - float(p.value) * 2)
        for p in chart.points
    ]
    parts.append('<path fill="none" stroke="#43525f" d="M')
    parts.append("L".join(f"{x:.1f} {y:.1f}" for x, y in spots))
    parts.append('"/>')
    for (x, y), point in zip(spots, chart.points, strict=True):
        colour = _LOOKS[point.position][1]
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}"/>')
    for row, bar in enumerate(chart.bars):
        x = (bar.starts_on.toordinal() - first) * scale + 50
        parts.append(f'<rect x="{x:.1f}" y="{480 + 24 * row}" width="99" height="20"/>')
        parts.append(f'<text x="{x:.1f}" y="{494 + 24 * row}">{bar.words}</text>')
    for step in range(8):
        y = 430 - step * 40
        parts.append(f'<path d="M50 {y}H810" stroke="#e6eaee"/>')
        parts.append(f'<text x="42" y="{y}" text-anchor="end">{step * 20}</text>')
    parts += (f"<text>{w}</text>" for w in (chart.title, chart.patient_line))
    parts.append("</svg>")
    return "".join(parts)
