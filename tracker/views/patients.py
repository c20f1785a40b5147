"""The page of one patient, and a clinic's list of patients."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import queries
from accounts.domain.audit import Action
from accounts.domain.viewers import Viewer
from accounts.policies import NotAllowed
from accounts.services import auditing
from accounts.services.requests import ViewedRequest
from labs.forms.worklist import NoteForm, RetestForm
from labs.presenters.worklist import changed_words
from labs.services.overview import overviews
from tracker.charts.companions import companions_svg
from tracker.charts.style import NARROW, WIDE
from tracker.charts.trend import trend_svg
from tracker.presenters import (
    Asked,
    PatientRow,
    Shown,
    patient_page,
    patient_row,
    view_from,
)
from tracker.services import charting, dashboards, finding, measuring
from tracker.services.chart_views import View
from tracker.services.companion_charts import companions
from tracker.services.dashboards import Record
from tracker.services.worklist_pages import standing_of
from tracker.views.worklist_selection import uuid_in

if TYPE_CHECKING:
    from accounts.models import Patient

PATIENTS_A_PAGE = 50


@login_required
@require_safe
def patient(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Show a record: the patient's home, and what a clinician opens."""
    at = timezone.now()
    person = queries.patient_for(request.viewer, patient_id, at=at)
    record = dashboards.record_of(
        person, viewer=request.viewer, at=at, today=timezone.localdate(at)
    )
    view = chosen_view(request, record)
    auditing.record(
        viewer=request.viewer,
        action=Action.READ,
        object_label="patient",
        object_id=person.pk,
        patient_id=person.pk,
        ip_address=request.META.get("REMOTE_ADDR") or None,
        at=at,
    )
    number = finding.numbers_of([person])[person.pk]
    shown = Shown(
        asked=asked_by(request),
        charts=charts_of(record, view),
        companions=_companions(record, view),
    )
    page = patient_page(record, view, number=number, shown=shown)
    if request.headers.get("HX-Target") == "trend":
        context = {"page": page, "person": page.person}
        return render(request, "tracker/trend.html", context)
    standing = standing_of(record, set_target=uuid_in(request.GET.get("set", "")))
    context = {
        "page": page,
        "person": page.person,
        "standing": standing,
        "changed": changed_words(standing.changed),
        "entry_id": uuid4(),
        "reviewed": uuid_in(request.GET.get("reviewed", "")),
        "clinic_id": standing.clinic_id,
        "note": NoteForm(initial={"entry_id": uuid4()}),
        "retest": RetestForm(),
        "stands_alone": True,
        "back": person.pk,
    }
    return render(request, "tracker/patient.html", context)


def chosen_view(request: ViewedRequest, record: Record) -> View:
    """Return what the address says to look at."""
    return view_from(record, asked_by(request))


def asked_by(request: ViewedRequest) -> Asked:
    """Return what the address asks for, as it stands there."""
    asked = request.GET
    return Asked(
        unit=asked.get("unit", ""),
        window=asked.get("range", ""),
        rows=asked.get("rows", ""),
        first=asked.get("from", ""),
        last=asked.get("to", ""),
        method=asked.get("method", ""),
        intervals=asked.get("intervals", ""),
    )


def charts_of(record: Record, view: View) -> tuple[SafeString, ...]:
    """Draw the chart for wide and for narrow screens; the styles show one of them."""
    chart = charting.trend(record, view)
    return _drawn(lambda width: trend_svg(chart, inline=True, width=width))


def _companions(record: Record, view: View) -> tuple[SafeString, ...]:
    """Draw calcium and its kin on the same days; nothing where there is none."""
    chart = companions(record, view)
    if chart is None:
        return ()
    return _drawn(lambda width: companions_svg(chart, width=width))


def _drawn(draw: Callable[[int], str]) -> tuple[SafeString, ...]:
    with measuring.rendering("svg"):
        drawn = [draw(width) for width in (WIDE, NARROW)]
    # The chart's own writer escapes every word that goes into it.
    return tuple(mark_safe(svg) for svg in drawn)  # noqa: S308  # nosec


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def patients(request: ViewedRequest) -> HttpResponse:
    """List the patients who let this clinician in; names are searched by POST alone."""
    at = timezone.now()
    clinics = list(queries.clinics_of(request.viewer))
    if not clinics:
        message = _("Only people who work in a clinic see a list of patients.")
        raise NotAllowed(message)
    asked = request.POST.get("q", "").strip()
    found = finding.patients_like(asked, viewer=request.viewer, at=at)
    shown = Paginator(found, PATIENTS_A_PAGE).get_page(request.GET.get("page"))
    auditing.record(
        viewer=request.viewer,
        action=Action.READ,
        object_label="patient list",
        ip_address=request.META.get("REMOTE_ADDR") or None,
        at=at,
    )
    context = {
        "page": shown,
        "asked": asked,
        "rows": _rows(request.viewer, shown, at),
        "clinics": clinics,
    }
    is_part = request.headers.get("HX-Target") == "patients"
    template = "tracker/patients_table.html" if is_part else "tracker/patients.html"
    return render(request, template, context)


def _rows(viewer: Viewer, shown: "Page[Patient]", at: datetime) -> list[PatientRow]:
    today = timezone.localdate(at)
    people = list(shown.object_list)
    numbers = finding.numbers_of(people)
    found = overviews(people, viewer=viewer, at=at, today=today)
    return [
        patient_row(each, number=numbers[each.patient.pk], today=today)
        for each in found
    ]
