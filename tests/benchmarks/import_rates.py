"""
How fast a clinic's file comes in, beside what PostgreSQL itself can do.

The import parses the file, finds its patients, checks the right to each, keys every
row, writes the audit trail and the worklist, and looks with the web role's eyes. One
reference copies the same rows, already in the table's own form, into the same indexed
table; the others are an importer in plain ORM, and django-import-export. A million rows
take minutes on each side: they are measured where BENCH_LARGE is set.
"""

import io
import itertools
import os
import resource
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
from labs.services import uploading
from labs.services.importing import import_table
from tests.benchmarks import by_package
from tracker import database
from tracker.demo import population

ROWS = 100_000
PEOPLE = 5_000
ROUNDS = 5
ORM_ROWS = 1_000
MANY_ROWS = 1_000_000
FEW_ROWS = 3_000
ROUNDS_OF_LONG_ONES = 2
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
    data = _table(ROWS)
    stored, copied = _prepared(clinic, data, ROWS)
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
    yield _beside_import_export(clinic)
    if os.environ.get("BENCH_LARGE"):
        yield _a_million(clinic)


def _table(count: int) -> bytes:
    """Return so many results of a twentieth as many people."""
    table = population.as_csv(
        people=count // 20, results_each=18, until=date(2026, 5, 1), seed=1
    )
    return "\n".join(table.splitlines()[: count + 1]).encode()


def _prepared(clinic: Clinic, data: bytes, count: int) -> tuple[int, bytes]:
    """Let the people come first, and return the same rows as COPY takes them."""
    stored = _import(clinic, data)
    copied = _as_copied()
    assert stored == copied.count(b"\n") > count * 0.9
    return stored, copied


def _a_million(clinic: Clinic) -> dict[str, Any]:
    """Measure a tenfold file, and by how much the importer's memory grew with it."""
    data = _table(MANY_ROWS)
    _empty()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _import(clinic, data)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    copied = _as_copied()
    stored = copied.count(b"\n")
    assert stored > MANY_ROWS * 0.9
    ours, reference = [], []
    for _ in range(ROUNDS_OF_LONG_ONES):
        ours.append(_timed(lambda: _import(clinic, data)))
        reference.append(_timed(lambda: _copy(copied)))
    return _line(
        "import.1m.vs_copy",
        stored / statistics.median(ours),
        stored / statistics.median(reference),
        f"raw COPY, same indexed table; {grown // 1024} MB more memory",
    )


def _beside_import_export(clinic: Clinic) -> dict[str, Any]:
    """Look at a file and save it, as a clinic does, beside the usual package."""
    data = _table(FEW_ROWS)
    _empty()
    stored = _import(clinic, data)
    rows = by_package.dataset(LabResult.objects.all())
    ours, theirs = [], []
    for _ in range(ROUNDS_OF_LONG_ONES):
        ours.append(_timed(lambda: _look_and_save(clinic, data)))
        theirs.append(_timed(lambda: by_package.look_and_save(rows)))
        assert LabResult.objects.count() == stored
    return _line(
        "import.vs_import_export",
        stored / statistics.median(ours),
        stored / statistics.median(theirs),
        f"django-import-export, preview and import; {stored} rows",
    )


def _look_and_save(clinic: Clinic, data: bytes) -> None:
    viewer = viewer_for_clinic(clinic)
    with transaction.atomic(), viewing(viewer):
        batch = uploading.receive(
            data=data, file_name="few.csv", clinic=clinic, by=viewer, at=MOMENT
        )
        uploading.look(batch=batch, by=viewer, at=MOMENT)
        uploading.save(batch=batch, is_confirmed=False, by=viewer, at=MOMENT)


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
