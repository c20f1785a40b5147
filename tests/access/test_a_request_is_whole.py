"""A late page, a refusal and a failure each see, and leave, what is right."""

import pytest
from django.test import Client

from accounts.models import AuditEvent
from tests.access import records
from tests.access.characters import Cast

pytestmark = pytest.mark.urls("tests.access.urls_that_fail")


@pytest.fixture
def stage(cast: Cast) -> Cast:
    records.fill(cast)
    return cast


def opened(user: object, path: str) -> tuple[int, str]:
    browser = Client(raise_request_exception=False)
    browser.force_login(user)  # type: ignore[arg-type]
    answer = browser.get(path)
    return answer.status_code, answer.content.decode()


def names(answer: tuple[int, str]) -> tuple[int, set[str]]:
    """Return whose names a page holds; some records here are joined ones."""
    status, page = answer
    return status, set(filter(None, page.split(", ")))


def test_a_page_rendered_late_sees_the_viewers_own_rows(stage: Cast) -> None:
    for _ in range(2):
        assert names(opened(stage.owner, "/is/late/")) == (200, {"Alice Ashby"})
        assert names(opened(stage.other_patient, "/is/late/")) == (200, {"Bob Birch"})
        assert names(opened(stage.consented, "/is/late/")) == (200, {"Alice Ashby"})
        assert names(opened(stage.revoked, "/is/late/")) == (200, set())


def test_what_a_failed_page_wrote_is_undone_its_trail_too(stage: Cast) -> None:
    before = AuditEvent.objects.count()

    status, _ = opened(stage.owner, "/looks/and/falls/")

    assert status == 500
    assert AuditEvent.objects.count() == before


def test_a_refusal_keeps_its_trail_and_nothing_else(stage: Cast) -> None:
    before = AuditEvent.objects.count()

    status, _ = opened(stage.elsewhere, f"/patients/{stage.record.pk}/")

    assert status == 404
    assert AuditEvent.objects.count() == before + 1
    event = AuditEvent.objects.latest("at")
    assert (event.action, event.actor_id) == ("denied", stage.elsewhere.pk)
    assert event.patient_id == stage.record.pk
