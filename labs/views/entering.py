"""Entering the results of one report: the form, the reading back, the keeping."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.domain.scopes import Scope
from accounts.queries import patient_for
from accounts.services import auditing
from accounts.services.requests import ViewedRequest
from labs import queries
from labs.domain.plausibility import latest_day
from labs.forms.reports import ROWS, Remembered, ReportForm
from labs.forms.results import sent_again
from labs.policies import can_record
from labs.presenters.people import person_words
from labs.presenters.words import measurand_words
from labs.services import judging, recording
from labs.services.laboratories import laboratories_of
from labs.services.recording import ReportEntry, VersionConflict
from labs.views.results import (
    UNPROCESSABLE,
    checked_words,
    conflict_page,
    form_methods,
)
from labs.views.review import Review, review

if TYPE_CHECKING:
    from accounts.models import Patient
    from labs.models import LabResult

Checked = list[tuple[UUID, Review]]


@login_required
@form_methods
def add(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Enter what one report says; nothing is kept before it was read back."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.RESULTS)
    report = _report_form(request, patient, at)
    if not _is_complete(request, patient, report, at):
        return _form_page(request, patient, report)
    checked = _reviewed(request, patient, report, at)
    if not all(each.is_confirmed for _id, each in checked):
        return _review_page(request, patient, report, checked)
    if any(each.is_to_be_changed for _id, each in checked):
        return _form_page(request, patient, report)
    kept = [(entry_id, each) for entry_id, each in checked if not each.is_dropped]
    if not kept:
        messages.info(request, _("Nothing was added: the result is here already."))
        return redirect("patient", patient_id)
    return _store(request, patient, report, kept, at=at)


def _report_form(
    request: ViewedRequest, patient: "Patient", at: datetime
) -> ReportForm:
    last = queries.last_typed_by(request.viewer, patient, at=at)
    return ReportForm(
        request.POST if request.method == "POST" else None,
        today=latest_day(at),
        entry_id=uuid4(),
        names=[(each, measurand_words(each)) for each in ROWS],
        remembered=Remembered(*judging.remembered_of(last)),
    )


def _is_complete(
    request: ViewedRequest, patient: "Patient", report: ReportForm, at: datetime
) -> bool:
    """Say whether there is something to review; "back" leads to the form again."""
    if request.method != "POST":
        return False
    if not report.is_valid() or "back" in request.POST:
        return False
    day = report.head.cleaned_data["collected_on"]
    if can_record(request.viewer, patient, day, at=at):
        return True
    message = _("The patient shares results with you from a later date on.")
    report.head.add_error("collected_on", message)
    return False


def _reviewed(
    request: ViewedRequest, patient: "Patient", report: ReportForm, at: datetime
) -> Checked:
    """Ask about each result; what was stored of this form before is no double of it."""
    entries = report.entries()
    rows = queries.results_of(patient, viewer=request.viewer, at=at).shown()
    others = rows.exclude(chain__in=[entry_id for _prefix, entry_id, _entry in entries])
    history = judging.history_of(others)
    aliases = laboratories_of(patient).aliases
    return [
        (
            entry_id,
            review(
                entry,
                history,
                request.POST,
                today=latest_day(at),
                born_on=patient.born_on,
                aliases=aliases,
                prefix=prefix,
                asks_date=number == 0,
            ),
        )
        for number, (prefix, entry_id, entry) in enumerate(entries)
    ]


def _form_page(
    request: ViewedRequest, patient: "Patient", report: ReportForm
) -> HttpResponse:
    context = {
        "form": report.head,
        "report": report,
        "person": person_words(patient),
    }
    status = UNPROCESSABLE if report.has_errors else None
    return render(request, "labs/result_form.html", context, status=status)


def _review_page(
    request: ViewedRequest, patient: "Patient", report: ReportForm, checked: Checked
) -> HttpResponse:
    found = [each for _id, each in checked]
    if any(each.form.fields for each in found):
        # Questions name what is stored: a double, or one that it does not fit to.
        auditing.look(
            viewer=request.viewer,
            object_label="result",
            patient_id=patient.pk,
            at=timezone.now(),
        )
    context = {
        "form": report.head,
        "rows": report.filled,
        "checks": checked_words(found),
        "person": person_words(patient),
    }
    is_refused = any(each.form.errors for each in found)
    status = UNPROCESSABLE if is_refused else None
    return render(request, "labs/result_review.html", context, status=status)


def _store(
    request: ViewedRequest,
    patient: "Patient",
    report: ReportForm,
    kept: Checked,
    *,
    at: datetime,
) -> HttpResponse:
    entries = [
        ReportEntry(entry_id, each.answered_entry(), each.answers)
        for entry_id, each in kept
    ]
    try:
        stored = recording.record_report(
            patient=patient,
            entries=entries,
            source=judging.typed_by(request.viewer, patient),
            by=request.viewer,
            at=at,
        )
    except VersionConflict as conflict:
        return _saved_before(request, patient, report, conflict, entries)
    _say_saved(request, patient, stored)
    return redirect(f"{reverse('patient', args=[patient.pk])}#new-{stored[0].pk}")


def _saved_before(
    request: ViewedRequest,
    patient: "Patient",
    report: ReportForm,
    conflict: VersionConflict,
    entries: Sequence[ReportEntry],
) -> HttpResponse:
    """Show the row that differs from what the same form stored before."""
    newest = conflict.newest
    sent = next(each.entry for each in entries if each.entry_id == newest.chain)
    return conflict_page(
        request,
        patient,
        newest,
        fields=sent_again(sent),
        entry=sent,
        report=[report.head, *report.filled],
    )


def _say_saved(
    request: ViewedRequest, patient: "Patient", stored: "Sequence[LabResult]"
) -> None:
    words = ngettext(
        "The result is saved.", "%(n)s results are saved.", len(stored)
    ) % {"n": len(stored)}
    address = reverse("result", args=[patient.pk, stored[0].pk])
    link = _("See it, or undo the entry")
    messages.success(
        request, format_html('{} <a href="{}">{}</a>', words, address, link)
    )
