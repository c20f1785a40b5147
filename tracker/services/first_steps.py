"""
What a new clinic does first, and how far it is, as one of its people sees it.

Read from what is there: nothing is ticked by hand, and nothing is stored.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Exists, QuerySet

from accounts import statements
from accounts.domain.viewers import Viewer
from accounts.models import Clinic, Consent, Invitation, Membership
from accounts.queries import clinics_of, clinics_run_by
from labs.models import Review, TargetTemplate


class FirstStep(StrEnum):
    """A step, in the order in which a clinic takes them."""

    INVITED = "invited"
    HAS_PATIENTS = "has_patients"
    HAS_TEMPLATE = "has_template"
    HAS_REVIEWED = "has_reviewed"


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """The steps that this person can take or see, and which of them are done."""

    clinic_id: UUID
    done: dict[FirstStep, bool]
    runs_it: bool

    @property
    def are_all_done(self) -> bool:
        return all(self.done.values())


def steps_of(viewer: Viewer, clinic_id: UUID) -> FirstSteps | None:
    """Return how far a clinic is, in one query; None where it is not the viewer's."""
    found = statements.rows(_steps, viewer=viewer, clinic_id=clinic_id)
    if not found:
        return None
    treats, runs, *steps = found[0]
    if not (treats or runs):
        return None
    done = dict(zip(FirstStep, steps, strict=True))
    shown = list(FirstStep) if treats else [FirstStep.INVITED]
    return FirstSteps(clinic_id, {step: done[step] for step in shown}, runs_it=runs)


def _steps(blank: statements.Blanks) -> QuerySet[Any]:
    viewer, clinic = blank.viewer, blank["clinic_id"]
    colleagues = Membership.objects.filter(clinic=clinic, is_active=True)
    invited = Exists(colleagues.exclude(user=viewer.id)) | Exists(
        Invitation.objects.filter(clinic=clinic)
    )
    steps: dict[FirstStep, Any] = {
        FirstStep.INVITED: invited,
        FirstStep.HAS_PATIENTS: Exists(Consent.objects.filter(clinic=clinic)),
        FirstStep.HAS_TEMPLATE: Exists(TargetTemplate.objects.filter(clinic=clinic)),
        FirstStep.HAS_REVIEWED: Exists(Review.objects.filter(clinic=clinic)),
    }
    return Clinic.objects.filter(pk=clinic).values_list(
        Exists(clinics_of(viewer).filter(pk=clinic)),
        Exists(clinics_run_by(viewer).filter(pk=clinic)),
        *(steps[step] for step in FirstStep),
    )
