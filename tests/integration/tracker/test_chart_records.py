"""A chart of a long record counts what lies before it, and is drawn the very same."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import queries
from accounts.domain.viewers import Viewer
from accounts.models import Patient, User
from labs.domain.measurands import Measurand
from labs.domain.measurements import ResultStatus
from labs.domain.units import Unit
from tests.factories import a_result, a_target, an_entry, owner_of
from tracker.charts.trend import trend_svg
from tracker.services import chart_records, charting, dashboards
from tracker.services.chart_views import View, Window
from tracker.services.dashboards import Charted

TODAY = date(2026, 11, 29)
AT = datetime(2026, 11, 29, 12, tzinfo=UTC)
SINCE = date(2021, 11, 29)
VIEW = View(Unit.NG_PER_ML, Window.FIVE_YEARS)

Row = tuple[str, date, Mapping[str, Any]]
OLD, OLDER, OLDEST = date(2021, 9, 1), date(2019, 5, 1), date(2012, 3, 1)
IN_SIGHT: list[Row] = [
    ("24", date(2022, 1, 10), {}),
    ("31", date(2026, 1, 10), {}),
    ("27", date(2026, 8, 10), {}),
]
BEFORE: list[Row] = [("19", OLDEST, {}), ("22", OLDER, {}), ("33", OLD, {})]
LAKESIDE = {"laboratory": "Lakeside"}
UNNAMED = {"laboratory": ""}
HELD = {"held_because": "The unit is in doubt."}
CALCIUM = {"measurand": Measurand.CALCIUM, "unit": "mmol/L"}
HIGH = CALCIUM | {"interval_text": "2.20-2.60", "laboratory_flag": "HH"}
D3 = {"measurand": Measurand.D3}
WITHDRAWN = {"status": ResultStatus.ENTERED_IN_ERROR}

# What the record holds, and how many of it the chart only counts.
STORIES: dict[str, tuple[list[Row], int]] = {
    "a plain series": ([*BEFORE, *IN_SIGHT], 2),
    "nothing before it": (IN_SIGHT, 0),
    "another laboratory before it": (
        [("20", OLDER, LAKESIDE), ("21", OLD, LAKESIDE), *IN_SIGHT],
        1,
    ),
    "a first one in sight without a laboratory": (
        [*BEFORE, ("25", date(2021, 12, 3), UNNAMED), ("9", OLD, LAKESIDE), *IN_SIGHT],
        2,
    ),
    "a last one out of sight without a laboratory": (
        [("20", OLDER, LAKESIDE), ("21", OLD, UNNAMED), *IN_SIGHT],
        0,
    ),
    "one in doubt and one withdrawn before it": (
        [*BEFORE, ("80", date(2020, 1, 1), HELD), ("90", OLDER, WITHDRAWN), *IN_SIGHT],
        3,
    ),
    "a part beside its total before it": (
        [*BEFORE, ("12", OLDER, D3), *IN_SIGHT],
        0,
    ),
    "calcium that was high before it": (
        [*BEFORE, ("2.9", OLDEST, HIGH), ("2.4", OLDER, CALCIUM), *IN_SIGHT],
        2,
    ),
    "one result in sight": ([*BEFORE, IN_SIGHT[-1]], 2),
    "a newest one of another kind": (
        [*BEFORE, *IN_SIGHT, ("18", date(2026, 9, 1), D3)],
        0,
    ),
    "nothing in sight": (BEFORE, 0),
    "limits of the test": (
        [("<4", OLDER, {}), (">150", OLD, {}), ("<10", date(2023, 1, 1), {})],
        1,
    ),
}


def stored(patient: Patient, rows: list[Row]) -> None:
    for value, day, said in rows:
        a_result(patient, an_entry(value, collected_on=day, **said))


def charted(patient: Patient, viewer: Viewer) -> Charted:
    read = chart_records.unjudged_of(
        patient, viewer=viewer, at=AT, today=TODAY, since=SINCE
    )
    return read.judged()


def drawn(record: Charted) -> str:
    chart = charting.trend(record, VIEW, identified=True, described=False)
    return trend_svg(chart, inline=False)


@pytest.mark.parametrize(("rows", "unread"), STORIES.values(), ids=STORIES)
def test_a_chart_is_the_same_whether_or_not_what_lies_before_it_is_read(
    anna: Patient, osei: User, rows: list[Row], unread: int
) -> None:
    """Both draw and say the same; of older results only the number is known."""
    a_target(anna, osei, starts_on=date(2020, 3, 1))
    stored(anna, rows)
    viewer = queries.viewer_for(owner_of(anna))
    whole = dashboards.record_of(anna, viewer=viewer, at=AT, today=TODAY)

    counted = charted(anna, viewer)

    assert counted.unread == unread
    assert drawn(counted) == drawn(whole)


def test_the_file_of_a_long_record_does_not_read_what_it_hides(
    annas: Client, anna: Patient
) -> None:
    """The picture says how many are hidden; no statement fetched them."""
    long_ago: list[Row] = [(str(20 + n), OLDEST + timedelta(n), {}) for n in range(5)]
    stored(anna, [*long_ago, *IN_SIGHT])

    with CaptureQueriesContext(connection) as asked:
        answer = annas.get(f"/patients/{anna.pk}/chart.svg")

    assert "5 results hidden" in answer.content.decode()
    read = [each["sql"] for each in asked if '"value_text"' in each["sql"]]
    assert len(read) == 1
    assert '"collected_on" >= ' in read[0]


@pytest.mark.parametrize("query", ["?range=all", "?method=same", "?from=2012-01-01"])
def test_a_choice_that_may_show_anything_reads_everything(
    annas: Client, anna: Patient, query: str
) -> None:
    """All results, one method's, or days of one's own: none is only counted."""
    stored(anna, [*BEFORE, *IN_SIGHT])
    until = "&to=2026-12-31" if "from" in query else ""

    with CaptureQueriesContext(connection) as asked:
        annas.get(f"/patients/{anna.pk}/chart.svg{query}{until}")

    read = [each["sql"] for each in asked if '"value_text"' in each["sql"]]
    assert len(read) == 1
    assert '"collected_on" >= ' not in read[0]
