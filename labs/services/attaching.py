"""Keeping the laboratory's report beside a result, and who checked the result by it."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Sum

from accounts.domain.audit import Action
from accounts.domain.viewers import Viewer
from accounts.services import auditing
from accounts.services.turns import Turn, take_turn
from labs.domain import sentences
from labs.domain.sentences import Refused
from labs.formats.documents import Document
from labs.formats.limits import MEBIBYTE
from labs.models import FileRole, LabResult, ReportFile, ResultCheck, ResultMove

MOST_FILES = 20  # an original, and what laboratories send after it
# A lifetime of reports. What was removed counts: it stays stored for the history.
MOST_FILES_OF_A_RECORD = 1_000
MOST_BYTES_OF_A_RECORD = 1024 * MEBIBYTE


class AttachmentRefused(Refused):
    """A file that cannot be kept beside this result; the sentence says why."""


@transaction.atomic
def attach(
    *, result: LabResult, document: Document, role: FileRole, by: Viewer, at: datetime
) -> ReportFile:
    """
    Keep a file beside every version of a result; the same file again adds nothing.

    Raises AttachmentRefused where there are too many, beside it or in the record.
    """
    take_turn(Turn.FILES, result.patient_id)
    sha256 = hashlib.sha256(document.content).hexdigest()
    files = ReportFile.objects.filter(chain=result.chain, withdrawn_at=None)
    kept = files.defer("content").filter(sha256=sha256).first()
    if kept is not None:
        return kept
    if files.count() >= MOST_FILES:
        raise AttachmentRefused.because(sentences.TOO_MANY_FILES, most=MOST_FILES)
    _check_room(result.patient_id, len(document.content))
    file = ReportFile(
        patient_id=result.patient_id,
        chain=result.chain,
        role=role.value,
        name=document.name,
        media_type=document.kind.value,
        size=len(document.content),
        pages=document.pages,
        sha256=sha256,
        content=document.content,
        entered_by_id=by.id,
        entered_by_name=by.name,
        entered_at=at,
    )
    file.save(force_insert=True)
    _audit("report file", file.pk, file.patient_id, Action.CREATED, by=by, at=at)
    return file


def _check_room(patient_id: UUID, size: int) -> None:
    kept = ReportFile.objects.filter(patient_id=patient_id).aggregate(
        files=Count("pk"), size=Sum("size", default=0)
    )
    is_room = kept["files"] < MOST_FILES_OF_A_RECORD
    if not is_room or kept["size"] + size > MOST_BYTES_OF_A_RECORD:
        raise AttachmentRefused.because(
            sentences.RECORD_FULL_OF_FILES,
            files=MOST_FILES_OF_A_RECORD,
            size=MOST_BYTES_OF_A_RECORD // MEBIBYTE,
        )


@transaction.atomic
def withdraw(*, file: ReportFile, reason: str, by: Viewer, at: datetime) -> None:
    """Close a file for good; its name stays in the history. Once is enough."""
    closed = ReportFile.objects.filter(pk=file.pk, withdrawn_at=None).update(
        withdrawn_at=at, withdrawn_by_name=by.name, withdrawn_because=reason
    )
    if closed:
        _audit("report file", file.pk, file.patient_id, Action.VOIDED, by=by, at=at)


@transaction.atomic
def carry(*, move: ResultMove, by: Viewer, at: datetime) -> None:
    """
    Let the files follow a result that was moved, or back where that was undone.

    The web's own role can put no file into another record; the database does it along
    the move. Both records' trails tell of each file.
    """
    function = "carry_files_there" if move.undone_at is None else "carry_files_back"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT app.{function}(%s)", [move.pk])
        carried = [file_id for (file_id,) in cursor.fetchall()]
    for file_id in carried:
        for patient_id in (move.from_patient_id, move.to_patient_id):
            _audit("report file", file_id, patient_id, Action.CHANGED, by=by, at=at)


@transaction.atomic
def mark_checked(*, result: LabResult, by: Viewer, at: datetime) -> None:
    """Write that somebody held this version against the report; once a person."""
    _check, is_new = ResultCheck.objects.get_or_create(
        result=result,
        checked_by_id=by.id,
        defaults={
            "patient_id": result.patient_id,
            "checked_by_name": by.name,
            "checked_at": at,
        },
    )
    if is_new:
        _audit("result", result.pk, result.patient_id, Action.CHANGED, by=by, at=at)


def _audit(
    label: str,
    object_id: UUID,
    patient_id: UUID,
    action: Action,
    *,
    by: Viewer,
    at: datetime,
) -> None:
    auditing.record(
        viewer=by,
        action=action,
        object_label=label,
        object_id=object_id,
        patient_id=patient_id,
        at=at,
    )
