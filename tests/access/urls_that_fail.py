"""The site's addresses, and one that falls over."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tracker.urls import urlpatterns as site


def fall_over(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(f"Ashby 48 nmol/L at {request.path}")


urlpatterns = [path("falls/over/", fall_over, name="falls_over"), *site]
