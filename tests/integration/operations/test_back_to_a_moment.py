"""
The guide "Back to a moment" of docs/deployment.md, done as it stands there.

The commands are read from the guide and the settings from deploy/postgres; only the
places in them are this test's own.
"""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.integration.operations.conftest import made_here
from tests.integration.operations.stack import PROJECT, NotHere, Stack

GUIDE = (PROJECT / "docs" / "deployment.md").read_text()
PROGRAM = "/opt/calcidiol/"
KEPT = "/var/backups/calcidiol"
DATA = "/var/lib/postgresql/18/main"
MOMENT = "2026-11-28 09:30:00 UTC"
RESULTS_EACH = 3
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
RULES = {
    "policies": "SELECT policy::text FROM pg_policies AS policy ORDER BY 1",
    "secured tables": "SELECT relname, relrowsecurity, relforcerowsecurity,"
    " relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    " ORDER BY 1",
    "roles": "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles ORDER BY 1",
}


class Archived(Stack):
    """The stack's database, set up as the guide says, and what the guide does to it."""

    more_options = ""

    def __init__(self) -> None:
        super().__init__()
        # The embedded PostgreSQL 18 brings one that ends at once.
        verify = Path(self.programs["initdb"]).parent / "pg_verifybackup"
        asked = [str(verify), "--version"]
        if subprocess.run(asked, capture_output=True, check=False).returncode:  # noqa: S603 - PostgreSQL's own
            self.stop()
            message = f"{verify} does not run."
            raise NotHere(message)

    def set_up(self) -> None:
        self.write_secrets()
        # No pooler stands here.
        (self.secrets / "database_url").chmod(0o600)
        (self.secrets / "database_url").write_text(self.secret("database_direct_url"))
        self.kept = self.folder / "kept"
        self.kept.mkdir()
        self._give_away(self.kept)
        self.start_postgres()
        settings = self.folder / "archiving.conf"
        settings.write_text(
            self._placed((PROJECT / "deploy/postgres/archiving.conf").read_text())
        )
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write(f"include '{settings}'\n")
        self.restart_postgres(crash=False)
        self.make_roles()
        self.migrate()

    def guide(self, verb: str, moment: str = "") -> str:
        """Run the guide's own command as PostgreSQL's user; return what it said."""
        (line,) = re.findall(
            rf"^ *(sh {PROGRAM}deploy/postgres/point-in-time\.sh {verb}\b.*)$",
            GUIDE,
            re.MULTILINE,
        )
        return self._run(
            ["sh", "-c", self._placed(line).replace(MOMENT, moment)],
            self._as_superuser(),
            as_nobody=True,
        )

    def aside(self) -> None:
        """Move the data folder aside, as one does before a restore."""
        self.data.rename(self.folder / f"aside-{time.monotonic_ns()}")
        self.data.mkdir()
        self._give_away(self.data)

    def start_again(self) -> None:
        self._postgres_control("start", "-w", "-t", "60", "-o", self._options())

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Return every row of every table, and every rule over them."""
        with self.looking() as link:
            found = {
                name: link.execute(query.encode()).fetchall()
                for name, query in RULES.items()
            }
            for (table,) in link.execute(TABLES.encode()).fetchall():
                every = f"SELECT row::text FROM {table} AS row ORDER BY 1"  # noqa: S608
                found[table] = link.execute(every.encode()).fetchall()
        return found

    def moment(self) -> str:
        """Return a moment after all that was done, and let it pass by."""
        with self.looking() as link:
            (now,) = link.execute("SELECT clock_timestamp()::text").fetchone() or ("",)
        time.sleep(1.1)  # a base is named by its second
        return str(now)

    def _placed(self, text: str) -> str:
        deploy = self.folder / "deploy"
        return (
            text.replace(f"{PROGRAM}deploy", str(deploy))
            .replace(KEPT, str(self.kept))
            .replace(DATA, str(self.data))
        )

    def _as_superuser(self) -> dict[str, str]:
        beside = Path(self.programs["initdb"]).parent
        return {
            "PATH": f"{beside}:{os.environ['PATH']}",
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port["postgres"]),
            "PGUSER": "postgres",
            "PGPASSWORD": self.secret("postgres_password"),
        }


@pytest.fixture(scope="module")
def stack() -> Iterator[Archived]:
    with made_here(Archived) as made:
        made.set_up()
        yield made


def test_a_mistake_is_gone_and_all_before_it_is_there(stack: Archived) -> None:
    stack.guide("base")
    # Written after the base: only the kept changes hold it.
    stack.command(
        ["tests.integration.operations.people", "2", str(RESULTS_EACH)], "migrate"
    )
    stack.command(["python", "manage.py", "audit_seal"], "migrate")
    before, well = stack.rows(), stack.moment()
    make_mistakes(stack)
    with pytest.raises(AssertionError, match="fault"):
        stack.command(["python", "manage.py", "audit_verify"], "migrate")

    stack.stop_postgres(crash=False)
    with pytest.raises(AssertionError, match="is not empty"):
        stack.guide("restore", well)
    stack.aside()
    said = stack.guide("restore", well)
    stack.start_again()

    assert "it takes no writes" in said
    assert stack.rows() == before
    with stack.looking() as link, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        link.execute("DELETE FROM labs_labresult")

    stack.guide("open")
    stack.wait_for(
        lambda: stack.count("SELECT pg_is_in_recovery()::int") == 0, "an open server"
    )

    assert stack.rows() == before
    assert len(before["labs_labresult"]) == 2 * RESULTS_EACH
    assert len(before["accounts_auditevent"]) > 2 * RESULTS_EACH
    assert before["policies"]
    assert seen_by_the_web(stack) == 0
    said = stack.command(["python", "manage.py", "audit_verify"], "migrate")
    assert "The audit trail is whole." in said


def make_mistakes(stack: Archived) -> None:
    """Do what no program of the site can do: as the superuser, past every rule."""
    with stack.looking() as link:
        link.execute("ALTER TABLE labs_labresult DISABLE TRIGGER USER")
        link.execute("UPDATE labs_labresult SET laboratory = 'a mistake'")
        link.execute("ALTER TABLE accounts_auditevent DISABLE TRIGGER USER")
        link.execute("DELETE FROM accounts_auditevent")
        link.execute("ALTER TABLE labs_labresult DISABLE ROW LEVEL SECURITY")
        link.execute("ALTER ROLE calcidiol_web BYPASSRLS")


def seen_by_the_web(stack: Archived) -> int:
    """Count the results that the web's own role sees with nobody signed in."""
    with psycopg.connect(
        host="127.0.0.1",
        port=stack.port["postgres"],
        user="calcidiol_web",
        password=stack.secret("web_password"),
        dbname="calcidiol",
    ) as link:
        (count,) = link.execute("SELECT count(*) FROM labs_labresult").fetchone() or ()
    return int(count)


def test_a_moment_before_every_base_is_refused_and_nothing_written(
    stack: Archived,
) -> None:
    stack.stop_postgres(crash=False)
    stack.aside()
    try:
        for moment, sentence in (
            ("2020-01-01 00:00:00 UTC", "no base was whole before"),
            ("half past nine or so", "no moment"),
        ):
            with pytest.raises(AssertionError, match=sentence):
                stack.guide("restore", moment)

        assert list(stack.data.iterdir()) == []
    finally:
        stack.data.rmdir()
        (aside,) = sorted(stack.folder.glob("aside-*"))[-1:]
        aside.rename(stack.data)
        stack.start_again()


def test_a_file_of_changes_is_never_written_over(stack: Archived) -> None:
    kept = min((stack.kept / "wal").glob("0*"))
    script = stack.folder / "deploy" / "postgres" / "point-in-time.sh"
    other = stack.folder / "other"
    command = ["sh", str(script), "archive", str(stack.kept)]

    def told(source: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - our own script
            [*command, str(source), kept.name],
            capture_output=True,
            text=True,
            check=False,
        )

    before = kept.read_bytes()
    same = stack.folder / "same"
    shutil.copy(kept, same)
    other.write_bytes(before[:-1] + b"\x01")

    assert told(same).returncode == 0
    refused = told(other)

    assert refused.returncode != 0
    assert "with other content" in refused.stderr
    assert kept.read_bytes() == before


def test_what_no_kept_base_needs_is_forgotten(stack: Archived) -> None:
    """The newest base stays, however old, with all the changes from it on."""
    stack.guide("base")
    bases = sorted((stack.kept / "base").iterdir())
    assert len(bases) == 2
    old = stack.kept / "base" / "20200101T000000Z"
    bases[0].rename(old)
    files = set((stack.kept / "wal").iterdir())

    stack.guide("forget")

    left = set((stack.kept / "wal").iterdir())
    assert sorted((stack.kept / "base").iterdir()) == [bases[1]]
    assert left < files
    label = (bases[1] / "backup_label").read_text()
    (first,) = re.findall(r"\(file ([0-9A-F]+)\)", label)
    assert min(at.name for at in left if len(at.name) == len(first)) >= first
