"""
Who may write which part of a record.

What a viewer may not see, the viewer may not write either; accounts.policies says who
sets a range.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING

from accounts import queries
from accounts.domain.scopes import Scope
from accounts.domain.viewers import Viewer

if TYPE_CHECKING:
    from accounts.models import Patient


def can_record(
    viewer: Viewer, patient: "Patient", collected_on: date, *, at: datetime
) -> bool:
    """Answer whether a result of that day may be added; the patient always may."""
    start = results_shared_from(viewer, patient, at=at)
    return start is None or start <= collected_on


def results_shared_from(
    viewer: Viewer, patient: "Patient", *, at: datetime
) -> date | None:
    """Return the first day whose results the viewer may see; None for all of them."""
    if patient.user_id is not None and patient.user_id == viewer.id:
        return None
    consents = queries.consents_in_force(viewer=viewer, at=at, scope=Scope.RESULTS)
    starts = consents.filter(patient=patient).values_list("results_from", flat=True)
    return min((start or date.min for start in starts), default=None)
