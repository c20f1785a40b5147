"""Reads and writes how long somebody has been signed in, in their session."""

from datetime import datetime
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

from accounts.domain.sessions import SignedIn
from accounts.domain.share_links import is_still_open

SINCE = "signed_in_since"
SEEN = "last_seen"
OPENED_LINK = "opened_share_link"
OPENED_AT = "opened_share_link_at"


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


def keep_open(session: SessionBase, *, link_id: UUID, at: datetime) -> None:
    """Remember that a share link was opened here, under a key nobody knew before."""
    session.cycle_key()
    session[OPENED_LINK] = str(link_id)
    session[OPENED_AT] = at.isoformat()


def opened_link(session: SessionBase, *, at: datetime) -> UUID | None:
    """Return the share link that was opened here in the last hour, or None."""
    link_id, opened_at = session.get(OPENED_LINK), session.get(OPENED_AT)
    if link_id is None or opened_at is None:
        return None
    is_open = is_still_open(datetime.fromisoformat(opened_at), at=at)
    return UUID(link_id) if is_open else None


def close_opened(session: SessionBase) -> None:
    """Forget the share link that was opened here."""
    session.pop(OPENED_LINK, None)
    session.pop(OPENED_AT, None)
