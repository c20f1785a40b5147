"""
What a chart that leaves its page is drawn from: as little of a record as it shows.

A long record has most of its results before the days of the picture. They are told by
their number, which stands in it as so many hidden, and are counted where they lie; read
one by one are those in sight, and the last day before them, from which a line comes and
a boundary is measured.
"""

from datetime import date, datetime
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
            unread = older.number - sum(_is_counted(row, since) for row in rows)
            if older.number and not _is_enough(rows, since):
                rows = None
    if rows is None:
        rows, unread = queries.drawn_results_of(patient, viewer=viewer, at=at), 0
    return unjudged_with(
        rows, patient, viewer=viewer, at=at, today=today, unread=unread
    )


def _is_in_series(row: "LabResult") -> bool:
    """Say whether a result that stands has a place in the row of results."""
    return row.measurand in HYDROXYVITAMIN_D and row.held_because not in DATES_IN_DOUBT


def _is_counted(row: "LabResult", since: date) -> bool:
    is_standing = row.status not in WITHDRAWN and _is_in_series(row)
    return is_standing and row.collected_on < since


def _is_enough(rows: "Sequence[LabResult]", since: date) -> bool:
    """
    Say whether what is read tells all that the older results have a say in.

    The newest result is held against the one before it, of its kind. A line goes on
    from the last result before the days in sight; one that leaves out a name of its
    report goes by the name that was stated last, which is not read.
    """
    standing = [
        row for row in rows if row.status not in WITHDRAWN and _is_in_series(row)
    ]
    if not standing:
        return False
    newest_day = max(row.collected_on for row in standing)
    kinds = {row.measurand for row in standing if row.collected_on == newest_day}
    has_pairs = all(
        sum(row.measurand == kind for row in standing) >= A_PAIR for kind in kinds
    )
    before = [
        row for row in standing if row.collected_on < since and not row.held_because
    ]
    names = ((row.laboratory, row.method, row.specimen) for row in before)
    return has_pairs and all(folded(name) for named in names for name in named)
