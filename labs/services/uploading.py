"""
A file that somebody uploads: kept, looked at, saved, taken back.

Looking is the import itself, undone again: the preview cannot say anything else than
what saving will do. Until it is saved nothing of a file is in any record.
"""

import csv
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from psycopg.sql import SQL, Composable, Identifier

from accounts.domain.audit import Action
from accounts.domain.viewers import Viewer
from accounts.models import Clinic, Patient
from accounts.queries import results_shared_from
from accounts.services import auditing
from accounts.services.turns import Turn, take_turn
from labs import queries
from labs.formats.csv_table import ColumnFound, columns_found, names_of_columns
from labs.formats.csv_template import (
    EXPORT_COLUMNS,
    guarded,
    is_template,
    result_cells,
)
from labs.formats.detect import TO_BE_KEPT, looks_like
from labs.formats.documents import Document, DocumentRefused, read_document
from labs.formats.limits import MEBIBYTE
from labs.formats.parsed import (
    FileRefused,
    ParsedResult,
    ParsedSupplement,
    QuestionAsked,
)
from labs.formats.rows_to_mend import RowsToMend, rows_to_mend
from labs.formats.sentences import is_without_blanks
from labs.formats.spelling import as_said
from labs.formats.text_decoding import HEAD
from labs.models import (
    BatchState,
    ColumnMapping,
    FileRole,
    ImportBatch,
    ImportFile,
    ImportRow,
    LabResult,
    RowKind,
    RowPart,
)
from labs.services import attaching, summarising, telling_files, withdrawing
from labs.services.importing import (
    COMPLETED,
    LONGEST_FILE_NAME,
    NOT_KNOWN,
    Counted,
    Finder,
    ImportOutcome,
    Listed,
    OnePerson,
    People,
    RowToKeep,
    completing_lines,
    import_rows,
    keep_counts,
    keep_rows,
    mark_of,
    read_table,
    refused_row,
    spoken_clue,
)

# Of one record or one clinic, while they are kept: a month.
MOST_UPLOADS = 2_000
MOST_UPLOADED_BYTES = 4096 * MEBIBYTE
MOST_LISTED = 2_000  # rows that a preview names one by one; all are counted
LARGEST_MAPPED = 2_000_000  # bytes of a table whose columns a page offers
MOST_MEDICINES = 200  # of one file that are gone through one by one
MOST_ASKED = 50  # doubtful people that are asked about at once
REASON_COLUMN = "refused_because"
SOMEBODY_ELSE = "somebody else"
TWICE = "It stands in the file more than once and is taken once."
UNDONE = "The import was taken back"


class NotReady(ValueError):
    """What was asked does not fit how far the file has come; says why."""


def nothing(_: int) -> None:
    """Tell nobody how far it is."""


@transaction.atomic
def receive(
    *,
    data: bytes,
    file_name: str,
    by: Viewer,
    at: datetime,
    clinic: Clinic | None = None,
    patient: Patient | None = None,
    create_patients: bool = False,
) -> ImportBatch:
    """Keep a file for one record or for a clinic; nothing of it is read yet."""
    batch = ImportBatch.objects.create(
        clinic=clinic,
        patient=patient,
        state=BatchState.ASKED,
        file_name=file_name[:LONGEST_FILE_NAME],
        sha256=hashlib.sha256(data).hexdigest(),
        answers={"create_patients": create_patients} if create_patients else {},
        entered_by_id=by.id,
        entered_by_name=by.name,
        entered_at=at,
    )
    ImportFile.objects.create(batch=batch, content=data, kept_at=at)
    return batch


def check_room(*, batch: ImportBatch) -> None:
    """
    Raise FileRefused where a record or a clinic has brought in too much in a month.

    Whoever uploads at the same moment waits, so that two do not pass together.
    """
    take_turn(Turn.UPLOADS, batch.patient_id or batch.clinic_id)
    files, size = queries.kept_uploads(batch)
    if files > MOST_UPLOADS or size > MOST_UPLOADED_BYTES:
        raise FileRefused(
            _(
                "More than %(files)s files, or more than %(size)s MB, would have been "
                "brought in within a month. Wait until older ones are removed."
            )
            % {"files": MOST_UPLOADS, "size": MOST_UPLOADED_BYTES // MEBIBYTE}
        )


# Looking ------------------------------------------------------------------------------


@transaction.atomic
def look(
    *, batch: ImportBatch, by: Viewer, at: datetime, progress: Counted = nothing
) -> None:
    """
    Read a kept file and note what saving it would do; raise FileRefused.

    Where the file leaves something open, the question is noted instead.
    """
    if batch.state not in (BatchState.ASKED, BatchState.READ):
        raise NotReady(_("This file was saved already."))
    data = _bytes_of(batch)
    if batch.patient_id is not None and looks_like(data) in TO_BE_KEPT:
        report_in(batch)  # raises FileRefused for what is kept in no case
        _note_question(batch, {"kind": "report"})
        return
    _remember_mapping(batch, data)
    _clear_rows(batch)
    try:
        found = _try_out(batch, data, by=by, at=at, progress=progress)
    except QuestionAsked as asked:
        _note_question(batch, _asked_about(asked))
        return
    except FileRefused as refused:
        columns = columns_found(data, columns=batch.answers.get("columns"))
        if not columns:
            raise
        _note_question(batch, {"kind": "columns", "sentence": str(refused)})
        return
    _note_preview(batch, found)


def _bytes_of(batch: ImportBatch) -> bytes:
    content = queries.bytes_of_file(batch)
    if content is None:
        raise FileRefused(_("The file is not there any more."))
    return content


def report_in(batch: ImportBatch) -> Document:
    """Return the laboratory's report that a file is; raise FileRefused."""
    try:
        return read_document(_bytes_of(batch), batch.file_name)
    except DocumentRefused as refused:
        raise FileRefused(str(refused)) from None


@dataclass(frozen=True, slots=True)
class _Found:
    """What a file would do, and what a person is asked about it."""

    outcome: ImportOutcome
    format: str
    rows: list[RowToKeep]
    other_person: str
    question: dict[str, Any]


def _try_out(
    batch: ImportBatch, data: bytes, *, by: Viewer, at: datetime, progress: Counted
) -> _Found:
    other_person = ""
    people = _people_of(batch, by=by, at=at, is_confirmed=False)
    found = _trial(batch, data, people, by=by, at=at, progress=progress)
    if isinstance(people, OnePerson) and _is_all_anothers(people, found.outcome):
        other_person = spoken_clue(next(iter(people.others)))
        people = _people_of(batch, by=by, at=at, is_confirmed=True)
        found = _trial(batch, data, people, by=by, at=at, progress=progress)
    _forget_people_without_record(found.rows)
    question = _doubtful(people) if isinstance(people, People) else {}
    return _Found(found.outcome, found.format, found.rows, other_person, question)


def _forget_people_without_record(rows: list[RowToKeep]) -> None:
    """Leave out whose a row is where no record is, as of those that a trial opened."""
    named = {row.patient_id for row in rows if row.patient_id}
    known = set(Patient.objects.filter(pk__in=named).values_list("pk", flat=True))
    for row in rows:
        if row.patient_id not in known:
            row.patient_id = None


def _is_all_anothers(people: OnePerson, outcome: ImportOutcome) -> bool:
    """Say whether the file speaks of one person, who is called or born otherwise."""
    taken = outcome.added + outcome.already_here
    return len(people.others) == 1 and not taken


def _trial(
    batch: ImportBatch,
    data: bytes,
    people: Finder,
    *,
    by: Viewer,
    at: datetime,
    progress: Counted,
) -> _Found:
    with transaction.atomic():
        table = read_table(data, **reading(batch))
        listed = Listed(MOST_LISTED)
        outcome = import_rows(
            table,
            batch=batch,
            people=people,
            by=by,
            at=at,
            channel=by.channel,
            progress=progress,
            listed=listed,
            is_trial=True,
        )
        rows = _rows_to_list(batch, listed, table.supplements, people)
        transaction.set_rollback(True)
    return _Found(outcome, table.format, rows, "", {})


def reading(batch: ImportBatch) -> dict[str, Any]:
    """Return how somebody said the file is to be read."""
    return {
        "date_order": batch.answers.get("date_order"),
        "columns": batch.answers.get("columns"),
        "unit": batch.answers.get("unit"),
    }


def _people_of(
    batch: ImportBatch, *, by: Viewer, at: datetime, is_confirmed: bool
) -> Finder:
    if batch.patient is not None:
        return OnePerson(
            batch.patient,
            at=at,
            shared_from=results_shared_from(by, batch.patient, at=at),
            is_confirmed=is_confirmed,
        )
    if batch.clinic is None:  # the table's own check refuses such a batch
        raise NotReady(_("This file belongs to no clinic and no record."))
    return People(
        clinic=batch.clinic,
        at=at,
        may_create=bool(batch.answers.get("create_patients")),
        said=batch.answers.get("people"),
    )


# What a preview lists -----------------------------------------------------------------


def _rows_to_list(
    batch: ImportBatch,
    listed: Listed,
    supplements: tuple[ParsedSupplement, ...],
    people: Finder,
) -> list[RowToKeep]:
    """Return each row with whom it means, so that it is told to who sees them."""
    refused = []
    for refusal, row in listed.refused:
        refused.append(refused_row(refusal, people))
        if row is not None:
            refused[-1].what = _said(row)
    medicines = [
        RowToKeep(
            RowKind.MEDICINE.value,
            line.where,
            line.directions,
            spoken_clue(line.patient),
            line.name,
            people.whose(line.patient),
            part=RowPart.SUPPLEMENTS.value,
        )
        for line in supplements[:MOST_LISTED]
    ]
    taken_back = _rows_taken_back(listed)
    return [*_taken_rows(batch, listed), *taken_back, *refused, *medicines]


def _rows_taken_back(listed: Listed) -> Iterator[RowToKeep]:
    """Tell of each row without a value which result it takes back."""
    for patient_id, row, outcome in listed.withdrawn[:MOST_LISTED]:
        is_here = outcome.fate is withdrawing.Fate.HERE
        yield RowToKeep(
            (RowKind.HERE if is_here else RowKind.ADDED).value,
            row.where,
            outcome.why,
            spoken_clue(row.patient),
            row.what,
            patient_id,
            _understood_of(outcome.result) if outcome.result else None,
        )


def _taken_rows(batch: ImportBatch, listed: Listed) -> Iterator[RowToKeep]:
    """Tell of each row whether the trial added it, held it, or knew it."""
    stored = Counter[tuple[object, ...]]()
    held: dict[tuple[object, ...], str] = {}
    listed_people = {each.patient_id for each in listed.rows}
    tried = LabResult.objects.filter(import_batch=batch, patient_id__in=listed_people)
    # They are told by their line: part of what such a version says was here before.
    told_otherwise = (COMPLETED, *withdrawing.REASONS.values())
    tried = tried.exclude(version_reason__in=told_otherwise)
    completing = completing_lines()
    for *key_of_one, held_because in tried.values_list(*_STORED_KEY, "held_because"):
        key = tuple(key_of_one)
        stored[key] += 1
        held[key] = held_because
    for patient_id, row, line, hold in listed.rows:
        if line in completing:
            kind = RowKind.HELD if hold else RowKind.ADDED
            yield _row(kind, row.where, row, hold, patient_id)
            continue
        key = _row_key(patient_id, row)
        if not stored[key]:
            why = TWICE if key in held else ""
            yield _row(RowKind.HERE, row.where, row, why, patient_id)
            continue
        stored[key] -= 1
        why = held[key]
        kind = RowKind.HELD if why else RowKind.ADDED
        yield _row(kind, row.where, row, why, patient_id)


# The columns that _row_key names of a row that was read, in its order.
_STORED_KEY = (
    "patient_id",
    "collected_on",
    "measurand",
    "value_text",
    "unit_text",
    "laboratory",
    "method",
    "specimen",
    "test_name",
    "comment",
    "status",
)


def _row_key(patient_id: UUID, row: ParsedResult) -> tuple[object, ...]:
    return (
        patient_id,
        row.collected_on,
        row.measurand.value,
        row.value_text,
        row.unit_text,
        row.laboratory,
        row.method,
        row.specimen,
        row.display,
        row.comment,
        row.result_status.value,
    )


def _row(
    kind: RowKind,
    where: str,
    row: ParsedResult,
    why: str,
    patient_id: UUID,
) -> RowToKeep:
    return RowToKeep(
        kind.value,
        where,
        why,
        spoken_clue(row.patient),
        _said(row),
        patient_id,
        _understood(row),
    )


def _understood_of(row: LabResult) -> dict[str, str]:
    """Return the same of the stored result that a row takes back."""
    return {
        "measurand": row.measurand,
        "value": f"{row.value.normalize():f}",
        "comparator": row.comparator,
        "unit": row.unit,
        "collected_on": row.collected_on.isoformat(),
        "status": "",  # why it stands in the list says what becomes of it
    }


def _understood(row: ParsedResult) -> dict[str, str]:
    """Return what would be stored of a row, for a page to say in words."""
    return {
        "measurand": row.measurand.value,
        "value": f"{row.value:f}",
        "comparator": row.comparator.value if row.comparator else "",
        "unit": row.unit.value if row.unit else "",
        "collected_on": row.collected_on.isoformat(),
        "status": row.result_status.value,
    }


def _said(row: ParsedResult) -> str:
    """Return a result in one line, as the file prints it."""
    name = row.display or row.measurand.value
    parts = (
        row.day_text or row.collected_on.isoformat(),
        f"{row.value_text} {row.unit_text}",
        name,
        row.laboratory,
    )
    return as_said(*parts)


def _doubtful(people: People) -> dict[str, Any]:
    """Return the people of a file whom somebody has to tell apart."""
    asked = [
        {
            "mark": mark_of(clue),
            "said": spoken_clue(clue),
            # Who that is, is read when somebody is told: names are not kept here.
            "among": [[str(one.patient_id), ""] for one in among],
        }
        for clue, among in list(people.doubtful.items())[:MOST_ASKED]
    ]
    return {"kind": "people", "people": asked} if asked else {}


def _asked_about(asked: QuestionAsked) -> dict[str, Any]:
    return {
        "kind": asked.parameter,
        "sentence": asked.found,
        "column": asked.column,
        "choices": list(asked.choices),
    }


def _note_question(batch: ImportBatch, question: dict[str, Any]) -> None:
    _keep_words(batch, question)
    batch.state = BatchState.ASKED
    batch.question = _quoting_nothing(question)
    batch.save(update_fields=["state", "question"])


def _keep_words(
    batch: ImportBatch,
    question: dict[str, Any],
    warnings: Sequence[str] | None = None,
    other_person: str | None = None,
) -> None:
    """Keep what quotes the file where the database tells it to who sees all of it."""
    remarks = None if warnings is None else json.dumps(warnings)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT app.keep_words_of_file(%s, %s, %s, %s)",
            [batch.pk, json.dumps(question), remarks, other_person],
        )


def _quoting_nothing(question: dict[str, Any]) -> dict[str, Any]:
    kept = dict(question)
    if "sentence" in kept:
        kept["sentence"] = _own_words(kept["sentence"])
    if "people" in kept:
        kept["people"] = []
    return kept


def _own_words(text: str) -> str:
    """Return a text that quotes nothing; of another one that something was said."""
    return text if is_without_blanks(text) else telling_files.NOT_TOLD


def _note_preview(batch: ImportBatch, found: _Found) -> None:
    warnings = found.outcome.warnings
    _keep_words(batch, found.question, warnings, found.other_person)
    batch.state = BatchState.READ
    batch.file_format = found.format[:80]
    batch.question = _quoting_nothing(found.question)
    batch.warnings = [_own_words(str(warning)) for warning in warnings]
    batch.other_person = SOMEBODY_ELSE if found.other_person else ""
    batch.save(
        update_fields=["state", "file_format", "question", "warnings", "other_person"]
    )
    keep_counts(batch, found.outcome)
    keep_rows(batch, found.rows)


# Answers ------------------------------------------------------------------------------


@transaction.atomic
def answer(*, batch: ImportBatch, answers: dict[str, Any]) -> None:
    """
    Keep what somebody answered about a file; it is looked at again afterwards.

    Until then nothing of it can be saved: what is listed was read in another way.
    """
    if batch.state not in (BatchState.ASKED, BatchState.READ):
        raise NotReady(_("This file was saved already."))
    _keep_answers(batch, {**answers, AS_BEFORE: False})
    _note_question(batch, {})


def _keep_answers(batch: ImportBatch, answers: dict[str, Any]) -> None:
    batch.answers = {**batch.answers, **answers}
    batch.save(update_fields=["answers"])


def mark_of_reading(batch: ImportBatch) -> str:
    """Return a short text that is another one once a file is read in another way."""
    told = json.dumps(batch.answers, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _remember_mapping(batch: ImportBatch, data: bytes) -> None:
    """Keep what was said of a source's columns, or use what was said last time."""
    found = names_of_columns(data)
    if not found:
        return
    names = "\n".join(found)
    header = hashlib.sha256(names.encode()).hexdigest()
    told = {key: batch.answers[key] for key in MAPPED if key in batch.answers}
    known = ColumnMapping.objects.filter(
        clinic=batch.clinic, patient=batch.patient, header=header
    ).first()
    if told and known:
        known.answers, known.said_at = told, batch.entered_at
        known.save(update_fields=["answers", "said_at"])
    elif told:
        ColumnMapping.objects.create(
            clinic=batch.clinic,
            patient=batch.patient,
            header=header,
            answers=told,
            said_at=batch.entered_at,
        )
    elif known:
        _keep_answers(batch, {**known.answers, AS_BEFORE: True})


MAPPED = ("columns", "date_order", "unit")
AS_BEFORE = "as_before"  # what was said of an earlier file holds for this one, too


# Saving -------------------------------------------------------------------------------


@transaction.atomic
def save(
    *,
    batch: ImportBatch,
    is_confirmed: bool,
    by: Viewer,
    at: datetime,
    seen: str = "",
    progress: Counted = nothing,
) -> ImportOutcome:
    """
    Bring all of a file that was looked at into the record, or nothing of it.

    A file of somebody of another name is saved only where that was confirmed. `seen`
    is the mark of the reading that whoever saves has seen; empty is not compared.
    """
    held = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if held.state != BatchState.READ:
        raise NotReady(_("This file is not waiting to be saved."))
    if seen and seen != mark_of_reading(held):
        raise NotReady(
            _(
                "This file was read in another way since you opened this page. Look "
                "at it again."
            )
        )
    if held.other_person and not is_confirmed:
        raise NotReady(
            _("Confirm first that the file is about the person of this record.")
        )
    people = _people_of(held, by=by, at=at, is_confirmed=bool(held.other_person))
    table = read_table(_bytes_of(held), **reading(held))
    listed = Listed(MOST_LISTED)
    outcome = import_rows(
        table,
        batch=held,
        people=people,
        by=by,
        at=at,
        channel=by.channel,
        progress=progress,
        listed=listed,
    )
    _list_anew(held, _rows_to_list(held, listed, table.supplements, people))
    keep_counts(held, outcome)
    held.state, held.saved_at = BatchState.SAVED, at
    held.save(update_fields=["state", "saved_at"])
    return outcome


def _list_anew(batch: ImportBatch, rows: list[RowToKeep]) -> None:
    """
    List what became of the rows in place of what was foreseen.

    Only now have the people a record whom the file brought along.
    """
    _clear_rows(batch)
    _forget_people_without_record(rows)
    keep_rows(batch, rows)


@transaction.atomic
def keep_report(
    *, batch: ImportBatch, results: Sequence[LabResult], by: Viewer, at: datetime
) -> None:
    """Keep a report beside the results that stand in it; the upload is forgotten."""
    if batch.question.get("kind") != "report":
        raise NotReady(_("This file is not waiting to be kept."))
    document = report_in(batch)
    for result in results:
        attaching.attach(
            result=result, document=document, role=FileRole.ORIGINAL, by=by, at=at
        )
    discard(batch=batch)


def discard(*, batch: ImportBatch) -> None:
    """Forget a file of which nothing was saved."""
    if batch.state not in (BatchState.ASKED, BatchState.READ):
        raise NotReady(_("What was saved is taken back, not forgotten."))
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.forget_file(%s)", [batch.pk])


def _clear_rows(batch: ImportBatch) -> None:
    """Remove every row that is listed, those that this viewer is not told as well."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.clear_rows_of_file(%s)", [batch.pk])


# Taking back --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Undone:
    """
    How many results were taken back, and how many stayed because they changed.

    `not_shared` stayed, too: who takes the file back does not see them any more.
    """

    taken_back: int
    kept: int
    not_shared: int = 0


@transaction.atomic
def undo(*, batch: ImportBatch, by: Viewer, at: datetime) -> Undone:
    """
    Take an import back: what it brought is marked as withdrawn and stays readable.

    A result that a laboratory's correction changed is what it was before. One that
    somebody corrected since stays as it is.
    """
    held = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if held.state != BatchState.SAVED:
        raise NotReady(_("This import was not saved, or was taken back before."))
    newest = queries.newest_of_batch(held)
    patients = sorted(set(newest.values_list("patient_id", flat=True)))
    brought = LabResult.objects.filter(import_batch=held).values("chain").distinct()
    chains = brought.count()
    not_shared = max(0, held.added - _count_seen(held))
    taken_back = _withdraw(held, by=by, at=at)
    held.state, held.undone_at, held.undone_by_name = BatchState.UNDONE, at, by.name
    held.save(update_fields=["state", "undone_at", "undone_by_name"])
    auditing.record_for_each(
        patient_ids=patients,
        viewer=by,
        action=Action.VOIDED,
        object_label="import",
        object_id=held.pk,
        channel=by.channel,
        at=at,
    )
    return Undone(taken_back, chains - taken_back, not_shared)


def _count_seen(batch: ImportBatch) -> int:
    """Return how many of the rows that an import stored its undoer sees."""
    rows = LabResult.objects.filter(import_batch=batch)
    # What was moved to somebody else since was filed there again, under its file.
    return rows.exclude(~Q(version_reason=""), version=1).count()


def _withdraw(batch: ImportBatch, *, by: Viewer, at: datetime) -> int:
    """Write the next version of every result of a batch that still holds."""
    brought = LabResult.objects.filter(import_batch=batch)
    held = summarising.lock(brought.values_list("patient_id", flat=True), by=by)
    fields = LabResult._meta.concrete_fields  # noqa: SLF001 - the model's own columns
    columns = [str(field.column) for field in fields]
    statement = WITHDRAW.format(
        columns=SQL(", ").join(map(Identifier, columns)),
        values=SQL(", ").join(map(_next_value, columns)),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "batch": batch.pk,
                "reason": UNDONE,
                "by_id": by.id,
                "by_name": by.name,
                "at": at,
            },
        )
        withdrawn = int(cursor.rowcount)
    summarising.draw(held, at=at)
    return withdrawn


def _next_value(column: str) -> Composable:
    """Return what the version that takes a result back has in a column."""
    if column in CHANGED:
        return CHANGED[column]
    value = SQL("CASE WHEN before.id IS NULL THEN now.{0} ELSE before.{0} END")
    return value.format(Identifier(column))


CHANGED: dict[str, Composable] = {
    "id": SQL("gen_random_uuid()"),
    "chain": SQL("now.chain"),
    "version": SQL("now.version + 1"),
    "version_reason": SQL("%(reason)s"),
    "status": SQL(
        "CASE WHEN before.id IS NULL THEN 'entered-in-error' ELSE before.status END"
    ),
    "import_batch_id": SQL("NULL"),
    "import_key": SQL("NULL"),
    "entered_by_id": SQL("%(by_id)s"),
    "entered_by_name": SQL("%(by_name)s"),
    "entered_at": SQL("%(at)s"),
}
WITHDRAW = SQL(
    "INSERT INTO labs_labresult ({columns}) SELECT {values} FROM labs_labresult AS now"
    " LEFT JOIN LATERAL (SELECT * FROM labs_labresult AS earlier"
    "   WHERE earlier.chain = now.chain AND earlier.version < now.version"
    "   AND earlier.import_batch_id IS DISTINCT FROM now.import_batch_id"
    "   ORDER BY earlier.version DESC LIMIT 1) AS before ON true"
    " WHERE now.import_batch_id = %(batch)s"
    # Also where the newer version is out of sight.
    "   AND NOT app.has_newer_version(now.chain, now.version)"
)


# Refused rows -------------------------------------------------------------------------

_LINE = re.compile(r"line (\d+)", re.ASCII)
NO_LINE = 0  # stands for what was refused in no line of a table


def refused_rows(
    *, batch: ImportBatch, by: Viewer, at: datetime, say: Callable[[str], str] = str
) -> str:
    """
    Return the refused rows as a table, each with its reason, to mend and feed again.

    Rows of a table keep the file's own columns; what another format holds is written
    in the columns of the template, as far as it was read. Rows that are not told to who
    asks are left out. `say` gives a reason in the language of who asks.
    """
    refused = queries.rows_of_file(batch, kind=RowKind.REFUSED)
    told = telling_files.told_rows(batch, refused, viewer=by, at=at)
    telling_files.note_told(
        batch,
        told.people,
        viewer=by,
        action=Action.EXPORTED,
        channel=by.channel,
        at=at,
    )
    reasons = [(row.where, say(row.why)) for row in refused if told.tells(row)]
    data = queries.bytes_of_file(batch) or b""
    whys = _whys_by_line(reasons)
    table = _rows_in_own_columns(batch, data, whys)
    # Lines beside the rows name people, too.
    is_alone = table is not None and table.is_rows_alone(whys)
    is_told = is_alone or telling_files.is_told_whole(batch, viewer=by, at=at)
    rows = (
        _own_rows(table, whys)
        if table is not None and is_told
        else _template_rows(batch, data, reasons)
    )
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for cells in rows:
        writer.writerow([guarded(cell) for cell in cells])
    return buffer.getvalue()


def _whys_by_line(reasons: Iterable[tuple[str, str]]) -> dict[int, list[str]]:
    """Return why the rows of each line were refused."""
    whys: dict[int, list[str]] = {}
    for where, why in reasons:
        found = _LINE.match(where)
        whys.setdefault(int(found[1]) if found else NO_LINE, []).append(why)
    return whys


def _rows_in_own_columns(
    batch: ImportBatch, data: bytes, lines: Collection[int]
) -> RowsToMend | None:
    """Return the rows on some lines of a table; None for what is no table."""
    if is_template(data[:HEAD]):
        return _rows_of_template(data, lines)
    if names_of_columns(data):
        return rows_to_mend(data, lines, columns=batch.answers.get("columns"))
    return None


def _rows_of_template(data: bytes, lines: Collection[int]) -> RowsToMend:
    """Return the same of the product's own table, which may be large."""
    text = io.StringIO(data.decode("utf-8-sig", "replace"), newline="")
    reader = csv.reader(text)
    header = tuple(next(reader, []))
    rows = []
    start = reader.line_num + 1
    for cells in reader:
        if start in lines:
            rows.append((start, tuple(cells)))
        start = reader.line_num + 1
    return RowsToMend([], header, rows)


def _own_rows(table: RowsToMend, whys: dict[int, list[str]]) -> Iterator[Sequence[str]]:
    yield from table.above
    yield (*table.header, REASON_COLUMN)
    of_no_line = [(NO_LINE, ())] if NO_LINE in whys else []
    for line, cells in (*table.rows, *of_no_line):
        empty = [""] * (len(table.header) - len(cells))
        why = " ".join(dict.fromkeys(whys.get(line, ())))
        yield (*cells, *empty, why)


def _template_rows(
    batch: ImportBatch, data: bytes, reasons: list[tuple[str, str]]
) -> Iterator[Sequence[str]]:
    yield [*EXPORT_COLUMNS, REASON_COLUMN]
    read = read_table(data, **reading(batch)).rows if data and reasons else ()
    by_place = {row.where: row for row in read if isinstance(row, ParsedResult)}
    empty = [""] * len(EXPORT_COLUMNS)
    for where, why in reasons:
        row = by_place.get(where)
        yield [*(result_cells(row) if row else empty), f"{where}: {why}"]


def remove_old() -> int:
    """Remove the uploaded files of a month ago; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.remove_old_uploads()")
        (removed,) = cursor.fetchone()
    return int(removed)


# For the pages ------------------------------------------------------------------------


def size_of(batch: ImportBatch) -> int:
    """Return how many bytes the kept file has; 0 where it is gone."""
    return queries.size_of_file(batch) or 0


def has_file(batch: ImportBatch) -> bool:
    """Say whether the file is still kept."""
    return queries.size_of_file(batch) is not None


def is_of_nobody_known(batch: ImportBatch) -> bool:
    """Say whether every row was refused because its person is not of this clinic."""
    rows = queries.rows_of_file(batch, kind=RowKind.REFUSED)
    return bool(rows) and all(row.why == NOT_KNOWN for row in rows)


def may_open_records(batch: ImportBatch) -> bool:
    """Say whether a clinic's file that was read names people who are not known here."""
    if batch.clinic_id is None or batch.state != BatchState.READ:
        return False
    if batch.answers.get("create_patients"):
        return True
    refused = ImportRow.objects.filter(batch=batch, kind=RowKind.REFUSED)
    return refused.filter(why=NOT_KNOWN).exists()


def columns_of(batch: ImportBatch) -> tuple[ColumnFound, ...]:
    """Return the columns of a table that can still be told apart by hand."""
    if batch.state not in (BatchState.ASKED, BatchState.READ) or not has_file(batch):
        return ()
    if size_of(batch) > LARGEST_MAPPED:
        return ()
    return columns_found(_bytes_of(batch), columns=batch.answers.get("columns"))


def medicines_of(batch: ImportBatch) -> str:
    """
    Return the medicines that a record's file names as a list to go through.

    Nothing of it is taken over before a person chose it, line by line.
    """
    lines = _medicine_lines(batch) if batch.patient_id is not None else ()
    return _medicine_table(lines) if lines else ""


def medicines_by_patient(batch: ImportBatch, *, at: datetime) -> dict[UUID, str]:
    """
    Return a list to go through for each patient whom a clinic's file names so.

    Somebody whom the clinic does not know, or who is in doubt, has none.
    """
    lines = _medicine_lines(batch) if batch.clinic is not None else ()
    if not lines or batch.clinic is None:
        return {}
    told = batch.answers.get("people")
    people = People(clinic=batch.clinic, at=at, may_create=False, said=told)
    found: dict[UUID, list[ParsedSupplement]] = {}
    for line in lines:
        standing = people.standing(line.patient)
        if not standing.refusal:
            found.setdefault(standing.patient_id, []).append(line)
    shown = list(found.items())[:MOST_ASKED]
    return {patient_id: _medicine_table(of_one) for patient_id, of_one in shown}


def _medicine_lines(batch: ImportBatch) -> tuple[ParsedSupplement, ...]:
    if not 0 < size_of(batch) <= LARGEST_MAPPED:
        return ()
    try:
        data = _bytes_of(batch)
        return read_table(data, **reading(batch)).supplements
    except FileRefused:
        return ()


def _medicine_table(lines: Sequence[ParsedSupplement]) -> str:
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(("Product", "Directions", "Start date", "End date"))
    for line in lines[:MOST_MEDICINES]:
        days = (
            day.isoformat() if day else "" for day in (line.starts_on, line.ends_on)
        )
        writer.writerow((guarded(line.name), guarded(line.directions), *days))
    return table.getvalue()


def people_told(
    batch: ImportBatch, question: dict[str, Any], told: dict[str, str]
) -> dict[str, str]:
    """Return which of the offered people somebody chose; others are not taken."""
    offered = {
        one["mark"]: {patient_id for patient_id, _words in one["among"]}
        for one in question.get("people", ())
    }
    chosen = {
        mark: patient_id
        for mark, patient_id in told.items()
        if patient_id in offered.get(mark, ())
    }
    return {**batch.answers.get("people", {}), **chosen}
