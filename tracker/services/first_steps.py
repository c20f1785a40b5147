"""
What a new clinic does first, and how far it is, as one of its people sees it.

Read from what is there: nothing is ticked by hand, and nothing is stored.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Exists

from accounts.domain.viewers import Viewer
from accounts.models import Clinic, Consent, Invitation, Membership
from accounts.queries import clinics_of, clinics_run_by
from labs.models import Review, TargetTemplate

if TYPE_CHECKING:
    from uuid import UUID


class FirstStep(StrEnum):
    """A step, in the order in which a clinic takes them."""

    INVITED = "invited"
    HAS_PATIENTS = "has_patients"
    HAS_TEMPLATE = "has_template"
    HAS_REVIEWED = "has_reviewed"


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """The steps that this person can take or see, and which of them are done."""

    clinic: Clinic
    done: dict[FirstStep, bool]
    runs_it: bool

    @property
    def are_all_done(self) -> bool:
        return all(self.done.values())


def steps_of(viewer: Viewer, clinic_id: "UUID") -> FirstSteps | None:
    """Return how far a clinic is, in one query; None where it is not the viewer's."""
    clinics = Clinic.objects.filter(pk=clinic_id)
    colleagues = Membership.objects.filter(clinic=clinic_id, is_active=True)
    invited = Exists(colleagues.exclude(user=viewer.id)) | Exists(
        Invitation.objects.filter(clinic=clinic_id)
    )
    asked = {
        FirstStep.INVITED: invited,
        FirstStep.HAS_PATIENTS: Exists(Consent.objects.filter(clinic=clinic_id)),
        FirstStep.HAS_TEMPLATE: Exists(TargetTemplate.objects.filter(clinic=clinic_id)),
        FirstStep.HAS_REVIEWED: Exists(Review.objects.filter(clinic=clinic_id)),
    }
    found = clinics.annotate(
        treats=Exists(clinics_of(viewer).filter(pk=clinic_id)),
        runs=Exists(clinics_run_by(viewer).filter(pk=clinic_id)),
        **{step.value: condition for step, condition in asked.items()},
    ).first()
    if found is None or not (found.treats or found.runs):
        return None
    shown = list(FirstStep) if found.treats else [FirstStep.INVITED]
    done = {step: bool(getattr(found, step.value)) for step in shown}
    return FirstSteps(found, done, runs_it=bool(found.runs))
