"""The public hazard log is whole, and names tests that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
LOG = (ROOT / "docs" / "hazards.md").read_text(encoding="utf-8")
ROWS = {
    cells[0]: cells
    for line in LOG.splitlines()
    if line.startswith("| H")
    and (cells := [cell.strip() for cell in line.split("|")[1:-1]])
}
SEVERITIES = {"minor", "moderate", "major", "catastrophic"}
LIKELIHOODS = {"very low", "low", "medium"}


def test_the_log_holds_the_fifteen_hazards_in_order() -> None:
    assert list(ROWS) == [f"H{number}" for number in range(1, 16)]


@pytest.mark.parametrize("hazard", ROWS)
def test_every_hazard_is_told_in_all_its_columns(hazard: str) -> None:
    _id, told, cause, control, severity, likelihood, residual, owner, test = ROWS[
        hazard
    ]

    assert all((told, cause, control, owner))
    assert severity in SEVERITIES
    assert likelihood in LIKELIHOODS
    assert residual in {"accepted", "open"}
    assert test.endswith("open") or re.search(r"::test_h\d+_\*`", test)


@pytest.mark.parametrize("hazard", ROWS)
def test_a_named_test_exists_and_bears_the_hazards_number(hazard: str) -> None:
    named = re.findall(r"`domain/([a-z_]+\.py)::(test_h\d+_)\*`", ROWS[hazard][-1])

    for file, prefix in named:
        source = (Path(__file__).parent / file).read_text(encoding="utf-8")
        assert prefix == f"test_{hazard.lower()}_"
        assert f"def {prefix}" in source
    assert named or ROWS[hazard][-1] == "open"
    assert named or ROWS[hazard][6] == "open"
