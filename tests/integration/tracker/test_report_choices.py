"""What can be chosen of a visit report, and that the report says what it lacks."""

import re
from datetime import date

import pytest
from django.test import Client

from accounts.models import Patient, User
from tests.factories import a_period, a_result, a_target, an_entry
from tests.integration.labs.spoken_pages import flowing
from tests.pdf_reading import squeezed, text_of

ALL = ("results", "other", "ranges", "supplements", "notes", "questions", "words")


@pytest.fixture
def filled(anna: Patient, osei: User) -> Patient:
    """Anna, with results of three years, a range and a supplement."""
    a_target(anna, osei, starts_on=date(2024, 1, 1))
    for year, value in ((2024, "22"), (2025, "26"), (2026, "28")):
        a_result(anna, an_entry(value, collected_on=date(year, 3, 12)))
    a_period(anna)
    return anna


def text(client: Client, patient: Patient, query: str) -> str:
    return client.get(f"/patients/{patient.pk}/report.txt?{query}").content.decode()


def test_the_form_offers_parts_paper_unit_days_and_the_archives_standard(
    annas: Client, filled: Patient
) -> None:
    page = annas.get(f"/patients/{filled.pk}/report/?unit=nmol").content.decode()

    for part in ALL:
        assert f'name="parts" value="{part}" checked' in page
    assert 'name="unit" value="nmol" checked' in page
    assert 'name="paper" value="letter"' in page
    assert 'name="standard" value="archive"' in page


@pytest.mark.parametrize(
    ("part", "title"),
    [
        ("ranges", "Ranges that clinicians set"),
        ("supplements", "Supplements, now and before"),
        ("notes", "Dated notes"),
        ("questions", "Questions for my visit"),
        ("words", "What the words mean"),
    ],
)
def test_a_part_that_was_not_asked_for_is_named_as_left_out(
    annas: Client, filled: Patient, part: str, title: str
) -> None:
    others = "&".join(f"parts={each}" for each in ALL if each != part)

    whole, without = text(annas, filled, ""), text(annas, filled, f"parts=&{others}")

    assert whole.count(title) == 1
    assert without.count(title) == 1
    assert f"This copy was asked for without: {title}." in " ".join(without.split())


def test_the_days_that_were_asked_for_bound_chart_and_table(
    annas: Client, filled: Patient
) -> None:
    said = text(annas, filled, "range=days&from=2025-01-01&to=2025-12-31")
    table = said.split("Results of 25-hydroxyvitamin D")[1].split("Ranges that")[0]

    assert "26" in table
    assert "2 results hidden" in table
    assert "2 results lie outside the time" in " ".join(said.split())


def test_an_archival_copy_keeps_its_tags(annas: Client, filled: Patient) -> None:
    address = f"/patients/{filled.pk}/report.pdf"
    plain = annas.get(address).content
    archival = annas.get(f"{address}?standard=archive").content

    assert b"pdfaid:part" not in plain
    assert re.search(rb"<pdfaid:part>2</pdfaid:part>", archival)
    assert re.search(rb"<pdfaid:conformance>A</pdfaid:conformance>", archival)
    assert b"pdfuaid:part" in archival
    assert text_of(archival).startswith(squeezed("Visit report"))


def test_a_clinician_chooses_for_whom_it_speaks_and_gets_no_list_of_questions(
    oseis: Client, filled: Patient
) -> None:
    page = oseis.get(f"/patients/{filled.pk}/report/")

    assert "In words for" in flowing(page)
    assert 'value="questions"' not in page.content.decode()
