"""The page on which two records of one person are joined, and the way back."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import queries
from accounts.domain.scopes import Scope
from accounts.policies import can_share, check_can_join
from accounts.services import joining
from accounts.services.requests import ViewedRequest
from labs.presenters.people import person_words
from tracker.forms.joining import JoinForm
from tracker.views.choosing import UNPROCESSABLE, named, people_found

if TYPE_CHECKING:
    from accounts.models import Patient


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Ask which record and how one knows; read both back; then join them."""
    at = timezone.now()
    patient = queries.patient_for(request.viewer, patient_id, at=at)
    check_can_join(request.viewer, patient, at=at)
    found = people_found(request, patient, at)
    is_searching = request.method != "POST" or "search" in request.POST
    form = JoinForm(
        None if is_searching else request.POST,
        people=[(str(person.id), named(person)) for person in found],
        initial={key: request.POST.get(key, "") for key in ("q", "reason", "other")},
    )
    context: dict[str, object] = {
        "form": form,
        "found": found,
        "person": person_words(patient),
        "asked": request.POST.get("q", ""),
    }
    if form.is_valid():
        other = queries.patient_for(
            request.viewer, UUID(form.cleaned_data["other"]), at=at, scope=Scope.RESULTS
        )
        context["other"] = person_words(other)
        if "confirmed" in request.POST:
            done = _join(request, patient, other, form, at)
            if done is not None:
                return done
            del context["other"]
    status = UNPROCESSABLE if form.errors else None
    return render(request, "tracker/record_join.html", context, status=status)


def _join(
    request: ViewedRequest,
    patient: "Patient",
    other: "Patient",
    form: JoinForm,
    at: datetime,
) -> HttpResponse | None:
    try:
        made = joining.join(
            kept=patient,
            joined=other,
            reason=form.cleaned_data["reason"],
            by=request.viewer,
            at=at,
        )
    except joining.JoinRefused as refused:
        form.add_error(None, str(refused))
        return None
    messages.success(request, _("The two records are read as one from now on."))
    return redirect("patient", made.kept_id)


@login_required
@require_POST
def part(request: ViewedRequest, patient_id: UUID, join_id: UUID) -> HttpResponse:
    """Take two records apart; nothing that was in either of them is lost."""
    at = timezone.now()
    patient = queries.patient_for(request.viewer, patient_id, at=at)
    if not can_share(request.viewer, patient):
        check_can_join(request.viewer, patient, at=at)
    made = queries.joins_of(patient).filter(pk=join_id).first()
    if made is None:
        raise Http404
    joining.part(join=made, by=request.viewer, at=at)
    messages.success(request, _("The two records are read apart again."))
    return redirect("patient", patient.pk)
