"""The patient's own list of questions for a visit."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import NotAllowed, can_share
from accounts.queries import patient_for
from accounts.services.requests import ViewedRequest
from labs import queries
from labs.domain.visit_questions import QuestionRefused
from labs.forms.visit_questions import QuestionForm
from labs.presenters.people import person_words
from labs.services import asking

if TYPE_CHECKING:
    from accounts.models import Patient
    from labs.models import VisitQuestion

form_methods = require_http_methods(["GET", "HEAD", "POST"])
UNPROCESSABLE = 422


@login_required
@form_methods
def page(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Show the list, and take one more question."""
    at = timezone.now()
    patient = _own_record(request, patient_id, at)
    form = QuestionForm(request.POST or None, initial={"entry_id": uuid4()})

    def save() -> None:
        asking.add(
            patient=patient,
            words=form.cleaned_data["words"],
            by=request.viewer,
            at=at,
            entry_id=form.cleaned_data["entry_id"] or uuid4(),
        )

    if form.is_valid() and _is_saved(form, save):
        messages.success(request, _("The question is on your list."))
        return redirect("visit_questions", patient_id)
    context = {
        "form": form,
        "person": person_words(patient),
        "questions": queries.visit_questions_of(patient, viewer=request.viewer, at=at),
    }
    status = UNPROCESSABLE if form.errors else None
    return render(request, "labs/visit_questions.html", context, status=status)


@login_required
@form_methods
def change(request: ViewedRequest, patient_id: UUID, question_id: UUID) -> HttpResponse:
    """Write a question anew."""
    at = timezone.now()
    patient = _own_record(request, patient_id, at)
    row = _question_or_404(request, patient, question_id, at)
    first = {"words": row.words, "seen": row.changed_at.isoformat()}
    form = QuestionForm(request.POST or None, initial=first)

    def save() -> None:
        asking.reword(
            question=row,
            words=form.cleaned_data["words"],
            seen=_moment(form.cleaned_data["seen"]) or row.changed_at,
            by=request.viewer,
            at=at,
        )

    if form.is_valid() and _is_saved(form, save):
        messages.success(request, _("The question is changed."))
        return redirect("visit_questions", patient_id)
    context = {"form": form, "person": person_words(patient)}
    status = UNPROCESSABLE if form.errors else None
    return render(request, "labs/visit_question.html", context, status=status)


@login_required
@require_POST
def remove(request: ViewedRequest, patient_id: UUID, question_id: UUID) -> HttpResponse:
    """Take a question off the list."""
    at = timezone.now()
    patient = _own_record(request, patient_id, at)
    row = _question_or_404(request, patient, question_id, at)
    asking.remove(question=row, by=request.viewer, at=at)
    messages.success(request, _("The question is off your list."))
    return redirect("visit_questions", patient_id)


def _own_record(request: ViewedRequest, patient_id: UUID, at: datetime) -> "Patient":
    patient = patient_for(request.viewer, patient_id, at=at)
    if not can_share(request.viewer, patient):
        message = _("Only the patient keeps a list of questions here.")
        raise NotAllowed(message)
    return patient


def _question_or_404(
    request: ViewedRequest, patient: "Patient", question_id: UUID, at: datetime
) -> "VisitQuestion":
    rows = queries.visit_questions_of(patient, viewer=request.viewer, at=at)
    row = rows.filter(pk=question_id).first()
    if row is None:
        raise Http404
    return row


def _moment(text: str) -> datetime | None:
    """Return the moment that a form carries back; None for what is none."""
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def _is_saved(form: QuestionForm, save: Callable[[], None]) -> bool:
    try:
        save()
    except QuestionRefused as error:
        form.refuse(error)
        return False
    return True
