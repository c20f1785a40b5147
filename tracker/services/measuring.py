"""
Numbers for Prometheus: requests, work in the queue, drawings, connections.

No label names a person, a clinic or a record. Several web processes add up through
the folder that PROMETHEUS_MULTIPROC_DIR names.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

from accounts.services import replicas
from tracker.services import tracing

CONTENT_TYPE = CONTENT_TYPE_LATEST
_KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OWN = CollectorRegistry()

_requests = Counter(
    "calcidiol_requests_total",
    "Requests answered",
    ["method", "route", "status"],
    registry=_OWN,
)
_request_seconds = Histogram(
    "calcidiol_request_seconds", "Time to answer", ["route"], registry=_OWN
)
_render_seconds = Histogram(
    "calcidiol_render_seconds",
    "Time to draw a chart or set a report",
    ["kind"],
    registry=_OWN,
)
_policy_reports = Counter(
    "calcidiol_policy_reports_total",
    "What browsers stopped by the content policy, by rule and name of the page",
    ["rule", "page"],
    registry=_OWN,
)


def policy_broken(rule: str, page: str) -> None:
    """Count what a browser stopped; both words are of few that the product knows."""
    _policy_reports.labels(rule, page).inc()


_replica_reads = Counter(
    "calcidiol_replica_reads_total",
    "Reads that a replica may serve, by who served: replica, or why the primary did",
    ["served"],
    registry=_OWN,
)


def replica_read(served: replicas.Served) -> None:
    """Count a read that a replica may serve."""
    _replica_reads.labels(served.value).inc()


def method_of(said: str | None) -> str:
    """Return a method by its name; one that nobody knows is told as another."""
    return said if said in _KNOWN_METHODS else "other"


def request_done(method: str, route: str, status: int, seconds: float) -> None:
    """Count an answered request."""
    _requests.labels(method_of(method), route, str(status)).inc()
    _request_seconds.labels(route).observe(seconds)


@contextmanager
def rendering(kind: str) -> Iterator[None]:
    """
    Measure a drawing of this kind: svg, sparkline, png, pdf, report, batch.

    In a page or in a file: the time belongs to the drawing, wherever it is shown.
    """
    started = time.perf_counter()
    try:
        with tracing.span(f"render {kind}"):
            yield
    finally:
        _render_seconds.labels(kind).observe(time.perf_counter() - started)


def exposition() -> bytes:
    """Return all numbers as Prometheus reads them; asks the queue in one query."""
    registry = CollectorRegistry()
    _add_queue(registry)
    _add_mail(registry)
    _add_pool(registry)
    _add_replica(registry)
    here = generate_latest(registry)
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        shared = CollectorRegistry()
        multiprocess.MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
        return here + generate_latest(shared)
    return here + generate_latest(_OWN)


def _add_mail(registry: CollectorRegistry) -> None:
    mails = Gauge(
        "calcidiol_mails",
        "Messages that no mail server took, yet or for days",
        ["state"],
        registry=registry,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE given_up_at IS NULL),"
            " count(given_up_at) FROM accounts_outgoingmail"
        )
        waiting, given_up = cursor.fetchone()
    mails.labels("waiting").set(waiting)
    mails.labels("given_up").set(given_up)


def _add_queue(registry: CollectorRegistry) -> None:
    jobs = Gauge(
        "calcidiol_jobs", "Jobs by task and state", ["task", "state"], registry=registry
    )
    oldest = Gauge(
        "calcidiol_oldest_waiting_job_seconds",
        "How long the oldest job waits that could begin",
        registry=registry,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, status::text, count(*) FROM procrastinate_jobs"
            " GROUP BY task_name, status"
        )
        for task, state, count in cursor.fetchall():
            jobs.labels(task, state).set(count)
        cursor.execute(
            "SELECT coalesce(extract(epoch FROM now() - min(coalesce(job.scheduled_at,"
            " event.at))), 0) FROM procrastinate_jobs AS job"
            " JOIN procrastinate_events AS event ON event.job_id = job.id"
            " AND event.type = 'deferred'"
            " WHERE job.status = 'todo'"
            " AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())"
        )
        oldest.set(cursor.fetchone()[0])


def _add_replica(registry: CollectorRegistry) -> None:
    state = replicas.state()
    if state is None:
        return
    serves = Gauge(
        "calcidiol_replica_serves",
        "1 where this process reads from the replica",
        registry=registry,
    )
    serves.set(state is replicas.Served.REPLICA)
    behind = replicas.bytes_behind()
    if behind is not None:
        Gauge(
            "calcidiol_replica_behind_bytes",
            "What the primary wrote and the replica has not played back",
            registry=registry,
        ).set(behind)


def _add_pool(registry: CollectorRegistry) -> None:
    pool = getattr(connection, "pool", None)
    if pool is None:
        return
    gauge = Gauge(
        "calcidiol_database_pool",
        "The pool of this process's connections",
        ["figure"],
        registry=registry,
    )
    for figure, value in pool.get_stats().items():
        gauge.labels(figure).set(value)
