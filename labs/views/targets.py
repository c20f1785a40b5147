"""Setting a range; clinicians only."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

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

from accounts.domain.scopes import Scope
from accounts.policies import check_can_set_target
from accounts.queries import patient_for, treating_clinics
from accounts.services import auditing
from accounts.services.requests import ViewedRequest
from labs import queries
from labs.domain.targets import following, target_in_force
from labs.forms.targets import TargetForm
from labs.presenters.people import person_words
from labs.presenters.positions import planned_target_words, target_words
from labs.presenters.range_history import history_lines
from labs.presenters.range_templates import template_words, typed_limits
from labs.services import judging, targeting
from labs.services.targeting import TargetConflict
from labs.services.worklisting import templates_of
from labs.views.acting import acting_clinic, which_clinic_page

if TYPE_CHECKING:
    from accounts.models import Clinic, Patient
    from labs.models import Target as TargetRow
    from labs.models import TargetTemplate
    from labs.presenters.range_templates import TemplateWords

UNPROCESSABLE = 422
CONFLICT = 409


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Set a range, after saying how many results it will judge."""
    at = timezone.now()
    viewer = request.viewer
    patient = patient_for(viewer, patient_id, at=at, scope=Scope.RESULTS)
    check_can_set_target(viewer, patient, at=at)
    if acting_clinic(request, patient, at, scope=Scope.RESULTS) is None:
        return which_clinic_page(request, patient, at, scope=Scope.RESULTS)
    every = list(queries.range_history_of(patient, viewer=viewer, at=at))
    rows = sorted(
        (row for row in every if row.withdrawn_at is None),
        key=lambda row: (row.starts_on, row.set_at, row.number),
    )
    newest = targeting.seen_of(every)
    today = timezone.localdate(at)
    template = _template(request, patient, at)
    filled = {"template": template.pk, **typed_limits(template)} if template else {}
    form = TargetForm(
        request.POST or None,
        author=viewer.name,
        at=at,
        initial={"seen": newest, "starts_on": today, **filled},
    )
    if "back" in request.POST or not form.is_valid():
        return _form_page(request, patient, form, rows, at)
    if "confirmed" not in request.POST:
        return _review_page(request, patient, form, rows, at)
    return _store(request, patient, form, at)


@login_required
@require_safe
def history(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Show every range that was ever set, also what was taken back."""
    at = timezone.now()
    viewer = request.viewer
    patient = patient_for(viewer, patient_id, at=at, scope=Scope.RESULTS)
    rows = list(queries.range_history_of(patient, viewer=viewer, at=at))
    clinics = treating_clinics(viewer, patient, at=at, scope=Scope.RESULTS)
    last = targeting.last_of(rows, clinics)
    _note_ranges_shown(request, patient, at)
    context = {
        "person": person_words(patient),
        "lines": history_lines(rows, today=timezone.localdate(at)),
        "can_set_target": bool(clinics),
        "last": last.pk if last else None,
    }
    return render(request, "labs/target_history.html", context)


@login_required
@require_POST
def take_back(
    request: ViewedRequest, patient_id: UUID, target_id: UUID
) -> HttpResponse:
    """Take back the range that was set last; it stays in the history."""
    at = timezone.now()
    viewer = request.viewer
    patient = patient_for(viewer, patient_id, at=at, scope=Scope.RESULTS)
    rows = queries.range_history_of(patient, viewer=viewer, at=at)
    if not rows.filter(pk=target_id).exists():
        raise Http404
    check_can_set_target(viewer, patient, at=at)
    is_done = targeting.take_back(
        target_id,
        patient=patient,
        clinics=treating_clinics(viewer, patient, at=at, scope=Scope.RESULTS),
        by=viewer,
        at=at,
    )
    if is_done:
        words = _("The range is taken back. Who set it and who took it back stays.")
        messages.success(request, words)
    else:
        words = _("This is not the range that was set last. Nothing was taken back.")
        messages.error(request, words)
    return redirect("target_history", patient.pk)


def _note_ranges_shown(
    request: ViewedRequest, patient: "Patient", at: datetime
) -> None:
    auditing.look(
        viewer=request.viewer, object_label="target", patient_id=patient.pk, at=at
    )


def _templates(
    request: ViewedRequest, patient: "Patient", at: datetime
) -> "list[TargetTemplate]":
    clinic = acting_clinic(request, patient, at, scope=Scope.RESULTS)
    return templates_of(clinic) if clinic else []


def _template(
    request: ViewedRequest, patient: "Patient", at: datetime
) -> "TargetTemplate | None":
    """Return the template that was chosen, if the clinic still offers it."""
    chosen = request.POST.get("template") or request.GET.get("template", "")
    if not chosen:
        return None
    offered = _templates(request, patient, at)
    return next((each for each in offered if str(each.pk) == chosen), None)


def _form_page(
    request: ViewedRequest,
    patient: "Patient",
    form: TargetForm,
    rows: list["TargetRow"],
    at: datetime,
) -> HttpResponse:
    _note_ranges_shown(request, patient, at)
    targets = {judging.target_of(row): row for row in rows}
    now = target_in_force(targets, timezone.localdate(at))
    context = {
        "form": form,
        "in_force": target_words(targets[now], now, in_force=now) if now else None,
        "person": person_words(patient),
        "clinic": acting_clinic(request, patient, at, scope=Scope.RESULTS),
        "templates": [
            template_words(each) for each in _templates(request, patient, at)
        ],
        "filled_from": _words_of(_template(request, patient, at)),
    }
    status = UNPROCESSABLE if form.errors else None
    return render(request, "labs/target_form.html", context, status=status)


def _review_page(
    request: ViewedRequest,
    patient: "Patient",
    form: TargetForm,
    rows: list["TargetRow"],
    at: datetime,
) -> HttpResponse:
    """Read the range back with the number of results that it will judge."""
    _note_ranges_shown(request, patient, at)
    results = queries.results_of(patient, viewer=request.viewer, at=at)
    others = [judging.target_of(row) for row in rows]
    planned = form.target()
    context = {
        "form": form,
        "planned": planned_target_words(planned, form.cleaned_data["review_on"]),
        "judges": judging.judged_by(planned, others, results.of_25ohd().shown()),
        "following": [
            planned_target_words(each, None) for each in following(planned, others)
        ],
        "person": person_words(patient),
        **_used(request, patient, form, at),
    }
    return render(request, "labs/target_review.html", context)


def _used(
    request: ViewedRequest, patient: "Patient", form: TargetForm, at: datetime
) -> dict[str, object]:
    """Return the template that the range keeps, or that it was changed away from."""
    chosen = _template(request, patient, at)
    clinic = acting_clinic(request, patient, at, scope=Scope.RESULTS)
    if chosen is None or clinic is None:
        return {}
    is_kept = targeting.template_used(clinic, form.entry()) is not None
    return {"filled_from": _words_of(chosen), "is_template_kept": is_kept}


def _words_of(row: "TargetTemplate | None") -> "TemplateWords | None":
    return template_words(row) if row else None


def _store(
    request: ViewedRequest, patient: "Patient", form: TargetForm, at: datetime
) -> HttpResponse:
    clinic = _clinic_or_404(request, patient, at)
    try:
        target = targeting.set_target(
            patient=patient,
            clinic=clinic,
            entry=form.entry(),
            seen=form.cleaned_data["seen"],
            by=request.viewer,
            at=at,
        )
    except TargetConflict as conflict:
        if _is_sent_again(request, form, conflict.newest):
            return redirect("patient", patient.pk)
        return _conflict_page(request, patient, form, conflict)
    messages.success(request, _("The range is set."))
    return redirect(f"{reverse('patient', args=[patient.pk])}?set={target.pk}")


def _clinic_or_404(
    request: ViewedRequest, patient: "Patient", at: datetime
) -> "Clinic":
    clinic = acting_clinic(request, patient, at, scope=Scope.RESULTS)
    if clinic is None:
        raise Http404
    return clinic


def _is_sent_again(
    request: ViewedRequest, form: TargetForm, newest: "TargetRow"
) -> bool:
    """Say whether the newer range is this very form, sent twice."""
    by_same = newest.set_by_id == request.viewer.id
    stored = replace(targeting.entry_of(newest), template=None)
    return by_same and stored == replace(form.entry(), template=None)


def _conflict_page(
    request: ViewedRequest,
    patient: "Patient",
    form: TargetForm,
    conflict: TargetConflict,
) -> HttpResponse:
    """Show both ranges; whoever goes on has then seen the newer one."""
    _note_ranges_shown(request, patient, form.at)
    newest = conflict.newest
    stored = judging.target_of(newest)
    again = TargetForm(
        {**dict(form.data.items()), "seen": conflict.seen},
        author=form.author,
        at=form.at,
    )
    context = {
        "form": again,
        "newest": target_words(newest, stored, in_force=None),
        "yours": planned_target_words(form.target(), form.cleaned_data["review_on"]),
        "person": person_words(patient),
    }
    return render(request, "labs/target_conflict.html", context, status=CONFLICT)
