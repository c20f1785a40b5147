"""The web process refuses to start with a role that no policy would bind."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from pytest_django import Settings

from tracker.database import EmbeddedPostgres
from tracker.grants import exempt_page, refuse_powerful_role

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "rls_exempt.md"


def test_the_page_of_exempt_tables_is_up_to_date() -> None:
    assert DOCUMENT.read_text() == exempt_page()


def powerful(role: str) -> bool:
    """Return whether a process that signs in with this role is refused."""
    opened = connections["default"].copy()
    opened.settings_dict = {**connection.settings_dict, "USER": role}
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("tracker.grants.connection", opened)
            refuse_powerful_role()
    except ImproperlyConfigured:
        return True
    finally:
        opened.close()
    return False


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "is_refused"),
    [("postgres", True), ("calcidiol_owner", True), ("calcidiol_web", False)],
)
def test_superuser_and_owner_are_refused_and_the_web_role_is_not(
    settings: Settings, role: str, *, is_refused: bool
) -> None:
    settings.VIEWER_ROLE = ""

    assert powerful(role) is is_refused


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE ROLE climber LOGIN BYPASSRLS",
        "CREATE ROLE climber LOGIN IN ROLE calcidiol_owner",
    ],
)
def test_a_role_that_could_climb_is_refused(
    postgres: EmbeddedPostgres, settings: Settings, statement: str
) -> None:
    settings.VIEWER_ROLE = ""
    with postgres.connect("postgres", "postgres") as superuser:
        superuser.execute(statement)
        try:
            assert powerful("climber")
        finally:
            superuser.execute("DROP ROLE climber")
