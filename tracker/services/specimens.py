"""
Made-up data that shows each component of the pages in each of its states.

For those who build pages; nothing here is anybody's, and nothing is stored.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.safestring import mark_safe

from labs.domain.flags import Position
from labs.presenters.positions import POSITION_WORDS, PositionMark, TargetWords
from labs.presenters.words import ShownValue
from tracker.charts.style import NARROW, WIDE
from tracker.charts.trend import trend_svg
from tracker.charts.values import TargetStep, TrendChart, TrendPoint
from tracker.reports.values import Column, Line, Table, Tone

SHAPES = (
    ("2023-02-01", "34", None, Position.BELOW),
    ("2023-09-01", "58", None, Position.WITHIN),
    ("2024-03-01", "131", None, Position.ABOVE),
    ("2024-08-01", "60", "<", Position.CANNOT_TELL),
    ("2024-12-01", "72", None, Position.WITHIN),
)


@dataclass(frozen=True, slots=True)
class Told:
    """What just happened: words, and the kind that colours the edge."""

    words: str
    kind: str


def specimens() -> dict[str, object]:
    """Return what the style page shows."""
    return {
        "values": (
            ShownValue("28", "ng/mL"),
            ShownValue("<4", "ng/mL"),
            ShownValue("69.9", "nmol/L", is_converted=True),
        ),
        "marks": [
            PositionMark(kind=position.value, words=words)
            for position, words in POSITION_WORDS.items()
        ],
        "targets": (
            _target("50 to 125 nmol/L", reason="Agreed at the visit."),
            _target("from 50 nmol/L", reason=""),
        ),
        "charts": [
            mark_safe(trend_svg(_chart(), inline=True, width=width))  # noqa: S308  # nosec
            for width in (WIDE, NARROW)
        ],
        "table": _table(),
        "told": (
            Told("The result is saved.", "success"),
            Told("Nothing was changed: it had been changed meanwhile.", "warning"),
            Told("The file could not be read.", "error"),
        ),
    }


def _target(words: str, *, reason: str) -> TargetWords:
    return TargetWords(
        number=1,
        range=words,
        author="Dr Osei",
        clinic="Harbour Clinic",
        set_on="1 March 2025",
        starts_on="1 March 2025",
        ends_on="",
        review_on="1 March 2027",
        reason=reason,
        alerts=["alert above 250 nmol/L"],
        urgency="contact today",
        is_in_force=True,
    )


def _chart() -> TrendChart:
    points = tuple(
        TrendPoint(
            collected_on=date.fromisoformat(day),
            value=Decimal(value),
            comparator=comparator,
            position=position,
            label=f"{comparator or ''}{value}",
            detail=f"{comparator or ''}{value} nmol/L: {POSITION_WORDS[position]}",
            result_id=f"specimen-{day}",
            laboratory="Harbour Laboratory",
        )
        for day, value, comparator, position in SHAPES
    )
    step = TargetStep(
        low=Decimal(50),
        high=Decimal(125),
        starts_on=date(2023, 1, 1),
        lines=("50 to 125 nmol/L", "Dr Osei", "1 Jan 2023"),
    )
    return TrendChart(
        title="25-hydroxyvitamin D",
        subtitle="5 made-up results",
        unit="nmol/L",
        points=points,
        targets=(step,),
        starts_on=date(2023, 1, 1),
        ends_on=date(2025, 2, 1),
    )


def _table() -> Table:
    return Table(
        columns=(
            Column("Sample taken", 1),
            Column("As reported", 1, is_number=True),
            Column("Against the range", 1),
        ),
        rows=(
            (
                (Line("12 March 2026"),),
                (
                    Line("28 ng/mL", Tone.STRONG),
                    Line("70 nmol/L, converted", Tone.MUTED),
                ),
                (Line("Below the range", position=Position.BELOW),),
            ),
            (
                (Line("4 May 2025"),),
                (Line("82 ng/mL", Tone.STRUCK), Line("withdrawn", Tone.MUTED)),
                (Line("Not compared", position=Position.NOT_COMPARED),),
            ),
        ),
    )
