"""
How fast a visit report is made: against a bare compile by the same warm Typst, and
against the usual way, HTML through WeasyPrint.

Ours starts from the chart's values and the finished words: it draws the chart in all
its shapes, cleans every word, takes the fingerprint and sets the pages. The reference
gets all that ready-made. Each call gets data that was never seen before, because Typst
remembers what it has set.
"""

import gc
import io
import json
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import count

import psutil
from pypdf import PdfReader
from weasyprint import HTML

from tests.benchmarks.charts import Row, sample
from tracker.charts.trend import TrendChart, trend_svg
from tracker.reports.typesetting import compiler_of
from tracker.reports.values import (
    Column,
    Entry,
    Frame,
    Line,
    Listing,
    Panel,
    Paper,
    Person,
    Picture,
    Report,
    Section,
    Table,
    Tone,
)
from tracker.reports.visit_report import (
    TEMPLATE,
    report_pdf,
    typeset_data,
    typeset_pictures,
)

ROUNDS, FEW_ROUNDS = 25, 5
RESULTS = 30
PAGES = 2
MANY_REPORTS, EVERY, MOST_GROWTH = 500, 25, 1.1
_MADE_AT = datetime(2026, 3, 12, 14, 5, tzinfo=UTC)
_SHARES = (24, 24, 18, 44, 26, 42)
_SECONDS_TO_MILLISECONDS = 1_000


def rows() -> Iterator[Row]:
    """Yield one row for each named comparison."""
    numbers = count()
    chart = sample(RESULTS)
    check(chart, next(numbers))
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(ROUNDS):
        number = next(numbers)
        ours.append(_milliseconds(lambda n=number: report_pdf(a_report(chart, n))))  # type: ignore[misc]
        inputs = ready_made(a_report(chart, next(numbers)))
        bare.append(_milliseconds(lambda given=inputs: bare_compile(given)))  # type: ignore[misc]
    own, other = statistics.median(ours), statistics.median(bare)
    yield {
        "name": "report.vs_typst",
        "ours": round(own, 3),
        "reference": round(other, 3),
        "unit": "ms",
        "speedup": round(other / own, 3),
        "note": (
            "two pages, 30 results, chart in three shapes, new data each time; "
            "the reference compiles the same template with everything ready-made"
        ),
    }
    yield against_weasyprint(chart, numbers)
    yield memory_of_many(chart, numbers)


def against_weasyprint(chart: TrendChart, numbers: Iterator[int]) -> Row:
    """Time ours against a tagged PDF of the same words and chart by WeasyPrint."""
    first = a_report(chart, next(numbers))
    if len(PdfReader(io.BytesIO(by_weasyprint(first))).pages) < PAGES:
        raise ValueError("the reference has fewer pages than ours")
    ours: list[float] = []
    other: list[float] = []
    for _ in range(FEW_ROUNDS):
        made = [a_report(chart, next(numbers)) for _ in range(2)]
        ours.append(_milliseconds(partial(report_pdf, made[0])))
        other.append(_milliseconds(partial(by_weasyprint, made[1])))
    own, reference = statistics.median(ours), statistics.median(other)
    return {
        "name": "report.vs_weasyprint",
        "ours": round(own, 3),
        "reference": round(reference, 3),
        "unit": "ms",
        "speedup": round(reference / own, 3),
        "note": "PDF/UA both; the reference gets one shape of the chart, ready-made",
    }


def by_weasyprint(report: Report) -> bytes:
    """Set the same words as HTML; the chart is embedded as the same SVG."""
    picture = report.picture.shapes[0] if report.picture else ""
    words = "".join(
        f"<h2>{each.title}</h2>{_as_html(each.table)}" for each in report.sections
    )
    panels = "".join(
        f"<h2>{each.title}</h2><p><b>{each.headline}</b> {each.unit}</p>"
        + "".join(f"<p>{line.words}</p>" for line in each.lines)
        for each in report.panels
    )
    lists = "".join(
        f"<h2>{each.title}</h2><ul>"
        + "".join(
            f"<li>{entry.head}: {'; '.join(line.words for line in entry.lines)}</li>"
            for entry in each.entries
        )
        + "</ul>"
        for each in report.listings
    )
    frame = report.frame
    page = (
        f'<html lang="{frame.language}"><head><title>{frame.title}</title><style>'
        "@page{size:A4;margin:16mm;@bottom-right{content:counter(page)}}"
        "body{font:8.6pt DejaVu Sans}td,th{font-size:7.4pt;text-align:left;"
        "border-bottom:.4pt solid #ccc;padding:3.8pt}"
        f"</style></head><body><h1>{frame.person.name}</h1><p>{frame.person.born}</p>"
        f"{panels}<p>{report.remark}</p>{picture}{lists}{words}"
        f"<footer>{frame.purpose} {frame.made}</footer></body></html>"
    )
    made: bytes = HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")
    return made


def _as_html(table: Table | None) -> str:
    if table is None:
        return ""
    head = "".join(f"<th>{each.words}</th>" for each in table.columns)
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td>{'<br>'.join(line.words for line in cell)}</td>" for cell in row
        )
        + "</tr>"
        for row in table.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def memory_of_many(chart: TrendChart, numbers: Iterator[int]) -> Row:
    """Hold that a process that makes hundreds of reports does not grow, or raise."""
    sizes = []
    for _ in range(MANY_REPORTS // EVERY):
        for _ in range(EVERY):
            report_pdf(a_report(chart, next(numbers)))
        sizes.append(psutil.Process().memory_info().rss / 2**20)
    early, late = max(sizes[: len(sizes) // 2]), max(sizes)
    if late > early * MOST_GROWTH:
        raise ValueError(f"{early:.0f} MB became {late:.0f} MB")
    return {
        "name": "report.memory",
        "ours": round(late, 1),
        "reference": round(early, 1),
        "unit": "MB",
        "speedup": round(early / late, 3),
        "note": f"resident after {MANY_REPORTS} reports, against the first half",
    }


def check(chart: TrendChart, number: int) -> None:
    """Hold that both sides make the same file of two pages, or raise."""
    report = a_report(chart, number)
    own, bare = report_pdf(report), bare_compile(ready_made(report))
    if own != bare:
        raise ValueError("the two sides make different files")
    if own.count(b"/Type/Page/") != PAGES:
        raise ValueError("the report has not the pages that were measured")


def ready_made(report: Report) -> dict[str, str]:
    data = typeset_data(report, Paper.A4)
    written = json.dumps(data, ensure_ascii=False)
    return {"data": written, **typeset_pictures(report)}


def bare_compile(inputs: dict[str, str]) -> bytes:
    made: bytes = compiler_of(TEMPLATE).compile(  # type: ignore[assignment]
        format="pdf",
        sys_inputs=inputs,
        pdf_standards=["ua-1"],
        timestamp=int(_MADE_AT.timestamp()),
    )
    return made


def _milliseconds(call: Callable[[], bytes]) -> float:
    gc.collect()  # neither side pays for what the other left behind
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * _SECONDS_TO_MILLISECONDS


# The report ---------------------------------------------------------------------------


def a_report(chart: TrendChart, number: int) -> Report:
    """Return a report of 30 results in which every row depends on the number."""
    drawn = replace(chart, patient_line=f"Anna Example {number} · born 3 May 1978")
    return Report(
        frame=_frame(number),
        panels=_panels(number),
        picture=_picture(drawn),
        listings=_listings(number),
        remark="This compares numbers. It is not a diagnosis.",
        sections=(Section("Results", table=_table(number)),),
    )


def _frame(number: int) -> Frame:
    return Frame(
        language="en-GB",
        direction="ltr",
        title="Visit report: 25-hydroxyvitamin D",
        audience="For the clinician",
        person=Person(f"Anna Example {number}", "born 3 May 1978", f"No. {number}"),
        purpose="Shows recorded results and supplements. " * 5,
        made="12 March 2026, 14:05 UTC",
        made_at=_MADE_AT,
        version="Calcidiol",
        page="page %(page)s of %(pages)s",
        content="content %(mark)s",
    )


def _panels(number: int) -> tuple[Panel, ...]:
    words = f"{number} nmol/L on 12 March 2026. This is within the range Dr Osei set."
    return (
        Panel("Latest result", str(number), "nmol/L", (Line(words),)),
        Panel("Range in force", "50 to 110 nmol/L", "", (Line("Set by Dr Osei"),)),
    )


def _picture(chart: TrendChart) -> Picture:
    flat = replace(chart, bars=())
    shapes = (
        trend_svg(chart, inline=False, width=760),
        trend_svg(chart, inline=False, width=1000),
        trend_svg(flat, inline=False, width=1000),
    )
    return Picture(shapes, "A chart of thirty results.")


def _listings(number: int) -> tuple[Listing, ...]:
    lines = (Line("vitamin D3, 25 mcg"), Line("capsule, every day", Tone.MUTED))
    taken = tuple(Entry(f"Product {number} {each}", lines) for each in range(3))
    return Listing("Supplements now", taken), Listing("Precautions", remarks=("…",))


def _table(number: int) -> Table:
    heads = ("Sample taken", "As reported", "In ng/mL", "Range", "Own", "Laboratory")
    columns = tuple(Column(*each) for each in zip(heads, _SHARES, strict=True))
    found = tuple(
        (
            (Line(f"{day + 1} Mar 2026"),),
            (Line(f"{number + day} nmol/L", Tone.STRONG),),
            (Line(f"{number + day}.5 ng/mL"),),
            (Line("Within the range"),),
            (Line("50-110 nmol/L"),),
            (Line(f"City Laboratory {number}"),),
        )
        for day in range(RESULTS)
    )
    return Table(columns, found)
