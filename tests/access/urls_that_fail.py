"""The site's addresses, and two that go wrong halfway."""

from django.contrib.auth import get_user_model
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import path

from tracker.urls import urlpatterns as site


def fall_over(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(f"Ashby 48 nmol/L at {request.path}")


def give_up_halfway(_request: HttpRequest) -> HttpResponse:
    get_user_model().objects.create(email="half@example.org")
    message = "not to be read"
    raise SuspiciousOperation(message)


handler400 = "tracker.views.refusals.bad_request"

urlpatterns = [
    path("falls/over/", fall_over, name="falls_over"),
    path("gives/up/", give_up_halfway, name="gives_up"),
    *site,
]
