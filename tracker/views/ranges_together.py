"""One range for several people of the worklist: form, look, set, take back."""

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.domain.audit import Action
from accounts.queries import clinics_of
from accounts.services import auditing
from accounts.services.requests import ViewedRequest
from labs.forms.targets import TogetherForm
from labs.presenters.positions import planned_target_words
from labs.presenters.range_templates import template_words, typed_limits
from labs.presenters.ranges_together import looked_words, set_words
from labs.services import targeting, targeting_together, worklisting
from labs.services.targeting_together import MOST_TOGETHER, SetMeanwhile
from tracker.views.worklist_selection import Selection, selection_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import Clinic
    from labs.models import Target, TargetTemplate

UNPROCESSABLE, CONFLICT = 422, 409


@login_required
@require_POST
def ranges_together(request: ViewedRequest) -> HttpResponse:
    """Take a selection through the form and the look to the setting."""
    asked = selection_of(request, most=MOST_TOGETHER)
    if asked.refused:
        messages.error(request, asked.refused)
        return redirect(asked.back)
    form = _form(request, asked.clinic)
    if "limits" not in request.POST or "back" in request.POST:
        return _form_page(request, asked, form)
    if not form.is_valid():
        return _form_page(request, asked, form)
    if "confirmed" not in request.POST:
        return _look_page(request, asked, form)
    return _set(request, asked, form)


def _form(request: ViewedRequest, clinic: "Clinic") -> TogetherForm:
    at = timezone.now()
    first = {"entry_id": uuid4(), "starts_on": timezone.localdate(at)}
    template = _template(request, clinic)
    if "use" in request.POST and template is not None:
        filled = {**first, **typed_limits(template), "template": template.pk}
        return TogetherForm(author=request.viewer.name, at=at, initial=filled)
    sent = request.POST if "limits" in request.POST else None
    return TogetherForm(sent, author=request.viewer.name, at=at, initial=first)


def _template(request: ViewedRequest, clinic: "Clinic") -> "TargetTemplate | None":
    chosen = request.POST.get("use") or request.POST.get("template", "")
    offered = worklisting.templates_of(clinic)
    return next((each for each in offered if str(each.pk) == chosen), None)


def _form_page(
    request: ViewedRequest, asked: Selection, form: TogetherForm
) -> HttpResponse:
    template = _template(request, asked.clinic)
    auditing.look(
        viewer=request.viewer,
        object_label="worklist",
        object_id=asked.clinic.pk,
        at=timezone.now(),
    )
    context = {
        "form": form,
        "selection": asked,
        "rows": worklisting.rows_for(asked.clinic, asked.people),
        "templates": [
            template_words(each) for each in worklisting.templates_of(asked.clinic)
        ],
        "filled_from": template_words(template) if template else None,
    }
    status = UNPROCESSABLE if form.errors and "back" not in request.POST else None
    return render(request, "tracker/worklist/ranges_form.html", context, status=status)


def _look_page(
    request: ViewedRequest,
    asked: Selection,
    form: TogetherForm,
    *,
    meanwhile: frozenset[UUID] = frozenset(),
) -> HttpResponse:
    today = timezone.localdate()
    planned = form.target()
    looked = targeting_together.look_at(
        asked.people, clinic=asked.clinic, planned=planned, today=today
    )
    _note_ranges_shown(request, [each.row.patient_id for each in looked])
    kept = targeting.template_used(asked.clinic, form.entry())
    context = {
        "form": form,
        "selection": asked,
        "planned": planned_target_words(planned, form.cleaned_data["review_on"]),
        "kept_from": template_words(kept) if kept else None,
        "looked": looked_words(looked, meanwhile=meanwhile, today=today),
        "is_meanwhile": bool(meanwhile),
    }
    status = CONFLICT if meanwhile else None
    return render(request, "tracker/worklist/ranges_look.html", context, status=status)


def _set(request: ViewedRequest, asked: Selection, form: TogetherForm) -> HttpResponse:
    if not asked.bound:
        messages.error(request, _("Choose at least one row."))
        return _look_page(request, asked, form)
    key = form.cleaned_data["entry_id"]
    try:
        targeting_together.set_for_all(
            asked.bound,
            clinic=asked.clinic,
            entry=form.entry(),
            entry_id=key,
            by=request.viewer,
            at=timezone.now(),
        )
    except SetMeanwhile as meanwhile:
        return _look_page(request, asked, form, meanwhile=meanwhile.patient_ids)
    messages.success(request, _("The range is set for all of them."))
    return redirect("ranges_set_together", key)


@login_required
@require_safe
def set_together(request: ViewedRequest, together_id: UUID) -> HttpResponse:
    """Show for whom one range was set, with the way to take it back."""
    clinic, rows = _found_or_404(request, together_id)
    words = set_words(rows)
    _note_ranges_shown(request, [row.patient_id for row in rows], together_id)
    context = {"clinic": clinic, "set": words, "together_id": together_id}
    return render(request, "tracker/worklist/ranges_set.html", context)


@login_required
@require_POST
def take_back(request: ViewedRequest, together_id: UUID) -> HttpResponse:
    """Take a range back from everybody for whom it was set together."""
    clinic, _rows = _found_or_404(request, together_id)
    targeting_together.take_back(
        together_id, clinic=clinic, by=request.viewer, at=timezone.now()
    )
    messages.success(
        request, _("The range is taken back. Who set it and who took it back stays.")
    )
    return redirect("ranges_set_together", together_id)


def _note_ranges_shown(
    request: ViewedRequest, patient_ids: "Sequence[UUID]", together_id: UUID | str = ""
) -> None:
    """Write into each person's trail that the page showed their range."""
    auditing.record_for_each(
        patient_ids=list(patient_ids),
        viewer=request.viewer,
        action=Action.READ,
        object_label="target",
        object_id=together_id,
        channel=request.viewer.channel,
        at=timezone.now(),
    )


def _found_or_404(
    request: ViewedRequest, together_id: UUID
) -> "tuple[Clinic, list[Target]]":
    for clinic in clinics_of(request.viewer):
        rows = targeting_together.rows_set_together(together_id, clinic=clinic)
        if rows:
            return clinic, rows
    raise Http404
