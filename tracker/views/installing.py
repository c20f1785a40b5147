"""
What makes the site an app that can be installed: manifest, icons, offline page, worker.

None of it knows who asks. The worker keeps the offline page and its styles, and nothing
else: no page, picture or file of anybody's record is ever put into its cache.
"""

import hashlib
import io
from functools import cache
from types import MappingProxyType

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker.charts.icon import Icon, icon_image

PAPER = "#ffffff"
ICONS = MappingProxyType(
    {
        "app-192": Icon(192),
        "app-512": Icon(512),
        "masked-512": Icon(512, is_masked=True),
        "touch-180": Icon(180),
    }
)
STYLES = ("tokens.css", "page.css", "components.css")


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Describe the app to the browser; it starts where everybody starts."""
    del request
    listed = [
        {"src": static("tracker/mark.svg"), "type": "image/svg+xml", "sizes": "any"},
        *(_listed(name, icon) for name, icon in ICONS.items()),
    ]
    return JsonResponse(
        {
            "id": "/",
            "name": "Calcidiol",
            "short_name": "Calcidiol",
            "description": _(
                "Stores 25-hydroxyvitamin D results and charts the trend."
            ),
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "lang": get_language(),
            "dir": "rtl" if get_language_bidi() else "ltr",
            "background_color": PAPER,
            "theme_color": PAPER,
            "icons": listed,
        },
        content_type="application/manifest+json",
    )


def _listed(name: str, icon: Icon) -> dict[str, str]:
    return {
        "src": reverse("app_icon", args=[name]),
        "type": "image/png",
        "sizes": f"{icon.side}x{icon.side}",
        "purpose": "maskable" if icon.is_masked else "any",
    }


@require_safe
def icon(request: HttpRequest, icon_name: str) -> HttpResponse:
    """Send one size of the icon."""
    del request
    if icon_name not in ICONS:
        raise Http404
    return HttpResponse(_drawn(icon_name), content_type="image/png")


@cache
def _drawn(icon_name: str) -> bytes:
    file = io.BytesIO()
    icon_image(ICONS[icon_name]).save(file, format="PNG", optimize=True)
    return file.getvalue()


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Say that there is no connection; drawn without a request, so of nobody."""
    del request
    return HttpResponse(render_to_string("tracker/offline.html"))


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Send the service worker, which answers for the whole site or not at all."""
    files = [
        reverse("offline"),
        *(static(f"tracker/css/{name}") for name in STYLES),
        static("tracker/mark.svg"),
    ]
    page = render_to_string("tracker/offline.html")
    mark = hashlib.sha256("\n".join([*files, page]).encode()).hexdigest()[:12]
    context = {"files": files, "offline": reverse("offline"), "cache": mark}
    return render(
        request,
        "tracker/service_worker.js",
        context,
        content_type="text/javascript; charset=utf-8",
    )
