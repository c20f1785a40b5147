"""Who may use the addresses for programs: a key's owner, or who is signed in here."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.domain.viewers import NOBODY, Viewer
from accounts.services.programs import CHALLENGE

if TYPE_CHECKING:
    from rest_framework.views import APIView

    from accounts.services.requests import ViewedRequest


@dataclass(frozen=True, slots=True)
class Program:
    """Somebody's program, as the framework wants a user."""

    viewer: Viewer
    is_authenticated: bool = True
    is_active: bool = True


def asked(request: Request) -> "ViewedRequest":
    """Return the site's own request, of which the middleware found out who looks."""
    # The framework has no other name for it.
    return cast("ViewedRequest", request._request)  # noqa: SLF001


class KeyAuthentication(BaseAuthentication):
    """A key in the Authorization header; the middleware has looked it up."""

    def authenticate(self, request: Request) -> tuple[Program, None] | None:
        """Return the key's owner; None where no key was shown."""
        shown = asked(request).shown
        return (Program(shown.viewer), None) if shown else None

    def authenticate_header(self, request: Request) -> str:
        """Name what is missing to whom nobody knows."""
        del request
        return CHALLENGE


class SameSiteSession(SessionAuthentication):
    """Who is signed in on this site; what changes something carries its CSRF token."""


class IsSignedIn(BasePermission):
    """Somebody has to look."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Answer by what the middleware found out."""
        del view
        return asked(request).viewer is not NOBODY
