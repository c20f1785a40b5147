"""docs/asvs.csv sorts what OWASP ASVS 5.0 requires; each test it names is there."""

import ast
import csv
import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
OPEN = "open"
PROVABLE = {"test", "deployment", "document"}
OUTSIDE = {"not applicable", "level 3, not taken"}

with (PROJECT / "docs" / "asvs.csv").open() as file:
    ROWS = list(csv.DictReader(file))
WRITTEN = "docs/security.md#"
NAMED = [
    (row["id"], row["test"])
    for row in ROWS
    if row["test"] not in {"", OPEN} and not row["test"].startswith(WRITTEN)
]


def functions_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("requirement", "test"), NAMED)
def test_a_test_that_a_requirement_names_is_there(requirement: str, test: str) -> None:
    path, _, name = test.partition("::")

    assert (PROJECT / path).is_file(), requirement
    assert name.startswith("test_")
    assert name in functions_of(PROJECT / path), requirement


def test_what_is_to_be_written_down_stands_under_the_heading_that_is_named() -> None:
    page = (PROJECT / "docs" / "security.md").read_text()
    headings = {
        re.sub(r"[^a-z ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^## (.+)$", page, re.MULTILINE)
    }
    named = {
        row["test"].removeprefix(WRITTEN) for row in ROWS if WRITTEN in row["test"]
    }

    assert named <= headings
    evidence = {row["evidence"] for row in ROWS if WRITTEN in row["test"]}
    assert evidence == {"document"}


def test_what_is_open_or_left_out_says_why() -> None:
    for row in ROWS:
        needs_reason = row["test"] == OPEN or row["evidence"] in OUTSIDE
        assert bool(row["why"]) == needs_reason, row["id"]


def test_all_345_requirements_stand_once_and_in_a_known_form() -> None:
    ids = [row["id"] for row in ROWS]

    assert len(ids) == len(set(ids)) == 345
    assert all(re.fullmatch(r"V\d+\.\d+\.\d+", name) for name in ids)
    assert {row["level"] for row in ROWS} == {"1", "2", "3"}
    assert {row["evidence"] for row in ROWS} == PROVABLE | OUTSIDE


def test_what_can_be_proved_names_its_test_or_says_that_it_is_open() -> None:
    for row in ROWS:
        is_outside = row["evidence"] in OUTSIDE
        assert bool(row["test"]) != is_outside, row["id"]


def test_no_requirement_of_access_control_at_level_1_is_open() -> None:
    wanted = [
        row
        for row in ROWS
        if row["id"].startswith("V8.") and row["level"] == "1"
        if row["evidence"] == "test"
    ]

    assert len(wanted) == 3
    assert not [row["id"] for row in wanted if row["test"] == OPEN]
