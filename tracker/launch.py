"""
`make run`: the whole site on somebody's own machine.

Starts the embedded database, brings its tables up to date, loads the demo once, and
keeps a web server and a worker running until Ctrl-C, which stops all of it. A database
that crashes meanwhile is started again. What a killed run left behind is cleared away
first.
"""

import contextlib
import fcntl
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

import psutil

from tracker.database import DatabaseNotStarted, EmbeddedPostgres, is_embedded

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("CALCIDIOL_VAR", BASE_DIR / "var"))
PORT = int(os.environ.get("PORT", "8000"))
PATIENCE_SECONDS = 300  # for a slow machine: a web server that ended is told at once
STOP_SECONDS = 15
GONE_SECONDS = 5  # somebody who restarts the database by hand needs less

WEB = (
    "gunicorn",
    "tracker.wsgi:application",
    f"--bind=127.0.0.1:{PORT}",
    # Threads, so that a browser's idle connections hold nobody up.
    "--worker-class=gthread",
    "--workers=2",
    "--threads=8",
    "--no-control-socket",
    "--access-logfile=/dev/null",
    "--log-level=warning",
)
# Several at once: a long import must not hold up the seal of the audit trail.
WORKER = (str(BASE_DIR / "manage.py"), "procrastinate", "worker", "--concurrency=4")


class Stopped(Exception):
    """Somebody asked the run to stop."""


def main() -> int:
    """Run until stopped; return the exit status."""
    VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (VAR_DIR / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"Calcidiol runs already from this folder: {address()}")
            return 1
        for asked in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(asked, _ask_to_stop)
        try:
            return _run()
        except Stopped:
            return 0
        except (DatabaseNotStarted, subprocess.CalledProcessError) as error:
            say(f"Calcidiol did not start. {error}")
            return 1


def _ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
    raise Stopped


def _run() -> int:
    _clear_leftovers()
    if not _port_is_free():
        say(f"Port {PORT} is in use. Choose another one: make run PORT={PORT + 1}")
        return 1
    server = EmbeddedPostgres(VAR_DIR / "postgres") if is_embedded(os.environ) else None
    children: list[subprocess.Popen[bytes]] = []
    try:
        if server:
            server.start()
        _command("prepare", {"DATABASE_ROLE": "owner"})
        children += [_start("-m", *WEB), _start(*WORKER)]
        _remember(children)
        _wait_until_it_answers(children[0])
        _greet()
        return _watch(children, server)
    finally:
        for asked in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(asked, signal.SIG_IGN)
        _stop(children)
        if server:
            server.stop()
        (VAR_DIR / "run.json").unlink(missing_ok=True)
        say("Stopped.")


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "CALCIDIOL_VAR": str(VAR_DIR),
        "SITE_ORIGIN": os.environ.get("SITE_ORIGIN", address()),
        **extra,
    }


def _command(name: str, extra: Mapping[str, str]) -> None:
    subprocess.run(  # noqa: S603 - our own command
        [sys.executable, str(BASE_DIR / "manage.py"), name],
        cwd=BASE_DIR,
        env=_environment(extra),
        check=True,
    )


def _start(*arguments: str) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches this process alone, which stops the rest.
    return subprocess.Popen(  # noqa: S603 - our own programs
        [sys.executable, *arguments],
        cwd=BASE_DIR,
        env=_environment({"DATABASE_POOL": "8"} if "gunicorn" in arguments else {}),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def _remember(children: list[subprocess.Popen[bytes]]) -> None:
    """Note the children, so that the next start finds those of a killed run."""
    notes = [
        {"pid": child.pid, "born": psutil.Process(child.pid).create_time()}
        for child in children
    ]
    (VAR_DIR / "run.json").write_text(json.dumps(notes))


def _clear_leftovers() -> None:
    path = VAR_DIR / "run.json"
    try:
        notes = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return
    for note in notes:
        try:
            process = psutil.Process(note["pid"])
            if process.create_time() == note["born"]:
                _end_family(process)
        except psutil.NoSuchProcess:
            continue
    path.unlink()


def _end_family(process: psutil.Process) -> None:
    process.suspend()  # else it starts others in place of those that end
    family = [*process.children(recursive=True), process]
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    psutil.wait_procs(family, timeout=STOP_SECONDS)


def _port_is_free() -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", PORT))
        except OSError:
            return False
    return True


def _wait_until_it_answers(web: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and web.poll() is None:
        if _shows_its_first_page():
            return
        time.sleep(0.1)
    message = "The web server did not come up; what it said stands above."
    raise DatabaseNotStarted(message)


def _shows_its_first_page() -> bool:
    """Say whether the sign-in page comes, not only whether the port is open."""
    web = http.client.HTTPConnection("localhost", PORT, timeout=PATIENCE_SECONDS)
    try:
        web.request("GET", "/account/login/")
        return web.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        web.close()


def _watch(
    children: list[subprocess.Popen[bytes]], server: EmbeddedPostgres | None
) -> int:
    """Wait until a part ends by itself; a database that crashed is started again."""
    seen = time.monotonic()
    while True:
        if server is None or server.is_running():
            seen = time.monotonic()
        elif time.monotonic() - seen > GONE_SECONDS:
            say("The database ended by itself; starting it again.")
            server.start()
        for child in children:
            if child.poll() is not None:
                say("A part of the site ended by itself; stopping the rest.")
                return 1
        time.sleep(0.5)


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            _end_family(psutil.Process(child.pid))


def _greet() -> None:
    say("")
    say(f"Calcidiol is ready: {address()}")
    accounts = VAR_DIR / "demo_accounts.json"
    if accounts.exists():
        say("Sign in as one of the demo's invented people:")
        for account in json.loads(accounts.read_text()):
            say("  {role:<12} {email:<34} {password}".format(**account))
        say("  (also in demo_accounts.json in that folder)")
    say(f"E-mail and data are in {VAR_DIR}. Ctrl-C stops everything.")


def address() -> str:
    """Return where the site is; passkeys need the name, not the number."""
    return f"http://localhost:{PORT}"


def say(line: str) -> None:
    """Tell the person at the terminal."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
