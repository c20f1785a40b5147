"""Visit reports for several people at once: who, how, and then a job."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import queries
from accounts.policies import NotAllowed
from accounts.services import auditing
from accounts.services.requests import ViewedRequest
from labs.presenters.people import person_words
from tracker.presenters import WINDOW_WORDS
from tracker.reports.values import Paper
from tracker.services import finding, job_notices, report_batches
from tracker.services.chart_views import Window
from tracker.services.report_batches import MOST_REPORTS, Form, SelectionRefused
from tracker.services.report_choices import Audience
from tracker.views.reports import PAPERS
from tracker.views.worklist_selection import selection_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import Clinic

SHOWN_PEOPLE = 100
UNPROCESSABLE = 422


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: ViewedRequest) -> HttpResponse:
    """Choose people by POST alone, as names belong in no address, and ask for them."""
    at = timezone.now()
    clinic = queries.clinics_of(request.viewer).order_by("name", "id").first()
    if clinic is None:
        message = _("Only people who work in a clinic make reports for several people.")
        raise NotAllowed(message)
    if "make" in request.POST:
        return _made(request, clinic, at)
    if "view" in request.POST:
        return _from_the_list(request, at)
    return _page(request, at)


def _from_the_list(request: ViewedRequest, at: datetime) -> HttpResponse:
    """Show those whom a worklist sends, each ticked and any of them to be left out."""
    chosen = selection_of(request, most=MOST_REPORTS)
    if chosen.refused:
        messages.error(request, chosen.refused)
        return redirect(chosen.back)
    return _page(request, at, chosen=chosen.people)


def _made(request: ViewedRequest, clinic: "Clinic", at: datetime) -> HttpResponse:
    asked = request.POST
    try:
        job = report_batches.begin(
            patients=_selection(request, at),
            clinic=clinic,
            form=Form.ARCHIVE if asked.get("form") == Form.ARCHIVE else Form.ONE_PDF,
            audience=_audience(asked.get("for", "")),
            window=_window(asked.get("range", "")),
            paper=PAPERS.get(asked.get("paper", ""), Paper.A4),
            by=request.viewer,
            at=at,
        )
    except SelectionRefused as refused:
        return _page(request, at, refused=str(refused))
    job_notices.wait_for(request.session, job)
    return redirect("job", job.pk)


def _selection(request: ViewedRequest, at: datetime) -> list[UUID]:
    """Return who was ticked, or everybody whom the search means."""
    if "everyone" in request.POST:
        asked = request.POST.get("q", "").strip()
        people = finding.patients_like(asked, viewer=request.viewer, at=at)
        return [person.pk for person in people[: MOST_REPORTS + 1]]
    return list(filter(None, map(_id, request.POST.getlist("patient"))))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _audience(asked: str) -> Audience:
    return Audience.PATIENT if asked == Audience.PATIENT else Audience.CLINICIAN


def _window(asked: str) -> Window:
    return Window(asked) if asked in set(Window) else Window.FIVE_YEARS


def _page(
    request: ViewedRequest,
    at: datetime,
    *,
    refused: str = "",
    chosen: "Sequence[UUID]" = (),
) -> HttpResponse:
    asked = request.POST.get("q", "").strip()
    found = finding.patients_like(
        asked, viewer=request.viewer, at=at, among=chosen or None
    )
    shown = Paginator(found, MOST_REPORTS if chosen else SHOWN_PEOPLE).get_page(
        request.GET.get("page")
    )
    people = list(shown.object_list)
    auditing.look(viewer=request.viewer, object_label="patient list", at=at)
    numbers = finding.numbers_of(people)
    today = timezone.localdate(at)
    ticked = set(map(str, chosen)) or set(request.POST.getlist("patient"))
    context = {
        "asked": asked,
        "page": shown,
        "people": [
            (
                person_words(each, number=numbers[each.pk], today=today),
                str(each.pk) in ticked,
            )
            for each in people
        ],
        "windows": [
            (window.value, WINDOW_WORDS[window], window is Window.FIVE_YEARS)
            for window in Window
        ],
        "is_chosen": bool(chosen),
        "refused": refused,
        "most": MOST_REPORTS,
    }
    status = UNPROCESSABLE if refused else None
    return render(request, "tracker/report_batch.html", context, status=status)
