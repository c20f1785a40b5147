"""
What stops somebody who guesses.

The library's limits are windows of time; a patient attacker waits. This counts
failures in a row, for ever, by NIST SP 800-63B-4 section 3.2.2. The count goes up
before the password is looked at, so that tries at the same moment cannot overtake it.
"""

import hashlib
from datetime import datetime, timedelta

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import FailureCount

MOST_FAILURES = 100
PASSWORD = "password"  # noqa: S105 - the name of a counter
SECOND_FACTOR = "second factor"
AN_HOUR = timedelta(hours=1)
REPLAY_SECONDS = 120  # longer than the neighbouring codes are accepted


def count_try(kind: str, whom: str) -> None:
    """
    Count a try before it is made; raise ValidationError past the hundredth failure.

    An address that nobody has is counted in the same way as one that is known.
    """
    now = timezone.now()
    key = _key(kind, whom)
    FailureCount.objects.bulk_create(
        [FailureCount(key=key, failures=0, last_at=now)], ignore_conflicts=True
    )
    FailureCount.objects.filter(pk=key).update(failures=F("failures") + 1, last_at=now)
    if FailureCount.objects.values_list("failures", flat=True).get(pk=key) > (
        MOST_FAILURES
    ):
        raise ValidationError(_stopped(kind), code="stopped")


def may_try_again(
    kind: str, whom: str, *, most: int, within: timedelta, at: datetime
) -> bool:
    """
    Count a try; return whether it is among the first of a window of time.

    The window begins with its first try. The row is locked until the transaction
    ends, so that tries at the same moment are counted one after the other.
    """
    key = _key(kind, whom)
    FailureCount.objects.bulk_create(
        [FailureCount(key=key, failures=0, last_at=at)], ignore_conflicts=True
    )
    count = FailureCount.objects.select_for_update().get(pk=key)
    if at - count.last_at >= within:
        count.failures, count.last_at = 0, at
    count.failures += 1
    count.save()
    return count.failures <= most


def forget_tries(kind: str, whom: str) -> None:
    """Start the count again, after the right answer or a reset."""
    FailureCount.objects.filter(pk=_key(kind, whom)).update(failures=0)


def failures_of(kind: str, whom: str) -> int:
    """Return how many tries were counted since the last right answer."""
    counts = FailureCount.objects.filter(pk=_key(kind, whom))
    return counts.values_list("failures", flat=True).first() or 0


def spend_code(whom: str, code: str) -> bool:
    """Mark a one-time code as used; return whether it was unused."""
    digits = "".join(code.split())
    mark = hashlib.sha256(f"{whom}:{digits}".encode()).hexdigest()
    return cache.add(f"spent-code:{mark}", 1, timeout=REPLAY_SECONDS)


def clear_windows_that_have_passed() -> int:
    """
    Remove the expired counters of the shared cache; return how many there were.

    The cache counts its rows at each write and would make room by forgetting any.
    """
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM shared_cache WHERE expires < now()")
        return int(cursor.rowcount)


def _stopped(kind: str) -> str:
    if kind == PASSWORD:
        return _(
            "Signing in with this address has been stopped after 100 wrong passwords "
            "in a row. Choose a new password through “Forgotten password”."
        )
    return _(
        "Codes for this account have been stopped after 100 wrong ones in a row. "
        "Use a passkey, or ask the people who run this site."
    )


def _key(kind: str, whom: str) -> str:
    return hashlib.sha256(f"{kind}:{whom.strip().lower()}".encode()).hexdigest()
