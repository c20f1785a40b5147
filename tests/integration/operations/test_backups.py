"""A backup brings back every row, policy, right and trigger, or nothing at all."""

import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pyrage
import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from psycopg import sql
from pytest_django import Settings

from accounts.models import User
from tests.access.signing_in import sign_in
from tests.factories import a_clinic, a_clinician, a_consent, a_patient, a_result
from tests.integration.operations.stack import postgres_programs
from tracker import database
from tracker.backups import locking
from tracker.database import WEB_ROLE
from tracker.services import backing_up

WORDS = "six words that nobody else knows"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
SHAPES = {
    # PostgreSQL writes an expression anew in other words of the same meaning.
    "policies": "SELECT tablename, policyname, permissive, roles, cmd,"
    " regexp_replace(qual, '(::text|::text\\[\\]|\\s|[()])', '', 'g'),"
    " with_check IS NULL FROM pg_policies ORDER BY 1, 2",
    "secured tables": "SELECT relname, relrowsecurity FROM pg_class"
    " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
    " ORDER BY 1",
    # What an owner has by default may be written out or not.
    "rights": "SELECT relname, relkind, array(SELECT a::text FROM unnest(coalesce("
    "relacl, acldefault(CASE relkind WHEN 'S' THEN 's'::\"char\" ELSE 'r' END,"
    " relowner))) AS a ORDER BY 1), relowner::regrole FROM pg_class"
    " WHERE relnamespace = 'public'::regnamespace ORDER BY 1",
    "rights on columns": "SELECT attrelid::regclass::text, attname, attacl::text"
    " FROM pg_attribute WHERE attacl IS NOT NULL ORDER BY 1, 2",
    "rights on schemas": "SELECT nspname, nspacl::text FROM pg_namespace"
    " WHERE nspname = 'app' ORDER BY 1",
    "triggers": "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid)"
    " FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
    "functions": "SELECT proname, pg_get_functiondef(oid), proowner::regrole,"
    " proacl::text FROM pg_proc WHERE pronamespace IN"
    " ('app'::regnamespace, 'public'::regnamespace) ORDER BY 1, 2",
    # PostgreSQL writes a check anew in other words of the same meaning.
    "constraints": "SELECT conrelid::regclass::text, conname, contype, convalidated,"
    " CASE WHEN contype <> 'c' THEN pg_get_constraintdef(oid) END FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
}


def ask(database: str, query: str) -> list[tuple[object, ...]]:
    settings = connection.settings_dict
    with psycopg.connect(
        host=settings["HOST"], user=settings["USER"], dbname=database
    ) as link:
        return link.execute(query.encode()).fetchall()


def everything_in(database: str) -> dict[str, list[tuple[object, ...]]]:
    found = {name: ask(database, query) for name, query in SHAPES.items()}
    for (table,) in ask(database, TABLES):
        rows = f"SELECT row::text FROM {table} AS row ORDER BY 1"  # noqa: S608
        found[f"rows of {table}"] = ask(database, rows)
    return found


@pytest.fixture
def here() -> str:
    return str(connection.settings_dict["NAME"])


@pytest.fixture
def empty(monkeypatch: pytest.MonkeyPatch, here: str) -> Iterator[str]:
    """An empty database of the same owner; commands are pointed at it."""
    name = f"{here}_empty"
    settings = connection.settings_dict
    with psycopg.connect(
        host=settings["HOST"], user=settings["USER"], dbname=here, autocommit=True
    ) as link:
        link.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    with monkeypatch.context() as patched:
        connection.close()
        patched.setitem(connection.settings_dict, "NAME", name)
        yield name
        connection.close()
    with psycopg.connect(
        host=settings["HOST"], user=settings["USER"], dbname=here, autocommit=True
    ) as link:
        # Without FORCE: this waits for a vacuum to end, which is nobody's to stop.
        link.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


@pytest.fixture
def passphrase_file(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text(WORDS + "\n")
    return path


@pytest.fixture
def backup(transactional_db: None, tmp_path: Path, passphrase_file: Path) -> Path:
    """A backup of a clinic with a patient who has a result."""
    del transactional_db
    anna, harbour = a_patient("Anna Example"), a_clinic("Harbour Clinic")
    a_clinician(harbour, "Dr Osei")
    a_consent(anna, harbour)
    a_result(anna)
    path = tmp_path / "calcidiol.backup"
    call_command("backup", path, passphrase_file=passphrase_file, quiet=True)
    return path


def test_what_comes_back_is_what_went_in(
    backup: Path, passphrase_file: Path, here: str, empty: str
) -> None:
    before = everything_in(here)

    call_command("restore", backup, passphrase_file=passphrase_file, quiet=True)

    assert everything_in(empty) == before

    # Once more over what is there, where an operator says so.
    call_command(
        "restore", backup, passphrase_file=passphrase_file, replace=True, quiet=True
    )

    assert everything_in(empty) == before
    assert before["rows of labs_labresult"]
    assert before["policies"]
    assert any(WEB_ROLE in str(row) for row in before["rights"])


@pytest.fixture
def older(monkeypatch: pytest.MonkeyPatch) -> Iterator[database.EmbeddedPostgres]:
    """
    An empty server of Debian's own version; commands are pointed at it.

    Debian's may know the setting already: it is restored into as one that does not.
    """
    with (
        database.throw_away(programs=postgres_programs()) as server,
        monkeypatch.context() as patched,
    ):
        connection.close()
        patched.setitem(connection.settings_dict, "HOST", str(server.socket_folder))
        patched.setitem(connection.settings_dict, "NAME", database.DATABASE_NAME)
        with server.connect("postgres", database.DATABASE_NAME) as link:
            is_new = link.info.server_version >= FIRST_WITH_THE_SETTING
        assert backing_up._knows_all_settings() == is_new
        patched.setattr(backing_up, "_knows_all_settings", lambda: False)
        yield server
        connection.close()


FIRST_WITH_THE_SETTING = 170_000
# Told in the same words by every version.
OF_EVERY_VERSION = ("policies", "secured tables", "triggers")


def test_it_comes_back_on_an_older_server(
    backup: Path,
    passphrase_file: Path,
    here: str,
    request: pytest.FixtureRequest,
) -> None:
    before = everything_in(here)
    request.getfixturevalue("older")

    call_command("restore", backup, passphrase_file=passphrase_file, quiet=True)

    after = everything_in(database.DATABASE_NAME)
    told = [name for name in before if name in OF_EVERY_VERSION or "rows of" in name]
    assert {name: after[name] for name in told} == {name: before[name] for name in told}
    assert after["rows of labs_labresult"]


# What goes wrong behind pg_restore's back, and what is said of it.
SPOILT = {
    'head -n 900; echo "The disk is away." >&2; exit 1': "The disk is away",
    "cat; echo 'SELECT 1 / 0;'": "division by zero",
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_what_does_not_come_whole_to_an_older_server_does_not_come(
    backup: Path,
    passphrase_file: Path,
    older: database.EmbeddedPostgres,
    monkeypatch: pytest.MonkeyPatch,
    spoilt: str,
) -> None:
    found = backing_up._path_of
    program = passphrase_file.with_name("pg_restore")
    program.write_text(f'#!/bin/sh\n{found("pg_restore")} "$@" | {{ {spoilt}\n}}\n')
    program.chmod(0o700)
    places = {"pg_restore": str(program), "psql": found("psql")}
    monkeypatch.setattr(backing_up, "_path_of", places.__getitem__)

    with pytest.raises(CommandError, match=SPOILT[spoilt]):
        call_command("restore", backup, passphrase_file=passphrase_file, quiet=True)

    with older.connect("postgres", database.DATABASE_NAME) as link:
        assert link.execute(TABLES.encode()).fetchall() == []


def test_a_restore_without_the_keys_of_second_steps_says_who_is_locked_out(
    backup: Path,
    passphrase_file: Path,
    empty: str,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A fresh machine has the backup, its passphrase, and keys of its own at first."""
    del empty
    right = settings.MFA_ENCRYPTION_KEYS
    how = {"passphrase_file": passphrase_file, "quiet": True}
    browser = Client()

    settings.MFA_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    call_command("restore", backup, **how)
    said = capsys.readouterr().err
    clinician = User.objects.get(name="Dr Osei")
    sign_in(browser, clinician)
    page = browser.post("/account/2fa/authenticate/", {"code": "123456"})

    assert "Codes cannot be checked here just now" in page.content.decode()
    assert "opens 1 of the second steps" in said
    assert browser.get("/account/2fa/").status_code == 302

    settings.MFA_ENCRYPTION_KEYS = right
    call_command("restore", backup, replace=True, **how)
    said = capsys.readouterr().err
    browser = Client()
    sign_in(browser, clinician)

    assert said == ""
    assert browser.get("/account/2fa/").status_code == 200


def test_nothing_readable_stands_in_the_file(backup: Path) -> None:
    content = backup.read_bytes()

    assert b"Anna" not in content
    assert b"labs_labresult" not in content
    with zipfile.ZipFile(backup) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["opened_by"] == "passphrase"
    assert manifest["size"] > 10_000


def test_a_secret_key_opens_what_its_public_key_locked(
    backup: Path, tmp_path: Path, here: str, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del backup
    key = pyrage.x25519.Identity.generate()
    (tmp_path / "key").write_text(f"# created today\n{key}\n")
    locked = tmp_path / "locked.backup"
    before = everything_in(here)
    with monkeypatch.context() as patched:
        connection.close()
        patched.setitem(connection.settings_dict, "NAME", here)
        call_command("backup", locked, recipient=str(key.to_public()), quiet=True)

    call_command("restore", locked, identity_file=tmp_path / "key", quiet=True)

    assert everything_in(empty) == before


def test_a_wrong_key_opens_nothing_and_says_so(
    backup: Path, tmp_path: Path, empty: str
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("six words that somebody made up")

    with pytest.raises(CommandError, match="does not open this backup"):
        call_command("restore", backup, passphrase_file=wrong)

    assert ask(empty, TABLES) == []


def test_a_damaged_backup_is_refused_before_anything_is_written(
    backup: Path, passphrase_file: Path, empty: str
) -> None:
    whole = backup.read_bytes()
    for damaged in (
        *(flipped(whole, at=int(len(whole) * part)) for part in (0.3, 0.6, 0.95)),
        *(whole[:kept] for kept in (0, 100, 20_000)),
    ):
        backup.write_bytes(damaged)
        with pytest.raises(CommandError, match="Nothing was restored"):
            call_command("restore", backup, passphrase_file=passphrase_file)

    assert ask(empty, TABLES) == []


def flipped(content: bytes, *, at: int) -> bytes:
    changed = bytearray(content)
    changed[at] ^= 0xFF
    return bytes(changed)


def test_a_database_in_use_is_not_written_over(
    backup: Path, passphrase_file: Path, here: str
) -> None:
    before = everything_in(here)

    with pytest.raises(CommandError, match="The database holds"):
        call_command("restore", backup, passphrase_file=passphrase_file)

    assert everything_in(here) == before


@pytest.mark.django_db
def test_a_backup_is_never_written_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BACKUP_RECIPIENT", raising=False)

    with pytest.raises(CommandError, match="never written open"):
        call_command("backup", tmp_path / "open.backup")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("transactional_db")
def test_a_dump_that_fails_leaves_no_file(
    tmp_path: Path, passphrase_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.close()
    with monkeypatch.context() as patched:
        patched.setitem(connection.settings_dict, "NAME", "no_such_database")
        with pytest.raises(CommandError, match="pg_dump did not finish"):
            call_command(
                "backup", tmp_path / "a.backup", passphrase_file=passphrase_file
            )
        connection.close()

    assert [path.name for path in tmp_path.iterdir()] == ["passphrase"]


def test_older_data_is_backed_up_before_newer_migrations_change_it(
    backup: Path, tmp_path: Path, passphrase_file: Path, empty: str
) -> None:
    assert not backing_up.is_behind_the_program()  # nothing there yet
    call_command("restore", backup, passphrase_file=passphrase_file, quiet=True)
    assert not backing_up.is_behind_the_program()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'labs' AND name ="
            " (SELECT max(name) FROM django_migrations WHERE app = 'labs')"
        )
    before = everything_in(empty)

    assert backing_up.is_behind_the_program()
    path = backing_up.back_up_before_an_upgrade(
        tmp_path, at=datetime(2026, 11, 28, 9, 30, tzinfo=UTC)
    )

    secret = tmp_path / "backup_passphrase"
    assert path.name.endswith("-2026-11-28T093000Z.backup")
    assert secret.stat().st_mode & 0o077 == 0
    call_command("restore", path, passphrase_file=secret, replace=True, quiet=True)
    assert everything_in(empty) == before


def test_an_earlier_backup_stays_unless_one_says_otherwise(
    backup: Path, passphrase_file: Path
) -> None:
    before = backup.read_bytes()

    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", backup, passphrase_file=passphrase_file)

    assert backup.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [("short", "15 characters"), ("", "never written open")],
)
@pytest.mark.django_db
def test_a_weak_passphrase_locks_nothing(
    tmp_path: Path, words: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BACKUP_RECIPIENT", raising=False)
    weak = tmp_path / "weak"
    weak.write_text(words)

    with pytest.raises(CommandError, match=sentence):
        call_command("backup", tmp_path / "a.backup", passphrase_file=weak)


def test_a_word_that_is_no_key_is_named() -> None:
    with pytest.raises(locking.LockRefused, match="age1"):
        locking.lock_for_key("ssh-ed25519 AAAA")
    with pytest.raises(locking.LockRefused, match="AGE-SECRET-KEY"):
        locking.key_from_text("# only a comment")


def test_the_password_of_the_database_is_in_no_list_of_processes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "s3cret words")

    where, secrets = backing_up._target()

    assert "s3cret" not in where
    assert secrets == {"PGPASSWORD": "s3cret words"}
