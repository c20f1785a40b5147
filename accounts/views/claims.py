"""The pages on which a record that a clinic opened becomes the patient's own."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import presenters, queries
from accounts.forms.claims import ClaimForm
from accounts.policies import check_can_hand_over
from accounts.services import claims
from accounts.services.requests import ViewedRequest
from accounts.views.fresh import recently_signed_in


@login_required
@recently_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def make_code(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """
    Make a code for the patient, and show it this once.

    It stands in the answer itself: nothing of it is kept for another page.
    """
    at = timezone.now()
    patient = queries.patient_for(request.viewer, patient_id, at=at)
    clinic = check_can_hand_over(request.viewer, patient, at=at)
    page: dict[str, object] = {"patient": patient, "clinic": clinic}
    if request.method == "POST" and patient.born_on is not None:
        page["code"] = claims.make_code(
            patient=patient, clinic=clinic, by=request.viewer, at=at
        )
        page["ends"] = presenters.moment(at + claims.LASTS)
    return render(request, "accounts/claim_code.html", page)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: ViewedRequest) -> HttpResponse:
    """Ask for code and birth date; who has a record already reads the two as one."""
    own = queries.own_patient(request.viewer)
    form = ClaimForm(request.POST or None)
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            taken = claims.claim(**chosen, by=request.viewer, at=timezone.now())
        except claims.ClaimRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, _("This record is yours now. Look at who sees it.")
            )
            return redirect("sharing", own.pk if own else taken)
    page = {"form": form, "has_record": own is not None}
    return render(request, "accounts/claim.html", page)
