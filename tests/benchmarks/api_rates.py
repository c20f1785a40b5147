"""
How fast 100 results are answered to a program, beside psycopg and orjson alone.

Ours is the whole of it in process: the key, the viewer, row-level security, the flag of
each value with its range, the trail. The reference reads the same rows by one statement
as the owner of the tables and writes the same fields but for the flag, which no
statement knows. The second line leaves the flag out of ours, too.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import orjson
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client

from accounts.models import Patient
from accounts.services import tokens
from tests.factories import (
    a_clinic,
    a_clinician,
    a_consent,
    a_patient,
    a_result,
    a_target,
    an_entry,
)
from tests.integration.api.conftest import a_key
from tracker import database

ROWS, ROUNDS = 100, 60
PLAIN = (
    "id,version_id,version,patient_id,measurand,collected_on,reported_on,value,"
    "interval,laboratory,method,specimen,accession_number,laboratory_flag,status,"
    "held_because,loinc,note,comment,source,entered_by,entered_at,version_reason,test"
)
BY_HAND = """
SELECT chain, id, version, patient_id, measurand, collected_on, reported_on,
  value_text, value, comparator, unit, unit_text, interval_text, interval_low,
  interval_high, laboratory, method, specimen, accession, laboratory_flag,
  status, held_because, loinc, note, comment, source, entered_by_name, entered_at,
  version_reason
FROM labs_labresult AS result
WHERE patient_id = %s AND NOT EXISTS (
  SELECT 1 FROM labs_labresult AS later
  WHERE later.chain = result.chain AND later.version > result.version)
ORDER BY collected_on DESC, entered_at DESC, id LIMIT 101
"""
FACTOR = {"ng/mL": Decimal("2.496"), "nmol/L": 1 / Decimal("2.496")}
OTHER = {"ng/mL": "nmol/L", "nmol/L": "ng/mL"}


def compare(server: database.EmbeddedPostgres) -> Iterator[dict[str, Any]]:
    """Yield the two lines; that both tell of the same rows is seen before."""
    connections["default"].settings_dict["HOST"] = str(server.socket_folder)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    settings.ALLOWED_HOSTS = ["testserver"]
    vars(tokens)["MOST_USES"] = 1_000_000  # more than a person's program asks
    patient, secret = _fill()
    place = f"/api/v1/patients/{patient.pk}/results?limit={ROWS}"
    note = "key, policies, flags, trail; psycopg and orjson alone, as owner"
    yield _line("api.list100.vs_psycopg", patient, secret, place, note)
    sparse = f"{place}&fields={PLAIN}"
    yield _line("api.list100.sparse", patient, secret, sparse, f"no flag; {note}")


def _fill() -> tuple[Patient, str]:
    patient, clinic = a_patient("Anna Example"), a_clinic("Benchmark")
    clinician = a_clinician(clinic)
    a_consent(patient, clinic)
    a_target(patient, clinician)
    for number in range(ROWS):
        day = date(2025, 1, 1) + timedelta(days=3 * number)
        a_result(patient, an_entry(f"{20 + number % 40}.5", collected_on=day))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return patient, a_key(clinician)


def _line(
    name: str, patient: Patient, secret: str, place: str, note: str
) -> dict[str, Any]:
    browser = Client(headers={"authorization": f"Bearer {secret}"})

    def ours() -> bytes:
        answer = browser.get(place)
        assert answer.status_code == 200, answer.content
        return answer.content

    def reference() -> bytes:
        with connection.cursor() as cursor:
            cursor.execute(BY_HAND, [patient.pk])
            return orjson.dumps({"items": [_told(row) for row in cursor], "next": None})

    told = [each["id"] for each in orjson.loads(ours())["items"]]
    assert told == [each["id"] for each in orjson.loads(reference())["items"]]
    mine, theirs = [], []
    for _round in range(ROUNDS):
        theirs.append(_timed(reference))
        mine.append(_timed(ours))
    one, other = statistics.median(mine), statistics.median(theirs)
    return {
        "name": name,
        "ours": round(one * 1000, 3),
        "reference": round(other * 1000, 3),
        "unit": "ms",
        "speedup": round(other / one, 3),
        "note": note,
    }


def _told(row: tuple[Any, ...]) -> dict[str, Any]:
    value, unit = row[8], row[10]
    return {
        "id": row[0],
        "version_id": row[1],
        "version": row[2],
        "patient_id": row[3],
        "measurand": row[4],
        "test": row[4],
        "collected_on": row[5],
        "reported_on": row[6],
        "value": {
            "as_reported": row[7],
            "number": f"{value:f}",
            "comparator": row[9] or None,
            "unit": unit,
            "unit_as_reported": row[11],
            "converted": {
                "number": f"{value * FACTOR[unit]:.0f}",
                "comparator": row[9] or None,
                "unit": OTHER[unit],
            },
        },
        "interval": {"as_printed": row[12], "low": row[13], "high": row[14]},
        "laboratory": row[15],
        "method": row[16],
        "specimen": row[17],
        "accession_number": row[18],
        "laboratory_flag": row[19],
        "status": row[20],
        "held_because": row[21],
        "loinc": row[22],
        "note": row[23],
        "comment": row[24],
        "source": row[25],
        "entered_by": row[26],
        "entered_at": row[27],
        "version_reason": row[28],
    }


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
