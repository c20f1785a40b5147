"""What ended long ago goes by itself; what is open, and the trail, stay."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.db.models import F
from django.test import Client
from django.utils import timezone

from accounts.domain.roles import Role
from accounts.models import AccessRequest, AuditEvent, ClaimCode, Invitation, ShareLink
from tests.access.characters import Cast
from tests.access.signing_in import sign_in
from tests.access.web_connection import web_connection
from tracker import tasks

pytestmark = pytest.mark.django_db(transaction=True)


def a_row_of_each(cast: Cast) -> None:
    """Add an invitation and a code to the request and the link of the stage."""
    at = timezone.now()
    common = {"clinic": cast.harbour, "made_at": at, "expires_at": at}
    Invitation.objects.create(
        **common,
        email="ned@example.org",
        role=Role.CLINICIAN.value,
        code_hash="1" * 64,
        invited_by=cast.admin,
    )
    ClaimCode.objects.create(
        **common, patient=cast.record, code_hash="2" * 64, made_by=cast.consented
    )


def left() -> list[int]:
    tables = (Invitation, ClaimCode, AccessRequest, ShareLink)
    return [table.objects.count() for table in tables]


def everything_is_older(**how_long: float) -> None:
    for table in (Invitation, ClaimCode, AccessRequest, ShareLink):
        table.objects.update(
            made_at=F("made_at") - timedelta(**how_long),
            expires_at=F("expires_at") - timedelta(**how_long),
        )


def test_a_night_removes_what_ended_a_season_or_a_year_ago(cast: Cast) -> None:
    a_row_of_each(cast)
    events = AuditEvent.objects.count()

    tasks.tidy_up(0)
    assert left() == [1, 1, 1, 1]
    everything_is_older(days=130)
    tasks.tidy_up(0)
    assert left() == [0, 0, 0, 1]
    everything_is_older(days=300)
    tasks.tidy_up(0)
    assert left() == [0, 0, 0, 0]
    assert AuditEvent.objects.count() == events


def test_a_browser_whose_session_has_ended_leaves_the_list(cast: Cast) -> None:
    alice = Client()
    sign_in(alice, cast.owner)
    assert UserSession.objects.filter(user=cast.owner).count() == 1

    tasks.tidy_up(0)
    assert UserSession.objects.filter(user=cast.owner).count() == 1
    alice.session.flush()
    tasks.tidy_up(0)

    assert not UserSession.objects.filter(user=cast.owner).exists()


def test_the_workers_role_clears_without_a_right_on_the_tables(cast: Cast) -> None:
    a_row_of_each(cast)
    everything_is_older(days=600)

    with web_connection() as opened:
        found = opened.execute("SELECT app.clear_what_is_over()").fetchone()

    assert found == (4,)
