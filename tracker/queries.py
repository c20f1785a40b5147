"""
What a viewer may see of background work: their own, and nobody else's.

That a clinic's records are to be exported is seen by those who run the clinic, too.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from accounts.domain.viewers import Viewer
from accounts.models import Clinic
from accounts.queries import admins_of
from tracker.models import ExportRequest, Job


def jobs_of(viewer: Viewer) -> QuerySet[Job]:
    """Return what this viewer asked for, the newest first."""
    jobs = Job.objects.filter(owner_kind=viewer.kind.value, owner_id=viewer.id)
    jobs = jobs.select_related("export_request")
    return jobs.order_by("-asked_at", "id").defer("steps")


def job_of(viewer: Viewer, job_id: UUID) -> Job | None:
    """Return one of the viewer's own jobs; foreign and absent look the same."""
    return jobs_of(viewer).filter(pk=job_id).first()


def export_requests_by(viewer: Viewer) -> QuerySet[ExportRequest]:
    """Return the exports of clinics that this viewer asked for."""
    return ExportRequest.objects.filter(asked_by_id=viewer.id).order_by("asked_at")


def export_requests_of(clinic: Clinic) -> QuerySet[ExportRequest]:
    """Return every export of a clinic's records that was asked for."""
    asked = ExportRequest.objects.filter(clinic=clinic).select_related("clinic")
    return asked.order_by("-asked_at", "id")


def open_export_requests(clinic: Clinic, *, at: datetime) -> QuerySet[ExportRequest]:
    """Return the exports that wait for another person, the newest first."""
    return export_requests_of(clinic).filter(closed_at=None, expires_at__gt=at)


def waiting_for_operators(*, at: datetime) -> list[ExportRequest]:
    """Return the exports that nobody in their clinic can confirm."""
    waiting = ExportRequest.objects.filter(closed_at=None, expires_at__gt=at)
    return [
        asked
        for asked in waiting.select_related("clinic").order_by("asked_at", "id")
        if not admins_of(asked.clinic).exclude(pk=asked.asked_by_id).exists()
    ]
