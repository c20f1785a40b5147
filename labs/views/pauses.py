"""Pausing a product, taking it up again, and changing its amount."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.domain.scopes import Scope
from accounts.policies import reads_as_patient
from accounts.queries import patient_for
from accounts.services.requests import ViewedRequest
from labs.domain.amount_questions import amount_questions
from labs.domain.pauses import PauseRefused
from labs.domain.period_questions import questions_about_day
from labs.domain.plausibility import latest_day
from labs.forms.pauses import ChangeForm, PauseForm, RefusableForm, ResumeForm
from labs.forms.results import AnswersForm
from labs.presenters.people import person_words
from labs.presenters.precautions import precaution_words
from labs.presenters.sent_again import SaidWords, change_said, pause_said
from labs.presenters.slips import CHANGE
from labs.presenters.supplements import period_words
from labs.services import cautioning, judging, pausing
from labs.services.sending import SentAgain
from labs.views.periods import note_period_shown, period_or_404
from labs.views.sent_again import posted_anew, sent_again_page
from labs.views.slips import asked_about_slips

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import Patient
    from labs.models import SupplementPeriod

form_methods = require_http_methods(["GET", "HEAD", "POST"])
UNPROCESSABLE = 422


@login_required
@form_methods
def pause(request: ViewedRequest, patient_id: UUID, period_id: UUID) -> HttpResponse:
    """Write that a product is not taken from a day on."""
    at = timezone.now()
    patient, row = _patient_and_period(request, patient_id, period_id, at)
    form = PauseForm(request.POST or None, initial=_first_values(at))

    def save() -> None:
        pausing.pause(
            period=row,
            starts_on=form.cleaned_data["starts_on"],
            reason=form.cleaned_data["reason"],
            by=request.viewer,
            at=at,
            entry_id=form.cleaned_data["entry_id"],
        )

    try:
        if form.is_valid() and _is_saved(form, save):
            messages.success(request, _("The pause is saved."))
            return redirect("patient", patient_id)
    except SentAgain as conflict:
        kept, data = conflict.stored, form.cleaned_data
        stored = pause_said(kept.starts_on, kept.reason)
        sent = pause_said(data["starts_on"], data["reason"])
        anew = PauseForm(posted_anew(request))
        return _sent_again(request, patient, anew, stored=stored, sent=sent)
    return _form_page(request, "labs/supplement_pause.html", patient, row, form, at=at)


@login_required
@form_methods
def resume(request: ViewedRequest, patient_id: UUID, period_id: UUID) -> HttpResponse:
    """Write the first day on which a product was taken again."""
    at = timezone.now()
    patient, row = _patient_and_period(request, patient_id, period_id, at)
    today = timezone.localdate(at)
    form = ResumeForm(request.POST or None, initial={"taken_again_on": today})

    def save() -> None:
        pausing.resume(
            period=row,
            taken_again_on=form.cleaned_data["taken_again_on"],
            by=request.viewer,
            at=at,
        )

    if form.is_valid() and _is_saved(form, save):
        messages.success(request, _("The end of the pause is saved."))
        return redirect("patient", patient_id)
    return _form_page(request, "labs/supplement_resume.html", patient, row, form, at=at)


@login_required
@form_methods
def change(request: ViewedRequest, patient_id: UUID, period_id: UUID) -> HttpResponse:
    """Record another amount or schedule from a day on, as a period of its own."""
    at = timezone.now()
    patient, row = _patient_and_period(request, patient_id, period_id, at)
    form = ChangeForm(request.POST or None, initial=_first_values(at))
    asked = _asked(request, row, form, at) if form.is_valid() else None
    is_answered = asked is not None and (not asked.fields or asked.is_valid())
    answers = asked.cleaned_data if asked is not None and asked.is_valid() else {}
    if CHANGE in answers.values():
        asked, is_answered = None, False  # back to the form, as it was typed

    def save() -> None:
        pausing.change_amount(
            period=row,
            change=form.change(),
            answers=answers,
            by=request.viewer,
            at=at,
            entry_id=form.cleaned_data["entry_id"],
        )

    try:
        if is_answered and _is_saved(form, save):
            messages.success(request, _("The change is saved as a new period."))
            return redirect("patient", patient_id)
    except SentAgain as conflict:
        stored = change_said(pausing.change_of(conflict.stored))
        sent = change_said(form.change())
        anew = ChangeForm(posted_anew(request))
        return _sent_again(request, patient, anew, stored=stored, sent=sent)
    template = "labs/supplement_change.html"
    return _form_page(request, template, patient, row, form, at=at, asked=asked)


def _asked(
    request: ViewedRequest, row: "SupplementPeriod", form: ChangeForm, at: datetime
) -> AnswersForm:
    """Return what looks like a slip in the new schedule, or its first day."""
    product, change = judging.product_of(row.product), form.change()
    slips = amount_questions(product, change.schedule, change.servings)
    return asked_about_slips(
        request, slips, questions_about_day(change.starts_on, today=latest_day(at))
    )


def _sent_again(
    request: ViewedRequest,
    patient: "Patient",
    anew: RefusableForm,
    *,
    stored: "Sequence[SaidWords]",
    sent: "Sequence[SaidWords]",
) -> HttpResponse:
    addresses = {"action": request.path, "keep": reverse("patient", args=[patient.pk])}
    return sent_again_page(
        request, patient, anew, stored=stored, sent=sent, addresses=addresses
    )


def _patient_and_period(
    request: ViewedRequest, patient_id: UUID, period_id: UUID, at: datetime
) -> "tuple[Patient, SupplementPeriod]":
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.SUPPLEMENTS)
    return patient, period_or_404(request, patient, period_id, at)


def _first_values(at: datetime) -> dict[str, object]:
    return {"entry_id": uuid4(), "starts_on": timezone.localdate(at)}


def _is_saved(form: RefusableForm, save: Callable[[], None]) -> bool:
    """Save, or put the refusal of the rules beside the day."""
    try:
        save()
    except PauseRefused as error:
        form.refuse(error)
        return False
    return True


def _form_page(
    request: ViewedRequest,
    template: str,
    patient: "Patient",
    row: "SupplementPeriod",
    form: RefusableForm,
    *,
    at: datetime,
    asked: AnswersForm | None = None,
) -> HttpResponse:
    """Show the form with what to be careful about before anything is changed."""
    note_period_shown(request, patient, row, at)
    today = timezone.localdate(at)
    period = judging.period_of(row)
    shared = cautioning.shared_with(request.viewer, patient, at=at, today=today)
    report = cautioning.report_for(shared, today=today, born_on=patient.born_on)
    context = {
        "form": form,
        "asked": asked,
        "period": period_words(row, period, today=today),
        "person": person_words(patient),
        "precautions": precaution_words(
            report,
            for_patient=reads_as_patient(request.viewer, patient),
            about=period.product,
        ),
    }
    is_refused = form.errors or (asked is not None and asked.errors)
    status = UNPROCESSABLE if is_refused else None
    return render(request, template, context, status=status)
