"""
One transaction a request, with the viewer set inside it.

Django's ATOMIC_REQUESTS would end before lazily rendered pages and would roll the
audit trail back on a 404; this does neither. What fails with a 5xx, or cannot
be read to its end, is undone whole.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import (
    IntegrityError,
    connection,
    transaction,
)
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from psycopg.errors import UniqueViolation

from accounts import queries
from accounts.domain.audit import Action, Channel
from accounts.domain.problems import Kind, Problem
from accounts.domain.viewers import NOBODY, Viewer, ViewerKind
from accounts.domain.words import N_
from accounts.policies import NotAllowed
from accounts.queries import PatientNotVisible, viewing
from accounts.services import (
    addresses,
    auditing,
    languages,
    outages,
    running_again,
    sessions,
    sign_in_trail,
    tokens,
)
from accounts.services.committing import Whole
from accounts.services.programs import is_for_programs, key_shown, problem_answer
from accounts.services.requests import ViewedRequest

__all__ = [
    "AddressMiddleware",
    "HeadersMiddleware",
    "KeyMiddleware",
    "LanguageMiddleware",
    "SignInRulesMiddleware",
    "TransactionMiddleware",
    "ViewedRequest",
    "ViewerMiddleware",
]

GetResponse = Callable[[HttpRequest], HttpResponse]
SERVER_ERROR = 500
SHARED = "/shared/"
KEY_REFUSED = N_("This key is not known, has ended or was revoked.")
SIGNED_OUT = N_("This session has ended. Sign in again, or use a key.")
SECOND_STEP = N_("Who works in a clinic sets up a second step to sign in first.")
# Cookies end with the session; clearing them would take the words of farewell along.
LEAVE_NOTHING = '"cache", "storage"'
ON_EVERY_ANSWER = {
    "Permissions-Policy": (
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store, private",
}
# Where somebody who must set up a second step can go before it is done.
OPEN_WITHOUT_SECOND_FACTOR = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "language_choose",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_reauthenticate",
        "policy_reports",
    }
)
# What a browser sends by itself, and no person.
SENT_BY_BROWSERS = frozenset({"policy_reports"})


class AddressMiddleware:
    """
    Leaves one address in the request: that of who asks, not that of our proxy.

    Limits of tries and the audit trail read it from there; the header is gone for all
    that come after.
    """

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the address put in its place."""
        request.META["REMOTE_ADDR"] = addresses.client_address(request)
        request.META.pop(addresses.FORWARDED, None)
        return self.get_response(request)


class KeyMiddleware:
    """
    Finds out whose key a program shows, before anybody is known.

    It stands outside the request's transaction, so that a use is counted whatever
    comes of the request, and two requests of one key do not wait for each other.
    """

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: ViewedRequest) -> HttpResponse:
        """Answer, unless the key opens nothing or was used too often."""
        request.shown = None
        secret = key_shown(request)
        if secret is None:
            return self.get_response(request)
        outages.wait_for_the_database()
        # A use that is counted twice does no harm.
        request.shown = outages.asked_again(partial(tokens.show, secret))
        if request.shown is None:
            return problem_answer(request, Problem(Kind.NOT_SIGNED_IN, _(KEY_REFUSED)))
        if request.shown.wait:
            with _speaking_to_program(request):
                return problem_answer(request, _wait(request.shown.wait))
        return self.get_response(request)


def _wait(seconds: int) -> Problem:
    return Problem(
        Kind.TOO_MANY,
        ngettext(
            "This key was used too often. Try again in %(seconds)s second.",
            "This key was used too often. Try again in %(seconds)s seconds.",
            seconds,
        )
        % {"seconds": seconds},
        headers={"Retry-After": str(seconds)},
    )


class TransactionMiddleware:
    """
    Everything of a request holds together, or none of it.

    A database that restarts takes the connection from under a request, which is then
    answered once more, on a new connection, where that cannot do anything twice: see
    `running_again`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: ViewedRequest) -> HttpResponse:
        """Answer inside one transaction; note a denied attempt in a second one."""
        outages.wait_for_the_database()
        response = self._first_answer(request)
        if response is None:
            outages.find_the_database_again()
            response = self._answer(request)
        _record_denied(request)
        return response

    def _first_answer(self, request: ViewedRequest) -> HttpResponse | None:
        """Answer; None where the request may be run once more."""
        try:
            response = self._answer(request)
        except outages.AWAY_ERRORS as error:
            # The end of a lost transaction asks for a new connection, in vain so far.
            if outages.lost_the_connection(error) and running_again.prepare(request):
                return None
            raise
        is_over = request.is_cut_off and running_again.prepare(request)
        return None if is_over else response

    def _answer(self, request: ViewedRequest) -> HttpResponse:
        request.viewer = NOBODY
        request.denied = None
        request.is_unreadable = request.was_stopped = False
        request.is_cut_off = request.is_committing = request.is_kept = False
        with Whole(lambda: _look_again(request)) as whole:
            response = self.get_response(request)
            if request.is_unreadable or response.status_code >= SERVER_ERROR:
                request.is_cut_off = outages.is_connection_lost()
                if whole.is_open:
                    transaction.set_rollback(True)
            else:
                request.is_committing = True
        return response


def _look_again(request: ViewedRequest) -> None:
    queries.look(request.viewer, settings.DATABASE_LIMITS)


class HeadersMiddleware:
    """
    Adds what every answer carries: pages, files, probes, errors and redirects alike.

    A page is kept nowhere unless its view, or the server of files, says otherwise. What
    Django adds itself is repeated for the answers that its own layer never saw.
    """

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the headers added."""
        response = self.get_response(request)
        for name, value in ON_EVERY_ANSWER.items():
            response.headers.setdefault(name, value)
        return response


class ViewerMiddleware:
    """
    Tells the database who looks and how long it may take; answers refusals.

    The limits end with the request's transaction: work in the background has its own.
    """

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: ViewedRequest) -> HttpResponse:
        """Answer with the viewer set until the transaction ends."""
        request.viewer = _from_where(request, _viewer_of(request))
        # The setting ends with the transaction, unless that stands in another one.
        with viewing(
            request.viewer,
            restore=bool(connection.savepoint_ids),
            limits=settings.DATABASE_LIMITS,
        ):
            return self.get_response(request)

    def process_exception(
        self, request: ViewedRequest, exception: Exception
    ) -> HttpResponse | None:
        """Answer a refusal; absent and foreign records look the same."""
        if is_for_programs(request):
            return None  # the views of programs answer themselves
        if isinstance(exception, PatientNotVisible):
            request.denied = exception
            return render(request, "404.html", status=404)
        if isinstance(exception, NotAllowed):
            request.denied = exception
            page = render(request, "403.html", {"sentence": str(exception)}, status=403)
            return HttpResponseForbidden(page.content)
        if isinstance(exception, Http404):
            return render(request, "404.html", status=404)
        if _is_id_taken(exception):
            request.is_unreadable = True  # what it wrote before that is undone, too
            return render(request, "409.html", status=409)
        request.is_unreadable = isinstance(exception, BadRequest | SuspiciousOperation)
        return None


def _is_id_taken(error: Exception) -> bool:
    """
    Say whether a form came with an id under which something else is stored.

    It may be somebody else's, or what its sender does not see any more: the answer is
    the same, and tells of neither.
    """
    cause = error.__cause__
    return (
        isinstance(error, IntegrityError)
        and isinstance(cause, UniqueViolation)
        and (cause.diag.constraint_name or "").endswith("_pkey")
    )


def _viewer_of(request: ViewedRequest) -> Viewer:
    """Return who looks: by a key, by a link under `/shared/`, or who is signed in."""
    if request.shown is not None:
        return request.shown.viewer
    if request.path_info.startswith(SHARED):
        at = timezone.now()
        link_id = sessions.opened_link(request.session, at=at)
        return queries.viewer_by_link(link_id, at=at) if link_id else NOBODY
    viewer = queries.viewer_of(request.user)
    if viewer is NOBODY or not is_for_programs(request):
        return viewer
    return replace(viewer, channel=Channel.API)


class LanguageMiddleware:
    """
    Speaks to who is signed in as they chose; programs as they ask for it, or alike.

    Everybody else was met before, by what their browser asks for, or by what they
    chose on it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: ViewedRequest) -> HttpResponse:
        """Answer in the reader's language."""
        if is_for_programs(request):
            with _speaking_to_program(request):
                return self.get_response(request)
        if chosen := languages.language_of(request.user):
            translation.activate(chosen)
        return self.get_response(request)


def _speaking_to_program(request: ViewedRequest) -> AbstractContextManager[None]:
    asked_for = request.headers.get("Accept-Language", "")
    if request.shown is not None:
        return languages.speaking_to_program(asked_for, request.shown.language)
    chosen = languages.language_of(request.user)
    return languages.speaking_to_program(asked_for, chosen)


def _from_where(request: ViewedRequest, viewer: Viewer) -> Viewer:
    """Return the viewer with the address that the audit trail writes down."""
    if viewer is NOBODY:
        return viewer
    return replace(viewer, address=request.META.get("REMOTE_ADDR", ""))


class SignInRulesMiddleware:
    """Ends sessions in time; people of a clinic must set up a second step."""

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: ViewedRequest) -> HttpResponse:
        """Answer, unless the session is over or the second step is missing."""
        if request.viewer.kind is not ViewerKind.USER:
            return self.get_response(request)
        at = timezone.now()
        state = queries.sign_in_state(request.viewer)
        if request.shown is None:
            session = sessions.signed_in(request.session, at=at)
            if session.has_ended(at=at, works_in_a_clinic=state.works_in_a_clinic):
                return _sign_out(request)
            if session.is_due(at) and not _asks_by_itself(request):
                sessions.stamp(request.session, at=at)
        must_set_up = state.works_in_a_clinic and not state.has_second_factor
        if must_set_up and not _is_open_without_second_factor(request):
            return _set_up_first(request)
        response = self.get_response(request)
        if request.shown is None and _has_left(request):
            response.headers["Clear-Site-Data"] = LEAVE_NOTHING
        return response


def _has_left(request: ViewedRequest) -> bool:
    # What answers programs leaves no user behind where it refuses one.
    user = getattr(request, "user", None)
    return user is not None and not user.is_authenticated


def _set_up_first(request: ViewedRequest) -> HttpResponse:
    if is_for_programs(request):
        return problem_answer(request, Problem(Kind.FORBIDDEN, _(SECOND_STEP)))
    return redirect("mfa_index")


def _sign_out(request: ViewedRequest) -> HttpResponse:
    sign_in_trail.write(
        request, request.viewer, Action.SIGNED_OUT, sign_in_trail.OVER_TIME
    )
    logout(request)
    request.viewer = NOBODY
    if is_for_programs(request):
        return problem_answer(request, Problem(Kind.NOT_SIGNED_IN, _(SIGNED_OUT)))
    messages.info(
        request, _("You were signed out to protect your data. Sign in again to go on.")
    )
    response = redirect_to_login(request.path if request.method == "GET" else "/")
    response.headers["Clear-Site-Data"] = LEAVE_NOTHING
    return response


def _asks_by_itself(request: ViewedRequest) -> bool:
    """Return whether a page asked, and no person: that does not keep a session open."""
    is_background = request.headers.get("X-Background") == "1"
    return is_background or _name_of(request) in SENT_BY_BROWSERS


def _is_open_without_second_factor(request: ViewedRequest) -> bool:
    return _name_of(request) in OPEN_WITHOUT_SECOND_FACTOR


def _name_of(request: ViewedRequest) -> str:
    try:
        return resolve(request.path_info).url_name or ""
    except Resolver404:
        return ""


def _record_denied(request: ViewedRequest) -> None:
    if request.denied is None:
        return
    with transaction.atomic(), viewing(request.viewer):
        auditing.record(
            viewer=request.viewer,
            action=Action.DENIED,
            object_label="patient",
            patient_id=_asked_for(request),
            ip_address=request.META.get("REMOTE_ADDR") or None,
            at=timezone.now(),
        )


def _asked_for(request: ViewedRequest) -> UUID | None:
    """Return the patient's id in the address, there or not."""
    match = request.resolver_match
    wanted = match.kwargs.get("patient_id") if match else None
    return wanted if isinstance(wanted, UUID) else None
