"""A report to start from, a long one, and one in which every word is the same."""

import dataclasses
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from labs.domain.flags import Position
from tests.unit.tracker.charts.examples import chart
from tracker.charts.trend import TrendChart, trend_svg
from tracker.reports.values import (
    Column,
    Entry,
    Frame,
    Line,
    Listing,
    Notice,
    Panel,
    Person,
    Picture,
    Report,
    Row,
    Section,
    Table,
    Tone,
)

Part = TypeVar("Part")
MADE_AT = datetime(2026, 3, 12, 14, 5, tzinfo=UTC)
FRAME = Frame(
    language="en-GB",
    direction="ltr",
    title="Visit report: 25-hydroxyvitamin D",
    audience="For the clinician",
    person=Person("Anna Example", "born 3 May 1978", "No. 0001", "47 years"),
    purpose=(
        "Shows recorded results and supplements and compares results with ranges set "
        "by the named clinician. It does not diagnose or recommend treatment, and "
        "nobody monitors it. It does not replace the laboratory's report."
    ),
    made="12 March 2026, 14:05 UTC",
    made_at=MADE_AT,
    version="Calcidiol 0.1.0",
    page="page %(page)s of %(pages)s",
    content="content %(mark)s",
)
LATEST = Panel(
    "Latest result · 12 March 2026",
    "28",
    "ng/mL",
    (
        Line("Below the range", Tone.STRONG, Position.BELOW),
        Line(
            "28 ng/mL on 12 March 2026. This is below the range Dr Osei set on 1 March "
            "2025 (30 to 50 ng/mL)."
        ),
    ),
)
RANGE = Panel(
    "Range in force",
    "30 to 50 ng/mL",
    "",
    (
        Line("Set by Dr Osei on 1 March 2025, Harbour Clinic"),
        Line("In force from 1 March 2025"),
        Line("“Agreed at the visit.”", Tone.MUTED),
    ),
)
SUPPLEMENTS = Listing(
    "Supplements now",
    (
        Entry(
            "Sunny D3",
            (
                Line("vitamin D3, 1,000 international units (25 mcg)"),
                Line(
                    "1 capsule, every day. From 1 November 2025.",
                    Tone.MUTED,
                ),
            ),
        ),
    ),
    ("Amounts as stated on the label.",),
)
PRECAUTIONS = Listing(
    "Precautions",
    (),
    ("The questions about medicines are not answered: this has not been checked.",),
)
COLUMNS = (
    Column("Sample taken", 19),
    Column("As reported", 21, is_number=True),
    Column("In nmol/L", 18, is_number=True),
    Column("Against the range of that date", 44),
    Column("Laboratory's own", 28),
    Column("Laboratory, method, source", 48),
)


def row(day: str, value: str, position: Position = Position.BELOW) -> Row:
    """Return a line of the results' table."""
    muted = Tone.MUTED
    return (
        (Line(day),),
        (Line(f"{value} ng/mL", Tone.STRONG),),
        (Line("70 nmol/L"), Line("converted", muted)),
        (
            Line("Below the range", Tone.PLAIN, position),
            Line("30 to 50 ng/mL, Dr Osei", muted),
        ),
        (Line("‘30–100 ng/mL’ ‘L’"),),  # noqa: RUF001 - as laboratories print it
        (
            Line("Harbour Laboratory"),
            Line("LC-MS/MS · Typed by patient", muted),
        ),
    )


RESULTS = Section(
    "Results",
    ("All results are of 25-hydroxyvitamin D, total, in serum.",),
    Table(COLUMNS, (row("12 Mar 2026", "28"), row("3 Sep 2025", "31"))),
)
GLOSSARY = Section(
    "Words",
    terms=(
        ("Converted", "The laboratory reported another unit; both are shown."),
        ("Cannot tell", "The report does not say enough to place the value."),
    ),
)


def picture(drawn: TrendChart | None = None) -> Picture:
    """Return a small chart, ready to be set."""
    shapes = tuple(
        trend_svg(drawn or chart(), inline=False, width=width) for width in (760, 1000)
    )
    return Picture(shapes, "A chart of four results. Every number is in the table.")


def report(**changes: Any) -> Report:  # noqa: ANN401  # any field
    """Return a short report for a clinician."""
    made = Report(
        frame=FRAME,
        panels=(LATEST, RANGE),
        picture=picture(),
        listings=(SUPPLEMENTS, PRECAUTIONS),
        remark="This compares numbers. It is not a diagnosis.",
        sections=(RESULTS, GLOSSARY),
    )
    return replace(made, **changes)


def long_report(results: int) -> Report:
    """Return a report with so many results, a notice and long precautions."""
    days = (MADE_AT - timedelta(days=60 * number) for number in range(results))
    positions = list(Position)
    rows = tuple(
        row(f"{day:%-d %b %Y}", f"{number + 8}.{number % 10}", positions[number % 6])
        for number, day in enumerate(days)
    )
    words = (
        "You recorded this product from 3 March. Tell the clinic that checks your INR "
        "today, or as soon as it opens. Do not wait for your next visit, and do not "
        "change your warfarin on your own."
    )
    return report(
        notices=(Notice("155 ng/mL · 12 March 2026", (words, words)),),
        listings=(
            replace(SUPPLEMENTS, entries=SUPPLEMENTS.entries * 4),
            replace(PRECAUTIONS, entries=(Entry("", (Line(words), Line(words))),) * 2),
        ),
        sections=(replace(RESULTS, table=Table(COLUMNS, rows)), GLOSSARY),
    )


def saying(words: str, part: Part) -> Part:
    """Return a part of a report in which every free word is the given one."""
    said: Part = _said(words, part)
    return said


NOT_WORDS = frozenset({"language", "direction", "shapes"})


def _said(words: str, value: Any) -> Any:  # noqa: ANN401  # any part of a report
    if type(value) is str:
        return words
    if isinstance(value, tuple):
        return tuple(_said(words, each) for each in value)
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    free = [each.name for each in dataclasses.fields(value)]
    changes = {
        name: _said(words, getattr(value, name))
        for name in free
        if name not in NOT_WORDS
    }
    return replace(value, **changes)
