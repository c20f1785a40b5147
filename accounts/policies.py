"""
Who may do what.

Each rule stands once as `check_can_...`, which raises a sentence fit for the person,
and once as `can_...`, which answers for the page.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts import queries
from accounts.domain.scopes import Scope
from accounts.domain.viewers import Viewer, ViewerKind
from accounts.models import Clinic, Patient


class NotAllowed(PermissionError):
    """The viewer may not do this; the sentence says what would be needed."""


def check_can_set_target(viewer: Viewer, patient: Patient, *, at: datetime) -> None:
    """Only a clinician of a clinic that sees the patient's results sets a range."""
    if not can_set_target(viewer, patient, at=at):
        message = _("Only a clinician who can see this record sets a range.")
        raise NotAllowed(message)


def can_set_target(viewer: Viewer, patient: Patient, *, at: datetime) -> bool:
    """Answer for the page."""
    scope = Scope.RESULTS
    return bool(queries.treating_clinics(viewer, patient, at=at, scope=scope))


def check_can_share(viewer: Viewer, patient: Patient) -> None:
    """Only the patient decides who sees the record."""
    if not can_share(viewer, patient):
        message = _("Only the patient decides who sees this record.")
        raise NotAllowed(message)


def can_share(viewer: Viewer, patient: Patient) -> bool:
    """Answer for the page."""
    return viewer.kind is ViewerKind.USER and patient.user_id == viewer.id


def check_can_hand_over(viewer: Viewer, patient: Patient, *, at: datetime) -> Clinic:
    """Only a clinician of the clinic that opened a record, while nobody owns it."""
    clinic = queries.clinic_that_can_hand_over(viewer, patient, at=at)
    if clinic is None:
        message = _(
            "Only the clinic that opened a record gives out its code, and only until "
            "the patient has taken it over."
        )
        raise NotAllowed(message)
    return clinic


def can_hand_over(viewer: Viewer, patient: Patient, *, at: datetime) -> bool:
    """Answer for the page."""
    return queries.clinic_that_can_hand_over(viewer, patient, at=at) is not None


def check_can_read_who_looked(
    viewer: Viewer, patient: Patient, *, at: datetime
) -> None:
    """Let the patient read it, or who stands in for them; not a carer they asked."""
    is_theirs = can_share(viewer, patient)
    if not is_theirs and not queries.stands_in_for(viewer, patient, at=at):
        message = _("Only the patient reads this, or a parent or representative.")
        raise NotAllowed(message)


def check_can_join(viewer: Viewer, patient: Patient, *, at: datetime) -> None:
    """Only a clinician with whom the results of a record are shared joins it."""
    if not can_join(viewer, patient, at=at):
        message = _("Records are joined by a clinician with whom both share results.")
        raise NotAllowed(message)


def can_join(viewer: Viewer, patient: Patient, *, at: datetime) -> bool:
    """Answer for the page."""
    return bool(queries.first_days_of_consents(viewer, patient, at=at))


def reads_as_patient(viewer: Viewer, patient: Patient) -> bool:
    """
    Return whether a page speaks in a patient's words: to the patient, or to a carer.

    It chooses words on a page that was opened already; it opens nothing.
    """
    return can_share(viewer, patient) or queries.is_carer_of(viewer, patient)


def check_can_appoint_carer(
    viewer: Viewer, patient: Patient, *, at: datetime
) -> Clinic | None:
    """
    Only the patient, or the clinic that opened a record which nobody owns yet.

    Returns the clinic in whose name it happens; None for the patient.
    """
    if can_share(viewer, patient):
        return None
    clinic = queries.clinic_that_can_hand_over(viewer, patient, at=at)
    if clinic is None:
        message = _(
            "Only the patient decides who looks after this record; or the clinic that "
            "opened it, until the patient has taken it over."
        )
        raise NotAllowed(message)
    return clinic


def check_works_in_a_clinic(viewer: Viewer) -> None:
    """Only a clinician asks patients for access."""
    if viewer.kind is not ViewerKind.USER or not queries.clinics_of(viewer).exists():
        message = _("Only people who work in a clinic ask patients for access.")
        raise NotAllowed(message)
