"""A clinic's own words for patients, and a clinician's own views of the list."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import transaction

from accounts.domain.audit import Action
from accounts.domain.viewers import Viewer
from accounts.queries import joined_to
from accounts.services import auditing
from labs.models import PatientTag, SavedView
from labs.services import summarising

if TYPE_CHECKING:
    from accounts.models import Clinic, Patient

LONGEST_TAG = 40


@transaction.atomic
def tag(
    *,
    patient: "Patient",
    clinic: "Clinic",
    word: str,
    is_on: bool,
    by: Viewer,
    at: datetime,
) -> None:
    """
    Put a word on a patient, or take it off; doing it twice changes nothing.

    A row shows the words of all records that are read in it: off takes them off each.
    """
    records = [patient.pk, *joined_to(patient)]
    tags = PatientTag.objects.filter(patient__in=records, clinic=clinic, word=word)
    summarising.lock([patient.pk], by=by)
    if tags.exists() == is_on:
        return
    if is_on:
        PatientTag.objects.create(patient=patient, clinic=clinic, word=word)
    else:
        tags.delete()
    auditing.record(
        viewer=by,
        action=Action.CHANGED,
        object_label="tag",
        patient_id=patient.pk,
        at=at,
    )
    summarising.refresh([patient.pk], by=by, at=at)


@transaction.atomic
def keep_view(*, name: str, query: str, by: Viewer) -> None:
    """Keep a view under a name; the same name again replaces it."""
    SavedView.objects.filter(user=by.id, name=name).delete()
    SavedView.objects.create(id=uuid4(), user_id=by.id, name=name, query=query)


@transaction.atomic
def forget_view(view_id: UUID, *, by: Viewer) -> None:
    """Let one of one's own views go."""
    SavedView.objects.filter(pk=view_id, user=by.id).delete()
