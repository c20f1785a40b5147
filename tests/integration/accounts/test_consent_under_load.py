"""A clinic that is reading while consent is taken back sees nothing afterwards."""

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import queries
from accounts.services import consent
from tests.access.characters import Cast
from tests.integration.operations.following import wait_for

READERS = 4
Looks = list[tuple[float, int]]  # when each began, and its status


def wait_for_all(reading: list[Future[None]], seen: list[Looks], since: float) -> None:
    """Wait until every reader has looked once more, however long a look takes."""

    def have_looked() -> bool:
        for reader in reading:
            if reader.done():
                reader.result()  # raises what ended it
        return all(looks and looks[-1][0] > since for looks in seen)

    wait_for(have_looked)


@pytest.mark.django_db(transaction=True)
def test_no_read_that_begins_after_the_revocation_succeeds(cast: Cast) -> None:
    path = f"/patients/{cast.record.pk}/"
    stop = threading.Event()
    browsers = [Client(raise_request_exception=False) for _ in range(READERS)]
    for browser in browsers:
        browser.force_login(cast.consented)

    seen: list[Looks] = [[] for _ in browsers]

    def read(browser: Client, looks: Looks) -> None:
        try:
            while not stop.is_set():
                began = time.monotonic()
                looks.append((began, browser.get(path).status_code))
        finally:
            connection.close()

    with ThreadPoolExecutor(READERS) as pool:
        reading = [
            pool.submit(read, *each) for each in zip(browsers, seen, strict=True)
        ]
        try:
            wait_for_all(reading, seen, 0)
            consent.revoke(
                consent=cast.harbour_consent,
                by=queries.viewer_for(cast.owner),
                at=timezone.now(),
            )
            revoked = time.monotonic()
            wait_for_all(reading, seen, revoked)
        finally:
            stop.set()

    for looks in seen:
        assert looks[0][1] == 200
        assert {status for began, status in looks if began > revoked} == {404}


@pytest.mark.django_db(transaction=True)
def test_sharing_at_the_same_moment_from_two_tabs_gives_one_consent(
    cast: Cast,
) -> None:
    both = threading.Barrier(2)

    def share(_: int) -> str:
        both.wait()
        try:
            consent.give(
                patient=cast.record,
                clinic=cast.wood,
                results=True,
                supplements=False,
                health=False,
                results_from=None,
                ends_at=None,
                by=queries.viewer_for(cast.owner),
                at=timezone.now(),
            )
        except consent.ConsentRefused:
            return "refused"
        finally:
            connection.close()
        return "given"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(share, range(2)))

    assert outcomes == ["given", "refused"]
