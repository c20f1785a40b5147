"""Which files are read at once and which behind the page."""

from datetime import datetime

from accounts.domain.viewers import Viewer
from labs.models import ImportBatch
from labs.services import uploading
from tracker.models import Job
from tracker.services import jobs
from tracker.services.import_jobs import LookAtFile, SaveFile

Batch = ImportBatch
LARGE_BYTES = 1_500_000  # about ten thousand rows: longer than somebody waits


def is_large(batch: ImportBatch) -> bool:
    """Say whether reading the file takes longer than a page may."""
    return uploading.size_of(batch) > LARGE_BYTES


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
    batch: ImportBatch, *, is_confirmed: bool, by: Viewer, at: datetime
) -> Job:
    """Have a file saved in the background."""
    return jobs.begin(
        work=SaveFile,
        arguments={"batch": str(batch.pk), "is_confirmed": is_confirmed},
        by=by,
        at=at,
        clinic=batch.clinic,
        patient=batch.patient,
    )
