"""The throw-away database, the clock, and the cast."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from tracker import database


@pytest.fixture(scope="session")
def postgres() -> Iterator[database.EmbeddedPostgres]:
    """Run a real PostgreSQL for this test run alone."""
    with database.throw_away() as server:
        with server.connect("postgres", "postgres") as connection:
            connection.execute(f"ALTER ROLE {database.OWNER_ROLE} CREATEDB")
        yield server


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
    yield
    shutil.rmtree(Path(settings.VAR_DIR), ignore_errors=True)
