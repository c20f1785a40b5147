"""Files that laboratories, agencies and projects made, where they lie beside us."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from labs.formats.inspection import Inspection, inspect

PROJECT = Path(__file__).parents[4]
FOLDER = PROJECT.parent / "shared" / "samples"

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason="the folder of real sample files, ../shared/samples, is not on this machine",
)


def expected() -> dict[str, dict[str, Any]]:
    listed = FOLDER / "expected.json"
    entries = json.loads(listed.read_text()) if listed.is_file() else []
    return {entry["file"]: entry for entry in entries}


FOLDERS = (
    "csv/",
    "supplements/",
    "hl7v2/",
    "ccda/",
)
FILES = [name for name in expected() if name.startswith(FOLDERS)]


def inspected(name: str) -> Inspection:
    return inspect((FOLDER / name).read_bytes(), name)


def comparable(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what a row says, null told from empty, in a form that can be sorted."""
    parts = ("date", "comparator", "unit", "loinc", "local_code", "display", "status")
    texts = (repr(row[part]) for part in parts)
    return (row["patient"], float(row["value"]), *texts)


@pytest.mark.parametrize("name", FILES)
def test_results_are_exactly_those_that_were_read_by_hand(name: str) -> None:
    wanted = expected()[name]["results"]

    found = inspected(name)["results"]

    found, wanted = sorted(found, key=comparable), sorted(wanted, key=comparable)
    assert list(map(comparable, found)) == list(map(comparable, wanted))
    for row, accepted in zip(found, wanted, strict=True):
        assert row["measurand"] in accepted["analyte_accept"]


@pytest.mark.parametrize("name", FILES)
def test_a_file_without_results_says_why(name: str) -> None:
    wanted, found = expected()[name]["expect"], inspected(name)

    match wanted:
        case "results":
            assert found["results"]
        case "results-multi-patient":
            assert len({row["patient"] for row in found["results"]}) > 1
        case "none" if not name.startswith("csv/"):
            assert found["warnings"] or found["refused"]
        case "none" | "error" | "none-importable":
            assert [part["where"] for part in found["refused"]] == ["file"]
        case _:
            assert wanted == "supplement-entries"
            assert found["supplements"]


def test_a_survey_without_dates_is_refused_for_its_dates() -> None:
    (refused,) = inspected("csv/nhanes_VID_J.csv")["refused"]

    assert "No column holds the date on which the sample was drawn." in refused["why"]


def test_a_price_list_names_the_columns_that_it_has() -> None:
    (refused,) = inspected("csv/elexis_physiotarif_bom.csv")["refused"]

    assert "'Ziffer', 'Text', 'TP', 'Preis', 'Bemerkungen'" in refused["why"]


def test_every_vitamin_d_line_of_a_medication_list_is_handed_on_as_written() -> None:
    lines = inspected("supplements/smart_meds.txt")["supplements"]

    found = {(line["patient"], line["date"], line["name"]) for line in lines}
    assert {
        ("8888801", "2011-05-10", "Vitamin D3 2000 iu"),
        ("8888803", "2012-05-07", "vitamin D3 2000 iu"),
        ("5555002", "2014-08-04", "Vitamin D3 Capsule 4000 iu"),
        ("5555003", "2015-01-03", "Vitamin D3 Capsule 5000 iu"),
    } <= found
    assert sum("Ergocalciferol" in name for _, _, name in found) == 4
