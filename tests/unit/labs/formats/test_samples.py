"""Files that laboratories, agencies and projects made, where they lie beside us."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from labs.formats.inspection import Inspection, inspect, read_file

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
    "fhir/",
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


def test_a_pending_result_of_a_laboratory_is_refused_and_its_calcium_is_read() -> None:
    found = inspected("fhir/be_uzg_2_1_bundle.json")

    assert {row["patient"] for row in found["companions"]} == {"Nn Xchelpdesk"}
    calcium = next(r for r in found["companions"] if r["measurand"] == "calcium")
    assert (calcium["value"], calcium["date"]) == ("2.10", "2022-03-16")
    assert all("'volgt': the result is still" in p["why"] for p in found["refused"])


def test_an_interval_from_0_to_0_is_none() -> None:
    parsed = read_file(
        (FOLDER / "fhir/smart_stu3_patient-8888801.01.json").read_bytes()
    )

    assert all(row.interval_text == "" for row in parsed.results)
    assert {row.patient.born_on for row in parsed.results} == {date(1956, 9, 9)}


def test_notes_of_a_portal_are_kept_and_never_read_for_values() -> None:
    parsed = read_file((FOLDER / "fhir/epic_dstu2_observation_vitd.json").read_bytes())

    (row,) = parsed.results
    assert "between 21 and 29 ng/mL (2)" in row.comment
    assert (row.interval_low, row.interval_high) == (Decimal(30), Decimal(100))
    assert (row.laboratory_flag, row.hold) == ("L", "")


@pytest.mark.parametrize(
    ("name", "supplement"),
    [
        (
            "fhir/au_MedicationDispense-vitamin-d-drops.json",
            ("2023-08-14", "Vitamin D oral drops 400 IU/mL", "Baby John Banks"),
        ),
        (
            "fhir/llmonfhir_JaneDavis.json",
            ("2024-11-05", "Vitamin D3 2000 IU", "Jane Davis"),
        ),
        (
            "fhir/smart_stu3_patient-5555003.json",
            ("2015-01-03", "Vitamin D3 Capsule 5000 iu", "Mildred E Hoffman"),
        ),
    ],
)
def test_a_supplement_is_no_result_and_is_handed_on(
    name: str, supplement: tuple[str, str, str]
) -> None:
    lines = inspected(name)["supplements"]

    assert supplement in {(row["date"], row["name"], row["patient"]) for row in lines}
