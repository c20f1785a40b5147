"""A saved form that comes back changed: what is stored stands beside what was sent."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import Patient
from labs.domain.health import HealthTopic
from labs.models import (
    Acknowledgement,
    HealthFact,
    Intake,
    SupplementPause,
    SupplementPeriod,
)
from tests.factories import a_health_fact, a_period
from tests.integration.labs.spoken_pages import flowing

TODAY = timezone.localdate
NOT_SAVED = "What was sent now differs from it and was not saved."


@pytest.fixture
def period(anna: Patient) -> SupplementPeriod:
    return a_period(anna, starts_on=TODAY() - timedelta(days=60))


def hidden_of(answer: HttpResponse) -> dict[str, str]:
    """Return the values of the form that keeps what was sent now."""
    page = answer.content.decode()
    form = page[page.index("side-by-side") :]
    fields = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', form)
    return {name: value for name, value in fields if value != "False"}


def sent_twice(
    client: Client, address: str, form: dict[str, str], **changes: str
) -> HttpResponse:
    """Send a form, then send it again, changed; the change alone is not saved."""
    first = client.post(address, form)
    assert first.status_code == 302, flowing(first)
    same = client.post(address, form)
    assert same.status_code == 302
    changed: HttpResponse = client.post(address, form | changes)  # type: ignore[assignment]
    assert changed.status_code == 409
    assert NOT_SAVED in flowing(changed)
    return changed


def test_health_answers(annas: Client, anna: Patient) -> None:
    address = f"/patients/{anna.pk}/health/"
    form = {"entry_id": str(uuid4()), "answer_vitamin_k_antagonist": "no"}

    page = sent_twice(
        annas,
        address,
        form,
        answer_vitamin_k_antagonist="yes",
        detail_vitamin_k_antagonist="Marcumar",
    )

    assert "Yes, Marcumar" in flowing(page)
    assert [fact.answer for fact in HealthFact.objects.all()] == ["no"]
    assert annas.post(address, hidden_of(page)).status_code == 302
    assert {fact.answer for fact in HealthFact.objects.all()} == {"no", "yes"}


def test_another_question_answered_in_a_saved_form(
    annas: Client, anna: Patient
) -> None:
    address = f"/patients/{anna.pk}/health/"
    form = {"entry_id": str(uuid4()), "answer_heparin": "no"}

    page = sent_twice(annas, address, form, answer_lithium="yes")

    assert "Lithium" in flowing(page)
    assert HealthFact.objects.count() == 1


def test_the_last_day_of_a_medicine(annas: Client, anna: Patient) -> None:
    fact = a_health_fact(anna, HealthTopic.LITHIUM)
    address = f"/patients/{anna.pk}/health/{fact.pk}/end/"
    form = {"entry_id": str(uuid4()), "ended_on": "2026-02-01"}

    annas.post(address, form)
    later = annas.post(address, form | {"ended_on": "2026-03-01"})

    # The answer that could end is no longer the one that holds.
    assert later.status_code == 404
    assert str(HealthFact.objects.latest("asked_on").ended_on) == "2026-02-01"


def test_a_pause(annas: Client, anna: Patient, period: SupplementPeriod) -> None:
    address = f"/patients/{anna.pk}/supplements/{period.pk}/pause/"
    day = TODAY() - timedelta(days=9)
    form = {"entry_id": str(uuid4()), "starts_on": str(day), "reason": "holiday"}

    page = sent_twice(annas, address, form, reason="operation")

    assert "holiday" in flowing(page)
    assert "operation" in flowing(page)
    assert SupplementPause.objects.get().reason == "holiday"


def test_a_changed_amount(
    annas: Client, anna: Patient, period: SupplementPeriod
) -> None:
    address = f"/patients/{anna.pk}/supplements/{period.pk}/change/"
    form = {
        "entry_id": str(uuid4()),
        "starts_on": str(TODAY() - timedelta(days=9)),
        "servings": "2",
        "schedule": "daily",
    }

    page = sent_twice(annas, address, form, schedule="weekly")

    assert "every day" in flowing(page)
    assert "once a week" in flowing(page)
    assert SupplementPeriod.objects.get(pk=form["entry_id"]).schedule == "daily"


def test_an_intake(annas: Client, anna: Patient, period: SupplementPeriod) -> None:
    address = f"/patients/{anna.pk}/intakes/{period.pk}/"
    form = {"entry_id": str(uuid4()), "outcome": "taken"}

    page = sent_twice(annas, address, form, outcome="skipped")

    assert Intake.objects.get().outcome == "taken"
    again = hidden_of(page) | {"day": str(TODAY() - timedelta(days=1))}
    assert annas.post(address, again).status_code == 302
    assert set(Intake.objects.values_list("outcome", flat=True)) == {"taken", "skipped"}


def test_an_intake_that_was_undone_since(
    annas: Client, anna: Patient, period: SupplementPeriod
) -> None:
    address = f"/patients/{anna.pk}/intakes/{period.pk}/"
    form = {"entry_id": str(uuid4()), "outcome": "taken"}
    annas.post(address, form)
    annas.post(f"/patients/{anna.pk}/intakes/{Intake.objects.get().pk}/undo/")

    page = annas.post(address, form)

    assert page.status_code == 409
    assert "taken, undone by Anna Example" in flowing(page)


def test_an_acknowledgement(annas: Client, anna: Patient) -> None:
    a_health_fact(anna, HealthTopic.LITHIUM)
    record = annas.get(f"/patients/{anna.pk}/").content.decode()
    found = re.search(r'name="subject" value="(\w{64})"', record)
    assert found
    form = {"entry_id": str(uuid4()), "subject": found[1], "reason": "doctor told"}

    page = sent_twice(
        annas,
        f"/patients/{anna.pk}/precautions/acknowledge/",
        form,
        reason="nobody told",
    )

    assert "doctor told" in flowing(page)
    assert "nobody told" in flowing(page)
    assert Acknowledgement.objects.get().reason == "doctor told"
