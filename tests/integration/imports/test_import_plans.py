"""A file compares each row with its own patient's results, whatever is planned."""

import pytest
from django.db import connection

from labs.models import LabResult
from tests.integration.imports.conftest import Bring, line
from tracker.database import OWNER_ROLE, WEB_ROLE, EmbeddedPostgres

pytestmark = pytest.mark.django_db
PEOPLE = 60
JOINS = {"hash": "hashjoin", "merge": "mergejoin"}


@pytest.fixture
def _counting(postgres: EmbeddedPostgres, db: None) -> None:
    """Let the server count how often each function is called."""
    del db
    with postgres.connect("postgres", "postgres") as server:
        server.execute(
            f"GRANT SET ON PARAMETER track_functions TO {OWNER_ROLE}, {WEB_ROLE}"
        )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL track_functions = 'all'")


def spellings_compared() -> int:
    """Return how often two spellings of a laboratory were compared until now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT calls FROM pg_stat_xact_user_functions WHERE funcname = 'fold'"
        )
        row = cursor.fetchone()
    return row[0] if row else 0


@pytest.mark.usefixtures("_counting")
@pytest.mark.parametrize("join", JOINS)
def test_a_row_is_not_compared_with_other_peoples_results(
    bring: Bring, join: str
) -> None:
    """Everybody was tested on one day by one laboratory, as in a clinic's own file."""
    rows = [line(str(each), f"Patient {each}") for each in range(PEOPLE)]
    bring(*rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE labs_labresult, accounts_patient")
        for other in JOINS.keys() - {join}:
            cursor.execute(f"SET LOCAL enable_{JOINS[other]} = off")

    before = spellings_compared()
    again = bring(*rows)
    compared = spellings_compared() - before

    assert again.already_here == PEOPLE
    assert LabResult.objects.count() == PEOPLE
    # A few for each row, where each row with each patient's would be 7,200.
    assert 0 < compared <= 6 * PEOPLE
