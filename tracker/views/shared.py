"""What somebody outside reads by a share link: the visit report, and no more."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Concatenate

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import queries
from accounts.domain.audit import Action, Channel
from accounts.domain.scopes import Scope
from accounts.services import auditing, replicas
from accounts.services.requests import ViewedRequest
from tracker.presenters import query_of, shared_unit_links, shared_window_links
from tracker.reports.visit_report import report_pdf
from tracker.services import measuring, sharing
from tracker.services.charting import View
from tracker.services.sharing import SharedReport
from tracker.views.patients import charts_of, chosen_view

if TYPE_CHECKING:
    from accounts.models import ShareLink

LinkView = Callable[[ViewedRequest, "ShareLink", datetime], HttpResponse]


def by_link(view: LinkView) -> Callable[Concatenate[ViewedRequest, ...], HttpResponse]:
    """Let in whom an opened link lets in; ask all others for code and PIN."""

    @wraps(view)
    def ask_first(request: ViewedRequest) -> HttpResponse:
        at = timezone.now()
        link = queries.link_behind(request.viewer, at=at)
        if link is None:
            messages.info(
                request, _("No report is open in this browser. Enter code and PIN.")
            )
            return redirect("share_open")
        return view(request, link, at)

    return ask_first


@require_safe
@by_link
def report(request: ViewedRequest, link: "ShareLink", at: datetime) -> HttpResponse:
    """Show the report as a page."""
    shared, view = _shared(request, link, Action.READ, at)
    record = shared.record
    shows_chart = Scope.RESULTS in record.scopes and bool(record.series)
    page = {
        "report": shared.report,
        "sentence": shared.sentence,
        "charts": charts_of(record, view) if shows_chart else (),
        "windows": shared_window_links(view) if shows_chart else (),
        "units": shared_unit_links(view) if shows_chart else (),
        "query": query_of(view),
    }
    return render(request, "tracker/shared_report.html", page)


@require_safe
@by_link
def pdf(request: ViewedRequest, link: "ShareLink", at: datetime) -> HttpResponse:
    """Return the same report as PDF."""
    shared, _view = _shared(request, link, Action.EXPORTED, at)
    with measuring.rendering("report"):
        content = report_pdf(shared.printed)
    response = HttpResponse(content, content_type="application/pdf")
    # The name says what it is, not whose: files lie about in download folders.
    name = f"visit-report-{shared.record.today.isoformat()}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _shared(
    request: ViewedRequest, link: "ShareLink", action: Action, at: datetime
) -> tuple[SharedReport, View]:
    """Note that it is read, and only then read what the link shows."""

    def read() -> tuple[SharedReport, View]:
        record = sharing.record_behind(link, viewer=request.viewer, at=at)
        view = chosen_view(request, record)
        return sharing.shared_report(link, record, view, at=at), view

    noted = auditing.record(
        viewer=request.viewer,
        action=action,
        object_label="report",
        object_id=link.pk,
        patient_id=link.patient_id,
        channel=Channel.SHARE,
        ip_address=request.META.get("REMOTE_ADDR") or None,
        at=at,
    )
    return replicas.read(read, viewer=request.viewer, noted=noted)
