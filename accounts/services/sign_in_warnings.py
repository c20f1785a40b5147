"""
Tells somebody by mail that others may be trying to sign in as them.

A request that fails does no more for it than counting, which it does for any address,
known or not. Who is to be told is found afterwards, from the counters: so neither the
answer nor its cost says whether an address is known.
"""

from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from django.db import connection, transaction
from django.urls import reverse

from accounts.models import FailureCount, User
from accounts.services import sign_in

MANY = 5  # failures in a row
WITHIN = timedelta(days=1)
COUNTER = "sign-in warning"
MAIL = "accounts/email/failed_sign_ins"
# Keys of counters as `sign_in` makes them, for every account at once.
_WHOSE = """
SELECT DISTINCT person.id
FROM accounts_user AS person
JOIN account_emailaddress AS address ON address.user_id = person.id
JOIN accounts_failurecount AS tried ON tried.key IN (
  encode(sha256(convert_to('password:' || lower(btrim(address.email)), 'UTF8')), 'hex'),
  encode(sha256(convert_to('second factor:' || person.id::text, 'UTF8')), 'hex'))
WHERE person.is_active AND address.verified
  AND tried.failures >= %(many)s AND tried.last_at > %(since)s
"""


def tell_of_failures(*, at: datetime) -> int:
    """Write to each whose sign-in failed often of late; return to how many."""
    often = FailureCount.objects.filter(failures__gte=MANY, last_at__gt=at - WITHIN)
    if not often.exists():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_WHOSE, {"many": MANY, "since": at - WITHIN})
        found = [person for (person,) in cursor.fetchall()]
    people = User.objects.filter(pk__in=found)
    return sum(_tell(person, has_signed_in=False, at=at) for person in people)


def tell_before_forgetting(user: User, kind: str, whom: str, *, at: datetime) -> None:
    """Write to whose sign-in succeeded after many failures, which end with it."""
    if sign_in.failures_of(kind, whom) > MANY:  # this try is counted, too
        _tell(user, has_signed_in=True, at=at)


@transaction.atomic
def _tell(user: User, *, has_signed_in: bool, at: datetime) -> bool:
    """Write one message a day at most, however many ask for it at once."""
    if not sign_in.may_try_again(COUNTER, str(user.pk), most=1, within=WITHIN, at=at):
        return False
    values = {
        "has_signed_in": has_signed_in,
        "sessions_url": reverse("usersessions_list"),
    }
    get_adapter().send_mail(MAIL, user.email, values)
    return True
