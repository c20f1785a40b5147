"""The pages on which a person makes and revokes keys for programs."""

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
from accounts.forms.keys import KeyForm
from accounts.services import tokens
from accounts.services.requests import ViewedRequest
from accounts.views.fresh import recently_signed_in


@login_required
@require_safe
def keys(request: ViewedRequest) -> HttpResponse:
    """List the keys that open something, and those that did."""
    at = timezone.now()
    found = [presenters.key(row, at=at) for row in queries.tokens_of(request.viewer)]
    page = {
        "keys": [each for each in found if each.is_good],
        "past": [each for each in found if not each.is_good],
    }
    return render(request, "accounts/keys.html", page)


@login_required
@recently_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: ViewedRequest) -> HttpResponse:
    """Make a key; its secret stands in this one answer and nowhere else."""
    form = KeyForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "accounts/key_make.html", {"form": form})
    at = timezone.now()
    token, secret = tokens.make(
        name=form.cleaned_data["name"],
        scopes=form.chosen_scopes(),
        lasts=form.lasts(),
        by=request.viewer,
        at=at,
    )
    page = {"key": presenters.key(token, at=at), "secret": secret}
    return render(request, "accounts/key_made.html", page)


@login_required
@require_POST
def revoke(request: ViewedRequest, key_id: UUID) -> HttpResponse:
    """End a key; it is not asked again who this is: closing a door must be quick."""
    token = queries.tokens_of(request.viewer).filter(pk=key_id).first()
    if token is None:
        raise Http404
    tokens.revoke(token=token, by=request.viewer, at=timezone.now())
    messages.success(request, _("This key opens nothing any more."))
    return redirect("keys")
