"""Reads and writes how long somebody has been signed in, in their session."""

from datetime import datetime

from django.contrib.sessions.backends.base import SessionBase

from accounts.domain.sessions import SignedIn

SINCE = "signed_in_since"
SEEN = "last_seen"


def signed_in(session: SessionBase, *, at: datetime) -> SignedIn:
    """Return how long it lasts; a session that was never stamped begins now."""
    since, seen = session.get(SINCE), session.get(SEEN)
    if since is None or seen is None:
        session[SINCE] = session[SEEN] = at.isoformat()
        return SignedIn(since=at, seen=at)
    return SignedIn(
        since=datetime.fromisoformat(since), seen=datetime.fromisoformat(seen)
    )


def stamp(session: SessionBase, *, at: datetime) -> None:
    """Write that somebody was seen."""
    session[SEEN] = at.isoformat()
