"""The log of intakes: one tap for today, an entry for another day, and the sums."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.domain.audit import Action
from accounts.domain.scopes import Scope
from accounts.policies import reads_as_patient
from accounts.queries import patient_for
from accounts.services import auditing
from accounts.services.requests import ViewedRequest
from labs import queries
from labs.domain.intakes import EXPOSURE_DAYS, Outcome, summarise
from labs.domain.logbook import LogRefused
from labs.domain.plausibility import latest_day
from labs.domain.schedules import Span
from labs.forms.intakes import EntryForm, LateEntryForm, LogForm
from labs.presenters.intakes import SumWords, entry_words, sum_words, today_words
from labs.presenters.people import person_words
from labs.presenters.sent_again import intake_said, intakes_said
from labs.presenters.supplements import period_words
from labs.presenters.words import spoken
from labs.services import judging, logbook
from labs.services.logbook import LogEntry
from labs.services.sending import SentAgain
from labs.views.periods import period_or_404
from labs.views.sent_again import posted_anew, sent_again_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import Patient
    from labs.models import Intake, SupplementPeriod

UNPROCESSABLE = 422
FOUR_WEEKS = 28
WINDOWS = (FOUR_WEEKS, EXPOSURE_DAYS)


@login_required
@require_safe
def page(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Show the log by product, and what it adds up to."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.SUPPLEMENTS)
    auditing.record(
        viewer=request.viewer,
        action=Action.READ,
        object_label="intake",
        patient_id=patient.pk,
        ip_address=request.META.get("REMOTE_ADDR") or None,
        at=at,
    )
    today = timezone.localdate(at)
    periods = list(queries.periods_of(patient, viewer=request.viewer, at=at))
    since = today - timedelta(days=EXPOSURE_DAYS - 1)
    intakes = list(
        queries.intakes_of(patient, viewer=request.viewer, at=at, since=since)
    )
    context = {
        "person": person_words(patient),
        "is_own": reads_as_patient(request.viewer, patient),
        "periods": [
            _period_context(request, patient, row, intakes, today)
            for row in periods
            if _is_of_interest(row, intakes, today)
        ],
        "entries": entry_words(intakes, periods, patient, viewer=request.viewer),
        "sums": _sums(request, patient, periods, intakes, today),
    }
    return render(request, "labs/intakes.html", context)


def _is_of_interest(
    row: "SupplementPeriod", intakes: "Sequence[Intake]", today: date
) -> bool:
    is_current = judging.period_of(row).is_in_force(today)
    return is_current or any(each.period_id == row.pk for each in intakes)


def _period_context(
    request: ViewedRequest,
    patient: "Patient",
    row: "SupplementPeriod",
    intakes: "Sequence[Intake]",
    today: date,
) -> dict[str, object]:
    period = judging.period_of(row)
    mine = [each for each in intakes if each.period_id == row.pk]
    viewer = request.viewer
    is_current = period.is_in_force(today)
    words = today_words(
        row,
        period,
        mine,
        patient,
        viewer=viewer,
        for_patient=reads_as_patient(viewer, patient),
        today=today,
    )
    return {
        "period": period_words(row, period, today=today),
        "log": words if is_current else None,
        "form": _late_form(row, today),
    }


def _late_form(row: "SupplementPeriod", today: date) -> LateEntryForm:
    """Return an empty form whose controls have names of their own on the page."""
    return LateEntryForm(
        today=today, initial={"entry_id": uuid4()}, auto_id=f"id_{row.pk}_%s"
    )


def _sums(
    request: ViewedRequest,
    patient: "Patient",
    periods: "Sequence[SupplementPeriod]",
    intakes: "Sequence[Intake]",
    today: date,
) -> list[SumWords]:
    records = logbook.logged_periods(periods, intakes)
    plans = queries.plans_of(patient, viewer=request.viewer, at=timezone.now())
    has_plan = logbook.has_recorded_plan(periods, plans, patient)
    spans = [Span(today - timedelta(days=days - 1), today) for days in WINDOWS]
    return [
        sum_words(
            summarise(records, span),
            records,
            born_on=patient.born_on,
            has_recorded_plan=has_plan,
            for_patient=reads_as_patient(request.viewer, patient),
        )
        for span in spans
    ]


# Logging ------------------------------------------------------------------------------


@login_required
@require_POST
def log(request: ViewedRequest, patient_id: UUID, period_id: UUID) -> HttpResponse:
    """Log one intake, of today or of the day that was chosen."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.SUPPLEMENTS)
    row = period_or_404(request, patient, period_id, at)
    today = timezone.localdate(at)
    is_late = "day" in request.POST
    form = (
        LateEntryForm(request.POST, today=latest_day(at))
        if is_late
        else LogForm(request.POST, today=today)
    )
    if not form.is_valid():
        return _late_page(request, patient, row, form)
    try:
        logbook.log(
            period=row,
            outcome=Outcome(form.cleaned_data["outcome"]),
            day=form.day_logged(),
            today=latest_day(at),
            entry=_entry(request, form.cleaned_data["entry_id"], at),
        )
    except SentAgain as conflict:
        return _sent_again(request, patient, form, conflict)
    except LogRefused as error:
        messages.error(request, spoken(error.sentence))
    else:
        messages.success(request, _("Logged."))
    return _back(request, patient_id)


def _sent_again(
    request: ViewedRequest,
    patient: "Patient",
    form: LogForm,
    conflict: SentAgain["Sequence[Intake]"],
) -> HttpResponse:
    """Show what this tap stored beside what came now, which can be logged as well."""
    day, outcome = form.day_logged(), Outcome(form.cleaned_data["outcome"])
    anew = LateEntryForm(posted_anew(request, day=day.isoformat()), today=form.today)
    addresses = {"action": request.path, "keep": reverse("intakes", args=[patient.pk])}
    return sent_again_page(
        request,
        patient,
        anew,
        stored=intakes_said(conflict.stored),
        sent=intake_said(day, outcome),
        addresses=addresses,
    )


def _late_page(
    request: ViewedRequest,
    patient: "Patient",
    row: "SupplementPeriod",
    form: LogForm,
) -> HttpResponse:
    period = judging.period_of(row)
    context = {
        "form": form,
        "period": period_words(row, period, today=form.today),
        "person": person_words(patient),
    }
    return render(request, "labs/intake_form.html", context, status=UNPROCESSABLE)


@login_required
@require_POST
def log_week(request: ViewedRequest, patient_id: UUID, period_id: UUID) -> HttpResponse:
    """Log as taken whatever of the last week is not logged yet."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.SUPPLEMENTS)
    row = period_or_404(request, patient, period_id, at)
    form = EntryForm(request.POST)
    if not form.is_valid():
        return _back(request, patient_id)
    try:
        logbook.log_week(
            period=row,
            today=timezone.localdate(at),
            entry=_entry(request, form.cleaned_data["entry_id"], at),
        )
    except LogRefused as error:
        messages.error(request, spoken(error.sentence))
    else:
        messages.success(request, _("The week is logged as taken every day."))
    return _back(request, patient_id)


@login_required
@require_POST
def undo(request: ViewedRequest, patient_id: UUID, intake_id: UUID) -> HttpResponse:
    """Undo one logged intake, or everything that the same tap logged."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.SUPPLEMENTS)
    since = timezone.localdate(at) - timedelta(days=EXPOSURE_DAYS - 1)
    intakes = queries.intakes_of(patient, viewer=request.viewer, at=at, since=since)
    row = intakes.filter(pk=intake_id).first()
    if row is None or not logbook.can_undo(row, request.viewer, patient):
        raise Http404
    of_one_tap = intakes.filter(entry_id=row.entry_id, period_id=row.period_id)
    undone = list(of_one_tap) if "whole_entry" in request.POST else [row]
    logbook.undo(intakes=undone, by=request.viewer, at=at)
    messages.success(request, _("Undone. It counts no more."))
    return _back(request, patient_id)


def _entry(request: ViewedRequest, entry_id: UUID, at: datetime) -> LogEntry:
    return LogEntry(by=request.viewer, at=at, entry_id=entry_id)


def _back(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Return to the page on which the tap was."""
    is_on_record = request.POST.get("back") == "record"
    return redirect("patient" if is_on_record else "intakes", patient_id)
