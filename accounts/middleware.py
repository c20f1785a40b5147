"""
One transaction a request, with the viewer set inside it.

Django's ATOMIC_REQUESTS would end before lazily rendered pages and would roll the
audit trail back on a 404; this does neither. What fails with a 5xx is undone whole.
"""

from collections.abc import Callable

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import render
from django.utils import timezone

from accounts import queries
from accounts.domain.audit import Action, Channel
from accounts.domain.viewers import NOBODY
from accounts.policies import NotAllowed
from accounts.queries import PatientNotVisible, viewing
from accounts.services import auditing
from accounts.services.requests import ViewedRequest

__all__ = ["TransactionMiddleware", "ViewedRequest", "ViewerMiddleware"]

GetResponse = Callable[[HttpRequest], HttpResponse]
SERVER_ERROR = 500


class TransactionMiddleware:
    """Everything of a request holds together, or none of it."""

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: ViewedRequest) -> HttpResponse:
        """Answer inside one transaction; note a denied attempt in a second one."""
        request.viewer = NOBODY
        request.denied = None
        with transaction.atomic():
            response = self.get_response(request)
            if response.status_code >= SERVER_ERROR:
                transaction.set_rollback(True)
        _record_denied(request)
        return response


class ViewerMiddleware:
    """Tells the database who looks, and turns refusals into answers."""

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: ViewedRequest) -> HttpResponse:
        """Answer with the viewer set until the transaction ends."""
        request.viewer = queries.viewer_of(request.user)
        with viewing(request.viewer):
            response = self.get_response(request)
        if request.viewer is not NOBODY and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store, private"
        return response

    def process_exception(
        self, request: ViewedRequest, exception: Exception
    ) -> HttpResponse | None:
        """Answer a refusal; absent and foreign records look the same."""
        if isinstance(exception, PatientNotVisible):
            request.denied = exception
            return render(request, "404.html", status=404)
        if isinstance(exception, NotAllowed):
            request.denied = exception
            page = render(request, "403.html", {"sentence": str(exception)}, status=403)
            return HttpResponseForbidden(page.content)
        if isinstance(exception, Http404):
            return render(request, "404.html", status=404)
        return None


def _record_denied(request: ViewedRequest) -> None:
    if request.denied is None:
        return
    # The patient's id is the one asked for, whether such a patient is there or not.
    with transaction.atomic(), viewing(request.viewer):
        auditing.record(
            viewer=request.viewer,
            action=Action.DENIED,
            object_label="patient",
            patient_id=getattr(request.denied, "patient_id", None),
            channel=Channel.PAGE,
            ip_address=request.META.get("REMOTE_ADDR") or None,
            at=timezone.now(),
        )
