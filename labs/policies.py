"""
Who may write which part of a record.

What a viewer may not see, the viewer may not write either; accounts.policies says who
sets a range.
"""

from datetime import date, datetime

from accounts import queries
from accounts.domain.scopes import Scope
from accounts.domain.viewers import Viewer
from accounts.models import Patient
from accounts.policies import NotAllowed


def check_can_record(
    viewer: Viewer, patient: Patient, collected_on: date, *, at: datetime
) -> None:
    """Refuse a clinic that sees results from a day on, where this one is earlier."""
    if not can_record(viewer, patient, collected_on, at=at):
        message = "The patient shares results with you from a later date on."
        raise NotAllowed(message)


def can_record(
    viewer: Viewer, patient: Patient, collected_on: date, *, at: datetime
) -> bool:
    """Answer for the page."""
    if patient.user_id is not None and patient.user_id == viewer.id:
        return True
    consents = queries.consents_in_force(viewer=viewer, at=at, scope=Scope.RESULTS)
    starts = consents.filter(patient=patient).values_list("results_from", flat=True)
    return any(start is None or start <= collected_on for start in starts)
