"""
Half an hour of programs and people at once: does memory stay, do connections stay.

Part of `make drill` (DRILL=soak); `make test` runs it once, for seconds. Growth is
looked for past the first third of the time, at moments at which nobody is answered:
what an answer takes meanwhile depends on how busy the machine is. It begins with a
crowd that rests for nothing, so that every thread of every process meets each kind of
request and fills what it keeps: a process has its size after some six hundred requests
to all of its threads. Many records are asked for, so that none becomes much longer.
"""

import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import psutil
import requests

from tests.integration.operations.drills import PATIENCE
from tests.integration.operations.stack import Stack

ASKED = (
    "results?limit=100",
    "precautions",
    "chart.svg",
    "chart.png",
    "export/record.json",
    "report.pdf",
)
ROUNDS_A_RESULT = 50  # what grows is then the program, not the record
PROGRAMS = 48  # at first, more at once than all processes have threads
STAYING = 16  # of them, later
CROWD = 0.15  # this part of the time the crowd is there, and nobody rests
REST = 2.0
SAMPLES = 60
WARM = 3  # this part of the time is left out
DAYS_A_PROGRAM = 60  # that it may store results of, one each
PIECES = 5  # of the time that is left; of each the middle is told
CONNECTED = """
SELECT count(*) FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
MEGABYTE = 1024 * 1024
HOUR = 3600


@dataclass(frozen=True, slots=True)
class Sample:
    """What the processes hold at a moment, in seconds since the first, and in MB."""

    seconds: float
    web: float
    worker: float
    connections: int
    threads: int  # of the web processes


@dataclass
class Soaked:
    """What was answered, and what was held meanwhile."""

    answers: Counter[int] = field(default_factory=Counter)  # 0 where no answer came
    samples: list[Sample] = field(default_factory=list)

    @property
    def warm(self) -> list[Sample]:
        """What was held once every process had met every kind of request."""
        return self.samples[len(self.samples) // WARM :]


def growth(samples: Sequence[Sample], part: str) -> float:
    """Return by how many MB an hour a part grew: the slope of a line through it."""
    if len(samples) < 2:
        return 0.0
    line = statistics.linear_regression(
        [each.seconds for each in samples], [getattr(each, part) for each in samples]
    )
    return line.slope * HOUR


class Gate:
    """Lets requests through; while it is shut, none is on its way."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._is_shut = False

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Wait until it is open, and count as on the way meanwhile."""
        with self._changed:
            self._changed.wait_for(lambda: not self._is_shut)
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def shut(self) -> Iterator[None]:
        """Let nobody begin, and wait for who is on the way."""
        with self._changed:
            self._is_shut = True
            self._changed.wait_for(lambda: not self._inside)
        try:
            yield
        finally:
            with self._changed:
                self._is_shut = False
                self._changed.notify_all()


@dataclass
class Crowd:
    """The programs, what they go by together, and what they were answered."""

    stack: Stack
    until: float  # on the monotonic clock; then most go and the others rest
    staying: int
    gate: Gate = field(default_factory=Gate)
    stopped: threading.Event = field(default_factory=threading.Event)

    def ask_on(self, people: list[dict[str, Any]], number: int) -> Counter[int]:
        """Ask for all there is in turn, and store at times; return the answers."""
        answers: Counter[int] = Counter()
        # Days of each program's own: two results of one day would be asked about.
        day, rounds = date(2020, 1, 1) - timedelta(days=DAYS_A_PROGRAM * number), 0
        with requests.Session() as session:
            session.verify, session.trust_env = self.stack.certificate, False
            while True:
                # Each look is written into a record's trail, which goes out with it:
                # of few records, what was held would grow with what was asked.
                person = people[(number + rounds) % len(people)]
                session.headers["Authorization"] = f"Bearer {person['key']}"
                record = f"{self.stack.address}/api/v1/patients/{person['id']}"
                if rounds % ROUNDS_A_RESULT == 0:
                    day -= timedelta(days=1)
                    body = _a_result(day)
                    answers[
                        self._asked(session, "POST", f"{record}/results", body)
                    ] += 1
                for path in ASKED:
                    answers[self._asked(session, "GET", f"{record}/{path}")] += 1
                    if self._goes(number):
                        return answers
                rounds += 1

    def _goes(self, number: int) -> bool:
        is_over = time.monotonic() >= self.until
        has_ended = self.stopped.wait(REST if is_over else 0)
        return has_ended or (is_over and number >= self.staying)

    def _asked(
        self,
        session: requests.Session,
        method: str,
        address: str,
        body: dict[str, str] | None = None,
    ) -> int:
        """Return the status of the answer; 0 where none came."""
        with self.gate.passed(), suppress(requests.RequestException):
            answer = session.request(method, address, json=body, timeout=PATIENCE)
            return answer.status_code
        return 0


def soak(stack: Stack, people: list[dict[str, Any]], *, seconds: float) -> Soaked:
    """Have programs ask in turn for all records as long; look at what is held."""
    found = Soaked()
    began = time.monotonic()
    crowd = Crowd(stack, began + CROWD * seconds, STAYING)
    with ThreadPoolExecutor(PROGRAMS) as pool:
        programs = [
            pool.submit(crowd.ask_on, people, number) for number in range(PROGRAMS)
        ]
        try:
            while (passed := time.monotonic() - began) < seconds:
                # What an answer holds while it is made is not what stays.
                with crowd.gate.shut():
                    found.samples.append(_sample(stack, passed))
                crowd.stopped.wait(seconds / SAMPLES)
        finally:
            crowd.stopped.set()
    for each in programs:
        found.answers += each.result()
    return found


def _a_result(day: date) -> dict[str, str]:
    return {
        "measurand": "total",
        "value": "28.0417",
        "unit": "ng/mL",
        "collected_on": day.isoformat(),
        "laboratory": "Harbour Laboratory",
    }


def _sample(stack: Stack, passed: float) -> Sample:
    web = [held_and_threads(each.pid) for each in stack.web]
    worker = held_and_threads(stack.worker.pid)[0] if stack.worker is not None else 0.0
    return Sample(
        passed,
        sum(held for held, _threads in web),
        worker,
        stack.count(CONNECTED),
        sum(threads for _held, threads in web),
    )


def held_and_threads(pid: int) -> tuple[float, int]:
    """Return the MB and threads of a process and its children, shared pages once."""
    parent = psutil.Process(pid)
    held = threads = 0
    for each in (parent, *parent.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            held += each.memory_full_info().pss
            threads += each.num_threads()
    return held / MEGABYTE, threads


def medians(held: Sequence[float]) -> list[float]:
    """Return the middle of each of the PIECES, in their order, fewer of few looks."""
    ends = [len(held) * number // PIECES for number in range(PIECES + 1)]
    return [
        statistics.median(held[begin:end])
        for begin, end in pairwise(ends)
        if end > begin
    ]


def figures(found: Soaked) -> dict[str, str]:
    """Return what is told of it."""
    warm = found.warm
    links = [each.connections for each in warm]
    threads = [each.threads for each in warm]
    asked, taken = found.answers.total(), found.answers[200] + found.answers[201]
    minutes = (found.samples[-1].seconds - found.samples[0].seconds) / 60
    told = {
        "minutes": f"{minutes:.0f}",
        "requests": str(asked),
        "of them not answered with 200 or 201": str(asked - taken),
        "connections of the database, least and most": f"{min(links)}, {max(links)}",
        "threads of the web processes, least and most": (
            f"{min(threads)}, {max(threads)}"
        ),
    }
    for part, words in (("web", "web processes"), ("worker", "worker")):
        held = [getattr(each, part) for each in warm]
        told[f"memory of the {words}, from when they are warm to the end"] = (
            ", ".join(f"{each:.0f}" for each in medians(held)) + " MB"
        )
        told[f"growth of the {words}"] = f"{growth(warm, part):+.1f} MB an hour"
    return told
