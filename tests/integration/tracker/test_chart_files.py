"""The chart as a file: exactly what the page shows, with whose it is."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.utils import timezone

from accounts import queries
from accounts.models import AuditEvent, Clinic, Patient, User
from labs.domain.health import HealthTopic
from labs.domain.units import Unit
from tests.factories import (
    a_clinician,
    a_consent,
    a_health_fact,
    a_period,
    a_result,
    a_target,
    an_entry,
    owner_of,
)
from tests.integration.conftest import SignedIn
from tracker.charts.trend import trend_svg
from tracker.services import charting, dashboards
from tracker.services.charting import View, Window

KINDS = [
    ("svg", "image/svg+xml", b"<svg"),
    ("pdf", "application/pdf", b"%PDF"),
    ("png", "image/png", b"\x89PNG"),
]


def fetch(client: Client, patient: Patient, kind: str, query: str = "") -> bytes:
    answer = client.get(f"/patients/{patient.pk}/chart.{kind}{query}")
    assert answer.status_code == 200
    return answer.content


@pytest.fixture
def filled(anna: Patient, osei: User) -> Patient:
    """Anna, with results of two laboratories, two ranges and a supplement."""
    a_target(anna, osei, starts_on=date(2025, 3, 1))
    a_target(anna, osei, low="50", high="100", starts_on=date(2026, 1, 1))
    lakeside = an_entry("<10", laboratory="Lakeside", collected_on=date(2025, 5, 1))
    a_result(anna, lakeside)
    a_result(anna, an_entry("24", collected_on=date(2025, 9, 1)))
    a_result(anna, an_entry("28"))
    a_period(anna)
    return anna


@pytest.mark.parametrize(("kind", "content_type", "start"), KINDS)
def test_the_chart_is_downloaded_without_a_name_in_the_file_name(
    annas: Client, filled: Patient, kind: str, content_type: str, start: bytes
) -> None:
    answer = annas.get(f"/patients/{filled.pk}/chart.{kind}")

    assert answer["Content-Type"] == content_type
    assert answer.content.startswith(start)
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert "Anna" not in answer["Content-Disposition"]


def test_a_file_says_whose_chart_it_is(annas: Client, filled: Patient) -> None:
    drawn = fetch(annas, filled, "svg").decode()

    assert "Anna Example · born 3 May 1978" in drawn
    assert "other laboratory: not compared" in drawn
    assert "30 to 50 ng/mL" in drawn
    assert "50 to 100 ng/mL" in drawn


def test_a_file_shows_what_the_page_shows(annas: Client, filled: Patient) -> None:
    in_nmol = fetch(annas, filled, "svg", "?unit=nmol&range=all").decode()

    assert "25(OH)D, nmol/L" in in_nmol
    assert ">70<" in in_nmol


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_the_same_record_gives_the_same_bytes(
    annas: Client, filled: Patient, kind: str
) -> None:
    assert fetch(annas, filled, kind) == fetch(annas, filled, kind)


def test_a_picture_without_words_on_its_marks_is_the_same_picture(
    anna: Patient, filled: Patient
) -> None:
    now = timezone.now()
    viewer = queries.viewer_for(owner_of(anna))
    record = dashboards.record_of(filled, viewer=viewer, at=now, today=now.date())
    view = View(Unit.NMOL_PER_L, Window.ALL)

    spoken, silent = (
        charting.trend(record, view, identified=True, described=described)
        for described in (True, False)
    )

    assert all(point.detail for point in spoken.points)
    assert not any(point.detail for point in silent.points)
    assert trend_svg(silent, inline=False) == trend_svg(spoken, inline=False)


def test_the_same_record_gives_the_same_pdf_at_one_moment(
    annas: Client, filled: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    monkeypatch.setattr("tracker.views.charts.timezone.now", lambda: now)

    assert fetch(annas, filled, "pdf") == fetch(annas, filled, "pdf")


def test_a_file_says_that_it_compares_numbers(annas: Client, filled: Patient) -> None:
    drawn = fetch(annas, filled, "svg").decode()

    assert drawn.count("This compares numbers. It is not a diagnosis.") == 1


def test_a_pdf_says_when_it_was_made(anna: Patient) -> None:
    viewer = queries.viewer_for(owner_of(anna))
    made_at = datetime(2026, 6, 1, 12, 30, tzinfo=UTC)
    record = dashboards.record_of(
        anna, viewer=viewer, at=made_at, today=date(2026, 6, 1)
    )
    view = View(Unit.NG_PER_ML, Window.ALL)

    chart = charting.trend(record, view, identified=True, made_at=made_at)

    assert chart.notes[-1].startswith("Made on ")
    assert "2026" in chart.notes[-1]
    assert chart.notes[-1] in " ".join(trend_svg(chart, inline=False).split())
    assert charting.trend(record, view).notes == ()


def test_what_keeps_a_flag_from_reassuring_leaves_with_the_chart(
    annas: Client, oseis: Client, filled: Patient
) -> None:
    a_health_fact(filled, HealthTopic.SARCOIDOSIS)

    patients = fetch(annas, filled, "svg").decode()
    clinicians = fetch(oseis, filled, "svg").decode()

    assert "You told us that you have sarcoidosis." in patients
    assert "Sarcoidosis is recorded." in clinicians
    assert "You told us" not in clinicians


def test_a_download_is_noted(annas: Client, filled: Patient) -> None:
    fetch(annas, filled, "pdf")

    event = AuditEvent.objects.get(patient_id=filled.pk, action="exported")
    assert (event.object_label, event.channel) == ("chart", "pdf")


@pytest.mark.parametrize("kind", ["svg", "pdf", "png"])
def test_a_stranger_gets_no_file(strangers: Client, filled: Patient, kind: str) -> None:
    assert strangers.get(f"/patients/{filled.pk}/chart.{kind}").status_code == 404


@pytest.mark.parametrize("kind", ["svg", "pdf", "png"])
def test_a_clinic_without_sight_of_results_gets_no_file(
    anna: Patient, clinic: Clinic, signed_in: SignedIn, kind: str
) -> None:
    a_consent(anna, clinic, results=False)
    client = signed_in(a_clinician(clinic, "Dr Partial"))

    assert client.get(f"/patients/{anna.pk}/chart.{kind}").status_code == 404


def test_an_empty_record_has_a_chart_that_says_so(annas: Client, anna: Patient) -> None:
    assert "Results will be drawn here." in fetch(annas, anna, "svg").decode()
