"""
The notice that background work has ended, on whichever page its owner is then.

The session remembers what was begun in it, so that a page of somebody who waits for
nothing asks the database nothing.
"""

from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

from accounts.domain.viewers import Viewer
from tracker import queries
from tracker.models import Job

WAITED_FOR = "jobs_waited_for"
MOST_WAITED_FOR = 20


def wait_for(session: SessionBase, job: Job) -> None:
    """Remember that this session waits for a job."""
    waited_for = [*session.get(WAITED_FOR, []), str(job.pk)]
    session[WAITED_FOR] = waited_for[-MOST_WAITED_FOR:]


def forget(session: SessionBase, job_id: UUID | None = None) -> None:
    """Stop waiting for a job whose end was seen, or for all of them."""
    waited_for = session.get(WAITED_FOR, [])
    left = [each for each in waited_for if job_id and each != str(job_id)]
    if left != waited_for:
        session[WAITED_FOR] = left


def ended(session: SessionBase, *, viewer: Viewer) -> list[Job]:
    """Return the jobs that this session waits for and that have ended."""
    waited_for = session.get(WAITED_FOR)
    if not waited_for:
        return []
    return list(
        queries.jobs_of(viewer).filter(pk__in=waited_for, finished_at__isnull=False)
    )
