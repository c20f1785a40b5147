"""
How fast the first page of a clinic's list comes, and whether it grows with the clinic.

A clinic of 10,000 invented people with 20 results each is drawn by the product itself;
nine copies of each person make the one of 100,000. Ours asks through the ORM, as a
clinician, with the web role under row-level security; the reference is SQL written by
hand on the same rows, as the owner of the tables. Growth is the whole page over HTTP,
in process: the 95th percentile in the larger clinic beside that in the smaller.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test import Client

from accounts.models import Clinic, User
from accounts.queries import viewer_for, viewing
from labs.domain.worklist import LookReason
from labs.services import summarising, worklisting
from labs.services.worklisting import ListView
from tests.factories import a_clinic, a_clinician
from tracker import database

SMALL, LARGE = 10_000, 100_000
RESULTS_EACH = 20
ROUNDS, PAGES = 40, 40
COPIES = LARGE // SMALL - 1

# Another order, and filters that nobody or few match.
OTHERS = {
    "newest": "?order=newest",
    "longest": "?order=longest",
    "tag": "?tag=nobody",
    "reason": f"?reason={LookReason.RETEST_OVERDUE}",
    "clinician": "?clinician=Nobody",
}

PEOPLE = """
INSERT INTO accounts_patient (id, name, born_on, hemisphere, preferred_unit, created_at)
SELECT gen_random_uuid(), 'Person ' || n, date '1940-01-01' + n %% 25000, 'north', '',
  now() FROM generate_series(1, %s) AS n
"""
CONSENTS = """
INSERT INTO accounts_consent (id, patient_id, clinic_id, basis, shares_results,
  shares_supplements, shares_health, starts_at)
SELECT gen_random_uuid(), id, %s, 'clinic_record', true, true, true,
  now() - interval '1 year' FROM accounts_patient
"""
RESULTS = """
INSERT INTO labs_labresult (id, patient_id, chain, version, version_reason, measurand,
  value_text, value, comparator, unit_text, unit, collected_on, collected_time_text,
  laboratory, method, specimen, interval_text, laboratory_flag, status, loinc,
  local_code, test_name, comment, note, held_because, answers, source,
  entered_by_name, entered_at, accession)
SELECT made.id, made.patient_id, made.id, 1, '', 'total', made.value::text, made.value,
  '', 'ng/mL', 'ng/mL', current_date - made.days, '', 'Harbour', 'LC-MS/MS', 'serum',
  '', CASE WHEN made.value > 96 THEN 'HH' ELSE '' END, 'final', '', '', '', '', '', '',
  '{}', 'imported_file', 'Benchmark', now() - made.days * interval '1 day', ''
FROM (SELECT gen_random_uuid() AS id, patient.id AS patient_id,
        (8 + random() * 90)::numeric(6, 1) AS value,
        n * 90 - (random() * 80)::int AS days
      FROM accounts_patient AS patient, generate_series(1, %s) AS n) AS made
"""
COPIED = """
CREATE TEMP TABLE copies AS
  SELECT patient.id AS old_id, gen_random_uuid() AS new_id
  FROM accounts_patient AS patient, generate_series(1, {copies});
INSERT INTO accounts_patient (id, name, born_on, hemisphere, preferred_unit, created_at)
  SELECT new_id, name, born_on, hemisphere, preferred_unit, created_at
  FROM copies JOIN accounts_patient ON id = old_id;
INSERT INTO accounts_consent (id, patient_id, clinic_id, basis, shares_results,
    shares_supplements, shares_health, starts_at)
  SELECT gen_random_uuid(), new_id, '{clinic}', 'clinic_record', true, true, true,
    now() - interval '1 year' FROM copies;
INSERT INTO labs_worklistrow (clinic_id, patient_id, {columns})
  SELECT '{clinic}', new_id, {columns}
  FROM copies JOIN labs_worklistrow ON patient_id = old_id;
DROP TABLE copies;
"""
BY_HAND = """
SELECT id, clinic_id, patient_id, {columns} FROM labs_worklistrow
WHERE clinic_id = %s ORDER BY gravity, since, patient_id LIMIT 51
"""
COLUMNS = (
    "visible_from, visible_until, changes_at, gravity, reasons, since, is_one_by_one,"
    " flag, name, name_key, born_on, number, latest_on, latest_ng, retest_on,"
    " has_target, clinician, template_id, precautions, tags, stamp, facts"
)


def compare(server: database.EmbeddedPostgres) -> Iterator[dict[str, Any]]:
    """Yield the three lines; the same rows are read before anything is timed."""
    connections["default"].settings_dict["HOST"] = str(server.socket_folder)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    settings.ALLOWED_HOSTS = ["testserver"]
    clinic = a_clinic("Benchmark")
    clinician = a_clinician(clinic)
    _fill(clinic)
    yield _against_sql("worklist.10k.vs_sql", clinic, clinician)
    small = _page_times(clinician)
    small_others = [_page_times(clinician, query) for query in OTHERS.values()]
    _grow(clinic)
    yield _against_sql("worklist.100k.vs_sql", clinic, clinician)
    large = _page_times(clinician)
    note = f"whole page over HTTP, p95 of {PAGES}, {SMALL} and {LARGE} patients"
    yield _line("worklist.growth", _p95(large), _p95(small), note)
    for (name, query), before in zip(OTHERS.items(), small_others, strict=True):
        after = _page_times(clinician, query)
        yield _line(f"worklist.growth.{name}", _p95(after), _p95(before), note)


def _fill(clinic: Clinic) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PEOPLE, [SMALL])
        cursor.execute(CONSENTS, [clinic.pk])
        cursor.execute(RESULTS, [RESULTS_EACH])
    _analyse()
    summarising.rebuild(at=datetime.now(UTC))  # noqa: TID251 - the rows tell of now
    _analyse()


def _grow(clinic: Clinic) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(COPIED.format(copies=COPIES, clinic=clinic.pk, columns=COLUMNS))
    summarising.sum_up_counts()
    _analyse()


def _analyse() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _against_sql(name: str, clinic: Clinic, clinician: User) -> dict[str, Any]:
    viewer = viewer_for(clinician)
    query = BY_HAND.format(columns=COLUMNS)

    def by_hand() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(query, [clinic.pk])
            return [row[2] for row in cursor.fetchall()]

    def through_the_orm() -> list[Any]:
        page = worklisting.page_of(clinic, ListView())
        return [row.patient_id for row in page.rows]

    with transaction.atomic():
        expected = by_hand()[: worklisting.ROWS_A_PAGE]
        with viewing(viewer):
            assert through_the_orm() == expected
    ours, reference = [], []
    for _round in range(ROUNDS):
        with transaction.atomic():
            reference.append(_timed(by_hand))
            with viewing(viewer):
                ours.append(_timed(through_the_orm))
    note = "through the ORM under row-level security; SQL by hand, as owner"
    return _line(name, statistics.median(ours), statistics.median(reference), note)


def _page_times(clinician: User, query: str = "") -> list[float]:
    browser = Client()
    browser.force_login(clinician)

    def page() -> None:
        answer = browser.get(f"/worklist/{query}")
        assert answer.status_code == 200, answer.status_code

    page()
    return [_timed(page) for _round in range(PAGES)]


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95) - 1]


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _line(name: str, ours: float, reference: float, note: str) -> dict[str, Any]:
    return {
        "name": name,
        "ours": round(ours * 1000, 3),
        "reference": round(reference * 1000, 3),
        "unit": "ms",
        "speedup": round(reference / ours, 3),
        "note": note,
    }
