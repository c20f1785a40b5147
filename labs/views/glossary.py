"""What the words on a report mean; open to everybody, about nobody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from labs.presenters.glossary import chapters


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Explain; the page proposes nothing."""
    return render(request, "labs/glossary.html", {"chapters": chapters()})
