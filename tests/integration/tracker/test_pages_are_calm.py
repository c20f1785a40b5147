"""Pages ask for one thing, say what will be there, and speak plainly."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from accounts.models import Patient
from labs.domain import sentences
from tests.access import records
from tests.access.characters import assemble
from tests.access.crawling import Opened, crawl
from tests.access.test_matrix import _ids
from tests.factories import (
    a_clinic,
    a_clinician,
    a_result,
    an_entry,
)
from tests.integration.conftest import SignedIn
from tests.integration.labs.spoken_pages import words_of

pytestmark = pytest.mark.django_db

PRIMARY = (
    "//main//*[self::button or contains(concat(' ', @class, ' '), ' button ')]"
    "[not(contains(@class, 'button-secondary'))][not(contains(@class, 'button-quiet'))]"
    "[not(@type='button')][not(ancestor::*[contains(@class, 'language-switch')])]"
)
# Each of several questions of a page is answered and saved by itself.
ANSWERED_ONE_BY_ONE: set[str] = set()
FEWEST_PAGES = 40

LONGEST_MEAN = 16  # words of a sentence; a page of plain English has 15 to 20
MOST_WORDS = 45
FIXED = {
    " ".join(text.split())
    for name, text in vars(sentences).items()
    if name.isupper() and isinstance(text, str)
}


def primary_actions(page: str) -> Counter[str]:
    """Count the filled buttons of a page by what they say."""
    found = html.fromstring(page).xpath(PRIMARY)
    return Counter(" ".join(each.text_content().split()) for each in found)


def pages_of(client: Client, ids: dict[str, object]) -> Iterator[Opened]:
    return (opened for opened in crawl(client, ids) if opened.is_page)


def test_every_page_has_one_primary_action_at_most(signed_in: SignedIn) -> None:
    cast = assemble()
    records.fill(cast)
    ids = _ids(cast)
    seen: set[str] = set()
    wrong: dict[tuple[str, str], dict[str, int]] = {}

    for part in ("owner", "consented", "admin"):
        for opened in pages_of(signed_in(cast.people()[part]), ids):
            seen.add(opened.name)
            found = primary_actions(opened.text)
            if len(found) > 1 and opened.name not in ANSWERED_ONE_BY_ONE:
                wrong[part, opened.name] = dict(found)

    assert wrong == {}
    assert len(seen) > FEWEST_PAGES


EMPTY_OF_A_PERSON = (
    "/patients/{patient}/sharing/",
    "/patients/{patient}/carers/",
    "/patients/{patient}/import/",
    "/patients/{patient}/intakes/",
    "/account/keys/",
    "/jobs/",
)
EMPTY_OF_A_CLINIC = (
    *("worklist", "patients", "import_clinic", "range_templates", "catalogue"),
)


def empty_state(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    page = answer.content.decode()
    assert len(primary_actions(page)) <= 1, address
    found = html.fromstring(page).xpath("//*[@class='empty-state']")
    assert found, address
    return " ".join(found[0].text_content().split())


@pytest.mark.parametrize("address", EMPTY_OF_A_PERSON)
def test_an_empty_page_of_a_person_says_what_will_be_there(
    annas: Client, anna: Patient, address: str
) -> None:
    words = empty_state(annas, address.format(patient=anna.pk))

    assert len(words.split()) > 5


@pytest.mark.parametrize("name", EMPTY_OF_A_CLINIC)
def test_an_empty_page_of_a_clinic_says_what_will_be_there(
    signed_in: SignedIn, name: str
) -> None:
    clinic = a_clinic("Quiet Clinic")
    client = signed_in(a_clinician(clinic, "Dr Larkin"))

    is_of_one = name not in {"worklist", "patients"}
    words = empty_state(client, reverse(name, args=[clinic.pk] if is_of_one else []))

    assert len(words.split()) > 5


def test_an_empty_worklist_leads_to_the_import(signed_in: SignedIn) -> None:
    clinic = a_clinic("Quiet Clinic")
    client = signed_in(a_clinician(clinic, "Dr Larkin"))

    for address in ("/worklist/", "/patients/"):
        page = client.get(address).content.decode()
        assert primary_actions(page)["Import results"] == 1
        assert f'href="{reverse("import_clinic", args=[clinic.pk])}"' in page


def sentences_of(opened: Opened) -> Iterator[str]:
    """Yield what stands between full stops, lists and labels apart."""
    for block in words_of(opened.answer).split("\n\n"):
        flowing = " ".join(block.split())
        for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z“])", flowing):
            if sentence.endswith((".", "?", "!")) and not is_fixed(sentence):
                yield sentence


def is_fixed(sentence: str) -> bool:
    """Say whether it is a sentence of the rules, which stands word for word."""
    return any(sentence in text for text in FIXED)


def test_patients_read_short_sentences(annas: Client, anna: Patient) -> None:
    a_result(anna, an_entry("28"))
    said = {
        sentence
        for opened in crawl(annas, {"patient_id": anna.pk}, about="patient_id")
        if opened.is_page
        for sentence in sentences_of(opened)
    }
    lengths = {sentence: len(sentence.split()) for sentence in said}

    assert len(said) > 100
    assert sum(lengths.values()) / len(lengths) < LONGEST_MEAN
    assert {line for line, words in lengths.items() if words > MOST_WORDS} == set()


def test_terms_are_explained_where_a_patient_first_reads_them(
    annas: Client, anna: Patient
) -> None:
    a_result(anna, an_entry("28"))

    page = annas.get(f"/patients/{anna.pk}/").content.decode()

    latest = html.fromstring(page).xpath("//main//details/summary")
    opened = [" ".join(each.text_content().split()) for each in latest]
    assert "25-hydroxyvitamin D, 25(OH)D" in opened
    assert "ng/mL, nanograms per millilitre" in opened
