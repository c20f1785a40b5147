"""What an operator sees at the command line."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Clinic
from labs.models import LabResult
from tests.integration.imports.conftest import HEADER, line


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text("\n".join((HEADER, line(), line(day="2026-13-45"))))
    return path


@pytest.mark.usefixtures("clinic")
def test_import_says_what_became_of_every_row(table: Path) -> None:
    said = io.StringIO()

    call_command(
        "import_results",
        table,
        clinic="harbour clinic",
        create_patients=True,
        stdout=said,
    )

    assert "1 added" in said.getvalue()
    assert "1 refused" in said.getvalue()
    assert "line 3: '2026-13-45' is not a date" in said.getvalue()


@pytest.mark.usefixtures("clinic")
def test_import_prints_one_json_object_a_file_when_asked(table: Path) -> None:
    said = io.StringIO()

    call_command(
        "import_results",
        table,
        clinic="Harbour Clinic",
        create_patients=True,
        json=True,
        stdout=said,
    )

    told = json.loads(said.getvalue())
    assert (told["added"], told["people_created"]) == (1, 1)
    assert told["refused"][0]["where"] == "line 3"


@pytest.mark.usefixtures("clinic")
def test_an_unknown_clinic_is_named_with_those_there_are(table: Path) -> None:
    with pytest.raises(CommandError, match=r"Nowhere. There are: Harbour Clinic"):
        call_command("import_results", table, clinic="Nowhere")


@pytest.mark.usefixtures("clinic")
def test_a_file_that_is_no_table_ends_with_status_1(tmp_path: Path) -> None:
    path = tmp_path / "picture.csv"
    path.write_bytes(b"\x89PNG\x00\x01")
    said = io.StringIO()

    with pytest.raises(SystemExit, match="1"):
        call_command("import_results", path, clinic="Harbour Clinic", stderr=said)

    assert said.getvalue().startswith("picture.csv: Nothing was imported.")
    assert not LabResult.objects.exists()


@pytest.mark.usefixtures("clinic")
def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    said = io.StringIO()

    with pytest.raises(SystemExit):
        call_command(
            "import_results", tmp_path / "no.csv", clinic="Harbour Clinic", stderr=said
        )

    assert "could not be opened: No such file" in said.getvalue()


@pytest.mark.usefixtures("clinic")
def test_quiet_prints_nothing_where_all_went_well(table: Path) -> None:
    said = io.StringIO()

    call_command(
        "import_results",
        table,
        clinic="Harbour Clinic",
        create_patients=True,
        quiet=True,
        stdout=said,
    )

    assert said.getvalue() == ""
    assert LabResult.objects.count() == 1


def test_inspection_needs_no_database_and_prints_a_line_a_file(table: Path) -> None:
    said = io.StringIO()

    call_command("inspect_results", table, table, stdout=said)

    first, second = (json.loads(text) for text in said.getvalue().splitlines())
    assert first == second
    assert first["results"] == [
        {
            "date": "2026-01-15",
            "value": "28.0",
            "comparator": None,
            "unit": "ng/mL",
            "loinc": "62292-8",
            "local_code": None,
            "display": "25-OH vitamin D",
            "measurand": "total",
            "status": "final",
            "patient": first["results"][0]["patient"],
        }
    ]
    assert first["refused"][0]["where"] == "line 3"


def test_inspection_of_a_missing_file_ends_with_status_1(tmp_path: Path) -> None:
    said = io.StringIO()

    with pytest.raises(SystemExit, match="1"):
        call_command("inspect_results", tmp_path / "no.csv", stdout=said)

    assert "No such file" in json.loads(said.getvalue())["refused"][0]["why"]


def test_a_clinic_can_be_named_by_its_id(clinic: Clinic, table: Path) -> None:
    call_command(
        "import_results", table, clinic=str(clinic.pk), create_patients=True, quiet=True
    )

    assert LabResult.objects.count() == 1


@pytest.mark.usefixtures("clinic")
def test_dates_that_fit_several_orders_are_asked_about_and_answered(
    tmp_path: Path,
) -> None:
    path = tmp_path / "slashes.csv"
    path.write_text("patient;date;25-OH vitamin D (ng/mL)\n7;03/04/2026;28\n")
    said = io.StringIO()

    with pytest.raises(SystemExit):
        call_command("import_results", path, clinic="Harbour Clinic", stderr=said)
    call_command(
        "import_results",
        path,
        clinic="Harbour Clinic",
        create_patients=True,
        date_order="dmy",
        quiet=True,
    )

    assert "Answer with --date-order" in said.getvalue()
    assert str(LabResult.objects.get().collected_on) == "2026-04-03"
