"""A form that comes with an id of what its sender does not see is refused, no more."""

from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

from accounts.models import Clinic, Patient, User
from labs.models import LabResult, NotedEvent
from tests.factories import a_consent, a_patient, a_result, an_entry
from tests.integration.conftest import SignedIn
from tests.integration.labs.test_entering_results import address, confirmed
from tests.integration.labs.test_event_pages import address as notes_of
from tests.integration.labs.test_event_pages import note

SHARED = "2026-03-12"


def sent(browser: Client, patient: Patient, entry_id: UUID) -> HttpResponse:
    form = confirmed(entry_id=str(entry_id), collected_on=SHARED, value="17")
    return browser.post(address(patient), form)  # type: ignore[return-value]


def words(answer: HttpResponse) -> str:
    """Return what the page says, without what is said once after signing in."""
    return answer.content.decode().split('<div class="narrow">')[1].split("</div>")[0]


def test_an_id_out_of_sight_is_answered_like_somebody_elses(
    osei: User, signed_in: SignedIn, clinic: Clinic
) -> None:
    cleo, eve = a_patient("Cleo Sample"), a_patient("Eve Other")
    a_consent(cleo, clinic, results_from=date(2026, 1, 1))
    hidden = a_result(cleo, an_entry(collected_on=date(2025, 3, 12)))
    foreign = a_result(eve, an_entry(collected_on=date(2025, 3, 12)))
    browser = signed_in(osei)

    answers = [sent(browser, cleo, each.pk) for each in (hidden, foreign)]

    assert [each.status_code for each in answers] == [409, 409]
    assert words(answers[0]) == words(answers[1])
    assert "This was not saved" in words(answers[0])
    for told in ("Eve", "2025", "28"):
        assert told not in words(answers[0])
    assert set(LabResult.objects.all()) == {hidden, foreign}


def test_a_note_with_an_id_of_somebody_elses_is_not_saved(
    annas: Client, anna: Patient, osei: User, signed_in: SignedIn, clinic: Clinic
) -> None:
    other = a_patient("Eve Other")
    a_consent(other, clinic)
    mine = note()
    annas.post(notes_of(anna), mine)

    answer = signed_in(osei).post(notes_of(other), mine | {"words": "elsewhere"})

    assert answer.status_code == 409
    assert [each.patient_id for each in NotedEvent.objects.all()] == [anna.pk]
