"""What stands on every page about a record, whichever it is, found by the resolver."""

import pytest
from django.test import Client

from accounts.domain.scopes import Scope
from accounts.models import Clinic, Consent, Patient
from labs.domain.health import HealthTopic
from tests.access.crawling import crawl
from tests.access.signing_in import sign_in
from tests.factories import (
    a_clinic,
    a_clinician,
    a_consent,
    a_health_fact,
    a_patient,
    a_period,
    a_result,
    an_entry,
    owner_of,
)

NOBODY_SEES_IT = "No clinic can see this. This message does not alert anyone."
NOT_SHARED = "Not shared with you: not checked here"
MARKERS = {
    Scope.RESULTS: "Zirbel Laboratory",
    Scope.SUPPLEMENTS: "Quendel drops",
    Scope.HEALTH: "sarcoidosis",
}
FEWEST_PAGES = 15  # an empty crawl would prove nothing


@pytest.fixture
def clinic(db: None) -> Clinic:
    del db
    return a_clinic("Harbour Clinic", phone="020 5550 0100")


@pytest.fixture
def anna(db: None) -> Patient:
    del db
    return a_patient("Anna Example")


@pytest.fixture
def ids(anna: Patient) -> dict[str, object]:
    """Anna's record with something in each part of it."""
    result = a_result(anna, an_entry(laboratory=MARKERS[Scope.RESULTS]))
    period = a_period(anna, name=MARKERS[Scope.SUPPLEMENTS])
    fact = a_health_fact(anna, HealthTopic.SARCOIDOSIS)
    return {
        "patient_id": anna.pk,
        "result_id": result.pk,
        "period_id": period.pk,
        "fact_id": fact.pk,
    }


def browser_of(user: object) -> Client:
    browser = Client()
    sign_in(browser, user)  # type: ignore[arg-type]
    return browser


def test_every_page_says_which_clinics_see_it_and_how_they_are_reached(
    anna: Patient, clinic: Clinic, ids: dict[str, object]
) -> None:
    a_consent(anna, clinic)

    pages = [
        page
        for page in crawl(browser_of(owner_of(anna)), ids, about="patient_id")
        if page.is_page
    ]

    assert len(pages) >= FEWEST_PAGES
    for words in ("Harbour Clinic", "020 5550 0100", "020 5550 0199"):
        assert [page.name for page in pages if words not in page.text] == []


def test_every_page_says_that_nobody_watches_where_nobody_does(
    anna: Patient, ids: dict[str, object]
) -> None:
    pages = [
        page
        for page in crawl(browser_of(owner_of(anna)), ids, about="patient_id")
        if page.is_page
    ]

    assert len(pages) >= FEWEST_PAGES
    assert [page.name for page in pages if NOBODY_SEES_IT not in page.text] == []
    way_out = 'action="/account/logout/"'
    assert [page.name for page in pages if way_out not in page.text] == []


def test_a_page_that_was_refused_says_nothing_of_who_watches(
    anna: Patient, clinic: Clinic, ids: dict[str, object]
) -> None:
    a_consent(anna, clinic)
    stranger = browser_of(a_clinician(a_clinic("Hill Clinic"), "Dr Dan"))

    for page in crawl(stranger, ids, about="patient_id"):
        assert "Harbour Clinic" not in page.text, page.name
        assert NOBODY_SEES_IT not in page.text, page.name


@pytest.mark.parametrize("shared", list(MARKERS))
def test_a_part_that_is_not_shared_is_told_and_never_an_empty_panel(
    anna: Patient, clinic: Clinic, ids: dict[str, object], shared: Scope
) -> None:
    """What a full viewer reads on a page, a partial one is told is not checked."""
    osei = a_clinician(clinic, "Dr Osei")
    consent = a_consent(anna, clinic)
    oseis = browser_of(osei)
    shown_in_full = {
        page.name: {scope for scope, word in MARKERS.items() if word in page.text}
        for page in crawl(oseis, ids, about="patient_id")
        if page.is_page
    }
    only_one_part(consent, shared)

    wrong = []
    for page in crawl(oseis, ids, about="patient_id"):
        hidden = [scope for scope in MARKERS if scope is not shared]
        wrong += [(page.name, scope) for scope in hidden if MARKERS[scope] in page.text]
        missed = [s for s in hidden if s in shown_in_full.get(page.name, set())]
        if page.is_page and missed and NOT_SHARED not in page.text:
            wrong.append((page.name, "silent"))  # type: ignore[arg-type]

    assert any(shown_in_full.values())
    assert wrong == []


def only_one_part(consent: Consent, shared: Scope) -> None:
    Consent.objects.filter(pk=consent.pk).update(
        shares_results=shared is Scope.RESULTS,
        shares_supplements=shared is Scope.SUPPLEMENTS,
        shares_health=shared is Scope.HEALTH,
    )
