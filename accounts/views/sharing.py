"""The pages on which a patient decides who sees the record, and sees who looked."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import presenters, queries
from accounts.domain.dates import end_of
from accounts.forms.sharing import ConsentForm
from accounts.policies import check_can_share
from accounts.services import consent as consents
from accounts.services.requests import ViewedRequest
from accounts.views.fresh import recently_signed_in

LOOKS_A_PAGE = 50


@login_required
@require_safe
def sharing(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Show who may see the record now, and who could before."""
    at = timezone.now()
    patient = queries.patient_for(request.viewer, patient_id, at=at)
    check_can_share(request.viewer, patient)
    used = queries.last_used_by_clinic(patient)
    grants = [
        presenters.grant(consent, used_at=used.get(consent.clinic_id), at=at)
        for consent in queries.consents_of(patient)
    ]
    links = [presenters.share_link(link, at=at) for link in queries.links_of(patient)]
    page = {
        "patient": patient,
        "links": [link for link in links if link.is_in_force],
        "past_links": [link for link in links if not link.is_in_force],
        "watching": presenters.watching(queries.watching_clinics(patient)),
        "grants": [grant for grant in grants if grant.is_in_force],
        "past": [grant for grant in grants if not grant.is_in_force],
    }
    return render(request, "accounts/sharing.html", page)


@login_required
@recently_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Let a clinic in."""
    at = timezone.now()
    patient = queries.patient_for(request.viewer, patient_id, at=at)
    check_can_share(request.viewer, patient)
    clinics = queries.clinics_not_watching(patient, at=at)
    choices = [(str(clinic.pk), clinic.name) for clinic in clinics]
    form = ConsentForm(request.POST or None, clinics=choices, today=at.date())
    if form.is_valid():
        try:
            _give(request, patient_id, form, at)
        except consents.ConsentRefused as refused:
            form.add_error("clinic", str(refused))
        else:
            messages.success(request, _("The clinic can see what you chose."))
            return redirect("sharing", patient.pk)
    page = {"patient": patient, "form": form, "has_clinics": bool(choices)}
    return render(request, "accounts/consent_give.html", page)


def _give(
    request: ViewedRequest, patient_id: UUID, form: ConsentForm, at: datetime
) -> None:
    chosen = form.cleaned_data
    consents.give(
        patient=queries.patient_for(request.viewer, patient_id, at=at),
        clinic=queries.clinic_named_by(chosen["clinic"]),
        results=chosen["results"],
        supplements=chosen["supplements"],
        health=chosen["health"],
        results_from=chosen["results_from"],
        ends_at=end_of(chosen["ends_on"]) if chosen["ends_on"] else None,
        by=request.viewer,
        at=at,
    )


@login_required
@require_http_methods(["POST"])
def revoke(request: ViewedRequest, patient_id: UUID, consent_id: UUID) -> HttpResponse:
    """
    Take a clinic's sight back.

    It is not asked again who this is: closing a door must be quick.
    """
    at = timezone.now()
    patient = queries.patient_for(request.viewer, patient_id, at=at)
    check_can_share(request.viewer, patient)
    consent = queries.consents_of(patient).filter(pk=consent_id).first()
    if consent is None:
        raise Http404
    consents.revoke(consent=consent, by=request.viewer, at=at)
    sentence = _("%(clinic)s cannot see your record any more.")
    messages.success(request, sentence % {"clinic": consent.clinic.name})
    return redirect("sharing", patient.pk)


@login_required
@require_safe
def looks(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Show who did what with the record, the newest first."""
    at = timezone.now()
    patient = queries.patient_for(request.viewer, patient_id, at=at)
    check_can_share(request.viewer, patient)
    pages = Paginator(queries.looks_at(patient), LOOKS_A_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    lines = [
        presenters.look(event, own_id=request.viewer.id_or_none)
        for event in shown.object_list
    ]
    page = {"patient": patient, "looks": lines, "page": shown}
    return render(request, "accounts/looks.html", page)
