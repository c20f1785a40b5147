"""What a viewer may see of background work: their own, and nobody else's."""

from uuid import UUID

from django.db.models import QuerySet

from accounts.domain.viewers import Viewer
from tracker.models import Job


def jobs_of(viewer: Viewer) -> QuerySet[Job]:
    """Return what this viewer asked for, the newest first."""
    jobs = Job.objects.filter(owner_kind=viewer.kind.value, owner_id=viewer.id)
    return jobs.order_by("-asked_at", "id").defer("steps")


def job_of(viewer: Viewer, job_id: UUID) -> Job | None:
    """Return one of the viewer's own jobs; foreign and absent look the same."""
    return jobs_of(viewer).filter(pk=job_id).first()
