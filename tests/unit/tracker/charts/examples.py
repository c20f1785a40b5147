"""A small chart to start from, and a reader of what was drawn."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from labs.domain.flags import Position
from tracker.charts.trend import TargetStep, TrendChart, TrendPoint

SVG = "{http://www.w3.org/2000/svg}"


def point(day: str, value: str, **changes: Any) -> TrendPoint:  # noqa: ANN401  # any field
    """Return a result; a comparator stands before the value."""
    number = value.lstrip("<>=")
    made = TrendPoint(
        collected_on=date.fromisoformat(day),
        value=Decimal(number),
        comparator=value[: len(value) - len(number)] or None,
        position=Position.WITHIN,
        label=value,
        detail=f"{value} nmol/L, within the range Dr Osei set",
        result_id=f"result-{day}",
        laboratory="City Laboratory",
    )
    return made._replace(**changes)


TARGET = TargetStep(
    low=Decimal(50),
    high=Decimal(125),
    starts_on=date(2023, 1, 1),
    lines=("Target 50 to 125", "Dr Osei", "1 Jan 2023"),
)
POINTS = (
    point("2023-02-01", "60"),
    point("2023-08-01", "100"),
    point("2024-02-01", "44", position=Position.BELOW),
    point("2024-08-01", "90"),
)


def chart(**changes: Any) -> TrendChart:  # noqa: ANN401  # any field
    """Return four results over two years with one target."""
    made = TrendChart(
        title="25-hydroxyvitamin D",
        subtitle="4 results",
        patient_line="Anna Example · born 3 May 1978 · 0001",
        unit="nmol/L",
        other_unit="ng/mL",
        other_unit_factor=1 / Decimal("2.496"),
        points=POINTS,
        targets=(TARGET,),
        starts_on=date(2023, 1, 1),
        ends_on=date(2024, 12, 31),
    )
    return replace(made, **changes)


def parsed(svg: str) -> ET.Element:
    """Return the tree; raises where it is not well-formed."""
    return ET.fromstring(svg)  # noqa: S314  # our own markup


def texts(svg: str) -> list[str]:
    """Return every visible word of the picture."""
    return [node.text or "" for node in parsed(svg).iter(f"{SVG}text")]
