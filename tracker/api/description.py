"""The description of the addresses for programs, an index, and a page that shows it."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.decorators import method_decorator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import queries
from accounts.api.authentication import KeyAuthentication, SameSiteSession
from accounts.api.documenting import Read, documented
from accounts.api.patients import OwnersView
from accounts.api.views import ClinicView, ProgramView
from accounts.domain.tokens import TokenScope

# What the page draws with sets styles on its elements; scripts stay our own files.
LOOSER_STYLES: dict[str, Any] = {"style-src": [UNSAFE_INLINE]}


@extend_schema(exclude=True)
class Schema(SpectacularAPIView):
    """The description as OpenAPI 3.1, to be downloaded."""

    http_method_names = ["get", "head"]
    # Under the names that are meant for it, and under the plain ones.
    renderer_classes = [
        OpenApiJsonRenderer,
        OpenApiYamlRenderer,
        OpenApiJsonRenderer2,
        OpenApiYamlRenderer2,
    ]
    authentication_classes = [KeyAuthentication, SameSiteSession]
    permission_classes = [AllowAny]


@method_decorator(csp_update(LOOSER_STYLES), name="dispatch")
@extend_schema(exclude=True)
class Docs(SpectacularSwaggerSplitView):
    """The same as a page, with its script as a file of our own."""

    url_name = "api_schema"
    http_method_names = ["get", "head"]
    authentication_classes = [KeyAuthentication, SameSiteSession]
    permission_classes = [AllowAny]


# What is here -------------------------------------------------------------------------

METHODS = ("get", "post")
CONVERTER = re.compile(r"<[a-z]+:([a-z_]+)>")


class AddressOut(Read):
    """An address, with names in braces where an id stands, and what it takes."""

    address = serializers.CharField()
    methods = serializers.ListField(
        child=serializers.ChoiceField(choices=[each.upper() for each in METHODS])
    )


class IndexOut(Read):
    """Where to begin, and what is open to you; it tells of no patient."""

    description = serializers.CharField(help_text="All of it, as OpenAPI 3.1.")
    documentation = serializers.CharField(help_text="The same as a page.")
    fhir = serializers.CharField(help_text="What FHIR offers.")
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=[each.value for each in TokenScope]),
        allow_null=True,
        help_text="What your key opens; null in a session, which needs no key.",
    )
    addresses = AddressOut(many=True)


class Index(ProgramView):
    """What is at these addresses for whoever asks."""

    @documented(
        operation="index_read",
        is_scoped=False,
        tag="Index",
        answers={200: IndexOut},
        kinds=(),
    )
    def get(self, request: Request) -> Response:
        """List the addresses that your key or your session may ask."""
        del request
        token = self.viewer.token
        return Response(
            {
                "description": reverse("api_schema"),
                "documentation": reverse("api_docs"),
                "fhir": reverse("fhir_metadata"),
                "scopes": sorted(token.scopes) if token else None,
                "addresses": list(self._addresses()),
            }
        )

    def _addresses(self) -> Iterator[dict[str, Any]]:
        treats = queries.clinics_of(self.viewer).exists()
        is_patient = queries.own_patient(self.viewer) is not None
        for address, view in _every_address():
            if issubclass(view, ClinicView) and not treats:
                continue
            if issubclass(view, OwnersView) and not is_patient:
                continue
            methods = [each.upper() for each in METHODS if self._may(each, view)]
            if methods:
                yield {"address": address, "methods": methods}

    def _may(self, method: str, view: type[ProgramView]) -> bool:
        """Answer whether an address takes a method, and the key in use opens it."""
        if not hasattr(view, method):
            return False
        token = self.viewer.token
        if token and not view().takes_keys(method.upper()):
            return False
        needs = {*filter(None, [view().wanted(method.upper())]), *view.also}
        return token is None or needs <= token.scopes


@cache
def _every_address() -> tuple[tuple[str, type[ProgramView]], ...]:
    """Return every address below this one, as the site resolves them."""
    above = reverse("api_index")
    found = _walk(get_resolver("tracker.api.urls").url_patterns, above)
    return tuple(each for each in found if issubclass(each[1], ProgramView))


def _walk(
    patterns: list[URLPattern | URLResolver], above: str
) -> Iterator[tuple[str, type[Any]]]:
    for each in patterns:
        address = above + CONVERTER.sub(r"{\1}", str(each.pattern))
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, address)
        else:
            yield address, vars(each.callback)["view_class"]
