"""Where a clinician asks for access, and where the patient answers."""

from typing import NoReturn
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
from accounts.domain.access_requests import LASTS
from accounts.forms.sharing import AnswerForm, RequestCodeForm, RequestForm
from accounts.policies import check_can_share, check_works_in_a_clinic
from accounts.services import access_requests
from accounts.services import consent as consents
from accounts.services.requests import ViewedRequest
from accounts.views.fresh import recently_signed_in

MOST_LISTED = 100


@login_required
@require_safe
def asked(request: ViewedRequest) -> HttpResponse:
    """List what the clinician's clinics asked for, and what became of it."""
    at = timezone.now()
    check_works_in_a_clinic(request.viewer)
    rows = queries.requests_by(request.viewer)[:MOST_LISTED]
    page = {"requests": presenters.requests_by(rows, at=at)}
    return render(request, "accounts/requests.html", page)


@login_required
@recently_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: ViewedRequest) -> HttpResponse:
    """Ask a patient by e-mail, or make a code; any address gets the same answer."""
    at = timezone.now()
    check_works_in_a_clinic(request.viewer)
    clinics = {str(each.pk): each for each in queries.clinics_of(request.viewer)}
    choices = [(key, clinic.name) for key, clinic in clinics.items()]
    form = RequestForm(
        request.POST or None, clinics=choices, initial={"clinic": choices[0][0]}
    )
    page: dict[str, object] = {"form": form}
    if form.is_valid():
        clinic = clinics[form.cleaned_data["clinic"]]
        try:
            if form.cleaned_data["email"]:
                access_requests.ask_by_mail(
                    clinic=clinic,
                    email=form.cleaned_data["email"],
                    by=request.viewer,
                    at=at,
                )
                messages.success(request, _("The request is on its way."))
                return redirect("requests")
            page["code"] = access_requests.ask_by_code(
                clinic=clinic, by=request.viewer, at=at
            )
            page["ends"] = presenters.moment(at + LASTS)
        except access_requests.RequestRefused as refused:
            form.add_error(None, str(refused))
    return render(request, "accounts/request_new.html", page)


@login_required
@require_POST
def withdraw(request: ViewedRequest, request_id: UUID) -> HttpResponse:
    """Withdraw a request of one's own clinic."""
    found = queries.requests_by(request.viewer).filter(pk=request_id)
    access_requests.withdraw(
        request=found.first() or _not_there(), by=request.viewer, at=timezone.now()
    )
    messages.success(request, _("The request is withdrawn."))
    return redirect("requests")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Ask for a code that a clinician handed over."""
    at = timezone.now()
    patient = queries.patient_for(request.viewer, patient_id, at=at)
    check_can_share(request.viewer, patient)
    form = RequestCodeForm(request.POST or None)
    if form.is_valid():
        code = form.cleaned_data["code"]
        try:
            taken = access_requests.take(code=code, by=request.viewer, at=at)
        except access_requests.RequestRefused as refused:
            form.add_error("code", str(refused))
        else:
            return redirect("request_answer", patient.pk, taken)
    page = {"patient": patient, "form": form}
    return render(request, "accounts/request_code.html", page)


@login_required
@recently_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: ViewedRequest, patient_id: UUID, request_id: UUID) -> HttpResponse:
    """Let the patient accept, on terms of their own."""
    at = timezone.now()
    patient = queries.patient_for(request.viewer, patient_id, at=at)
    check_can_share(request.viewer, patient)
    sent = queries.requests_to(request.viewer, at=at).filter(pk=request_id).first()
    sent = sent or _not_there()
    form = AnswerForm(
        request.POST or None,
        clinic=sent.clinic.name,
        clinician=sent.asked_by_name,
        today=at.date(),
    )
    if form.is_valid():
        try:
            access_requests.accept(
                request=sent,
                patient=patient,
                for_whole_clinic=form.cleaned_data["whom"] == AnswerForm.WHOLE_CLINIC,
                terms=form.terms(),
                by=request.viewer,
                at=at,
            )
        except (consents.ConsentRefused, access_requests.RequestRefused) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("What you chose can be seen there."))
            return redirect("sharing", patient.pk)
    page = {"patient": patient, "form": form, "sent": presenters.request_to(sent)}
    return render(request, "accounts/request_answer.html", page)


@login_required
@require_POST
def decline(request: ViewedRequest, patient_id: UUID, request_id: UUID) -> HttpResponse:
    """Say no; who asked is not told."""
    at = timezone.now()
    patient = queries.patient_for(request.viewer, patient_id, at=at)
    check_can_share(request.viewer, patient)
    sent = queries.requests_to(request.viewer, at=at).filter(pk=request_id).first()
    try:
        access_requests.decline(
            request=sent or _not_there(), patient=patient, by=request.viewer, at=at
        )
    except access_requests.RequestRefused as refused:
        messages.info(request, str(refused))
    else:
        messages.success(request, _("Declined. Who asked is not told."))
    return redirect("sharing", patient.pk)


def _not_there() -> NoReturn:
    raise Http404
