"""A file comes in: upload, questions, preview, saving, taking back."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts import queries as people
from accounts.domain.audit import Channel
from accounts.domain.scopes import Scope
from accounts.services.requests import ViewedRequest
from labs import queries
from labs.formats.csv_table import ColumnFound
from labs.formats.csv_template import write_template
from labs.formats.entries import UNITS_ASKED
from labs.formats.parsed import FileRefused
from labs.forms.uploads import ClinicUploadForm, ColumnsForm, UploadForm
from labs.presenters.people import person_words
from labs.presenters.reader_words import reader_words, why_refused
from labs.presenters.results import version_words
from labs.presenters.uploads import batch_line, batch_words, matched_words
from labs.services import telling_files, uploading
from labs.services.attaching import AttachmentRefused
from labs.services.telling_files import ToldFile
from labs.services.uploading import NotReady
from tracker.services import importing_files, job_notices

Batch = importing_files.Batch
SHOWN_BATCHES = 30
OFFERED_RESULTS = 40
PAGED = ("held", "refused", "added", "here")
_PAGE = re.compile(r"[0-9]{1,5}", re.ASCII)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Take a file for one record, and list the earlier ones."""
    at = timezone.now()
    patient = people.patient_for(request.viewer, patient_id, at=at, scope=Scope.RESULTS)
    form = UploadForm(*_sent(request))
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        batch = uploading.receive(
            data=file.read(),
            file_name=file.name,
            patient=patient,
            by=request.viewer,
            at=at,
        )
        return _looked_at(request, batch, at)
    context = {
        "form": form,
        "person": person_words(patient),
        "batches": [
            batch_line(batch)
            for batch in queries.batches_of_record(patient)[:SHOWN_BATCHES]
        ],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "tracker/import_record.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def clinic(request: ViewedRequest, clinic_id: UUID) -> HttpResponse:
    """Take a file of many people for a clinic, and list the earlier ones."""
    at = timezone.now()
    found = people.clinics_of(request.viewer).filter(pk=clinic_id).first()
    if found is None:
        raise Http404
    form = ClinicUploadForm(*_sent(request))
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        batch = uploading.receive(
            data=file.read(),
            file_name=file.name,
            clinic=found,
            create_patients=form.cleaned_data["create_patients"],
            by=request.viewer,
            at=at,
        )
        return _looked_at(request, batch, at)
    context = {
        "form": form,
        "clinic": found.name,
        "clinic_id": found.pk,
        "batches": [
            batch_line(batch) for batch in queries.imports_of(found)[:SHOWN_BATCHES]
        ],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "tracker/import_clinic.html", context, status=status)


@login_required
@require_safe
def template(request: ViewedRequest) -> HttpResponse:
    """Return the empty table to fill in."""
    del request
    return _table(write_template(), "results-template.csv")


@login_required
@require_safe
def batch(request: ViewedRequest, batch_id: UUID) -> HttpResponse:
    """Show what a file would do or did: its questions, its preview, its end."""
    at = timezone.now()
    found = _batch(request, batch_id, at)
    viewer = request.viewer
    file = telling_files.told_file(found, viewer=viewer, at=at)
    words = batch_words(found, file, _pages(request))
    told = telling_files.told_rows(found, words.listed, viewer=viewer, at=at)
    words.hide_untold(told)
    lists: list[MedicineList] = []
    if found.clinic_id is not None:
        seen = queries.seen_among(viewer, told.people, at=at)
        words.match_people(
            {one.pk: matched_words(one, found.clinic_id) for one in seen}
        )
        lists = _medicine_lists(request, found, at) if words.has_medicines else []
    telling_files.note_told(
        found,
        [*told.people, *file.people, *(one.patient_id for one in lists)],
        viewer=viewer,
        channel=Channel.PAGE,
        at=at,
    )
    columns = uploading.columns_of(found)
    has_list = found.patient_id is not None and words.has_medicines
    context = {
        "batch": words,
        "person": person_words(found.patient) if found.patient else None,
        "seen": uploading.mark_of_reading(found),
        "work": importing_files.work_on(found, viewer=viewer)
        if words.is_unread
        else None,
        "columns": ColumnsForm(_told_columns(columns, file)) if columns else None,
        "medicines": uploading.medicines_of(found) if has_list else "",
        "medicine_lists": lists,
        "beside": [version_words(one) for one in _beside(request, found, at)],
    }
    return render(request, "tracker/import_batch.html", context)


def _told_columns(
    columns: tuple[ColumnFound, ...], file: ToldFile
) -> tuple[ColumnFound, ...]:
    """Return the columns without what stands in them, where not all of it is told."""
    if file.is_whole:
        return columns
    return tuple(replace(column, examples=()) for column in columns)


class MedicineList(NamedTuple):
    """The medicines that a clinic's file names for one of its patients."""

    patient_id: UUID
    name: str
    text: str


def _medicine_lists(
    request: ViewedRequest, found: Batch, at: datetime
) -> list[MedicineList]:
    """Return the lists to go through of patients who share their supplements."""
    texts = uploading.medicines_by_patient(found, at=at)
    named = queries.named_among(request.viewer, texts, at=at)
    return [MedicineList(pk, name, texts[pk]) for pk, name in named.items()]


@login_required
@require_POST
def answer(request: ViewedRequest, batch_id: UUID) -> HttpResponse:
    """Take the answers to a file's questions, and look at it again."""
    at = timezone.now()
    found = _batch(request, batch_id, at)
    told: dict[str, object] = {}
    order = request.POST.get("date_order", "")
    if order in {"ymd", "dmy", "mdy"}:
        told["date_order"] = order
    unit = request.POST.get("unit", "")
    if unit in UNITS_ASKED:
        told["unit"] = unit
    if "opening" in request.POST and found.clinic_id is not None:
        told["create_patients"] = request.POST.get("create_patients") == "yes"
    if "columns" in request.POST:
        form = ColumnsForm(uploading.columns_of(found), request.POST)
        if form.is_valid():
            told["columns"] = form.answers()
    same_people = {
        name.removeprefix("person-"): str(chosen)
        for name, chosen in request.POST.items()
        if name.startswith("person-") and chosen
    }
    if same_people:
        file = telling_files.told_file(found, viewer=request.viewer, at=at)
        told["people"] = uploading.people_told(found, file.question, same_people)
    try:
        uploading.answer(batch=found, answers=told)
    except NotReady as refused:
        messages.warning(request, str(refused))
        return redirect("import_batch", found.pk)
    return _looked_at(request, found, at)


@login_required
@require_POST
def save(request: ViewedRequest, batch_id: UUID) -> HttpResponse:
    """Bring all of a file into the record, or nothing of it."""
    at = timezone.now()
    found = _batch(request, batch_id, at)
    is_confirmed = request.POST.get("is_confirmed") == "yes"
    try:
        job = importing_files.save(
            found,
            is_confirmed=is_confirmed,
            seen=request.POST.get("seen", ""),
            by=request.viewer,
            at=at,
        )
    except (NotReady, FileRefused) as refused:
        messages.warning(request, reader_words(str(refused)))
        return redirect("import_batch", found.pk)
    return _waited_for(request, job, found)


@login_required
@require_POST
def keep(request: ViewedRequest, batch_id: UUID) -> HttpResponse:
    """Keep a PDF or a picture beside the results that stand in it."""
    at = timezone.now()
    found = _batch(request, batch_id, at)
    offered = _beside(request, found, at)
    chosen = [one for one in offered if str(one.pk) in request.POST.getlist("result")]
    if not chosen:
        messages.warning(request, _("Choose the results that stand in the report."))
        return redirect("import_batch", found.pk)
    try:
        uploading.keep_report(batch=found, results=chosen, by=request.viewer, at=at)
    except (NotReady, FileRefused, AttachmentRefused) as refused:
        messages.warning(request, reader_words(str(refused)))
        return redirect("import_batch", found.pk)
    messages.success(request, _("The report is attached."))
    return redirect("result", chosen[0].patient_id, chosen[0].pk)


def _beside(request: ViewedRequest, found: Batch, at: datetime) -> list[Any]:
    """Return the results beside which a report can be kept; none for another file."""
    if found.patient is None or found.question.get("kind") != "report":
        return []
    results = queries.results_to_keep_a_report_beside(
        found.patient, viewer=request.viewer, at=at
    )
    return list(results[:OFFERED_RESULTS])


@login_required
@require_POST
def undo(request: ViewedRequest, batch_id: UUID) -> HttpResponse:
    """Take an import back."""
    at = timezone.now()
    found = _batch(request, batch_id, at)
    try:
        undone = uploading.undo(batch=found, by=request.viewer, at=at)
    except NotReady as refused:
        messages.warning(request, str(refused))
        return redirect("import_batch", found.pk)
    said = ngettext(
        "%(count)s result was taken back.",
        "%(count)s results were taken back.",
        undone.taken_back,
    ) % {"count": undone.taken_back}
    if undone.kept:
        said += " " + ngettext(
            "%(count)s stays as it is: it was corrected since.",
            "%(count)s stay as they are: they were corrected since.",
            undone.kept,
        ) % {"count": undone.kept}
    if undone.not_shared:
        said += " " + ngettext(
            "%(count)s stays as it is: it is not shared with you any more.",
            "%(count)s stay as they are: they are not shared with you any more.",
            undone.not_shared,
        ) % {"count": undone.not_shared}
    messages.success(request, said)
    return redirect("import_batch", found.pk)


@login_required
@require_POST
def discard(request: ViewedRequest, batch_id: UUID) -> HttpResponse:
    """Forget a file of which nothing was saved."""
    found = _batch(request, batch_id, timezone.now())
    address = _start_of(found)
    try:
        uploading.discard(batch=found)
    except NotReady as refused:
        messages.warning(request, str(refused))
        return redirect("import_batch", found.pk)
    messages.success(request, _("The file was removed. Nothing of it was saved."))
    return redirect(*address)


@login_required
@require_safe
def refused(request: ViewedRequest, batch_id: UUID) -> HttpResponse:
    """Return the refused rows with their reasons, to mend and to feed again."""
    at = timezone.now()
    found = _batch(request, batch_id, at)
    if not uploading.has_file(found):
        raise Http404
    text = uploading.refused_rows(
        batch=found, by=request.viewer, at=at, say=reader_words
    )
    return _table(text, "refused-rows.csv")


def _pages(request: ViewedRequest) -> dict[str, int]:
    """Return which page of which rows is asked for; what is no number is the first."""
    asked = ((kind, request.GET.get(kind, "")) for kind in PAGED)
    return {kind: int(page) for kind, page in asked if _PAGE.fullmatch(page)}


def _batch(request: ViewedRequest, batch_id: UUID, at: datetime) -> Batch:
    found = queries.batch_for(request.viewer, batch_id, at=at)
    if found is None:
        raise Http404
    return found


def _sent(request: ViewedRequest) -> tuple[Any, Any]:
    """Return what a form is filled with; nothing where it is only shown."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _start_of(found: Batch) -> tuple[str, UUID]:
    if found.patient_id is not None:
        return "import_record", found.patient_id
    return "import_clinic", found.clinic_id or found.pk


def _looked_at(request: ViewedRequest, found: Batch, at: datetime) -> HttpResponse:
    """Look at a file now, or in the background where it is large."""
    address = _start_of(found)
    try:
        job = importing_files.look_at(found, by=request.viewer, at=at)
    except FileRefused as why:
        messages.error(
            request, _("Nothing was saved. %(why)s") % {"why": why_refused(why)}
        )
        return redirect(*address)
    return _waited_for(request, job, found)


def _waited_for(request: ViewedRequest, job: Any, found: Batch) -> HttpResponse:  # noqa: ANN401 - a job, or none
    """Go on to the job that was begun, or to the file where all is done already."""
    if job is None:
        return redirect("import_batch", found.pk)
    job_notices.wait_for(request.session, job)
    return redirect("job", job.pk)


def _table(text: str, name: str) -> HttpResponse:
    # The mark at the start tells spreadsheets that the text is UTF-8.
    content = "\ufeff" + text
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
