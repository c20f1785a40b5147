"""What finished work made, as one file to hand over."""

import io
import zipfile
from datetime import datetime

from accounts.domain.viewers import Viewer
from tracker.models import Job
from tracker.services import jobs
from tracker.services.export_jobs import LINES
from tracker.services.exporting import Export
from tracker.services.jobs import Work


def file_of(
    job: Job, work: type[Work], *, by: Viewer, at: datetime, ip_address: str | None
) -> Export | None:
    """
    Return one file as it is, several bound or as an archive; None where there is none.

    Each patient's trail says that it was taken.
    """
    files = jobs.take_files(job=job, by=by, at=at, ip_address=ip_address)
    if not files:
        return None
    if len(files) == 1:
        only = files[0]
        return Export(only.name, only.content_type, bytes(only.content))
    name = f"{job.kind}-{job.asked_at:%Y-%m-%d}"
    bound = work.bound(job, files)
    if bound is not None:
        return Export(f"{name}.pdf", "application/pdf", bound)
    if {each.content_type for each in files} == {LINES}:
        # Lines of one file and of the next are lines of one file.
        content = b"".join(bytes(each.content) for each in files)
        return Export(f"{name}.ndjson", LINES, content)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in files:
            archive.writestr(each.name, bytes(each.content))
    return Export(f"{name}.zip", "application/zip", packed.getvalue())
