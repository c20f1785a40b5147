"""
Share links: where the patient makes and ends them, and where somebody opens one.

The code is told once, in the answer to the form, as the part of an address that a
browser sends to nobody; it comes back in a form. So it stands in no log.
"""

from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import presenters, queries
from accounts.domain.dates import end_of
from accounts.forms.sharing import OpenLinkForm, ShareLinkForm
from accounts.policies import check_can_share
from accounts.services import sessions, share_links
from accounts.services.requests import ViewedRequest
from accounts.views.fresh import recently_signed_in


@login_required
@recently_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Ask for whom and what; then show link and PIN, this once."""
    at = timezone.now()
    patient = queries.patient_for(request.viewer, patient_id, at=at)
    check_can_share(request.viewer, patient)
    form = ShareLinkForm(
        request.POST or None, today=at.date(), initial={"link_id": uuid4()}
    )
    page: dict[str, object] = {"patient": patient, "form": form}
    if form.is_valid():
        try:
            told = _make(request, patient_id, form, at)
        except share_links.ShareLinkRefused as refused:
            form.add_error(None, str(refused))
        else:
            number = queries.links_of(patient).count()
            page |= {"number": number, **_told_once(told, form)}
    return render(request, "accounts/share_link_make.html", page)


def _make(
    request: ViewedRequest, patient_id: UUID, form: ShareLinkForm, at: datetime
) -> share_links.Secrets:
    chosen = form.cleaned_data
    return share_links.make(
        link_id=chosen["link_id"],
        patient=queries.patient_for(request.viewer, patient_id, at=at),
        recipient=chosen["recipient"],
        results=chosen["results"],
        supplements=chosen["supplements"],
        health=chosen["health"],
        results_from=chosen["results_from"],
        expires_at=end_of(chosen["ends_on"]),
        most_openings=chosen["openings"],
        by=request.viewer,
        at=at,
    )


def _told_once(told: share_links.Secrets, form: ShareLinkForm) -> dict[str, object]:
    """Return what stands in the answer alone; nothing keeps it for another page."""
    return {
        "link": f"{settings.SITE_ORIGIN}{reverse('share_open')}#{told.code}",
        "pin": told.pin,
        "recipient": form.cleaned_data["recipient"],
        "last_day": form.cleaned_data["ends_on"],
        "openings": form.cleaned_data["openings"],
    }


@login_required
@require_POST
def revoke(request: ViewedRequest, patient_id: UUID, link_id: UUID) -> HttpResponse:
    """Take a link back; closing a door must be quick."""
    at = timezone.now()
    patient = queries.patient_for(request.viewer, patient_id, at=at)
    check_can_share(request.viewer, patient)
    link = queries.links_of(patient).filter(pk=link_id).first()
    if link is None:
        raise Http404
    share_links.revoke(link=link, by=request.viewer, at=at)
    sentence = _("The link for %(recipient)s, made %(made)s, opens nothing any more.")
    made = presenters.moment(link.made_at)
    messages.success(request, sentence % {"recipient": link.recipient, "made": made})
    return redirect("sharing", patient.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def open_link(request: ViewedRequest) -> HttpResponse:
    """Ask for code and PIN; the report opens for an hour."""
    at = timezone.now()
    form = OpenLinkForm(request.POST or None)
    if form.is_valid():
        address = request.META.get("REMOTE_ADDR") or None
        try:
            viewer = share_links.open_link(
                **form.cleaned_data, ip_address=address, at=at
            )
        except share_links.ShareLinkRefused as refused:
            form.add_error(None, str(refused))
        else:
            sessions.keep_open(request.session, link_id=viewer.id, at=at)
            return redirect("share_report")
    return render(request, "accounts/share_link_open.html", {"form": form})


@require_POST
def close(request: ViewedRequest) -> HttpResponse:
    """Close the report in this browser."""
    sessions.close_opened(request.session)
    messages.info(request, _("The report is closed in this browser."))
    response = redirect("share_open")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
