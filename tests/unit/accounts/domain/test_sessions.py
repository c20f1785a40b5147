from datetime import UTC, datetime, timedelta

import pytest

from accounts.domain.sessions import SignedIn

START = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("works_in_a_clinic", "idle_minutes", "has_ended"),
    [(True, 14, False), (True, 15, True), (False, 59, False), (False, 60, True)],
)
def test_a_session_left_alone_ends_sooner_in_a_clinic(
    *, works_in_a_clinic: bool, idle_minutes: int, has_ended: bool
) -> None:
    session = SignedIn(since=START, seen=START)
    at = START + timedelta(minutes=idle_minutes)

    ended = session.has_ended(at=at, works_in_a_clinic=works_in_a_clinic)

    assert ended is has_ended


def test_a_session_in_use_ends_after_a_day() -> None:
    at = START + timedelta(hours=24)
    session = SignedIn(since=START, seen=at - timedelta(seconds=1))

    assert session.has_ended(at=at, works_in_a_clinic=False)
    assert not session.has_ended(at=at - timedelta(seconds=1), works_in_a_clinic=False)


def test_a_session_seen_in_the_future_is_over() -> None:
    session = SignedIn(since=START, seen=START)
    little, much = (START - timedelta(minutes=each) for each in (5, 6))

    assert not session.has_ended(at=little, works_in_a_clinic=True)
    assert session.has_ended(at=much, works_in_a_clinic=True)


def test_being_seen_is_written_at_most_once_a_minute() -> None:
    session = SignedIn(since=START, seen=START)

    assert not session.is_due(START + timedelta(seconds=59))
    assert session.is_due(START + timedelta(seconds=60))
