"""One command starts the site; a killed run does not stop the next one."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.integration.operations.stack import held_port, number_of
from tracker import database, launch

PATIENCE_SECONDS = 300
PROJECT = Path(__file__).resolve().parents[2]


class Site:
    """A run of the launcher in a folder of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.process: subprocess.Popen[bytes] | None = None
        self.starts = 0

    def start(self) -> None:
        self.starts += 1
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in {"DATABASE_ROLE", "CALCIDIOL_VIEWER_ROLE", "SECRET_KEY"}
        }
        environment |= {
            "CALCIDIOL_VAR": str(self.folder),
            "PORT": str(self.port),
            "STATIC_MANIFEST": "1",
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
        }
        with (self.folder / "said.txt").open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tracker.launch"],
                cwd=PROJECT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            assert self.process is not None
            assert self.process.poll() is None, self.said()
            try:
                with urllib.request.urlopen(self.address) as page:  # noqa: S310
                    assert page.status == 200
            except OSError:
                time.sleep(0.2)
            else:
                if self.has_greeted():
                    return
                time.sleep(0.1)
        raise AssertionError(self.said())

    def has_greeted(self) -> bool:
        return self.said().count("is ready") == self.starts

    def said(self) -> str:
        return (self.folder / "said.txt").read_text()

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}/account/login/"

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def ask_to_stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=PATIENCE_SECONDS)

    def processes(self) -> list[psutil.Process]:
        """Return every process that this folder's run has started."""
        found = []
        for process in psutil.process_iter():
            try:
                words = [*process.cmdline(), *process.environ().values()]
            except psutil.Error:
                continue
            if process.pid != os.getpid() and str(self.folder) in words:
                found.append(process)
        return found


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with held_port() as port:
        site = Site(tmp_path, number_of(port))
        yield site
        for process in site.processes():
            with suppress(psutil.NoSuchProcess):  # it may go with its parent
                process.kill()


def test_a_run_names_its_sign_ins_survives_kills_keeps_its_data_and_stops_whole(
    site: Site,
) -> None:
    site.start()
    accounts = (site.folder / "demo_accounts.json").read_text()
    said = site.said()
    people = _count_people(site.folder)

    assert f"http://localhost:{site.port}" in said
    assert all(account["password"] in said for account in json.loads(accounts))

    site.kill()
    _kill_the_database(site.folder)
    site.start()

    assert _count_people(site.folder) == people > 2000
    assert (site.folder / "demo_accounts.json").read_text() == accounts
    assert oct((site.folder / "postgres").stat().st_mode)[-3:] == "700"

    status = site.ask_to_stop()

    assert status == 0
    assert site.processes() == []


@pytest.mark.parametrize("is_crash", [False, True])
def test_a_run_goes_on_when_its_database_restarts_or_crashes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, is_crash: bool
) -> None:
    """A restart by hand is left alone; what nobody starts again, the run does."""
    monkeypatch.setattr(launch, "GONE_SECONDS", 1 if is_crash else 60)
    server = database.EmbeddedPostgres(tmp_path / "postgres", is_durable=False)
    server.start()
    part = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(launch._watch, [part], server)
        if is_crash:
            dead = _kill_the_database(tmp_path)
            # Whether it was seen to be away depends on who looks first.
            _wait_until(lambda: _database_of(tmp_path) not in {None, dead})
        else:
            server.stop()
            server.start()
        _wait_until(server.answers)
        assert not watching.done()
        part.kill()
        part.wait()
        assert watching.result(PATIENCE_SECONDS) == 1
    server.stop()


def _wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _kill_the_database(folder: Path) -> int:
    """Kill it, and return the number that its process had."""
    pid = _database_of(folder)
    assert pid is not None
    psutil.Process(pid).kill()
    return pid


def _database_of(folder: Path) -> int | None:
    try:
        words = (folder / "postgres" / "postmaster.pid").read_text().split()
    except FileNotFoundError:
        return None
    return int(words[0]) if words else None


def _count_people(folder: Path) -> int:
    host = str(database.socket_folder(folder / "postgres"))
    with psycopg.connect(
        host=host, user=database.OWNER_ROLE, dbname=database.DATABASE_NAME
    ) as connection:
        row = connection.execute("SELECT count(*) FROM accounts_patient").fetchone()
    assert row is not None
    return int(row[0])
