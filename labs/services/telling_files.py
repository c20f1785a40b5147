"""
What of a file that was brought in somebody is told now.

Pages, programs and archives all ask here. Since the file came, a patient may have
taken a consent back or narrowed it: what it said of them then is theirs to show.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from accounts.domain.audit import Action, Channel
from accounts.domain.viewers import Viewer
from accounts.models import Patient
from accounts.services import auditing
from labs import queries
from labs.formats.parsed import PatientClue
from labs.models import ImportBatch, ImportRow, RowKind, RowPart
from labs.queries import NOTHING_SEEN, Sight
from labs.services.importing import spoken_clue

OPEN = ("asked", "read")
NOT_TOLD = ""  # stands for words that quote the file, where it is not told


@dataclass(frozen=True, slots=True)
class ToldRows:
    """Which of some rows are told, and whose they are: it stands in their trail."""

    ids: frozenset[int]
    people: list[UUID]

    def tells(self, row: ImportRow) -> bool:
        """Say whether a row is told."""
        return row.pk in self.ids


def told_rows(
    batch: ImportBatch, rows: Sequence[ImportRow], *, viewer: Viewer, at: datetime
) -> ToldRows:
    """
    Return which of a file's rows the viewer is told now.

    A row is told with the part of the record that it belongs to; a result only from
    the day on from which results are shared, and one without a day where all are.
    A clinic is told what its own file says of people whom it does not know, and a row
    that names nobody while everybody whom the file names is seen. The database has
    judged the same, and gives nothing of the others (labs.queries.rows_of_file).
    """
    given = [row for row in rows if row.is_told]
    whose = {row.pk: row.patient_id or batch.patient_id for row in given}
    known = {pk for pk in (batch.patient_id, *whose.values()) if pk is not None}
    sight = queries.sight_of(viewer, known, at=at)
    told = {}
    for row in given:
        patient_id = whose[row.pk]
        if patient_id is not None:
            is_told = _is_seen(row, sight.get(patient_id, NOTHING_SEEN))
        else:
            is_told = bool(row.part)
        if is_told:
            told[row.pk] = patient_id
    people = dict.fromkeys(pk for pk in told.values() if pk)
    return ToldRows(frozenset(told), list(people))


def _is_seen(row: ImportRow, sight: Sight) -> bool:
    parts = {row.part or _part_of_old(row.kind)}
    if not row.part and row.kind == RowKind.REFUSED:
        parts = set(RowPart.values)
    if RowPart.SUPPLEMENTS in parts and not sight.has_supplements:
        return False
    return RowPart.RESULTS not in parts or _is_day_seen(row, sight.results_from)


def _part_of_old(kind: str) -> str:
    """Return to which part a row belongs that was kept before that was noted."""
    is_medicine = kind == RowKind.MEDICINE
    return (RowPart.SUPPLEMENTS if is_medicine else RowPart.RESULTS).value


def _is_day_seen(row: ImportRow, first: date | None) -> bool:
    if first is None or first == date.min:
        return first is not None
    told = (row.understood or {}).get("collected_on")
    return told is not None and date.fromisoformat(told) >= first


@dataclass(frozen=True, slots=True)
class ToldFile:
    """
    What of a file as such is told: what it asks, what was tolerated, whom it names.

    `people` are those whom the question names; `is_whole` says that all is told.
    """

    question: dict[str, Any]
    people: list[UUID]
    is_whole: bool
    warnings: list[str]
    other_person: str

    @property
    def question_without_people(self) -> dict[str, Any]:
        """Return the question naming nobody, where nothing is noted of it."""
        if "people" not in self.question:
            return self.question
        return {**self.question, "people": []}


def told_file(batch: ImportBatch, *, viewer: Viewer, at: datetime) -> ToldFile:
    """Return what of a file beside its rows the viewer is told now."""
    is_asked = bool(batch.other_person or batch.warnings) or batch.state in OPEN
    is_whole = is_asked and is_told_whole(batch, viewer=viewer, at=at)
    # Without words of its own nothing that quotes the file was said.
    is_said = bool(batch.question or batch.other_person or batch.warnings)
    words = queries.words_of_file(batch) if is_whole and is_said else None
    said = words or batch
    question = said.question if batch.state in OPEN else {}
    people: list[UUID] = []
    if "people" in question:
        question, people = _told_people(batch, question, viewer=viewer, at=at)
    return ToldFile(question, people, is_whole, list(said.warnings), said.other_person)


def is_told_whole(batch: ImportBatch, *, viewer: Viewer, at: datetime) -> bool:
    """Say whether all that a file says may be told, as in a list of its cells."""
    if batch.patient_id is not None:
        sight = queries.sight_of(viewer, [batch.patient_id], at=at)
        return sight.get(batch.patient_id, NOTHING_SEEN).is_whole
    return queries.is_all_listed_told(batch)


def is_record_told_whole(patient: Patient, *, viewer: Viewer, at: datetime) -> bool:
    """Say whether the viewer may be handed the files that came into a record."""
    sight = queries.sight_of(viewer, [patient.pk], at=at)
    return sight.get(patient.pk, NOTHING_SEEN).is_whole


def _told_people(
    batch: ImportBatch, question: dict[str, Any], *, viewer: Viewer, at: datetime
) -> tuple[dict[str, Any], list[UUID]]:
    """
    Return whom a file asks about, and whom it names by that.

    Of the people whom a row may mean, those are named whose results the viewer sees.
    """
    asked = queries.people_asked_about(batch)
    offered = {UUID(pk) for one in asked for pk, _words in one["among"]}
    seen = {
        patient.pk: _spoken(patient, batch.clinic_id)
        for patient in queries.seen_among(viewer, offered, at=at)
    }
    kept = [
        {
            **one,
            "among": [
                [pk, seen[UUID(pk)]] for pk, _words in one["among"] if UUID(pk) in seen
            ],
        }
        for one in asked
    ]
    kept = [one for one in kept if one["among"]]
    return ({**question, "people": kept} if kept else {}), sorted(seen)


def _spoken(patient: Patient, clinic_id: UUID | None) -> str:
    """Return who somebody is as the clinic knows them: name, birth date, number."""
    known = (each for each in patient.numbers.all() if each.clinic_id == clinic_id)
    number = next((each.number for each in known), "")
    return spoken_clue(PatientClue(number, patient.name, patient.born_on))


def note_told(
    batch: ImportBatch,
    people: Iterable[UUID],
    *,
    viewer: Viewer,
    channel: Channel,
    at: datetime,
    action: Action = Action.READ,
) -> None:
    """Write into each trail who was told of a file; of no patient where of nobody."""
    told = dict.fromkeys([*filter(None, [batch.patient_id]), *people])
    if not told:
        auditing.record(
            viewer=viewer,
            action=action,
            object_label="import",
            object_id=batch.pk,
            channel=channel,
            at=at,
        )
    auditing.record_for_each(
        patient_ids=list(told),
        viewer=viewer,
        action=action,
        object_label="import",
        object_id=batch.pk,
        channel=channel,
        at=at,
    )
