"""
The nightly clean-up, all of it in one place: what is past its use is removed.

And the months of the audit trail are made ahead. Nothing of a record is ever removed.
Each part stands alone: one that fails is logged and tried again the next night, and
holds up none of the others.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction

from accounts.services import answers, audit_months, clearing, sign_in
from labs.services import uploading
from tracker.services import export_requests, jobs

log = logging.getLogger(__name__)
# Work that ended well is of no further use; what failed is looked into by operators.
SUCCEEDED_FOR = timedelta(days=3)
FAILED_FOR = timedelta(days=30)
_FINISHED = """
DELETE FROM procrastinate_jobs AS job
WHERE ((job.status = 'succeeded' AND NOT EXISTS (
        SELECT 1 FROM procrastinate_events AS event
        WHERE event.job_id = job.id AND event.at >= %(succeeded_since)s))
    OR (job.status IN ('failed', 'cancelled', 'aborted') AND NOT EXISTS (
        SELECT 1 FROM procrastinate_events AS event
        WHERE event.job_id = job.id AND event.at >= %(failed_since)s)))
"""


def tidy_up(*, at: datetime) -> dict[str, int]:
    """Remove all that is past its use, make what comes; return how many of each."""
    done = {}
    for name, part in PARTS.items():
        try:
            with transaction.atomic():
                done[name] = part(at)
        except DatabaseError:
            log.exception("Tidying up %s failed", name)
    log.info("tidied up", extra={"told": done})
    return done


def _sessions(at: datetime) -> int:
    removed, _each = Session.objects.filter(expire_date__lt=at).delete()
    return removed


def _counters(_at: datetime) -> int:
    return sign_in.clear_windows_that_have_passed()


def _answers(at: datetime) -> int:
    return answers.forget_old(at=at)


def _what_is_over(_at: datetime) -> int:
    return clearing.clear_what_is_over()


def _job_files(_at: datetime) -> int:
    return jobs.remove_old_files()


def _exports_unanswered(_at: datetime) -> int:
    return export_requests.end_unanswered()


def _uploads(_at: datetime) -> int:
    return uploading.remove_old()


def _finished_work(at: datetime) -> int:
    with connection.cursor() as cursor:
        since = {
            "succeeded_since": at - SUCCEEDED_FOR,
            "failed_since": at - FAILED_FOR,
        }
        cursor.execute(_FINISHED, since)
        return int(cursor.rowcount)


def _audit_months(_at: datetime) -> int:
    return audit_months.make_months_ahead()


PARTS: dict[str, Callable[[datetime], int]] = {
    "sessions": _sessions,
    "counters": _counters,
    "answers": _answers,
    "invitations, codes, requests, links": _what_is_over,
    "job files": _job_files,
    "exports that nobody confirmed": _exports_unanswered,
    "uploads": _uploads,
    "finished work": _finished_work,
    "months of the audit trail": _audit_months,
}
