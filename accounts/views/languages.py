"""The language of the pages, chosen at the foot of every one of them."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.services import languages
from accounts.services.requests import ViewedRequest


@require_POST
def choose(request: ViewedRequest) -> HttpResponse:
    """Keep the choice, here and on the account, and show the same page in it."""
    back = request.POST.get("next", "")
    is_path = back.startswith("/") and back.isprintable()
    if not is_path or not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    # Not redirect(): that would take what is no address for the name of one.
    response = HttpResponseRedirect(back)
    language = request.POST.get("language", "")
    if languages.is_offered(language):
        languages.choose(language, by=request.viewer)
        remember(response, language)
    return response


def remember(response: HttpResponse, language: str) -> None:
    """Keep the choice in this browser, for before anybody signs in."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",  # a link from elsewhere is read in it, too
    )
