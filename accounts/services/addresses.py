"""
Where a request comes from: one answer for limits of tries and for the audit trail.

A header says what its sender likes. Only our own proxies append to it what they saw, so
the address is read as many places from its end as there are proxies of ours.
"""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

FORWARDED = "HTTP_X_FORWARDED_FOR"


def client_address(request: HttpRequest) -> str:
    """Return the address of who asks, as our outermost proxy saw it."""
    direct: str = request.META.get("REMOTE_ADDR", "")
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    told = request.META.get(FORWARDED, "").split(",")
    if proxies < 1 or len(told) < proxies:
        return direct
    return _as_address(told[-proxies]) or direct


def _as_address(word: str) -> str:
    """Return an address in its one form, without a port; nothing for other words."""
    plain = word.strip()
    if plain.startswith("["):
        plain = plain[1:].partition("]")[0]
    elif plain.count(":") == 1:
        plain = plain.partition(":")[0]
    try:
        return str(ipaddress.ip_address(plain))
    except ValueError:
        return ""
