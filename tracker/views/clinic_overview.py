"""A clinic's overview: its figures on a page, as a table and as a PDF."""

import csv
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.domain.audit import Action, Channel
from accounts.services import auditing, replicas
from accounts.services.requests import ViewedRequest
from labs.formats.csv_template import guarded
from labs.presenters.words import dated
from labs.services import clinic_figures
from labs.services.clinic_figures import ClinicFigures
from labs.views.catalogue import clinic_or_404
from tracker.charts.distribution import distribution_svg
from tracker.charts.shares import shares_svg
from tracker.charts.style import NARROW, WIDE
from tracker.reports.clinic_overview import overview_pdf
from tracker.services import measuring
from tracker.services.clinic_overviews import (
    distribution_of,
    hidden_note,
    shares_of,
    tables_of,
)

if TYPE_CHECKING:
    from datetime import datetime


Draw = Callable[..., str]


@login_required
@require_safe
def page(request: ViewedRequest, clinic_id: UUID) -> HttpResponse:
    """Show the figures, every count of them told, with ways into the list."""
    figures = _figures(request, clinic_id, Action.READ, Channel.PAGE)
    people, tested, values, months = tables_of(figures, leaves=False)
    context = {
        "clinic": figures.clinic,
        "tables": [people, tested],
        "values": values,
        "months": months,
        "distribution": _drawn(distribution_svg, distribution_of(figures)),
        "shares": _drawn(shares_svg, shares_of(figures, leaves=False)),
    }
    return render(request, "tracker/clinic_overview.html", context)


def _drawn(draw: Draw, chart: Any) -> list[SafeString]:  # noqa: ANN401 - of that draw
    """Return the picture for wide and for narrow screens; one of them is shown."""
    with measuring.rendering("svg"):
        drawn = [draw(chart, width=width) for width in (WIDE, NARROW)]
    # The chart's own writer escapes every word that goes into it.
    return [mark_safe(svg) for svg in drawn]  # noqa: S308  # nosec


@login_required
@require_safe
def table(request: ViewedRequest, clinic_id: UUID) -> HttpResponse:
    """Hand the figures over as a table, with no count that tells of few people."""
    figures = _figures(request, clinic_id, Action.EXPORTED, Channel.EXPORT)
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([guarded(figures.clinic.name), figures.today.isoformat()])
    writer.writerow([hidden_note()])
    for each in tables_of(figures, leaves=True):
        writer.writerows([[], [each.title], each.head])
        writer.writerows([[guarded(cell) for cell in row] for row in each.rows])
    content = "\N{ZERO WIDTH NO-BREAK SPACE}" + written.getvalue()
    return _file(content.encode(), "text/csv; charset=utf-8", "csv", figures)


@login_required
@require_safe
def pdf(request: ViewedRequest, clinic_id: UUID) -> HttpResponse:
    """Hand the same over as a PDF."""
    at = timezone.now()
    figures = _figures(request, clinic_id, Action.EXPORTED, Channel.PDF)
    with measuring.rendering("report"):
        content = overview_pdf(
            title=_("Overview of %(clinic)s") % {"clinic": figures.clinic.name},
            day=dated(figures.today),
            note=hidden_note(),
            purpose=_("This compares numbers. It is not a diagnosis."),
            tables=tables_of(figures, leaves=True),
            shares=shares_of(figures, leaves=True),
            language=get_language() or "en",
            direction="rtl" if get_language_bidi() else "ltr",
            at=at,
        )
    return _file(content, "application/pdf", "pdf", figures)


def _figures(
    request: ViewedRequest, clinic_id: UUID, action: Action, channel: Channel
) -> ClinicFigures:
    at: datetime = timezone.now()
    clinic = clinic_or_404(request, clinic_id)
    noted = auditing.record(
        viewer=request.viewer,
        action=action,
        object_label="clinic figures",
        object_id=clinic.pk,
        channel=channel,
        ip_address=request.META.get("REMOTE_ADDR") or None,
        at=at,
    )
    return replicas.read(
        lambda: clinic_figures.figures_of(clinic, today=timezone.localdate(at)),
        viewer=request.viewer,
        noted=noted,
    )


def _file(
    content: bytes, content_type: str, kind: str, figures: ClinicFigures
) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    name = f"clinic-overview-{figures.today.isoformat()}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
