"""
Backing up and restoring the whole database: people, results, attachments, audit.

PostgreSQL's own pg_dump and pg_restore do the work, as the owner: policies, grants,
triggers and functions come along. Nothing unlocked is ever written to a disk.
"""

import os
import secrets
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO

import pyrage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tracker import database
from tracker.backups import archive
from tracker.backups.archive import BackupUnreadable, Manifest, Measured, Progress
from tracker.backups.locking import (
    Keys,
    Lock,
    LockRefused,
    decrypt,
    key_from_passphrase,
    key_from_text,
    lock_with_passphrase,
)
from tracker.services.release import VERSION

SAID = 800
# PostgreSQL 17 and newer begin a restore by setting it, and older ones refuse it.
NEW_SETTING = "transaction_timeout"
LINES_OF_SETTINGS = 40


class BackupFailed(RuntimeError):
    """PostgreSQL's own programs did not finish; what they said stands in it."""


class DatabaseNotEmpty(RuntimeError):
    """A restore never writes over a database that holds something."""


def back_up(
    path: Path,
    *,
    lock: Lock,
    at: datetime,
    passphrase: str = "",
    progress: Progress = lambda _size: None,
) -> Manifest:
    """
    Write a consistent, locked backup; a file of this name is there only when whole.

    With the passphrase it is read back to its end before it takes its name. Raises
    BackupFailed, and leaves nothing behind then.
    """
    with archive.whole_or_nothing(path) as place:
        manifest = _dump_into(place, lock=lock, at=at, progress=progress)
        if passphrase:
            verify(place, keys=Keys(passphrase=passphrase))
    return manifest


def _dump_into(
    place: Path, *, lock: Lock, at: datetime, progress: Progress
) -> Manifest:
    with _program("pg_dump", "--format=custom", "--no-owner") as dump:
        output = dump.stdout
        if output is None:
            raise BackupFailed
        return archive.write(
            place,
            source=output,
            lock=lock,
            version=VERSION,
            created_at=at.isoformat(),
            progress=progress,
        )


def verify(
    path: Path,
    *,
    keys: Keys,
    progress: Progress = lambda _size: None,
) -> Manifest:
    """
    Open a backup to its last byte and compare it with what it says of itself.

    Raises BackupUnreadable or LockRefused; the database is not touched.
    """
    with archive.opened(path) as (manifest, file):
        key = _key(manifest, file, keys)
        with Path(os.devnull).open("wb") as nowhere:
            measured = Measured(nowhere, progress)
            _unlock(file, key, measured)
        if (measured.sha256, measured.size) != (manifest.sha256, manifest.size):
            message = f"{path.name} does not hold what was written into it."
            raise BackupUnreadable(message)
        return manifest


def restore(
    path: Path,
    *,
    keys: Keys,
    progress: Progress = lambda _size: None,
) -> Manifest:
    """
    Bring a backup into an empty database, all of it or nothing.

    The backup is read to its end first. Raises DatabaseNotEmpty, BackupUnreadable,
    LockRefused or BackupFailed.
    """
    refuse_a_database_in_use()
    manifest = verify(path, keys=keys)
    with archive.opened(path) as (_, file), _restoring() as program:
        key = _key(manifest, file, keys)
        if program.stdin is None:
            raise BackupFailed
        # A program that gave up says why itself; the broken pipe says nothing.
        with suppress(LockRefused, BrokenPipeError):
            _unlock(file, key, Measured(program.stdin, progress))
    return manifest


def _restoring() -> AbstractContextManager[subprocess.Popen[bytes]]:
    """Run pg_restore on our database, in one transaction."""
    if not _knows_all_settings():
        return _restoring_by_script()
    options = ("--no-owner", "--single-transaction", "--exit-on-error", "--dbname")
    return _program("pg_restore", *options, takes_input=True)


def _knows_all_settings() -> bool:
    """Answer whether the server knows each setting that pg_restore begins with."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_settings WHERE name = %s", [NEW_SETTING])
        found = cursor.fetchone()
    connection.close()
    return found is not None


@contextmanager
def _restoring_by_script() -> Iterator[subprocess.Popen[bytes]]:
    """
    Restore into a server that is older than pg_restore, which psql can be told.

    psql would commit half a script that ended early, so it is told of the end only
    when pg_restore has said that this was all.
    """
    options = ("--quiet", "--no-psqlrc", "--single-transaction", "--file=-")
    stop = ("--set=ON_ERROR_STOP=1", "--dbname")
    with _program("psql", *options, *stop, takes_input=True) as reader:
        was_read: Future[bool] | None = None
        try:
            with _writing_a_script() as writer, ThreadPoolExecutor(1) as threads:
                was_read = threads.submit(_hand_over, writer, reader)
                try:
                    yield writer
                finally:
                    _close(writer.stdin)
        except BackupFailed:
            if was_read is None or was_read.result():
                raise
            # psql gave up first, and says why itself.


def _writing_a_script() -> AbstractContextManager[subprocess.Popen[bytes]]:
    options = ("--no-owner", "--file=-")
    return _program("pg_restore", *options, takes_input=True, is_connected=False)


def _hand_over(
    writer: subprocess.Popen[bytes], reader: subprocess.Popen[bytes]
) -> bool:
    """
    Hand a script over without the one setting; answer whether it was read to its end.

    The setting stands among the first lines, before any data.
    """
    if writer.stdout is None or reader.stdin is None:
        raise BackupFailed
    try:
        for line in islice(writer.stdout, LINES_OF_SETTINGS):
            if not line.startswith(f"SET {NEW_SETTING} ".encode()):
                reader.stdin.write(line)
        shutil.copyfileobj(writer.stdout, reader.stdin)
        reader.stdin.flush()
    except BrokenPipeError:
        writer.stdout.close()
        return False
    return True


def refuse_a_database_in_use() -> None:
    """Raise DatabaseNotEmpty where a table of anybody's is there."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    connection.close()
    if tables:
        message = (
            f"The database holds {len(tables)} tables. A backup is restored into an "
            "empty one: create a new database, or say --replace to lose this one."
        )
        raise DatabaseNotEmpty(message)


def empty_the_database() -> None:
    """Drop everything in it, where an operator asked for that by name."""
    with connection.cursor() as cursor:
        for schema in ("app", "public"):
            name = sql.Identifier(schema)
            cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(name))
        cursor.execute("CREATE SCHEMA public")
    connection.close()


def is_behind_the_program() -> bool:
    """Say whether the database holds data that newer migrations will change."""
    with connection.cursor() as cursor:
        if "django_migrations" not in connection.introspection.table_names(cursor):
            return False
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def back_up_before_an_upgrade(folder: Path, *, at: datetime) -> Path:
    """
    Write a backup of somebody's own machine beside its data; return where.

    Its passphrase is made once and lies in a file that its owner alone reads.
    """
    secret = folder / "backup_passphrase"
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(32))
    words = secret.read_text().strip()
    path = folder / "backups" / f"before-{VERSION}-{at:%Y-%m-%dT%H%M%SZ}.backup"
    back_up(path, lock=lock_with_passphrase(words), at=at, passphrase=words)
    return path


def _key(
    manifest: Manifest, file: zipfile.ZipFile, keys: Keys
) -> pyrage.x25519.Identity:
    if manifest.opened_by == "passphrase":
        if not keys.passphrase:
            message = "This backup is locked with a passphrase; none was given."
            raise LockRefused(message)
        return key_from_passphrase(file.read(archive.LOCKED_KEY), keys.passphrase)
    if not keys.secret_key:
        message = "This backup is locked for a secret key; none was given."
        raise LockRefused(message)
    return key_from_text(keys.secret_key)


def _unlock(
    file: zipfile.ZipFile, key: pyrage.x25519.Identity, target: Measured
) -> None:
    try:
        with file.open(archive.DATA) as source:
            decrypt(key, source, target)  # type: ignore[arg-type]
    except (KeyError, zipfile.BadZipFile, EOFError) as error:
        message = "The backup is damaged: its data cannot be read to the end."
        raise BackupUnreadable(message) from error


@contextmanager
def _program(
    name: str, *options: str, takes_input: bool = False, is_connected: bool = True
) -> Iterator[subprocess.Popen[bytes]]:
    """Run one of PostgreSQL's programs, on our database; raise what it says."""
    where, password = _target()
    is_silent = takes_input and is_connected
    with tempfile.TemporaryFile() as said:
        program = subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
            [_path_of(name), *options, *([where] if is_connected else [])],
            stdin=subprocess.PIPE if takes_input else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if is_silent else subprocess.PIPE,
            stderr=said,
            env={**os.environ, **password},
        )
        try:
            yield program
        except BaseException:
            program.kill()
            raise
        finally:
            for pipe in (program.stdin, program.stdout):
                _close(pipe)
            program.wait()
        if program.returncode != 0:
            said.seek(0)
            words = said.read().decode(errors="replace").strip()[-SAID:]
            message = f"{name} did not finish: {words}"
            raise BackupFailed(message)


def _close(pipe: IO[bytes] | None) -> None:
    if pipe is not None:
        with suppress(BrokenPipeError):
            pipe.close()


def _path_of(name: str) -> str:
    """Return the embedded server's program, which serves older servers too."""
    with suppress(database.DatabaseNotStarted):
        return str(database.program(name))
    found = shutil.which(name)
    if found is None:
        message = f"{name} is not installed; it comes with PostgreSQL's client."
        raise BackupFailed(message)
    return found


def _target() -> tuple[str, dict[str, str]]:
    """Return where the database is, and its password, which no process list shows."""
    settings = connection.settings_dict
    where = {
        "host": settings["HOST"],
        "port": settings["PORT"],
        "user": settings["USER"],
        "dbname": settings["NAME"],
    }
    options = {
        key: value
        for key, value in settings["OPTIONS"].items()
        if key.startswith("ssl")
    }
    named = {key: str(value) for key, value in (where | options).items() if value}
    password = settings["PASSWORD"]
    return make_conninfo("", **named), {"PGPASSWORD": password} if password else {}
