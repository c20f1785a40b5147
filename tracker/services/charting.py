"""
The trend chart of a record: converted, judged, cut into segments and put into words.

The page, the PDF and the PNG draw the very same chart.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language_bidi, gettext_noop
from django.utils.translation import gettext as _

from accounts.domain.scopes import Scope
from labs.domain.change import Change
from labs.domain.comparability import Differs, Segment, segments
from labs.domain.measurements import ResultStatus
from labs.domain.schedules import ScheduleKind
from labs.domain.seasons import Hemisphere, Season, shaded_periods
from labs.domain.supplements import (
    ACTIVE_VITAMIN_D,
    PARENT_VITAMIN_D,
    VITAMIN_K,
    Ingredient,
    Period,
    Substance,
)
from labs.domain.targets import Target, range_in_words, target_in_force
from labs.domain.units import (
    NMOL_PER_NG_TOTAL,
    Unit,
    are_equal,
    convert_by_guideline,
    display_converted,
)
from labs.presenters.events import event_name
from labs.presenters.positions import compares_numbers
from labs.presenters.precautions import beside_words
from labs.presenters.results import change_words
from labs.presenters.words import (
    dated,
    dated_short,
    decimal_mark,
    in_unit,
    signed,
    spoken,
)
from labs.services.judging import Judged
from tracker.charts.values import (
    Boundary,
    DatedEvent,
    Interval,
    Shading,
    SupplementBar,
    TargetStep,
    TrendChart,
    TrendPoint,
)
from tracker.services.catalogues import not_reviewed_words
from tracker.services.chart_views import (
    Days,
    Drawn,
    View,
    Window,
    days_of,
    drawn_of,
)
from tracker.services.chart_words import (
    NOTES_NOT_SHARED,
    PARTS_IN_THE_TABLE,
    PointWords,
    boundary_words,
    chart_words,
    description,
    hidden_words,
    subtitle,
    winter_words,
)
from tracker.services.dashboards import Charted

if TYPE_CHECKING:
    from labs.domain.quantities import Measurand

__all__ = ["View", "Window", "days_of", "trend"]

ONE_DAY = timedelta(days=1)


def trend(
    record: Charted,
    view: View,
    *,
    identified: bool = False,
    made_at: datetime | None = None,
    with_change: bool = True,
    described: bool = True,
) -> TrendChart:
    """
    Return the chart; a file that leaves the site says whose it is, and when.

    A picture has no marks to point at: not `described`, they come without words.
    """
    starts_on, ends_on = days_of(record, view)
    drawn = drawn_of(record, view)
    shown = drawn.shown
    points, boundaries = _points(
        _comparable(drawn, view),
        view.unit,
        record.laboratories.aliases,
        days=(starts_on, ends_on),
        described=described,
    )
    targets = _steps(record.targets, view.unit, starts_on, ends_on)
    return TrendChart(
        title=_("25-hydroxyvitamin D"),
        subtitle=subtitle(shown),
        patient_line=_patient_line(record) if identified else "",
        unit=view.unit.value,
        other_unit=_other(view.unit).value,
        other_unit_factor=_factor(view.unit),
        starts_on=starts_on,
        ends_on=ends_on,
        points=tuple(points),
        boundaries=tuple(each for each in boundaries if starts_on < each.on < ends_on),
        targets=tuple(targets),
        bars=tuple(_bars(record.periods, starts_on, ends_on)),
        events=tuple(_events(record)),
        shading=tuple(_winters(record, starts_on, ends_on)),
        shading_words=winter_words(Hemisphere(record.patient.hemisphere)),
        hidden_words=hidden_words(drawn.hidden),
        shows_intervals=view.shows_intervals,
        empty_words=_empty_words(record),
        notes=(
            *_notes(record, len(drawn.every)),
            *(_change_remark(record, shown) if with_change else ()),
            *(_notes_of_a_file(record, made_at) if identified else ()),
            *(not_reviewed_words() if identified else ()),
        ),
        description=description(shown, view.unit),
        words=chart_words(),
        direction="rtl" if get_language_bidi() else "ltr",
    )


def _comparable(drawn: Drawn, view: View) -> Sequence[Judged]:
    """
    Return what lines and boundaries are made from.

    A range cuts the picture, not the series: a line goes on beyond its edge. A filter
    for one method leaves the other results out of the series.
    """
    return drawn.shown if view.is_same_method else drawn.every


# Points -------------------------------------------------------------------------------

HOLLOW = frozenset({ResultStatus.PRELIMINARY, ResultStatus.REGISTERED})


def _points(
    series: Sequence[Judged],
    unit: Unit,
    aliases: Mapping[str, str],
    *,
    days: Days,
    described: bool,
) -> tuple[list[TrendPoint], list[Boundary]]:
    """
    Return what is drawn on those days, and where a line may not go on.

    A held result is joined to nothing: its value, unit or test is in doubt.
    """
    starts_on, ends_on = days
    certain = (each for each in series if not each.row.held_because)
    sure = segments(certain, aliases=aliases)
    numbers = {
        id(each): number
        for number, segment in enumerate(sure)
        for each in segment.points
    }
    words, mark = PointWords(unit) if described else None, decimal_mark()
    points = [
        _point(each, unit, numbers.get(id(each), -order), words, mark)
        for order, each in enumerate(series, start=1)
        if starts_on <= each.row.collected_on <= ends_on
    ]
    return points, list(_boundaries(sure))


def _boundaries(found: Sequence[Segment[Judged]]) -> Iterator[Boundary]:
    """Yield a boundary midway between two reports; there is none inside one."""
    measured: dict[date, set[Measurand]] = defaultdict(set)
    for segment in found:
        for each in segment.points:
            measured[each.row.collected_on].add(each.measurand)
    for before, after in pairwise(found):
        last = before.points[-1].row.collected_on
        first = after.points[0].row.collected_on
        kinds = after.boundary.kinds if after.boundary else ()
        if measured[last] & measured[first]:
            kinds = tuple(kind for kind in kinds if kind is not Differs.MEASURAND)
        if kinds and last != first:
            yield Boundary(on=last + (first - last) / 2, words=boundary_words(kinds))


def _point(
    judged: Judged, unit: Unit, segment: int, words: PointWords | None, mark: str
) -> TrendPoint:
    measurement, row = judged.measurement, judged.row
    comparator = measurement.comparator
    value = display_converted(
        measurement.number, measurement.unit, unit, measurement.measurand
    )
    return TrendPoint(
        collected_on=row.collected_on,
        value=value,
        position=judged.flag.position,
        label=signed(value, comparator, mark),
        comparator=comparator.value if comparator else None,
        detail=words.of(judged, in_unit(measurement, unit)) if words else "",
        hollow=judged.status in HOLLOW,
        segment=segment,
        result_id=str(row.pk) if words else "",
        laboratory=row.laboratory,
        interval=_interval(judged, unit),
    )


def _interval(judged: Judged, unit: Unit) -> Interval | None:
    row = judged.row
    if row.interval_low is None and row.interval_high is None:
        return None
    low, high = (
        None if bound is None else _converted(bound, judged, unit)
        for bound in (row.interval_low, row.interval_high)
    )
    return low, high


def _converted(bound: Decimal, judged: Judged, unit: Unit) -> Decimal:
    measurement = judged.measurement
    return display_converted(bound, measurement.unit, unit, measurement.measurand)


# Ranges -------------------------------------------------------------------------------


def _steps(
    targets: list[Target], unit: Unit, starts_on: date, ends_on: date
) -> Iterator[TargetStep]:
    """Yield the range in force from each day on which it changes."""
    changes = {starts_on, ends_on + ONE_DAY}
    for target in targets:
        changes.add(target.starts_on)
        if target.ends_on is not None:
            changes.add(target.ends_on + ONE_DAY)
    days = sorted(day for day in changes if starts_on <= day <= ends_on + ONE_DAY)
    pieces = [
        (target_in_force(targets, first), first, following - ONE_DAY)
        for first, following in pairwise(days)
    ]
    for target, run in groupby(pieces, key=itemgetter(0)):
        joined = list(run)
        if target is not None:
            last = joined[-1][2]
            yield _step(target, unit, joined[0][1], last if last < ends_on else None)


def _step(
    target: Target, unit: Unit, starts_on: date, ends_on: date | None
) -> TargetStep:
    return TargetStep(
        low=_bound(target.low, target.unit, unit),
        high=_bound(target.high, target.unit, unit),
        starts_on=starts_on,
        ends_on=ends_on,
        lines=(
            spoken(range_in_words(target)),
            target.set_by,
            dated_short(target.starts_on),
        ),
    )


def _bound(limit: Decimal | None, written_in: Unit, unit: Unit) -> Decimal | None:
    """Return where a limit is drawn; the range itself keeps the unit it was set in."""
    if limit is None or are_equal(written_in, unit):
        return limit
    return convert_by_guideline(limit, unit)


# Supplements --------------------------------------------------------------------------

LANES = (
    (PARENT_VITAMIN_D, gettext_noop("D")),
    (frozenset({Substance.CALCIFEDIOL}), gettext_noop("25-D")),
    (ACTIVE_VITAMIN_D, gettext_noop("active D")),
    (VITAMIN_K, gettext_noop("K")),
    (frozenset({Substance.CALCIUM}), gettext_noop("Ca")),
    (frozenset({Substance.MAGNESIUM}), gettext_noop("Mg")),
)


def _bars(
    periods: Iterable[Period], starts_on: date, ends_on: date
) -> Iterator[SupplementBar]:
    ordered = sorted(periods, key=lambda period: period.starts_on)
    for substances, lane in LANES:
        for period in ordered:
            has_ended = period.ends_on is not None and period.ends_on < starts_on
            if has_ended or period.starts_on > ends_on:
                continue
            for ingredient in period.one_intake():
                if ingredient.substance in substances:
                    yield _bar(lane, period, ingredient)


def _bar(lane: str, period: Period, ingredient: Ingredient) -> SupplementBar:
    is_single = period.schedule.kind is ScheduleKind.SINGLE
    words = _("%(substance)s %(amount)s, %(schedule)s") % {
        "substance": ingredient.substance.value,
        "amount": spoken(ingredient.described()),
        "schedule": spoken(period.schedule.described()),
    }
    return SupplementBar(
        lane=_(lane),
        starts_on=period.starts_on,
        ends_on=period.starts_on if is_single else period.ends_on,
        words=words,
        bolus=(period.starts_on,) if is_single else (),
    )


# What the patient noted --------------------------------------------------------------


def _events(record: Charted) -> Iterator[DatedEvent]:
    """Yield the dated notes; nothing else of the chart depends on them."""
    for row in record.events:
        yield DatedEvent(on=row.starts_on, until=row.ends_on, words=event_name(row))


# Seasons ------------------------------------------------------------------------------


def _winters(record: Charted, starts_on: date, ends_on: date) -> Iterator[Shading]:
    hemisphere = Hemisphere(record.patient.hemisphere)
    for first, last, season in shaded_periods(starts_on, ends_on, hemisphere):
        if season is Season.WINTER:
            yield first, last, season.value


def _notes(record: Charted, drawn: int) -> Iterator[str]:
    """Yield what stands small under the chart."""
    if drawn < len(record.series):
        yield _(PARTS_IN_THE_TABLE)
    if Scope.HEALTH not in record.scopes:
        yield _(NOTES_NOT_SHARED)


def _change_remark(record: Charted, shown: Sequence[Judged]) -> Iterator[str]:
    """
    Yield how the latest result differs from the one before, where that is allowed.

    Nothing where the rules refuse to compare, where the result is out of sight, or
    where a part of the record that could forbid it is not shared.
    """
    needed = {Scope.SUPPLEMENTS, Scope.HEALTH}
    if needed <= record.scopes and shown and shown[-1] is record.latest:
        change = record.change
        if isinstance(change, Change):
            yield " ".join(change_words(change))


def _notes_of_a_file(record: Charted, made_at: datetime | None) -> Iterator[str]:
    """Yield what stands beside a chart on its page, and must leave the site with it."""
    yield from beside_words(record.precautions, for_patient=record.is_for_patient)
    yield compares_numbers()
    if made_at is not None:
        moment = date_format(localtime(made_at), "DATETIME_FORMAT")
        yield _("Made on %(moment)s.") % {"moment": moment}


def _empty_words(record: Charted) -> str:
    if record.series:
        return _("No result in this time.")
    return _("Results will be drawn here.")


def _patient_line(record: Charted) -> str:
    patient = record.patient
    if patient.born_on is None:
        return patient.name
    return _("%(name)s · born %(day)s") % {
        "name": patient.name,
        "day": dated(patient.born_on),
    }


def _other(unit: Unit) -> Unit:
    return Unit.NG_PER_ML if unit is Unit.NMOL_PER_L else Unit.NMOL_PER_L


def _factor(unit: Unit) -> Decimal:
    one = Decimal(1)
    return one / NMOL_PER_NG_TOTAL if unit is Unit.NMOL_PER_L else NMOL_PER_NG_TOTAL
