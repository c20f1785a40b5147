"""
Around every request: its id, its line in the log, its place in the metrics.

The probes answer before anything else is asked: no session, no transaction, no host.
"""

import hmac
import logging
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_bidi

from accounts.links import watching
from tracker.logs import REQUEST_ID
from tracker.services import directions, measuring, readiness, tracing

if TYPE_CHECKING:
    from opentelemetry.trace import Span

GetResponse = Callable[[HttpRequest], HttpResponse]
KNOWN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
requests_log = logging.getLogger("tracker.requests")
queries_log = logging.getLogger("tracker.slow_queries")
LONGEST_STATEMENT = 500
UNAVAILABLE = 503


class ProbesMiddleware:
    """Answers those who watch the process, not those who use the site."""

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a probe, or pass the request on."""
        match request.path:
            case "/livez":
                return HttpResponse("ok", content_type="text/plain")
            case "/readyz":
                return _readiness()
            case "/metrics" if _may_read_metrics(request):
                return HttpResponse(
                    measuring.exposition(), content_type=measuring.CONTENT_TYPE
                )
        return self.get_response(request)


def _readiness() -> HttpResponse:
    is_ready, told = readiness.state()
    return JsonResponse(told, status=200 if is_ready else UNAVAILABLE)


def _may_read_metrics(request: HttpRequest) -> bool:
    """Say whether the caller has the token; without one set, nobody has."""
    given = request.headers.get("Authorization", "").encode()
    wanted = f"Bearer {settings.METRICS_TOKEN}".encode()
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(given, wanted)


class ObservingMiddleware:
    """Gives each request an id, a line in the log and a place in the metrics."""

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and note how long it took; an address is told by its pattern."""
        token = REQUEST_ID.set(_request_id(request))
        started = time.perf_counter()
        try:
            with tracing.request() as span:
                with watching(_note_slow_query):
                    response = self.get_response(request)
                if span is not None:
                    _trace(span, request, response.status_code)
            response.headers["X-Request-ID"] = REQUEST_ID.get()
            _tell(request, response.status_code, time.perf_counter() - started)
            return response
        finally:
            REQUEST_ID.reset(token)


class DirectionMiddleware:
    """Keeps numbers as they were written on pages that run from right to left."""

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; a page in which something could turn around gets its isolates."""
        response = self.get_response(request)
        if _is_page(response):
            direction = "rtl" if get_language_bidi() else "ltr"
            page = response.content.decode()
            if directions.needs_care(page, direction):
                response.content = directions.with_isolates(page, direction).encode()
        return response


def _is_page(response: HttpResponse) -> bool:
    kind = response.headers.get("Content-Type", "")
    return kind.startswith("text/html") and not response.streaming


def _request_id(request: HttpRequest) -> str:
    """Return the id that our own proxy gave, else a new one."""
    given = request.headers.get("X-Request-ID", "")
    if settings.TRUSTS_PROXY and KNOWN_ID.fullmatch(given):
        return given
    return uuid4().hex


def _tell(request: HttpRequest, status: int, seconds: float) -> None:
    route = _route(request)
    measuring.request_done(request.method or "", route, status, seconds)
    requests_log.info(
        "request",
        extra={
            "told": {
                "method": request.method,
                "route": route,
                "status": status,
                "ms": round(seconds * 1000, 1),
            }
        },
    )


def _trace(span: "Span", request: HttpRequest, status: int) -> None:
    """Name a request by its address's name; without one, by its pattern."""
    route, match = _route(request), request.resolver_match
    tracing.told(
        span,
        method=measuring.method_of(request.method),
        name=(match.view_name if match else "") or route,
        route=route,
        status=status,
    )


def _route(request: HttpRequest) -> str:
    """Return the pattern of the address: ids and what was searched stay out."""
    if request.resolver_match is not None:
        return request.resolver_match.route
    try:
        return resolve(request.path_info).route
    except Resolver404:
        return "(none)"


def _note_slow_query(
    execute: Callable[..., object],
    statement: str,
    parameters: object,
    many: bool,  # noqa: FBT001 - as the framework calls it
    context: dict[str, object],
) -> object:
    """Log a slow statement with its placeholders; what was put in them stays out."""
    started = time.perf_counter()
    try:
        return execute(statement, parameters, many, context)
    finally:
        ms = (time.perf_counter() - started) * 1000
        if ms >= settings.SLOW_QUERY_MS:
            told = {"ms": round(ms, 1), "sql": str(statement)[:LONGEST_STATEMENT]}
            queries_log.warning("slow query", extra={"told": told})
