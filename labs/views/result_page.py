"""One result: as reported, where it stands, what it can be compared with, versions."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.domain.audit import Action
from accounts.domain.scopes import Scope
from accounts.policies import reads_as_patient
from accounts.queries import patient_for, scopes_for, watching_clinics
from accounts.services import auditing
from accounts.services.requests import ViewedRequest
from labs import policies, queries
from labs.domain.intakes import EXPOSURE_DAYS
from labs.domain.targets import target_in_force
from labs.presenters.alerts import alert_words, correction_words
from labs.presenters.comparing import beside_the_one_before
from labs.presenters.intakes import entry_words, exposure_words
from labs.presenters.people import person_words
from labs.presenters.positions import (
    compared_in_words,
    compares_numbers,
    high_calcium_mark,
    high_calcium_words,
    mark_today,
    position_mark,
    position_sentences,
    range_words,
    total_confirmed_words,
)
from labs.presenters.precautions import beside_words, precaution_words
from labs.presenters.report_files import checks_words, file_words
from labs.presenters.results import (
    held_lines,
    move_words,
    version_words,
)
from labs.services import answering, cautioning, judging, logbook, recording
from labs.services.corrections import corrections_of
from labs.services.judging import Judged
from labs.views.results import result_or_404

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import Clinic, Patient
    from labs.models import LabResult


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
    context: dict[str, object] = {}
    is_replaced = queries.is_replaced_out_of_sight(row)
    is_newest = versions[0].pk == row.pk and not is_replaced
    if is_newest:
        context = _standing(request, patient, row.pk, at)
    context |= {
        "person": person_words(patient),
        "result": version_words(row),
        "versions": [version_words(each) for each in versions],
        "moves": [
            move_words(each, row.patient_id) for each in queries.moves_of(row.chain)
        ],
        "newest_id": versions[0].pk,
        "is_newest": is_newest,
        "replaced": _(recording.REPLACED_OUT_OF_SIGHT) if is_replaced else "",
        "undoes": _undoes(request, patient, row.pk, at),
        "files": file_words(queries.files_of(row), patient, viewer=request.viewer),
        "checks": checks_words(queries.checks_of(row), viewer=request.viewer),
    }
    return render(request, "labs/result.html", context)


def _undoes(
    request: ViewedRequest, patient: "Patient", result_id: UUID, at: datetime
) -> int:
    """Return how many results this person would take back with this one; else 0."""
    entry = queries.own_last_entry(request.viewer, patient, at=at)
    return len(entry) if result_id in {row.pk for row in entry} else 0


def _standing(
    request: ViewedRequest, patient: "Patient", result_id: UUID, at: datetime
) -> dict[str, object]:
    """Return position, alerts and comparisons of the version that holds now."""
    today = timezone.localdate(at)
    rows = queries.standing_targets_of(patient, viewer=request.viewer, at=at)
    targets = [judging.target_of(row) for row in rows]
    shared = cautioning.shared_with(request.viewer, patient, at=at, today=today)
    everything = shared.results or ()
    result = next(each for each in everything if each.row.pk == result_id)
    then = target_in_force(targets, result.row.collected_on)
    now = target_in_force(targets, today)
    row = result.row
    report = cautioning.report_for(shared, today=today, born_on=patient.born_on)
    watching = watching_clinics(patient)
    alert = alert_words(result, watching, today=today)
    is_own = reads_as_patient(request.viewer, patient)
    precautions = precaution_words(
        report,
        for_patient=is_own,
        acknowledged=queries.acknowledgements_of(patient, viewer=request.viewer, at=at),
    )
    compared = beside_the_one_before(patient, result, shared)
    corrections = corrections_of([result], patient, viewer=request.viewer, at=at)
    return {
        **_position(result),
        **_waiting(request, patient, row, watching, at),
        "beside": beside_words(report, for_patient=is_own) if result.is_25ohd else [],
        "is_for_clinician": not is_own,
        "alerts": [alert] if alert and not result.is_withdrawn else [],
        "corrections": [correction_words(each) for each in corrections],
        "then": range_words(then),
        "now": range_words(now),
        "mark_today": mark_today(
            result,
            now,
            then,
            today=today,
            born_on=patient.born_on,
            laboratories=shared.laboratories,
        ),
        "compares_numbers": compares_numbers(),
        "precautions": precautions,
        "said_already": [line for each in precautions.urgent for line in each.lines],
        "compared_in": compared_in_words(result),
        "total_confirmed": total_confirmed_words(result, shared.laboratories),
        **_exposure(request, patient, result, at),
        "change": compared.change,
        "not_checked": compared.not_checked,
        "before": compared.before,
    }


def _position(result: Judged) -> dict[str, object]:
    """Return where a result stands; a high calcium by its own report, not a range."""
    high_calcium = high_calcium_words(result)
    if high_calcium:
        return {"mark": high_calcium_mark(), "high_calcium": high_calcium}
    return {
        "mark": position_mark(result.flag),
        "sentences": position_sentences(result),
    }


def _waiting(
    request: ViewedRequest,
    patient: "Patient",
    row: "LabResult",
    watching: "Sequence[Clinic]",
    at: datetime,
) -> dict[str, object]:
    """Return who can end that a result is kept for review, and how the patient can."""
    if not answering.is_held(row) or answering.is_withdrawn(row):
        return {}
    lines: list[str] = []
    if reads_as_patient(request.viewer, patient):
        lines = held_lines(row, is_seen=bool(watching))
    may_confirm = policies.can_confirm_result(request.viewer, patient, at=at)
    return {"held_lines": lines, "can_confirm": may_confirm}


def _exposure(
    request: ViewedRequest, patient: "Patient", result: Judged, at: datetime
) -> dict[str, object]:
    """Return what was logged before the sample; of 25-hydroxyvitamin D only."""
    if not result.is_25ohd:
        return {}
    if Scope.SUPPLEMENTS not in scopes_for(request.viewer, patient, at=at):
        return {"has_exposure": True}
    sample_on = result.row.collected_on
    since = sample_on - timedelta(days=EXPOSURE_DAYS)
    viewer = request.viewer
    periods = queries.every_period_of(patient, viewer=viewer, at=at)
    logged = queries.every_intake_of(patient, viewer=viewer, at=at, since=since)
    intakes = [each for each in logged if each.on_day <= sample_on]
    return {
        "has_exposure": True,
        "exposure": exposure_words(
            logbook.logged_periods(periods, intakes),
            sample_on,
            for_patient=reads_as_patient(viewer, patient),
        ),
        "entries": entry_words(intakes, periods, patient, viewer=viewer),
    }
