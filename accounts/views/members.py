"""A clinic's members, for its admins, and the way in for who is invited."""

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
from accounts.domain.roles import Role
from accounts.forms.members import AcceptForm, InviteForm
from accounts.services import members as memberships
from accounts.services.requests import ViewedRequest
from accounts.views.fresh import recently_signed_in


@login_required
@require_safe
def members(request: ViewedRequest, clinic_id: UUID) -> HttpResponse:
    """List who works in the clinic, and who is invited."""
    at = timezone.now()
    clinic = queries.clinic_run_by(request.viewer, clinic_id) or _not_there()
    page = {
        "clinic": clinic,
        "members": presenters.members(
            queries.members_of(clinic), own_id=request.viewer.id_or_none
        ),
        "invitations": presenters.invitations(queries.open_invitations(clinic, at=at)),
    }
    return render(request, "accounts/members.html", page)


@login_required
@recently_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: ViewedRequest, clinic_id: UUID) -> HttpResponse:
    """Invite somebody by e-mail; the answer is the same for any address."""
    clinic = queries.clinic_run_by(request.viewer, clinic_id) or _not_there()
    form = InviteForm(request.POST or None)
    if form.is_valid():
        memberships.invite(
            clinic=clinic,
            email=form.cleaned_data["email"],
            role=Role(form.cleaned_data["role"]),
            by=request.viewer,
            at=timezone.now(),
        )
        messages.success(request, _("The invitation is on its way."))
        return redirect("members", clinic.pk)
    page = {"clinic": clinic, "form": form}
    return render(request, "accounts/member_invite.html", page)


@login_required
@require_POST
def withdraw(
    request: ViewedRequest, clinic_id: UUID, invitation_id: UUID
) -> HttpResponse:
    """Withdraw an invitation; closing a door must be quick."""
    at = timezone.now()
    clinic = queries.clinic_run_by(request.viewer, clinic_id) or _not_there()
    invitation = queries.open_invitations(clinic, at=at).filter(pk=invitation_id)
    memberships.withdraw(
        invitation=invitation.first() or _not_there(), by=request.viewer, at=at
    )
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("members", clinic.pk)


@login_required
@require_POST
def disable(request: ViewedRequest, clinic_id: UUID, person_id: UUID) -> HttpResponse:
    """Disable a member from the next request on."""
    clinic = queries.clinic_run_by(request.viewer, clinic_id) or _not_there()
    if person_id == request.viewer.id:
        raise Http404  # another admin does it, so that the clinic keeps one
    if not memberships.disable(
        clinic=clinic, person_id=person_id, by=request.viewer, at=timezone.now()
    ):
        raise Http404
    messages.success(request, _("This person is signed out and sees nothing here."))
    return redirect("members", clinic.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: ViewedRequest) -> HttpResponse:
    """Ask for the code out of the mail."""
    form = AcceptForm(request.POST or None)
    if form.is_valid():
        code = form.cleaned_data["code"]
        try:
            memberships.accept(code=code, by=request.viewer, at=timezone.now())
        except memberships.InvitationRefused as refused:
            form.add_error("code", str(refused))
        else:
            messages.success(request, _("You are a member of the clinic now."))
            return redirect("home")
    return render(request, "accounts/invitation_accept.html", {"form": form})


def _not_there() -> NoReturn:
    raise Http404
