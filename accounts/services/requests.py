"""The request as views get it."""

from django.http import HttpRequest

from accounts.domain.viewers import Viewer
from accounts.policies import NotAllowed
from accounts.queries import PatientNotVisible
from accounts.services.tokens import Shown


class ViewedRequest(HttpRequest):
    """A request of which the middleware has found out who looks."""

    viewer: Viewer
    denied: PatientNotVisible | NotAllowed | None
    is_unreadable: bool
    is_cut_off: bool  # the database went away before anything was committed
    shown: Shown | None  # the key that a program showed
