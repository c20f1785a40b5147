"""Saving a file behind the page: a killed worker leaves all of it or nothing."""

import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.domain.viewers import Viewer
from accounts.models import Patient
from accounts.queries import viewer_for, viewing
from labs.models import ImportBatch, LabResult
from labs.services import uploading
from tests.factories import a_patient, owner_of
from tracker.database import WEB_ROLE
from tracker.models import Job
from tracker.services import importing_files

pytestmark = pytest.mark.django_db(transaction=True)
MOMENT = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
ROWS = 4_000
TAKE_UP = """
import asyncio, django
django.setup()
from tracker.tasks import take_up_lost_work
asyncio.run(take_up_lost_work.func(timestamp=0))
"""
LONGEST_WAIT = 1.5  # seconds after the work began
WORK = """
import sys, django
django.setup()
from tracker.tasks import run_job
print("begun", flush=True)
run_job(job_id=sys.argv[1], owner_kind=sys.argv[2], owner_id=sys.argv[3])
"""


@pytest.fixture
def anna() -> Patient:
    return a_patient("Anna Example")


@pytest.fixture
def viewer(anna: Patient) -> Viewer:
    return viewer_for(owner_of(anna))


def a_table() -> bytes:
    rows = (
        f"{2000 + row // 336}-{1 + row // 28 % 12:02}-{1 + row % 28:02},"
        f"25-OH vitamin D,{row % 97}.5,ng/mL"
        for row in range(ROWS)
    )
    return "\n".join(("date,test,value,unit", *rows)).encode()


def a_file_to_save(anna: Patient, viewer: Viewer) -> ImportBatch:
    with transaction.atomic(), viewing(viewer):
        batch = uploading.receive(
            data=a_table(), file_name="a.csv", patient=anna, by=viewer, at=MOMENT
        )
        uploading.look(batch=batch, by=viewer, at=MOMENT)
    return batch


def begin(job: Job, viewer: Viewer) -> "subprocess.Popen[str]":
    return process(WORK, str(job.pk), viewer.kind.value, str(viewer.id))


def process(program: str, *arguments: str) -> "subprocess.Popen[str]":
    """Start a program as a worker has it: as the web role, in a process of its own."""
    where = connection.settings_dict
    url = f"postgresql://{WEB_ROLE}@/{where['NAME']}?host={where['HOST']}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "DATABASE_URL": url,
        "DATABASE_ROLE": "",
        "CALCIDIOL_VIEWER_ROLE": "",
        "CALCIDIOL_LOCAL": "1",
    }
    return subprocess.Popen(  # noqa: S603 - our own work
        [sys.executable, "-c", program, *arguments],
        env=environment,
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
    )


def saved_and_state(batch: ImportBatch) -> tuple[int, str]:
    """
    Return how many results there are, and what their file says of itself.

    In one look: the server may still finish the commit of whom it lost.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM labs_labresult), state"
            " FROM labs_importbatch WHERE id = %s",
            [batch.pk],
        )
        saved, state = cursor.fetchone()
    return int(saved), str(state)


def test_a_worker_killed_while_it_saves_leaves_the_whole_file_or_nothing(
    anna: Patient, viewer: Viewer
) -> None:
    batch = a_file_to_save(anna, viewer)
    with transaction.atomic(), viewing(viewer):
        job = importing_files.save_later(
            batch, is_confirmed=False, by=viewer, at=MOMENT
        )
    chance = random.Random(20260314)  # noqa: S311 - moments, no secrets
    for _ in range(4):
        process = begin(job, viewer)
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        time.sleep(chance.uniform(0, LONGEST_WAIT))
        process.kill()
        process.communicate()

        assert saved_and_state(batch) in {(0, "read"), (ROWS, "saved")}

    for _ in range(2):
        finished = begin(job, viewer)
        finished.communicate(timeout=600)
        assert finished.returncode == 0
        assert Job.objects.get(pk=job.pk).state == "done"
        assert LabResult.objects.count() == ROWS

    again = a_file_to_save(anna, viewer)
    assert (again.added, again.already_here) == (0, ROWS)


def test_the_work_of_a_killed_worker_is_handed_on(
    anna: Patient, viewer: Viewer
) -> None:
    batch = a_file_to_save(anna, viewer)
    with transaction.atomic(), viewing(viewer):
        for _ in range(2):
            importing_files.save_later(batch, is_confirmed=False, by=viewer, at=MOMENT)
    _taken_by_a_worker(silent_for="1 hour")
    # Its heart beats on for as long as the program below takes to begin.
    waiting = _taken_by_a_worker(silent_for="-1 hour")

    with process(TAKE_UP) as worker:
        assert worker.wait() == 0

    statuses = dict(ProcrastinateJob.objects.values_list("id", "status"))
    lost = set(statuses) - {waiting}
    assert {statuses[one] for one in lost} == {"todo"}
    assert statuses[waiting] == "doing"


def _taken_by_a_worker(*, silent_for: str) -> int:
    """Have a worker begin the next job, and not be heard of since."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - %s::interval) RETURNING id",
            [silent_for],
        )
        (worker,) = cursor.fetchone()
        cursor.execute("SELECT id FROM procrastinate_fetch_job_v2(NULL, %s)", [worker])
        (job,) = cursor.fetchone()
    return int(job)
