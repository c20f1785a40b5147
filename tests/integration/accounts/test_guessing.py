"""Guessing is stopped at exactly N, whoever counts and whatever headers say."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django import Settings

from accounts.models import FailureCount, User
from accounts.services.sign_in import MOST_FAILURES
from tests.access.characters import FOUR_WORDS, Cast, person
from tracker import tasks

LOGIN = "/account/login/"
WRONG = "the wrong words entirely"
STOPPED = "Too many failed login attempts"


def guess(email: str, *, forged: str = "", host: str = "localhost") -> str:
    """Try a wrong password from a browser of its own; return the page."""
    headers = {"host": host}
    if forged:
        headers |= {"x-forwarded-for": forged, "x-real-ip": forged}
    answer = Client().post(LOGIN, {"login": email, "password": WRONG}, headers=headers)
    return answer.content.decode()


@pytest.fixture
def empty_counters(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Nobody has tried yet; and whoever has to wait for a counter waits for his turn.

    After a second the library refuses in other words, as on a busy machine it may.
    """
    del transactional_db
    monkeypatch.setattr(ratelimit, "CACHE_LOCK_WAIT_TIMEOUT", 300)
    cache.clear()


@pytest.mark.parametrize("workers", [1, 3, 6])
@pytest.mark.usefixtures("empty_counters")
def test_exactly_five_tries_pass_with_any_number_of_workers(workers: int) -> None:
    def work(_: int) -> str:
        try:
            return guess("alice@example.org")
        finally:
            connection.close()

    person("Alice Ashby", "alice@example.org")

    with ThreadPoolExecutor(workers) as pool:
        pages = list(pool.map(work, range(12)))

    assert sum(STOPPED not in page for page in pages) == 5


@pytest.mark.django_db
def test_forged_proxy_headers_and_host_names_open_no_new_counter() -> None:
    pages = [
        guess(f"nobody{number}@example.org", forged=f"203.0.113.{number}")
        for number in range(12)
    ]

    assert [STOPPED in page for page in pages] == [False] * 10 + [True] * 2


@pytest.mark.django_db
def test_another_of_the_sites_names_opens_no_new_counter() -> None:
    pages = [
        guess("alice@example.org", host=("localhost", "127.0.0.1")[number % 2])
        for number in range(6)
    ]

    assert STOPPED in pages[-1]


@pytest.fixture
def without_windows(settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = False


def count_of_failures() -> int:
    return FailureCount.objects.get().failures


@pytest.mark.usefixtures("without_windows")
def test_the_hundredth_failure_is_the_last_even_with_the_right_password(
    client: Client, cast: Cast
) -> None:
    guess(cast.owner.email)
    FailureCount.objects.update(failures=MOST_FAILURES - 1)
    assert "stopped after 100" not in guess(cast.owner.email.upper())

    page = client.post(LOGIN, {"login": cast.owner.email, "password": FOUR_WORDS})

    assert "stopped after 100" in page.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("without_windows")
def test_an_unknown_address_is_stopped_in_the_same_words(cast: Cast) -> None:
    for email in (cast.owner.email, "nobody@example.org"):
        guess(email)
    FailureCount.objects.update(failures=MOST_FAILURES)

    known = guess(cast.owner.email).replace(cast.owner.email, "")
    unknown = guess("nobody@example.org").replace("nobody@example.org", "")

    assert "stopped after 100" in known
    assert without_tokens(known) == without_tokens(unknown)


@pytest.mark.usefixtures("without_windows")
def test_the_right_password_starts_the_count_again(client: Client, cast: Cast) -> None:
    for _ in range(3):
        guess(cast.owner.email)
    assert count_of_failures() == 3

    client.post(LOGIN, {"login": cast.owner.email, "password": FOUR_WORDS})

    assert count_of_failures() == 0


@pytest.mark.django_db
def test_the_counter_holds_no_address() -> None:
    guess("alice@example.org")

    assert "alice" not in FailureCount.objects.get().key
    assert User.objects.count() == 0


@pytest.mark.django_db
def test_only_counters_whose_time_has_passed_are_cleared() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM shared_cache")
    cache.set("old", 1, timeout=60)
    cache.set("fresh", 1, timeout=7200)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE shared_cache SET expires = now() - interval '1 second'"
            " WHERE cache_key LIKE '%old'"
        )

    tasks.clear_counters(timestamp=0)

    assert cache.get("fresh") == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM shared_cache")
        assert cursor.fetchone() == (1,)


def without_tokens(page: str) -> str:
    """Return the page without what differs on every request."""
    lines = [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line]
    return "\n".join(lines)
