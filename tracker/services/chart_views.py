"""What a reader chose to look at, and which results that shows and hides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from labs.domain.comparability import boundary_between, folded
from labs.domain.measurements import ResultStatus
from labs.domain.units import Unit
from labs.services.fractions import without_parts
from labs.services.judging import Judged
from tracker.services.dashboards import Charted

OPEN = frozenset({ResultStatus.PRELIMINARY, ResultStatus.REGISTERED})  # not final yet
MARGIN = timedelta(days=45)  # so that the first result does not stand on the axis


class Window(StrEnum):
    """How far back a chart looks."""

    ONE_YEAR = "1y"
    TWO_YEARS = "2y"
    FIVE_YEARS = "5y"
    ALL = "all"


YEARS = {Window.ONE_YEAR: 1, Window.TWO_YEARS: 2, Window.FIVE_YEARS: 5}
Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class View:
    """
    What the reader chose: a unit, how far back, how many rows.

    ``days`` are a stretch of their own in place of the window. ``is_same_method``
    keeps what can be compared with the newest result; ``shows_intervals`` draws the
    laboratory's own interval at every result.
    """

    unit: Unit
    window: Window
    most_rows: int | None = None
    days: Days | None = None
    is_same_method: bool = False
    shows_intervals: bool = False


def days_of(record: Charted, view: View) -> Days:
    """Return the chart's first and last day; a future result is not cut off."""
    if view.days is not None:
        return view.days
    days = [each.row.collected_on for each in record.series]
    ends_on = max([record.today, *days])
    if view.window in YEARS:
        return _years_before(ends_on, YEARS[view.window]), ends_on
    noted = [each.starts_on for each in record.events]
    first = min([*days, *noted, _years_before(ends_on, 1)])
    return first - MARGIN, ends_on


def first_day_of(
    window: Window, today: date, *, days: Days | None, is_same_method: bool
) -> date | None:
    """
    Return a day before which no chart of this window shows anything; None for none.

    A filter for one method looks at all results, whatever their day.
    """
    if days is not None or is_same_method or window not in YEARS:
        return None
    return _years_before(today, YEARS[window])


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The results of a chart, the oldest first, and those of them in sight."""

    every: Sequence[Judged]
    shown: Sequence[Judged]
    unread: int = 0
    """How many more lie before all of them."""

    @property
    def hidden(self) -> int:
        """How many results the range or the filter keeps out of sight."""
        return self.unread + len(self.every) - len(self.shown)


def drawn_of(record: Charted, view: View) -> Drawn:
    """Return what a chart draws of a record, by what the reader chose."""
    aliases = record.laboratories.aliases
    every = without_parts(record.series, aliases)
    first, last = days_of(record, view)
    shown = [each for each in every if first <= each.row.collected_on <= last]
    if view.is_same_method and every:
        newest = _of_the_newest_method(every, aliases)
        shown = [each for each in shown if _can_be_compared(each, newest, aliases)]
    return Drawn(every, shown, record.unread)


def _of_the_newest_method(
    every: Sequence[Judged], aliases: Mapping[str, str]
) -> Judged:
    """
    Return the result whose method the filter keeps.

    What is in doubt or not final yet does not decide that. One that states no method
    goes with the newest one before it that states one: else two methods would pass.
    """
    sure = [
        each for each in every if not each.row.held_because and each.status not in OPEN
    ]
    newest = (sure or every)[-1]
    fitting = (
        each
        for each in reversed(sure)
        if folded(each.row.method) and _can_be_compared(each, newest, aliases)
    )
    return next(fitting, newest)


def _can_be_compared(
    result: Judged, newest: Judged, aliases: Mapping[str, str]
) -> bool:
    return boundary_between(result, newest, aliases=aliases) is None


def has_interval(judged: Judged) -> bool:
    """Say whether the report printed an interval with a number in it."""
    row = judged.row
    return row.interval_low is not None or row.interval_high is not None


def has_other_methods(record: Charted) -> bool:
    """Say whether the filter for one method would hide anything at all."""
    aliases = record.laboratories.aliases
    every = without_parts(record.series, aliases)
    if not every:
        return False
    newest = _of_the_newest_method(every, aliases)
    return any(not _can_be_compared(each, newest, aliases) for each in every)
