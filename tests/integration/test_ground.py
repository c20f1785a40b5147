"""The ground that everything stands on."""

import os

import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_tests_run_on_a_real_postgresql() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0])

    # Ours unless another one was asked for, of which the oldest that is served is 15.
    oldest = 150000 if os.environ.get("POSTGRES_PROGRAMS") else 180000
    assert oldest <= version < 190000
