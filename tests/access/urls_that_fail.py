"""The site's addresses, and some that are late or go wrong halfway."""

from time import sleep

from django.contrib.auth import get_user_model
from django.core.exceptions import SuspiciousOperation
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api.authentication import asked
from accounts.domain.audit import Action
from accounts.models import Patient
from accounts.services import auditing
from accounts.services.requests import ViewedRequest
from tracker.urls import urlpatterns as site


def fall_over(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(f"Ashby 48 nmol/L at {request.path}")


def be_late(request: ViewedRequest) -> TemplateResponse:
    """Render after the view is done, from rows that nobody has looked at yet."""
    names = Patient.objects.order_by("name").values_list("name", flat=True)
    page = engines["django"].from_string("{{ names|join:', ' }}")
    return TemplateResponse(request, page, {"names": names})


def look_and_fall(request: ViewedRequest) -> HttpResponse:
    auditing.record(
        viewer=request.viewer,
        action=Action.READ,
        object_label="patient",
        at=timezone.now(),
    )
    message = "after it was written down"
    raise RuntimeError(message)


def give_up_halfway(_request: HttpRequest) -> HttpResponse:
    get_user_model().objects.create(email="half@example.org")
    message = "not to be read"
    raise SuspiciousOperation(message)


def wait(request: HttpRequest, what: str) -> HttpResponse:
    """Write something, and then keep the database waiting in one way or another."""
    get_user_model().objects.create(email="waited@example.org")
    with connection.cursor() as cursor:
        match what:
            case "statement":
                cursor.execute("SELECT pg_sleep(30)")
            case "lock":
                cursor.execute("SELECT pg_advisory_xact_lock(20260314)")
            case _:
                sleep(1)
                cursor.execute("SELECT 1")
    return HttpResponse(request.path)


class Waiting(APIView):
    """The same for programs."""

    def get(self, request: Request, what: str) -> HttpResponse:
        return wait(asked(request), what)


handler500 = "tracker.views.refusals.failed"
handler400 = "tracker.views.refusals.bad_request"

urlpatterns = [
    path("falls/over/", fall_over, name="falls_over"),
    path("is/late/", be_late, name="is_late"),
    path("looks/and/falls/", look_and_fall, name="looks_and_falls"),
    path("waits/<str:what>/", wait, name="waits"),
    path("api/v1/waits/<str:what>/", Waiting.as_view(), name="waits_for_programs"),
    path("gives/up/", give_up_halfway, name="gives_up"),
    *site,
]
