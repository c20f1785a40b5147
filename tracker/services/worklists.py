"""A clinic's worklist as its page shows it: rows with their sparklines."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString, mark_safe

from labs.domain.limits import Position
from labs.domain.quantities import Measurand
from labs.domain.units import Unit, display_converted
from labs.services.worklisting import ListPage
from tracker.charts.sparkline import sparkline_svg
from tracker.charts.values import TargetStep, TrendPoint
from tracker.services import measuring

if TYPE_CHECKING:
    from labs.models import WorklistRow

WIDTH, HEIGHT = 96, 28


def sparklines(page: ListPage, unit: Unit) -> list[SafeString]:
    """Return one small chart for each row, in the clinic's unit."""
    return [sparkline_of(row, unit) for row in page.rows]


def sparkline_of(row: "WorklistRow", unit: Unit) -> SafeString:
    """Return the last results of a row as a small chart; the cells say its words."""
    trail = row.facts["trail"]
    if not trail:
        return SafeString("")
    with measuring.rendering("sparkline"):
        svg = sparkline_svg(
            _points(row, unit),
            title="",
            target=_band(row.facts["target"], unit),
            width=WIDTH,
            height=HEIGHT,
        )
    # The chart's own writer escapes every word that goes into it.
    return mark_safe(svg)  # noqa: S308  # nosec


def _points(row: "WorklistRow", unit: Unit) -> list[TrendPoint]:
    trail = row.facts["trail"]
    flag = row.facts["flag"]
    position = Position(flag["position"]) if flag else Position.NO_TARGET
    points, segment = [], 0
    before = trail[0][4]
    for day, value, of_unit, comparator, source in trail:
        segment += source != before
        before = source
        points.append(
            TrendPoint(
                collected_on=date.fromisoformat(day),
                value=_in(unit, Decimal(value), of_unit),
                position=position,
                label="",
                comparator=comparator or None,
                segment=segment,
            )
        )
    return points


def _in(unit: Unit, value: Decimal, of_unit: str) -> Decimal:
    return display_converted(value, Unit(of_unit), unit, Measurand.TOTAL)


def _band(target: dict[str, Any] | None, unit: Unit) -> TargetStep | None:
    if target is None:
        return None
    low, high = (
        None if bound is None else _in(unit, Decimal(bound), target["unit"])
        for bound in (target["low"], target["high"])
    )
    return TargetStep(
        low=low, high=high, starts_on=date.fromisoformat(target["starts_on"])
    )
