"""The glossary explains every test, to everybody, without advice."""

from django.test import Client
from django.urls import reverse

from accounts.models import Patient
from labs.domain.language import violations
from labs.domain.quantities import Measurand
from labs.presenters.glossary import EXPLAINED_UNDER
from tests.factories import a_result
from tests.integration.labs.spoken_pages import flowing, text_of, words_of


def test_every_test_has_its_explanation(client: Client, db: None) -> None:
    del db
    page = text_of(client.get(reverse("glossary")))

    assert set(EXPLAINED_UNDER) == set(Measurand)
    assert all(f'id="{key}"' in page for key in EXPLAINED_UNDER.values())
    assert 'id="nmol-l"' in page


def test_it_gives_no_advice(client: Client, db: None) -> None:
    del db
    answer = client.get(reverse("glossary"))

    assert violations(words_of(answer)) == ()
    assert "28 ng/mL and 70 nmol/L say the same" in flowing(answer)


def test_the_page_of_a_result_leads_to_the_word_it_uses(
    annas: Client, anna: Patient
) -> None:
    row = a_result(anna)

    page = text_of(annas.get(f"/patients/{anna.pk}/results/{row.pk}/"))

    assert 'href="/glossary/#25-hydroxyvitamin-d"' in page
