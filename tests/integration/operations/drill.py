"""
`make drill`: the faults at full size, and docs/drills.md with what came of them.

DRILL names some of them (postgres web slow framing queue); DRILL_SIZE=0.1 makes them
smaller. The page says what was run, at which size and on what.
"""

import json
import os
import platform
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from tests.integration.operations import drills
from tests.integration.operations.stack import PROJECT, Stack

PAGE = PROJECT / "docs" / "drills.md"
SIZE = float(os.environ.get("DRILL_SIZE", "1"))
NAMES = ("postgres", "web", "slow", "framing", "queue")
WRITES_BETWEEN = 100
CHANCE = random.Random(20260314)  # noqa: S311 - moments, no secrets
People = list[dict[str, Any]]


def sized(full: int) -> int:
    return max(1, round(full * SIZE))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def share(part: int, whole: int) -> str:
    return f"{100 * part / max(1, whole):.1f} %"


def writes(outcome: drills.Outcome) -> dict[str, str]:
    slowest = max(outcome.recoveries, default=0.0)
    return {
        "writes acknowledged": str(outcome.acknowledged),
        "acknowledged and lost, or doubled": str(outcome.rows - outcome.acknowledged),
        "plain errors (500, 502, 504)": str(outcome.plain_errors),
        "answers 503 with a time to ask again": str(outcome.answers[503]),
        "connections that broke": str(outcome.broken),
        "writes that failed and were asked again": share(outcome.failed, outcome.asked),
        "slowest first write after it": f"{slowest:.1f} s",
    }


def postgres(stack: Stack, people: People) -> dict[str, str]:
    restarts = sized(10)
    outcome = drills.restart_postgres_under_load(
        stack, people, restarts=restarts, between=WRITES_BETWEEN
    )
    stack.keep_the_worker_running()
    crashes = str(restarts // 2)
    return {
        "restarts": str(restarts),
        "of them crashes": crashes,
        **writes(outcome),
        "writes that failed around planned restarts": str(outcome.failed_by_plan),
        "reads": str(outcome.reads.total()),
        "reads that failed": f"{outcome.failed_reads}, "
        + share(outcome.failed_reads, outcome.reads.total()),
    }


def web(stack: Stack, people: People) -> dict[str, str]:
    kills = sized(100)
    outcome = drills.kill_web_processes(stack, people, kills=kills, chance=CHANCE)
    return {"kills": str(kills), **writes(outcome)}


def slow(stack: Stack, _people: People) -> dict[str, str]:
    clients = sized(300)
    alone = drills.healthy_requests(stack, 100)
    with drills.slow_clients(stack, clients):
        among = drills.healthy_requests(stack, 200)
    return {
        "slow clients": str(clients),
        "healthy requests among them": str(len(among)),
        "of them not answered with 200": str(
            sum(status != 200 for status, _seconds in among)
        ),
        "p99 alone": f"{_p99(alone):.3f} s",
        "p99 among them": f"{_p99(among):.3f} s",
    }


def _p99(answers: list[tuple[int, float]]) -> float:
    ordered = sorted(seconds for _status, seconds in answers)
    return ordered[int(len(ordered) * 0.99) - 1]


def framing(stack: Stack, _people: People) -> dict[str, str]:
    found = {
        kind: drills.answer_to(stack, request)
        for kind, request in drills.ODD_REQUESTS.items()
    }
    refused = sum(
        bool(answers)
        and all(400 <= status < 500 or status == 505 for status in answers)
        for answers in found.values()
    )
    return {"odd requests": str(len(found)), "refused": str(refused)}


def queue(stack: Stack, _people: People) -> dict[str, str]:
    jobs, kills = sized(10_000), sized(20)
    outcome = drills.kill_workers(stack, jobs=jobs, kills=kills, chance=CHANCE)
    return {
        "jobs": str(jobs),
        "kills of the worker": str(kills),
        "jobs not done in the end": str(outcome.left),
        "seconds until all were done": f"{outcome.seconds:.0f}",
    }


DRILLS: dict[str, tuple[str, Callable[[Stack, People], dict[str, str]]]] = {
    "postgres": (
        "PostgreSQL restarts and crashes while programs write and read",
        postgres,
    ),
    "web": ("Web processes are killed (SIGKILL) while programs write", web),
    "slow": ("Slow clients, half in headers and half in bodies", slow),
    "framing": ("Requests that two readers could understand differently", framing),
    "queue": ("A full queue whose worker dies again and again", queue),
}


def page(found: dict[str, dict[str, str]], *, version: str, at: datetime) -> str:
    """Return docs/drills.md."""
    machine = f"{psutil.cpu_count()} processors, Python {platform.python_version()}"
    lines = [
        "# Drills",
        "",
        "What `make drill` did to a running stack (PostgreSQL, PgBouncer, two web",
        "instances, worker, nginx; docs/deployment.md) and what came of it. The same",
        "drills run once, small, in `make test`.",
        "",
        f"{at:%d %B %Y}; {machine}, shared with other work;",
        f"{version}, without fsync: processes were killed, never the machine.",
        "Full size is 10 restarts, 100 kills of a web process, 300 slow clients, and",
        "10,000 jobs with 20 kills of the worker; the counts say what was run.",
    ]
    for name, figures in found.items():
        lines += ["", f"## {DRILLS[name][0]}", "", "| | |", "|---|---:|"]
        lines += [f"| {what} | {figure} |" for what, figure in figures.items()]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Run the drills that are named; write the page where all of them ran."""
    wanted = os.environ.get("DRILL", "").split() or list(NAMES)
    stack = Stack()
    found: dict[str, dict[str, str]] = {}
    try:
        stack.start()
        said = stack.command(["tests.integration.operations.people", "4"], "migrate")
        people: People = json.loads(said.strip().splitlines()[-1])
        with stack.looking() as connection:
            (version,) = connection.execute(
                "SELECT split_part(version(), ' (', 1)"
            ).fetchone() or ("",)
        for name in wanted:
            began = time.monotonic()
            found[name] = DRILLS[name][1](stack, people)
            say(f"{name}: {found[name]} in {time.monotonic() - began:.0f} s")
    finally:
        stack.stop()
    Path(PAGE).write_text(page(found, version=version, at=datetime.now(UTC)))  # noqa: TID251 - a command's own clock
    return 0


if __name__ == "__main__":
    sys.exit(main())
