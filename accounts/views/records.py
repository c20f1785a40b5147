"""The page on which a person opens their own record."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import queries
from accounts.forms.records import OwnRecordForm
from accounts.services import enrolment
from accounts.services.requests import ViewedRequest


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def open_record(request: ViewedRequest) -> HttpResponse:
    """Ask for what a record needs, once; somebody who has one goes home."""
    own = queries.own_patient(request.viewer)
    if own is not None:
        return redirect("/")
    at = timezone.now()
    initial = {"name": request.viewer.name}
    form = OwnRecordForm(request.POST or None, initial=initial, today=at.date())
    if form.is_valid():
        values: dict[str, Any] = form.cleaned_data
        patient = enrolment.open_record_of(request.viewer, **values, at=at)
        return redirect("start_health", patient.pk)
    return render(request, "accounts/record_open.html", {"form": form})
