"""
`make drill`: the faults at full size, and docs/drills.md with what came of them.

DRILL names some of them (postgres web imports slow framing queue cluster soak disk),
and DRILL_SIZE=0.1 makes them smaller. Each section of the page says what was run, at
which size and on what; a drill that was not named keeps its own.
"""

import json
import os
import platform
import random
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from textwrap import fill
from typing import Any

import psutil

from tests.integration.operations import cluster, drills, importing, soaking
from tests.integration.operations.stack import PROJECT, Stack

PAGE = PROJECT / "docs" / "drills.md"
WEB_PROCESSES = 2  # of each instance, as the image has them
SIZE = float(os.environ.get("DRILL_SIZE", "1"))
DISK_MEGABYTES = 300  # of which a new cluster with its tables takes the half
WRITES_BETWEEN = 100
PEOPLE, MANY_PEOPLE, RESULTS = 4, 100, 30
SOAK_SECONDS = 1800
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
    if outcome.surprises:
        say(f"{outcome.surprises}\n{stack.complaints()}")
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


def imports(stack: Stack, people: People) -> dict[str, str]:
    found = importing.kill_while_files_come_in(
        stack, people, kills=sized(200), chance=CHANCE
    )
    return {
        "kills of a web process": str(found.kills["web"]),
        "kills of the worker": str(found.kills["worker"]),
        "files told as saved": str(found.told),
        "of them such as the worker saves": str(found.large),
        "files that were there by half, at any kill or in the end": str(found.half),
        "files told as saved and lost, or saved twice": str(found.saved - found.told),
        "results that stand twice": str(found.doubled),
        "results added by a file that came in again": str(found.added_again),
        "seconds": f"{found.seconds:.0f}",
    }


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


def fail_over(_stack: Stack, _people: People) -> dict[str, str]:
    """Kill leaders of a cluster, which has a whole stack of its own."""
    return cluster.figures(sized(6), WRITES_BETWEEN // 10)


def soak(stack: Stack, people: People) -> dict[str, str]:
    return soaking.figures(soaking.soak(stack, people, seconds=sized(SOAK_SECONDS)))


def disk(stack: Stack, people: People) -> dict[str, str]:
    times = sized(5)
    outcome = drills.fill_the_disk(stack, people, times=times, refused=20)
    stack.keep_the_worker_running()
    drills.wait_for_a_done_job(stack)
    return {
        "times without room": str(times),
        **writes(outcome),
        "writes told that there is no room and nothing was saved": str(
            outcome.without_room
        ),
        "reads": str(outcome.reads.total()),
        "reads that failed": str(outcome.failed_reads),
    }


@dataclass(frozen=True, slots=True)
class Drill:
    """What is done, in the words of the page, and what the figures are about."""

    title: str
    run: Callable[[Stack, People], dict[str, str]]
    words: str
    people: int = PEOPLE
    disk_megabytes: int = 0  # of a small disk of its own; only root may have one


DRILLS = {
    "postgres": Drill(
        "PostgreSQL restarts and crashes while programs write and read",
        postgres,
        "Four programs write without a pause and four read. The aim is at most 0.5 % "
        "failed and recovery under 5 s. Planned restarts go through the paused pooler "
        "(deployment.md). What a crash cuts off is run once more by the site, where it "
        "only reads or carries an Idempotency-Key, as here.",
    ),
    "web": Drill(
        "Web processes are killed (SIGKILL) while programs write",
        web,
        "One process of one instance at a time, two processes each; the next is killed "
        "once the one before was replaced. The proxy hands a write that carries an "
        "Idempotency-Key to the other instance.",
    ),
    "imports": Drill(
        "Web processes and the worker are killed (SIGKILL) while files come in",
        imports,
        "Four programs bring in tables of twelve results, in turn such as the worker "
        "reads and saves and such as are saved while they wait. A web process and the "
        "worker are killed in turn, at random moments; at each, every file is counted. "
        "In the end the last two files of each program come in again.",
    ),
    "slow": Drill(
        "Slow clients, half in headers and half in bodies",
        slow,
        "The aim is a p99 under 1 s for those who are healthy.",
    ),
    "framing": Drill(
        "Requests that two readers could understand differently",
        framing,
        "Sent byte for byte through the proxy.",
    ),
    "queue": Drill(
        "A full queue whose worker dies again and again",
        queue,
        "What a killed worker held is taken up again once its heart has stopped.",
    ),
    "cluster": Drill(
        "A PostgreSQL that leads dies, under Patroni with two that follow",
        fail_over,
        "In turn all of the leader's machine (etcd, Patroni, PostgreSQL), its "
        "Patroni and its PostgreSQL are killed (SIGKILL) while four programs write "
        "and four read; then it comes back, and is rewound where it has more than "
        "the others. Writes are synchronous, to disks that are synced "
        "(deployment.md, Under Patroni). In the end each acknowledged result was "
        "looked for by patient and day on each of the three. Patroni waits 20 s for "
        "a leader that may still live.",
    ),
    "soak": Drill(
        "Half an hour of programs that ask for all there is",
        soak,
        "Programs ask a hundred records of thirty results in turn for results, "
        "precautions, pictures, the whole record and the report: 48 without a rest in "
        "the first minutes, so that every thread has its share, then sixteen every two "
        "seconds. A result is stored every fiftieth round. Memory is what all "
        "processes of the two instances hold while nobody is being answered, what they "
        "share counted once, past the first third of the time: the middle of each "
        "fifth of it, and the slope of a line through all. A process is replaced after "
        "5,000 requests.",
        people=MANY_PEOPLE,
    ),
    "disk": Drill(
        "A full disk under PostgreSQL while programs write and read",
        disk,
        "PostgreSQL lies on a file system in memory, which is filled to the last byte "
        "and emptied again. Reads fail too: nothing is shown that cannot be written "
        "into the trail.",
        disk_megabytes=DISK_MEGABYTES,
    ),
}
HEAD = """# Drills

What `make drill` did to a running stack (PostgreSQL, PgBouncer, two web instances,
worker, nginx; docs/deployment.md) and what came of it. The same drills run once, small,
in `make test`. There the cluster loses its leader's PostgreSQL alone; and a disk of its
own wants root, so that a test has PostgreSQL say that there is no room. It runs without
fsync, but in the cluster: processes were killed, never the machine. Each section says
when it was run, on what, and at which part of full size.
"""
BETWEEN = "\n## "
WIDTH = 88


def section(name: str, figures: dict[str, str], *, ran: str) -> str:
    """Return a drill's part of the page."""
    drill = DRILLS[name]
    lines = [f"## {drill.title}", "", "| | |", "|---|---:|"]
    lines += [f"| {what} | {figure} |" for what, figure in figures.items()]
    return "\n".join([*lines, "", fill(f"{ran} {drill.words}", WIDTH)]) + "\n"


def with_sections(page: str, sections: Iterable[str]) -> str:
    """Put sections into the page, each in the place of the one of its title."""
    _head, *held = page.split(BETWEEN)
    parts = {_title(each): f"## {each.rstrip()}\n" for each in held}
    parts |= {_title(each.removeprefix("## ")): each for each in sections}
    order = [drill.title for drill in DRILLS.values()]
    known = [title for title in order if title in parts]
    others = [title for title in parts if title not in order]
    return "\n".join([HEAD, *(parts[title] for title in known + others)])


def _title(part: str) -> str:
    return part.partition("\n")[0]


def ran_on(version: str, loads: tuple[float, float], at: datetime) -> str:
    """Say when a drill ran, on what, how large, and how busy the machine was."""
    low, high = sorted(loads)
    machine = f"{psutil.cpu_count()} processors, Python {platform.python_version()}"
    return (
        f"{at:%d %B %Y}, {version}, {machine}, at {SIZE:g} of full size and a load of "
        f"{low:.0f} to {high:.0f}."
    )


def run(names: list[str], disk_megabytes: int) -> None:
    """Run drills on one stack; put what came of each into the page."""
    stack = Stack(web_processes=WEB_PROCESSES, disk_megabytes=disk_megabytes)
    try:
        stack.start()
        most = max(DRILLS[name].people for name in names)
        said = stack.command(
            ["tests.integration.operations.people", str(most), str(RESULTS)], "migrate"
        )
        people: People = json.loads(said.strip().splitlines()[-1])
        with stack.looking() as connection:
            (version,) = connection.execute(
                "SELECT split_part(version(), ' (', 1)"
            ).fetchone() or ("",)
        for name in names:
            began, load = time.monotonic(), os.getloadavg()[0]
            drill = DRILLS[name]
            figures = drill.run(stack, people[: drill.people])
            ran = ran_on(version, (load, os.getloadavg()[0]), datetime.now(UTC))  # noqa: TID251 - a command's own clock
            mine = section(name, figures, ran=ran)
            PAGE.write_text(with_sections(PAGE.read_text(), [mine]))
            say(f"{name}: {figures} in {time.monotonic() - began:.0f} s")
    finally:
        stack.stop()


def main() -> int:
    """Run the drills that are named, those of one kind of disk on one stack."""
    wanted = os.environ.get("DRILL", "").split() or list(DRILLS)
    for megabytes in (0, DISK_MEGABYTES):
        if names := [
            each for each in wanted if DRILLS[each].disk_megabytes == megabytes
        ]:
            if megabytes and os.geteuid() != 0:
                say(f"{names[0]}: not run, a disk of its own wants root")
                continue
            run(names, megabytes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
