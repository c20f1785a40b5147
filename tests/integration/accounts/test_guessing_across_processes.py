"""
The limits hold for real web processes, each with a memory of its own.

A handful of requests against gunicorn as it runs in production, on a port of loopback;
the headers that a proxy would set are forged anew each time.
"""

import http.cookiejar
import os
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import FailureCount
from accounts.services import sign_in
from tests.access.characters import FOUR_WORDS, person
from tests.integration.accounts.test_guessing import STOPPED, WRONG
from tests.integration.operations.stack import held_port, number_of
from tracker.database import WEB_ROLE

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "alice@example.org"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
READY = "Listening at"
# A try that waits for a counter longer than a second is refused in other words.
PATIENT = """
def post_fork(server, worker):
    from allauth.core.internal import ratelimit
    ratelimit.CACHE_LOCK_WAIT_TIMEOUT = 300
"""


@contextmanager
def serving(workers: int, tmp_path: Path) -> Iterator[str]:
    """Run gunicorn with so many processes on a free port; yield where it answers."""
    with held_port() as held:
        yield from _serving(workers, tmp_path, number_of(held))


def _serving(workers: int, tmp_path: Path, port: int) -> Iterator[str]:
    patient = tmp_path / "patient.py"
    patient.write_text(PATIENT)
    where = connection.settings_dict
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "DATABASE_URL": (
            f"postgresql://{WEB_ROLE}@/{where['NAME']}?host={where['HOST']}"
        ),
        "DATABASE_ROLE": "",
        "CALCIDIOL_LOCAL": "1",
        "CALCIDIOL_VIEWER_ROLE": "",
        "CALCIDIOL_VAR": str(tmp_path),
        "SITE_ORIGIN": f"http://localhost:{port}",
    }
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "tracker.wsgi:application",
        f"--config={patient}",
        f"--bind=127.0.0.1:{port}",
        f"--workers={workers}",
        "--worker-class=gthread",
        "--threads=2",
        "--no-control-socket",
        "--preload",  # one start for all of them; each counts for itself all the same
    ]
    with subprocess.Popen(  # noqa: S603 - our own server
        command,
        env=environment,
        cwd=settings.BASE_DIR,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stderr is not None
        try:
            for line in server.stderr:
                if READY in line:
                    break
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.communicate(timeout=300)


def attempt(site: str, number: int, password: str = WRONG) -> str:
    """Sign in from a browser of its own that claims to come from elsewhere."""
    cookies = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    forged = f"203.0.113.{number}"
    browser.addheaders = [
        ("X-Forwarded-For", forged),
        ("X_Forwarded_For", forged),
        ("X-Real-IP", forged),
        ("Forwarded", f"for={forged}"),
    ]
    with browser.open(f"{site}/account/login/", timeout=300) as page:
        token = TOKEN.search(page.read().decode())
    assert token is not None
    values = {
        "csrfmiddlewaretoken": token.group(1),
        "login": ADDRESS,
        "password": password,
    }
    body = urllib.parse.urlencode(values).encode()
    try:
        with browser.open(f"{site}/account/login/", body, timeout=300) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as refused:
        return str(refused.read().decode())


@pytest.mark.parametrize("workers", [1, 3, 6])
def test_exactly_five_tries_pass_whatever_the_headers_say(
    workers: int, tmp_path: Path
) -> None:
    person("Alice Ashby", ADDRESS)
    with serving(workers, tmp_path) as site, ThreadPoolExecutor(6) as pool:
        pages = list(pool.map(lambda number: attempt(site, number), range(9)))

    assert sum(STOPPED not in page for page in pages) == 5
    assert FailureCount.objects.get().failures == 5


def test_after_a_hundred_failures_in_a_row_no_process_lets_anybody_in(
    tmp_path: Path,
) -> None:
    person("Alice Ashby", ADDRESS)
    FailureCount.objects.create(
        key=sign_in._key(sign_in.PASSWORD, ADDRESS),
        failures=sign_in.MOST_FAILURES - 2,
        last_at=timezone.now(),
    )
    with serving(3, tmp_path) as site, ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(lambda number: attempt(site, number), range(4)))
        right = attempt(site, 9, FOUR_WORDS)

    assert sum("stopped after 100" not in page for page in pages) == 2
    assert "stopped after 100" in right
