"""Which files are read at once and which behind the page."""

from datetime import datetime

from accounts.domain.viewers import Viewer
from labs.formats.parsed import FileRefused
from labs.models import BatchState, ImportBatch
from labs.services import uploading
from tracker import queries
from tracker.models import Job
from tracker.services import jobs
from tracker.services.import_jobs import LookAtFile, SaveFile

Batch = ImportBatch
LARGE_BYTES = 1_500_000  # about ten thousand rows: longer than somebody waits


def is_large(batch: ImportBatch) -> bool:
    """Say whether reading the file takes longer than a page may."""
    return uploading.size_of(batch) > LARGE_BYTES


def look_at(batch: ImportBatch, *, by: Viewer, at: datetime) -> Job | None:
    """
    Look at a file now, or in the background where it is large; then return the job.

    A file that cannot be read, or that there is no room for, is forgotten again before
    FileRefused is raised.
    """
    try:
        uploading.check_room(batch=batch)
        if is_large(batch):
            return look_later(batch, by=by, at=at)
        uploading.look(batch=batch, by=by, at=at)
    except FileRefused:
        uploading.discard(batch=batch)
        raise
    return None


def save(
    batch: ImportBatch,
    *,
    is_confirmed: bool,
    by: Viewer,
    at: datetime,
    seen: str = "",
) -> Job | None:
    """Save a file now, or in the background where it is large; then return the job."""
    if is_large(batch) and batch.state == BatchState.READ:
        return save_later(batch, is_confirmed=is_confirmed, by=by, at=at, seen=seen)
    uploading.save(batch=batch, is_confirmed=is_confirmed, by=by, at=at, seen=seen)
    return None


def work_on(batch: ImportBatch, *, viewer: Viewer) -> Job | None:
    """Return the work on a file that the viewer began and that has not ended."""
    open_jobs = queries.jobs_of(viewer).filter(finished_at=None)
    return open_jobs.filter(arguments__batch=str(batch.pk)).first()


def look_later(batch: ImportBatch, *, by: Viewer, at: datetime) -> Job:
    """Have a file looked at in the background."""
    return jobs.begin(
        work=LookAtFile,
        arguments={"batch": str(batch.pk)},
        by=by,
        at=at,
        clinic=batch.clinic,
        patient=batch.patient,
    )


def save_later(
    batch: ImportBatch,
    *,
    is_confirmed: bool,
    by: Viewer,
    at: datetime,
    seen: str = "",
) -> Job:
    """Have a file saved in the background."""
    return jobs.begin(
        work=SaveFile,
        arguments={
            "batch": str(batch.pk),
            "is_confirmed": is_confirmed,
            "seen": seen,
        },
        by=by,
        at=at,
        clinic=batch.clinic,
        patient=batch.patient,
    )
