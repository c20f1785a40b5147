"""The description of the addresses for programs, and a page that shows it."""

from typing import Any

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

from accounts.api.authentication import KeyAuthentication, SameSiteSession

# What the page draws with sets styles on its elements; scripts stay our own files.
LOOSER_STYLES: dict[str, Any] = {"style-src": [UNSAFE_INLINE]}


@extend_schema(exclude=True)
class Schema(SpectacularAPIView):
    """The description as OpenAPI 3.1, to be downloaded."""

    http_method_names = ["get", "head"]
    renderer_classes = [OpenApiJsonRenderer, OpenApiYamlRenderer]
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
