"""Whatever is recorded: each of our own formats brings it, whole, and only once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts import queries
from accounts.models import Patient
from accounts.queries import viewing
from labs.domain.measurements import ResultStatus
from labs.formats import csv_template
from labs.formats.parsed import ParsedResult, PatientClue
from labs.models import LabResult
from labs.services import uploading
from labs.services.importing import ImportOutcome
from tests.factories import a_patient, owner_of
from tests.unit.labs.formats.result_rows import results
from tracker.services import exporting

MOMENT = datetime(2026, 6, 1, 12, tzinfo=UTC)
WITHDRAWN = (ResultStatus.ENTERED_IN_ERROR, ResultStatus.CANCELLED)
FIELDS = (
    "collected_on",
    "collected_time_text",
    "reported_on",
    "value_text",
    "value",
    "comparator",
    "unit_text",
    "unit",
    "measurand",
    "loinc",
    "local_code",
    "test_name",
    "laboratory",
    "method",
    "specimen",
    "interval_text",
    "interval_low",
    "interval_high",
    "laboratory_flag",
    "status",
    "comment",
    "accession",
    "source",
    "checked_elsewhere",
    "held_because",
)
WRITERS = (
    exporting.results_table,
    exporting.fhir_bundle,
    exporting.as_lines,
    exporting.everything_as_json,
)
rows_that_stand = st.lists(
    results().filter(lambda row: row.result_status not in WITHDRAWN),
    min_size=1,
    max_size=3,
    unique_by=lambda row: row.collected_on,
)


def bring(patient: Patient, data: bytes) -> ImportOutcome:
    """Upload a file into a record, as its owner does."""
    viewer = queries.viewer_for(owner_of(patient))
    with viewing(viewer):
        batch = uploading.receive(
            data=data, file_name="own", patient=patient, by=viewer, at=MOMENT
        )
        uploading.look(batch=batch, by=viewer, at=MOMENT)
        batch.refresh_from_db()
        is_confirmed = bool(batch.other_person)
        return uploading.save(
            batch=batch, is_confirmed=is_confirmed, by=viewer, at=MOMENT
        )


def stored(patient: Patient) -> list[tuple[object, ...]]:
    return sorted(
        LabResult.objects.filter(patient=patient).values_list(*FIELDS), key=repr
    )


def taken(patient: Patient, write: Callable[..., exporting.Export | bytes]) -> bytes:
    viewer = queries.viewer_for(owner_of(patient))
    with viewing(viewer):
        written = write(patient, by=viewer, at=MOMENT)
    return written.content if isinstance(written, exporting.Export) else written


@pytest.mark.django_db
@given(rows=rows_that_stand)
@settings(
    max_examples=3,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a smaller one costs minutes
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
def test_what_is_recorded_comes_in_elsewhere_once_by_every_format(
    rows: list[ParsedResult],
) -> None:
    table = "".join(
        csv_template.write_results(replace(row, patient=PatientClue()) for row in rows)
    )
    with transaction.atomic():
        patient = a_patient("Anna Example", born_on=date(1950, 1, 2))
        bring(patient, table.encode())
        recorded = stored(patient)
        assert len(recorded) == len(rows)
        for write in WRITERS:
            other = a_patient("Anna Elsewhere", born_on=date(1950, 1, 2))
            data = taken(patient, write)
            assert bring(other, data).added == len(rows), write
            assert stored(other) == recorded, write
            again = bring(other, data)
            assert (again.added, again.already_here) == (0, len(rows)), write
            assert stored(other) == recorded
        transaction.set_rollback(True)
