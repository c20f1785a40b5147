"""A clinician confirms what the report of a held result prints."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.scopes import Scope
from accounts.queries import patient_for
from accounts.services.requests import ViewedRequest
from labs import policies, queries
from labs.domain.plausibility import latest_day
from labs.domain.quantities import HYDROXYVITAMIN_D, Measurand
from labs.domain.units import Unit
from labs.forms.fields import Choices
from labs.forms.results import MEASURED_CHOICES, ConfirmationForm
from labs.presenters.people import person_words
from labs.presenters.results import other_tests, version_words
from labs.services import answering, recording
from labs.services.recording import VersionConflict
from labs.views.results import (
    UNPROCESSABLE,
    conflict_page,
    form_methods,
    is_written_so,
    note_result_shown,
    result_or_404,
)

if TYPE_CHECKING:
    from labs.models import LabResult


@login_required
@form_methods
def confirm(request: ViewedRequest, patient_id: UUID, result_id: UUID) -> HttpResponse:
    """Show what was held and why, and keep what the report prints as a version."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.RESULTS)
    result = result_or_404(request, patient, result_id, at)
    policies.check_can_confirm_result(request.viewer, patient, at=at)
    recording.check_holds_in_sight(result)
    versions = list(queries.versions_of(result))
    is_newest = result.pk == versions[0].pk
    if not is_waiting(versions[0]) and (is_newest or request.method != "POST"):
        messages.info(request, _("There is nothing to confirm about this result."))
        return redirect("result", patient.pk, versions[0].pk)
    form = ConfirmationForm(
        request.POST or None,
        tests=_tests_for(Measurand(result.measurand)),
        today=latest_day(at),
        born_on=patient.born_on,
    )
    if not form.is_valid():
        why = answering.clinicians_hold(versions) or result.held_because
        context = {
            "form": form,
            "person": person_words(patient),
            "seen": version_words(result),
            "why": _(why) if why else "",
            "versions": [version_words(each) for each in versions],
            "test_name": versions[-1].test_name,
        }
        note_result_shown(request, patient, result, at)
        status = UNPROCESSABLE if form.errors else None
        return render(request, "labs/result_confirm.html", context, status=status)
    entry = answering.confirmed(
        result,
        measurand=Measurand(form.cleaned_data["measurand"]),
        unit=Unit(form.cleaned_data["unit"]),
        collected_on=form.cleaned_data["collected_on"],
    )
    reason = answering.confirmation(form.cleaned_data["words"])
    try:
        version = recording.confirm(
            result=result, entry=entry, reason=reason, by=request.viewer, at=at
        )
    except VersionConflict as conflict:
        newest = conflict.newest
        is_same = recording.says_the_same(newest, entry)
        if is_same and is_written_so(request, newest, reason):
            return redirect("result", patient.pk, newest.pk)
        return conflict_page(request, patient, newest, entry=entry)
    messages.success(request, _("It is confirmed with your name."))
    return redirect("result", patient.pk, version.pk)


def is_waiting(newest: "LabResult") -> bool:
    """Say whether the version that holds now waits for somebody to confirm it."""
    return answering.is_held(newest) and not answering.is_withdrawn(newest)


def _tests_for(measurand: Measurand) -> Choices:
    """Return the tests that the report may name, another one among them."""
    others = other_tests()
    if measurand not in HYDROXYVITAMIN_D:
        return others
    dihydroxy = [each for each in others if each[0] == Measurand.DIHYDROXY.value]
    return [*MEASURED_CHOICES, *dihydroxy]
