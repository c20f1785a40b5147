"""What the environment says is read, and what is wrong with it is said."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from tracker import database, environment


def test_a_secret_is_taken_from_the_file_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("a long secret\n")
    environ = {"SECRET_KEY_FILE": str(tmp_path / "secret")}

    environment.take_secrets_from_files(environ)

    assert environ["SECRET_KEY"] == "a long secret"


def test_a_worker_finds_its_way_past_the_pooler_in_files_too(tmp_path: Path) -> None:
    (tmp_path / "pooled").write_text("postgresql://pooler/calcidiol")
    (tmp_path / "direct").write_text("postgresql://server/calcidiol")
    environ = {
        "DATABASE_URL_FILE": str(tmp_path / "pooled"),
        "DATABASE_DIRECT_URL_FILE": str(tmp_path / "direct"),
    }

    environment.take_secrets_from_files(environ)
    environment.past_the_pooler(environ)
    environment.take_secrets_from_files(environ)  # as the settings do once more

    assert environ["DATABASE_URL"] == "postgresql://server/calcidiol"


def test_the_same_secret_both_ways_is_taken(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("same")
    environ = {"SECRET_KEY": "same", "SECRET_KEY_FILE": str(tmp_path / "secret")}

    environment.take_secrets_from_files(environ)

    assert environ["SECRET_KEY"] == "same"


def test_two_secrets_for_one_purpose_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("new")
    environ = {"SECRET_KEY": "old", "SECRET_KEY_FILE": str(tmp_path / "secret")}

    with pytest.raises(ImproperlyConfigured, match="set one of them"):
        environment.take_secrets_from_files(environ)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    environ = {"DATABASE_URL_FILE": str(tmp_path / "none")}

    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL_FILE"):
        environment.take_secrets_from_files(environ)


@pytest.mark.parametrize("text", ["-1", "1.5", "eight", "٣", "1 "])
def test_a_number_that_is_none_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_POOL"):
        environment.whole_number({"DATABASE_POOL": text}, "DATABASE_POOL", 8)


def test_an_empty_number_is_the_default() -> None:
    assert environment.whole_number({"DATABASE_POOL": ""}, "DATABASE_POOL", 8) == 8
    assert environment.whole_number({"DATABASE_POOL": "3"}, "DATABASE_POOL", 8) == 3


def test_a_worker_goes_past_the_pooler_where_there_is_a_way() -> None:
    environ = {
        "DATABASE_URL": "postgresql://pooler/calcidiol",
        "DATABASE_DIRECT_URL": "postgresql://server/calcidiol",
        "DATABASE_BEHIND_PGBOUNCER": "1",
    }

    environment.past_the_pooler(environ)

    assert environ["DATABASE_URL"] == "postgresql://server/calcidiol"
    assert environ["DATABASE_BEHIND_PGBOUNCER"] == ""


def test_without_such_a_way_it_takes_the_same() -> None:
    environ = {"DATABASE_URL": "postgresql://server/calcidiol"}

    environment.past_the_pooler(environ)

    assert environ == {"DATABASE_URL": "postgresql://server/calcidiol"}


# For each variable what somebody could write by mistake.
MISTAKES = {
    "DATABASE_URL": "calcidiol@db",
    "DATABASE_OWNER_URL": "mysql://owner@db/calcidiol",
    "DATABASE_DIRECT_URL": "postgresql://[db/calcidiol",
    "DATABASE_BEHIND_PGBOUNCER": "yes",
    "DATABASE_REPLICA_URL": "http://two/calcidiol",
    "DATABASE_POOL": "many",
    "SECRET_KEY": "two\nlines",
    "MFA_ENCRYPTION_KEYS": "c2hvcnQ=",
    "SITE_ORIGIN": "calcidiol.example",
    "ALLOWED_HOSTS": "one.example, two.example",
    "BEHIND_PROXY": "true",
    "PROXY_COUNT": "-1",
    "BACKUP_RECIPIENT": "ssh-ed25519 AAAA",
    "BACKUP_PASSPHRASE_FILE": "passphrase",
    "METRICS_TOKEN": "short",
    "PROMETHEUS_MULTIPROC_DIR": "numbers",
    "SLOW_QUERY_MS": "0.5",
    "LOG_FORMAT": "xml",
    "EMAIL_HOST": "smtp://mail.example",
    "EMAIL_PORT": "70000",
    "EMAIL_HOST_USER": "two\nlines",
    "EMAIL_HOST_PASSWORD": "two\nlines",
    "EMAIL_USE_TLS": "on",
    "DEFAULT_FROM_EMAIL": "Calcidiol",
    "WEB_PROCESSES": "two",
    "WEB_THREADS": "8.0",
}
EXAMPLE = Path(__file__).resolve().parents[3] / ".env.example"


def test_every_variable_of_the_example_is_looked_at() -> None:
    named = {
        line.partition("=")[0]
        for line in EXAMPLE.read_text().splitlines()
        if "=" in line and not line.startswith("#")
    }

    assert named == set(environment.RULES) == set(MISTAKES)


@pytest.mark.parametrize(("name", "value"), MISTAKES.items())
def test_a_value_that_cannot_be_meant_is_named_with_what_it_must_be(
    name: str, value: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"^{name} must .+\\.$"):
        environment.check({name: value})


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ImproperlyConfigured) as raised:
        environment.check(MISTAKES)

    assert str(raised.value).count("must") == len(MISTAKES)


def test_what_is_empty_is_not_set() -> None:
    environment.check(dict.fromkeys(environment.RULES, ""))


PRIMARY = "postgresql://calcidiol_web:secret@db:5432/calcidiol"


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"DATABASE_REPLICA_URL": PRIMARY}, "needs DATABASE_URL"),
        (
            {
                "DATABASE_URL": PRIMARY,
                "DATABASE_REPLICA_URL": PRIMARY.replace(":5432", ""),
            },
            "leads to the same server as DATABASE_URL. Write a replica's",
        ),
        (
            {
                "DATABASE_URL": PRIMARY,
                "DATABASE_REPLICA_URL": "postgresql://calcidiol_owner@two/calcidiol",
            },
            "another login than DATABASE_URL. Write the same one",
        ),
    ],
)
def test_a_replica_that_cannot_be_one_is_refused_with_what_to_do(
    environ: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=sentence):
        database.replica_settings(environ)


def test_a_replica_is_read_with_the_webs_login_and_never_by_the_owner() -> None:
    environ = {
        "DATABASE_URL": PRIMARY,
        "DATABASE_REPLICA_URL": PRIMARY.replace("@db", "@two"),
    }

    replica = database.replica_settings(environ)

    assert replica is not None
    assert (replica["HOST"], replica["USER"]) == ("two", "calcidiol_web")
    assert database.replica_settings({"DATABASE_URL": PRIMARY}) is None
    assert database.replica_settings({**environ, "DATABASE_ROLE": "owner"}) is None


def test_a_replicas_address_is_read_before_anything_is_built_on_it() -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_REPLICA_URL must be"):
        environment.check({"DATABASE_REPLICA_URL": "two:5432"})
