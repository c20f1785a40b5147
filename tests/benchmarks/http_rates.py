"""
List, chart and address of programs under load, beside a plain Django site.

Both are served by gunicorn with two processes of eight threads, on loopback, out of the
same database; four clients ask one after the other for a few seconds, ours and the
reference in turn. Ours looks with the web role under row-level security, judges every
value and writes the trail; tests.benchmarks.plain_site does none of that. Behind them
come the pages all at once, as on a working day: tests.benchmarks.http_mix.

Where Baby Buddy can be had, BABY_BUDDY names a file that tells where it is served in
the same way with as many weights of one child; docs/performance.md says how.
"""

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test import Client

from accounts.models import Clinic, User
from labs.services import summarising
from tests.benchmarks.http_client import PATIENCE, ask, ask_once
from tests.benchmarks.http_mix import mix
from tests.benchmarks.worklist_rates import CONSENTS, PEOPLE, RESULTS
from tests.factories import a_clinic, a_clinician, a_consent, a_patient, a_target
from tracker import database

SIZES = (1_000, 10_000)
SECONDS, ROUNDS, CLIENTS = 4.0, 3, 4
RESULTS_OF_A_MIX = 30
NOT_THE_CHILDS = ("CALCIDIOL_VIEWER_ROLE", "DATABASE_ROLE")
FRESH = " WHERE id NOT IN (SELECT id FROM known)"
FRESH_PEOPLE = """
CREATE TEMP TABLE fresh ON COMMIT DROP AS
SELECT id FROM accounts_patient WHERE id NOT IN (SELECT id FROM known)
"""
MORE = """
INSERT INTO labs_labresult (id, patient_id, chain, version, version_reason, measurand,
  value_text, value, comparator, unit_text, unit, collected_on, collected_time_text,
  laboratory, method, specimen, interval_text, laboratory_flag, status, loinc,
  local_code, test_name, comment, note, held_because, answers, source,
  entered_by_name, entered_at, accession)
SELECT made.id, %(patient)s, made.id, 1, '', 'total', made.value::text, made.value, '',
  'ng/mL', 'ng/mL', current_date - made.n, '', 'Harbour', 'LC-MS/MS', 'serum', '', '',
  'final', '', '', '', '', '', '', '{}', 'imported_file', 'Benchmark', now(), ''
FROM (SELECT gen_random_uuid() AS id, (8 + random() * 90)::numeric(6, 1) AS value, n
      FROM generate_series(1, %(rows)s) AS n) AS made
"""


def compare(server: database.EmbeddedPostgres) -> Iterator[dict[str, Any]]:
    """Yield a line for each page and size."""
    connections["default"].settings_dict["HOST"] = str(server.socket_folder)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    settings.ALLOWED_HOSTS = ["testserver", "localhost"]
    clinic = a_clinic("Benchmark")
    clinician = a_clinician(clinic)
    before = 0
    with _served(server) as (ours, reference):
        for size in SIZES:
            _more_people(clinic, size - before)
            patient_id = _a_record(clinic, clinician, size)
            usual = _a_record(clinic, clinician, RESULTS_OF_A_MIX)
            before = size
            headers = _signed_in(clinician)
            beside = [_plain(reference, patient_id), *_baby_buddy(size)]
            yield from _lines(size, patient_id, headers, ours, beside)
            yield from mix(ours, usual, headers, size=size)


def _more_people(clinic: Clinic, people: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE known ON COMMIT DROP AS SELECT id FROM accounts_patient"
        )
        cursor.execute(PEOPLE, [people])
        cursor.execute(CONSENTS + FRESH, [clinic.pk])
        cursor.execute(FRESH_PEOPLE)
        results = RESULTS.replace(
            "FROM accounts_patient AS patient,",
            "FROM fresh AS patient,",
        )
        cursor.execute(results, [3])
    summarising.rebuild(at=datetime.now(UTC))  # noqa: TID251 - the rows tell of now


def _a_record(clinic: Clinic, clinician: User, size: int) -> UUID:
    patient = a_patient(f"Record {size}")
    a_consent(patient, clinic)
    a_target(patient, clinician)
    with connection.cursor() as cursor:
        cursor.execute(MORE, {"patient": patient.pk, "rows": size})
        cursor.execute("VACUUM ANALYZE")
    return UUID(str(patient.pk))


def _signed_in(clinician: User) -> dict[str, str]:
    browser = Client()
    browser.force_login(clinician)
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME].value
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"}


@dataclass(frozen=True, slots=True)
class Page:
    """An address of a site, and what is sent along."""

    port: int
    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reference:
    """Another site with as many rows: its name among the lines, and its pages."""

    name: str
    words: str
    pages: Mapping[str, Page]


def _plain(port: int, patient_id: UUID) -> Reference:
    paths = {
        "list": "/people",
        "chart": f"/chart/{patient_id}",
        "api": f"/results/{patient_id}",
    }
    pages = {name: Page(port, path, {}) for name, path in paths.items()}
    return Reference("", "a plain Django site", pages)


def _baby_buddy(size: int) -> Iterator[Reference]:
    """Give it where somebody serves it with so many rows."""
    if "BABY_BUDDY" in os.environ:
        told = json.loads(Path(os.environ["BABY_BUDDY"]).read_text())[str(size)]
        pages = {
            name: Page(told["port"], each["path"], each["headers"])
            for name, each in told["pages"].items()
        }
        yield Reference(".baby_buddy", "Baby Buddy", pages)


def _lines(
    size: int,
    patient_id: UUID,
    headers: Mapping[str, str],
    ours: int,
    references: list[Reference],
) -> Iterator[dict[str, Any]]:
    record = f"/api/v1/patients/{patient_id}"
    paths = {
        "list": "/worklist/",
        "chart": f"/patients/{patient_id}/chart.svg",
        "api": f"{record}/results?limit=100",
    }
    for name, path in paths.items():
        every = [Page(ours, path, headers), *(each.pages[name] for each in references)]
        rates: list[list[float]] = [[] for _page in every]
        for page in every:
            ask_once(page.port, page.path, page.headers)
        for _round in range(ROUNDS):
            for place, page in enumerate(every):
                rates[place].append(_rate(page))
        one, *others = map(statistics.median, rates)
        for reference, other in zip(references, others, strict=True):
            yield {
                "name": f"http.{name}.{size}{reference.name}",
                "ours": round(one, 1),
                "reference": round(other, 1),
                "unit": "requests/s",
                "speedup": round(one / other, 3),
                "note": (
                    f"{size} rows, {CLIENTS} clients, 2 processes; {reference.words}"
                ),
            }


def _rate(page: Page) -> float:
    """Return how many answers a second some clients get."""
    done, ends_at = [0] * CLIENTS, time.monotonic() + SECONDS

    def go_on(place: int) -> None:
        web = http.client.HTTPConnection("localhost", page.port, timeout=PATIENCE)
        while time.monotonic() < ends_at:
            ask(web, page.path, page.headers)
            done[place] += 1
        web.close()

    clients = [threading.Thread(target=go_on, args=(each,)) for each in range(CLIENTS)]
    begun = time.monotonic()
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return sum(done) / (time.monotonic() - begun)


# The two sites ------------------------------------------------------------------------


@contextmanager
def _served(server: database.EmbeddedPostgres) -> Iterator[tuple[int, int]]:
    """Have both sites inside the block; return their ports."""
    kept = {k: v for k, v in os.environ.items() if k not in NOT_THE_CHILDS}
    mine, theirs = _free_port(), _free_port()
    own = {
        **kept,
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "CALCIDIOL_VAR": str(server.data_folder.parent),
        "SITE_ORIGIN": f"http://localhost:{mine}",
        "DATABASE_POOL": "8",
    }
    where = connection.settings_dict
    plain = {
        **kept,
        "PLAIN_HOST": str(where["HOST"]),
        "PLAIN_NAME": str(where["NAME"]),
        "PLAIN_USER": str(where["USER"]),
    }
    children = [
        _start("tracker.wsgi:application", mine, own),
        _start("tests.benchmarks.plain_site:application", theirs, plain),
    ]
    try:
        for port in (mine, theirs):
            _wait_for(port)
        yield mine, theirs
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait(timeout=PATIENCE)


def _start(
    application: str, port: int, environ: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own programs
        [
            sys.executable,
            "-m",
            "gunicorn",
            application,
            f"--bind=127.0.0.1:{port}",
            "--worker-class=gthread",
            "--workers=2",
            "--threads=8",
            "--no-control-socket",
            "--log-level=warning",
        ],
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    message = "A web server did not come up; what it said stands above."
    raise RuntimeError(message)
