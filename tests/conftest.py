"""The throw-away database, the clock, and the cast."""

import gc
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Literal

import argon2
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


# Young objects that are looked through for rings at once; 700 is Python's own number.
YOUNG_OBJECTS = 50_000


def pytest_collection_finish() -> None:
    """
    Leave what the whole run keeps out of the search for rings of garbage.

    The product's modules and ten thousand tests never go; looking through them again
    and again took a tenth of the run.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 50)


# The files that take minutes. Begun last, one of them would keep one worker at work
# long after the other has nothing left to do.
LONGEST = (
    "tests/access/test_matrix.py",
    "tests/browser/test_errors_and_languages_are_accessible.py",
    "tests/browser/test_every_page_is_accessible.py",
    "tests/integration/test_no_dose.py",
    "tests/integration/operations/test_deployment.py",
    "tests/integration/test_launch.py",
    "tests/access/test_every_page.py",
    "tests/access/test_hostile_input.py",
    "tests/integration/operations/test_replicas.py",
    "tests/integration/operations/test_backups.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files; `make test` tells xdist to keep to this order."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.nodeid.split("::")[0], len(place)))


@pytest.fixture(autouse=True, scope="session")
def _stretch_once() -> Iterator[None]:
    """
    Remember that a word fits a hash: most people of the tests share both.

    Whatever does not fit is stretched each time, as are new words.
    """
    stretched = argon2.PasswordHasher.verify
    fitting: set[tuple[str | bytes, str | bytes]] = set()

    def verify(
        self: argon2.PasswordHasher, kept: str | bytes, word: str | bytes
    ) -> Literal[True]:
        if (kept, word) not in fitting:
            stretched(self, kept, word)
            fitting.add((kept, word))
        return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(argon2.PasswordHasher, "verify", verify)
        yield


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


# Longer than nearly every test takes, also on a busy machine.
NEAR_MIDNIGHT = timedelta(minutes=2)


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
def _within_one_day() -> None:
    """Let midnight pass before a test begins: today is then the same all through it."""
    now = datetime.now(UTC)  # noqa: TID251 - the real clock, which no test has moved yet
    left = timedelta(days=1) - timedelta(hours=now.hour, minutes=now.minute)
    if left <= NEAR_MIDNIGHT:
        sleep((left - timedelta(seconds=now.second)).total_seconds())


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
