"""One result: as reported, where it stands, what it can be compared with, versions."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.domain.audit import Action
from accounts.domain.scopes import Scope
from accounts.queries import patient_for, scopes_for
from accounts.services import auditing
from accounts.services.requests import ViewedRequest
from labs import queries
from labs.domain.targets import target_in_force
from labs.presenters.people import person_words
from labs.presenters.positions import (
    compares_numbers,
    mark_today,
    position_mark,
    position_sentences,
    range_words,
)
from labs.presenters.results import before_words, change_words, version_words
from labs.services import comparing, judging
from labs.services.judging import Judged
from labs.views.results import result_or_404

if TYPE_CHECKING:
    from accounts.models import Patient


@login_required
@require_GET
def read(request: ViewedRequest, patient_id: UUID, result_id: UUID) -> HttpResponse:
    """Show one version of one result with everything that is known of it."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.RESULTS)
    row = result_or_404(request, patient, result_id, at)
    versions = list(queries.versions_of(row))
    auditing.record(
        viewer=request.viewer,
        action=Action.READ,
        object_label="result",
        object_id=row.pk,
        patient_id=patient.pk,
        ip_address=request.META.get("REMOTE_ADDR") or None,
        at=at,
    )
    context = _standing(request, patient, row.pk, versions[0].pk, at)
    context |= {
        "person": person_words(patient),
        "result": version_words(row),
        "versions": [version_words(each) for each in versions],
        "newest_id": versions[0].pk,
        "is_newest": versions[0].pk == row.pk,
    }
    return render(request, "labs/result.html", context)


def _standing(
    request: ViewedRequest,
    patient: "Patient",
    asked_id: UUID,
    newest_id: UUID,
    at: datetime,
) -> dict[str, object]:
    """Return position, comparability and change; of a version that holds now only."""
    if asked_id != newest_id:
        return {}
    today = timezone.localdate(at)
    viewer = request.viewer
    targets = [
        judging.target_of(row)
        for row in queries.targets_of(patient, viewer=viewer, at=at)
    ]
    rows = queries.results_of(patient, viewer=viewer, at=at)
    everything = judging.judged(rows, targets, today=today, born_on=patient.born_on)
    result = next(each for each in everything if each.row.pk == asked_id)
    then = target_in_force(targets, result.row.collected_on)
    now = target_in_force(targets, today)
    return {
        "mark": position_mark(result.flag),
        "sentences": position_sentences(result),
        "then": range_words(then),
        "now": range_words(now),
        "mark_today": mark_today(result, now, then, today),
        "compares_numbers": compares_numbers(),
        **_beside_the_one_before(request, patient, result, everything, at),
    }


def _beside_the_one_before(
    request: ViewedRequest,
    patient: "Patient",
    result: Judged,
    everything: list[Judged],
    at: datetime,
) -> dict[str, object]:
    viewer = request.viewer
    scopes = scopes_for(viewer, patient, at=at)
    background = comparing.Background(
        born_on=patient.born_on,
        periods=[
            judging.period_of(row)
            for row in queries.periods_of(patient, viewer=viewer, at=at)
        ],
        profile=judging.profile_of(
            queries.health_answers_of(patient, viewer=viewer, at=at)
        ),
    )
    change = comparing.change_to(result, everything, background)
    return {
        "change": change_words(change),
        "not_checked": not {Scope.SUPPLEMENTS, Scope.HEALTH} <= scopes,
        "before": before_words(result, everything),
    }
