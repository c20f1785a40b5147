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
CROWD = 0.15  # this part of the time nobody rests
REST = 2.0
SAMPLES = 60
WARM = 3  # this part of the time is left out
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
    everybody = people * PROGRAMS_A_PERSON
    rests_from = time.monotonic() + CROWD * seconds
    with ThreadPoolExecutor(len(everybody)) as pool:
        programs = [
            pool.submit(_ask_on, stack, each, number, rests_from, stopped)
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
    rests_from: float,
    stopped: threading.Event,
) -> Counter[int]:
    record = f"{stack.address}/api/v1/patients/{person['id']}"
    answers: Counter[int] = Counter()
    # Days of each program's own: two results of one day would be asked about.
    day, rounds = date(2020 - number, 1, 1), 0
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
                if stopped.wait(REST if time.monotonic() > rests_from else 0):
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
    web = sum(_held_by(each.pid) for each in stack.web)
    worker = _held_by(stack.worker.pid) if stack.worker is not None else 0.0
    return Sample(passed, web, worker, stack.count(CONNECTED))


def _held_by(pid: int) -> float:
    """Return what a process and its children hold, what they share counted once."""
    parent = psutil.Process(pid)
    held = 0
    for each in (parent, *parent.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            held += each.memory_full_info().pss
    return held / MEGABYTE


def figures(found: Soaked) -> dict[str, str]:
    """Return what is told of it."""
    warm = found.warm
    links = [each.connections for each in warm]
    asked, taken = found.answers.total(), found.answers[200] + found.answers[201]
    minutes = (found.samples[-1].seconds - found.samples[0].seconds) / 60
    told = {
        "minutes": f"{minutes:.0f}",
        "requests": str(asked),
        "of them not answered with 200 or 201": str(asked - taken),
        "connections of the database, least and most": f"{min(links)}, {max(links)}",
    }
    for part, words in (("web", "web processes"), ("worker", "worker")):
        held = [getattr(each, part) for each in warm]
        piece = max(1, len(held) // WARM)
        first, last = (
            statistics.median(each) for each in (held[:piece], held[-piece:])
        )
        told[f"memory of the {words}, warm and at the end"] = (
            f"{first:.0f} MB, {last:.0f} MB"
        )
        told[f"growth of the {words}"] = f"{growth(warm, part):+.1f} MB an hour"
    return told
