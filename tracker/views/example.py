"""The example record: invented, read-only, open to everybody."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.services.requests import ViewedRequest
from tracker.presenters import (
    Shown,
    patient_page,
    shared_unit_links,
    shared_window_links,
    view_from,
)
from tracker.services import example
from tracker.views.patients import asked_by, charts_of


@require_safe
def page(request: ViewedRequest) -> HttpResponse:
    """Show the example with the unit and the stretch of time that were asked for."""
    at = timezone.now()
    today = timezone.localdate(at)
    record = example.record(at=at, today=today)
    asked = asked_by(request)
    view = view_from(record, asked)
    drawn = replace(record, periods=example.periods(today=today))
    shown = Shown(asked=asked, charts=charts_of(drawn, view))
    context = {
        "page": replace(
            patient_page(record, view, number="", shown=shown),
            windows=shared_window_links(view),
            units=shared_unit_links(view),
        ),
    }
    return render(request, "tracker/example.html", context)
