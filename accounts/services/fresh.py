"""How long ago somebody showed who they are."""

import time

from allauth.account.authentication import get_authentication_records
from django.conf import settings

from accounts.services.requests import ViewedRequest


def has_just_signed_in(request: ViewedRequest) -> bool:
    """Return whether the person showed a password, code or passkey a moment ago."""
    records = get_authentication_records(request, request.user)
    latest = max((record["at"] for record in records), default=0)
    return bool(time.time() - latest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
