"""A chart's file is drawn once for as long as it says the same, and then anew."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone, translation

from accounts.domain.scopes import Scope
from accounts.domain.viewers import Viewer, ViewerKind
from accounts.models import AuditEvent, Clinic, Patient, User
from accounts.queries import viewer_for
from labs.domain.events import EventKind, NotedEvent
from labs.domain.health import HealthProfile, HealthTopic
from labs.domain.laboratories import Laboratories, LaboratoryFactKind
from labs.services import knowing, noting, recording, targeting
from labs.services.knowing import Knowledge
from tests.factories import (
    a_health_fact,
    a_period,
    a_result,
    a_target,
    an_entry,
    owner_of,
)
from tracker.services import catalogues, chart_files, chart_records, measuring
from tracker.services.dashboards import Charted, Unjudged

TODAY = date(2026, 11, 29)
NOON = "2026-11-29T12:00:00Z"


@pytest.fixture(autouse=True)
def _by_a_stopped_clock() -> Iterator[None]:
    chart_files.forget()
    with time_machine.travel(NOON, tick=False):
        yield
    chart_files.forget()


@pytest.fixture
def filled(anna: Patient, osei: User) -> Patient:
    """Anna, with two results and a range."""
    a_target(anna, osei, starts_on=date(2025, 3, 1))
    a_result(anna, an_entry("24", collected_on=date(2025, 9, 1)))
    a_result(anna, an_entry("28"))
    return anna


@pytest.fixture
def drawings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every drawing that was made, by its kind."""
    made: list[str] = []
    rendering = measuring.rendering

    def noted(kind: str) -> AbstractContextManager[None]:
        made.append(kind)
        return rendering(kind)

    monkeypatch.setattr(measuring, "rendering", noted)
    return made


def fetched(
    client: Client, patient: Patient, kind: str = "svg", query: str = ""
) -> bytes:
    answer = client.get(f"/patients/{patient.pk}/chart.{kind}{query}")
    assert answer.status_code == 200
    return answer.content


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_a_picture_that_says_the_same_is_drawn_once(
    oseis: Client, filled: Patient, drawings: list[str], kind: str
) -> None:
    """Each look is read and noted all the same."""
    first = fetched(oseis, filled, kind)

    assert fetched(oseis, filled, kind) == first
    assert drawings == [kind]
    looks = AuditEvent.objects.filter(object_label="chart", patient_id=filled.pk)
    assert looks.count() == 2


def test_a_pdf_says_when_it_was_made_and_is_made_each_time(
    oseis: Client, filled: Patient, drawings: list[str]
) -> None:
    fetched(oseis, filled, "pdf")
    fetched(oseis, filled, "pdf")

    assert drawings == ["pdf", "pdf"]


def test_two_readers_of_one_record_have_pictures_of_their_own(
    oseis: Client, annas: Client, filled: Patient, drawings: list[str]
) -> None:
    fetched(oseis, filled)
    fetched(annas, filled)

    assert drawings == ["svg", "svg"]


@pytest.mark.parametrize(
    "query", ["?unit=nmol", "?range=1y", "?method=same", "?intervals=shown"]
)
def test_another_choice_is_another_picture(
    oseis: Client, filled: Patient, drawings: list[str], query: str
) -> None:
    fetched(oseis, filled)
    fetched(oseis, filled, query=query)

    assert drawings == ["svg", "svg"]


def a_result_more(patient: Patient, osei: User) -> None:
    del osei
    a_result(patient, an_entry("31", collected_on=date(2026, 10, 2)))


def a_correction(patient: Patient, osei: User) -> None:
    del osei
    newest = patient.results.order_by("-collected_on")[0]
    by = viewer_for(owner_of(patient))
    recording.correct(
        result=newest, entry=an_entry("29"), reason="Misread.", by=by, at=timezone.now()
    )


def a_range_taken_back(patient: Patient, osei: User) -> None:
    targeting.withdraw(patient.targets.get(), by=viewer_for(osei), at=timezone.now())


def a_supplement(patient: Patient, osei: User) -> None:
    del osei
    a_period(patient)


def an_answer(patient: Patient, osei: User) -> None:
    del osei
    a_health_fact(patient, HealthTopic.SARCOIDOSIS)


def an_event(patient: Patient, osei: User) -> None:
    del osei
    noting.note(
        patient=patient,
        event=NotedEvent(kind=EventKind.ILLNESS, starts_on=date(2026, 1, 5)),
        today=TODAY,
        by=viewer_for(owner_of(patient)),
        at=timezone.now(),
        entry_id=uuid4(),
    )


def another_name(patient: Patient, osei: User) -> None:
    del osei
    patient.name = "Anna Sample"
    patient.save(update_fields=["name"])


def another_hemisphere(patient: Patient, osei: User) -> None:
    del osei
    patient.hemisphere = "south"
    patient.save(update_fields=["hemisphere"])


def the_clinics_unit(patient: Patient, osei: User) -> None:
    del patient
    clinic = osei.memberships.get().clinic
    clinic.preferred_unit = "nmol/L"
    clinic.save(update_fields=["preferred_unit"])


CHANGES: list[Callable[[Patient, User], None]] = [
    a_result_more,
    a_correction,
    a_range_taken_back,
    a_supplement,
    an_answer,
    an_event,
    another_name,
    another_hemisphere,
    the_clinics_unit,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda each: each.__name__)
def test_what_is_changed_is_seen_by_the_next_look(
    oseis: Client, osei: User, filled: Patient, change: Callable[[Patient, User], None]
) -> None:
    """The answer is the very one of a site that keeps no pictures."""
    before = fetched(oseis, filled)

    change(filled, osei)

    after = fetched(oseis, filled)
    chart_files.forget()
    assert after == fetched(oseis, filled)
    assert after != before


def test_another_language_is_another_picture(
    oseis: Client, filled: Patient, drawings: list[str]
) -> None:
    english = fetched(oseis, filled)
    oseis.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"

    assert fetched(oseis, filled) != english
    assert drawings == ["svg", "svg"]


def test_a_signed_translation_is_another_picture(
    oseis: Client, filled: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then each German picture says that no clinician reviewed its words."""
    oseis.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    before = fetched(oseis, filled)
    monkeypatch.setattr(catalogues, "clinical_reviewer", {"de": "Dr Osei"}.get)

    assert fetched(oseis, filled) != before


def read_of(patient: Patient, osei: User) -> Unjudged:
    return chart_records.unjudged_of(
        patient, viewer=viewer_for(osei), at=timezone.now(), today=TODAY
    )


def drawn_as(words: bytes) -> Callable[[Charted], bytes]:
    def draw(record: Charted) -> bytes:
        del record
        return words

    return draw


def others_of(read: Unjudged) -> dict[str, Any]:
    """Return for each field another value: whoever adds a field says one here."""
    return {
        "patient": Patient(pk=read.patient.pk, name="Somebody else"),
        "viewer": Viewer(ViewerKind.USER, UUID(int=7)),
        "today": read.today + timedelta(1),
        "scopes": read.scopes - {Scope.HEALTH},
        "parts": read.parts - {Scope.SUPPLEMENTS},
        "partly": frozenset({Scope.HEALTH}),
        "rows": read.rows[:-1],
        "unread": 1,
        "target_rows": (),
        "period_rows": (),
        "health": HealthProfile(),
        "events": (),
        "clinic": None,
        "laboratories": Laboratories(totals=frozenset({"harbour"})),
        "shared_from": date(2026, 1, 1),
        "is_cared_for": True,
    }


@pytest.mark.parametrize("field", [each.name for each in fields(Unjudged)])
def test_no_part_of_what_was_read_is_left_out_of_what_a_picture_is_found_by(
    filled: Patient, osei: User, clinic: Clinic, drawings: list[str], field: str
) -> None:
    for change in (a_supplement, an_answer, an_event):
        change(filled, osei)
    knowing.write_down(
        clinic=clinic,
        knowledge=Knowledge(
            kind=LaboratoryFactKind.ALIAS, laboratory="Lakeside", other_name="Harbour"
        ),
        by=viewer_for(osei),
        at=timezone.now(),
        entry_id=uuid4(),
    )
    read = read_of(filled, osei)
    other = replace(read, **{field: others_of(read)[field]})

    with translation.override("en"):
        chart_files.picture(read, "chosen", "svg", drawn_as(b"one"))
        kept = chart_files.picture(other, "chosen", "svg", drawn_as(b"other"))

    assert kept == b"other"
    assert drawings == ["svg", "svg"]
