"""A clinic's worklist as its page shows it: rows with their sparklines."""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from labs.domain.limits import Position
from labs.domain.quantities import Measurand
from labs.domain.units import Unit, display_converted
from labs.presenters.worklist import RowWords, row_words
from labs.services.worklisting import ListPage
from tracker.charts.sparkline import sparkline_svg
from tracker.charts.values import TargetStep, TrendPoint
from tracker.services import measuring

if TYPE_CHECKING:
    from labs.models import WorklistRow

WIDTH, HEIGHT = 96, 28
ROWS_KEPT = 1_000  # of each process; a clinic looks at twenty pages of them


def words_of(page: ListPage, unit: Unit, *, today: date) -> list[RowWords]:
    """
    Return each row in finished words, with its small chart, in the clinic's unit.

    A row is put into words once for as long as it says the same. The rows themselves
    are read for each reader, under the policies; what is kept of one is found by all
    that it says, and tells nobody more.
    """
    language = get_language()
    return [_worded(_Told(row), unit, today, language) for row in page.rows]


class _Told:
    """A row by all that it says."""

    __slots__ = ("_hash", "row")

    def __init__(self, row: "WorklistRow") -> None:
        """Keep the row to put it into words, where it is not known."""
        self.row = row
        self._hash = hash(row.told)

    def __hash__(self) -> int:
        """Return one number for two rows that say the same."""
        return self._hash

    def __eq__(self, other: object) -> bool:
        """Say whether another row says the same; one not read as a list's is alone."""
        if not isinstance(other, _Told):
            return NotImplemented
        return bool(self.row.told) and self.row.told == other.row.told


@lru_cache(ROWS_KEPT)
def _worded(told: _Told, unit: Unit, today: date, _language: str | None) -> RowWords:
    sparkline = sparkline_of(told.row, unit)
    return row_words(told.row, unit=unit, sparkline=sparkline, today=today)


def forget() -> None:
    """Put every row into words anew when it is shown next, as tests want it."""
    _worded.cache_clear()


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
