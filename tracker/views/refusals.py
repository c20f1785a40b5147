"""What is answered to a request that cannot be read."""

from django.http import HttpRequest, HttpResponseBadRequest
from django.template.loader import render_to_string


def bad_request(_request: HttpRequest, exception: Exception) -> HttpResponseBadRequest:  # noqa: ARG001 - Django names it
    """
    Answer in a sentence, without looking at the request.

    Django's own handler asks for the CSRF token first, which reads the very form that
    cannot be read, and so falls over a second time.
    """
    return HttpResponseBadRequest(render_to_string("400.html"))
