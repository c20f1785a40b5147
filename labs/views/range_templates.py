"""A clinic's templates of ranges, looked after by its clinicians."""

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.services.requests import ViewedRequest
from labs.domain.published_ranges import published_range
from labs.forms.range_templates import TemplateForm
from labs.presenters.range_templates import (
    published_words,
    template_words,
    typed_published,
    typed_template,
)
from labs.services import range_templates, worklisting
from labs.services.range_templates import (
    CHANGED_MEANWHILE,
    NAME_TAKEN,
    NameTaken,
    NotNewest,
)
from labs.views.catalogue import clinic_or_404, form_methods

if TYPE_CHECKING:
    from accounts.models import Clinic
    from labs.models import TargetTemplate

UNPROCESSABLE = 422


@login_required
@require_safe
def page(request: ViewedRequest, clinic_id: UUID) -> HttpResponse:
    """Show the templates, for how many patients each holds, and what is published."""
    clinic = clinic_or_404(request, clinic_id)
    in_force = worklisting.counts_by_template(clinic)
    rows = worklisting.every_template_of(clinic)
    words = [template_words(row, in_force=in_force.get(row.pk, 0)) for row in rows]
    context = {
        "clinic": clinic,
        "offered": [each for each in words if not each.retired],
        "retired": [each for each in words if each.retired],
        "published": published_words(),
    }
    return render(request, "labs/range_templates.html", context)


@login_required
@form_methods
def add(request: ViewedRequest, clinic_id: UUID) -> HttpResponse:
    """Make a template; what is published may be copied, and is never kept unseen."""
    clinic = clinic_or_404(request, clinic_id)
    published = published_range(request.GET.get("from", ""))
    first = typed_published(published) if published else {}
    return _write(request, clinic, first, None)


@login_required
@form_methods
def change(request: ViewedRequest, clinic_id: UUID, template_id: UUID) -> HttpResponse:
    """Put the next version in the place of a template."""
    clinic = clinic_or_404(request, clinic_id)
    row = _template_or_404(clinic, template_id)
    return _write(request, clinic, typed_template(row), row)


@login_required
@require_POST
def retire(request: ViewedRequest, clinic_id: UUID, template_id: UUID) -> HttpResponse:
    """Offer a template no longer; a second time finds nothing left to retire."""
    row = _template_or_404(clinic_or_404(request, clinic_id), template_id)
    try:
        range_templates.retire(row=row, by=request.viewer, at=timezone.now())
    except NotNewest:
        messages.info(request, _("It was retired or changed before."))
    else:
        messages.success(
            request, _("It is offered no longer. Ranges set from it stay in force.")
        )
    return redirect("range_templates", clinic_id)


def _write(
    request: ViewedRequest,
    clinic: "Clinic",
    first: dict[str, object],
    row: "TargetTemplate | None",
) -> HttpResponse:
    form = TemplateForm(request.POST or None, initial={"entry_id": uuid4(), **first})
    if form.is_valid():
        kept = _kept(request, clinic, form, row)
        if kept is not None:
            return kept
    status = UNPROCESSABLE if form.errors else None
    context = {"clinic": clinic, "form": form, "row": row}
    return render(request, "labs/range_template_form.html", context, status=status)


def _kept(
    request: ViewedRequest,
    clinic: "Clinic",
    form: TemplateForm,
    row: "TargetTemplate | None",
) -> HttpResponse | None:
    """Store the form; None where it goes back to its author with a sentence."""
    entry, key = form.entry(), form.cleaned_data["entry_id"]
    by, at = request.viewer, timezone.now()
    try:
        if row is None:
            range_templates.make(clinic=clinic, entry=entry, entry_id=key, by=by, at=at)
        else:
            range_templates.change(row=row, entry=entry, entry_id=key, by=by, at=at)
    except NameTaken:
        form.add_error("name", _(NAME_TAKEN))
        return None
    except NotNewest:
        form.add_error(None, _(CHANGED_MEANWHILE))
        return None
    messages.success(request, _("The template is kept. No patient's range changes."))
    return redirect("range_templates", clinic.pk)


def _template_or_404(clinic: "Clinic", template_id: UUID) -> "TargetTemplate":
    row = worklisting.template_of(clinic, template_id)
    if row is None:
        raise Http404
    return row
