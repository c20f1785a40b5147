"""
The site on the PostgreSQL cluster of deploy/cluster, and its drill: leaders that die.

`make drill` (DRILL=cluster) kills all that a leader is made of, in turn; `make test`
kills its PostgreSQL alone, which its own Patroni sees at once. For the others a
fail-over takes as long as Patroni waits for a leader that may still live.
"""

import json
import os
import shutil
import socket
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import requests

from tests.integration.operations import drills
from tests.integration.operations.stack import (
    PROJECT,
    NotHere,
    Stack,
    held_port,
    number_of,
)

MEMBERS = (1, 2, 3)
PORTS = 50  # from the first one on, as cluster.sh counts them
FAIL_OVER_SECONDS = 600
NEEDED = ("etcd", "patroni", "patronictl", "haproxy", "setsid")
SECRETS = ("postgres_password", "members_password", "owner_password", "web_password")
# What dies: everything on the leader's machine, its Patroni, its PostgreSQL.
PARTS = ("machine", "patroni", "postgres")
STORED = "SELECT patient_id::text, collected_on FROM labs_labresult"
FOLLOWING = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"
CERTAIN = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"
LISTENING = "SELECT count(*) FROM pg_stat_activity WHERE query ILIKE 'LISTEN %'"
Stored = Counter[tuple[str, date]]


def row_of_ports() -> list[socket.socket]:
    """Hold as many ports in a row as the cluster uses."""
    for _ in range(100):
        held = [held_port()]
        try:
            for _next in range(1, PORTS):
                held.append(held_port(number_of(held[-1]) + 1))
        except (OSError, OverflowError):  # in use, or past the last port
            for port in held:
                port.close()
        else:
            return held
    message = "There is no row of free ports."
    raise AssertionError(message)


class Cluster(Stack):
    """The whole stack; its database is three members behind HAProxy and PgBouncer."""

    def __init__(self) -> None:
        super().__init__()
        beside = f"{os.environ.get('PATH', '')}:/usr/sbin"
        for name in NEEDED:
            if shutil.which(name, path=beside) is None:
                super().stop()
                message = f"{name} is not installed."
                raise NotHere(message)
        row = row_of_ports()
        self.held += row
        self.first = number_of(row[0])
        self.port |= {"pooler": self.first, "postgres": self.first + 1}
        self.state = self.folder / "cluster"
        self.shown = self.folder / "cluster-secrets"

    def _start_database(self) -> None:
        shutil.copytree(
            PROJECT / "deploy" / "cluster", self.folder / "deploy" / "cluster"
        )
        for place in (self.state, self.shown):
            place.mkdir()
            self._give_away(place)
        for name in SECRETS:
            (self.shown / name).write_text(self.secret(name))
            self._give_away(self.shown / name)
        self.control("start")
        self.wait_for_followers()

    def control(self, verb: str, *arguments: str) -> str:
        """Run cluster.sh as PostgreSQL's user."""
        script = self.folder / "deploy" / "cluster" / "cluster.sh"
        return self._run(
            ["sh", str(script), verb, str(self.state), *arguments],
            {
                "CLUSTER_PORT": str(self.first),
                "SECRETS": str(self.shown),
                "HOME": str(self.state),
                "POSTGRES_PROGRAMS": str(Path(self.programs["initdb"]).parent),
            },
            as_nobody=True,
        )

    def stop(self) -> None:
        try:
            if self.state.exists():
                self.control("stop")
        finally:
            super().stop()

    def said(self) -> str:
        files = sorted(self.state.glob("*.txt")) if self.state.exists() else []
        lines = [line for file in files for line in file.read_text().splitlines()[-10:]]
        return super().said() + "\n".join(lines)

    # Its members.

    def leader(self) -> int | None:
        """Return the member that takes writes behind the entrance; None for nobody."""
        try:
            return self.count("SELECT inet_server_port()") - self.first - 10
        except psycopg.Error:
            return None

    def role(self, member: int) -> str:
        """Return what a member's Patroni says that it is."""
        address = f"http://127.0.0.1:{self.first + 20 + member}/patroni"
        try:
            return str(requests.get(address, timeout=5).json().get("role", ""))
        except (requests.RequestException, ValueError):
            return ""

    def wait_for_another_leader(self, old: int) -> None:
        self.wait_for(
            lambda: self.leader() not in {None, old},
            "another leader",
            seconds=FAIL_OVER_SECONDS,
        )

    def wait_for_followers(self) -> None:
        """Wait until the others follow the leader, one of them before each commit."""
        self.wait_for(
            lambda: self.holds(FOLLOWING, len(MEMBERS) - 1) and self.holds(CERTAIN, 1),
            "the members that follow",
            seconds=FAIL_OVER_SECONDS,
        )

    def holds(self, query: str, least: int) -> bool:
        """Say whether so many are counted; not while the leader is away."""
        try:
            return self.count(query) >= least
        except psycopg.Error:
            return False

    def stored(self, member: int) -> Stored:
        """Return which results a member holds, once it has caught up."""
        with self.looking() as leader:
            (end,) = leader.execute("SELECT pg_current_wal_lsn()").fetchone() or ("",)
        with psycopg.connect(
            host="127.0.0.1",
            port=self.first + 10 + member,
            user="postgres",
            password=self.secret("postgres_password"),
            dbname="calcidiol",
            autocommit=True,
        ) as link:
            self.wait_for(lambda: _has_reached(link, end), "the last changes")
            return Counter(link.execute(STORED.encode()).fetchall())


def _has_reached(link: psycopg.Connection, end: str) -> bool:
    reached = "SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= %s::pg_lsn"
    row = link.execute(reached, [end]).fetchone()
    return row is not None and bool(row[0])


class Witnesses(drills.Writers):
    """Writers that remember what was acknowledged to them."""

    def __init__(self, cluster: Cluster, people: list[dict[str, Any]]) -> None:
        super().__init__(cluster, people, readers=True)
        self.told: Stored = Counter()

    def acknowledged_since(self, count: int, *, more: int) -> None:
        """Wait for writes that may have a fail-over, and a busy disk, before them."""
        self.stack.wait_for(
            lambda: self.outcome.acknowledged >= count + more,
            "another write",
            seconds=FAIL_OVER_SECONDS,
        )

    def _store(self, person: dict[str, Any], day: date) -> None:
        super()._store(person, day)
        with self._lock:
            self.told[person["id"], day] += 1


def amiss(told: Stored, kept: Stored) -> tuple[int, int]:
    """Return how many acknowledged rows are not there, and how many were not meant."""
    return (told - kept).total(), (kept - told).total()


@dataclass
class FailOvers:
    """What leaders that died cost."""

    outcome: drills.Outcome
    away: dict[str, list[float]] = field(
        default_factory=dict
    )  # until a write was taken
    back: list[float] = field(default_factory=list)  # until the old leader followed
    lost: int = 0
    doubled: int = 0
    unlike: int = 0  # members that hold in the end what the leader does not, or not all
    worker_listens: bool = False


def fail_over(
    cluster: Cluster,
    people: list[dict[str, Any]],
    *,
    times: int,
    between: int,
    parts: Sequence[str] = PARTS,
) -> FailOvers:
    """Kill what leads while programs write and read, and have it come back, in turn."""
    witnesses = Witnesses(cluster, people)
    found = FailOvers(witnesses.outcome)
    before = cluster.stored(_leader_of(cluster))
    with witnesses.writing():
        for number in range(times):
            witnesses.acknowledged_since(witnesses.outcome.acknowledged, more=between)
            part = parts[number % len(parts)]
            old = _leader_of(cluster)
            began = time.monotonic()
            cluster.control("crash", str(old), part)
            cluster.wait_for_another_leader(old)
            witnesses.acknowledged_since(witnesses.outcome.acknowledged, more=1)
            found.away.setdefault(part, []).append(time.monotonic() - began)
            began = time.monotonic()
            cluster.control("back", str(old))
            cluster.wait_for_followers()
            found.back.append(time.monotonic() - began)
    kept = cluster.stored(_leader_of(cluster)) - before
    found.lost, found.doubled = amiss(witnesses.told, kept)
    found.unlike = sum(cluster.stored(member) != kept + before for member in MEMBERS)
    cluster.wait_for(lambda: cluster.holds(LISTENING, 1), "a worker that listens")
    found.worker_listens = cluster.worker is not None and cluster.worker.poll() is None
    return found


def _leader_of(cluster: Cluster) -> int:
    found: list[int] = []

    def is_there() -> bool:
        leader = cluster.leader()
        if leader is not None:
            found.append(leader)  # asked once more, the entrance may be away
        return bool(found)

    cluster.wait_for(is_there, "a leader")
    return found[-1]


def writing_to(cluster: Cluster) -> list[dict[str, Any]]:
    """Make four people with a key each, whose programs write and read."""
    said = cluster.command(["tests.integration.operations.people", "4"], "migrate")
    people: list[dict[str, Any]] = json.loads(said.strip().splitlines()[-1])
    return people


def figures(times: int, between: int) -> dict[str, str]:
    """Start a cluster of one's own, run the drill on it, and return its figures."""
    cluster = Cluster()
    try:
        cluster.start()
        found = fail_over(cluster, writing_to(cluster), times=times, between=between)
    finally:
        cluster.stop()
    outcome = found.outcome
    reads, asked = outcome.reads.total(), outcome.asked
    kinds = {
        f"seconds until another took a write: {part}": ", ".join(
            f"{each:.1f}" for each in seconds
        )
        for part, seconds in found.away.items()
    }
    return {
        "fail-overs": str(times),
        "writes acknowledged": str(outcome.acknowledged),
        "acknowledged and lost": str(found.lost),
        "stored twice": str(found.doubled),
        "members that hold something else in the end": str(found.unlike),
        **kinds,
        "seconds until the old leader followed": ", ".join(
            f"{each:.1f}" for each in found.back
        ),
        "plain errors (500, 502, 504)": str(outcome.plain_errors),
        "answers 503 with a time to ask again": str(outcome.answers[503]),
        "connections that broke": str(outcome.broken),
        "writes that failed and were asked again": f"{outcome.failed} of {asked}",
        "reads that failed": f"{outcome.failed_reads} of {reads}",
        "the worker went on by itself": "yes" if found.worker_listens else "no",
    }


if __name__ == "__main__":
    import sys

    sys.stdout.write(json.dumps(figures(*map(int, sys.argv[1:])), indent=2) + "\n")
