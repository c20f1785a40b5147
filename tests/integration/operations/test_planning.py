"""What the planner of the site's connections is told about the cost of an index."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tracker import database


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

    database.prefer_indexes(given)

    said = given["OPTIONS"]["options"]
    assert said == "-c random_page_cost=1.1 -c random_page_cost=4"


def test_a_pooler_says_it_where_the_site_cannot() -> None:
    """Behind one in transaction mode a connection's own options would be lost."""
    text = (Path(settings.BASE_DIR) / "deploy/pgbouncer/pgbouncer.ini").read_text()

    assert "connect_query='SET random_page_cost = 1.1'" in text
