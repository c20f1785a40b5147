"""The repository checks itself."""

import datetime
import importlib
import inspect
import pkgutil
import re
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
