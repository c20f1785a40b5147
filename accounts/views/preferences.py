"""How the patient's own record is shown to them."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms.preferences import PreferencesForm
from accounts.policies import check_can_share
from accounts.queries import patient_for
from accounts.services import enrolment, languages
from accounts.services.requests import ViewedRequest
from accounts.views.languages import remember

if TYPE_CHECKING:
    from accounts.models import Patient

UNPROCESSABLE = 422


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Choose how it is shown; nothing that is stored of a result changes."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at)
    check_can_share(request.viewer, patient)
    chosen = {
        "preferred_unit": patient.preferred_unit,
        "hemisphere": patient.hemisphere,
        "language": translation.get_language(),
    }
    form = PreferencesForm(request.POST or None, initial=chosen)
    if form.is_valid():
        enrolment.change_preferences(
            patient=patient,
            preferred_unit=form.cleaned_data["preferred_unit"],
            hemisphere=form.cleaned_data["hemisphere"],
            by=request.viewer,
            at=at,
        )
        return _shown_in(form.cleaned_data["language"], request, patient)
    status = UNPROCESSABLE if form.errors else None
    context = {"form": form, "patient": patient}
    return render(request, "accounts/preferences.html", context, status=status)


def _shown_in(
    language: str, request: ViewedRequest, patient: "Patient"
) -> HttpResponse:
    """Keep the language as the foot of every page does, and answer in it."""
    languages.choose(language, by=request.viewer)
    with translation.override(language):
        messages.success(request, _("It is shown so from now on."))
    response = redirect("patient", patient.pk)
    remember(response, language)
    return response
