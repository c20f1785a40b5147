"""What a clinic knows of laboratories, for its clinicians to read and write."""

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

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

from accounts.queries import clinics_of
from accounts.services.requests import ViewedRequest
from labs import queries
from labs.domain.change import DEFAULT_CVA
from labs.forms.laboratories import (
    AliasForm,
    ImprecisionForm,
    LaboratoryForm,
    TotalForm,
)
from labs.presenters.laboratories import laboratory_page
from labs.services import knowing

if TYPE_CHECKING:
    from accounts.models import Clinic

UNPROCESSABLE = 422
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@require_safe
def page(request: ViewedRequest, clinic_id: UUID) -> HttpResponse:
    """List what the clinic knows now."""
    clinic = _clinic(request, clinic_id)
    known = laboratory_page(queries.laboratory_knowledge_of(clinic))
    context = {"clinic": clinic, "known": known, "default_cva": DEFAULT_CVA}
    return render(request, "labs/laboratories.html", context)


@login_required
@form_methods
def add_alias(request: ViewedRequest, clinic_id: UUID) -> HttpResponse:
    """Write down that two names are one laboratory."""
    return _add(request, clinic_id, AliasForm, _("Two names of one laboratory"))


@login_required
@form_methods
def add_imprecision(request: ViewedRequest, clinic_id: UUID) -> HttpResponse:
    """Write down how exact a laboratory's method is."""
    return _add(request, clinic_id, ImprecisionForm, _("Imprecision of a laboratory"))


@login_required
@form_methods
def confirm_total(request: ViewedRequest, clinic_id: UUID) -> HttpResponse:
    """Confirm that a laboratory's D3-coded test is its total."""
    return _add(request, clinic_id, TotalForm, _("A D3 code that means the total"))


def _add(
    request: ViewedRequest, clinic_id: UUID, form_of: type[LaboratoryForm], title: str
) -> HttpResponse:
    clinic = _clinic(request, clinic_id)
    form = form_of(request.POST or None, initial={"entry_id": uuid4()})
    if not form.is_valid():
        status = UNPROCESSABLE if form.errors else None
        context = {"clinic": clinic, "form": form, "title": title}
        return render(request, "labs/laboratory_form.html", context, status=status)
    knowing.write_down(
        clinic=clinic,
        knowledge=form.knowledge(),
        by=request.viewer,
        at=timezone.now(),
        entry_id=form.cleaned_data["entry_id"],
    )
    messages.success(request, _("It is written down and counts from now on."))
    return redirect("laboratories", clinic.pk)


@login_required
@require_POST
def end(request: ViewedRequest, clinic_id: UUID, knowledge_id: UUID) -> HttpResponse:
    """End what was written down; a second time finds nothing left to end."""
    clinic = _clinic(request, clinic_id)
    known = queries.laboratory_knowledge_of(clinic)
    row = next((each for each in known if each.pk == knowledge_id), None)
    if row is not None:
        knowing.end(row=row, by=request.viewer, at=timezone.now())
    messages.success(request, _("It no longer counts."))
    return redirect("laboratories", clinic.pk)


def _clinic(request: ViewedRequest, clinic_id: UUID) -> "Clinic":
    """Return a clinic in which the viewer treats patients; others find nothing."""
    clinic = clinics_of(request.viewer).filter(pk=clinic_id).first()
    if clinic is None:
        raise Http404
    return clinic
