"""The pages of carers: who looks after a record, and whose records one looks after."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts import presenters, queries
from accounts.forms.care import AcceptCareForm, CarerForm
from accounts.policies import check_can_appoint_carer
from accounts.services import care
from accounts.services.requests import ViewedRequest
from accounts.views.fresh import recently_signed_in

if TYPE_CHECKING:
    from accounts.models import CareGrant, Patient


@login_required
@require_safe
def records(request: ViewedRequest) -> HttpResponse:
    """List the own record and those the viewer looks after."""
    at = timezone.now()
    page = {
        "own": queries.own_patient(request.viewer),
        "care": list(queries.care_by(request.viewer, at=at)),
    }
    return render(request, "accounts/records.html", page)


@login_required
@require_safe
def carers(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Show who looks after the record."""
    at = timezone.now()
    patient = queries.patient_for(request.viewer, patient_id, at=at)
    clinic = check_can_appoint_carer(request.viewer, patient, at=at)
    page = {"patient": patient, "clinic": clinic, **_listed(patient, at)}
    return render(request, "accounts/carers.html", page)


def _listed(patient: "Patient", at: datetime) -> dict[str, object]:
    grants = queries.care_grants_of(patient)
    in_force = {grant.pk for grant in grants.in_force(at)}
    return {
        "carers": [presenters.carer(each) for each in grants if each.pk in in_force],
        "codes": [
            presenters.carer(each)
            for each in grants
            if each.accepted_at is None
            and each.revoked_at is None
            and each.code_expires_at > at
        ],
    }


@login_required
@recently_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """
    Make a code for a carer, and show it this once.

    It stands in the answer itself: nothing of it is kept for another page.
    """
    at = timezone.now()
    patient = queries.patient_for(request.viewer, patient_id, at=at)
    clinic = check_can_appoint_carer(request.viewer, patient, at=at)
    bases = care.bases_for(patient, clinic, today=at.date())
    form = CarerForm(request.POST or None, bases=bases, today=at.date())
    page: dict[str, object] = {"patient": patient, "clinic": clinic, "form": form}
    if form.is_valid():
        try:
            page["code"] = care.give(
                patient=patient,
                clinic=clinic,
                by=request.viewer,
                at=at,
                **form.chosen(),
            )
            page["ends"] = presenters.moment(at + care.LASTS)
        except care.CareRefused as refused:
            form.add_error(None, str(refused))
    return render(request, "accounts/carer_add.html", page)


@login_required
@require_POST
def end(request: ViewedRequest, patient_id: UUID, grant_id: UUID) -> HttpResponse:
    """End a carer's access; closing a door must be quick, for the carer too."""
    at = timezone.now()
    patient = queries.patient_for(request.viewer, patient_id, at=at)
    grant = queries.care_grants_of(patient).filter(pk=grant_id).first()
    if grant is None:
        raise Http404
    is_own = grant.carer_id == request.viewer.id
    if not is_own:
        check_can_appoint_carer(request.viewer, patient, at=at)
    care.end(grant=grant, by=request.viewer, at=at)
    messages.success(request, _ended(grant, is_own=is_own))
    return redirect("records") if is_own else redirect("carers", patient.pk)


def _ended(grant: "CareGrant", *, is_own: bool) -> str:
    if is_own:
        return _("You do not look after this record any more.")
    sentence = _("%(name)s cannot see this record any more.")
    return sentence % {"name": grant.carer_name}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: ViewedRequest) -> HttpResponse:
    """Ask for the code and for the birth date of the person who is looked after."""
    form = AcceptCareForm(request.POST or None)
    if form.is_valid():
        try:
            looked_after = care.accept(
                **form.cleaned_data, by=request.viewer, at=timezone.now()
            )
        except care.CareRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("You look after this record now."))
            return redirect("patient", looked_after)
    return render(request, "accounts/care_accept.html", {"form": form})
