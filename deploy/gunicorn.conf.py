"""
How gunicorn serves the site, started by the container and by the systemd unit.

Threads, so that idle connections hold nobody up; a proxy in front ends TLS and takes
the slow clients.
"""

import os
import shutil
from pathlib import Path
from typing import Any

bind = os.environ.get("BIND", "0.0.0.0:8000")  # the container's own network
worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 60
graceful_timeout = 30
keepalive = 75
# A process is replaced after a while, so that nothing can grow without end.
max_requests = 5000
max_requests_jitter = 500
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
# The site's own log tells of requests, without addresses of records.
accesslog = None
loglevel = "warning"
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
control_socket_disable = True

NUMBERS = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")


def on_starting(_server: Any) -> None:
    """Forget the numbers of the processes before."""
    if NUMBERS:
        shutil.rmtree(NUMBERS, ignore_errors=True)
        Path(NUMBERS).mkdir(parents=True)


def post_worker_init(worker: Any) -> None:
    """Say that a process has read the whole program, before its first request."""
    if NUMBERS:
        _sign_of(worker.pid).touch()


def _sign_of(pid: int) -> Path:
    return Path(NUMBERS) / f"ready_{pid}"


def child_exit(_server: Any, worker: Any) -> None:
    """Close the numbers of a process that ended."""
    if NUMBERS:
        _sign_of(worker.pid).unlink(missing_ok=True)
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
