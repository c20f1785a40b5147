"""
Who may do what.

Each rule stands once as `check_can_...`, which raises a sentence fit for the person,
and once as `can_...`, which answers for the page.
"""

from datetime import datetime

from accounts import queries
from accounts.domain.viewers import Viewer, ViewerKind
from accounts.models import Patient


class NotAllowed(PermissionError):
    """The viewer may not do this; the sentence says what would be needed."""


def check_can_set_target(viewer: Viewer, patient: Patient, *, at: datetime) -> None:
    """Only a clinician of a clinic that the patient lets in sets a range."""
    if queries.treating_clinic(viewer, patient, at=at) is None:
        message = "Only a clinician who can see this record sets a range."
        raise NotAllowed(message)


def can_set_target(viewer: Viewer, patient: Patient, *, at: datetime) -> bool:
    """Answer for the page."""
    return queries.treating_clinic(viewer, patient, at=at) is not None


def check_can_share(viewer: Viewer, patient: Patient) -> None:
    """Only the patient decides who sees the record."""
    if not can_share(viewer, patient):
        message = "Only the patient decides who sees this record."
        raise NotAllowed(message)


def can_share(viewer: Viewer, patient: Patient) -> bool:
    """Answer for the page."""
    return viewer.kind is ViewerKind.USER and patient.user_id == viewer.id
