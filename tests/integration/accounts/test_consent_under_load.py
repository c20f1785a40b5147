"""A clinic that is reading while consent is taken back sees nothing afterwards."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import queries
from accounts.services import consent
from tests.access.characters import Cast

READERS = 4


@pytest.mark.django_db(transaction=True)
def test_no_read_that_begins_after_the_revocation_succeeds(cast: Cast) -> None:
    path = f"/patients/{cast.record.pk}/"
    stop = threading.Event()
    browsers = [Client(raise_request_exception=False) for _ in range(READERS)]
    for browser in browsers:
        browser.force_login(cast.consented)

    def read(browser: Client) -> list[tuple[float, int]]:
        seen = []
        while not stop.is_set():
            began = time.monotonic()
            seen.append((began, browser.get(path).status_code))
        connection.close()
        return seen

    with ThreadPoolExecutor(READERS) as pool:
        reading = [pool.submit(read, browser) for browser in browsers]
        time.sleep(1)
        consent.revoke(
            consent=cast.harbour_consent,
            by=queries.viewer_for(cast.owner),
            at=timezone.now(),
        )
        revoked = time.monotonic()
        time.sleep(1)
        stop.set()
        seen = [look for reader in reading for look in reader.result()]

    before = {status for began, status in seen if began < revoked}
    after = {status for began, status in seen if began > revoked}
    assert 200 in before
    assert after == {404}


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
