"""
The site as others run it, as processes on loopback.

PostgreSQL with deploy/postgres' roles, PgBouncer in transaction mode, the commands,
variables and order of docker-compose.yml and Dockerfile, and nginx with deploy/nginx in
front. Debian's packages are used; POSTGRES_PROGRAMS names another PostgreSQL.
"""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg
import requests
import yaml

from tracker.database import DatabaseNotStarted, program

PROJECT = Path(__file__).resolve().parents[3]
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DEBIANS = Path("/usr/lib/postgresql")
NOBODYS = "nobody"
PATIENCE_SECONDS = 120
SITE_NAME = "localhost"
INSTANCES = 2
TEMPORARY = "/tmp/"  # noqa: S108 - the container's own


class NotHere(Exception):
    """A program that the stack needs is not installed; the message names it."""


def postgres_programs() -> Path:
    """Return the folder of Debian's newest PostgreSQL, else of the embedded one."""
    if chosen := os.environ.get("POSTGRES_PROGRAMS"):
        return Path(chosen)
    found = sorted(DEBIANS.glob("*/bin/initdb"), key=lambda at: float(at.parts[-3]))
    if found:
        return found[-1].parent
    try:
        return program("initdb").parent
    except DatabaseNotStarted as error:
        raise NotHere(str(error)) from error


def programs() -> dict[str, str]:
    """Return where each program is; raises NotHere."""
    places = {"initdb": str(postgres_programs() / "initdb")}
    for name in ("nginx", "pgbouncer", "psql", "openssl"):
        beside = f"{os.environ.get('PATH', '')}:/usr/sbin"
        found = shutil.which(name, path=beside)
        if found is None:
            message = f"{name} is not installed."
            raise NotHere(message)
        places[name] = found
    return places


def held_port(wanted: int = 0) -> socket.socket:
    """
    Take a free port of loopback for as long as the socket is open.

    Nobody else is given it meanwhile, neither another run nor a connection on its way
    out. A server that takes a port again (SO_REUSEADDR, as all here do) listens on it.
    Raises OSError where the wanted one is in use.
    """
    holder = socket.socket()
    try:
        holder.bind(("127.0.0.1", wanted))
    except OSError:
        holder.close()
        raise
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return holder


def number_of(held: socket.socket) -> int:
    """Return the number of a port that is held."""
    return int(held.getsockname()[1])


def needed(service: dict[str, Any]) -> set[str]:
    """Return what a service waits for in every profile."""
    after: dict[str, dict[str, Any]] = service.get("depends_on", {})
    return {name for name, how in after.items() if how.get("required", True)}


def image_command() -> list[str]:
    """Return what the image starts: the Dockerfile's last CMD."""
    text = (PROJECT / "Dockerfile").read_text()
    command: list[str] = json.loads(
        re.findall(r"^CMD (\[.*\])$", text, re.MULTILINE)[-1]
    )
    return command


class Stack:
    """All of it in one folder; every process that was started ends with it."""

    more_options = "-c full_page_writes=off"
    pooler_waits = 0  # seconds for a server; as is shipped where none are named

    def __init__(self, *, web_processes: int = 1, disk_megabytes: int = 0) -> None:
        self.programs = programs()
        self.web_processes = web_processes  # of each instance
        self.disk_megabytes = disk_megabytes  # a small one for PostgreSQL, if any
        self.folder = Path(tempfile.mkdtemp(prefix="calcidiol-stack-"))
        self.folder.chmod(0o755)
        self.data = self.folder / "postgres"
        (self.folder / "static").mkdir()
        self.secrets = self.folder / "deploy" / "secrets"
        self.held: list[socket.socket] = []  # so that nobody else is given the ports
        self.port = {
            name: self._hold() for name in ("postgres", "pooler", "http", "https")
        }
        self.web_ports = [self._hold() for _ in range(INSTANCES)]
        self.web: list[subprocess.Popen[bytes]] = []
        self.worker: subprocess.Popen[bytes] | None = None
        self.pooler: subprocess.Popen[bytes] | None = None
        self.running: list[subprocess.Popen[bytes]] = []
        self.order: list[str] = []

    def _hold(self) -> int:
        self.held.append(held_port())
        return number_of(self.held[-1])

    # Files and variables, as an operator makes them.

    def write_secrets(self) -> None:
        for name in ("make-secrets.sh", "postgres", "nginx", "pgbouncer"):
            place = self.folder / "deploy" / name
            source = PROJECT / "deploy" / name
            if source.is_dir():
                shutil.copytree(source, place)
            else:
                place.parent.mkdir(exist_ok=True)
                shutil.copy(source, place)
        self._run(
            ["sh", str(self.folder / "deploy" / "make-secrets.sh")],
            {
                "DATABASE_HOST": f"127.0.0.1:{self.port['pooler']}",
                "DATABASE_DIRECT_HOST": f"127.0.0.1:{self.port['postgres']}",
                "SITE_NAME": "localhost",
            },
        )

    def secret(self, name: str) -> str:
        return (self.secrets / name).read_text()

    def environment(self, service: str, **more: str) -> dict[str, str]:
        """Return a service's variables, with the places of this machine in them."""
        given = {
            name: self._filled(str(value))
            for name, value in SERVICES[service]["environment"].items()
        }
        image = re.search(
            r"^ENV (.*?)(?<!\\)$",
            (PROJECT / "Dockerfile").read_text(),
            re.MULTILINE | re.DOTALL,
        )
        assert image is not None
        settings = dict(
            word.split("=", 1)
            for word in shlex.split(image[1].replace("\\\n", " "))
            if not word.startswith("PATH=")
        )
        places = {
            name: value.replace(TEMPORARY, f"{self.folder}{TEMPORARY}")
            .replace("/var/lib/calcidiol", str(self.folder / "var"))
            .replace("/app/static", str(self.folder / "static"))
            for name, value in settings.items()
        }
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(PROJECT),
            **places,
            **given,
            "DATABASE_BEHIND_PGBOUNCER": "1",
            "WEB_PROCESSES": str(self.web_processes),
            # Packing static files takes longer than all the rest, and is the image's.
            "STATIC_MANIFEST": "0",
            **more,
        }

    def _filled(self, value: str) -> str:
        known = {"SITE_NAME": SITE_NAME}
        value = re.sub(
            r"\$\{(\w+)(?::([-?])([^}]*))?\}",
            lambda at: known.get(at[1], at[3] if at[2] == "-" else ""),
            value,
        )
        value = value.replace(
            f"https://{SITE_NAME}", f"https://{SITE_NAME}:{self.port['https']}"
        )
        return value.replace("/run/secrets", str(self.secrets))

    # PostgreSQL and the pooler.

    def start_postgres(self) -> None:
        data = self.data
        if not data.exists():
            data.mkdir()
            if self.disk_megabytes:
                size = f"size={self.disk_megabytes}m"
                self._run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(data)])
            self._give_away(data)
            self._run(
                [
                    self.programs["initdb"],
                    "--auth=scram-sha-256",
                    "--username=postgres",
                    "--no-sync",
                    f"--pwfile={self._pass_file()}",
                    "-D",
                    str(data),
                ],
                as_nobody=True,
            )
        self._postgres_control(
            "start", "-w", "-t", str(PATIENCE_SECONDS), "-o", self._options()
        )

    def _options(self) -> str:
        where = f"-p {self.port['postgres']} -c listen_addresses=127.0.0.1"
        # What a process wrote outlives the process; only a machine's end asks for more.
        memory = "-c shared_buffers=32MB -c fsync=off"
        return f"{where} -c unix_socket_directories= {memory} {self.more_options}"

    def _pass_file(self) -> Path:
        path = self.folder / "superuser"
        path.write_text(self.secret("postgres_password"))
        self._give_away(path)
        return path

    def _postgres_control(self, *arguments: str) -> None:
        self._run(
            [
                str(Path(self.programs["initdb"]).parent / "pg_ctl"),
                *arguments,
                "-D",
                str(self.data),
                "-l",
                str(self.data / "said.txt"),
            ],
            as_nobody=True,
        )

    def stop_postgres(self, *, crash: bool) -> None:
        self._postgres_control("stop", "-m", "immediate" if crash else "fast")

    def restart_postgres(self, *, crash: bool) -> None:
        self.stop_postgres(crash=crash)
        self._postgres_control(
            "start", "-w", "-t", str(PATIENCE_SECONDS), "-o", self._options()
        )

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """Leave PostgreSQL no room in the block; it may end, and is started again."""
        ballast = self.data / "ballast"
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(65536))
        try:
            yield
        finally:
            ballast.unlink()
            if not self._is_postgres_up():
                self._postgres_control(
                    "start", "-w", "-t", str(PATIENCE_SECONDS), "-o", self._options()
                )

    def _is_postgres_up(self) -> bool:
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except FileNotFoundError:
            return False
        return psutil.pid_exists(pid)

    @contextmanager
    def paused_pooler(self) -> Iterator[None]:
        """Let no transaction begin in the block, as before a planned restart."""
        assert self.pooler is not None
        self.pooler.send_signal(signal.SIGUSR1)
        self.wait_for(lambda: not self._pooled(), "the end of what the pooler runs")
        try:
            yield
        finally:
            self.pooler.send_signal(signal.SIGUSR2)

    def _pooled(self) -> bool:
        """Say whether the pooler still holds connections of PostgreSQL's."""
        assert self.pooler is not None
        return any(
            link.status == psutil.CONN_ESTABLISHED
            and link.raddr.port == self.port["postgres"]
            for link in psutil.Process(self.pooler.pid).net_connections("tcp")
        )

    def make_roles(self) -> None:
        script = self.folder / "deploy" / "postgres" / "10-roles.sh"
        script.write_text(script.read_text().replace("/run/secrets", str(self.secrets)))
        self._run(
            ["sh", str(script)],
            {
                "PGHOST": "127.0.0.1",
                "PGPORT": str(self.port["postgres"]),
                "PGPASSWORD": self.secret("postgres_password"),
            },
        )

    def start_pooler(self) -> None:
        folder = self.folder / "deploy" / "pgbouncer"
        settings = folder / "pgbouncer.ini"
        text = (
            settings.read_text()
            .replace("port=5432", f"port={self.port['postgres']}")
            .replace("6432", str(self.port["pooler"]))
            .replace("userlist.txt", str(folder / "userlist.txt"))
        )
        if self.pooler_waits:
            waits = f"query_wait_timeout = {self.pooler_waits}"
            text, found = re.subn(r"query_wait_timeout = \d+", waits, text)
            assert found == 1
        settings.write_text(text)
        (folder / "userlist.txt").write_text(
            f'"calcidiol_web" "{self.secret("web_password")}"\n'
        )
        self._give_away(folder / "userlist.txt")
        self.pooler = self._start(
            [self.programs["pgbouncer"], str(settings)], {}, as_nobody=True
        )
        self._wait_for_port("pooler")

    # The site's own processes, in the order of docker-compose.yml.

    def migrate(self) -> None:
        self.command(SERVICES["migrate"]["command"], "migrate")

    def command(self, words: list[str], service: str, **more: str) -> str:
        return self._run(self._ours(words), self.environment(service, **more))

    def start_web(self, index: int) -> None:
        environment = self.environment(
            "web",
            BIND=f"127.0.0.1:{self.web_ports[index]}",
            PROMETHEUS_MULTIPROC_DIR=str(self._numbers(index)),
        )
        command = self._ours(image_command())
        command = [
            word.replace("gunicorn.conf.py", "deploy/gunicorn.conf.py")
            for word in command
        ]
        started = self._start(command, environment)
        if index < len(self.web):
            self.web[index] = started
        else:
            self.web.append(started)

    def web_family(self, index: int) -> list[psutil.Process]:
        """Return the processes of an instance that are at work."""
        return [
            each
            for each in psutil.Process(self.web[index].pid).children()
            if (self._numbers(index) / f"ready_{each.pid}").exists()
        ]

    def _numbers(self, index: int) -> Path:
        return self.folder / f"numbers-{index}"

    def start_worker(self) -> None:
        self.worker = self._start(
            self._ours(SERVICES["worker"]["command"]), self.environment("worker")
        )

    def start_proxy(self) -> None:
        folder = self.folder / "deploy" / "nginx"
        settings = folder / "nginx.conf"
        text = settings.read_text()
        text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
        text = text.replace("listen 8080", f"listen 127.0.0.1:{self.port['http']}")
        text = text.replace("listen 8443", f"listen 127.0.0.1:{self.port['https']}")
        settings.write_text(text)
        servers = "".join(
            f"server 127.0.0.1:{port} max_fails=1 fail_timeout=2s; "
            for port in self.web_ports
        )
        (folder / "upstream.conf").write_text(
            f"upstream calcidiol {{ {servers} keepalive 32; }}\n"
        )
        shutil.copy(self.secrets / "tls_certificate", folder / "certificate.pem")
        shutil.copy(self.secrets / "tls_key", folder / "key.pem")
        (folder / "key.pem").chmod(0o644)
        place = self.folder / "proxy"
        place.mkdir()
        self._give_away(place)
        self._start(
            [
                self.programs["nginx"],
                "-p",
                str(place),
                "-c",
                str(settings),
                "-g",
                "daemon off;",
            ],
            {},
            as_nobody=True,
        )
        self._wait_for_port("https")

    def start(self) -> None:
        """Start what needs nothing first, each once what it needs is healthy."""
        self.write_secrets()
        starts: dict[str, Callable[[], None]] = {
            "db": self._start_database,
            "migrate": self.migrate,
            "web": self._start_all_webs,
            "worker": self.start_worker,
            "proxy": self.start_proxy,
        }
        while len(self.order) < len(starts):
            name = next(
                name
                for name in starts
                if name not in self.order and needed(SERVICES[name]) <= set(self.order)
            )
            starts[name]()
            self.order.append(name)

    def _start_database(self) -> None:
        self.start_postgres()
        self.make_roles()
        self.start_pooler()

    def _start_all_webs(self) -> None:
        for index in range(INSTANCES):
            self.start_web(index)
        for index in range(INSTANCES):
            self.wait_until_ready(index)

    def wait_until_ready(self, index: int) -> None:
        address = f"http://127.0.0.1:{self.web_ports[index]}/readyz"

        def is_ready() -> bool:
            try:
                return requests.get(address, timeout=5).status_code == 200
            except requests.RequestException:
                return False

        self.wait_for(is_ready, "a web process")

    def wait_for(
        self,
        holds: Callable[[], bool],
        what: str,
        *,
        seconds: float = PATIENCE_SECONDS,
    ) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                message = f"{what} did not come: {self.said()[-4000:]}"
                raise AssertionError(message)
            time.sleep(0.1)

    def stop(self) -> None:
        for process in reversed(self.running):
            self.kill(process)
        if (self.data / "postmaster.pid").exists():
            self._postgres_control("stop", "-m", "immediate")
        if self.data.is_mount():
            self._run(["umount", str(self.data)])
        for port in self.held:
            port.close()
        # What was killed may write its last into it still.
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill a process and all that it started."""
        try:
            parent = psutil.Process(process.pid)
            parent.suspend()  # else it would start others for those that end
            family = parent.children(recursive=True)
        except psutil.NoSuchProcess:
            family = []
        for member in family:
            with suppress(psutil.NoSuchProcess):  # a child's child may have ended
                member.kill()
        process.kill()
        process.wait()

    # Looking at it.

    @property
    def address(self) -> str:
        return f"https://localhost:{self.port['https']}"

    @property
    def certificate(self) -> str:
        return str(self.secrets / "tls_certificate")

    def said(self) -> str:
        return (self.folder / "said.txt").read_text(errors="replace")

    def complaints(self) -> str:
        """Return the errors that are no lost connection, for the message of a test."""
        lines = [
            line
            for line in self.said().splitlines()
            if '"exception"' in line and "OperationalError" not in line
        ]
        return "\n".join(lines[-5:])

    def keep_the_worker_running(self) -> None:
        """Start the worker again where it ended, as Docker and systemd do."""
        if self.worker is None or self.worker.poll() is not None:
            self.start_worker()

    @contextmanager
    def looking(self) -> Iterator[psycopg.Connection]:
        """Look into the database as its superuser, past every pooler and policy."""
        with psycopg.connect(
            host="127.0.0.1",
            port=self.port["postgres"],
            user="postgres",
            password=self.secret("postgres_password"),
            dbname="calcidiol",
            autocommit=True,
        ) as connection:
            yield connection

    def count(self, query: str) -> int:
        with self.looking() as connection:
            row = connection.execute(query.encode()).fetchone()
        assert row is not None
        return int(row[0])

    def _wait_for_port(self, name: str) -> None:
        def is_open() -> bool:
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self.port[name])) == 0

        self.wait_for(is_open, name)

    def _ours(self, words: Iterable[str]) -> list[str]:
        first, *rest = words
        if first == "python":
            return [sys.executable, *rest]
        return [sys.executable, "-m", first, *rest]

    def _give_away(self, path: Path) -> None:
        if os.geteuid() == 0:
            shutil.chown(path, NOBODYS)
            path.chmod(0o700 if path.is_dir() else 0o600)

    def _who(self, *, as_nobody: bool) -> dict[str, Any]:
        if os.geteuid() != 0 or not as_nobody:
            return {}
        return {"user": NOBODYS, "group": "nogroup", "extra_groups": []}

    def _run(
        self,
        command: list[str],
        environment: Mapping[str, str] | None = None,
        *,
        as_nobody: bool = False,
    ) -> str:
        # A file, not a pipe: a server that stays would keep a pipe open.
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(  # noqa: S603 - programs of the stack
                command,
                cwd=self.folder if as_nobody else PROJECT,
                env={"PATH": os.environ["PATH"], **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                check=False,
                **self._who(as_nobody=as_nobody),
            )
            output.seek(0)
            said = output.read().decode(errors="replace")
        assert done.returncode == 0, f"{command}: {said[-4000:]}"
        return said

    def _start(
        self,
        command: list[str],
        environment: Mapping[str, str],
        *,
        as_nobody: bool = False,
    ) -> subprocess.Popen[bytes]:
        with (self.folder / "said.txt").open("ab") as said:
            started = subprocess.Popen(  # noqa: S603 - programs of the stack
                command,
                cwd=self.folder if as_nobody else PROJECT,
                env={"PATH": os.environ["PATH"], **environment},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
                **self._who(as_nobody=as_nobody),
            )
        self.running.append(started)
        return started
