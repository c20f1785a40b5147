"""Asks again who it is, before something that matters."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.services.fresh import has_just_signed_in
from accounts.services.requests import ViewedRequest

Arguments = ParamSpec("Arguments")


def recently_signed_in(
    view: Callable[Concatenate[ViewedRequest, Arguments], HttpResponse],
) -> Callable[Concatenate[ViewedRequest, Arguments], HttpResponse]:
    """
    Let through who has just shown who they are; send others to show it.

    What a form sent is not kept for afterwards: it could be about somebody's health,
    and the session is no place for that.
    """

    @wraps(view)
    def ask_first(
        request: ViewedRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> HttpResponse:
        if has_just_signed_in(request):
            return view(request, *args, **kwargs)
        methods = get_adapter().get_reauthentication_methods(request.user)
        address = methods[0]["url"] if methods else reverse("account_login")
        return HttpResponseRedirect(f"{address}?{urlencode({'next': request.path})}")

    return ask_first
