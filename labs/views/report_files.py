"""The laboratory's report beside a result: attached, opened as a file, taken away."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.domain.audit import Action
from accounts.domain.scopes import Scope
from accounts.queries import patient_for
from accounts.services import auditing
from accounts.services.requests import ViewedRequest
from labs import queries
from labs.forms.fields import refusal
from labs.forms.report_files import ReportFileForm, WithdrawFileForm
from labs.policies import check_can_withdraw_file
from labs.presenters.people import person_words
from labs.presenters.results import version_words
from labs.services import attaching
from labs.services.attaching import AttachmentRefused
from labs.views.results import UNPROCESSABLE, note_result_shown, result_or_404

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Patient
    from labs.models import ReportFile

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@form_methods
def add(request: ViewedRequest, patient_id: UUID, result_id: UUID) -> HttpResponse:
    """Attach a file to a result; what it is is read from its content."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.RESULTS)
    result = result_or_404(request, patient, result_id, at)
    is_sent = request.method == "POST"
    form = ReportFileForm(*((request.POST, request.FILES) if is_sent else ()))
    if is_sent and form.is_valid():
        try:
            attaching.attach(
                result=result,
                document=form.cleaned_data["file"],
                role=queries.file_role(form.cleaned_data["role"]),
                by=request.viewer,
                at=at,
            )
        except AttachmentRefused as error:
            form.add_error(None, refusal(error))
        else:
            messages.success(request, _("The report is attached."))
            return redirect("result", patient.pk, result.pk)
    note_result_shown(request, patient, result, at)
    context = {
        "form": form,
        "person": person_words(patient),
        "seen": version_words(result),
    }
    status = UNPROCESSABLE if form.errors else None
    return render(request, "labs/report_file_form.html", context, status=status)


@login_required
@require_safe
def download(request: ViewedRequest, patient_id: UUID, file_id: UUID) -> HttpResponse:
    """Give the file to be saved; a browser is never asked to show it."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.RESULTS)
    file = _file_or_404(request, patient, file_id, at)
    auditing.record(
        viewer=request.viewer,
        action=Action.READ,
        object_label="report file",
        object_id=file.pk,
        patient_id=patient.pk,
        ip_address=request.META.get("REMOTE_ADDR") or None,
        at=at,
    )
    disposition = content_disposition_header(True, file.name) or "attachment"  # noqa: FBT003
    return HttpResponse(
        bytes(file.content),
        content_type=file.media_type,
        headers={"Content-Disposition": disposition},
    )


@login_required
@form_methods
def withdraw(request: ViewedRequest, patient_id: UUID, file_id: UUID) -> HttpResponse:
    """Take a file away, with a reason; it can be opened by nobody from then on."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.RESULTS)
    file = _file_or_404(request, patient, file_id, at)
    check_can_withdraw_file(request.viewer, patient, file)
    form = WithdrawFileForm(request.POST or None)
    if not form.is_valid():
        auditing.look(
            viewer=request.viewer,
            object_label="report file",
            object_id=file.pk,
            patient_id=patient.pk,
            at=at,
        )
        context = {"form": form, "person": person_words(patient), "name": file.name}
        status = UNPROCESSABLE if form.errors else None
        page = "labs/report_file_withdraw.html"
        return render(request, page, context, status=status)
    reason = form.cleaned_data["reason"]
    attaching.withdraw(file=file, reason=reason, by=request.viewer, at=at)
    messages.success(request, _("The file is removed. Its name stays."))
    return redirect("result", patient.pk, queries.newest_of_chain(file.chain))


@login_required
@require_POST
def check(request: ViewedRequest, patient_id: UUID, result_id: UUID) -> HttpResponse:
    """Write that the viewer held this version against the report."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.RESULTS)
    result = result_or_404(request, patient, result_id, at)
    attaching.mark_checked(result=result, by=request.viewer, at=at)
    messages.success(request, _("It is noted that you checked this result."))
    return redirect("result", patient.pk, result.pk)


def _file_or_404(
    request: ViewedRequest, patient: "Patient", file_id: UUID, at: "datetime"
) -> "ReportFile":
    file = queries.file_for(request.viewer, patient, file_id, at=at)
    if file is None:
        raise Http404
    return file
