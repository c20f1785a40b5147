"""Where the sign-in library meets our own people."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Links in e-mails start with the site's own origin, never with a Host header."""

    def build_absolute_uri(self, request: HttpRequest | None, location: str) -> str:
        """Return the address on this site."""
        del request  # its Host header is not trusted
        return f"{settings.SITE_ORIGIN}{location}"
