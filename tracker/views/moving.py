"""The page on which a result goes to the person it belongs to, and the way back."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.domain.scopes import Scope
from accounts.queries import patient_for
from accounts.services.requests import ViewedRequest
from labs import queries
from labs.presenters.people import person_words
from labs.presenters.results import version_words
from labs.services import moving
from labs.views.results import note_result_shown
from tracker.forms.moving import MoveForm
from tracker.views.choosing import UNPROCESSABLE, named, people_found

if TYPE_CHECKING:
    from accounts.models import Patient
    from labs.models import LabResult


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: ViewedRequest, patient_id: UUID, result_id: UUID) -> HttpResponse:
    """Ask whose result it is and why; read both names back; then move it."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.RESULTS)
    result = _newest_or_404(request, patient, result_id, at)
    found = people_found(request, patient, at)
    is_searching = request.method != "POST" or "search" in request.POST
    form = MoveForm(
        None if is_searching else request.POST,
        people=[(str(person.id), named(person)) for person in found],
        initial={key: request.POST.get(key, "") for key in ("q", "reason", "to")},
    )
    context: dict[str, object] = {
        "form": form,
        "found": found,
        "person": person_words(patient),
        "seen": version_words(result),
        "asked": request.POST.get("q", ""),
    }
    if form.is_valid():
        to = patient_for(
            request.viewer, UUID(form.cleaned_data["to"]), at=at, scope=Scope.RESULTS
        )
        context["to"] = person_words(to)
        if "confirmed" in request.POST:
            done = _move(request, result, to, form, at)
            if done is not None:
                return done
            del context["to"]
    note_result_shown(request, patient, result, at)
    status = UNPROCESSABLE if form.errors else None
    return render(request, "tracker/result_move.html", context, status=status)


def _newest_or_404(
    request: ViewedRequest, patient: "Patient", result_id: UUID, at: datetime
) -> "LabResult":
    try:
        result = queries.result_for(request.viewer, patient, result_id, at=at)
    except queries.ResultNotVisible as error:
        raise Http404 from error
    return queries.versions_of(result)[0]


def _move(
    request: ViewedRequest,
    result: "LabResult",
    to: "Patient",
    form: MoveForm,
    at: datetime,
) -> HttpResponse | None:
    try:
        moved = moving.move(
            result=result,
            to=to,
            reason=form.cleaned_data["reason"],
            by=request.viewer,
            at=at,
        )
    except (moving.MoveRefused, moving.VersionConflict) as refused:
        form.add_error(None, str(refused))
        return None
    sentence = _("The result is moved. Here it is, in the record of %(name)s.")
    messages.success(request, sentence % {"name": to.name or _("the other person")})
    return redirect("result", to.pk, moved.to_chain)


@login_required
@require_POST
def undo(request: ViewedRequest, patient_id: UUID, move_id: UUID) -> HttpResponse:
    """Take a move back; both records tell of it."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.RESULTS)
    move = queries.move_for(patient, move_id)
    if move is None:
        raise Http404
    try:
        moved = moving.undo(move_id=move.pk, by=request.viewer, at=at)
    except moving.MoveRefused as refused:
        messages.warning(request, str(refused))
        return redirect("patient", patient.pk)
    messages.success(request, _("Moving it was undone: the result is back here."))
    return redirect("result", moved.from_patient_id, moved.from_chain)
