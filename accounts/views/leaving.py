"""The page on which somebody leaves."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import presenters, queries
from accounts.forms.leaving import LeaveForm
from accounts.services import leaving
from accounts.services.days import dated
from accounts.services.requests import ViewedRequest
from accounts.views.fresh import recently_signed_in


@login_required
@recently_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: ViewedRequest) -> HttpResponse:
    """Say what goes and what stays, with counts, before anything is confirmed."""
    at = timezone.now()
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            asked = leaving.ask(by=request.viewer, at=at)
        except leaving.LeavingRefused as refused:
            form.add_error(None, str(refused))
        else:
            logout(request)
            sentence = _(
                "Your account will be deleted on %(day)s. Sign in before that day, and "
                "it stays."
            )
            day = dated(asked.due_at)
            messages.success(request, sentence % {"day": day})
            return redirect("account_login")
    page = {
        "form": form,
        "own": queries.own_patient(request.viewer),
        "means": presenters.leaving(queries.what_leaving_means()),
        "day": dated(at + leaving.GRACE),
    }
    return render(request, "accounts/leave.html", page)
