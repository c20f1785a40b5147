"""What a clinician's list and its side panel show, read once each."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.domain.viewers import Viewer
from accounts.models import Clinic, Patient
from accounts.policies import NotAllowed
from accounts.queries import (
    PatientNotVisible,
    clinicians_named_in,
    clinics_of,
    clinics_worked_in,
    patient_for,
)
from labs.services import targeting, worklisting
from labs.services.worklisting import ListPage, ListView, Search
from tracker.services import dashboards
from tracker.services.dashboards import Record
from tracker.services.finding import LONGEST_TEXT, SHORTEST_TEXT, days_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from labs.models import SavedView, TargetTemplate, WorklistRow


@dataclass(frozen=True, slots=True)
class Worklist:
    """One page of a clinic's list, with all that its filters offer."""

    clinic: Clinic
    clinics: list[Clinic]
    view: ListView
    page: ListPage
    counts: "Mapping[int, int]"
    tags: list[str]
    templates: "list[TargetTemplate]"
    clinicians: list[str]
    saved: "list[SavedView]"
    asked: str


def worklist_of(
    viewer: Viewer,
    view: ListView,
    *,
    clinic: Clinic,
    clinics: list[Clinic],
    asked: str,
    most: int = worklisting.ROWS_A_PAGE,
) -> Worklist:
    """Return a page of the list of a clinic, one of those where the viewer works."""
    search = search_of(asked)
    page = worklisting.page_of(clinic, view, search=search, most=most)
    return Worklist(
        clinic=clinic,
        clinics=clinics,
        view=view,
        page=page,
        counts=worklisting.counts_of(clinic),
        tags=worklisting.tags_of(clinic),
        templates=worklisting.templates_of(clinic),
        clinicians=sorted(clinicians_named_in(clinic)),
        saved=worklisting.saved_views_of(viewer),
        asked=search.text if search else "",
    )


def search_of(asked: str) -> Search | None:
    """Return whom the typed text may mean; None where it says too little."""
    words = asked.replace("\0", "")[:LONGEST_TEXT].strip()
    if len(words) < SHORTEST_TEXT:
        return None
    return Search(words, days_in(words))


@dataclass(frozen=True, slots=True)
class Panel:
    """One patient beside the list."""

    clinic: Clinic
    patient: Patient
    row: "WorklistRow"
    record: Record


def listed_patient(
    viewer: Viewer, patient_id: UUID, *, at: datetime, clinic_id: UUID | None = None
) -> tuple[Clinic, Patient, "WorklistRow"]:
    """
    Return a patient with the row and the clinic that lists them, or raise.

    Of several clinics it is the one that was asked for, so that what is done is done
    in the name of the list that somebody looks at. A record that was joined stands in
    the row of the one with which it is read.
    """
    patient = patient_for(viewer, patient_id, at=at)
    clinics = sorted(clinics_of(viewer), key=lambda each: each.pk != clinic_id)
    for clinic in clinics:
        row = worklisting.row_for(clinic, patient_id)
        if row is not None:
            return clinic, patient, row
    kept_id = worklisting.kept_with(patient_id)
    if kept_id is None:
        raise PatientNotVisible(patient_id)
    return listed_patient(viewer, kept_id, at=at, clinic_id=clinic_id)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a clinician does about a patient: review, write a note, take a step back."""

    mark: str = ""
    """The row with the mark of what is open; empty where nothing is to be reviewed."""
    clinic_id: UUID | None = None
    """The clinic in whose name it is done: one that lists the patient."""
    tags: "Sequence[str]" = ()
    set_target: UUID | None = None
    changed: "Sequence[dict[str, Any]]" = ()
    """What was reviewed as it was before, until somebody looks at it anew."""


def standing_of(record: Record, *, set_target: UUID | None) -> Standing:
    """Return what there is to review; `set_target` was set last and can be undone."""
    if record.clinic is None or record.is_for_patient:
        return Standing()
    clinics = clinics_of(record.viewer)
    own = record.patient.pk
    kept = [each.kept_id for each in record.joins if each.joined_id == own]
    found = (worklisting.rows_of(clinics, each) for each in (own, *kept))
    rows = next(filter(None, found), [])
    to_review = [each for each in rows if worklisting.is_open(each)]
    row = next(iter(to_review or rows), None)
    return Standing(
        mark=f"{row.patient_id}:{row.stamp}" if row and to_review else "",
        clinic_id=row.clinic_id if row else None,
        tags=row.tags if row else (),
        set_target=set_target if _is_last(set_target, record, clinics) else None,
        changed=row.facts.get("changed", []) if row else (),
    )


def _is_last(
    set_target: UUID | None, record: Record, clinics: "Iterable[Clinic]"
) -> bool:
    if set_target is None:
        return False
    last = targeting.last_of(record.target_rows, clinics)
    return last is not None and last.pk == set_target


def clinic_or_refuse(viewer: Viewer, asked: str) -> Clinic:
    """Return the clinic that was asked for, or the viewer's first; raise for none."""
    clinics = clinics_or_refuse(viewer)
    return next((each for each in clinics if str(each.pk) == asked), clinics[0])


def clinics_or_refuse(viewer: Viewer) -> list[Clinic]:
    """Return the clinics where the viewer works, by name; raise for none."""
    clinics = clinics_worked_in(viewer)
    if not clinics:
        message = _("Only people who work in a clinic see a list of patients.")
        raise NotAllowed(message)
    return clinics


def panel_of(
    viewer: Viewer,
    listed: "tuple[Clinic, Patient, WorklistRow]",
    *,
    at: datetime,
    today: date,
) -> Panel:
    """Return what stands beside the list about somebody whom it lists."""
    clinic, patient, row = listed
    record = dashboards.record_of(patient, viewer=viewer, at=at, today=today)
    return Panel(clinic, patient, row, record)
