"""Every component of the pages in each of its states; only on one's own machine."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tracker.forms.specimens import SpecimenForm
from tracker.services.specimens import specimens


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show them; a site that serves people has no such page."""
    if not settings.IS_LOCAL:
        raise Http404
    shown = specimens()
    forms = {"empty": SpecimenForm(auto_id="empty_%s"), "wrong": SpecimenForm({})}
    return render(request, "tracker/styleguide.html", {**shown, **forms})
