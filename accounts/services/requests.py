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
    is_unreadable: bool  # or cannot be stored as it came: nothing it wrote holds
    is_cut_off: bool  # the database went away before anything was committed
    is_committing: bool  # answered; whether what it wrote holds is not known yet
    is_kept: bool  # its answer is written down under its key, with all it wrote
    was_stopped: bool  # it took too long: once more, it would again
    shown: Shown | None  # the key that a program showed
