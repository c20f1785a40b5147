"""Once a night what is past its use goes, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.domain.viewers import NOBODY
from accounts.models import Patient
from accounts.queries import viewing
from labs.models import LabResult
from tests.factories import a_result, owner_of
from tests.integration.conftest import SignedIn
from tracker import tasks
from tracker.services import housekeeping
from tracker.services.housekeeping import tidy_up

NOW = datetime.now(UTC)  # noqa: TID251 - counters and files ask the database's clock


@pytest.fixture(autouse=True)
def _as_the_worker(db: None) -> None:
    del db


EVENTS = {"todo": "deferred", "doing": "started"}


def the_night() -> dict[str, int]:
    """Tidy up with the eyes of a worker, whom policies bind."""
    with viewing(NOBODY):
        return tidy_up(at=NOW)


def test_sessions_that_have_ended_go_and_open_ones_stay(
    signed_in: SignedIn, anna: Patient
) -> None:
    browser = signed_in(owner_of(anna))
    ended = NOW - timedelta(minutes=1)
    Session.objects.create(session_key="ended", session_data="", expire_date=ended)

    assert the_night()["sessions"] == 1
    assert browser.get(f"/patients/{anna.pk}/").status_code == 200


def test_expired_counters_go_and_running_ones_stay() -> None:
    cache.set("running", 1, timeout=600)
    cache.set("expired", 1, timeout=600)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE shared_cache SET expires = now() - interval '1 minute'"
            " WHERE cache_key LIKE '%expired'"
        )

    assert the_night()["counters"] == 1
    assert cache.get("running") == 1


@pytest.mark.parametrize(
    ("state", "days", "goes"),
    [
        ("succeeded", 2, False),
        ("succeeded", 4, True),
        ("failed", 4, False),
        ("failed", 31, True),
        ("cancelled", 31, True),
        ("todo", 31, False),
        ("doing", 31, False),
    ],
)
def test_finished_work_goes_in_time_and_waiting_work_never(
    state: str, days: int, *, goes: bool
) -> None:
    ended = NOW - timedelta(days=days)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status)"
            " VALUES ('default', 'seal_audit', %s) RETURNING id",
            [state],
        )
        (job_id,) = cursor.fetchone()
        cursor.execute("DELETE FROM procrastinate_events")
        cursor.execute(
            "INSERT INTO procrastinate_events (job_id, type, at) VALUES (%s, %s, %s)",
            [job_id, EVENTS.get(state, state), ended],
        )

    assert the_night()["finished work"] == int(goes)


def test_nothing_of_a_record_is_among_it(anna: Patient) -> None:
    a_result(anna)

    the_night()

    assert LabResult.objects.filter(patient=anna).count() == 1


def test_a_part_that_fails_holds_up_none_of_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_at: datetime) -> int:
        raise DatabaseError

    monkeypatch.setitem(housekeeping.PARTS, "sessions", fail)

    done = the_night()

    assert set(done) == set(housekeeping.PARTS) - {"sessions"}


def test_the_worker_does_it_every_night() -> None:
    assert tasks.tidy_up.name.endswith("tidy_up")
    (periodic,) = [
        each
        for each in app.periodic_registry.periodic_tasks.values()
        if each.task is tasks.tidy_up
    ]
    assert periodic.cron == "17 3 * * *"
    assert timezone.is_aware(NOW)
