"""Where somebody is signed in, how the account was signed in to, and an end to it."""

from typing import Any

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import presenters, queries
from accounts.services.requests import ViewedRequest

EVENTS_SHOWN = 50


class Sessions(ListUserSessionsView):  # type: ignore[misc]
    """The library's list of browsers, with the last signs of the account below."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401
        """Add what the audit trail says of signing in."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        viewer = self.request.viewer
        events = queries.looks_at_account(viewer)[:EVENTS_SHOWN]
        context["looks"] = [
            presenters.look(event, own_id=viewer.id_or_none) for event in events
        ]
        return context


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
