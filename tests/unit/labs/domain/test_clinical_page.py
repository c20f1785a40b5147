import re
from pathlib import Path

import pytest

from labs.domain import change, units
from labs.domain.measurands import DIHYDROXY_CODES, LOINC_MEASURANDS, PARENT_CODES

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs" / "clinical.md").read_text()


@pytest.mark.parametrize(
    "code", sorted({*LOINC_MEASURANDS, *DIHYDROXY_CODES, *PARENT_CODES})
)
def test_every_code_of_the_rules_stands_on_the_clinical_page(code: str) -> None:
    assert re.search(rf"(?<![\d-]){code}(?!\d)", PAGE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NMOL_PER_NG_TOTAL", units.NMOL_PER_NG_TOTAL),
        ("NMOL_PER_NG_D2", units.NMOL_PER_NG_D2),
        ("GUIDELINE_FACTOR", units.GUIDELINE_FACTOR),
        ("Z", change.Z),
        ("DEFAULT_CVI", change.DEFAULT_CVI),
        ("MOST_CVI", change.MOST_CVI),
        ("DEFAULT_CVA", change.DEFAULT_CVA),
        ("LONGEST_INTERVAL_MONTHS", change.LONGEST_INTERVAL_MONTHS),
        ("LOW_VALUE_NG", change.LOW_VALUE_NG),
    ],
)
def test_a_number_of_the_rules_has_its_value_on_the_page(
    name: str, value: object
) -> None:
    (row,) = [line for line in PAGE.splitlines() if f"`{name}`" in line]

    assert re.search(rf"\| [^|]*(?<![\d.]){re.escape(str(value))}(?![\d.]*\d)", row)


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`(test_\w+\.py)`", PAGE))))
def test_every_test_that_the_page_names_exists(named: str) -> None:
    assert list((ROOT / "tests").rglob(named))


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`(\w+\.py)`", PAGE))))
def test_every_file_that_the_page_names_exists(named: str) -> None:
    found = [
        path
        for app in ("labs", "tracker", "tests", "accounts")
        for path in (ROOT / app).rglob(named)
    ]

    assert found
