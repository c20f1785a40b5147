"""Which messages reach whom: a patient's own choice, and a clinician's."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.domain.roles import Role
from accounts.policies import check_can_share
from accounts.queries import clinics_of, members_of, patient_for
from accounts.services import mailing
from accounts.services.requests import ViewedRequest
from labs.forms.messages import MessagesForm, RecipientForm
from labs.presenters.people import person_words
from labs.presenters.words import spelled
from labs.services import messaging
from tracker.services.worklist_pages import clinic_or_refuse

UNPROCESSABLE = 422


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Let the patient choose which messages to get; nobody else does."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at)
    check_can_share(request.viewer, patient)
    chosen = messaging.choice_of(patient)
    initial = {
        "wants_reminders": bool(chosen and chosen.wants_reminders),
        "wants_result_notices": bool(chosen and chosen.wants_result_notices),
        "time_zone": chosen.time_zone if chosen else "UTC",
    }
    form = MessagesForm(request.POST or None, initial=initial)
    if form.is_valid():
        messaging.choose(patient=patient, by=request.viewer, at=at, **form.cleaned_data)
        messages.success(request, _("Your choice is kept."))
        return redirect("messages_choose", patient.pk)
    owner = patient.user.email if patient.user else ""
    context = {
        "form": form,
        "person": person_words(patient),
        "lost": _lost({owner: patient.name}),
    }
    status = UNPROCESSABLE if form.errors else None
    return render(request, "tracker/messages.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recipients(request: ViewedRequest) -> HttpResponse:
    """Let a clinician choose which messages of the clinic reach them."""
    clinic = clinic_or_refuse(request.viewer, request.GET.get("clinic", ""))
    named = messaging.recipients_of(clinic)
    mine = next((each for each in named if each.user_id == request.viewer.id), None)
    initial = {
        "gets_urgent": bool(mine and mine.gets_urgent),
        "gets_digest": bool(mine and mine.gets_digest),
    }
    if request.method == "POST":
        form = RecipientForm(request.POST)
        if form.is_valid():
            messaging.name_recipient(
                clinic=clinic, by=request.viewer, at=timezone.now(), **form.cleaned_data
            )
            messages.success(request, _("Your choice is kept."))
            return redirect(request.get_full_path())
    context = {
        "form": RecipientForm(initial=initial),
        "clinic": clinic.name,
        "clinics": clinics_of(request.viewer),
        "named": [each.user.name for each in named if each.gets_urgent],
        "lost": _lost(
            {
                each.user.email: each.user.name
                for each in members_of(clinic)
                if each.role == Role.CLINICIAN
            }
        ),
    }
    return render(request, "tracker/worklist/recipients.html", context)


def _lost(names: Mapping[str, str]) -> list[str]:
    """Say whom a message of the last weeks never reached, and of which day it was."""
    words = _(
        "An e-mail of %(day)s to %(name)s was given up: for three days no mail server "
        "took it. Check the address, and tell whoever runs this site."
    )
    found = mailing.given_up_for(names)
    return [
        words % {"day": spelled(written), "name": names[address]}
        for address, written in found.items()
    ]
