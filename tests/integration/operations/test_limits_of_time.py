"""A request that keeps the database waiting is stopped, in a sentence, and undone."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from manage import LIMITS_OF_LONG_WORK
from tests.access.characters import person
from tracker.settings import DATABASE_LIMITS  # noqa: TID251 - what is shipped

KINDS = {
    "statement": "statement_timeout",
    "lock": "lock_timeout",
    "pause": "idle_in_transaction_session_timeout",
}
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.access.urls_that_fail"),
]


@contextmanager
def somebody_who_holds_the_lock() -> Iterator[None]:
    """Hold what the request wants, from a connection of one's own."""
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        aside = connection.copy()
        aside.inc_thread_sharing()
        with aside.cursor() as cursor:
            cursor.execute("BEGIN; SELECT pg_advisory_xact_lock(20260314)")
            held.set()
            let_go.wait(60)
            cursor.execute("ROLLBACK")
        aside.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(60)
    try:
        yield
    finally:
        let_go.set()
        holder.join()


@pytest.mark.parametrize("kind", KINDS)
def test_what_takes_too_long_is_stopped_undone_and_said(
    settings: Settings, kind: str
) -> None:
    settings.DATABASE_LIMITS = DATABASE_LIMITS | {KINDS[kind]: "200ms"}
    client = Client(raise_request_exception=False)
    client.force_login(person("Anna Example", "anna@example.org"))

    with somebody_who_holds_the_lock():
        page = client.get(f"/waits/{kind}/")
        answer = client.get(f"/api/v1/waits/{kind}/")

    assert (page.status_code, answer.status_code) == (503, 503)
    assert page.headers["Retry-After"] == answer.headers["Retry-After"] == "5"
    assert "nothing of your last step was saved" in page.content.decode()
    assert "Nothing was saved" in answer.json()["detail"]
    assert not User.objects.filter(email="waited@example.org").exists()


def test_a_limit_ends_with_its_request() -> None:
    before = _limits_now()
    client = Client()
    client.force_login(person("Anna Example", "anna@example.org"))

    assert client.get("/").status_code in {200, 302}

    assert _limits_now() == before


def _limits_now() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting(name) FROM unnest(%s::text[]) AS name",
            [list(KINDS.values())],
        )
        return [value for (value,) in cursor.fetchall()]


def test_every_limit_is_shipped_and_shorter_than_the_web_servers_own() -> None:
    assert set(DATABASE_LIMITS) == set(KINDS.values())
    for text in DATABASE_LIMITS.values():
        assert 0 < int(text.removesuffix("s")) <= 60


def test_work_in_the_background_has_limits_of_its_own() -> None:
    """The worker's command hands them to each of its connections."""
    with psycopg.connect(
        host=connection.settings_dict["HOST"],
        user=connection.settings_dict["USER"],
        dbname=connection.settings_dict["NAME"],
        options=LIMITS_OF_LONG_WORK,
    ) as workers:
        told = [
            workers.execute("SELECT current_setting(%s)", [name]).fetchone()
            for name in KINDS.values()
        ]

    assert told == [("15min",), ("5min",), ("15min",)]
    assert set(re.findall(r"-c (\w+)=", LIMITS_OF_LONG_WORK)) == set(KINDS.values())
