"""What the environment says is read, and what is wrong with it is said."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from tracker import environment


def test_a_secret_is_taken_from_the_file_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("a long secret\n")
    environ = {"SECRET_KEY_FILE": str(tmp_path / "secret")}

    environment.take_secrets_from_files(environ)

    assert environ["SECRET_KEY"] == "a long secret"


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
