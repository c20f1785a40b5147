"""
Traces by OpenTelemetry, where OTEL_* variables ask for them; nothing without.

A span is named by the pattern of an address, by a table or by a kind of drawing, never
by what stood in them: no id, no value, no statement, no words of an exception. Nothing
is taken from a caller's own trace, and nothing is handed on.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from accounts.links import watching
from tracker.services.release import VERSION

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span, Tracer
    from procrastinate import JobContext

ASKS_FOR_TRACES = (
    "OTEL_TRACES_EXPORTER",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
)
OVER_HTTP = "http/protobuf"
SERVER_FAULT = 500
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "SET", "SAVEPOINT", "RELEASE")
_VERB = re.compile(r"\s*(\w+)")
_TABLE = re.compile(r'\b(?:FROM|INTO|UPDATE)\s+"?(\w+)"?')


class _Tracing:
    """What this process traces with; nothing, unless it was started."""

    tracer: "Tracer | None" = None


def is_wanted(environ: Mapping[str, str]) -> bool:
    """Say whether the environment asks for traces."""
    if environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    if environ.get("OTEL_TRACES_EXPORTER") == "none":
        return False
    return any(environ.get(name) for name in ASKS_FOR_TRACES)


def start(environ: Mapping[str, str]) -> None:
    """
    Trace from here on where the environment asks for it.

    Raises ImproperlyConfigured where the packages are missing, or it asks for a way of
    sending that is not there. The packages read all other OTEL_* variables themselves.
    """
    if not is_wanted(environ):
        return
    try:
        from opentelemetry.sdk.trace.export import (  # noqa: PLC0415 - optional
            BatchSpanProcessor,
        )

        exporter = _exporter(environ)
    except ImportError as error:
        asked = next(name for name in ASKS_FOR_TRACES if environ.get(name))
        message = (
            f"{asked} asks for traces, and the packages that send them are not "
            "installed: pip install --require-hashes -r requirements-otel.lock, or "
            "unset it."
        )
        raise ImproperlyConfigured(message) from error
    begin(BatchSpanProcessor(exporter))


def _exporter(environ: Mapping[str, str]) -> "SpanExporter":
    named = environ.get("OTEL_TRACES_EXPORTER") or "otlp"
    protocol = environ.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") or environ.get(
        "OTEL_EXPORTER_OTLP_PROTOCOL", OVER_HTTP
    )
    if named != "otlp" or protocol != OVER_HTTP:
        message = (
            "Traces go out by otlp over http/protobuf alone: OTEL_TRACES_EXPORTER says "
            f"{named}, OTEL_EXPORTER_OTLP_PROTOCOL says {protocol}."
        )
        raise ImproperlyConfigured(message)
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - optional
        OTLPSpanExporter,
    )

    return OTLPSpanExporter()


def begin(processor: "SpanProcessor") -> None:
    """Hand every span from here on to this processor."""
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - optional
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - optional

    found = Resource.create({"service.version": VERSION})
    if not os.environ.get("OTEL_SERVICE_NAME"):
        found = found.merge(Resource({"service.name": "calcidiol"}))
    provider = TracerProvider(resource=found)
    provider.add_span_processor(processor)
    _Tracing.tracer = provider.get_tracer("calcidiol", VERSION)


def end() -> None:
    """Trace nothing from here on."""
    _Tracing.tracer = None


@contextmanager
def span(
    name: str, *, is_server: bool = False, **attributes: str
) -> Iterator["Span | None"]:
    """Trace the block; of an exception its kind alone is told."""
    if _Tracing.tracer is None:
        yield None
        return
    from opentelemetry.trace import SpanKind  # noqa: PLC0415 - optional

    with _Tracing.tracer.start_as_current_span(
        name,
        kind=SpanKind.SERVER if is_server else SpanKind.INTERNAL,
        attributes={key.replace("__", "."): said for key, said in attributes.items()},
        record_exception=False,
        set_status_on_exception=False,
    ) as made:
        try:
            yield made
        except BaseException as error:
            _failed(made, type(error).__name__)
            raise


def _failed(made: "Span", kind: str) -> None:
    from opentelemetry.trace import StatusCode  # noqa: PLC0415 - optional

    made.set_attribute("error.type", kind)
    made.set_status(StatusCode.ERROR)


@contextmanager
def request() -> Iterator["Span | None"]:
    """Trace a request and each statement of it; `told` says which it was."""
    if _Tracing.tracer is None:
        yield None
        return
    with span("request", is_server=True) as made, watching(_statement):
        yield made


def task(
    call_next: Callable[[], object], context: "JobContext", _worker: object
) -> object:
    """Trace a piece of the worker's work, by the task's name: its arguments are ids."""
    name = context.job.task_name
    with span(f"task {name}"), watching(_statement):
        return call_next()


def told(made: "Span", *, method: str, name: str, route: str, status: int) -> None:
    """Name the span of a request, now that its address is resolved."""
    made.update_name(f"{method} {name}")
    made.set_attribute("http.request.method", method)
    made.set_attribute("http.route", route)
    made.set_attribute("http.response.status_code", status)
    if status >= SERVER_FAULT:
        _failed(made, str(status))


def _statement(
    execute: Callable[..., object],
    statement: object,
    parameters: object,
    many: bool,  # noqa: FBT001 - as the framework calls it
    context: dict[str, object],
) -> object:
    """Trace a statement by its verb and its first table: no text, no values."""
    summary = _summary(statement) if isinstance(statement, str) else "statement"
    with span(summary, db__system__name="postgresql", db__query__summary=summary):
        return execute(statement, parameters, many, context)


def _summary(statement: str) -> str:
    verb = _VERB.match(statement)
    table = _TABLE.search(statement)
    words = []
    if verb and verb[1].upper() in VERBS:
        words.append(verb[1].upper())
    if table and table[1] in _tables():
        words.append(table[1])
    return " ".join(words) or "statement"


@cache
def _tables() -> frozenset[str]:
    return frozenset(connection.introspection.django_table_names())
