"""
What is left over from when more was shared is not read any more, past all Python.

As the web's own role, twice on one connection: an answer kept for a program, that a
clinic was told of an urgent row, why a result was moved, and the lists of tasks.
"""

from datetime import date, timedelta
from importlib import import_module
from typing import LiteralString
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Consent, StoredAnswer
from labs.models import (
    LabResult,
    ReminderChoice,
    ResultMove,
    Review,
    UrgentNotice,
    WorklistRow,
)
from labs.services import summarising
from tests.access import records
from tests.access.characters import NOW, Cast
from tests.access.web_connection import looking, rows_seen, web_connection

pytestmark = pytest.mark.django_db(transaction=True)

ALL = "health record results supplements"
DUE: LiteralString = (
    "SELECT (SELECT count(*) FROM app.worklist_rows_due('infinity', 99)),"
    " (SELECT count(*) FROM app.people_with_news(99))"
)
WALLS = {
    "accounts": "accounts.migrations.0029_answers_are_read_as_they_were_shared",
    "reviews": "labs.migrations.0056_reviews_of_what_is_seen",
    "labs": "labs.migrations.0054_notices_and_moves_follow_what_is_shared",
}


@pytest.fixture
def stage(cast: Cast) -> Cast:
    records.fill(cast)
    return cast


def kept(cast: Cast, *, sight: str = "", of_clinic: bool = False) -> None:
    """Keep an answer that Dr Carol's program was given about Alice, or her clinic."""
    StoredAnswer.objects.all().delete()
    StoredAnswer.objects.create(
        user=cast.consented,
        patient=None if of_clinic else cast.record,
        clinic=cast.harbour if of_clinic else None,
        key="1" * 64,
        request_hash="2" * 64,
        part="results" if not of_clinic else "record",
        sight=sight,
        status=201,
        headers={},
        body='{"value": "11.7"}',
        made_at=timezone.now() - timedelta(minutes=1),
    )


def shares(cast: Cast, **terms: object) -> None:
    """Let the harbour clinic see that from now on, and all again before it."""
    consent = Consent.objects.get(pk=cast.harbour_consent.pk)
    Consent.objects.filter(pk=consent.pk).delete()
    fresh = {"revoked_at": None, "ends_at": None, "results_from": None}
    parts = dict.fromkeys(
        ("shares_results", "shares_supplements", "shares_health"), True
    )
    for name, value in (fresh | parts | terms).items():
        setattr(consent, name, value)
    consent.save(force_insert=True)


def read(opened: psycopg.Connection, cast: Cast, table: str) -> int:
    """Return how many rows Dr Carol gets, the same twice."""
    counts = set()
    for _ in range(2):
        with looking(opened, "user", cast.consented.pk):
            counts.add(len(rows_seen(opened, table)))
    (count,) = counts
    return count


LESS: dict[str, dict[str, object]] = {
    "no health": {"shares_health": False},
    "no supplements": {"shares_supplements": False},
    "no results": {"shares_results": False},
    "from a day on": {"results_from": date(2026, 1, 1)},
    "nothing": {"revoked_at": NOW},
}


def test_a_kept_answer_is_read_while_all_that_was_seen_then_is(stage: Cast) -> None:
    table = "accounts_storedanswer"
    with web_connection() as opened:
        for sight in (ALL, f"{ALL} from 2025-06-01", ""):
            kept(stage, sight=sight)
            shares(stage)
            assert read(opened, stage, table) == 1
            for less, terms in LESS.items():
                shares(stage, **terms)
                assert read(opened, stage, table) == 0, (sight, less)
        kept(stage, sight="record results from 2026-02-01")
        for terms in (LESS["no health"], LESS["no supplements"], LESS["from a day on"]):
            shares(stage, **terms)
            assert read(opened, stage, table) == 1, terms


def test_a_kept_answer_about_a_clinic_ends_with_anybodys_consent(stage: Cast) -> None:
    kept(stage, of_clinic=True)
    with web_connection() as opened:
        assert read(opened, stage, "accounts_storedanswer") == 1
        shares(stage, revoked_at=timezone.now())
        assert read(opened, stage, "accounts_storedanswer") == 0


def test_that_somebodys_row_is_urgent_is_told_while_the_consent_holds(
    stage: Cast,
) -> None:
    assert UrgentNotice.objects.get().patient_id == stage.record.pk
    with web_connection() as opened:
        assert read(opened, stage, "labs_urgentnotice") == 1
        shares(stage, revoked_at=NOW)
        assert read(opened, stage, "labs_urgentnotice") == 0
        shares(stage, ends_at=NOW - timedelta(seconds=1))
        assert read(opened, stage, "labs_urgentnotice") == 0


def test_why_a_result_was_moved_is_told_to_who_sees_the_result(stage: Cast) -> None:
    move = ResultMove.objects.get()
    old = LabResult.objects.get(patient=stage.record, collected_on="2020-01-05")
    new = LabResult.objects.get(patient=stage.record, collected_on="2026-01-05")
    with web_connection() as opened:
        for result, seen in ((old, 0), (new, 1)):
            ResultMove.objects.filter(pk=move.pk).update(
                from_chain=result.chain, to_chain=uuid4()
            )
            shares(stage)
            assert read(opened, stage, "labs_resultmove") == 1
            shares(stage, results_from=date(2026, 1, 1))
            assert read(opened, stage, "labs_resultmove") == seen


def test_that_a_result_was_reviewed_is_told_while_the_result_is_seen(
    stage: Cast,
) -> None:
    review = Review.objects.get(patient=stage.record)
    old = LabResult.objects.get(patient=stage.record, collected_on="2020-01-05")
    Review.objects.filter(pk=review.pk).update(result=old, subject="")
    with web_connection() as opened:
        shares(stage)
        assert read(opened, stage, "labs_review") == 1
        for terms in (LESS["from a day on"], LESS["no results"], LESS["nothing"]):
            shares(stage, **terms)
            assert read(opened, stage, "labs_review") == 0, terms
        # One of a precaution's words tells of no result.
        Review.objects.filter(pk=review.pk).update(result=None, subject="0" * 64)
        shares(stage, **LESS["from a day on"])
        assert read(opened, stage, "labs_review") == 1


def test_what_tasks_have_to_do_is_told_to_tasks(stage: Cast) -> None:
    summarising.rebuild(at=timezone.now())
    WorklistRow.objects.update(changes_at=NOW)
    ReminderChoice.objects.update(
        wants_result_notices=True, told_until=NOW - timedelta(days=1)
    )
    with web_connection() as opened:
        with looking(opened, "", None):
            ((due, news),) = opened.execute(DUE).fetchall()
        assert due
        assert news
        for part, user in stage.people().items():
            with looking(opened, "user", user.pk):
                assert opened.execute(DUE).fetchall() == [(0, 0)], part
        with looking(opened, "clinic", stage.harbour.pk):
            assert opened.execute(DUE).fetchall() == [(0, 0)]


def test_what_a_record_is_joined_into_is_asked_by_no_role(stage: Cast) -> None:
    asked: LiteralString = "SELECT app.joined_into(%s)"
    with (
        web_connection() as opened,
        looking(opened, "user", stage.consented.pk),
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        opened.execute(asked, [stage.record.pk])


def test_the_tests_above_see_walls_that_are_down(stage: Cast) -> None:
    kept(stage, sight=ALL)
    reviewed = LabResult.objects.filter(patient=stage.record).earliest("collected_on")
    Review.objects.update(result=reviewed, subject="")
    walls = {name: import_module(path) for name, path in WALLS.items()}
    with connection.cursor() as cursor:
        for wall in walls.values():
            cursor.execute(wall.AS_BEFORE)
    try:
        with web_connection() as opened:
            shares(stage, shares_health=False, results_from=timezone.localdate())
            assert read(opened, stage, "accounts_storedanswer") == 1
            assert read(opened, stage, "labs_resultmove") == 1
            assert read(opened, stage, "labs_review") == 1
            shares(stage, revoked_at=NOW)
            assert read(opened, stage, "labs_urgentnotice") == 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute(walls["accounts"].FUNCTIONS)
            cursor.execute(walls["labs"].POLICIES)
            cursor.execute(walls["reviews"].POLICIES)
