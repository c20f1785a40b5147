"""What the planner of the site's connections is told about the cost of an index."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tracker import database

TOLD = """
from tracker.settings import DATABASES
print(DATABASES["default"]["OPTIONS"]["options"])
"""


@pytest.mark.django_db
def test_the_site_has_its_plans_follow_an_index() -> None:
    """By the usual cost a kept plan sorts a whole record for its newest two."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW random_page_cost")
        (cost,) = cursor.fetchone()

    assert cost == "1.1"


def test_what_an_address_says_itself_comes_last_and_holds() -> None:
    """PostgreSQL takes the last of two; whoever has slow disks writes it there."""
    given = {"OPTIONS": {"options": "-c random_page_cost=4"}}

    database.prefer_indexes(given, {})

    said = given["OPTIONS"]["options"]
    assert said == "-c random_page_cost=1.1 -c random_page_cost=4"


def test_how_long_migrations_and_the_worker_wait_is_not_covered() -> None:
    """Options of a connection hide PGOPTIONS: what manage.py puts there goes along."""
    told = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-W", "ignore", "-c", TOLD],
        env={**os.environ, "PGOPTIONS": "-c lock_timeout=5s"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        check=True,
        text=True,
    ).stdout

    assert told.split("\n")[0] == "-c random_page_cost=1.1 -c lock_timeout=5s"


def test_a_pooler_says_it_where_the_site_cannot() -> None:
    """Behind one in transaction mode a connection's own options would be lost."""
    text = (Path(settings.BASE_DIR) / "deploy/pgbouncer/pgbouncer.ini").read_text()

    assert "connect_query='SET random_page_cost = 1.1'" in text
