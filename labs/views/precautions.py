"""Acknowledging a precaution."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.policies import reads_as_patient
from accounts.queries import patient_for
from accounts.services import auditing
from accounts.services.requests import ViewedRequest
from labs.domain.acknowledgements import AcknowledgementRefused, match_with
from labs.forms.precautions import AcknowledgeForm
from labs.presenters.people import person_words
from labs.presenters.precautions import match_words
from labs.presenters.sent_again import acknowledgement_said, reason_said
from labs.presenters.words import spoken
from labs.services import acknowledging, cautioning
from labs.services.sending import SentAgain
from labs.views.sent_again import posted_anew, sent_again_page

if TYPE_CHECKING:
    from accounts.models import Patient
    from labs.domain.precautions import PrecautionReport

UNPROCESSABLE = 422


@login_required
@require_POST
def acknowledge(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Store who has read the words of a precaution, and what was done about it."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at)
    report = _report(request, patient, at)
    form = AcknowledgeForm(request.POST)
    try:
        if not form.is_valid():
            return _form_page(request, patient, form, report)
        acknowledging.acknowledge(
            patient=patient,
            report=report,
            subject=form.cleaned_data["subject"],
            reason=form.cleaned_data["reason"],
            by=request.viewer,
            at=at,
            entry_id=form.cleaned_data["entry_id"],
        )
    except SentAgain as conflict:
        return sent_again_page(
            request,
            patient,
            AcknowledgeForm(posted_anew(request)),
            stored=acknowledgement_said(conflict.stored),
            sent=reason_said(form.cleaned_data["reason"]),
            addresses={
                "action": request.path,
                "keep": reverse("patient", args=[patient.pk]),
            },
        )
    except AcknowledgementRefused as error:
        messages.warning(request, spoken(error.sentence))
    else:
        messages.success(request, _("Saved with your name. The precaution stays."))
    return redirect("patient", patient_id)


def _report(
    request: ViewedRequest, patient: "Patient", at: datetime
) -> "PrecautionReport":
    today = timezone.localdate(at)
    shared = cautioning.shared_with(request.viewer, patient, at=at, today=today)
    return cautioning.report_for(shared, today=today, born_on=patient.born_on)


def _form_page(
    request: ViewedRequest,
    patient: "Patient",
    form: AcknowledgeForm,
    report: "PrecautionReport",
) -> HttpResponse:
    auditing.look(
        viewer=request.viewer,
        object_label="precautions",
        patient_id=patient.pk,
        at=timezone.now(),
    )
    match = match_with(form.shown_subject(), report)
    is_own = reads_as_patient(request.viewer, patient)
    context = {
        "form": form,
        "match": match_words(match, (), for_patient=is_own),
        "person": person_words(patient),
    }
    return render(
        request, "labs/precaution_acknowledge.html", context, status=UNPROCESSABLE
    )
