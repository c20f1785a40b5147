"""
What a chart that leaves its page is drawn from: as little of a record as it shows.

A long record has most of its results before the days of the picture. They are told by
their number, which stands in it as so many hidden, and are counted where they lie; read
one by one are those in sight, and the last day before them, from which a line comes and
a boundary is measured.
"""

from collections import Counter
from datetime import date, datetime
from itertools import takewhile
from typing import TYPE_CHECKING

from accounts.domain.viewers import Viewer
from accounts.queries import joined_to
from labs import queries
from labs.domain.comparability import folded
from labs.domain.measurands import COMPANIONS
from labs.domain.plausibility import DATES_IN_DOUBT
from labs.domain.quantities import HYDROXYVITAMIN_D
from labs.services.judging import WITHDRAWN
from tracker.services.dashboards import Unjudged, unjudged_with

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import Patient
    from labs.models import LabResult

COMPANIONS_READ = tuple(sorted(COMPANIONS))
A_PAIR = 2  # the newest result, and the one before it that it is held against


def unjudged_of(
    patient: "Patient",
    *,
    viewer: Viewer,
    at: datetime,
    today: date,
    since: date | None = None,
) -> Unjudged:
    """
    Read what a chart shows of a patient, and nothing of what stands beside it.

    No picture shows what lies before `since`. It is left unread where the chart is the
    very same without it; else, and without `since`, everything is read.
    """
    rows, unread = None, 0
    if since is not None and not joined_to(patient):
        older = queries.results_counted_before(patient, since, viewer=viewer, at=at)
        # Which parts a total of their day leaves out cannot be told by their number.
        if not older.parts:
            rows = queries.drawn_results_of(
                patient,
                viewer=viewer,
                at=at,
                since=older.last_on or since,
                besides=COMPANIONS_READ if older.others else (),
            )
            before = _series_before(since, rows)
            unread = older.number - len(before)
            if older.number and not (_has_pairs(rows) and _are_named(before)):
                rows = None
    if rows is None:
        rows, unread = queries.drawn_results_of(patient, viewer=viewer, at=at), 0
    return unjudged_with(
        rows, patient, viewer=viewer, at=at, today=today, unread=unread
    )


def _is_in_series(row: "LabResult") -> bool:
    """Say whether a result stands, and has a place in the row of results."""
    return (
        row.measurand in HYDROXYVITAMIN_D
        and row.status not in WITHDRAWN
        and row.held_because not in DATES_IN_DOUBT
    )


def _series_before(since: date, rows: "Sequence[LabResult]") -> "list[LabResult]":
    """Return what is read of the days before the picture; rows come newest first."""
    older = takewhile(lambda row: row.collected_on < since, reversed(rows))
    return [row for row in older if _is_in_series(row)]


def _has_pairs(rows: "Sequence[LabResult]") -> bool:
    """
    Say whether there is one before the newest result that it is held against.

    It is of its kind, for each kind of the newest day; a few rows of thousands tell.
    """
    seen: Counter[str] = Counter()
    newest_day, kinds = None, set()
    for row in filter(_is_in_series, rows):
        newest_day = newest_day or row.collected_on
        if row.collected_on == newest_day:
            kinds.add(row.measurand)
        elif all(seen[kind] >= A_PAIR for kind in kinds):
            return True
        seen[row.measurand] += 1
    return bool(kinds) and all(seen[kind] >= A_PAIR for kind in kinds)


def _are_named(before: "Sequence[LabResult]") -> bool:
    """
    Say whether each result before the days in sight states all names of its report.

    A line goes on from the last of them; one that leaves out a name goes by the name
    that was stated last, which is not read.
    """
    return all(
        folded(name)
        for row in before
        if not row.held_because
        for name in (row.laboratory, row.method, row.specimen)
    )
