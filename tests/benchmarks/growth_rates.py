"""
Pages of one clinic and one record while the rows of everybody else grow.

Clinics of 5,000 invented people with 20 results and 20 events of the trail each; the
first is drawn by the product itself, the others are its copies with results of their
own. The events stand in the months that are made. Pages are asked over HTTP, in
process, as a clinician of the first clinic, with the web role under row-level security.
Other work on the machine changes the times; it does not change the blocks of the
database that a page touched, nor by much the processor time of the web's side.
"""

import logging
import os
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test import Client

from accounts.models import Clinic, Patient, User
from accounts.services import sealing
from labs.services import summarising
from tests.benchmarks.worklist_rates import COLUMNS, CONSENTS, PEOPLE, RESULTS
from tests.factories import a_clinic, a_clinician, a_person, owner_of
from tracker import database

CLINIC, RESULTS_EACH, EVENTS_EACH = 5_000, 20, 20
ROUNDS = 40
A_MINUTE = 200  # events

# The people of one clinic anew, in another; ON COMMIT their numbers are forgotten.
COPIED_PEOPLE = """
CREATE TEMP TABLE fresh ON COMMIT DROP AS
  SELECT person.id AS old_id, gen_random_uuid() AS id
  FROM accounts_patient AS person JOIN accounts_consent AS consent
    ON consent.patient_id = person.id WHERE consent.clinic_id = '{first}';
INSERT INTO accounts_patient (id, name, born_on, hemisphere, preferred_unit, created_at)
  SELECT fresh.id, name, born_on, hemisphere, preferred_unit, created_at
  FROM fresh JOIN accounts_patient AS person ON person.id = old_id;
INSERT INTO accounts_consent (id, patient_id, clinic_id, basis, shares_results,
    shares_supplements, shares_health, starts_at)
  SELECT gen_random_uuid(), id, '{clinic}', 'clinic_record', true, true, true,
    now() - interval '1 year' FROM fresh;
INSERT INTO labs_worklistrow (clinic_id, patient_id, {columns})
  SELECT '{clinic}', fresh.id, {columns} FROM fresh
  JOIN labs_worklistrow AS row ON row.patient_id = old_id AND row.clinic_id = '{first}';
"""
FIRST_PEOPLE = (
    "CREATE TEMP TABLE fresh ON COMMIT DROP AS SELECT id FROM accounts_patient"
)
FRESH_RESULTS = RESULTS.replace(
    "FROM accounts_patient AS patient,", "FROM fresh AS patient,"
)
EVENTS = """
INSERT INTO accounts_auditevent (id, at, actor_kind, actor_id, actor_name, patient_id,
  action, object_label, object_id, channel, ip_address)
SELECT gen_random_uuid(), now() + random() * interval '150 days', 'user',
  gen_random_uuid(), 'Dr Benchmark', fresh.id, 'read', 'result', '', 'page',
  '192.0.2.1' FROM fresh, generate_series(1, %s)
"""
MINUTE = """
INSERT INTO accounts_auditevent (id, at, actor_kind, actor_id, actor_name, patient_id,
  action, object_label, object_id, channel)
SELECT gen_random_uuid(), clock_timestamp(), 'user', gen_random_uuid(), 'Dr Benchmark',
  gen_random_uuid(), 'read', 'result', '', 'page' FROM generate_series(1, %s)
"""
BLOCKS = """
SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()
"""
SIZES_OF_TABLES = """
SELECT root.relname,
  sum((SELECT greatest(reltuples, 0) FROM pg_class WHERE oid = part.relid))::bigint,
  sum(pg_table_size(part.relid))::bigint, sum(pg_indexes_size(part.relid))::bigint
FROM pg_class AS root, LATERAL (
  SELECT inhrelid AS relid FROM pg_inherits WHERE inhparent = root.oid
  UNION ALL SELECT root.oid WHERE root.relkind = 'r') AS part
WHERE root.relname = ANY(%s) GROUP BY root.relname
"""
TABLES = [
    "accounts_auditevent",
    "accounts_sealedevent",
    "labs_labresult",
    "labs_worklistrow",
]


def measure(
    server: database.EmbeddedPostgres, sizes: list[int]
) -> Iterator[dict[str, Any]]:
    """Yield for each size the pages' lines, then the tables'."""
    connections["default"].settings_dict["HOST"] = str(server.socket_folder)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    settings.ALLOWED_HOSTS = ["testserver"]
    logging.getLogger("accounts.audit").setLevel("WARNING")
    first = a_clinic("Benchmark")
    clinician = a_clinician(first)
    filled = 0
    for size in sizes:
        began = time.monotonic()
        for _clinic in range(filled, max(1, size // (CLINIC * RESULTS_EACH))):
            filled += 1
            _fill(first, filled)
        _settle()
        took = round(time.monotonic() - began)
        yield from _lines(size, first, clinician, {"filled_in_s": took})


def _fill(first: Clinic, number: int) -> None:
    clinic = first if number == 1 else a_clinic(f"Clinic {number}")
    with transaction.atomic(), connection.cursor() as cursor:
        if number == 1:
            cursor.execute(PEOPLE, [CLINIC])
            cursor.execute(CONSENTS, [first.pk])
            cursor.execute(FIRST_PEOPLE)
        else:
            cursor.execute(
                COPIED_PEOPLE.format(first=first.pk, clinic=clinic.pk, columns=COLUMNS)
            )
        cursor.execute(FRESH_RESULTS, [RESULTS_EACH])
        cursor.execute(EVENTS, [EVENTS_EACH])
    if number == 1:
        summarising.rebuild(at=datetime.now(UTC))  # noqa: TID251 - the rows tell of now
    sealing.seal()


def _settle() -> None:
    summarising.sum_up_counts()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _lines(
    size: int, first: Clinic, clinician: User, more: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    patient = Patient.objects.filter(consents__clinic=first).order_by("pk").first()
    assert patient is not None
    if patient.user is None:
        patient.user = a_person()
        patient.save()
    browser, own = Client(), Client()
    browser.force_login(clinician)
    own.force_login(owner_of(patient))
    record = f"patients/{patient.pk}"
    asks: dict[str, Callable[[], object]] = {
        "worklist": lambda: _get(browser, "/worklist/"),
        "patient": lambda: _get(browser, f"/{record}/"),
        "chart": lambda: _get(browser, f"/{record}/chart.svg"),
        "api": lambda: _get(browser, f"/api/v1/{record}/results?limit=100"),
        "who looked": lambda: _get(own, f"/{record}/looks/"),
        "seal of a minute": _seal_a_minute,
    }
    for name, ask in asks.items():
        yield {"name": f"growth.{size}.{name}", **_cost_of(ask), **more}
    yield from _sizes(size)


def _get(browser: Client, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)


def _seal_a_minute() -> None:
    with connection.cursor() as cursor:
        cursor.execute(MINUTE, [A_MINUTE])
    sealing.seal()


def _cost_of(ask: Callable[[], object]) -> dict[str, Any]:
    """Return how long an ask takes, and how many blocks it touches, once warm."""
    ask()
    ask()
    times, processor = [], []
    before = _blocks()
    for _round in range(ROUNDS):
        began, worked = time.perf_counter(), time.process_time()
        ask()
        times.append(time.perf_counter() - began)
        processor.append(time.process_time() - worked)
    blocks = _blocks() - before
    return {
        "median": round(statistics.median(times) * 1000, 1),
        "p95": round(sorted(times)[int(ROUNDS * 0.95) - 1] * 1000, 1),
        "processor": round(statistics.median(processor) * 1000, 1),
        "unit": "ms",
        "blocks": round(blocks / ROUNDS),
        "load": round(os.getloadavg()[0], 1),
    }


def _blocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(BLOCKS)
        return int(cursor.fetchone()[0])


def _sizes(size: int) -> Iterator[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(SIZES_OF_TABLES, [TABLES])
        for table, rows, its_size, indexes in cursor.fetchall():
            yield {
                "name": f"growth.{size}.size.{table}",
                "rows": int(rows),
                "table_mb": round(its_size / 1e6),
                "indexes_mb": round(indexes / 1e6),
                "bytes_a_row": round((its_size + indexes) / max(1, rows)),
            }
        cursor.execute("SELECT pg_database_size(current_database())")
        whole = cursor.fetchone()[0]
    yield {"name": f"growth.{size}.size.all", "whole_mb": round(whole / 1e6)}
