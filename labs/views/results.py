"""Correcting, withdrawing and taking back a result, and the echo of its unit."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.domain.scopes import Scope
from accounts.queries import patient_for
from accounts.services import auditing
from accounts.services.requests import ViewedRequest
from labs import queries
from labs.domain import plausibility
from labs.domain.measurements import ResultStatus
from labs.domain.quantities import HYDROXYVITAMIN_D, Measurand
from labs.forms.fields import Choices
from labs.forms.reports import echo_form
from labs.forms.results import (
    MEASURED_CHOICES,
    CorrectionForm,
    ReasonForm,
    ResultForm,
    sent_again,
)
from labs.policies import can_record
from labs.presenters.people import person_words
from labs.presenters.results import (
    EntryWords,
    as_typed,
    entry_words,
    other_tests,
    version_words,
)
from labs.presenters.words import in_unit, measurand_words, spoken
from labs.services import answering, judging, recording
from labs.services.laboratories import laboratories_of
from labs.services.recording import ReportEntry, VersionConflict
from labs.views.review import Review, review

if TYPE_CHECKING:
    from accounts.models import Patient
    from labs.models import LabResult


class CheckWords(NamedTuple):
    """An entry as it is read back, with the questions about it."""

    entered: EntryWords
    echo: str
    questions: forms.Form


form_methods = require_http_methods(["GET", "HEAD", "POST"])

UNPROCESSABLE = 422
CONFLICT = 409


def _is_complete(
    request: ViewedRequest, patient: "Patient", form: ResultForm, at: datetime
) -> bool:
    """Say whether there is something to review; "back" leads to the form again."""
    if "back" in request.POST or not form.is_valid():
        return False
    day = form.cleaned_data["collected_on"]
    if can_record(request.viewer, patient, day, at=at):
        return True
    message = _("The patient shares results with you from a later date on.")
    form.add_error("collected_on", message)
    return False


def _reviewed(
    request: ViewedRequest,
    patient: "Patient",
    form: ResultForm,
    at: datetime,
    *,
    leaving_out: "LabResult",
) -> Review:
    """Ask about a correction; what it corrects is no double of it."""
    rows = queries.results_of(patient, viewer=request.viewer, at=at).shown()
    rows = rows.exclude(chain=leaving_out.chain)
    return review(
        form.entry(),
        judging.history_of(rows),
        request.POST,
        today=plausibility.latest_day(at),
        born_on=patient.born_on,
        aliases=laboratories_of(patient).aliases,
    )


def _form_page(
    request: ViewedRequest,
    patient: "Patient",
    form: ResultForm,
    *,
    result: "LabResult",
    at: datetime,
) -> HttpResponse:
    note_result_shown(request, patient, result, at)
    context = {
        "form": form,
        "person": person_words(patient),
        "seen": version_words(result),
    }
    status = UNPROCESSABLE if form.errors else None
    return render(request, "labs/result_correct.html", context, status=status)


def _review_page(
    request: ViewedRequest,
    patient: "Patient",
    form: ResultForm,
    checked: Review,
    *,
    result: "LabResult",
    at: datetime,
) -> HttpResponse:
    note_result_shown(request, patient, result, at)
    context = {
        "form": form,
        "checks": checked_words([checked]),
        "person": person_words(patient),
        "seen": version_words(result),
    }
    status = UNPROCESSABLE if checked.form.errors else None
    return render(request, "labs/result_review.html", context, status=status)


def checked_words(found: Sequence[Review]) -> list[CheckWords]:
    """Return each entry read back, with the questions about it."""
    return [CheckWords(entry_words(each.entry), each.echo, each.form) for each in found]


@login_required
@require_POST
def echo(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """
    Read back what is being typed; an empty line where nothing can be said yet.

    25-hydroxyvitamin D is said in its other unit too; another test has none, and is
    read back by its name, as the number was understood.
    """
    patient_for(request.viewer, patient_id, at=timezone.now(), scope=Scope.RESULTS)
    form = echo_form(request.POST)
    if not form.is_valid():
        return render(request, "labs/result_echo.html")
    measurement = form.measurement()
    said = plausibility.unit_echo(measurement)
    context = {
        "words": spoken(said) if said else "",
        "test": measurand_words(measurement.measurand),
        "value": in_unit(measurement, measurement.unit),
    }
    return render(request, "labs/result_echo.html", context)


# Correcting ---------------------------------------------------------------------------


@login_required
@form_methods
def correct(request: ViewedRequest, patient_id: UUID, result_id: UUID) -> HttpResponse:
    """Add a corrected version; refused with both shown where another came first."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.RESULTS)
    result = result_or_404(request, patient, result_id, at)
    recording.check_holds_in_sight(result)
    if _is_withdrawn(request, result):
        return _withdrawn_already(request, result)
    form = CorrectionForm(
        request.POST or None,
        today=plausibility.latest_day(at),
        tests=_tests_like(Measurand(result.measurand)),
        initial=as_typed(result),
    )
    if not _is_complete(request, patient, form, at):
        return _form_page(request, patient, form, result=result, at=at)
    checked = _reviewed(request, patient, form, at, leaving_out=result)
    if not checked.is_confirmed or checked.is_dropped:
        return _review_page(request, patient, form, checked, result=result, at=at)
    if checked.is_to_be_changed:
        return _form_page(request, patient, form, result=result, at=at)
    entry = answering.carried_over(
        result,
        checked.answered_entry(),
        queries.versions_of(result),
    )
    if recording.says_the_same(result, entry):
        sentence = _("Nothing differs from what is stored. Change what is wrong first.")
        form.add_error(None, sentence)
        return _form_page(request, patient, form, result=result, at=at)
    kept = ReportEntry(result.chain, entry, checked.answers)
    return _store_correction(request, patient, result, form, kept=kept, at=at)


def _is_withdrawn(request: ViewedRequest, result: "LabResult") -> bool:
    """
    Say whether there is nothing left to correct or to withdraw.

    A form about an earlier version that was being sent meanwhile is answered with what
    is stored beside it, so that nothing typed is lost.
    """
    newest = result if request.method == "POST" else queries.versions_of(result)[0]
    return ResultStatus(newest.status) in judging.WITHDRAWN


def _withdrawn_already(request: ViewedRequest, result: "LabResult") -> HttpResponse:
    sentence = _(
        "This result was withdrawn, and stays so. Enter it anew if it is right."
    )
    messages.info(request, sentence)
    newest = queries.versions_of(result)[0]
    return redirect("result", result.patient_id, newest.pk)


def _tests_like(measurand: Measurand) -> Choices:
    return MEASURED_CHOICES if measurand in HYDROXYVITAMIN_D else other_tests()


def _store_correction(
    request: ViewedRequest,
    patient: "Patient",
    result: "LabResult",
    form: CorrectionForm,
    *,
    kept: ReportEntry,
    at: datetime,
) -> HttpResponse:
    reason, entry = form.cleaned_data["reason"], kept.entry
    try:
        version = recording.correct(
            result=result,
            entry=entry,
            answers=kept.answers,
            reason=reason,
            by=request.viewer,
            at=at,
        )
    except VersionConflict as conflict:
        newest = conflict.newest
        is_same = recording.says_the_same(newest, entry)
        if is_same and is_written_so(request, newest, reason):
            return redirect("result", patient.pk, newest.pk)
        fields = sent_again(entry) | {"reason": reason}
        return conflict_page(request, patient, newest, fields=fields, entry=entry)
    messages.success(request, _("The correction is saved. The earlier version stays."))
    if version.held_because and entry.held_because not in answering.OWN_DOUBTS:
        messages.info(request, _("It stays kept for review until it is confirmed."))
    return redirect("result", patient.pk, version.pk)


def is_written_so(request: ViewedRequest, newest: "LabResult", reason: str) -> bool:
    """Say whether this very person wrote the newer version, for this very reason."""
    by_same = newest.entered_by_id == request.viewer.id
    return by_same and newest.version_reason == reason


def conflict_page(
    request: ViewedRequest,
    patient: "Patient",
    newest: "LabResult",
    *,
    fields: Mapping[str, str] | None = None,
    entry: recording.Entry | None = None,
    report: Sequence[forms.Form] = (),
) -> HttpResponse:
    """
    Show what is stored beside what was sent, which stays at hand in a form.

    `fields` are a correction's own; `report` is the whole form that was saved before.
    """
    note_result_shown(request, patient, newest, timezone.now())
    context = {
        "person": person_words(patient),
        "newest": version_words(newest),
        "yours": entry_words(entry) if entry else None,
        "fields": fields,
        "report": report,
    }
    return render(request, "labs/result_conflict.html", context, status=CONFLICT)


# Withdrawing --------------------------------------------------------------------------


@login_required
@form_methods
def void(request: ViewedRequest, patient_id: UUID, result_id: UUID) -> HttpResponse:
    """Mark a result as entered in error; it stays readable in the history."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.RESULTS)
    result = result_or_404(request, patient, result_id, at)
    recording.check_holds_in_sight(result)
    if _is_withdrawn(request, result):
        return _withdrawn_already(request, result)
    form = ReasonForm(request.POST or None)
    if not form.is_valid():
        note_result_shown(request, patient, result, at)
        context = {
            "form": form,
            "person": person_words(patient),
            "seen": version_words(result),
        }
        status = UNPROCESSABLE if form.errors else None
        return render(request, "labs/result_void.html", context, status=status)
    reason = form.cleaned_data["reason"]
    try:
        version = recording.mark_entered_in_error(
            result=result, reason=reason, by=request.viewer, at=at
        )
    except VersionConflict as conflict:
        newest = conflict.newest
        is_same = newest.status == ResultStatus.ENTERED_IN_ERROR
        if is_same and is_written_so(request, newest, reason):
            return redirect("result", patient.pk, newest.pk)
        return conflict_page(request, patient, newest)
    messages.success(request, _("The result is marked as entered in error."))
    return redirect("result", patient.pk, version.pk)


@login_required
@require_POST
def undo(request: ViewedRequest, patient_id: UUID, result_id: UUID) -> HttpResponse:
    """Take back one's own last entry; a second time finds nothing to take back."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.RESULTS)
    result = result_or_404(request, patient, result_id, at)
    entry = queries.own_last_entry(request.viewer, patient, at=at)
    newest = queries.versions_of(result)[0]
    if result.pk not in {row.pk for row in entry}:
        messages.info(request, _("Only your own last entry can be undone."))
        return redirect("result", patient.pk, newest.pk)
    try:
        recording.undo(results=entry, by=request.viewer, at=at)
    except VersionConflict as conflict:
        return conflict_page(request, patient, conflict.newest)
    messages.success(request, _("Your entry is undone. It stays in the history."))
    return redirect("result", patient.pk, queries.versions_of(result)[0].pk)


def result_or_404(
    request: ViewedRequest, patient: "Patient", result_id: UUID, at: datetime
) -> "LabResult":
    """Return the version that was asked for; absent and foreign look alike."""
    try:
        return queries.result_for(request.viewer, patient, result_id, at=at)
    except queries.ResultNotVisible as error:
        raise Http404 from error


def note_result_shown(
    request: ViewedRequest, patient: "Patient", result: "LabResult", at: datetime
) -> None:
    """Write that a page showed this version to whoever may change it."""
    auditing.look(
        viewer=request.viewer,
        object_label="result",
        object_id=result.pk,
        patient_id=patient.pk,
        at=at,
    )
