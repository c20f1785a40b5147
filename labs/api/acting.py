"""In whose name a program's clinician acts, where several clinics see the person."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.api.fields import Text, refuse_faults
from accounts.api.problems import refuse
from accounts.api.views import PatientView
from accounts.domain.problems import Fault, Kind
from accounts.domain.scopes import Scope
from accounts.domain.words import N_
from accounts.policies import NotAllowed
from accounts.queries import treating_clinic, treating_clinics

if TYPE_CHECKING:
    from accounts.models import Clinic

WHICH_CLINIC = N_("You see this person through several clinics: say for which.")
NO_CLINICIAN = N_("Only a clinician who treats this patient does this.")
TWICE = N_("This patient stands twice here.")
LONGEST_ID = 36


def clinic_field() -> Text:
    """Return the field in which a program says for which clinic it acts."""
    return Text(
        max_length=LONGEST_ID,
        required=False,
        help_text="The id of the clinic that you act for, where it is one of several.",
    )


def check_treats(view: PatientView, *, scope: Scope) -> None:
    """Refuse whoever treats this patient through no clinic, whatever they sent."""
    if not treating_clinics(view.viewer, view.patient, at=view.at, scope=scope):
        raise NotAllowed(_(NO_CLINICIAN))


def acting_clinic(
    view: PatientView, sent: Mapping[str, Any], *, scope: Scope
) -> "Clinic":
    """Return the clinic acted for; refuse where it is one of several and not said."""
    chosen = str(sent.get("clinic", ""))
    found = treating_clinic(
        view.viewer, view.patient, at=view.at, scope=scope, chosen=chosen
    )
    if found is None:
        words = _(WHICH_CLINIC)
        refuse(Kind.INVALID, words, faults=(Fault("#/clinic", words),))
    return found


def check_nobody_twice(ids: Sequence[UUID], name: str, field: str = "") -> None:
    """Refuse a list in which somebody stands twice, by the place of the second."""
    twice = {field: [_(TWICE)]} if field else [_(TWICE)]
    faults = {
        str(place): twice for place, each in enumerate(ids) if each in ids[:place]
    }
    if faults:
        refuse_faults({name: faults})
