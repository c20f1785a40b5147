"""Dated notes: written, ended, withdrawn, shown everywhere, interpreted nowhere."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, Clinic, Patient
from accounts.queries import viewer_for
from labs.domain.events import ADD_TO_HEALTH_FACTS, EventKind
from labs.domain.language import violations
from labs.models import HealthFact, NotedEvent
from tests.factories import a_clinician, a_consent, a_result, an_entry, owner_of
from tests.integration.conftest import SignedIn
from tests.integration.labs.spoken_pages import flowing, text_of, words_of
from tracker.charts.trend import trend_svg
from tracker.services import charting, dashboards
from tracker.services.charting import View, Window

TODAY = timezone.localdate


def days_ago(days: int) -> str:
    return (TODAY() - timedelta(days=days)).isoformat()


def address(patient: Patient, *more: object) -> str:
    return "/".join(["/patients", str(patient.pk), "notes", *map(str, more), ""])


def note(**changes: str) -> dict[str, str]:
    return {
        "entry_id": str(uuid4()),
        "kind": "sunny_holiday",
        "words": "two weeks on Crete",
        "starts_on": days_ago(40),
        "ends_on": days_ago(26),
    } | changes


def drawn(patient: Patient) -> str:
    at, viewer = timezone.now(), viewer_for(owner_of(patient))
    record = dashboards.record_of(patient, viewer=viewer, at=at, today=TODAY())
    chart = charting.trend(record, View(record.preferred_unit, Window.ALL))
    return trend_svg(chart, inline=True)


def test_a_note_stands_on_page_chart_table_and_report(
    annas: Client, anna: Patient
) -> None:
    a_result(anna, an_entry(collected_on=TODAY() - timedelta(days=90)))
    answer = annas.post(address(anna), note(), follow=True)

    words = "Holiday in the sun: two weeks on Crete"
    assert words in flowing(answer)
    assert words in drawn(anna)
    assert words in flowing(annas.get(f"/patients/{anna.pk}/"))
    report = annas.get(f"/patients/{anna.pk}/report.txt").content.decode()
    assert words in report
    assert "noted by Anna Example" in report


def test_a_note_moves_no_flag(annas: Client, anna: Patient) -> None:
    a_result(anna, an_entry(collected_on=TODAY() - timedelta(days=30)))
    before = annas.get(f"/patients/{anna.pk}/").context["page"].rows

    annas.post(address(anna), note())

    assert annas.get(f"/patients/{anna.pk}/").context["page"].rows == before


@pytest.mark.parametrize("kind", ["pregnancy", "new_medicine"])
def test_what_can_matter_to_precautions_asks_for_a_health_fact(
    annas: Client, anna: Patient, kind: str
) -> None:
    answer = annas.post(address(anna), note(kind=kind, ends_on=""), follow=True)

    assert ADD_TO_HEALTH_FACTS in text_of(answer)
    assert f"/patients/{anna.pk}/health/" in answer.content.decode()
    assert not HealthFact.objects.exists()


def test_a_holiday_asks_nothing(annas: Client, anna: Patient) -> None:
    answer = annas.post(address(anna), note(), follow=True)

    assert ADD_TO_HEALTH_FACTS not in text_of(answer)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"starts_on": -3, "ends_on": ""}, "This day has not come yet."),
        ({"ends_on": -3}, "This day has not come yet."),
        ({"ends_on": 41}, "The last day comes before the first,"),
        ({"kind": "other", "words": " "}, "Write in a few words what it was."),
        ({"kind": ""}, "Choose what it was."),
        ({"kind": "miracle"}, "miracle"),
        ({"starts_on": ""}, "Type the day, as well as you know it."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    annas: Client, anna: Patient, changes: dict[str, str | int], told: str
) -> None:
    """A number is so many days ago."""
    given = {
        name: days_ago(each) if isinstance(each, int) else each
        for name, each in changes.items()
    }

    answer = annas.post(address(anna), note(**given))

    assert answer.status_code == 422
    assert told in text_of(answer)
    assert not NotedEvent.objects.exists()


def test_a_note_sent_twice_is_one(annas: Client, anna: Patient) -> None:
    sent = note()
    annas.post(address(anna), sent)
    annas.post(address(anna), sent)

    assert NotedEvent.objects.count() == 1


def test_its_last_day_comes_later(annas: Client, anna: Patient) -> None:
    annas.post(address(anna), note(kind="illness", words="flu", ends_on=""))
    row = NotedEvent.objects.get()

    too_early = annas.post(address(anna, row.pk, "end"), {"ends_on": days_ago(50)})
    annas.post(address(anna, row.pk, "end"), {"ends_on": days_ago(33)})

    assert "The last day comes before the first," in text_of(too_early)
    row.refresh_from_db()
    assert row.ends_on == date.fromisoformat(days_ago(33))


def test_what_is_withdrawn_leaves_chart_and_report_and_stays_in_the_list(
    annas: Client, anna: Patient
) -> None:
    a_result(anna, an_entry(collected_on=TODAY() - timedelta(days=90)))
    annas.post(address(anna), note())
    row = NotedEvent.objects.get()

    annas.post(address(anna, row.pk, "withdraw"))
    annas.post(address(anna, row.pk, "withdraw"))

    assert "Crete" not in drawn(anna)
    report = annas.get(f"/patients/{anna.pk}/report.txt").content.decode()
    assert "Crete" not in report
    assert "withdrawn by Anna Example" in text_of(annas.get(address(anna)))
    assert (
        AuditEvent.objects.filter(action="voided", object_label="noted event").count()
        == 1
    )


def test_a_clinician_withdraws_no_note_of_the_patients(
    annas: Client, anna: Patient, signed_in: SignedIn, clinic: Clinic
) -> None:
    annas.post(address(anna), note())
    row = NotedEvent.objects.get()
    a_consent(anna, clinic)
    browser = signed_in(a_clinician(clinic))

    assert "Crete" in text_of(browser.get(address(anna)))
    assert browser.post(address(anna, row.pk, "withdraw")).status_code == 404


def test_without_the_health_part_nothing_of_it_is_seen_and_that_is_said(
    annas: Client, anna: Patient, signed_in: SignedIn, clinic: Clinic
) -> None:
    a_result(anna, an_entry(collected_on=TODAY() - timedelta(days=90)))
    annas.post(address(anna), note(kind="pregnancy"))
    a_consent(anna, clinic, health=False)
    browser = signed_in(a_clinician(clinic))

    page = browser.get(f"/patients/{anna.pk}/")
    report = browser.get(f"/patients/{anna.pk}/report.txt").content.decode()

    assert browser.get(address(anna)).status_code == 404
    assert "Pregnancy" not in text_of(page)
    assert "What the patient noted by day is not shared" in page.content.decode()
    assert "Crete" not in report


def test_every_step_is_in_the_audit_trail_without_its_words(
    annas: Client, anna: Patient
) -> None:
    annas.post(address(anna), note())
    annas.get(address(anna))

    steps = AuditEvent.objects.filter(object_label="noted event")
    assert {step.action for step in steps} == {"created", "read"}
    assert not any("Crete" in str(vars(step)) for step in steps)


def test_the_page_says_nothing_that_it_must_not(annas: Client, anna: Patient) -> None:
    for kind in EventKind:
        annas.post(address(anna), note(kind=kind.value, words="as it was"))

    assert violations(words_of(annas.get(address(anna)))) == ()
