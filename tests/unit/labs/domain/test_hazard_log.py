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


FIRST_HAZARDS = 15  # those of the rules; what the product adds stands after them


def test_the_log_holds_the_first_hazards_and_others_in_order() -> None:
    assert list(ROWS) == [f"H{number}" for number in range(1, len(ROWS) + 1)]
    assert len(ROWS) >= FIRST_HAZARDS


@pytest.mark.parametrize("hazard", ROWS)
def test_every_hazard_is_told_in_all_its_columns(hazard: str) -> None:
    _id, told, cause, control, severity, likelihood, residual, owner, test = ROWS[
        hazard
    ]

    assert all((told, cause, control, owner))
    assert severity in SEVERITIES
    assert likelihood in LIKELIHOODS
    assert residual in {"accepted", "open"}
    assert (
        test.endswith("open")
        or re.search(r"::test_h\d+_\*`", test)
        or of_the_pages(hazard)
    )


def of_the_pages(hazard: str) -> list[str]:
    """Return the files of tests that a hazard of the pages names."""
    is_first = int(hazard.removeprefix("H")) <= FIRST_HAZARDS
    return [] if is_first else re.findall(r"`(tests/[\w/]+\.py)`", ROWS[hazard][-1])


@pytest.mark.parametrize("hazard", ROWS)
def test_a_named_test_exists_and_bears_the_hazards_number(hazard: str) -> None:
    named = re.findall(r"`domain/([a-z_]+\.py)::(test_h\d+_)\*`", ROWS[hazard][-1])

    for file, prefix in named:
        source = (Path(__file__).parent / file).read_text(encoding="utf-8")
        assert prefix == f"test_{hazard.lower()}_"
        assert f"def {prefix}" in source
    pages = of_the_pages(hazard)
    assert all((ROOT / path).is_file() for path in pages)
    assert named or pages or ROWS[hazard][-1] == "open"
    assert named or pages or ROWS[hazard][6] == "open"
