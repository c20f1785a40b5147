"""Traces name addresses, tables and drawings; nobody, no value, and no id."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.test import Client
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from accounts import queries
from accounts.models import Patient
from tests.factories import a_result, an_entry
from tracker.services import tracing

UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
ASKED = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318"}


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    kept = InMemorySpanExporter()
    tracing.begin(SimpleSpanProcessor(kept))
    yield kept
    tracing.end()


def words_of(span: ReadableSpan) -> str:
    """Return all that a span says, without the numbers of the trace itself."""
    said = [span.name, span.status.description, *(span.attributes or {}).items()]
    said += [(event.name, event.attributes) for event in span.events]
    # Which process it was is a number that the library draws at each start.
    of_the_process = dict(span.resource.attributes)
    assert of_the_process.pop("service.instance.id")
    assert of_the_process["service.name"] == "calcidiol"
    said += list(of_the_process.items())
    return str(said)


def test_a_page_is_a_span_by_its_name_with_its_statements_and_drawings_inside(
    annas: Client, anna: Patient, spans: InMemorySpanExporter
) -> None:
    a_result(anna)
    spans.clear()

    annas.get(f"/patients/{anna.pk}/")

    found = spans.get_finished_spans()
    (page,) = [each for each in found if each.parent is None]
    assert page.name == "GET patient"
    assert dict(page.attributes or {}) == {
        "http.request.method": "GET",
        "http.route": "patients/<uuid:patient_id>/",
        "http.response.status_code": 200,
    }
    names = {each.name for each in found}
    assert {"render svg", "SELECT accounts_patient", "INSERT accounts_auditevent"} <= (
        names
    )
    assert {each.context.trace_id for each in found if each.context} == {
        page.context.trace_id if page.context else 0
    }


@pytest.mark.parametrize(
    ("method", "place"),
    [
        ("get", "/patients/{patient}/?name=Anna+Example&since=2026-01-02"),
        ("get", "/patients/{patient}/chart.svg"),
        ("get", "/patients/{patient}/report.pdf"),
        ("get", "/patients/{patient}/nothing-here/"),
        ("get", "/api/v1/patients/{patient}/results"),
        ("get", "/fhir/Patient/{patient}"),
        ("post", "/patients/{patient}/results/new/"),
        ("get", "/patients/"),
        ("post", "/account/login/"),
    ],
)
def test_no_span_holds_an_id_a_value_or_a_name(
    annas: Client, anna: Patient, spans: InMemorySpanExporter, method: str, place: str
) -> None:
    a_result(anna, an_entry("28.0417", laboratory="Harbour Laboratory"))
    spans.clear()
    ask = getattr(annas, method)

    ask(
        place.format(patient=anna.pk),
        {"value": "31.0599", "login": "anna@example.org", "password": "four words"},
    )

    said = "\n".join(words_of(each) for each in spans.get_finished_spans())
    assert "accounts_" in said
    assert not UUID.search(said)
    for private in ("Anna", "28.0", "31.0", "Harbour", "@", "four words", "ng/mL"):
        assert private not in said, private
    assert "%s" not in said
    assert "WHERE" not in said


def test_an_error_is_told_by_its_kind_and_not_in_its_words(
    annas: Client,
    anna: Patient,
    spans: InMemorySpanExporter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_user: object) -> None:
        message = "Anna has 28.0417 ng/mL"
        raise ValueError(message)

    annas.raise_request_exception = False
    monkeypatch.setattr(queries, "viewer_of", fail)

    annas.get(f"/patients/{anna.pk}/")

    (page,) = [each for each in spans.get_finished_spans() if each.parent is None]
    assert page.status.status_code is StatusCode.ERROR
    assert (page.attributes or {})["error.type"] == "500"
    assert "28.0417" not in "".join(map(words_of, spans.get_finished_spans()))


@pytest.mark.django_db
def test_a_statement_that_fails_says_nothing_of_what_was_put_in(
    spans: InMemorySpanExporter,
) -> None:
    with tracing.request(), pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT 'Anna FROM accounts_user'::uuid FROM accounts_patient")

    statement, _request = spans.get_finished_spans()
    assert (statement.attributes or {})["error.type"] == "DataError"
    assert "Anna" not in words_of(statement)
    assert statement.events == ()


@pytest.mark.django_db
def test_work_in_the_background_is_a_span_by_its_task(
    spans: InMemorySpanExporter,
) -> None:
    def work() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM tracker_job")
        return "done"

    context = SimpleNamespace(job=SimpleNamespace(task_name="run_job"))

    assert tracing.task(work, context, None) == "done"  # type: ignore[arg-type]
    statement, task = spans.get_finished_spans()
    assert (statement.name, task.name) == ("SELECT tracker_job", "task run_job")


def test_without_being_asked_nothing_is_traced_and_nothing_loaded() -> None:
    """In a process of its own: a package once loaded stays loaded."""
    program = (
        "import sys; from tracker.services import tracing; tracing.start({});"
        " assert not [name for name in sys.modules if 'opentelemetry' in name]"
    )
    environ = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("OTEL_")
    }

    subprocess.run([sys.executable, "-c", program], check=True, env=environ)  # noqa: S603 - our own words


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, False),
        ({"OTEL_SERVICE_NAME": "results"}, False),
        (ASKED, True),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({**ASKED, "OTEL_TRACES_EXPORTER": "none"}, False),
        ({**ASKED, "OTEL_SDK_DISABLED": "true"}, False),
    ],
)
def test_the_environment_asks_or_does_not(
    environ: dict[str, str], *, wanted: bool
) -> None:
    assert tracing.is_wanted(environ) is wanted


def test_missing_packages_are_said_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace.export", None)

    with pytest.raises(
        ImproperlyConfigured, match=r"--require-hashes -r requirements-otel\.lock"
    ):
        tracing.start(ASKED)


@pytest.mark.parametrize(
    "more",
    [
        {"OTEL_TRACES_EXPORTER": "zipkin"},
        {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
    ],
)
def test_another_way_of_sending_is_refused_at_the_start(more: dict[str, str]) -> None:
    with pytest.raises(ImproperlyConfigured, match="otlp over http/protobuf alone"):
        tracing.start({**ASKED, **more})
