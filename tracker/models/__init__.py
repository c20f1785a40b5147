"""The site's own tables: background work and the files it makes."""

from tracker.models.export_request import ExportRequest, Outcome
from tracker.models.job import Job, JobFile, JobState

__all__ = ["ExportRequest", "Job", "JobFile", "JobState", "Outcome"]
