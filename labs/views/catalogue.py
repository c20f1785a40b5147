"""A clinic's list of labels, looked after by its clinicians."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
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
from labs.domain.amount_questions import amount_questions
from labs.domain.period_questions import questions_about_vitamin_k
from labs.forms.labels import (
    BaseIngredients,
    CatalogueForm,
    IngredientFormSet,
    typed_label,
    typed_lines,
)
from labs.forms.results import AnswersForm
from labs.presenters.sent_again import label_said
from labs.presenters.slips import CHANGE
from labs.presenters.supplements import catalogue_words
from labs.presenters.words import spoken_all
from labs.services import cataloguing
from labs.services.cataloguing import NotNewest
from labs.services.sending import SentAgain
from labs.services.supplementing import LabelEntry, product_in
from labs.views.sent_again import posted_anew, sent_again_page
from labs.views.slips import asked_about_slips
from labs.views.supplements import posted_lines

if TYPE_CHECKING:
    from accounts.models import Clinic
    from labs.models import CatalogueLabel

form_methods = require_http_methods(["GET", "HEAD", "POST"])
UNPROCESSABLE = 422


@login_required
@require_safe
def page(request: ViewedRequest, clinic_id: UUID) -> HttpResponse:
    """Show the list, by name."""
    clinic = clinic_or_404(request, clinic_id)
    labels = catalogue_words(queries.labels_of(clinic).select_related("clinic"))
    context = {"clinic": clinic, "labels": labels}
    return render(request, "labs/catalogue.html", context)


@login_required
@form_methods
def add(request: ViewedRequest, clinic_id: UUID) -> HttpResponse:
    """Put a label on the list."""
    return _write(request, clinic_or_404(request, clinic_id), None)


@login_required
@form_methods
def change(request: ViewedRequest, clinic_id: UUID, label_id: UUID) -> HttpResponse:
    """
    Write the next version of a label.

    A form about an earlier version that was being sent meanwhile is answered with what
    is stored beside it, so that nothing typed is lost.
    """
    clinic = clinic_or_404(request, clinic_id)
    is_sent = request.method == "POST"
    return _write(request, clinic, _label_or_404(clinic, label_id, also_older=is_sent))


@login_required
@require_POST
def withdraw(request: ViewedRequest, clinic_id: UUID, label_id: UUID) -> HttpResponse:
    """Take a label off the list; what was copied from it stays."""
    row = _label_or_404(clinic_or_404(request, clinic_id), label_id)
    cataloguing.withdraw_label(row=row, by=request.viewer, at=timezone.now())
    messages.success(request, _("Taken off the list. What was copied from it stays."))
    return redirect("catalogue", clinic_id)


def _write(
    request: ViewedRequest, clinic: "Clinic", row: "CatalogueLabel | None"
) -> HttpResponse:
    label = cataloguing.label_in(row) if row else None
    first: dict[str, object] = {"entry_id": uuid4()}
    first |= typed_label(label) if label else {}
    form = CatalogueForm(request.POST or None, initial=first)
    lines = IngredientFormSet(
        posted_lines(request),
        initial=typed_lines(label) if label and request.method != "POST" else None,
        prefix="line",
    )
    if request.method != "POST" or "more" in request.POST:
        return _form_page(request, clinic, form, lines, row)
    is_valid = all([form.is_valid(), lines.is_valid()]) and form.check_against(lines)
    if not is_valid:
        return _form_page(request, clinic, form, lines, row, is_refused=True)
    product = product_in(form.label_entry(lines.ingredients()))
    questions = spoken_all(questions_about_vitamin_k(product))
    asked = asked_about_slips(request, amount_questions(product), ())
    is_open = bool(questions or asked.fields) and not asked.is_valid()
    if is_open:
        return _form_page(
            request, clinic, form, lines, row, questions=questions, asked=asked
        )
    answers = asked.cleaned_data if asked.fields else {}
    if CHANGE in answers.values():
        return _form_page(request, clinic, form, lines, row)
    return _save(request, clinic, form, lines, row, answers=answers, at=timezone.now())


def _save(
    request: ViewedRequest,
    clinic: "Clinic",
    form: CatalogueForm,
    lines: BaseIngredients,
    row: "CatalogueLabel | None",
    *,
    answers: Mapping[str, str],
    at: datetime,
) -> HttpResponse:
    label, key = form.label_entry(lines.ingredients()), form.cleaned_data["entry_id"]
    by = request.viewer
    try:
        if row is None:
            cataloguing.add_label(
                clinic=clinic,
                label=label,
                by=by,
                at=at,
                entry_id=key,
                answers=answers,
            )
        else:
            cataloguing.change_label(
                row=row, label=label, by=by, at=at, entry_id=key, answers=answers
            )
    except (SentAgain, NotNewest) as conflict:
        return _both(request, row, label, conflict)
    messages.success(request, _("The label is on the list."))
    return redirect("catalogue", clinic.pk)


def _both(
    request: ViewedRequest,
    row: "CatalogueLabel | None",
    label: LabelEntry,
    conflict: "SentAgain[CatalogueLabel] | NotNewest",
) -> HttpResponse:
    """Show the stored label beside the one that was sent, which stays at hand."""
    is_other = isinstance(conflict, NotNewest)
    stored = conflict.newest if isinstance(conflict, NotNewest) else conflict.stored
    clinic_id, anew = stored.clinic_id, posted_anew(request)
    action = (
        reverse("catalogue_change", args=[clinic_id, stored.pk])
        if row
        else reverse("catalogue_add", args=[clinic_id])
    )
    here = cataloguing.label_in(stored)
    return sent_again_page(
        request,
        None,
        CatalogueForm(anew),
        stored=label_said(here, is_withdrawn=stored.is_withdrawn),
        sent=label_said(replace(label, lot="")),
        addresses={"action": action, "keep": reverse("catalogue", args=[clinic_id])},
        lines=IngredientFormSet(anew, prefix="line"),
        is_other=is_other,
    )


def _form_page(
    request: ViewedRequest,
    clinic: "Clinic",
    form: CatalogueForm,
    lines: BaseIngredients,
    row: "CatalogueLabel | None",
    *,
    is_refused: bool = False,
    questions: "list[str] | tuple[()]" = (),
    asked: AnswersForm | None = None,
) -> HttpResponse:
    context = {
        "clinic": clinic,
        "form": form,
        "lines": lines,
        "row": row,
        "is_refused": is_refused,
        "questions": questions,
        "asked": asked,
        "is_asked": bool(questions or (asked and asked.fields)),
    }
    is_unanswered = asked is not None and bool(asked.errors)
    status = UNPROCESSABLE if is_refused or is_unanswered else None
    return render(request, "labs/catalogue_form.html", context, status=status)


def clinic_or_404(request: ViewedRequest, clinic_id: UUID) -> "Clinic":
    """Return a clinic in which the viewer works as a clinician."""
    clinic = clinics_of(request.viewer).filter(pk=clinic_id).first()
    if clinic is None:
        raise Http404
    return clinic


def _label_or_404(
    clinic: "Clinic", label_id: UUID, *, also_older: bool = False
) -> "CatalogueLabel":
    rows = queries.label_versions_of if also_older else queries.labels_of
    row = rows(clinic).filter(pk=label_id).first()
    if row is None:
        raise Http404
    return row
