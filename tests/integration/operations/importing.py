"""
Files that come in while web processes and the worker are killed.

Part of `make drill` (DRILL=imports); `make test` runs it once, small. Each file is
there as a whole or not at all, at every moment; what was told as saved stays; and the
same file brought in again adds nothing.
"""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import requests

from tests.integration.operations.drills import GIVEN_UP_AFTER, MAY_FAIL, PATIENCE
from tests.integration.operations.stack import Stack

ROWS = 12
# What a dead worker held is taken up after a minute, by one that may die over it again:
# for as long as workers are killed, a file may wait.
READ_AT_LAST = 3600
KINDS = 2  # large and small; each program brings one of each at the least
REST = 0.3
FIRST_DAY = date(2003, 12, 31)  # before what the other drills store
ONE_FILE = "results.csv"
HEADER = "date,test,value,unit,laboratory,padding"
# A column that nobody reads makes a file large enough for the worker. A number, since
# the drill knows no Django: the test compares it with the product's own.
LARGE_BYTES = 1_500_000
PADDING = "x" * (LARGE_BYTES // ROWS + 1)
HALF = """
SELECT count(*) FROM (
  SELECT import_batch_id FROM labs_labresult WHERE import_batch_id IS NOT NULL
  GROUP BY import_batch_id HAVING count(*) <> %(rows)d
) AS half
"""
DOUBLED = """
SELECT count(*) FROM (
  SELECT patient_id, collected_on FROM labs_labresult
  WHERE import_batch_id IS NOT NULL
  GROUP BY patient_id, collected_on HAVING count(*) > 1
) AS doubled
"""
SAVED = """
SELECT count(*) FROM labs_importbatch AS batch WHERE batch.state = 'saved' AND EXISTS (
  SELECT FROM labs_labresult WHERE import_batch_id = batch.id)
"""


@dataclass
class Imported:
    """What programs were told, and what the database held."""

    told: int = 0  # files that were told as saved
    large: int = 0  # of them such as the worker saves
    saved: int = 0  # files of which the database holds the results
    half: int = 0  # files of which it held some results alone, at any look
    doubled: int = 0  # days of a person that stand twice
    added_again: int = 0  # results that the same file added when it came again
    kills: dict[str, int] = field(default_factory=lambda: {"web": 0, "worker": 0})
    seconds: float = 0.0


class Importer:
    """A program that brings in one file after the other, large and small in turn."""

    def __init__(self, stack: Stack, person: dict[str, Any]) -> None:
        self.stack = stack
        self.api = f"{stack.address}/api/v1"
        self.record = f"{self.api}/patients/{person['id']}/imports"
        self.session = requests.Session()
        self.session.verify, self.session.trust_env = stack.certificate, False
        self.session.headers["Authorization"] = f"Bearer {person['key']}"
        self.files: list[str] = []  # those that were told as saved
        self.large = 0

    def bring_on(self, stopped: threading.Event) -> None:
        for number in count():
            if stopped.is_set() and number >= KINDS:
                return
            is_large = number % 2 == 0
            text = a_file(number, PADDING if is_large else "")
            self.bring(text)
            self.files.append(text)
            self.large += is_large

    def bring(self, text: str) -> int:
        """Bring a file in until it is told as saved; return how many it added."""
        seen = self._sent("POST", self.record, text=text)
        address = f"{self.api}/imports/{seen['id']}"
        seen = self._settled(address, seen, {"read"})
        added = int(seen["added"])
        if added == 0:
            return 0
        seen = self._sent("POST", f"{address}/saving", seen_as=seen["etag"], body={})
        self._settled(address, seen, {"saved"})
        return added

    def _settled(
        self, address: str, seen: dict[str, Any], wanted: set[str]
    ) -> dict[str, Any]:
        def is_done() -> bool:
            nonlocal seen
            if seen["state"] not in wanted:
                seen = self._sent("GET", address)
            return seen["state"] in wanted

        self.stack.wait_for(is_done, f"{wanted}", seconds=READ_AT_LAST)
        return seen

    def _sent(
        self,
        method: str,
        address: str,
        *,
        text: str | None = None,
        seen_as: str | None = None,
        body: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Ask until it is taken, always with the same key; return what was told."""
        headers = {"Idempotency-Key": str(uuid4())} if method == "POST" else {}
        if seen_as is not None:
            headers["If-Match"] = seen_as
        given_up_at = time.monotonic() + GIVEN_UP_AFTER
        said = "nothing"
        while time.monotonic() < given_up_at:
            try:
                answer = self.session.request(
                    method,
                    address,
                    files={"file": (ONE_FILE, text)} if text else None,
                    json=body,
                    headers=headers,
                    timeout=PATIENCE,
                )
            except requests.RequestException as error:
                said = str(error)
            else:
                if answer.ok:
                    return {**answer.json(), "etag": answer.headers.get("ETag")}
                said = f"{answer.status_code} {answer.text[:300]}"
                if answer.status_code not in MAY_FAIL | {502, 504}:
                    raise AssertionError(said)
            time.sleep(REST)
        message = f"{method} was not taken for {GIVEN_UP_AFTER} s, at last: {said}"
        raise AssertionError(message)


def a_file(number: int, padding: str) -> str:
    """Return a table of days that no other file of the person has."""
    first = FIRST_DAY - timedelta(days=number * ROWS)
    rows = (
        f"{first - timedelta(days=row)},25-OH vitamin D,2{row % 10}.5,ng/mL,"
        f"Harbour Laboratory,{padding}"
        for row in range(ROWS)
    )
    return "\n".join((HEADER, *rows))


def kill_while_files_come_in(
    stack: Stack, people: list[dict[str, Any]], *, kills: int, chance: random.Random
) -> Imported:
    """
    Kill a web process and the worker in turn, at random moments, while files come in.

    What was killed is there again before its like is killed. In the end everything that
    was begun is waited for, and every file is brought in a second time.
    """
    found, stopped = Imported(), threading.Event()
    importers = [Importer(stack, each) for each in people]
    began = time.monotonic()
    with ThreadPoolExecutor(len(importers)) as pool:
        going = [pool.submit(each.bring_on, stopped) for each in importers]
        try:
            for number in range(kills):
                _raise_what_failed(going)
                what, kill = _next_kill(stack, number, chance)
                kill()
                found.kills[what] += 1
                found.half += stack.count(HALF % {"rows": ROWS})
        finally:
            stopped.set()
            _keep_going(stack, going)
    _raise_what_failed(going)
    found.told = sum(len(each.files) for each in importers)
    found.large = sum(each.large for each in importers)
    found.saved, found.doubled = stack.count(SAVED), stack.count(DOUBLED)
    found.half += stack.count(HALF % {"rows": ROWS})
    for each in importers:
        found.added_again += sum(each.bring(text) for text in each.files[-2:])
    found.seconds = time.monotonic() - began
    return found


def _next_kill(
    stack: Stack, number: int, chance: random.Random
) -> tuple[str, Callable[[], None]]:
    if number % 2:
        stack.keep_the_worker_running()
        worker = stack.worker
        assert worker is not None
        _let_work(chance, 12.0)  # it takes seconds to begin, and then to read a file
        return "worker", lambda: stack.kill(worker)
    index = number // 2 % len(stack.web)
    stack.wait_for(
        lambda: len(stack.web_family(index)) == stack.web_processes, "a web process"
    )
    _let_work(chance, 1.0)
    return "web", chance.choice(stack.web_family(index)).kill


def _let_work(chance: random.Random, longest: float) -> None:
    time.sleep(chance.uniform(0, longest))


def _keep_going(stack: Stack, going: list[Future[None]]) -> None:
    """Wait for the programs' last files, with a worker that lives."""
    while not all(each.done() for each in going):
        stack.keep_the_worker_running()
        time.sleep(REST)


def _raise_what_failed(going: list[Future[None]]) -> None:
    for each in going:
        if each.done():
            each.result()
