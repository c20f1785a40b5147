"""
Half an hour of programs and people at once: does memory stay, do connections stay.

Part of `make drill` (DRILL=soak); `make test` runs it once, for seconds. Growth is
looked for past the first third of the time. It begins with a crowd that rests for
nothing, so that every thread of every process meets each kind of request and fills what
it keeps: a process begins its threads only as they are needed, which takes hours where
few come at once, and has its size after some six hundred requests to all of them.
"""

import statistics
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
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
PROGRAMS_A_PERSON = 4
CROWD_A_PERSON = 12  # more at once than all processes have threads
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


def soak(stack: Stack, people: list[dict[str, Any]], *, seconds: float) -> Soaked:
    """Have each person's program ask for all there is in turn, and store at times."""
    found, stopped = Soaked(), threading.Event()
    staying = len(people) * PROGRAMS_A_PERSON
    everybody = people * CROWD_A_PERSON
    crowded_until = time.monotonic() + CROWD * seconds
    with ThreadPoolExecutor(len(everybody)) as pool:
        programs = [
            pool.submit(
                _ask_on,
                stack,
                each,
                number,
                crowded_until,
                stopped,
                stays=number < staying,
            )
            for number, each in enumerate(everybody)
        ]
        began = time.monotonic()
        try:
            while (passed := time.monotonic() - began) < seconds:
                found.samples.append(_sample(stack, passed))
                stopped.wait(seconds / SAMPLES)
        finally:
            stopped.set()
    for each in programs:
        found.answers += each.result()
    return found


def _ask_on(
    stack: Stack,
    person: dict[str, Any],
    number: int,
    crowded_until: float,
    stopped: threading.Event,
    *,
    stays: bool,
) -> Counter[int]:
    record = f"{stack.address}/api/v1/patients/{person['id']}"
    answers: Counter[int] = Counter()
    # Days of each program's own: two results of one day would be asked about.
    day, rounds = date(2020, 1, 1) - timedelta(days=DAYS_A_PROGRAM * number), 0
    with requests.Session() as session:
        session.verify, session.trust_env = stack.certificate, False
        session.headers["Authorization"] = f"Bearer {person['key']}"
        while not stopped.is_set():
            if rounds % ROUNDS_A_RESULT == 0:
                day -= timedelta(days=1)
                body = _a_result(day)
                answers[_status(session, "POST", f"{record}/results", body)] += 1
            for path in ASKED:
                answers[_status(session, "GET", f"{record}/{path}")] += 1
                is_crowded = time.monotonic() < crowded_until
                if stopped.wait(0 if is_crowded else REST):
                    return answers
                if not is_crowded and not stays:
                    return answers
            rounds += 1
    return answers


def _status(
    session: requests.Session,
    method: str,
    address: str,
    body: dict[str, str] | None = None,
) -> int:
    try:
        return session.request(method, address, json=body, timeout=PATIENCE).status_code
    except requests.RequestException:
        return 0


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
