"""A clinician's recorded plan: writing it down, and that it no longer holds."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.domain.scopes import Scope
from accounts.queries import patient_for
from accounts.services.requests import ViewedRequest
from labs import policies, queries
from labs.forms.plans import PlanForm
from labs.presenters.people import person_words
from labs.presenters.sent_again import plan_said
from labs.services import planning
from labs.services.sending import SentAgain
from labs.views.acting import acting_clinic, which_clinic_page
from labs.views.sent_again import posted_anew, sent_again_page

UNPROCESSABLE = 422


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Write a plan down, in the clinician's own words."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.SUPPLEMENTS)
    policies.check_can_record_plan(request.viewer, patient, at=at)
    clinic = acting_clinic(request, patient, at, scope=Scope.SUPPLEMENTS)
    if clinic is None:
        return which_clinic_page(request, patient, at, scope=Scope.SUPPLEMENTS)
    form = PlanForm(request.POST or None, initial={"entry_id": uuid4()})
    if not form.is_valid():
        context = {"form": form, "person": person_words(patient)}
        status = UNPROCESSABLE if form.errors else None
        return render(request, "labs/plan_form.html", context, status=status)
    try:
        planning.record_plan(
            patient=patient,
            clinic=clinic,
            text=form.cleaned_data["text"],
            by=request.viewer,
            at=at,
            entry_id=form.cleaned_data["entry_id"],
        )
    except SentAgain as conflict:
        keep = reverse("patient", args=[patient.pk])
        return sent_again_page(
            request,
            patient,
            PlanForm(posted_anew(request)),
            stored=plan_said(conflict.stored.text),
            sent=plan_said(form.cleaned_data["text"]),
            addresses={"action": request.get_full_path(), "keep": keep},
        )
    messages.success(request, _("The plan is recorded, in your words."))
    return redirect("patient", patient_id)


@login_required
@require_POST
def end(request: ViewedRequest, patient_id: UUID, plan_id: UUID) -> HttpResponse:
    """Write that a plan no longer holds."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.SUPPLEMENTS)
    plans = queries.plans_of(patient, viewer=request.viewer, at=at)
    plan = plans.filter(pk=plan_id).first()
    if plan is None:
        raise Http404
    policies.check_can_record_plan(request.viewer, patient, at=at)
    planning.end_plan(plan=plan, by=request.viewer, at=at)
    messages.success(request, _("It is written that this plan no longer holds."))
    return redirect("patient", patient_id)
