"""The repository checks itself."""

import ast
import datetime
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

import labs.domain

PROJECT = Path(__file__).resolve().parents[2]
CLINICAL = (PROJECT / "docs" / "clinical.md").read_text()

# Lengths of texts, words of the calendar and sizes of memories say nothing of health.
NOT_CLINICAL = re.compile(
    r"LONGEST_|MOST_QUOTED|MOST_WORDS|MONTHS_OF_A_YEAR|PERCENT|DAYS_A_|DECEMBER|"
    r"TENTH|WHOLE|REMEMBERED_"
)


def numbers_of_the_rules() -> list[tuple[str, str]]:
    """Return (module, name) of every number that a module of the rules defines."""
    found = []
    for module in pkgutil.iter_modules(labs.domain.__path__):
        rules = importlib.import_module(f"labs.domain.{module.name}")
        source = inspect.getsource(rules)
        defined = set(re.findall(r"^([A-Z_]+)\b.*=", source, re.MULTILINE))
        for name, value in vars(rules).items():
            is_number = isinstance(value, int | Decimal | datetime.timedelta)
            if name in defined and is_number and not NOT_CLINICAL.search(name):
                found.append((module.name, name))
    return found


@pytest.mark.parametrize(("module", "name"), numbers_of_the_rules())
def test_every_number_of_the_rules_stands_in_the_clinical_page(
    module: str, name: str
) -> None:
    rows = [line for line in CLINICAL.splitlines() if f"`{name}`" in line]

    assert any(f"`{module}.py`" in row for row in rows)


def test_every_test_that_the_clinical_page_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+\.py)`", CLINICAL))
    there = {path.name for path in (PROJECT / "tests").rglob("test_*.py")}

    assert named
    assert named <= there


@pytest.mark.parametrize("page", ["SECURITY.md", "docs/reliability.md"])
def test_every_test_that_the_threat_model_names_is_there(page: str) -> None:
    named = set(re.findall(r"`(test_\w+(?:\.py)?)`", (PROJECT / page).read_text()))
    there = set()
    for path in (PROJECT / "tests").rglob("test_*.py"):
        there |= {
            path.name,
            *re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE),
        }

    assert len(named) > 20
    assert named <= there


def test_no_module_is_named_after_nothing() -> None:
    nameless = {"utils.py", "helpers.py", "manager.py", "common.py"}
    sources = [
        path
        for app in ("accounts", "labs", "tracker", "tests")
        for path in (PROJECT / app).rglob("*.py")
    ]

    assert len(sources) > 100
    assert not [path for path in sources if path.name in nameless]


def test_no_file_names_a_path_of_a_machine() -> None:
    suffixes = {".py", ".md", ".toml", ".yml", ".html", ".txt", ".sh", ".css", ".js"}
    found = [
        path
        for folder in ("accounts", "labs", "tracker", "templates", "tests", "docs")
        for path in (PROJECT / folder).rglob("*")
        if path.suffix in suffixes
        and re.search(
            r"(?<![\w.])/(?:home|root|work|Users)/", path.read_text(errors="replace")
        )
        and path != Path(__file__).resolve()
    ]

    assert found == []


CLOCKS = {"now", "today", "localdate", "localtime", "utcnow", "TODAY", "NOW"}
# Moments alone, for the database's own clock: no day is reckoned from them.
MAY_ASK_AT_IMPORT = {
    "tests/access/characters.py",
    "tests/integration/operations/test_housekeeping.py",
}


def test_no_test_remembers_the_day_on_which_it_was_imported() -> None:
    """A run that passes midnight would otherwise mix two days."""
    asked = []
    for path in sorted((PROJECT / "tests").rglob("*.py")):
        module, name = ast.parse(path.read_text()), str(path.relative_to(PROJECT))
        clocks = CLOCKS | who_ask_a_clock(module)
        asked += [
            f"{name}:{call.lineno}"
            for call in calls_at_import(module)
            if called(call) in clocks and name not in MAY_ASK_AT_IMPORT
        ]

    assert asked == []


def called(call: ast.Call) -> str:
    return ast.unparse(call.func).split(".")[-1]


def who_ask_a_clock(module: ast.Module) -> set[str]:
    """Return the functions of a module that ask a clock, themselves or by another."""
    calls = {
        node.name: {
            called(each) for each in ast.walk(node) if isinstance(each, ast.Call)
        }
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef)
    }
    asking: set[str] = set()
    while (
        more := {name for name, each in calls.items() if each & (CLOCKS | asking)}
        - asking
    ):
        asking |= more
    return asking


def calls_at_import(node: ast.AST) -> Iterator[ast.Call]:
    """Yield what is called while the module is imported, its decorators included."""
    within = (
        [*node.decorator_list, node.args]
        if isinstance(node, ast.FunctionDef)
        else [node.args]
        if isinstance(node, ast.Lambda)
        else ast.iter_child_nodes(node)
    )
    for child in within:
        if isinstance(child, ast.Call):
            yield child
        if not is_for_a_program(child):
            yield from calls_at_import(child)


def is_for_a_program(node: ast.AST) -> bool:
    """Say whether this is what runs where the module is no part of another."""
    return isinstance(node, ast.If) and ast.unparse(node.test).startswith("__name__")
