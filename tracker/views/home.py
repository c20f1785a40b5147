"""Where somebody who signed in starts."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import queries
from accounts.services.requests import ViewedRequest


@login_required
@require_safe
def home(request: ViewedRequest) -> HttpResponse:
    """Lead to the records, the patients, the members, or to a new record."""
    own = queries.own_patient(request.viewer)
    is_clinician = queries.clinics_of(request.viewer).exists()
    looks_after = queries.care_in_force(request.viewer, at=timezone.now()).exists()
    if looks_after and not is_clinician:
        return redirect("records")
    if own is not None:
        return redirect("patient", own.pk)
    if is_clinician:
        return redirect("worklist")
    run = queries.clinics_run_by(request.viewer).first()
    if run is not None:
        return redirect("members", run.pk)
    return redirect("record_open")
