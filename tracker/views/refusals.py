"""What is answered to a request that cannot be read, or finds nothing."""

import sys

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views import defaults

from accounts.domain.problems import Kind, Problem
from accounts.services.outages import is_outage, outage, reason_of, took_too_long
from accounts.services.programs import is_for_programs, problem_answer
from accounts.services.requests import ViewedRequest


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    """
    Answer in a sentence, without looking at the request.

    Django's own handler asks for the CSRF token first, which reads the very form that
    cannot be read, and so falls over a second time.
    """
    if is_for_programs(request):
        sentence = _("What was sent could not be read.")
        return problem_answer(request, Problem(Kind.MALFORMED, sentence))
    return HttpResponseBadRequest(render_to_string("400.html"))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a page with a page, and a program with a problem."""
    if is_for_programs(request):
        return problem_answer(
            request, Problem(Kind.FORBIDDEN, _("This is not allowed."))
        )
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a page with a page, and a program with a problem."""
    if is_for_programs(request):
        sentence = _("There is nothing at this address for you.")
        return problem_answer(request, Problem(Kind.NOT_FOUND, sentence))
    return defaults.page_not_found(request, exception)


def failed(request: ViewedRequest) -> HttpResponse:
    """
    Answer without a word of why; the log has it.

    A database that is away comes back, and one that was busy is idle again: whoever
    asked may ask again.
    """
    error = sys.exc_info()[1]
    request.was_stopped = took_too_long(error)
    if is_outage(error):
        return _away(request, error)
    if is_for_programs(request):
        sentence = _("Nothing was changed. Try again later.")
        return problem_answer(request, Problem(Kind.FAILED, sentence))
    return defaults.server_error(request)


def _away(request: HttpRequest, error: BaseException | None) -> HttpResponse:
    problem = outage(error)
    if is_for_programs(request):
        return problem_answer(request, problem)
    reason = reason_of(error)
    content = render_to_string("503.html", {"reason": reason.value if reason else ""})
    return HttpResponse(
        content, status=problem.kind.status, headers=dict(problem.headers)
    )
