"""What commands print: a bar for people, JSON for programs, nothing where asked."""

import inspect
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command, get_commands, load_command_class

from tests.factories import a_clinic, a_consent, a_patient, a_person

# The queue's own command, only kept alive here; what it says is its library's.
WRAPPED = {"procrastinate"}
OURS = {
    name: app
    for name, app in get_commands().items()
    if app in {"accounts", "labs", "tracker"} and name not in WRAPPED
}
# What they print is itself a document, a code or a list for one reader.
PRINT_ONE_THING = {"catalogues", "demo_code", "licences", "prepare", "sbom"}
TELLING = sorted(set(OURS) - PRINT_ONE_THING)
WITH_A_BAR = {
    *("backup", "import_results", "inspect_results", "load_demo", "rebuild_worklist"),
    "restore",
}
ADDRESS = "somebody's address"


class Terminal(io.StringIO):
    """An error stream that somebody looks at."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def run() -> Callable[..., tuple[str, str]]:
    """Run a command at a terminal; return what it printed and what it drew."""

    def call(name: str, *words: object, **options: Any) -> tuple[str, str]:  # noqa: ANN401
        said, drawn = io.StringIO(), Terminal()
        call_command(name, *words, stdout=said, stderr=drawn, **options)
        return said.getvalue(), drawn.getvalue()

    return call


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(
        "Name,Birth date,Test,Date,Value,Unit\n"
        "Anna Example,1978-05-03,25-OH vitamin D,2026-01-15,28.0,ng/mL\n"
    )
    return path


def test_every_command_of_the_product_is_looked_at() -> None:
    assert len(OURS) > 12
    assert set(OURS) >= PRINT_ONE_THING
    assert set(TELLING) >= WITH_A_BAR


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_command_explains_itself_and_each_of_its_options(name: str) -> None:
    command = load_command_class(OURS[name], name)
    parser = command.create_parser("manage.py", name)

    assert len(command.help) > 40
    assert command.help.rstrip().endswith(".")
    actions = parser._actions
    unexplained = {action.dest for action in actions if action.help is None}
    assert unexplained <= {"files", "file", "step"}  # their names say it


@pytest.mark.parametrize("name", TELLING)
def test_every_command_can_be_told_how_to_answer(name: str) -> None:
    told = load_command_class(OURS[name], name).create_parser("manage.py", name)

    assert "--json" in told.format_help()
    assert "--quiet" in told.format_help()
    assert "print errors only" in told.format_help()


@pytest.mark.parametrize("name", sorted(WITH_A_BAR))
def test_long_work_draws_a_bar(name: str) -> None:
    source = inspect.getsource(
        sys.modules[load_command_class(OURS[name], name).__module__]
    )

    assert "bar_on(" in source or "progress_on(" in source


@pytest.mark.parametrize(
    ("name", "words", "facts"),
    [
        ("audit_seal", [], {"number"}),
        ("audit_verify", [], {"faults"}),
        ("operator", [ADDRESS], {"email", "is_operator"}),
        ("reset_second_factor", [ADDRESS], {"email", "removed"}),
    ],
)
def test_short_commands_answer_in_json_or_not_at_all(
    db: None,
    run: Callable[..., tuple[str, str]],
    name: str,
    words: list[str],
    facts: set[str],
) -> None:
    del db
    address = a_person("Robin Ash").email
    words = [address if word == ADDRESS else word for word in words]

    said, _drawn = run(name, *words, json=True)
    assert set(json.loads(said)) >= facts
    assert run(name, *words, quiet=True) == ("", "")
    assert run(name, *words)[0].strip()


def test_drawing_the_worklist_anew_shows_a_bar_and_then_the_count(
    db: None, run: Callable[..., tuple[str, str]]
) -> None:
    del db
    a_consent(a_patient(), a_clinic())

    said, drawn = run("rebuild_worklist")

    assert said == "The worklist is drawn anew: 1 patients\n"
    assert drawn.startswith("\r  ████")
    assert drawn.endswith("1 of 1 patients\n")


def test_a_program_reads_json_and_no_bar(
    db: None, run: Callable[..., tuple[str, str]]
) -> None:
    del db
    a_consent(a_patient(), a_clinic())

    said, drawn = run("rebuild_worklist", json=True)

    assert json.loads(said) == {"patients": 1}
    assert drawn == ""


def test_quiet_is_quiet(
    db: None, run: Callable[..., tuple[str, str]], table: Path
) -> None:
    del db

    assert run("rebuild_worklist", quiet=True) == ("", "")
    assert run("inspect_results", table, quiet=True) == ("", "")


def test_quiet_still_names_the_file_that_is_not_there(tmp_path: Path) -> None:
    drawn = Terminal()

    with pytest.raises(SystemExit, match="1"):
        call_command("inspect_results", tmp_path / "no.csv", quiet=True, stderr=drawn)

    assert "no.csv: The file could not be opened" in drawn.getvalue()


def test_several_files_are_counted_as_they_are_read(
    run: Callable[..., tuple[str, str]], table: Path
) -> None:
    said, drawn = run("inspect_results", table, table)

    assert len(said.splitlines()) == 2
    assert "1 of 2 files" in drawn
    assert drawn.endswith("2 of 2 files\n")


def test_files_that_come_in_are_counted(
    db: None, run: Callable[..., tuple[str, str]], table: Path
) -> None:
    del db
    a_clinic("Harbour Clinic")

    said, drawn = run(
        "import_results", table, clinic="Harbour Clinic", create_patients=True
    )

    assert "1 added" in said
    assert drawn.endswith("1 of 1 files\n")
