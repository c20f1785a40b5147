"""Pauses and changed amounts, with precautions on every transition."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, Clinic, Patient
from accounts.queries import viewer_for
from labs.domain.language import violations
from labs.domain.supplements import AmountUnit, Substance
from labs.models import SupplementPause, SupplementPeriod
from labs.services import supplementing
from labs.services.supplementing import IngredientEntry
from tests.factories import a_clinician, a_consent, a_period, owner_of
from tests.integration.conftest import SignedIn
from tests.integration.labs.spoken_pages import flowing, text_of, words_of

TODAY = timezone.localdate
CHANGED = "The vitamin K in your products has changed."
BEFORE = "before starting, stopping or changing it."
MK7 = IngredientEntry(
    substance=Substance.MK7,
    amount=Decimal(75),
    unit=AmountUnit.UG,
    amount_text="75",
)


@pytest.fixture
def k2(anna: Patient) -> SupplementPeriod:
    """Anna takes warfarin, and a product with vitamin K2 for a month."""
    supplementing.state_health_fact(
        patient=anna,
        topic="vitamin_k_antagonist",
        answer="yes",
        detail="warfarin",
        asked_on=TODAY(),
        by=viewer_for(owner_of(anna)),
        at=timezone.now(),
    )
    return a_period(
        anna,
        name="Sunny D3 + K2",
        ingredients=(MK7,),
        vitamin_k="listed",
        starts_on=TODAY() - timedelta(days=30),
    )


def record(patient: Patient) -> str:
    return f"/patients/{patient.pk}/"


def address(period: SupplementPeriod, page: str) -> str:
    return f"{record(period.patient)}supplements/{period.pk}/{page}/"


def days_ago(days: int) -> str:
    return (TODAY() - timedelta(days=days)).isoformat()


def entry(**changes: str) -> dict[str, str]:
    return {"entry_id": str(uuid4())} | changes


def changed(**changes: str) -> dict[str, str]:
    return (
        entry(
            servings="2", schedule="daily", schedule_count="", advised_by="", reason=""
        )
        | {"starts_on": days_ago(2)}
        | changes
    )


@pytest.mark.parametrize("page", ["pause", "change", "end"])
def test_what_to_be_careful_about_stands_before_anything_is_changed(
    annas: Client, k2: SupplementPeriod, page: str
) -> None:
    words = flowing(annas.get(address(k2, page)))

    assert BEFORE in words
    assert "Get urgent help for bleeding" in words


def test_a_pause_is_recorded_and_told_to_whoever_takes_warfarin(
    annas: Client, k2: SupplementPeriod
) -> None:
    answer = annas.post(
        address(k2, "pause"),
        entry(starts_on=days_ago(3), reason="travelling"),
        follow=True,
    )

    pause = SupplementPause.objects.get()
    assert (pause.starts_on.isoformat(), pause.ends_on) == (days_ago(3), None)
    assert pause.reason == "travelling"
    page = flowing(answer)
    assert CHANGED in page
    assert "Recorded as paused from" in page
    assert "Taken again" in page


def test_the_end_of_a_pause_is_told_as_well(
    annas: Client, k2: SupplementPeriod
) -> None:
    annas.post(address(k2, "pause"), entry(starts_on=days_ago(9)))

    answer = annas.post(
        address(k2, "resume"), {"taken_again_on": days_ago(2)}, follow=True
    )

    pause = SupplementPause.objects.get()
    assert pause.ends_on is not None
    assert pause.ends_on.isoformat() == days_ago(3)
    assert CHANGED in flowing(answer)


def test_a_day_that_the_record_does_not_allow_is_said_at_the_field(
    annas: Client, k2: SupplementPeriod
) -> None:
    answer = annas.post(address(k2, "pause"), entry(starts_on=days_ago(90)))

    assert answer.status_code == 422
    assert "Choose a day on which this product was recorded as taken." in text_of(
        answer
    )
    assert not SupplementPause.objects.exists()


def test_what_is_paused_is_not_paused_again(
    annas: Client, k2: SupplementPeriod
) -> None:
    annas.post(address(k2, "pause"), entry(starts_on=days_ago(3)))
    answer = annas.post(address(k2, "pause"), entry(starts_on=days_ago(1)))

    assert answer.status_code == 422
    assert SupplementPause.objects.count() == 1


def test_the_same_pause_sent_twice_is_stored_once(
    annas: Client, k2: SupplementPeriod
) -> None:
    form = entry(starts_on=days_ago(3))

    annas.post(address(k2, "pause"), form)
    annas.post(address(k2, "pause"), form)

    assert SupplementPause.objects.count() == 1


def test_a_changed_amount_is_a_period_of_its_own(
    annas: Client, k2: SupplementPeriod
) -> None:
    form = changed(advised_by="Dr Osei")

    answer = annas.post(address(k2, "change"), form, follow=True)
    annas.post(address(k2, "change"), form)

    before, after = SupplementPeriod.objects.order_by("starts_on")
    assert before.ends_on is not None
    assert before.ends_on.isoformat() == days_ago(3)
    assert before.servings == Decimal(1)
    assert (after.starts_on.isoformat(), after.servings) == (days_ago(2), Decimal(2))
    assert after.product == before.product
    assert after.advised_by == "Dr Osei"
    assert CHANGED in flowing(answer)


def test_a_change_on_the_first_day_is_refused_and_nothing_moves(
    annas: Client, k2: SupplementPeriod
) -> None:
    answer = annas.post(
        address(k2, "change"), changed(starts_on=k2.starts_on.isoformat())
    )

    assert answer.status_code == 422
    assert "The change comes after that day." in text_of(answer)
    k2.refresh_from_db()
    assert k2.ends_on is None
    assert SupplementPeriod.objects.count() == 1


def test_every_transition_is_on_the_trail(annas: Client, k2: SupplementPeriod) -> None:
    annas.post(address(k2, "pause"), entry(starts_on=days_ago(9)))
    annas.post(address(k2, "resume"), {"taken_again_on": days_ago(5)})
    annas.post(address(k2, "change"), changed())

    events = AuditEvent.objects.filter(actor_name="Anna Example").order_by("at")
    told = [(event.object_label, event.action) for event in events]
    assert [each for each in told if each[0] == "pause"] == [
        ("pause", "created"),
        ("pause", "changed"),
    ]
    assert told[-2:] == [
        ("supplement period", "changed"),
        ("supplement period", "created"),
    ]


def test_without_the_scope_there_are_no_such_pages(
    anna: Patient, clinic: Clinic, k2: SupplementPeriod, signed_in: SignedIn
) -> None:
    dr_falk = a_clinician(clinic, "Dr Falk")
    a_consent(anna, clinic, supplements=False)
    browser = signed_in(dr_falk)

    for page in ("pause", "resume", "change"):
        assert browser.get(address(k2, page)).status_code == 404
        assert browser.post(address(k2, page), changed()).status_code == 404


def test_no_page_says_what_the_product_must_not_say(
    annas: Client, oseis: Client, k2: SupplementPeriod
) -> None:
    pages = [
        browser.get(address(k2, page))
        for browser in (annas, oseis)
        for page in ("pause", "resume", "change")
    ]
    pages.append(
        annas.post(address(k2, "pause"), entry(starts_on=days_ago(3)), follow=True)
    )

    for page in pages:
        assert violations(words_of(page)) == ()
