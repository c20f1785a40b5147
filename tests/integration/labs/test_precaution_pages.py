"""Precautions where they matter, with their source, and who has read them."""

import re
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, Clinic, Patient
from accounts.queries import viewer_for
from labs.domain.health import HealthTopic
from labs.domain.language import violations
from labs.domain.quantities import Measurand
from labs.domain.supplements import AmountUnit, Substance
from labs.models import Acknowledgement, SupplementPeriod
from labs.presenters.words import dated
from labs.services import supplementing
from labs.services.supplementing import IngredientEntry
from tests.factories import (
    a_clinician,
    a_consent,
    a_period,
    a_result,
    an_entry,
    owner_of,
)
from tests.integration.conftest import SignedIn
from tests.integration.labs.spoken_pages import flowing, text_of, words_of

TODAY = timezone.localdate
WARFARIN = "Vitamin K can make warfarin work less strongly."
NOT_SHARED = "Not shared with you: not checked here."
MK7 = IngredientEntry(
    substance=Substance.MK7,
    amount=Decimal(75),
    unit=AmountUnit.UG,
    amount_text="75",
)


def record(patient: Patient) -> str:
    return f"/patients/{patient.pk}/"


def acknowledge(patient: Patient) -> str:
    return f"/patients/{patient.pk}/precautions/acknowledge/"


def has(
    patient: Patient, topic: HealthTopic, detail: str = "", answer: str = "yes"
) -> None:
    supplementing.state_health_fact(
        patient=patient,
        topic=topic.value,
        answer=answer,
        detail=detail,
        asked_on=TODAY(),
        by=viewer_for(owner_of(patient)),
        at=timezone.now(),
    )


def takes_k2(patient: Patient, name: str = "Sunny D3 + K2") -> SupplementPeriod:
    return a_period(
        patient,
        name=name,
        ingredients=(MK7,),
        vitamin_k="listed",
        starts_on=TODAY() - timedelta(days=30),
    )


@pytest.fixture
def on_warfarin(anna: Patient) -> Patient:
    """Anna takes warfarin, and a product with vitamin K2; she has sarcoidosis."""
    has(anna, HealthTopic.VITAMIN_K_ANTAGONIST, "warfarin")
    has(anna, HealthTopic.SARCOIDOSIS)
    takes_k2(anna)
    return anna


def form_of(page: str, *, reason: str, number: int = 0) -> dict[str, str]:
    """The form that stands at one of the precautions of a page, filled in."""
    subjects = re.findall(r'name="subject" value="(\w+)"', page)
    entries = re.findall(
        r'name="entry_id" value="([\w-]+)">\s*<input type="hidden" name="subject"', page
    )
    return {
        "subject": subjects[number],
        "entry_id": entries[number],
        "reason": reason,
    }


# Where they stand ---------------------------------------------------------------------


def test_vitamin_k_with_warfarin_stands_first_on_the_record_and_the_result(
    annas: Client, on_warfarin: Patient
) -> None:
    result = a_result(on_warfarin, an_entry(collected_on=TODAY()))

    for address in (record(on_warfarin), f"{record(on_warfarin)}results/{result.pk}/"):
        page = flowing(annas.get(address))
        assert WARFARIN in page
        assert "Get urgent help for bleeding that does not stop" in page
        assert page.index(WARFARIN) < page.index("Talk to the clinician who treats it")


def test_the_source_and_the_day_of_review_stand_beside_it(
    annas: Client, on_warfarin: Patient
) -> None:
    page = flowing(annas.get(record(on_warfarin)))

    assert "Why this is shown" in page
    assert "Theuwissen 2013 (doi 10.1111/jth.12203)" in page
    assert "Last reviewed on" in page


def test_open_questions_lead_to_where_they_are_answered(
    annas: Client, anna: Patient
) -> None:
    page = text_of(annas.get(record(anna)))

    assert "You have not answered the questions" in page
    assert f'href="{record(anna)}health/#questions-title"' in page


def test_none_matched_is_never_said_while_a_question_is_open(
    annas: Client, anna: Patient
) -> None:
    assert "No precaution in our list matched" not in flowing(annas.get(record(anna)))


def test_without_the_health_scope_the_panel_says_so_and_is_not_empty(
    anna: Patient, clinic: Clinic, signed_in: SignedIn
) -> None:
    dr_falk = a_clinician(clinic, "Dr Falk")
    a_consent(anna, clinic, health=False)
    has(anna, HealthTopic.SARCOIDOSIS)

    page = text_of(signed_in(dr_falk).get(record(anna)))

    assert NOT_SHARED in page
    assert "arcoidosis" not in page
    assert "Answer the questions" not in page


def test_none_matched_is_never_said_where_earlier_results_are_not_shared(
    annas: Client, anna: Patient, clinic: Clinic, signed_in: SignedIn
) -> None:
    day = TODAY() - timedelta(days=30)
    high = an_entry(
        "2.90",
        "mmol/L",
        measurand=Measurand.CALCIUM,
        collected_on=day - timedelta(days=30),
        interval_text="2.20-2.60",
        interval_high=Decimal("2.60"),
    )
    a_result(anna, high)
    a_period(anna)
    for topic in HealthTopic:
        has(anna, topic, answer="no")
    dr_part = a_clinician(clinic, "Dr Part")
    a_consent(anna, clinic, results_from=day)

    page = flowing(signed_in(dr_part).get(record(anna)))
    own = flowing(annas.get(record(anna)))

    assert page.count(f"Results before {dated(day)} are not shared with you.") == 2
    assert "No precaution in our list matched" not in page
    assert "2.90" not in page
    assert "Your calcium result" in own
    assert "are not shared with you" not in own


# Acknowledging ------------------------------------------------------------------------


def test_who_has_read_it_stays_visible_and_so_does_the_precaution(
    annas: Client, oseis: Client, on_warfarin: Patient
) -> None:
    form = form_of(text_of(annas.get(record(on_warfarin))), reason="INR clinic told")

    annas.post(acknowledge(on_warfarin), form)

    told = Acknowledgement.objects.get()
    assert told.precaution == "vitamin-k-with-antagonist"
    assert told.tells_of_health
    assert told.tells_of_supplements
    for page in (annas.get(record(on_warfarin)), oseis.get(record(on_warfarin))):
        assert "Read by Anna Example on" in flowing(page)
        assert "“INR clinic told”" in flowing(page)
    assert WARFARIN in flowing(annas.get(record(on_warfarin)))


def test_a_clinician_reads_it_in_their_own_name_beside_the_patient(
    annas: Client, oseis: Client, on_warfarin: Patient
) -> None:
    for browser, reason in ((annas, "told the clinic"), (oseis, "INR on Friday")):
        page = text_of(browser.get(record(on_warfarin)))
        browser.post(acknowledge(on_warfarin), form_of(page, reason=reason))

    page = flowing(oseis.get(record(on_warfarin)))
    assert "Read by Anna Example" in page
    assert "Read by Dr Osei" in page


def test_a_new_product_is_not_acknowledged_by_what_was_read_before(
    annas: Client, on_warfarin: Patient
) -> None:
    form = form_of(text_of(annas.get(record(on_warfarin))), reason="INR clinic told")
    annas.post(acknowledge(on_warfarin), form)

    period = takes_k2(on_warfarin, "Other K2")

    page = flowing(annas.get(record(on_warfarin)))
    assert page.count("Read by Anna Example") == 1
    assert period.product.name in page


def test_what_was_read_of_a_product_in_use_is_not_read_of_its_end(
    annas: Client, on_warfarin: Patient
) -> None:
    form = form_of(text_of(annas.get(record(on_warfarin))), reason="INR clinic told")
    annas.post(acknowledge(on_warfarin), form)

    SupplementPeriod.objects.update(ends_on=TODAY() - timedelta(days=1))

    page = flowing(annas.get(record(on_warfarin)))
    assert "may then work more strongly" in page
    assert "Read by" not in page


def test_words_that_changed_meanwhile_are_not_acknowledged(
    annas: Client, on_warfarin: Patient
) -> None:
    form = form_of(text_of(annas.get(record(on_warfarin))), reason="INR clinic told")
    SupplementPeriod.objects.update(ends_on=TODAY() - timedelta(days=1))

    answer = annas.post(acknowledge(on_warfarin), form, follow=True)

    assert "has changed since the page was shown" in flowing(answer)
    assert not Acknowledgement.objects.exists()


def test_a_reason_is_asked_for(annas: Client, on_warfarin: Patient) -> None:
    form = form_of(text_of(annas.get(record(on_warfarin))), reason=" ")

    answer = annas.post(acknowledge(on_warfarin), form)

    assert answer.status_code == 422
    assert "Write what was done, or why." in flowing(answer)
    assert WARFARIN in flowing(answer)
    assert not Acknowledgement.objects.exists()
    trail = AuditEvent.objects.filter(patient_id=on_warfarin.pk, action="read")
    assert trail.filter(object_label="precautions").count() == 1


def test_the_same_form_sent_twice_is_stored_once(
    annas: Client, on_warfarin: Patient
) -> None:
    form = form_of(text_of(annas.get(record(on_warfarin))), reason="INR clinic told")

    annas.post(acknowledge(on_warfarin), form)
    annas.post(acknowledge(on_warfarin), form)

    assert Acknowledgement.objects.count() == 1


def test_it_is_on_the_trail_without_saying_what_it_was(
    annas: Client, on_warfarin: Patient
) -> None:
    form = form_of(text_of(annas.get(record(on_warfarin))), reason="INR clinic told")
    annas.post(acknowledge(on_warfarin), form)

    event = AuditEvent.objects.get(object_label="acknowledgement")
    assert event.object_id == form["entry_id"]
    assert event.patient_id == on_warfarin.pk
    assert "a read mark at a precaution" in flowing(
        annas.get(record(on_warfarin) + "looks/")
    )


def test_a_stranger_acknowledges_nothing(strangers: Client, anna: Patient) -> None:
    form = {"subject": "0" * 64, "entry_id": str(uuid4()), "reason": "x"}

    assert strangers.post(acknowledge(anna), form).status_code == 404


def test_who_does_not_see_the_health_profile_does_not_see_who_read_of_it(
    annas: Client, on_warfarin: Patient, clinic: Clinic, signed_in: SignedIn
) -> None:
    dr_falk = a_clinician(clinic, "Dr Falk")
    a_consent(on_warfarin, clinic, health=False)
    form = form_of(text_of(annas.get(record(on_warfarin))), reason="INR clinic told")
    annas.post(acknowledge(on_warfarin), form)

    browser = signed_in(dr_falk)
    page = text_of(browser.get(record(on_warfarin)))
    assert "INR clinic told" not in page
    browser.post(acknowledge(on_warfarin), form_of(page, reason="label read"))
    mine = Acknowledgement.objects.get(acknowledged_by_id=dr_falk.pk)
    assert mine.precaution == "vitamin-k-in-product"
    assert not mine.tells_of_health


# Language -----------------------------------------------------------------------------


def test_no_page_says_what_the_product_must_not_say(
    annas: Client, oseis: Client, on_warfarin: Patient
) -> None:
    for topic in HealthTopic:
        if topic is not HealthTopic.VITAMIN_K_ANTAGONIST:
            has(on_warfarin, topic)
    result = a_result(on_warfarin, an_entry(collected_on=TODAY()))
    form = form_of(text_of(annas.get(record(on_warfarin))), reason=" ")
    pages = [
        page
        for browser in (annas, oseis)
        for page in (
            browser.get(record(on_warfarin)),
            browser.get(f"{record(on_warfarin)}results/{result.pk}/"),
        )
    ]
    pages.append(annas.post(acknowledge(on_warfarin), form))

    for page in pages:
        assert violations(words_of(page)) == ()
