"""What the patient noted of a day: the list with its form, an end, a withdrawal."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.domain.audit import Action
from accounts.domain.scopes import Scope
from accounts.policies import reads_as_patient
from accounts.queries import patient_for
from accounts.services import auditing
from accounts.services.requests import ViewedRequest
from labs import queries
from labs.domain.events import EventRefused
from labs.domain.plausibility import latest_day
from labs.forms.events import EventEndForm, EventForm
from labs.presenters.events import event_words
from labs.presenters.people import person_words
from labs.services import noting

if TYPE_CHECKING:
    from accounts.models import Patient
    from labs.models import NotedEvent

form_methods = require_http_methods(["GET", "HEAD", "POST"])
UNPROCESSABLE = 422


@login_required
@form_methods
def page(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Show what was noted, and take one more note."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.HEALTH)
    form = EventForm(request.POST or None, initial={"entry_id": uuid4()})
    if form.is_valid() and _is_noted(request, patient, form, at):
        messages.success(request, _("The note is saved."))
        return redirect("events", patient_id)
    if request.method != "POST":
        _audit_look(request, patient, at)
    return _page(request, patient, form, at)


def _is_noted(
    request: ViewedRequest, patient: "Patient", form: EventForm, at: datetime
) -> bool:
    try:
        noting.note(
            patient=patient,
            event=form.event(),
            today=latest_day(at),
            by=request.viewer,
            at=at,
            entry_id=form.cleaned_data["entry_id"],
        )
    except EventRefused as error:
        form.refuse(error)
        return False
    return True


def _page(
    request: ViewedRequest, patient: "Patient", form: EventForm, at: datetime
) -> HttpResponse:
    viewer = request.viewer
    is_own = reads_as_patient(viewer, patient)
    rows = queries.events_of(patient, viewer=viewer, at=at)
    words = [
        event_words(
            row,
            for_patient=is_own,
            can_change=noting.can_change(row, viewer, patient),
        )
        for row in rows
    ]
    context = {
        "form": form,
        "person": person_words(patient),
        "is_own": is_own,
        "events": [each for each in words if not each.is_withdrawn],
        "withdrawn": [each for each in words if each.is_withdrawn],
    }
    status = UNPROCESSABLE if form.errors else None
    return render(request, "labs/events.html", context, status=status)


def _audit_look(request: ViewedRequest, patient: "Patient", at: datetime) -> None:
    auditing.record(
        viewer=request.viewer,
        action=Action.READ,
        object_label="noted event",
        patient_id=patient.pk,
        ip_address=request.META.get("REMOTE_ADDR") or None,
        at=at,
    )


@login_required
@form_methods
def end(request: ViewedRequest, patient_id: UUID, event_id: UUID) -> HttpResponse:
    """Write the last day of what was noted."""
    at = timezone.now()
    patient, row = _patient_and_event(request, patient_id, event_id, at)
    form = EventEndForm(request.POST or None, initial={"ends_on": row.ends_on})
    if form.is_valid() and _is_ended(request, row, form, at):
        messages.success(request, _("The last day is saved."))
        return redirect("events", patient_id)
    _audit_look(request, patient, at)
    context = {
        "form": form,
        "event": event_words(
            row, for_patient=reads_as_patient(request.viewer, patient)
        ),
        "person": person_words(patient),
    }
    status = UNPROCESSABLE if form.errors else None
    return render(request, "labs/event_end.html", context, status=status)


def _is_ended(
    request: ViewedRequest, row: "NotedEvent", form: EventEndForm, at: datetime
) -> bool:
    try:
        noting.end(
            event=row,
            ends_on=form.cleaned_data["ends_on"],
            today=latest_day(at),
            by=request.viewer,
            at=at,
        )
    except EventRefused as error:
        form.refuse(error)
        return False
    return True


@login_required
@require_POST
def withdraw(request: ViewedRequest, patient_id: UUID, event_id: UUID) -> HttpResponse:
    """Take a note back."""
    at = timezone.now()
    _patient, row = _patient_and_event(request, patient_id, event_id, at)
    noting.withdraw(event=row, by=request.viewer, at=at)
    messages.success(
        request, _("The note is withdrawn. It is in no chart and no report any more.")
    )
    return redirect("events", patient_id)


def _patient_and_event(
    request: ViewedRequest, patient_id: UUID, event_id: UUID, at: datetime
) -> "tuple[Patient, NotedEvent]":
    """Return a note that the viewer may change; any other one is not there."""
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.HEALTH)
    rows = queries.events_of(patient, viewer=request.viewer, at=at)
    row = rows.filter(pk=event_id).first()
    if row is None or not noting.can_change(row, request.viewer, patient):
        raise Http404
    return patient, row
