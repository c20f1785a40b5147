"""The pages on which a patient decides who sees the record, and sees who looked."""

from typing import TYPE_CHECKING
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
from accounts.domain.dates import last_day_before
from accounts.forms.sharing import ConsentForm, TermsForm
from accounts.policies import can_share, check_can_read_who_looked, check_can_share
from accounts.services import consent as consents
from accounts.services.requests import ViewedRequest
from accounts.views.fresh import recently_signed_in

if TYPE_CHECKING:
    from accounts.models import Consent

LOOKS_A_PAGE = 50


@login_required
@require_safe
def sharing(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Show who may see the record now, who asks to, and who could before."""
    at = timezone.now()
    patient = queries.patient_for(request.viewer, patient_id, at=at)
    check_can_share(request.viewer, patient)
    uses = queries.uses_of_consents(patient)
    grants = [
        presenters.grant(consent, uses=uses.get(consent.pk, []), at=at)
        for consent in queries.consents_of(patient)
    ]
    links = presenters.share_links(list(queries.links_of(patient)), at=at)
    page = {
        "patient": patient,
        "requests": presenters.requests_to(queries.requests_to(request.viewer, at=at)),
        "links": [link for link in links if link.is_in_force],
        "past_links": [link for link in links if not link.is_in_force],
        "grants": [grant for grant in grants if grant.is_in_force],
        "past": [grant for grant in grants if not grant.is_in_force],
    }
    return render(request, "accounts/sharing.html", page)


@login_required
@recently_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Let a clinic in, or one clinician of it."""
    at = timezone.now()
    patient = queries.patient_for(request.viewer, patient_id, at=at)
    check_can_share(request.viewer, patient)
    open_to = {
        presenters.grantee_key(each): each for each in queries.grantees(patient, at=at)
    }
    choices = presenters.grantee_choices(list(open_to.values()))
    form = ConsentForm(request.POST or None, clinics=choices, today=at.date())
    if form.is_valid():
        chosen = open_to[form.cleaned_data["clinic"]]
        try:
            consents.let_in(
                chosen, form.terms(), patient=patient, by=request.viewer, at=at
            )
        except consents.ConsentRefused as refused:
            form.add_error("clinic", str(refused))
        else:
            messages.success(request, _("What you chose can be seen there."))
            return redirect("sharing", patient.pk)
    page = {"patient": patient, "form": form, "has_clinics": bool(choices)}
    return render(request, "accounts/consent_give.html", page)


@login_required
@recently_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: ViewedRequest, patient_id: UUID, consent_id: UUID) -> HttpResponse:
    """Put other terms in the place of those that hold."""
    at = timezone.now()
    patient = queries.patient_for(request.viewer, patient_id, at=at)
    check_can_share(request.viewer, patient)
    consent = queries.consents_of(patient).filter(pk=consent_id).first()
    if consent is None:
        raise Http404
    form = TermsForm(request.POST or None, today=at.date(), initial=_holds(consent))
    if form.is_valid():
        try:
            consents.change(
                consent=consent, terms=form.terms(), by=request.viewer, at=at
            )
        except consents.ConsentRefused as refused:
            messages.info(request, str(refused))
        else:
            messages.success(request, _("This holds from the next click there on."))
        return redirect("sharing", patient.pk)
    page = {
        "patient": patient,
        "consent": consent,
        "who": presenters.grantee_name(consent),
        "form": form,
    }
    return render(request, "accounts/consent_change.html", page)


def _holds(consent: "Consent") -> dict[str, object]:
    return {
        "results": consent.shares_results,
        "supplements": consent.shares_supplements,
        "health": consent.shares_health,
        "results_from": consent.results_from,
        "ends_on": last_day_before(consent.ends_at) if consent.ends_at else None,
    }


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
    who = presenters.grantee_name(consent)
    messages.success(request, sentence % {"clinic": who})
    return redirect("sharing", patient.pk)


@login_required
@require_safe
def looks(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Show who did what with the record, the newest first."""
    at = timezone.now()
    patient = queries.patient_for(request.viewer, patient_id, at=at)
    check_can_read_who_looked(request.viewer, patient, at=at)
    pages = Paginator(queries.looks_at(patient), LOOKS_A_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    lines = [
        presenters.look(event, own_id=request.viewer.id_or_none)
        for event in shown.object_list
    ]
    page = {
        "patient": patient,
        "is_own": can_share(request.viewer, patient),
        "looks": lines,
        "page": shown,
    }
    return render(request, "accounts/looks.html", page)
