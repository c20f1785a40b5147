"""How the patient's own record is shown to them."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms.preferences import PreferencesForm
from accounts.policies import check_can_share
from accounts.queries import patient_for
from accounts.services import enrolment
from accounts.services.requests import ViewedRequest

UNPROCESSABLE = 422


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Choose a unit and a hemisphere; nothing that is stored of a result changes."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at)
    check_can_share(request.viewer, patient)
    chosen = {
        "preferred_unit": patient.preferred_unit,
        "hemisphere": patient.hemisphere,
    }
    form = PreferencesForm(request.POST or None, initial=chosen)
    if form.is_valid():
        enrolment.change_preferences(
            patient=patient, **form.cleaned_data, by=request.viewer, at=at
        )
        messages.success(request, _("It is shown so from now on."))
        return redirect("patient", patient.pk)
    status = UNPROCESSABLE if form.errors else None
    context = {"form": form, "patient": patient}
    return render(request, "accounts/preferences.html", context, status=status)
