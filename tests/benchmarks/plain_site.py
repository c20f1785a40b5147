"""
The reference of `make bench ONLY=http`: what a straightforward Django site does.

The same rows, read as the owner of the tables: no policies, no trail, no flags. A list
by Django's paginator, a chart by pyplot, an address by Django REST framework's model
serializer and its page numbers. Served by gunicorn as ours is.
"""

import io
import os
from typing import Any

import django
from django.conf import settings
from django.core.paginator import Paginator
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path

settings.configure(
    SECRET_KEY="a benchmark's",  # nosec - serves invented rows
    ALLOWED_HOSTS=["localhost"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "rest_framework",
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": os.environ["PLAIN_HOST"],
            "NAME": os.environ["PLAIN_NAME"],
            "USER": os.environ["PLAIN_USER"],
            "OPTIONS": {"pool": {"min_size": 1, "max_size": 8}},
        }
    },
    REST_FRAMEWORK={
        "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": [],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "PAGE_SIZE": 100,
    },
    USE_TZ=True,
)
django.setup()

import matplotlib as mpl  # noqa: E402 - after the set-up

mpl.use("svg")
from django.db import models  # noqa: E402
from matplotlib import pyplot  # noqa: E402, TID251 - as everybody does
from rest_framework import serializers, viewsets  # noqa: E402


class Person(models.Model):
    """A row of ours, as another site would map it."""

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=120)
    born_on = models.DateField(null=True)

    class Meta:
        managed = False
        app_label = "plain"
        db_table = "accounts_patient"

    def __str__(self) -> str:
        return self.name


class Result(models.Model):
    """A row of ours, as another site would map it."""

    id = models.UUIDField(primary_key=True)
    patient = models.ForeignKey(Person, models.CASCADE, related_name="results")
    measurand = models.CharField(max_length=20)
    value_text = models.CharField(max_length=40)
    value = models.DecimalField(max_digits=14, decimal_places=6)
    comparator = models.CharField(max_length=2)
    unit = models.CharField(max_length=20)
    unit_text = models.CharField(max_length=40)
    collected_on = models.DateField()
    laboratory = models.CharField(max_length=120)
    method = models.CharField(max_length=120)
    specimen = models.CharField(max_length=40)
    interval_text = models.CharField(max_length=200)
    laboratory_flag = models.CharField(max_length=40)
    status = models.CharField(max_length=20)
    note = models.TextField()
    entered_by_name = models.CharField(max_length=120)
    entered_at = models.DateTimeField()

    class Meta:
        managed = False
        app_label = "plain"
        db_table = "labs_labresult"

    def __str__(self) -> str:
        return self.value_text


PAGE = Engine().from_string(
    "<!doctype html><title>People</title><p>{{ count }}</p><table>{% for one in page %}"
    "<tr><td>{{ one.name }}<td>{{ one.born_on }}<td>{{ one.latest }} {{ one.unit }}"
    "<td>{{ one.day }}</tr>{% endfor %}</table>"
)


def people(request: HttpRequest) -> HttpResponse:
    """List people with their latest value, a page at a time."""
    latest = Result._default_manager.filter(patient=models.OuterRef("pk"))
    newest = latest.order_by("-collected_on")
    found = Person._default_manager.order_by("name", "id").annotate(
        latest=models.Subquery(newest.values("value_text")[:1]),
        unit=models.Subquery(newest.values("unit")[:1]),
        day=models.Subquery(newest.values("collected_on")[:1]),
    )
    pages = Paginator(found, 50)
    page = pages.get_page(request.GET.get("page"))
    return HttpResponse(PAGE.render(Context({"page": page, "count": pages.count})))


def chart(_request: HttpRequest, patient_id: str) -> HttpResponse:
    """Draw the trend as everybody does."""
    rows = Result._default_manager.filter(patient=patient_id).order_by("collected_on")
    points = list(rows.values_list("collected_on", "value"))
    figure, axes = pyplot.subplots(figsize=(8, 4))
    axes.plot([day for day, _value in points], [float(v) for _day, v in points], "o-")
    axes.axhspan(30, 50, alpha=0.2)
    figure.autofmt_xdate()
    figure.tight_layout()
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg")
    pyplot.close(figure)
    return HttpResponse(buffer.getvalue(), content_type="image/svg+xml")


class ResultOut(serializers.ModelSerializer[Result]):
    """Every column."""

    class Meta:
        model = Result
        fields = "__all__"


class Results(viewsets.ReadOnlyModelViewSet[Result]):
    """A page of a person's results."""

    serializer_class = ResultOut

    def get_queryset(self) -> Any:  # noqa: ANN401 - as the framework has it
        rows = Result._default_manager.filter(patient=self.kwargs["patient_id"])
        return rows.order_by("-collected_on")


urlpatterns = [
    path("people", people),
    path("chart/<uuid:patient_id>", chart),
    path("results/<uuid:patient_id>", Results.as_view({"get": "list"})),
]
application = get_wsgi_application()
