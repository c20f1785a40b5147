"""Recording a supplement, and the end of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.domain.scopes import Scope
from accounts.policies import reads_as_patient
from accounts.queries import patient_for
from accounts.services import auditing
from accounts.services.requests import ViewedRequest
from labs import queries
from labs.domain.amount_questions import amount_questions
from labs.domain.period_questions import (
    questions_about_day,
    questions_about_vitamin_k,
)
from labs.domain.plausibility import latest_day
from labs.domain.supplements import Period
from labs.forms.labels import (
    BaseIngredients,
    IngredientFormSet,
    typed_label,
    typed_lines,
)
from labs.forms.results import AnswersForm
from labs.forms.supplements import EndForm, PeriodForm
from labs.presenters.people import person_words
from labs.presenters.precautions import precaution_words
from labs.presenters.slips import CHANGE
from labs.presenters.supplements import (
    PlannedWords,
    catalogue_words,
    known_words,
    period_words,
    planned_words,
)
from labs.presenters.words import spoken_all
from labs.services import cataloguing, cautioning, judging, supplementing
from labs.services.supplementing import LabelEntry, PeriodConflict
from labs.views.periods import note_period_shown, period_or_404
from labs.views.slips import asked_about_slips

if TYPE_CHECKING:
    from accounts.models import Patient
    from labs.models import CatalogueLabel, SupplementPeriod, SupplementProduct

form_methods = require_http_methods(["GET", "HEAD", "POST"])

CONFLICT = 409
UNPROCESSABLE = 422
MORE_LINES = 3


# Recording ----------------------------------------------------------------------------


@login_required
@form_methods
def add(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Record a product with its label and how it is taken."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.SUPPLEMENTS)
    if request.method != "POST":
        return _empty_page(request, patient, at)
    form = PeriodForm(request.POST, born_on=patient.born_on)
    lines = IngredientFormSet(posted_lines(request), prefix="line")
    if request.POST.keys() & {"back", "more"}:
        return _form_page(request, patient, form, lines)
    is_valid = all([form.is_valid(), lines.is_valid()]) and form.check_against(lines)
    if not is_valid:
        return _form_page(request, patient, form, lines, status=UNPROCESSABLE)
    asked = _slips_asked(request, form, lines, at)
    if "confirmed" not in request.POST or not asked.is_valid():
        return _review_page(request, patient, form, lines, asked, at=at)
    if CHANGE in asked.cleaned_data.values():
        return _form_page(request, patient, form, lines)
    return _store(request, patient, form, lines, asked.cleaned_data, at=at)


def _slips_asked(
    request: ViewedRequest, form: PeriodForm, lines: BaseIngredients, at: datetime
) -> AnswersForm:
    """Return what looks like a slip as a form; unanswered until it was shown."""
    planned = _planned(form, lines)
    slips = amount_questions(planned.product, form.planned(), planned.servings)
    return asked_about_slips(
        request, slips, questions_about_day(planned.starts_on, today=latest_day(at))
    )


def _empty_page(
    request: ViewedRequest, patient: "Patient", at: datetime
) -> HttpResponse:
    """Show the form, empty or with a label that was copied before."""
    viewer = request.viewer
    known = list(queries.products_of(patient, viewer=viewer, at=at))
    offered = list(queries.labels_offered_to(patient, viewer=viewer, at=at))
    picked = _picked(request, known, offered)
    _note_products_shown(request, patient, at)
    first: dict[str, object] = {"entry_id": uuid4()}
    if picked is not None:
        copied_from = request.GET.get("label")
        first |= typed_label(picked) | {"lot": "", "copied_from": copied_from}
    form = PeriodForm(initial=first)
    lines = IngredientFormSet(
        initial=typed_lines(picked) if picked else None, prefix="line"
    )
    if picked is not None:
        return _form_page(request, patient, form, lines)
    to_pick = {"labels": known_words(known), "catalogue": catalogue_words(offered)}
    return _form_page(request, patient, form, lines, to_pick=to_pick)


def _note_products_shown(
    request: ViewedRequest, patient: "Patient", at: datetime
) -> None:
    """Write that labels were offered that this patient's record has already."""
    auditing.look(
        viewer=request.viewer,
        object_label="supplement product",
        patient_id=patient.pk,
        at=at,
    )


def _picked(
    request: ViewedRequest,
    known: "list[SupplementProduct]",
    offered: "list[CatalogueLabel]",
) -> LabelEntry | None:
    """Return the label that is to be copied; None where none was picked."""
    wanted = request.GET.get("product") or request.GET.get("label")
    if wanted is None:
        return None
    for row in offered:
        if str(row.pk) == wanted:
            return cataloguing.label_in(row)
    for product in known:
        if str(product.pk) == wanted:
            return supplementing.label_of(product)
    raise Http404


def _store(
    request: ViewedRequest,
    patient: "Patient",
    form: PeriodForm,
    lines: BaseIngredients,
    answers: Mapping[str, str],
    *,
    at: datetime,
) -> HttpResponse:
    entry = form.entry(lines.ingredients())
    viewer = request.viewer
    offered = queries.labels_offered_to(patient, viewer=viewer, at=at)
    picked = entry.copied_from
    if picked is not None and not offered.filter(pk=picked).exists():
        entry = replace(entry, copied_from=None)  # taken off the list, or never on it
    try:
        supplementing.start_period(
            patient=patient,
            entry=entry,
            by=request.viewer,
            at=at,
            entry_id=form.cleaned_data["entry_id"],
            answers=answers,
        )
    except PeriodConflict as conflict:
        stored = conflict.stored
        return _conflict_page(request, patient, form, lines, stored=stored, at=at)
    messages.success(request, _("The supplement is saved."))
    return redirect("patient", patient.pk)


def _conflict_page(
    request: ViewedRequest,
    patient: "Patient",
    form: PeriodForm,
    lines: BaseIngredients,
    *,
    stored: "SupplementPeriod",
    at: datetime,
) -> HttpResponse:
    """Show what is stored beside what was sent, which can be kept as another one."""
    today, anew = timezone.localdate(at), request.POST.copy()
    anew["entry_id"] = str(uuid4())
    context = {
        "form": PeriodForm(anew),
        "lines": lines,
        "stored": period_words(stored, judging.period_of(stored), today=today),
        "yours": _planned_words(form, lines),
        "sent": form.cleaned_data,
        "person": person_words(patient),
    }
    template = "labs/supplement_conflict.html"
    return render(request, template, context, status=CONFLICT)


def _planned(form: PeriodForm, lines: BaseIngredients) -> Period:
    product, data = form.product(lines.ingredients()), form.cleaned_data
    return Period(
        product, data["servings"], form.planned(), data["starts_on"], data["ends_on"]
    )


def _planned_words(form: PeriodForm, lines: BaseIngredients) -> PlannedWords:
    label = form.label_entry(lines.ingredients())
    return planned_words(_planned(form, lines), label)


def posted_lines(request: ViewedRequest) -> Mapping[str, Any] | None:
    """Return what was posted, with room for more lines where they were asked for."""
    if request.method != "POST":
        return None
    posted = request.POST.copy()
    if "more" in posted:
        shown = posted.get("line-TOTAL_FORMS", "")
        total = int(shown) if shown.isascii() and shown.isdigit() else MORE_LINES
        posted["line-TOTAL_FORMS"] = str(total + MORE_LINES)
    return posted


def _form_page(
    request: ViewedRequest,
    patient: "Patient",
    form: PeriodForm,
    lines: BaseIngredients,
    *,
    status: int = 200,
    to_pick: "Mapping[str, object] | None" = None,
) -> HttpResponse:
    is_refused = status == UNPROCESSABLE
    context = {
        "form": form,
        "lines": lines,
        "is_refused": is_refused,
        **(to_pick or {}),
        "person": person_words(patient),
    }
    return render(request, "labs/supplement_form.html", context, status=status)


def _review_page(
    request: ViewedRequest,
    patient: "Patient",
    form: PeriodForm,
    lines: BaseIngredients,
    asked: AnswersForm,
    *,
    at: datetime,
) -> HttpResponse:
    """Read the label back, with what looks like a slip and what to be careful about."""
    _note_precautions_shown(request, patient, at)
    product = form.product(lines.ingredients())
    planned = _planned(form, lines)
    today = timezone.localdate(at)
    shared = cautioning.shared_with(request.viewer, patient, at=at, today=today)
    report = cautioning.report_for(
        shared, today=today, born_on=patient.born_on, planned=planned
    )
    context = {
        "form": form,
        "lines": lines,
        "planned": _planned_words(form, lines),
        "questions": spoken_all(questions_about_vitamin_k(product)),
        "asked": asked,
        "precautions": precaution_words(
            report, for_patient=reads_as_patient(request.viewer, patient), about=product
        ),
        "person": person_words(patient),
    }
    status = UNPROCESSABLE if asked.errors else None
    return render(request, "labs/supplement_review.html", context, status=status)


def _note_precautions_shown(
    request: ViewedRequest, patient: "Patient", at: datetime
) -> None:
    auditing.look(
        viewer=request.viewer, object_label="precautions", patient_id=patient.pk, at=at
    )


# Ending -------------------------------------------------------------------------------


@login_required
@form_methods
def end(request: ViewedRequest, patient_id: UUID, period_id: UUID) -> HttpResponse:
    """Write the last day of a period."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.SUPPLEMENTS)
    row = period_or_404(request, patient, period_id, at)
    today = timezone.localdate(at)
    form = EndForm(
        request.POST or None, starts_on=row.starts_on, initial={"ends_on": today}
    )
    if form.is_valid():
        supplementing.end_period(
            period=row, ends_on=form.cleaned_data["ends_on"], by=request.viewer, at=at
        )
        messages.success(request, _("The last day is saved."))
        return redirect("patient", patient_id)
    note_period_shown(request, patient, row, at)
    period = judging.period_of(row)
    shared = cautioning.shared_with(request.viewer, patient, at=at, today=today)
    report = cautioning.report_for(shared, today=today, born_on=patient.born_on)
    context = {
        "form": form,
        "period": period_words(row, period, today=today),
        "person": person_words(patient),
        "precautions": precaution_words(
            report,
            for_patient=reads_as_patient(request.viewer, patient),
            about=period.product,
        ),
    }
    status = UNPROCESSABLE if form.errors else None
    return render(request, "labs/supplement_end.html", context, status=status)
