"""Two columns of the number of a sample became one; nothing of either is lost."""

from dataclasses import replace
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client

from accounts.models import Patient
from labs.models import LabResult
from tests.factories import a_result, an_entry
from tests.integration.labs.test_entering_results import confirmed

pytestmark = pytest.mark.django_db

NAME = "0030_one_number_of_the_sample"


def numbers() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT value_text, accession FROM labs_labresult")
        return dict(cursor.fetchall())


def test_the_number_of_a_sample_is_moved_there_and_back(anna: Patient) -> None:
    a_result(anna, replace(an_entry("28"), accession="typed-1"))
    a_result(anna, an_entry("31"))
    module = import_module(f"labs.migrations.{NAME}")
    assert module.AFTER != module.BEFORE
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no trigger waits any more

    loader = MigrationLoader(connection)
    migration = loader.get_migration("labs", NAME)
    before = loader.project_state([("labs", NAME)], at_end=False)
    with connection.schema_editor() as editor:
        migration.unapply(before.clone(), editor)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT value_text, accession, accession_number FROM labs_labresult"
        )
        assert set(cursor.fetchall()) == {("28", "", "typed-1"), ("31", "", "")}
    with connection.schema_editor() as editor:
        migration.apply(before.clone(), editor)

    assert numbers() == {"28": "typed-1", "31": ""}


def test_a_correction_keeps_what_the_laboratory_sent_beside_the_number(
    annas: Client, anna: Patient
) -> None:
    entry = replace(
        an_entry("28"),
        accession="A-77/26",
        loinc="62292-8",
        test_name="25-OH-Vitamin D",
        comment="Sample was haemolysed.",
        collected_time_text="08:30",
    )
    result = a_result(anna, entry)

    place = f"/patients/{anna.pk}/results/{result.pk}/correct/"
    sent = confirmed(value="29", accession="A-77/26", reason="typed wrongly")
    answer = annas.post(place, sent)

    assert answer.status_code == 302, answer.content.decode()
    newest = LabResult.objects.get(chain=result.chain, version=2)
    kept = (newest.accession, newest.loinc, newest.test_name, newest.comment)
    assert newest.value_text == "29"
    assert kept == ("A-77/26", "62292-8", "25-OH-Vitamin D", "Sample was haemolysed.")


def test_a_code_of_another_unit_does_not_follow_a_correction(
    annas: Client, anna: Patient
) -> None:
    result = a_result(anna, replace(an_entry("28"), loinc="62292-8"))

    place = f"/patients/{anna.pk}/results/{result.pk}/correct/"
    sent = confirmed(value="70", unit="nmol/L", reason="typed in the wrong unit")
    annas.post(place, sent)

    assert LabResult.objects.get(chain=result.chain, version=2).loinc == ""
