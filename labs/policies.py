"""
Who may write which part of a record.

What a viewer may not see, the viewer may not write either; accounts.policies says who
sets a range.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts import queries
from accounts.domain.scopes import Scope
from accounts.domain.viewers import Viewer
from accounts.policies import NotAllowed, can_share

if TYPE_CHECKING:
    from accounts.models import Patient
    from labs.models import ReportFile


def can_record(
    viewer: Viewer, patient: "Patient", collected_on: date, *, at: datetime
) -> bool:
    """Answer whether a result of that day may be added; the patient always may."""
    start = queries.results_shared_from(viewer, patient, at=at)
    return start is None or start <= collected_on


def check_can_withdraw_file(
    viewer: Viewer, patient: "Patient", file: "ReportFile"
) -> None:
    """Only who attached a file, or the patient, takes it away."""
    if not can_withdraw_file(viewer, patient, file):
        message = _("Only who attached this file, or the patient, takes it away.")
        raise NotAllowed(message)


def can_withdraw_file(viewer: Viewer, patient: "Patient", file: "ReportFile") -> bool:
    """Answer for the page."""
    return can_share(viewer, patient) or file.entered_by_id == viewer.id_or_none


def check_can_confirm(viewer: Viewer, patient: "Patient", *, at: datetime) -> None:
    """Only a clinician who can see the health profile confirms an answer."""
    if patient.user_id == viewer.id or not queries.treating_clinics(
        viewer, patient, at=at, scope=Scope.HEALTH
    ):
        message = _(
            "Only a clinician who can see the health profile confirms an answer."
        )
        raise NotAllowed(message)


def check_can_confirm_result(
    viewer: Viewer, patient: "Patient", *, at: datetime
) -> None:
    """Only a clinician who can see the results confirms what is kept for review."""
    if not can_confirm_result(viewer, patient, at=at):
        message = _("Only a clinician who can see the results confirms a held result.")
        raise NotAllowed(message)


def can_confirm_result(viewer: Viewer, patient: "Patient", *, at: datetime) -> bool:
    """Answer for the page."""
    if patient.user_id == viewer.id or queries.cares_for(viewer, patient, at=at):
        return False
    return bool(queries.treating_clinics(viewer, patient, at=at, scope=Scope.RESULTS))


def check_can_record_plan(viewer: Viewer, patient: "Patient", *, at: datetime) -> None:
    """Only a clinician who can see the supplements writes a plan down."""
    if patient.user_id == viewer.id or not queries.treating_clinics(
        viewer, patient, at=at, scope=Scope.SUPPLEMENTS
    ):
        message = _("Only a clinician who can see the supplements records a plan.")
        raise NotAllowed(message)


def can_record_plan(viewer: Viewer, patient: "Patient", *, at: datetime) -> bool:
    """Answer for the page."""
    try:
        check_can_record_plan(viewer, patient, at=at)
    except NotAllowed:
        return False
    return True


def can_confirm(viewer: Viewer, patient: "Patient", *, at: datetime) -> bool:
    """Answer for the page."""
    try:
        check_can_confirm(viewer, patient, at=at)
    except NotAllowed:
        return False
    return True
