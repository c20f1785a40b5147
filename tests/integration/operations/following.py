"""A real replica of the tests' own server, which follows it by streaming."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.links import PRIMARY, REPLICA
from tracker.database import DATABASE_NAME, EmbeddedPostgres

PATIENCE_SECONDS = 120


class Follower(EmbeddedPostgres):
    """A server that plays back what another one writes."""

    def follow(self, primary: EmbeddedPostgres) -> None:
        """Copy all that is there, and start following."""
        self._prepare_folders()
        host = f"host={primary.socket_folder} user=postgres"
        self._run(
            "pg_basebackup",
            *("-d", host, "-D", self._data, "-R", "-X", "stream", "-c", "fast"),
            "--no-sync",
        )
        for left in self.data_folder.glob(".s.PGSQL.*"):
            left.unlink()  # the primary's own: its socket is in the folder of its data
        self.start()

    def _create_roles(self) -> None:
        """Leave the roles alone: they came with everything else."""

    def pause(self) -> None:
        """Let it stay where it is, as one that lags behind."""
        with self.connect("postgres", "postgres") as link:
            link.execute("SELECT pg_wal_replay_pause()")

            def is_paused() -> bool:
                row = link.execute("SELECT pg_get_wal_replay_pause_state()").fetchone()
                return row == ("paused",)

            wait_for(is_paused)

    def resume(self) -> None:
        with self.connect("postgres", "postgres") as link:
            link.execute("SELECT pg_wal_replay_resume()")

    def catch_up(self) -> None:
        """Wait until it shows what the primary has written by now."""
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_insert_lsn()")
            (written,) = cursor.fetchone()
        with self.connect("postgres", "postgres") as link:

            def has_come() -> bool:
                query = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"
                return link.execute(query, [str(written)]).fetchone() == (True,)

            wait_for(has_come)


def wait_for(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.01)


@contextmanager
def following(primary: EmbeddedPostgres) -> Iterator[Follower]:
    """Have a replica inside the block, and nothing of it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="calcidiol-"))
    follower = Follower(folder / "replica", is_durable=False, programs=primary.programs)
    try:
        with prompt(primary):
            follower.follow(primary)
            yield follower
    finally:
        follower.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def prompt(primary: EmbeddedPostgres) -> Iterator[None]:
    """
    Have the primary hand its changes on at once.

    The tests' server does not wait for its disk when it commits, and would write, and
    stream, only every now and then.
    """
    with primary.connect("postgres", DATABASE_NAME) as link:
        _told(link, "ALTER SYSTEM SET wal_writer_delay = '1ms'")
        try:
            yield
        finally:
            _told(link, "ALTER SYSTEM RESET wal_writer_delay")


def _told(link: psycopg.Connection, setting: str) -> None:
    link.execute(setting.encode())
    link.execute("SELECT pg_reload_conf()")


@contextmanager
def configured(follower: Follower) -> Iterator[BaseDatabaseWrapper]:
    """Let the site read from it, as DATABASE_REPLICA_URL does."""
    own = connections[PRIMARY].settings_dict
    connections.settings[REPLICA] = {**own, "HOST": str(follower.socket_folder)}
    try:
        yield connections[REPLICA]
    finally:
        connections[REPLICA].close()
        del connections[REPLICA]
        del connections.settings[REPLICA]
