"""An import that is killed at any point leaves the whole file or nothing of it."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from accounts.models import Clinic
from labs.models import ImportBatch, LabResult
from tests.integration.imports.conftest import HEADER, line
from tracker.database import WEB_ROLE

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 4_000
LONGEST_WAIT = 1.2  # seconds after the reading began


def begin(path: Path, clinic: Clinic) -> "subprocess.Popen[str]":
    where = connection.settings_dict
    url = f"postgresql://{WEB_ROLE}@/{where['NAME']}?host={where['HOST']}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "DATABASE_URL": url,
        "DATABASE_ROLE": "",
        "CALCIDIOL_VIEWER_ROLE": "",
        "CALCIDIOL_LOCAL": "1",
        "PYTHONUNBUFFERED": "1",
    }
    return subprocess.Popen(  # noqa: S603 - our own command
        [
            sys.executable,
            str(settings.BASE_DIR / "manage.py"),
            "import_results",
            str(path),
            "--create-patients",
            f"--clinic={clinic.pk}",
        ],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rows = (
        line(str(row // 4), f"Patient {row // 4}", day=f"2026-01-{1 + row % 4:02}")
        for row in range(ROWS)
    )
    path = tmp_path / "results.csv"
    path.write_text("\n".join((HEADER, *rows)))
    return path


def test_a_killed_import_is_whole_or_nothing_and_repeats_nothing(
    table: Path, clinic: Clinic
) -> None:
    chance = random.Random(20260314)  # noqa: S311 - moments, no secrets
    for _ in range(4):
        process = begin(table, clinic)
        assert process.stdout is not None
        assert "Reading the rows" in process.stdout.readline()
        time.sleep(chance.uniform(0, LONGEST_WAIT))
        process.kill()
        process.communicate()

        assert LabResult.objects.count() in {0, ROWS}
        assert ImportBatch.objects.filter(added=ROWS).count() <= 1

    for _ in range(2):
        finished = begin(table, clinic)
        finished.communicate(timeout=600)
        assert finished.returncode == 0
        assert LabResult.objects.count() == ROWS
