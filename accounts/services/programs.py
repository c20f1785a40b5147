"""Answers to programs that the site gives before or behind the views."""

import json

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.domain.problems import Kind, Problem

API, FHIR = "/api/", "/fhir/"
PROBLEM_TYPE = "application/problem+json"
FHIR_TYPE = "application/fhir+json"
CHALLENGE = 'Bearer realm="Calcidiol"'


def is_for_programs(request: HttpRequest) -> bool:
    """Say whether an address is asked by programs, and answers them in their form."""
    return request.path.startswith((API, FHIR))


def problem_answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return a problem in the form of the address that was asked."""
    is_fhir = request.path.startswith(FHIR)
    content = problem.as_outcome() if is_fhir else problem.as_json(_)
    answer = HttpResponse(
        json.dumps(content, ensure_ascii=False, default=str),
        status=problem.kind.status,
        content_type=FHIR_TYPE if is_fhir else PROBLEM_TYPE,
    )
    if problem.kind is Kind.NOT_SIGNED_IN:
        answer.headers["WWW-Authenticate"] = CHALLENGE
    for name, value in problem.headers.items():
        answer.headers[name] = value
    return answer


def key_shown(request: HttpRequest) -> str | None:
    """
    Return the secret that a program shows, None where it shows none.

    Anything but one Bearer key is an empty secret, which opens nothing.
    """
    header = request.headers.get("Authorization")
    if header is None or not is_for_programs(request):
        return None
    scheme, _blank, secret = header.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""
