"""
Calcium, PTH and their kin as small charts, on the days of the trend.

Every test in every unit is a series of its own; nothing is converted. What is no
companion (1,25-dihydroxyvitamin D, calcium in urine) is never drawn here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from labs.domain.companions import position
from labs.domain.comparability import segments
from labs.domain.measurands import COMPANIONS
from labs.domain.measurements import ResultStatus
from labs.domain.quantities import Measurand
from labs.presenters.results import STATUS_WORDS
from labs.presenters.words import as_reported, dated, measurand_words, unit_words
from labs.services.cautioning import companion_of
from labs.services.judging import Judged
from tracker.charts.companions import (
    CompanionChart,
    CompanionPoint,
    CompanionSeries,
)
from tracker.charts.values import Interval
from tracker.services import charting
from tracker.services.chart_views import View, days_of
from tracker.services.chart_words import hidden_words
from tracker.services.charting import HOLLOW
from tracker.services.dashboards import Record

if TYPE_CHECKING:
    from labs.domain.units import Unit

# As a specialist reads them: calcium, its regulators, bone, kidney; INR is context.
ORDER = (
    Measurand.CALCIUM,
    Measurand.ADJUSTED_CALCIUM,
    Measurand.IONISED_CALCIUM,
    Measurand.PHOSPHATE,
    Measurand.PTH,
    Measurand.ALP,
    Measurand.MAGNESIUM,
    Measurand.ALBUMIN,
    Measurand.CREATININE,
    Measurand.EGFR,
    Measurand.INR,
)


def companions(record: Record, view: View) -> CompanionChart | None:
    """Return the small charts of a record; None where it has no companion result."""
    first, last = days_of(record, view)
    every = [each for each in record.results if _is_drawn(each)]
    shown = [each for each in every if first <= each.row.collected_on <= last]
    if not every:
        return None
    return CompanionChart(
        title=_("Other tests on the same days"),
        subtitle=_(
            "Each test has a scale of its own, which need not begin at zero, and is "
            "shown with the interval printed on its own report."
        ),
        trend=charting.trend(record, view),
        series=tuple(_series(shown, record.laboratories.aliases)),
        description=_("Every number is in the table of other tests."),
        interval_words=_("interval printed with the result"),
        above_words=_("above the interval printed with it, or marked high"),
        below_words=_("below the interval printed with it, or marked low"),
        hidden_words=hidden_words(len(every) - len(shown)),
    )


def _is_drawn(judged: Judged) -> bool:
    is_standing = not judged.is_withdrawn and not judged.has_day_in_doubt
    return judged.measurand in COMPANIONS and is_standing


def _series(
    shown: Iterable[Judged], aliases: Mapping[str, str]
) -> Iterator[CompanionSeries]:
    found: dict[tuple[Measurand, Unit], list[Judged]] = defaultdict(list)
    for judged in sorted(shown, key=_day):
        found[judged.measurand, judged.measurement.unit].append(judged)
    for measurand, unit in sorted(found, key=lambda key: ORDER.index(key[0])):
        yield CompanionSeries(
            name=measurand_words(measurand),
            unit=unit_words(unit),
            points=tuple(_points(found[measurand, unit], aliases)),
        )


def _day(judged: Judged) -> date:
    return judged.row.collected_on


def _points(
    series: list[Judged], aliases: Mapping[str, str]
) -> Iterator[CompanionPoint]:
    certain = (each for each in series if not each.row.held_because)
    sure = segments(certain, aliases=aliases)
    numbers = {
        each.row.pk: number
        for number, segment in enumerate(sure)
        for each in segment.points
    }
    for order, judged in enumerate(series, start=1):
        yield _point(judged, numbers.get(judged.row.pk, -order))


def _point(judged: Judged, segment: int) -> CompanionPoint:
    row, measurement = judged.row, judged.measurement
    comparator = measurement.comparator
    return CompanionPoint(
        collected_on=row.collected_on,
        value=measurement.number,
        label=as_reported(row).number,
        position=position(companion_of(judged)),
        interval=_interval(judged),
        comparator=comparator.value if comparator else None,
        hollow=judged.status in HOLLOW,
        segment=segment,
        detail=_detail(judged),
        result_id=str(row.pk),
        laboratory=row.laboratory,
    )


def _interval(judged: Judged) -> Interval | None:
    row = judged.row
    if row.held_because or (row.interval_low is None and row.interval_high is None):
        return None
    return row.interval_low, row.interval_high


def _detail(judged: Judged) -> str:
    """Return what a reader who points at a mark should learn."""
    row, reported = judged.row, as_reported(judged.row)
    parts = [
        measurand_words(judged.measurand),
        reported.words,
        dated(row.collected_on),
        row.laboratory or _("laboratory not stated"),
        row.method,
        *_standing(judged),
    ]
    if row.interval_text:
        parts.append(_("laboratory's interval %(text)s") % {"text": row.interval_text})
    if row.laboratory_flag:
        parts.append(_("laboratory's mark %(flag)s") % {"flag": row.laboratory_flag})
    return " · ".join(part for part in parts if part)


def _standing(judged: Judged) -> Iterator[str]:
    """Give what keeps a result from standing like any other: a doubt, its status."""
    if judged.row.held_because:
        yield _("kept for review")
    if judged.status is not ResultStatus.FINAL:
        yield _(STATUS_WORDS[judged.status])
