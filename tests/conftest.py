"""The throw-away database, the clock, and the cast."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connections
from django.utils import translation
from pytest_django import DjangoDbBlocker

from tracker import database

# Speed is measured by the benchmarks, with a reference beside it. Where a change is
# judged, the same examples are tried each time; everywhere else new ones are.
hypothesis.settings.register_profile(
    "without a clock",
    deadline=None,
    derandomize=os.environ.get("SAME_EXAMPLES") == "1",
    suppress_health_check=[hypothesis.HealthCheck.too_slow],  # a busy machine
)
hypothesis.settings.load_profile("without a clock")

# A site of its own that the benchmark starts: importing it sets Django up anew.
collect_ignore = ["benchmarks/plain_site.py"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[database.EmbeddedPostgres]:
    """Run a real PostgreSQL for this run alone; POSTGRES_PROGRAMS names another one."""
    chosen = os.environ.get("POSTGRES_PROGRAMS")
    with database.throw_away(programs=Path(chosen) if chosen else None) as server:
        with server.connect("postgres", "postgres") as connection:
            connection.execute(f"ALTER ROLE {database.OWNER_ROLE} CREATEDB")
        yield server


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """
    Leave the database alone at the end: its whole server is thrown away.

    A browser's last connection may still be open then, and dropping would fail.
    """
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    postgres: database.EmbeddedPostgres,
    django_db_modify_db_settings_parallel_suffix: None,
) -> None:
    """Point Django at the throw-away server, only when a test asks for a database."""
    del django_db_modify_db_settings_parallel_suffix
    connections["default"].settings_dict["HOST"] = str(postgres.socket_folder)


@pytest.fixture(autouse=True, scope="session")
def _leave_nothing_behind() -> Iterator[None]:
    # WhiteNoise warns where it is absent, and a warning is an error.
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    yield
    shutil.rmtree(Path(settings.VAR_DIR), ignore_errors=True)


@pytest.fixture(autouse=True)
def _speak_english() -> Iterator[None]:
    """Leave the language that a request activated, as the next request would."""
    translation.activate(settings.LANGUAGE_CODE)
    yield
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _forget_counters(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Empty what no flush knows after a test that commits: counters, and jobs."""
    yield
    marker = request.node.get_closest_marker("django_db")
    commits = bool(marker and marker.kwargs.get("transaction"))
    if commits or "transactional_db" in request.fixturenames:
        with django_db_blocker.unblock():
            caches["default"].clear()
            with connections["default"].cursor() as cursor:
                cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
