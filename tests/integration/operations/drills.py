"""
Faults done to a running stack, small or large, and what came of them.

`make test` runs each once, small; `make drill` runs them at full size and writes
docs/drills.md with the figures.
"""

import random
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import psutil
import requests

from tests.integration.operations.stack import Stack

# Longer than the proxy lets anybody wait: how fast a machine is, no drill asks.
PATIENCE = 120
QUEUE_SECONDS = 1800
RESULTS = "SELECT count(*) FROM labs_labresult"
ACCEPTED = {200, 201}
READ = 200
READ_PAUSE = 0.2
# A site that does not come back is told after this long; no drill leaves it away so.
GIVEN_UP_AFTER = 600
# What an unhappy moment may look like: the pooler's or the proxy's word, never a 500.
MAY_FAIL = {429, 503}
NO_ROOM = "no room left"
SAID = 300


@dataclass
class Outcome:
    """What writers saw, and what the database held afterwards."""

    acknowledged: int = 0
    rows: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    broken: int = 0  # connections that ended without an answer
    recoveries: list[float] = field(default_factory=list)
    failed_by_plan: int = 0  # of the writes, around restarts that were planned
    reads: Counter[int] = field(default_factory=Counter)  # 0 where no answer came
    surprises: list[str] = field(default_factory=list)  # what a plain error said
    without_room: int = 0  # writes that were told that nothing was saved

    @property
    def failed_reads(self) -> int:
        return self.reads.total() - self.reads[READ]

    @property
    def asked(self) -> int:
        return sum(self.answers.values()) + self.broken

    @property
    def failed(self) -> int:
        return self.asked - sum(self.answers[status] for status in ACCEPTED)

    @property
    def plain_errors(self) -> int:
        return sum(
            count
            for status, count in (self.answers + self.reads).items()
            if status not in ACCEPTED | MAY_FAIL | {0}
        )


class Writers:
    """Programs that store results, each asking again with its key until it is told."""

    def __init__(
        self, stack: Stack, people: list[dict[str, Any]], *, readers: bool = False
    ) -> None:
        self.stack = stack
        self.outcome = Outcome()
        self.before = stack.count(RESULTS)
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._gave_up: list[str] = []
        does = [self._write, self._read] if readers else [self._write]
        self._threads = [
            threading.Thread(target=do, args=(person,))
            for person in people
            for do in does
        ]

    @contextmanager
    def writing(self) -> Iterator["Writers"]:
        """Let them write inside the block; count what is there after it."""
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            self._stopped.set()
            self._wait_for_all()
        self.outcome.rows = self.stack.count(RESULTS) - self.before

    def _wait_for_all(self) -> None:
        """Wait for the last write of each, which is asked again until it is told."""
        for thread in self._threads:
            thread.join()
        if self._gave_up:
            message = "The site did not come back:\n" + "\n".join(self._gave_up)
            raise AssertionError(message)

    def acknowledged_since(self, count: int, *, more: int) -> None:
        """Wait until some more writes were taken."""
        self.stack.wait_for(
            lambda: self.outcome.acknowledged >= count + more, "another write"
        )

    def failed_since(self, count: int, *, more: int) -> None:
        """Wait until some more writes were refused."""
        self.stack.wait_for(
            lambda: self.outcome.failed >= count + more, "another refusal"
        )

    def _write(self, person: dict[str, Any]) -> None:
        # A day of its own for each: two results of one day would be asked about.
        day = date(2026, 1, 1) - timedelta(days=self.before)
        while not self._stopped.is_set():
            day -= timedelta(days=1)
            self._store(person, day)

    def _read(self, person: dict[str, Any]) -> None:
        """Look at one's newest result, again and again; never twice after a failure."""
        address = f"{self.stack.address}/api/v1/patients/{person['id']}/results"
        while not self._stopped.is_set():
            try:
                answer = requests.get(
                    address,
                    params={"limit": 1},
                    headers={"Authorization": f"Bearer {person['key']}"},
                    verify=self.stack.certificate,
                    timeout=PATIENCE,
                )
                status, said = answer.status_code, answer.text
            except requests.RequestException as error:
                status, said = 0, str(error)
            with self._lock:
                self.outcome.reads[status] += 1
                if status not in MAY_FAIL | {READ}:
                    self.outcome.surprises.append(f"{status} {said[:SAID]}")
            self._stopped.wait(READ_PAUSE)

    def _store(self, person: dict[str, Any], day: date) -> None:
        body = {
            "measurand": "total",
            "value": "28.0417",
            "unit": "ng/mL",
            "collected_on": day.isoformat(),
            "laboratory": "Harbour Laboratory",
        }
        headers = {
            "Authorization": f"Bearer {person['key']}",
            "Idempotency-Key": str(uuid4()),
        }
        address = f"{self.stack.address}/api/v1/patients/{person['id']}/results"
        given_up_at = time.monotonic() + GIVEN_UP_AFTER
        said = "nothing"
        while time.monotonic() < given_up_at:
            try:
                answer = requests.post(
                    address,
                    json=body,
                    headers=headers,
                    verify=self.stack.certificate,
                    timeout=PATIENCE,
                )
            except requests.RequestException as error:
                said = str(error)
                with self._lock:
                    self.outcome.broken += 1
            else:
                said = f"{answer.status_code} {answer.text}"
                with self._lock:
                    self.outcome.answers[answer.status_code] += 1
                    if answer.status_code in ACCEPTED:
                        self.outcome.acknowledged += 1
                        return
                    self.outcome.without_room += NO_ROOM in answer.text
                if answer.status_code not in MAY_FAIL | {500, 502, 504}:
                    raise AssertionError(answer.text)
            time.sleep(0.2)
        with self._lock:
            self._gave_up.append(
                f"no write was taken for {GIVEN_UP_AFTER} s, at last: {said[:SAID]}"
            )
        self._stopped.set()


def restart_postgres_under_load(
    stack: Stack, people: list[dict[str, Any]], *, restarts: int, between: int = 3
) -> Outcome:
    """
    Restart PostgreSQL while programs write and read.

    Every second one crashes; the others are planned, as docs/deployment.md has it.
    """
    writers = Writers(stack, people, readers=True)
    with writers.writing():
        for number in range(restarts):
            writers.acknowledged_since(writers.outcome.acknowledged, more=between)
            is_crash = number % 2 == 1
            failed = writers.outcome.failed
            with nullcontext() if is_crash else stack.paused_pooler():
                stack.restart_postgres(crash=is_crash)
            began, count = time.monotonic(), writers.outcome.acknowledged
            writers.acknowledged_since(count, more=1)
            writers.outcome.recoveries.append(time.monotonic() - began)
            if not is_crash:
                writers.outcome.failed_by_plan += writers.outcome.failed - failed
    return writers.outcome


def kill_web_processes(
    stack: Stack, people: list[dict[str, Any]], *, kills: int, chance: random.Random
) -> Outcome:
    """
    Kill one process of gunicorn's after the other, at random moments, under writes.

    As a machine does that is short of memory. The next is killed once the one before
    was replaced.
    """
    writers = Writers(stack, people)
    with writers.writing():
        for number in range(kills):
            index = number % len(stack.web)
            writers.acknowledged_since(writers.outcome.acknowledged, more=1)
            family = _whole_family(stack, index)
            time.sleep(chance.uniform(0, 0.3))
            chance.choice(family).kill()
            began, count = time.monotonic(), writers.outcome.acknowledged
            writers.acknowledged_since(count, more=1)
            writers.outcome.recoveries.append(time.monotonic() - began)
            _whole_family(stack, index)
    return writers.outcome


def _whole_family(stack: Stack, index: int) -> list[psutil.Process]:
    stack.wait_for(
        lambda: len(stack.web_family(index)) == stack.web_processes, "a web process"
    )
    return stack.web_family(index)


def fill_the_disk(
    stack: Stack, people: list[dict[str, Any]], *, times: int, refused: int
) -> Outcome:
    """Take all room from PostgreSQL while programs write and read; give it back."""
    writers = Writers(stack, people, readers=True)
    outcome = writers.outcome
    with writers.writing():
        for _ in range(times):
            writers.acknowledged_since(outcome.acknowledged, more=3)
            with stack.full_disk():
                writers.failed_since(outcome.failed, more=refused)
            began, count = time.monotonic(), outcome.acknowledged
            writers.acknowledged_since(count, more=1)
            outcome.recoveries.append(time.monotonic() - began)
    return outcome


# Slow clients.


def _encrypted(stack: Stack) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=stack.certificate)
    plain = socket.create_connection(("localhost", stack.port["https"]), PATIENCE)
    return context.wrap_socket(plain, server_hostname="localhost")


@contextmanager
def slow_clients(stack: Stack, count: int) -> Iterator[None]:
    """Have clients that send a letter a second: half in headers, half in a body."""
    sockets: list[ssl.SSLSocket] = []
    stopped = threading.Event()
    sender = threading.Thread(target=_send_on, args=(sockets, stopped))
    sender.start()
    try:
        for number in range(count):
            each = _encrypted(stack)
            path = "/account/login/"
            each.send(f"POST {path} HTTP/1.1\r\nHost: localhost\r\n".encode())
            if number % 2:
                each.send(b"Content-Length: 100000\r\n\r\n")
            else:
                each.send(b"X-Slow: ")
            sockets.append(each)
        yield
    finally:
        stopped.set()
        sender.join()
        for each in sockets:
            each.close()


def _send_on(sockets: list[ssl.SSLSocket], stopped: threading.Event) -> None:
    while not stopped.wait(1):
        for each in tuple(sockets):
            with suppress(OSError):  # the proxy has had enough of this one
                each.send(b"a")


def healthy_requests(stack: Stack, count: int) -> list[tuple[int, float]]:
    """Ask for a page as a healthy client; return each status and its seconds."""
    found = []
    with requests.Session() as session:
        session.verify, session.trust_env = stack.certificate, False
        for _ in range(count):
            began = time.monotonic()
            answer = session.get(f"{stack.address}/account/login/", timeout=PATIENCE)
            found.append((answer.status_code, time.monotonic() - began))
    return found


# Requests that are framed in ways two readers could understand differently.

_HOST = b"Host: localhost\r\n"
_POST = b"POST / HTTP/1.1\r\n" + _HOST
_GET = b"GET / HTTP/1.1\r\n" + _HOST
_LENGTH, _CHUNKED = b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n"
_LAST_CHUNK = b"\r\n0\r\n\r\n"
ODD_REQUESTS = {
    "two lengths": _POST + _LENGTH + b"Content-Length: 6\r\n\r\nhello",
    "length and chunks": _POST + _LENGTH + _CHUNKED + _LAST_CHUNK,
    "unknown encoding": _POST + b"Transfer-Encoding: xchunked\r\n" + _LAST_CHUNK,
    "chunked twice": _POST + _CHUNKED + _CHUNKED + _LAST_CHUNK,
    "bad chunk size": _POST + _CHUNKED + b"\r\nzz\r\nhello\r\n0\r\n\r\n",
    "negative length": _POST + b"Content-Length: -5\r\n\r\n",
    "length with a plus": _POST + b"Content-Length: +5\r\n\r\nhello",
    "length of words": _POST + b"Content-Length: five\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": _GET + b"Host: example.org\r\n\r\n",
    "foreign host": b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n",
    "NUL in a header": _GET + b"X-Odd: a\x00b\r\n\r\n",
    "TRACE": b"TRACE / HTTP/1.1\r\n" + _HOST + b"\r\n",
    "CONNECT": b"CONNECT example.org:443 HTTP/1.1\r\n" + _HOST + b"\r\n",
    "no such version": b"GET / HTTP/9.9\r\n" + _HOST + b"\r\n",
    "huge header": _GET + b"X-Odd: " + b"a" * 100_000 + b"\r\n\r\n",
    "NUL in the address": b"GET /\x00 HTTP/1.1\r\n" + _HOST + b"\r\n",
    "space before the colon": _POST + b"Content-Length : 5\r\n\r\nhello",
}


def answer_to(stack: Stack, request: bytes) -> list[int]:
    """Send bytes as they are; return the status of every answer that came."""
    with _encrypted(stack) as link:
        link.settimeout(PATIENCE)
        link.sendall(request)
        said = b""
        try:
            while more := link.recv(65536):
                said += more
                if b"\r\n\r\n" in said:
                    link.settimeout(0.5)
        except (TimeoutError, OSError):
            pass
    lines = said.split(b"HTTP/1.1 ")[1:]
    return [int(line[:3]) for line in lines]


# A queue whose workers die.


@dataclass
class Queue:
    """What became of the jobs."""

    left: int
    seconds: float


WAITING = """
SELECT count(*) FROM procrastinate_jobs
WHERE task_name = 'send_mail' AND status <> 'succeeded'
"""


def wait_for_a_done_job(stack: Stack) -> None:
    before = stack.count(WAITING)
    stack.wait_for(lambda: stack.count(WAITING) < max(before, 1), "a done job")


def kill_workers(
    stack: Stack, *, jobs: int, kills: int, chance: random.Random
) -> Queue:
    """
    Fill the queue, kill the worker again and again, and wait until all is done.

    The jobs look for a message that was sent meanwhile, and end: what is tried is the
    queue. Work that a killed worker held is taken up once its heart has stopped.
    """
    with stack.looking() as connection:
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
            " SELECT 'default', 'send_mail', jsonb_build_object('mail_id',"
            " gen_random_uuid()) FROM generate_series(1, %s)",
            [jobs],
        )
    began = time.monotonic()
    for _ in range(kills):
        stack.keep_the_worker_running()
        wait_for_a_done_job(stack)
        time.sleep(chance.uniform(0, 0.5))
        if stack.worker is not None:
            stack.kill(stack.worker)
    stack.keep_the_worker_running()
    stack.wait_for(
        lambda: stack.count(WAITING) == 0, "the end of the queue", seconds=QUEUE_SECONDS
    )
    return Queue(left=stack.count(WAITING), seconds=time.monotonic() - began)
