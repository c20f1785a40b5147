"""Signing out somewhere else."""

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.services.requests import ViewedRequest


@login_required
@require_POST
def end(request: ViewedRequest, session_id: int) -> HttpResponse:
    """Sign out another browser of the same person."""
    session = UserSession.objects.filter(
        pk=session_id, user_id=request.viewer.id
    ).first()
    if session is None:
        raise Http404
    get_adapter().end_sessions([session])
    messages.success(request, _("That browser is signed out."))
    return redirect("usersessions_list")
