"""The clinician's worklist: whom to look at and why, and the side panel."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.domain.audit import Action
from accounts.policies import NotAllowed
from accounts.queries import PatientNotVisible
from accounts.services import auditing, replicas
from accounts.services.requests import ViewedRequest
from labs.domain.retests import RetestRefused
from labs.domain.units import Unit
from labs.forms.fields import refusal
from labs.forms.worklist import (
    ListViewForm,
    NameForm,
    NoteForm,
    RetestForm,
    ReviewForm,
)
from labs.presenters.words import dated
from labs.presenters.worklist import refused_words
from labs.services import retesting, reviewing, tagging, worklisting
from tracker.charts.style import NARROW
from tracker.charts.trend import trend_svg
from tracker.presenters import (
    Asked,
    chosen_of,
    panel_page,
    view_from,
    worklist_page,
)
from tracker.services import charting, measuring, worklist_pages, worklists
from tracker.services.worklist_pages import Panel, Worklist
from tracker.views.worklist_selection import uuid_in

if TYPE_CHECKING:
    from accounts.models import Clinic, Patient
    from labs.models import WorklistRow
    from labs.services.reviewing import Outcome

UNPROCESSABLE = 422
ROWS_ON_PAPER = 500


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def worklist(request: ViewedRequest) -> HttpResponse:
    """Show a page of the list; names are searched by POST alone."""
    return _list_page(request, asked=request.POST.get("q", ""))


def _list_page(
    request: ViewedRequest, *, asked: str = "", done: UUID | None = None
) -> HttpResponse:
    is_printed = "print" in request.GET
    most = ROWS_ON_PAPER if is_printed else worklisting.ROWS_A_PAGE
    found = _noted_worklist(request, asked, most)
    today = timezone.localdate()
    unit = Unit(found.clinic.preferred_unit)
    rows = worklists.words_of(found.page, unit, today=today)
    context = {
        "page": worklist_page(found, rows),
        "clinic_id": found.clinic.pk,
        "entry_id": uuid4(),
        "done": done or uuid_in(request.GET.get("done", "")),
        "printed_on": dated(today) if is_printed else "",
    }
    is_part = request.headers.get("HX-Target") == "worklist"
    template = "list.html" if is_part else "page.html"
    return render(request, f"tracker/worklist/{template}", context)


def _noted_worklist(request: ViewedRequest, asked: str, most: int) -> Worklist:
    """Decide whose list it is, note that it is read, and only then read it."""
    clinics = worklist_pages.clinics_or_refuse(request.viewer)
    wanted = uuid_in(request.GET.get("clinic", ""))
    clinic = next((each for each in clinics if each.pk == wanted), clinics[0])
    noted = auditing.record(
        viewer=request.viewer,
        action=Action.READ,
        object_label="worklist",
        object_id=clinic.pk,
        ip_address=request.META.get("REMOTE_ADDR") or None,
        at=timezone.now(),
    )
    return replicas.read(
        lambda: worklist_pages.worklist_of(
            request.viewer,
            ListViewForm(request.GET).view(),
            clinic=clinic,
            clinics=clinics,
            asked=asked,
            most=most,
        ),
        viewer=request.viewer,
        noted=noted,
    )


def _back(request: ViewedRequest, **more: object) -> HttpResponseRedirect:
    """Return to the page or the view that somebody had, with no more in the address."""
    patient_id = uuid_in(request.POST.get("back", ""))
    if patient_id is not None:
        return HttpResponseRedirect(_page_of(patient_id, **more))
    kept = QueryDict(request.POST.get("view", ""), mutable=True)
    query = urlencode({**chosen_of(ListViewForm(kept).view()), **more})
    clinic = uuid_in(kept.get("clinic", "") or "")
    if clinic is not None:
        query = f"clinic={clinic}&{query}"
    return HttpResponseRedirect(f"{reverse('worklist')}?{query}")


def _page_of(patient_id: UUID, *, done: object = "") -> str:
    page = reverse("patient", args=[patient_id])
    return f"{page}?reviewed={done}" if done else page


def _listed(
    request: ViewedRequest, patient_id: UUID, at: datetime
) -> "tuple[Clinic, Patient, WorklistRow]":
    """Return a patient as the list shows them that somebody looks at."""
    kept = QueryDict(request.POST.get("view", ""))
    sent = request.POST.get("clinic") or kept.get("clinic")
    asked = sent or request.GET.get("clinic") or ""
    return worklist_pages.listed_patient(
        request.viewer, patient_id, at=at, clinic_id=uuid_in(asked)
    )


# Reviews ------------------------------------------------------------------------------


@login_required
@require_POST
def review(request: ViewedRequest) -> HttpResponse:
    """Mark one row or many as reviewed; what may not be done in bulk says so."""
    at = timezone.now()
    worklist_pages.clinics_or_refuse(request.viewer)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        for problem in form.non_field_errors():
            messages.error(request, str(problem))
        return _back(request)
    seen = form.rows()
    clinic, _patient, _row = _listed(request, seen[0].patient_id, at)
    outcome = reviewing.mark_reviewed(
        seen,
        clinic=clinic,
        entry_id=form.cleaned_data["entry_id"],
        by=request.viewer,
        at=at,
    )
    _tell(request, outcome, at)
    more = {"done": form.cleaned_data["entry_id"]} if outcome.reviewed else {}
    return _back(request, **more)


def _tell(request: ViewedRequest, outcome: "Outcome", at: datetime) -> None:
    for patient_id, why in outcome.refused:
        try:
            _clinic, patient, _row = _listed(request, patient_id, at)
            name = patient.name
        except PatientNotVisible:
            name = _("Somebody")
        messages.warning(request, refused_words(why, name))


@login_required
@require_POST
def undo(request: ViewedRequest) -> HttpResponse:
    """Take one marking back."""
    clinics = worklist_pages.clinics_or_refuse(request.viewer)
    entry_id = uuid_in(request.POST.get("entry_id", ""))
    if entry_id is None:
        return _back(request)
    at = timezone.now()
    undone = [
        patient_id
        for clinic in clinics
        for patient_id in reviewing.undo(
            entry_id, clinic=clinic, by=request.viewer, at=at
        )
    ]
    if undone:
        messages.success(request, _("The review is taken back."))
    return _back(request)


# The side panel -----------------------------------------------------------------------


@login_required
@require_safe
def panel(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Show one patient beside the list; a page of its own without JavaScript."""
    return _panel_page(request, patient_id)


def _panel_page(
    request: ViewedRequest,
    patient_id: UUID,
    *,
    note: NoteForm | None = None,
    retest: RetestForm | None = None,
) -> HttpResponse:
    at = timezone.now()
    found = _noted_panel(request, patient_id, at)
    is_wrong = bool((note and note.errors) or (retest and retest.errors))
    is_part = request.headers.get("HX-Target") == "panel"
    context = {
        "panel": panel_page(found, chart=_chart(found)),
        "person": found.patient,
        "clinic_id": found.clinic.pk,
        "entry_id": uuid4(),
        "note": note or NoteForm(initial={"entry_id": uuid4()}),
        "retest": retest or RetestForm(),
        "stands_alone": not is_part,
        "back": uuid_in(request.POST.get("back", "")),
    }
    template = "panel.html" if is_part else "panel_page.html"
    status = UNPROCESSABLE if is_wrong and not is_part else None
    return render(request, f"tracker/worklist/{template}", context, status=status)


def _noted_panel(request: ViewedRequest, patient_id: UUID, at: datetime) -> Panel:
    """Decide who is shown, note that it is read, and only then read it."""
    clinic_id = uuid_in(request.GET.get("clinic", ""))
    listed = worklist_pages.listed_patient(
        request.viewer, patient_id, at=at, clinic_id=clinic_id
    )
    noted = auditing.record(
        viewer=request.viewer,
        action=Action.READ,
        object_label="patient",
        object_id=patient_id,
        patient_id=patient_id,
        ip_address=request.META.get("REMOTE_ADDR") or None,
        at=at,
    )

    def read() -> Panel:
        today = timezone.localdate(at)
        return worklist_pages.panel_of(request.viewer, listed, at=at, today=today)

    if request.method == "POST":
        return read()  # with what was just written, in the same transaction
    return replicas.read(read, viewer=request.viewer, noted=noted)


def _chart(found: Panel) -> str:
    if not found.row.facts["shares"][0]:
        return ""
    view = replace(
        view_from(found.record, Asked()),
        unit=Unit(found.clinic.preferred_unit),
    )
    chart = charting.trend(found.record, view)
    with measuring.rendering("svg"):
        svg = trend_svg(chart, inline=True, width=NARROW)
    # The chart's own writer escapes every word that goes into it.
    return mark_safe(svg)  # noqa: S308  # nosec


@login_required
@require_POST
def note(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Keep a note for the patient, or among clinicians."""
    at = timezone.now()
    clinic, patient, _row = _listed(request, patient_id, at)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _panel_page(request, patient_id, note=form)
    reviewing.write_note(
        patient=patient,
        clinic=clinic,
        text=form.cleaned_data["text"],
        is_for_patient=form.cleaned_data["audience"] == "patient",
        entry_id=form.cleaned_data["entry_id"],
        by=request.viewer,
        at=at,
    )
    messages.success(request, _("The note is kept, with your name and the date."))
    return _to_panel(request, patient_id)


@login_required
@require_POST
def retest(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Ask for the next test, or take that back."""
    at = timezone.now()
    clinic, patient, row = _listed(request, patient_id, at)
    if not row.facts["shares"][0]:
        message = _("Only a clinician who can see the results asks for a test.")
        raise NotAllowed(message)
    if "end" in request.POST:
        retesting.end(patient=patient, clinic=clinic, by=request.viewer, at=at)
        messages.success(request, _("No next test is asked for any more."))
        return _to_panel(request, patient_id)
    form = RetestForm(request.POST)
    if form.is_valid():
        try:
            retesting.plan(
                patient=patient,
                clinic=clinic,
                due_on=form.cleaned_data["due_on"],
                every_months=form.cleaned_data["every_months"],
                by=request.viewer,
                at=at,
            )
        except RetestRefused as error:
            form.add_error(None, refusal(error))
    if form.errors:
        return _panel_page(request, patient_id, retest=form)
    messages.success(request, _("The next test is asked for; the patient sees it."))
    return _to_panel(request, patient_id)


@login_required
@require_POST
def tag(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Tag a patient with a word of the clinic's own, or take it off."""
    at = timezone.now()
    clinic, patient, _row = _listed(request, patient_id, at)
    form = NameForm(request.POST)
    if form.is_valid():
        tagging.tag(
            patient=patient,
            clinic=clinic,
            word=form.cleaned_data["name"][: tagging.LONGEST_TAG],
            is_on="remove" not in request.POST,
            by=request.viewer,
            at=at,
        )
    else:
        messages.error(request, _("Type a name first."))
    return _to_panel(request, patient_id)


def _to_panel(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    if request.headers.get("HX-Target") == "panel":
        return _panel_page(request, patient_id)
    if uuid_in(request.POST.get("back", "")) == patient_id:
        return HttpResponseRedirect(f"{_page_of(patient_id)}#clinic-notes")
    clinic = uuid_in(request.GET.get("clinic", ""))
    query = f"?clinic={clinic}" if clinic else ""
    return HttpResponseRedirect(
        f"{reverse('worklist_panel', args=[patient_id])}{query}"
    )


# Saved views --------------------------------------------------------------------------


@login_required
@require_POST
def save_view(request: ViewedRequest) -> HttpResponse:
    """Keep the filters and the order under a name, or let a kept one go."""
    worklist_pages.clinics_or_refuse(request.viewer)
    view_id = uuid_in(request.POST.get("remove", ""))
    if view_id is not None:
        tagging.forget_view(view_id, by=request.viewer)
        return _back(request)
    form = NameForm(request.POST)
    if form.is_valid():
        kept = ListViewForm(QueryDict(request.POST.get("view", ""))).view()
        tagging.keep_view(
            name=form.cleaned_data["name"],
            query=urlencode(chosen_of(replace(kept, after=None))),
            by=request.viewer,
        )
    else:
        messages.error(request, _("Type a name for this view first."))
    return _back(request)
