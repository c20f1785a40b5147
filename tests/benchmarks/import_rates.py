"""
How fast a clinic's file comes in, beside what PostgreSQL itself can do.

The import parses the file, finds its patients, checks the right to each, keys every
row, writes the audit trail, and looks with the web role's eyes. One reference copies
the same rows, already in the table's own form, into the same indexed table; the other
is an importer in plain ORM.
"""

import io
import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from django.core.management import call_command
from django.db import connection, connections, transaction

from accounts.models import Clinic, PatientNumber
from accounts.queries import viewer_for_clinic, viewing
from accounts.services import enrolment
from labs.formats import csv_template
from labs.formats.parsed import ParsedResult
from labs.models import LabResult
from labs.services.importing import import_table
from tracker import database
from tracker.demo import population

ROWS = 100_000
PEOPLE = 5_000
ROUNDS = 5
ORM_ROWS = 1_000
MOMENT = datetime(2026, 6, 1, 12, tzinfo=UTC)


def compare(server: database.EmbeddedPostgres) -> Iterator[dict[str, Any]]:
    """Yield the two lines; the same rows are there before anything is timed."""
    connections["default"].settings_dict["HOST"] = str(server.socket_folder)
    call_command("migrate", interactive=False, verbosity=0)
    clinic = enrolment.create_clinic(
        name="Benchmark",
        phone="",
        out_of_hours_line="",
        preferred_unit="ng/mL",
        at=MOMENT,
    )
    table = population.as_csv(
        people=PEOPLE, results_each=18, until=date(2026, 5, 1), seed=1
    )
    data = "\n".join(table.splitlines()[: ROWS + 1]).encode()
    stored = _import(clinic, data)
    copied = _as_copied()
    assert stored == copied.count(b"\n") > ROWS * 0.9
    ours, reference, orm = [], [], []
    for _ in range(ROUNDS):
        ours.append(_timed(lambda: _import(clinic, data)))
        reference.append(_timed(lambda: _copy(copied)))
        orm.append(_timed(lambda: _save_one_by_one(clinic, data)))
    rate = stored / statistics.median(ours)
    raw = stored / statistics.median(reference)
    single = ORM_ROWS / statistics.median(orm)
    yield _line("import.100k.vs_copy", rate, raw, "raw COPY, same indexed table")
    note = f"find the patient, look for a duplicate, save(); {ORM_ROWS} rows"
    yield _line("import.vs_orm", rate, single, note)


def _line(name: str, ours: float, reference: float, note: str) -> dict[str, Any]:
    return {
        "name": name,
        "ours": round(ours),
        "reference": round(reference),
        "unit": "rows/s",
        "speedup": round(ours / reference, 3),
        "note": note,
    }


def _timed(work: Callable[[], object]) -> float:
    """Return how long it took on an empty table; emptying does not count."""
    _empty()
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _empty() -> None:

    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE labs_labresult, labs_review, labs_worklistrow,"
            " labs_worklistcount CASCADE"
        )


def _import(clinic: Clinic, data: bytes) -> int:

    viewer = viewer_for_clinic(clinic)
    with transaction.atomic(), viewing(viewer):
        outcome = import_table(
            data=data,
            file_name="benchmark.csv",
            clinic=clinic,
            create_patients=True,
            by=viewer,
            at=MOMENT,
        )
    return outcome.added


def _as_copied() -> bytes:
    """Return the stored rows as COPY writes them, by patient and day."""
    written = io.BytesIO()
    query = "SELECT * FROM labs_labresult ORDER BY patient_id, collected_on"
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({query}) TO STDOUT") as copy,
    ):
        for block in copy:
            written.write(block)
    return written.getvalue()


def _copy(rows: bytes) -> None:
    with (
        transaction.atomic(),
        connection.cursor() as cursor,
        cursor.copy("COPY labs_labresult FROM STDIN") as copy,
    ):
        copy.write(rows)


def _save_one_by_one(clinic: Clinic, data: bytes) -> None:
    """Do what an importer in plain ORM does: find the patient, look twice, save."""
    found = csv_template.read_rows(io.BytesIO(data))
    for row in itertools.islice(found, ORM_ROWS):
        assert isinstance(row, ParsedResult)
        number = PatientNumber.objects.select_related("patient").get(
            clinic=clinic, number=row.patient.identifier
        )
        chain = uuid4()
        result = LabResult(
            id=chain,
            patient=number.patient,
            chain=chain,
            measurand=row.measurand.value,
            value_text=row.value_text,
            value=row.value,
            comparator=row.comparator.value if row.comparator else "",
            unit_text=row.unit_text,
            unit=row.unit.value if row.unit else "",
            collected_on=row.collected_on,
            laboratory=row.laboratory,
            method=row.method,
            status=row.result_status.value,
            source="imported_file",
            entered_by_name="Benchmark",
            entered_at=MOMENT,
        )
        known = LabResult.objects.filter(
            patient=number.patient,
            collected_on=row.collected_on,
            measurand=result.measurand,
            value=row.value,
        )
        if not known.exists():
            result.save(force_insert=True)
