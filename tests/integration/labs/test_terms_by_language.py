"""Tests and units are named as the laboratories of the reader's language print them."""

import re

import pytest
from django.test import Client

from accounts.models import Patient
from labs.domain.measurands import recognise_name
from labs.domain.quantities import Measurand
from tests.factories import a_person
from tests.integration.conftest import SignedIn

pytestmark = pytest.mark.django_db
ISOLATES = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))


def page_in(language: str, browser: Client, address: str) -> str:
    browser.cookies["language"] = language
    return browser.get(address).content.decode().translate(ISOLATES)


@pytest.mark.parametrize(
    ("language", "printed", "units"),
    [
        ("de", "25-OH-Vitamin D", ("ng/ml", "µg/l", "nmol/l")),
        ("ar", "25-OH vitamin D", ("ng/mL", "nmol/L")),
        ("en-gb", "25-OH vitamin D", ("ng/mL", "nmol/L")),
    ],
)
def test_a_result_is_typed_under_the_name_and_unit_of_the_report(
    annas: Client, anna: Patient, language: str, printed: str, units: tuple[str, ...]
) -> None:
    page = page_in(language, annas, f"/patients/{anna.pk}/results/new/")

    assert printed in page
    assert all(unit in page for unit in units)
    assert recognise_name(printed).measurand is Measurand.TOTAL


@pytest.mark.parametrize("language", ["en-gb", "de", "ar"])
def test_no_language_stands_for_a_unit(signed_in: SignedIn, language: str) -> None:
    page = page_in(language, signed_in(a_person()), "/record/new/")

    start = page.index('id="id_preferred_unit"')
    choices = page[start : page.index("</fieldset>", start)]
    chosen = re.findall(r'value="([^"]*)"[^>]* checked', choices)
    assert 'value="ng/mL"' in choices
    assert chosen == [""]  # as in the latest report
