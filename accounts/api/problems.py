"""Turns whatever a view raises into a problem that a program can read."""

import logging
from typing import TYPE_CHECKING, Any, NoReturn

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.core.signals import got_request_exception
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions

from accounts.api.authentication import asked
from accounts.domain.problems import Fault, Kind, Problem, kind_of_status
from accounts.domain.words import N_
from accounts.policies import NotAllowed
from accounts.queries import PatientNotVisible
from accounts.services.outages import is_outage, outage, took_too_long
from accounts.services.programs import problem_answer

if TYPE_CHECKING:
    from rest_framework.views import APIView

NOTHING_HERE = N_("There is nothing at this address for you.")
FAILED = N_("Nothing was changed. Try again later.")
# Members of a problem by which a refusal shows what is stored.
TELLS = frozenset({"current", "questions"})
logger = logging.getLogger("django.request")


class ProblemRaised(exceptions.APIException):
    """A problem on its way out of a view."""

    def __init__(self, problem: Problem) -> None:
        """Keep the problem."""
        super().__init__(problem.detail)
        self.problem = problem


def refuse(
    kind: Kind,
    detail: str,
    *,
    faults: tuple[Fault, ...] = (),
    headers: dict[str, str] | None = None,
    **more: object,
) -> NoReturn:
    """Raise a problem."""
    raise ProblemRaised(Problem(kind, detail, faults, more, headers or {}))


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse:
    """Answer with the problem that an exception means."""
    view: APIView = context["view"]
    request = asked(view.request)
    if isinstance(error, PatientNotVisible | NotAllowed):
        request.denied = error
    request.was_stopped = took_too_long(error)
    problem = problem_of(error, view)
    if isinstance(error, ProblemRaised) and TELLS & problem.more.keys():
        note = getattr(view, "note_what_a_refusal_tells", None)
        if note is not None:
            note()
    if problem.kind in {Kind.FAILED, Kind.AWAY}:
        # As Django does for pages: told to the log, by address alone, and to tests.
        words = "Internal Server Error: %s"
        logger.error(words, type(view).__name__, exc_info=error)
        got_request_exception.send(sender=type(view), request=request)
    return problem_answer(request, problem)


def problem_of(error: Exception, view: "APIView") -> Problem:
    """Return the problem that an exception means; what nobody foresaw is ours."""
    if isinstance(error, ProblemRaised):
        return error.problem
    if isinstance(error, exceptions.APIException):
        return _of_the_framework(error, view)
    if isinstance(error, NotAllowed):
        return Problem(Kind.FORBIDDEN, str(error))
    if is_outage(error):
        return outage(error)
    known = (told for raised, told in KNOWN.items() if isinstance(error, raised))
    kind, words = next(known, (Kind.FAILED, FAILED))
    return Problem(kind, _(words))


UNREADABLE = N_("The request cannot be read.")
KNOWN: dict[type[Exception], tuple[Kind, str]] = {
    PatientNotVisible: (Kind.NOT_FOUND, NOTHING_HERE),
    Http404: (Kind.NOT_FOUND, NOTHING_HERE),
    PermissionDenied: (Kind.FORBIDDEN, N_("This is not allowed.")),
    RequestDataTooBig: (Kind.TOO_LARGE, N_("The body is too large.")),
    SuspiciousOperation: (Kind.MALFORMED, UNREADABLE),
}


def _of_the_framework(error: exceptions.APIException, view: "APIView") -> Problem:
    kind = kind_of_status(error.status_code)
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        kind = Kind.NOT_SIGNED_IN
    headers = {}
    if isinstance(error, exceptions.MethodNotAllowed):
        headers["Allow"] = ", ".join(view.allowed_methods)
    return Problem(kind, _words_for(error, view), headers=headers)


NO_TOKEN = N_(
    "What changes something in a session carries the CSRF token in the header "
    "X-CSRFToken."
)
SIGN_IN = N_("Sign in, or show a key in the header Authorization.")
# The one permission of all views is to be signed in: what else is refused is a token.
SAID: dict[type[Exception], str] = {
    exceptions.NotAuthenticated: SIGN_IN,
    exceptions.AuthenticationFailed: SIGN_IN,
    exceptions.PermissionDenied: NO_TOKEN,
    exceptions.ParseError: UNREADABLE,
}
TAKES_METHODS = N_("This address takes %(methods)s.")
GIVES_TYPES = N_("This address answers with %(types)s.")
TAKES_TYPES = N_("This address takes %(types)s.")


def _words_for(error: exceptions.APIException, view: "APIView") -> str:
    """Return a sentence of ours where the framework has one for developers alone."""
    for raised, words in SAID.items():
        if isinstance(error, raised):
            return _(words)
    if isinstance(error, exceptions.MethodNotAllowed):
        return _(TAKES_METHODS) % {"methods": ", ".join(view.allowed_methods)}
    if isinstance(error, exceptions.NotAcceptable):
        given = ", ".join(str(each.media_type) for each in view.get_renderers())
        return _(GIVES_TYPES) % {"types": given}
    if isinstance(error, exceptions.UnsupportedMediaType):
        wanted = ", ".join(str(each.media_type) for each in view.get_parsers())
        return _(TAKES_TYPES) % {"types": wanted}
    return str(error.detail)


def faults_of(errors: Any, above: str = "#") -> tuple[Fault, ...]:  # noqa: ANN401 - nested as the framework nests them
    """
    Return the faults of a serializer or a form, each with its place.

    >>> faults_of({"lines": [{}, {"unit": ["Choose one."]}]})
    (Fault(pointer='#/lines/1/unit', detail='Choose one.'),)
    """
    if isinstance(errors, dict):
        found = [
            fault
            for name, inner in errors.items()
            for fault in faults_of(inner, _below(above, str(name)))
        ]
        return tuple(found)
    if isinstance(errors, list) and any(isinstance(each, dict) for each in errors):
        found = [
            fault
            for place, inner in enumerate(errors)
            for fault in faults_of(inner, f"{above}/{place}")
        ]
        return tuple(found)
    details = errors if isinstance(errors, list) else [errors]
    return tuple(Fault(above, str(each)) for each in details)


WHOLE = frozenset({"__all__", "non_field_errors"})


def _below(above: str, name: str) -> str:
    if name in WHOLE:
        return above
    return f"{above}/{name.replace('~', '~0').replace('/', '~1')}"
